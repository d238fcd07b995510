//! What is said about a hold: deliveries, the buyer's decisions, disputes and their decisions.

use aide::axum::{ApiRouter, routing::post};
use axum::{Json, extract::State};
use earnest_artifacts::{
    DisputeCase, DisputeDecision, ResponseDecision, ResponseEnvelope, Verified, response_decision::Decision,
};
use earnest_base::{ContractId, HoldId};
use earnest_kit::{Caller, Posted, Problem};
use earnest_ledger::Finding;
use earnest_procurement::Blobs;
use earnest_settlement::Refusal;

use crate::{
    answers::{Receipt, receipt},
    office::Office,
    problem,
};

pub(super) fn routes() -> ApiRouter<Office> {
    ApiRouter::new()
        .api_route("/deliveries", post(deliver))
        .api_route("/decisions", post(decide))
        .api_route("/disputes", post(dispute))
        .api_route("/dispute-decisions", post(resolve))
}

/// A response whose blobs are here. It counts as delivered once its contract's criteria are checked (decision E1).
async fn deliver(
    State(office): State<Office>,
    caller: Caller,
    Posted(response): Posted<ResponseEnvelope>,
) -> Result<Json<Receipt>, Problem> {
    let contract = response.contract.clone();
    let contract = contract.ok_or_else(|| problem::refused(Refusal::Incomplete("its contract")))?;
    let hold = hold_of(&office, contract).await?;
    let agreed = office.agreed(&hold).await?;
    let blobs = blobs_of(&office, &response).await?;
    let asked = office.intake_of(&caller).delivery(&response, hold, &agreed, &blobs);
    Ok(receipt(office.submit(asked).await?))
}

/// The buyer's word: accept, reject or cancel (T9, T10, T25).
async fn decide(
    State(office): State<Office>,
    caller: Caller,
    Posted(decision): Posted<ResponseDecision>,
) -> Result<Json<Receipt>, Problem> {
    let hold = decision.hold.clone().ok_or_else(|| problem::refused(Refusal::Incomplete("its hold")))?;
    let sides = office.sides(&hold).await?;
    let finding = match decision.decision {
        Decision::Reject => finding(&office, &caller, &decision, &hold).await?,
        Decision::Accept | Decision::Cancel => Finding::Met,
    };
    let asked = office.intake_of(&caller).word(&decision, &sides, finding);
    Ok(receipt(office.submit(asked).await?))
}

/// What the escrow finds of the criterion that a rejection names.
async fn finding(
    office: &Office,
    caller: &Caller,
    decision: &Verified<ResponseDecision>,
    hold: &HoldId,
) -> Result<Finding, Problem> {
    let response = response_of(office, hold).await?;
    let response = response.ok_or_else(|| problem::refused(Refusal::Unknown("a response under this hold")))?;
    let (agreed, blobs) = (office.agreed(hold).await?, blobs_of(office, &response).await?);
    office.intake_of(caller).finding(decision, &agreed, &response, &blobs).map_err(problem::refused)
}

async fn dispute(
    State(office): State<Office>,
    caller: Caller,
    Posted(case): Posted<DisputeCase>,
) -> Result<Json<Receipt>, Problem> {
    let sides = office.sides(&case.hold).await?;
    Ok(receipt(office.submit(office.intake_of(&caller).dispute(&case, &sides)).await?))
}

async fn resolve(
    State(office): State<Office>,
    caller: Caller,
    Posted(decision): Posted<DisputeDecision>,
) -> Result<Json<Receipt>, Problem> {
    let sides = office.sides(&decision.hold).await?;
    Ok(receipt(office.submit(office.intake_of(&caller).resolution(&decision, &sides)).await?))
}

/// The hold of a contract.
pub(super) async fn hold_of(office: &Office, contract: ContractId) -> Result<HoldId, Problem> {
    let id = office
        .read(move |settlement, _| settlement.ledger().hold_of(&contract).map(|hold| hold.id()))
        .await?
        .ok_or_else(|| problem::refused(Refusal::Unknown("a hold of this contract")))?;
    id.map_err(|error| problem::id(&error))
}

/// The response that stands under a hold.
pub(super) async fn response_of(office: &Office, hold: &HoldId) -> Result<Option<Verified<ResponseEnvelope>>, Problem> {
    let hold = hold.clone();
    let id = office.read(move |settlement, _| settlement.ledger().hold(&hold).map(|hold| hold.response())).await?;
    match id.transpose().map_err(|error| problem::id(&error))?.flatten() {
        Some(response) => office.document_of(response.as_str()).await,
        None => Ok(None),
    }
}

/// The blobs that a response names, so far as they are here.
async fn blobs_of(office: &Office, response: &ResponseEnvelope) -> Result<Blobs, Problem> {
    let mut blobs = Blobs::new();
    for blob in response.blobs.iter().flat_map(|blobs| blobs.iter()) {
        if let Some(bytes) = office.blob(&blob.digest).await? {
            blobs.insert(bytes);
        }
    }
    Ok(blobs)
}
