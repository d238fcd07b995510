//! Holds: created for contracts, acted on, read as signed documents, and the receipts of those that ended.

use aide::axum::{
    ApiRouter,
    routing::{get, post},
};
use axum::{Json, extract::State};
use earnest_artifacts::{ProcurementContract, ServiceOffer, ServiceOrder};
use earnest_base::{ContractId, DecisionId, HoldId, Name, Orc};
use earnest_kit::{Caller, Embedded, PathParameters, Problem, Strict};
use earnest_ledger::{Award, HoldView};
use earnest_settlement::{Command, Deal, DealDocuments, Refusal, Settlement, receipt_of};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    listed::of_account,
    words::{hold_of, response_of},
};
use crate::{
    answers::{Each, Receipt, SignedDocument, each, receipt},
    office::Office,
    problem,
};

pub(super) fn routes() -> ApiRouter<Office> {
    ApiRouter::new()
        .api_route("/holds", post(create).get(of_account))
        .api_route("/holds/{hold}", get(one))
        .api_route("/holds/{hold}/actions", post(act))
        .api_route("/contracts/{contract}", get(contract))
        .api_route("/contracts/{contract}/hold", get(of_contract))
        .api_route("/contracts/{contract}/response", get(response))
        .api_route("/contracts/{contract}/receipt", get(ended))
}

pub(super) fn batches() -> ApiRouter<Office> {
    ApiRouter::new().api_route("/holds/batch", post(create_all))
}

/// A contract to hold the money of, with the order and the offer that it follows from.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewHold {
    /// The contract, signed by both sides.
    contract: Embedded<ProcurementContract>,
    /// Its order.
    order: Embedded<ServiceOrder>,
    /// Its offer, at the terms that were ordered.
    offer: Embedded<ServiceOffer>,
}

/// Several contracts to hold the money of.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewHolds {
    /// The contracts, at most 8190.
    holds: Vec<NewHold>,
    /// Whether they stand and fall together.
    #[serde(default)]
    linked: bool,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct HoldPath {
    hold: HoldId,
}

#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct ContractPath {
    pub(super) contract: ContractId,
}

/// Something that is done about a hold, for which there is no document.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewAction {
    /// Its id, which is idempotent.
    decision: DecisionId,
    /// What.
    action: ActionKind,
    /// On what ground: for `release` and `confirm`.
    reason: Option<Name>,
    /// What the payee is paid, in minor units: for `confirm`.
    released: Option<Orc>,
    /// What the payer gets back, in minor units: for `confirm`.
    refunded: Option<Orc>,
}

/// What may be done about a hold without a document.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum ActionKind {
    /// The provider took the request.
    Dispatch,
    /// The provider failed.
    Fail,
    /// The provider declines.
    Decline,
    /// The work could not be opened.
    Void,
    /// The buyer's workflow is over.
    EndWorkflow,
    /// The operator releases by hand.
    Release,
    /// An arbiter confirms.
    Confirm,
}

/// A receipt that the escrow signed, and who else signs it.
#[derive(Debug, Serialize, JsonSchema)]
struct ReceiptNow {
    /// The receipt, with the escrow's signature.
    receipt: serde_json::Value,
    /// The roles whose signatures are still to come.
    #[serde(rename = "signatures-due")]
    signatures_due: Vec<&'static str>,
}

async fn create(
    State(office): State<Office>,
    caller: Caller,
    Strict(new): Strict<NewHold>,
) -> Result<Json<Receipt>, Problem> {
    let deal = deal(&office, &caller, &new).await?.map_err(problem::refused)?;
    Ok(receipt(office.submit(Ok(Command::Hold(deal))).await?))
}

