//! What the owners of accounts ask: top-ups to come, payouts, and the terms.

use aide::axum::{
    ApiRouter,
    routing::{get, post},
};
use axum::{Json, extract::State};
use earnest_base::{AccountId, Currency, Name, PositiveDecimal};
use earnest_funding::{Announcement, Command, PayoutId, PayoutRequest, Refusal, TopUpId};
use earnest_kit::{Caller, PathParameters, Problem, ServiceCode, Strict};
use schemars::JsonSchema;
use serde::Deserialize;

use super::super::{
    counter::Counter,
    problem,
    views::{PayoutNow, SignedDocument, TopUpNow},
};

/// What anybody may read.
pub(super) fn open() -> ApiRouter<Counter> {
    ApiRouter::new().api_route("/policy", get(policy))
}

pub(super) fn routes() -> ApiRouter<Counter> {
    ApiRouter::new()
        .api_route("/top-ups", post(announce))
        .api_route("/top-ups/{top_up}", get(top_up))
        .api_route("/payouts", post(ask))
        .api_route("/payouts/{payout}", get(payout))
}

/// A top-up to come.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct NewTopUp {
    /// Its id, which is idempotent; one is made where it is missing.
    id: Option<TopUpId>,
    /// The account that is to be credited: the caller's, or its organisation's.
    account: AccountId,
    /// Through whom the money comes.
    provider: Name,
    /// How much, where that is known.
    amount: Option<PositiveDecimal>,
    /// In what.
    currency: Currency,
}

/// A payout.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct NewPayout {
    /// Its id, which is idempotent.
    id: PayoutId,
    /// The account that is debited: the caller's, or its organisation's.
    account: AccountId,
    /// Through whom the money goes.
    provider: Name,
    /// Where it goes, as the provider calls it.
    destination: Name,
    /// How much the account is debited, in units of the currency; the fee is taken out of it.
    amount: PositiveDecimal,
    /// In what.
    currency: Currency,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct TopUpPath {
    top_up: TopUpId,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct PayoutPath {
    payout: PayoutId,
}

/// The terms, as the gateway signed them: a `gateway-policy.v1`, whether they are in force or suspended.
async fn policy(State(counter): State<Counter>) -> Result<SignedDocument, Problem> {
    let document = counter.read(|crossings| crossings.policy_document().map(str::to_owned)).await?;
    document.map(SignedDocument).ok_or_else(|| ServiceCode::NotReady.into())
}

async fn announce(
    State(counter): State<Counter>,
    caller: Caller,
    Strict(new): Strict<NewTopUp>,
) -> Result<Json<TopUpNow>, Problem> {
    let NewTopUp { id, account, provider, amount, currency } = new;
    let by = counter.owner(&caller, &account).await?;
    let made = || format!("top-up:{}", uuid::Uuid::now_v7()).parse().map_err(|error| problem::fault(&error));
    let id = id.map_or_else(made, Ok)?;
    let announcement = Announcement { id: id.clone(), by, account, provider, amount, currency };
    counter.submit(Command::Announce(announcement)).await?;
    see_top_up(&counter, &caller, id).await
}

async fn top_up(
    State(counter): State<Counter>,
    caller: Caller,
    PathParameters(path): PathParameters<TopUpPath>,
) -> Result<Json<TopUpNow>, Problem> {
    see_top_up(&counter, &caller, path.top_up).await
}

/// A top-up, for who announced it. To anybody else there is none.
async fn see_top_up(counter: &Counter, caller: &Caller, id: TopUpId) -> Result<Json<TopUpNow>, Problem> {
    let by = *caller.subject();
    let seen = counter.read(move |crossings| {
        let top_up = crossings.top_up(&id).filter(|top_up| top_up.by == by)?;
        Some(TopUpNow::of(top_up, crossings))
    });
    seen.await?.map(Json).ok_or_else(|| problem::refused(Refusal::Unknown("a top-up of yours")))
}

async fn ask(
    State(counter): State<Counter>,
    caller: Caller,
    Strict(new): Strict<NewPayout>,
) -> Result<Json<PayoutNow>, Problem> {
    let NewPayout { id, account, provider, destination, amount, currency } = new;
    let by = caller.participant()?;
    counter.owner(&caller, &account).await?;
    let request = PayoutRequest { id: id.clone(), by, account, provider, destination, amount, currency };
    counter.submit(Command::AskPayout(request)).await?;
    see_payout(&counter, &caller, id).await
}

async fn payout(
    State(counter): State<Counter>,
    caller: Caller,
    PathParameters(path): PathParameters<PayoutPath>,
) -> Result<Json<PayoutNow>, Problem> {
    see_payout(&counter, &caller, path.payout).await
}

/// A payout, for who asked for it. To anybody else there is none.
async fn see_payout(counter: &Counter, caller: &Caller, id: PayoutId) -> Result<Json<PayoutNow>, Problem> {
    let by = caller.participant()?;
    let seen = counter
        .read(move |crossings| crossings.payout(&id).filter(|payout| payout.request.by == by).map(PayoutNow::of));
    seen.await?.map(Json).ok_or_else(|| problem::refused(Refusal::Unknown("a payout of yours")))
}
