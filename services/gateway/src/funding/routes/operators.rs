//! What operators read, the statements that they post, and the terms that they publish.

use aide::{
    axum::{
        ApiRouter,
        routing::{get, post, post_with},
    },
    transform::TransformOperation,
};
use axum::{Json, body::Body, extract::State};
use earnest_artifacts::GatewayPolicy;
use earnest_base::{Count, GatewayReceiptId, Name};
use earnest_funding::{CaseId, Command, PayoutId, Refusal, TopUpId};
use earnest_kit::{Caller, PathParameters, Problem, QueryParameters, ServiceCode, Strict, read_body};
use schemars::JsonSchema;
use serde::Deserialize;

use super::super::{
    counter::Counter,
    problem,
    views::{CasesPage, PayoutNow, PayoutsPage, ReceivedPage, SignedDocument, TakenNow},
};

/// How many entries a page has where nobody says it.
const PAGE: u64 = 100;

pub(super) fn routes() -> ApiRouter<Counter> {
    ApiRouter::new()
        .api_route("/operator/payments", get(payments))
        .api_route("/operator/payouts", get(payouts))
        .api_route("/operator/cases", get(cases))
        .api_route("/operator/top-ups/{top_up}/ask", post(ask_payments))
        .api_route("/operator/policy", post(publish))
}

pub(super) fn statements() -> ApiRouter<Counter> {
    ApiRouter::new().api_route("/operator/statements/{provider}", post_with(statement, describe))
}

fn describe(route: TransformOperation<'_>) -> TransformOperation<'_> {
    route.description(
        "A bank's statement: CSV with a line of names, or JSON lines, with booking, amount, currency, account and date. A \
         line that cannot be read refuses all of it; a booking that was taken before changes nothing.",
    )
}

/// Which payments.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ReceivedQuery {
    /// Where they stand: `held`, `pending`, `crediting`, `credited`, `failed`, `reversed`, `sent-back`.
    state: Name,
    /// Only what comes after this one.
    after: Option<GatewayReceiptId>,
    /// At most so many: 1 to 1000, and 100 without it.
    limit: Option<Count<1, 1000>>,
}

/// Which payouts.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PayoutsQuery {
    /// Where they stand, such as `awaiting-review`.
    state: Name,
    /// Only what comes after this one.
    after: Option<PayoutId>,
    /// At most so many: 1 to 1000, and 100 without it.
    limit: Option<Count<1, 1000>>,
}

/// Which of the open cases.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct CasesQuery {
    /// Only what comes after this one.
    after: Option<CaseId>,
    /// At most so many: 1 to 1000, and 100 without it.
    limit: Option<Count<1, 1000>>,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct TopUpPath {
    top_up: TopUpId,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct ProviderPath {
    provider: Name,
}

fn most(limit: Option<Count<1, 1000>>) -> usize {
    usize::try_from(limit.map_or(PAGE, Count::value)).unwrap_or(usize::MAX)
}

/// A page, and whether there is more.
fn page<T>(entries: impl Iterator<Item = T>, most: usize) -> (Vec<T>, bool) {
    let mut page: Vec<T> = entries.take(most + 1).collect();
    let more = page.len() > most;
    page.truncate(most);
    (page, more)
}

async fn payments(
    State(counter): State<Counter>,
    caller: Caller,
    QueryParameters(query): QueryParameters<ReceivedQuery>,
) -> Result<Json<ReceivedPage>, Problem> {
    counter.operator(&caller)?;
    let ReceivedQuery { state, after, limit } = query;
    let found = counter
        .read(move |crossings| page(crossings.payments_in(state.as_str(), after.as_ref()).cloned(), most(limit)));
    let (payments, more) = found.await?;
    let next = payments.last().filter(|_| more).map(|payment| payment.id.clone());
    Ok(Json(ReceivedPage { payments, next }))
}

async fn payouts(
    State(counter): State<Counter>,
    caller: Caller,
    QueryParameters(query): QueryParameters<PayoutsQuery>,
) -> Result<Json<PayoutsPage>, Problem> {
    counter.operator(&caller)?;
    let PayoutsQuery { state, after, limit } = query;
    let found =
        counter.read(move |crossings| page(crossings.payouts_in(state.as_str(), after.as_ref()).cloned(), most(limit)));
    let (payouts, more) = found.await?;
    let next = payouts.last().filter(|_| more).map(|payout| payout.request.id.clone());
    Ok(Json(PayoutsPage { payouts: payouts.iter().map(PayoutNow::of).collect(), next }))
}

async fn cases(
    State(counter): State<Counter>,
    caller: Caller,
    QueryParameters(query): QueryParameters<CasesQuery>,
) -> Result<Json<CasesPage>, Problem> {
    counter.operator(&caller)?;
    let CasesQuery { after, limit } = query;
    let found = counter.read(move |crossings| page(crossings.open_cases(after.as_ref()).cloned(), most(limit)));
    let (cases, more) = found.await?;
    let next = cases.last().filter(|_| more).map(|case| case.id.clone());
    Ok(Json(CasesPage { cases, next }))
}

/// Asks the provider of a top-up what came for it, for a payer whose payment nobody told of.
async fn ask_payments(
    State(counter): State<Counter>,
    caller: Caller,
    PathParameters(TopUpPath { top_up }): PathParameters<TopUpPath>,
) -> Result<Json<TakenNow>, Problem> {
    counter.operator(&caller)?;
    let id = top_up.clone();
    let provider = counter.read(move |crossings| crossings.top_up(&id).map(|top_up| top_up.provider.clone())).await?;
    let provider = provider.ok_or_else(|| problem::refused(Refusal::Unknown("a top-up")))?;
    let provider = counter.providers.get(provider.as_str()).ok_or(ServiceCode::RouteUnknown)?;
    let heard = provider.ask_payments(&top_up, counter.now()).await.map_err(|error| {
        tracing::warn!(provider = %provider.name(), %error, "was not asked");
        ServiceCode::Outage.problem().detail("expected the provider within reach, and one that can be asked")
    })?;
    let taken = heard.len();
    for done in counter.submit_all(heard.into_iter().map(Command::from).collect()).await? {
        done.map_err(problem::not_submitted)?;
    }
    Ok(Json(TakenNow { taken }))
}

/// Puts terms into force, signed by the gateway. The answer is the signed document.
async fn publish(
    State(counter): State<Counter>,
    caller: Caller,
    Strict(policy): Strict<GatewayPolicy>,
) -> Result<SignedDocument, Problem> {
    counter.operator(&caller)?;
    let signed = counter.signed(&policy)?;
    counter.submit(Command::Publish(Box::new(signed.clone()))).await?;
    Ok(SignedDocument(String::from_utf8_lossy(signed.bytes()).into_owned()))
}

async fn statement(
    State(counter): State<Counter>,
    caller: Caller,
    PathParameters(path): PathParameters<ProviderPath>,
    body: Body,
) -> Result<Json<TakenNow>, Problem> {
    counter.operator(&caller)?;
    let bank = counter.banks.get(path.provider.as_str()).ok_or(ServiceCode::RouteUnknown)?;
    let body = read_body(body).await?;
    let heard = bank.statement(&body).map_err(|fault| ServiceCode::BodyInvalid.problem().detail(fault))?;
    let taken = heard.len();
    for done in counter.submit_all(heard.into_iter().map(Command::from).collect()).await? {
        done.map_err(problem::not_submitted)?;
    }
    Ok(Json(TakenNow { taken }))
}