async fn create_all(
    State(office): State<Office>,
    caller: Caller,
    Strict(new): Strict<NewHolds>,
) -> Result<Json<Vec<Each>>, Problem> {
    let (mut deals, mut refused) = (Vec::with_capacity(new.holds.len()), Vec::new());
    for (index, hold) in new.holds.iter().enumerate() {
        match deal(&office, &caller, hold).await.map_err(|problem| problem.with("hold", index))? {
            Ok(deal) => deals.push(deal),
            Err(refusal) if new.linked => return Err(problem::refused(refusal).with("hold", index)),
            Err(refusal) => refused.push((index, refusal)),
        }
    }
    let mut answers = match deals.is_empty() && !refused.is_empty() {
        true => Vec::new(),
        false => each(office.submit(Ok(Command::Holds { deals, linked: new.linked })).await?),
    };
    refused.into_iter().for_each(|(index, refusal)| answers.insert(index, Each::refused(refusal)));
    Ok(Json(answers))
}

/// A contract as what the writer takes: read, verified and checked beside it. The inner refusal is one of the contract;
/// the outer one is of who brings it, or how.
async fn deal(office: &Office, caller: &Caller, new: &NewHold) -> Result<Result<Deal, Refusal>, Problem> {
    let documents = DealDocuments {
        contract: new.contract.verify("contract")?,
        order: new.order.verify("order")?,
        offer: office.before.offers.embedded(&new.offer, "offer")?,
    };
    let policy = match &documents.contract.escrow_policy {
        Some(policy) => office.policy(policy).await?,
        None => None,
    };
    let organisation = match documents.contract.payer {
        Some(earnest_base::Subject::Org(org)) => office.organisation(org).await?,
        _ => None,
    };
    let intake = office.intake_of(caller);
    match intake.deal(&documents, policy.as_deref(), organisation.as_deref()) {
        Err(refusal @ Refusal::NotCaller(_)) => Err(problem::refused(refusal)),
        Err(Refusal::Contract(refusal)) => {
            // Where it is held, it was in time, and its sides were who they had to be.
            let now = intake.now;
            let standing = office.read(move |settlement, _| settlement.standing(&documents, now)).await?;
            Ok(standing.ok_or(Refusal::Contract(refusal)))
        }
        judged => Ok(judged),
    }
}

async fn act(
    State(office): State<Office>,
    caller: Caller,
    PathParameters(path): PathParameters<HoldPath>,
    Strict(new): Strict<NewAction>,
) -> Result<Json<Receipt>, Problem> {
    let sides = office.sides(&path.hold).await?;
    let (intake, id) = (office.intake_of(&caller), new.decision);
    let ground = || new.reason.clone().ok_or_else(|| problem::refused(Refusal::Incomplete("its reason")));
    let asked = match new.action {
        ActionKind::Dispatch => intake.dispatch(id, &sides),
        ActionKind::Fail => intake.fail(id, &sides),
        ActionKind::Decline => intake.decline(id, &sides),
        ActionKind::Void => intake.void(id, &sides),
        ActionKind::EndWorkflow => intake.end_workflow(id, &sides),
        ActionKind::Release => intake.release(id, &sides, ground()?),
        ActionKind::Confirm => {
            let named = |amount: Option<Orc>| {
                amount.ok_or_else(|| problem::refused(Refusal::Incomplete("what is released and refunded")))
            };
            let award = Award { released: named(new.released)?, refunded: named(new.refunded)?, reason: ground()? };
            intake.confirm(id, &sides, award)
        }
    };
    Ok(receipt(office.submit(asked).await?))
}

/// Whether a caller may see a hold: its sides, those who may decide, and whoever operates the escrow.
pub(super) fn may_see(office: &Office, caller: &Caller, settlement: &Settlement, hold: &HoldView<'_>) -> bool {
    let intake = office.intake_of(caller);
    let callers = intake.callers();
    let is_arbiter = hold.arbiters().contains(&(*caller.subject()).into());
    let sides = [hold.payer(), hold.payee()].map(|side| settlement.ledger().account_by_number(side));
    let is_side = sides.iter().flatten().any(|side| callers.may_see(side.owner(), settlement, intake.now));
    is_arbiter || is_side || callers.is_operator() || callers.is_gateway()
}

