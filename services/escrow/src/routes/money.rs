//! Money that crosses the gateway, and adjustments.

use aide::axum::{ApiRouter, routing::post};
use axum::{Json, extract::State};
use earnest_artifacts::GatewayReceipt;
use earnest_base::{AccountId, Name, Orc, Subject, TransferId};
use earnest_kit::{Caller, Posted, Problem, Strict};
use earnest_ledger::Adjust;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    answers::{Receipt, receipt},
    office::Office,
};

pub(super) fn routes() -> ApiRouter<Office> {
    ApiRouter::new().api_route("/gateway-receipts", post(crossing)).api_route("/adjustments", post(adjustment))
}

/// An account set right, in somebody's name.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewAdjustment {
    /// The transfer's id; it ends with `:adjustment`.
    transfer: TransferId,
    /// The account that is debited.
    from: AccountId,
    /// The account that is credited.
    to: AccountId,
    /// How much, in minor units.
    amount: Orc,
    /// Who decided it.
    author: Subject,
    /// On what ground.
    reason: Name,
}

/// A top-up or a payout, by the gateway's receipt: applied once, however often it comes (T26).
async fn crossing(
    State(office): State<Office>,
    caller: Caller,
    Posted(document): Posted<GatewayReceipt>,
) -> Result<Json<Receipt>, Problem> {
    Ok(receipt(office.submit(office.intake_of(&caller).crossing(&document)).await?))
}

async fn adjustment(
    State(office): State<Office>,
    caller: Caller,
    Strict(new): Strict<NewAdjustment>,
) -> Result<Json<Receipt>, Problem> {
    let NewAdjustment { transfer, from, to, amount, author, reason } = new;
    let adjust = Adjust { transfer, from, to, amount, author, reason };
    let asking = office.clone();
    let asked = office.read(move |settlement, _| asking.intake_of(&caller).adjustment(adjust, settlement)).await?;
    Ok(receipt(office.submit(asked).await?))
}
