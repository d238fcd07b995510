//! Accounts: opened, found by their owner, read as signed documents.

use aide::axum::{
    ApiRouter,
    routing::{get, post},
};
use axum::{Json, extract::State};
use earnest_artifacts::ledger_account::AccountPurpose;
use earnest_base::{AccountId, CouncilId, GatewayPolicyId, Orc, Subject};
use earnest_kit::{Caller, PathParameters, Problem, QueryParameters, Strict};
use earnest_ledger::{AccountView, OpenAccount, Place, SubjectKey};
use earnest_settlement::{Refusal, Settlement};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    answers::{Receipt, SignedDocument, receipt},
    office::Office,
    problem,
};

pub(super) fn routes() -> ApiRouter<Office> {
    ApiRouter::new()
        .api_route("/accounts", post(open).get(of_owner))
        .api_route("/accounts/{account}", get(one))
        .api_route("/accounts/{account}/balance", get(balance))
}

/// An account to open.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct NewAccount {
    /// Its id, which is idempotent: the same request again is answered the same.
    account: AccountId,
    /// Who owns it.
    owner: Subject,
    /// What it is for.
    purpose: AccountPurpose,
    /// The council that disburses it; a community pool has one.
    council: Option<CouncilId>,
    /// The gateway's terms under which it is topped up.
    gateway_policy: Option<GatewayPolicyId>,
}

#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct AccountPath {
    pub(super) account: AccountId,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct OwnerQuery {
    /// Whose account.
    owner: Subject,
}

/// What an account has, in minor units of ORC.
#[derive(Debug, Serialize, JsonSchema)]
struct BalanceNow {
    /// The account.
    account: AccountId,
    /// What may be spent.
    available: Orc,
    /// What stands in holds.
    held: Orc,
    /// Both together.
    total: Orc,
    /// The number of the fact up to which that is so.
    seq: u64,
}

async fn open(
    State(office): State<Office>,
    caller: Caller,
    Strict(new): Strict<NewAccount>,
) -> Result<Json<Receipt>, Problem> {
    let NewAccount { account, owner, purpose, council, gateway_policy } = new;
    let open = OpenAccount { account, owner, purpose, council, gateway_policy };
    let asking = office.clone();
    let asked = office.read(move |settlement, _| asking.intake_of(&caller).account(open, settlement)).await?;
    Ok(receipt(office.submit(asked).await?))
}

async fn of_owner(
    State(office): State<Office>,
    caller: Caller,
    QueryParameters(query): QueryParameters<OwnerQuery>,
) -> Result<SignedDocument, Problem> {
    let owner = SubjectKey::from(query.owner);
    document(&office, caller, move |settlement| settlement.ledger().account_of(&owner)).await
}

async fn one(
    State(office): State<Office>,
    caller: Caller,
    PathParameters(path): PathParameters<AccountPath>,
) -> Result<SignedDocument, Problem> {
    document(&office, caller, move |settlement| settlement.ledger().account_view(&path.account)).await
}

/// An account's document, for who may see it. To anybody else there is no such account.
async fn document(
    office: &Office,
    caller: Caller,
    find: impl FnOnce(&Settlement) -> Option<AccountView<'_>> + Send + 'static,
) -> Result<SignedDocument, Problem> {
    let asking = office.clone();
    let draft = office
        .read(move |settlement, place: Place| {
            let account = find(settlement)?;
            let intake = asking.intake_of(&caller);
            let callers = intake.callers();
            let seen = callers.is_gateway() || callers.may_see(account.owner(), settlement, intake.now);
            seen.then(|| account.document(asking.roles.escrow, &place))
        })
        .await?;
    let draft = draft.ok_or_else(|| problem::refused(Refusal::Unknown("an account of yours")))?;
    office.signed(draft.map_err(|error| problem::document(&error))?).map(SignedDocument)
}

/// A missing account reads as zero (decision E5).
async fn balance(
    State(office): State<Office>,
    caller: Caller,
    PathParameters(path): PathParameters<AccountPath>,
) -> Result<Json<BalanceNow>, Problem> {
    let asking = office.clone();
    let read = office
        .read(move |settlement, place| {
            let ledger = settlement.ledger();
            let intake = asking.intake_of(&caller);
            let callers = intake.callers();
            let owner = ledger.account_view(&path.account).map(|account| *account.owner());
            let seen = callers.is_gateway()
                || callers.is_operator()
                || owner.is_none_or(|owner| callers.may_see(&owner, settlement, intake.now));
            let balance = if seen { ledger.balance(&path.account) } else { return None };
            let total = balance.total().unwrap_or_default();
            let (available, held) = (balance.available, balance.held);
            Some(BalanceNow { account: path.account, available, held, total, seq: place.seq })
        })
        .await?;
    read.map(Json).ok_or_else(|| problem::refused(Refusal::Unknown("an account of yours")))
}
