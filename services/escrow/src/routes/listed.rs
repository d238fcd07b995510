//! The holds of an account, page by page, each as the escrow signs it.

use axum::{Json, extract::State};
use earnest_artifacts::ledger_hold::HoldStatus;
use earnest_base::{AccountId, Count};
use earnest_kit::{Caller, Problem, QueryParameters};
use earnest_settlement::Refusal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{office::Office, problem};

/// Which holds.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct HoldsQuery {
    /// The account, as payer or as payee.
    account: AccountId,
    /// Only those that stand so.
    status: Option<HoldStatus>,
    /// Only what comes after this place in the order in which holds were opened: 0, or the `next` of the page before.
    #[serde(default)]
    after: u32,
    /// At most so many: 1 to 1000, and 100 without it.
    limit: Option<Count<1, 1000>>,
}

/// How many holds a page has where nobody says it.
const PAGE: u64 = 100;

/// A page of holds.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct HoldsPage {
    /// The account.
    account: AccountId,
    /// The holds, the oldest first: each a signed `ledger-hold.v1`.
    holds: Vec<serde_json::Value>,
    /// What to pass as `after` for the next page; none where this is the last one. A page may hold fewer than were asked
    /// for, or none, and have a next one all the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<u32>,
}

/// How many holds of the ledger are looked at for a page: the writer waits meanwhile.
const LOOKED_AT: u32 = 65_536;

/// The holds that an account pays or is paid by, for who may see the account.
pub(super) async fn of_account(
    State(office): State<Office>,
    caller: Caller,
    QueryParameters(query): QueryParameters<HoldsQuery>,
) -> Result<Json<HoldsPage>, Problem> {
    let HoldsQuery { account, status, after, limit } = query;
    let limit = usize::try_from(limit.map_or(PAGE, Count::value)).unwrap_or(usize::MAX);
    let (asking, asked) = (office.clone(), account.clone());
    let found = office
        .read(move |settlement, place| {
            let ledger = settlement.ledger();
            let view = ledger.account_view(&asked)?;
            let intake = asking.intake_of(&caller);
            let callers = intake.callers();
            if !callers.is_gateway() && !callers.may_see(view.owner(), settlement, intake.now) {
                return None;
            }
            let (mut drafts, mut next) = (Vec::new(), None);
            let last = after.saturating_add(LOOKED_AT);
            for (number, hold) in (1_u32..).zip(ledger.holds()).skip(after as usize) {
                if drafts.len() == limit || number > last {
                    next = Some(number - 1);
                    break;
                }
                let is_of = hold.payer() == view.number || hold.payee() == view.number;
                if is_of && status.is_none_or(|status| status == hold.status()) {
                    drafts.push(hold.document(asking.roles.escrow, &place));
                }
            }
            Some((drafts, next))
        })
        .await?;
    let (drafts, next) = found.ok_or_else(|| problem::refused(Refusal::Unknown("an account of yours")))?;
    let signed = drafts.into_iter().map(|draft| {
        let bytes = office.signed(draft.map_err(|error| problem::document(&error))?)?;
        serde_json::from_slice(&bytes).map_err(|error| problem::fault(&error))
    });
    Ok(Json(HoldsPage { account, holds: signed.collect::<Result<_, Problem>>()?, next }))
}
