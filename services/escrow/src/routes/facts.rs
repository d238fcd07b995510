//! The journal as others see it: its head, its facts as a stream, and the transfers of a fact as signed documents.

use std::{sync::Arc, time::Duration};

use aide::{
    axum::{
        ApiRouter,
        routing::{get, get_with},
    },
    transform::TransformOperation,
};
use axum::{Extension, Json, extract::State, response::Response};
use earnest_kit::{
    Caller, PathParameters, Problem, Stop,
    sse::{EventSource, EventsError, LastEventId, StreamEvent, follow},
};
use earnest_ledger::{AccountNumber, Event};
use earnest_settlement::{Fact, Refusal};
use futures_util::future::BoxFuture;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use super::holds::may_see;
use crate::{
    answers::{HeadNow, in_media_type},
    office::Office,
    problem,
};

pub(super) fn open() -> ApiRouter<Office> {
    ApiRouter::new().api_route("/head", get(head))
}

pub(super) fn routes() -> ApiRouter<Office> {
    ApiRouter::new().api_route("/facts/{seq}/transfers", get(transfers))
}

pub(super) fn streams() -> ApiRouter<Office> {
    ApiRouter::new().api_route("/facts", get_with(stream, streaming))
}

fn streaming(route: TransformOperation<'_>) -> TransformOperation<'_> {
    let route = route.description("Every fact as it is committed, from the header Last-Event-ID on; no end.");
    in_media_type(route, "text/event-stream", "Events: the number of a fact as id, its name, and what it says.")
}

#[derive(Debug, Deserialize, JsonSchema)]
struct FactPath {
    seq: u64,
}

/// The transfers of a fact.
#[derive(Debug, Serialize, JsonSchema)]
struct Transfers {
    /// Each a signed `ledger-transfer.v1`.
    transfers: Vec<serde_json::Value>,
}

/// Where the journal ends: who keeps heads can prove that it was not edited (`earnest escrow check --head`).
async fn head(State(office): State<Office>) -> Result<Json<HeadNow>, Problem> {
    let place = office.read(|_, place| place).await?;
    Ok(Json(HeadNow { seq: place.seq, head: place.head.to_string(), now: office.now() }))
}

async fn transfers(
    State(office): State<Office>,
    caller: Caller,
    PathParameters(path): PathParameters<FactPath>,
) -> Result<Json<Transfers>, Problem> {
    let unknown = || problem::refused(Refusal::Unknown("a fact of yours that moves money"));
    let (place, fact) = office.ledger_fact(path.seq).await?.ok_or_else(unknown)?;
    let asking = office.clone();
    let drafts = office
        .read(move |settlement, _| {
            let ledger = settlement.ledger();
            let moved = ledger.movements(&fact.event).ok()?;
            let intake = asking.intake_of(&caller);
            let callers = intake.callers();
            let owns = |number: AccountNumber| {
                let account = ledger.account_by_number(number);
                account.is_some_and(|account| callers.may_see(account.owner(), settlement, intake.now))
            };
            // What a hold moves goes through the escrow's own account: whoever may see the hold may see it.
            let hold = match &fact.event {
                Event::HoldOpened(opened) => ledger.hold(&opened.id),
                Event::Hold { hold, .. } => ledger.hold_by_number(*hold),
                _ => None,
            };
            let seen = hold.is_some_and(|hold| may_see(&asking, &caller, settlement, &hold))
                || moved.iter().any(|movement| owns(movement.from) || owns(movement.to))
                || callers.is_gateway()
                || callers.is_operator();
            seen.then(|| ledger.transfer_documents(&fact, asking.roles.escrow, &place))
        })
        .await?;
    let drafts = drafts.ok_or_else(unknown)?.map_err(|error| problem::document(&error))?;
    let mut transfers = Vec::with_capacity(drafts.len());
    for draft in drafts {
        let signed = office.signed(draft)?;
        transfers.push(serde_json::from_slice(&signed).map_err(|error| problem::fault(&error))?);
    }
    if transfers.is_empty() { Err(unknown()) } else { Ok(Json(Transfers { transfers })) }
}

/// Every fact as it is committed, from the header `Last-Event-ID` on: for the operator and the gateways.
async fn stream(
    State(office): State<Office>,
    caller: Caller,
    after: LastEventId,
    Extension(stop): Extension<Stop>,
) -> Result<Response, Problem> {
    let intake = office.intake_of(&caller);
    if !intake.callers().is_gateway() {
        intake.callers().operator().map_err(problem::refused)?;
    }
    follow(Arc::new(office), after, stop, Duration::from_secs(15)).await
}

impl EventSource for Office {
    fn after(&self, id: u64, at_most: usize) -> BoxFuture<'_, Result<Vec<StreamEvent>, EventsError>> {
        Box::pin(async move {
            let facts = self.facts(id.saturating_add(1), at_most).await.map_err(|_| EventsError::Outage)?;
            Ok(facts.into_iter().map(|(place, at, fact)| event(&place, at, &fact)).collect())
        })
    }

    fn newest(&self) -> watch::Receiver<u64> {
        self.end.subscribe()
    }
}

fn event(place: &earnest_ledger::Place, at: earnest_base::Timestamp, fact: &Fact) -> StreamEvent {
    let told = match fact {
        Fact::Ledger(fact) => serde_json::to_value(fact).unwrap_or_default(),
        // Documents belong to their sides; that they stand there is enough here.
        Fact::Evidence(_) => serde_json::json!({}),
        Fact::Custody(custody) => serde_json::json!({ "org": custody.org, "custodian": custody.custodian }),
    };
    let data = serde_json::json!({ "seq": place.seq, "head": place.head, "at": at, "fact": told });
    StreamEvent { id: place.seq, name: fact.name(), data: data.to_string() }
}