/// What is told to who may not see a hold, and where there is none: the same.
pub(super) fn no_hold() -> Problem {
    problem::refused(Refusal::Unknown("a hold of yours"))
}

async fn one(
    State(office): State<Office>,
    caller: Caller,
    PathParameters(path): PathParameters<HoldPath>,
) -> Result<SignedDocument, Problem> {
    let asking = office.clone();
    let draft = office
        .read(move |settlement, place| {
            let hold = settlement.ledger().hold(&path.hold)?;
            may_see(&asking, &caller, settlement, &hold).then(|| hold.document(asking.roles.escrow, &place))
        })
        .await?;
    let draft = draft.ok_or_else(no_hold)?.map_err(|error| problem::document(&error))?;
    office.signed(draft).map(SignedDocument)
}

async fn of_contract(
    State(office): State<Office>,
    caller: Caller,
    PathParameters(path): PathParameters<ContractPath>,
) -> Result<SignedDocument, Problem> {
    let hold = hold_of(&office, path.contract).await.map_err(|_| no_hold())?;
    one(State(office), caller, PathParameters(HoldPath { hold })).await
}

/// The hold of a contract that the caller may see.
pub(super) async fn seen(office: &Office, caller: &Caller, contract: ContractId) -> Result<HoldId, Problem> {
    let (asking, caller) = (office.clone(), caller.clone());
    let hold = office
        .read(move |settlement, _| {
            let hold = settlement.ledger().hold_of(&contract)?;
            may_see(&asking, &caller, settlement, &hold).then(|| hold.id())
        })
        .await?;
    hold.ok_or_else(no_hold)?.map_err(|error| problem::id(&error))
}

/// The contract, as both sides signed it.
async fn contract(
    State(office): State<Office>,
    caller: Caller,
    PathParameters(path): PathParameters<ContractPath>,
) -> Result<SignedDocument, Problem> {
    let hold = seen(&office, &caller, path.contract).await?;
    Ok(SignedDocument(office.agreed(&hold).await?.contract.bytes().to_vec()))
}

/// The response that was delivered, as the provider signed it.
async fn response(
    State(office): State<Office>,
    caller: Caller,
    PathParameters(path): PathParameters<ContractPath>,
) -> Result<SignedDocument, Problem> {
    let hold = seen(&office, &caller, path.contract).await?;
    let response = response_of(&office, &hold).await?;
    let response = response.ok_or_else(|| problem::refused(Refusal::Unknown("a response under this contract")))?;
    Ok(SignedDocument(response.bytes().to_vec()))
}

/// How a contract ended, signed by the escrow, with who else signs it (decision D9).
async fn ended(
    State(office): State<Office>,
    caller: Caller,
    PathParameters(path): PathParameters<ContractPath>,
) -> Result<Json<ReceiptNow>, Problem> {
    let hold = seen(&office, &caller, path.contract).await?;
    let agreed = office.agreed(&hold).await?;
    let seq = office.read(move |settlement, _| settlement.ledger().hold(&hold).map(|hold| hold.seq())).await?;
    let fact = office.ledger_fact(seq.ok_or_else(no_hold)?).await?;
    let (_, fact) = fact.ok_or_else(no_hold)?;
    let event = fact.event.clone();
    let movements = office.read(move |settlement, _| settlement.ledger().movements(&event)).await?;
    let movements = movements.map_err(|error| problem::id(&error))?;
    let receipt = receipt_of(&agreed, &fact, &movements);
    let receipt = receipt.map_err(|_| problem::refused(Refusal::Unknown("a hold that has ended")))?;
    let signed = receipt.draft.sign(Some("escrow"), &office.key).map_err(|error| problem::fault(&error))?;
    let value = serde_json::from_str(&signed.to_json().canonical()).map_err(|error| problem::fault(&error))?;
    let due = receipt.signatories.roles().into_iter().map(|role| role.as_str()).filter(|role| *role != "escrow");
    Ok(Json(ReceiptNow { receipt: value, signatures_due: due.collect() }))
}
