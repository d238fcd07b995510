//! What operators see, on a listener of their own: the relay as it stands, and its payments.

use aide::axum::{ApiRouter, routing::get};
use axum::{Json, extract::State};
use earnest_base::{Count, Network, PaymentId, Timestamp};
use earnest_kit::{Caller, Problem, QueryParameters};
use earnest_payment::{Lookup, PaymentStatus, State as PaymentState, answer, rpc::SponsorStatus};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{office::Office, problem};

pub(super) fn routes() -> ApiRouter<Office> {
    ApiRouter::new().api_route("/relay", get(relay)).api_route("/payments", get(payments))
}

/// The relay as it stands.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct RelayStands {
    /// The number of the latest fact.
    seq: u64,
    /// The head of the chain after it.
    head: String,
    /// The gateway's clock.
    now: Timestamp,
    /// How many payments have not ended.
    open: usize,
    /// Each rail.
    rails: Vec<RailStands>,
}

/// A rail as it stands.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct RailStands {
    /// The network.
    network: Network,
    /// Whether the relay's wallets pay for its transactions.
    sponsored: bool,
    /// Whether it could take a payment, and the room of its wallets.
    health: SponsorStatus,
    /// When its wallets were seen last.
    #[serde(skip_serializing_if = "Option::is_none")]
    wallets_seen_at: Option<Timestamp>,
}

/// The relay as it stands: how much is under way, and the health of each rail.
async fn relay(State(office): State<Office>, caller: Caller) -> Result<Json<RelayStands>, Problem> {
    office.operator(&caller)?;
    let desk = &office.desk;
    let writer = desk.writer().map_err(problem::outage)?;
    let stands = writer.read(|machine, place| (place, machine.open_count())).await;
    let (place, open) = stands.map_err(|_| problem::outage(earnest_payment::Outage))?;
    let mut rails = Vec::new();
    for rail in desk.rails.iter() {
        let network = rail.network().clone();
        let Some(health) = office.health(&network).await.map_err(problem::outage)? else { continue };
        let sponsored = desk.rails.is_sponsored(&network);
        let wallets_seen_at = office.sights.last(&network);
        rails.push(RailStands { network, sponsored, health, wallets_seen_at });
    }
    let (seq, head) = (place.seq.value(), place.head.to_string());
    Ok(Json(RelayStands { seq, head, now: desk.now(), open, rails }))
}

/// Which payments.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PaymentsQuery {
    /// Only those in this state, such as `mempool`.
    status: Option<PaymentState>,
    /// Only what comes after this payment: the `next` of the page before.
    after: Option<PaymentId>,
    /// At most so many: 1 to 1000, and 100 without it.
    limit: Option<Count<1, 1000>>,
}

/// A page of payments.
#[derive(Debug, Serialize, JsonSchema)]
struct PaymentsPage {
    /// The payments, in the order in which they were submitted.
    payments: Vec<PaymentStatus>,
    /// What to pass as `after` for the next page; none where this is the last one. A page may hold fewer than were asked
    /// for, or none, and have a next one all the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<PaymentId>,
}

/// How many payments a page has where nobody says it.
const PAGE: u64 = 100;
/// How many records are looked at for a page: the writer waits meanwhile.
const LOOKED_AT: usize = 65_536;

/// The payments whose records are kept, page by page.
async fn payments(
    State(office): State<Office>,
    caller: Caller,
    QueryParameters(query): QueryParameters<PaymentsQuery>,
) -> Result<Json<PaymentsPage>, Problem> {
    office.operator(&caller)?;
    let PaymentsQuery { status, after, limit } = query;
    let limit = usize::try_from(limit.map_or(PAGE, Count::value)).unwrap_or(usize::MAX);
    let found = office.desk.read(move |machine| {
        let (mut found, mut last, mut looked_at) = (Vec::new(), None, 0);
        for payment in machine.relay().payments_after(after.as_ref()) {
            if found.len() == limit || looked_at == LOOKED_AT {
                return (found, last);
            }
            looked_at += 1;
            last = Some(payment.payment_id().clone());
            let told = answer(Lookup::Record(payment));
            if status.is_none_or(|status| status == told.state()) {
                found.push(told);
            }
        }
        (found, None)
    });
    let (found, next) = found.await.map_err(problem::outage)?;
    let payments = found.iter().map(|told| PaymentStatus::new(told, &office.desk.url)).collect();
    Ok(Json(PaymentsPage { payments, next }))
}
