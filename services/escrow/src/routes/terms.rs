//! The policies in force, and who acts for organisations.

use aide::axum::{
    ApiRouter,
    routing::{get, post},
};
use axum::{Json, extract::State};
use earnest_artifacts::{EscrowPolicy, OrganizationSubject};
use earnest_base::{EscrowPolicyId, OrgId};
use earnest_kit::{Caller, PathParameters, Posted, Problem};
use earnest_settlement::{Command, Refusal, Statement};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    answers::{Receipt, SignedDocument, receipt},
    office::Office,
    problem,
};

/// What anybody may read: the terms, before they sign a contract under them.
pub(super) fn open() -> ApiRouter<Office> {
    ApiRouter::new()
        .api_route("/policies", get(policies))
        .api_route("/policies/{policy}", get(policy))
        .api_route("/organisations/{org}", get(organisation))
}

pub(super) fn routes() -> ApiRouter<Office> {
    ApiRouter::new().api_route("/policies", post(adopt)).api_route("/organisations", post(state))
}

#[derive(Debug, Deserialize, JsonSchema)]
struct PolicyPath {
    policy: EscrowPolicyId,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct OrgPath {
    org: OrgId,
}

/// The policies in use here.
#[derive(Debug, Serialize, JsonSchema)]
struct Policies {
    /// Their ids; each is a document under `/policies/`.
    policies: Vec<EscrowPolicyId>,
}

async fn policies(State(office): State<Office>) -> Result<Json<Policies>, Problem> {
    let policies =
        office.read(|settlement, _| settlement.ledger().policies().map(|policy| policy.id.clone()).collect());
    Ok(Json(Policies { policies: policies.await? }))
}

async fn policy(
    State(office): State<Office>,
    PathParameters(path): PathParameters<PolicyPath>,
) -> Result<SignedDocument, Problem> {
    let policy = office.policy(&path.policy).await?;
    let policy = policy.ok_or_else(|| problem::refused(Refusal::Unknown("a policy of this escrow")))?;
    Ok(SignedDocument(policy.bytes().to_vec()))
}

async fn adopt(
    State(office): State<Office>,
    caller: Caller,
    Posted(policy): Posted<EscrowPolicy>,
) -> Result<Json<Receipt>, Problem> {
    Ok(receipt(office.submit(office.intake_of(&caller).policy(&policy)).await?))
}

/// Who acts for an organisation, by its own statement. Whoever brings it: the organisation signed it.
async fn state(
    State(office): State<Office>,
    _: Caller,
    Posted(statement): Posted<OrganizationSubject>,
) -> Result<Json<Receipt>, Problem> {
    Ok(receipt(office.submit(Ok(Command::State(Statement(statement)))).await?))
}

async fn organisation(
    State(office): State<Office>,
    PathParameters(path): PathParameters<OrgPath>,
) -> Result<SignedDocument, Problem> {
    let said = office.organisation(path.org).await?;
    let said = said.ok_or_else(|| problem::refused(Refusal::Unknown("an organisation that said who acts for it")))?;
    Ok(SignedDocument(said.bytes().to_vec()))
}
