//! What operators decide. Each decision is kept with the operator's name and reason.

use aide::axum::{ApiRouter, routing::post};
use axum::{Json, extract::State};
use earnest_base::{AccountId, GatewayReceiptId, Text, TransferId};
use earnest_funding::{Case, CaseId, Command, Payment, PayoutId, Refusal, Ruling, Verdict};
use earnest_kit::{Caller, PathParameters, Problem, Strict};
use schemars::JsonSchema;
use serde::Deserialize;

use super::super::{counter::Counter, problem, views::PayoutNow};

pub(super) fn routes() -> ApiRouter<Counter> {
    ApiRouter::new()
        .api_route("/operator/payments/{payment}/release", post(release))
        .api_route("/operator/payments/{payment}/send-back", post(send_back))
        .api_route("/operator/payouts/{payout}/approve", post(approve))
        .api_route("/operator/payouts/{payout}/refuse", post(refuse))
        .api_route("/operator/payouts/{payout}/give-back", post(give_back))
        .api_route("/operator/cases/{case}/resolve", post(resolve))
}

#[derive(Debug, Deserialize, JsonSchema)]
struct ReceivedPath {
    payment: GatewayReceiptId,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct PayoutPath {
    payout: PayoutId,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct CasePath {
    case: CaseId,
}

/// Why an operator decides so.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Reason {
    /// In the operator's words.
    reason: Text,
}

/// To whom a held payment goes, and why.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Release {
    /// The account.
    account: AccountId,
    /// In the operator's words.
    reason: Text,
}

/// How a case is closed.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Closing {
    /// In the operator's words.
    reason: Text,
    /// The adjustment that was made at the escrow, where one was.
    adjustment: Option<TransferId>,
}

async fn rule(counter: &Counter, caller: &Caller, reason: Text, verdict: Verdict) -> Result<(), Problem> {
    let by = counter.operator(caller)?;
    counter.submit(Command::Rule(Ruling { by, reason, verdict })).await
}

async fn payment_now(counter: &Counter, id: GatewayReceiptId) -> Result<Json<Payment>, Problem> {
    let found = counter.read(move |crossings| crossings.payment(&id).cloned()).await?;
    found.map(Json).ok_or_else(|| problem::refused(Refusal::Unknown("a payment")))
}

async fn payout_now(counter: &Counter, id: PayoutId) -> Result<Json<PayoutNow>, Problem> {
    let found = counter.read(move |crossings| crossings.payout(&id).map(PayoutNow::of)).await?;
    found.map(Json).ok_or_else(|| problem::refused(Refusal::Unknown("a payout")))
}

async fn release(
    State(counter): State<Counter>,
    caller: Caller,
    PathParameters(ReceivedPath { payment }): PathParameters<ReceivedPath>,
    Strict(Release { account, reason }): Strict<Release>,
) -> Result<Json<Payment>, Problem> {
    rule(&counter, &caller, reason, Verdict::Release { payment: payment.clone(), account }).await?;
    payment_now(&counter, payment).await
}

async fn send_back(
    State(counter): State<Counter>,
    caller: Caller,
    PathParameters(ReceivedPath { payment }): PathParameters<ReceivedPath>,
    Strict(Reason { reason }): Strict<Reason>,
) -> Result<Json<Payment>, Problem> {
    rule(&counter, &caller, reason, Verdict::SendBack { payment: payment.clone() }).await?;
    payment_now(&counter, payment).await
}

async fn approve(
    State(counter): State<Counter>,
    caller: Caller,
    PathParameters(PayoutPath { payout }): PathParameters<PayoutPath>,
    Strict(Reason { reason }): Strict<Reason>,
) -> Result<Json<PayoutNow>, Problem> {
    rule(&counter, &caller, reason, Verdict::Approve { payout: payout.clone() }).await?;
    payout_now(&counter, payout).await
}

async fn refuse(
    State(counter): State<Counter>,
    caller: Caller,
    PathParameters(PayoutPath { payout }): PathParameters<PayoutPath>,
    Strict(Reason { reason }): Strict<Reason>,
) -> Result<Json<PayoutNow>, Problem> {
    rule(&counter, &caller, reason, Verdict::Refuse { payout: payout.clone() }).await?;
    payout_now(&counter, payout).await
}

async fn give_back(
    State(counter): State<Counter>,
    caller: Caller,
    PathParameters(PayoutPath { payout }): PathParameters<PayoutPath>,
    Strict(Reason { reason }): Strict<Reason>,
) -> Result<Json<PayoutNow>, Problem> {
    rule(&counter, &caller, reason, Verdict::GiveBack { payout: payout.clone() }).await?;
    payout_now(&counter, payout).await
}

async fn resolve(
    State(counter): State<Counter>,
    caller: Caller,
    PathParameters(CasePath { case }): PathParameters<CasePath>,
    Strict(Closing { reason, adjustment }): Strict<Closing>,
) -> Result<Json<Case>, Problem> {
    rule(&counter, &caller, reason, Verdict::Resolve { case: case.clone(), adjustment }).await?;
    let found = counter.read(move |crossings| crossings.case(&case).cloned()).await?;
    found.map(Json).ok_or_else(|| problem::refused(Refusal::Unknown("a case")))
}
