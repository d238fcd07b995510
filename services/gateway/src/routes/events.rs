//! `GET /payments/{paymentId}/events`: a payment's status whenever it changes, until it has ended.

use std::{sync::Arc, time::Duration};

use aide::{
    axum::{ApiRouter, routing::get_with},
    transform::TransformOperation,
};
use axum::{
    Extension,
    extract::State,
    response::{IntoResponse, Response},
};
use earnest_base::PaymentId;
use earnest_kit::{
    PathParameters, Problem, Stop,
    sse::{EventSource, EventsError, LastEventId, StreamEvent, follow},
};
use earnest_payment::{PaymentStatus, State as PaymentState};
use futures_util::future::BoxFuture;
use http::StatusCode;
use tokio::sync::watch;

use super::payments::PaymentPath;
use crate::{
    answers::{PaymentAnswer, streams},
    desk::{Desk, ENDED, Seen},
    office::Office,
    problem,
};

pub(super) fn routes() -> ApiRouter<Office> {
    ApiRouter::new().api_route("/payments/{paymentId}/events", get_with(stream, streaming))
}

fn streaming(route: TransformOperation<'_>) -> TransformOperation<'_> {
    let route = route.description(
        "The payment's status, and each one that comes after it, from the header Last-Event-ID on. What changed in between \
         is passed over. The stream ends with the payment; who comes again after its end is answered 204.",
    );
    streams(route, "Events: the status as name, and the body of GET /payments/{paymentId} as data.")
}

async fn stream(
    State(office): State<Office>,
    PathParameters(path): PathParameters<PaymentPath>,
    after: LastEventId,
    Extension(stop): Extension<Stop>,
) -> Result<Response, Problem> {
    if after.0 == ENDED {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let desk = office.desk.clone();
    let seen = desk.seen(&path.payment_id).await.map_err(problem::outage)?;
    if seen.answer.state() == PaymentState::NotFound {
        return Ok(PaymentAnswer(earnest_payment::http::polled(&Ok(seen.answer), &desk.url)).into_response());
    }
    follow(Arc::new(OfPayment::new(desk, path.payment_id)), after, stop, Duration::from_secs(15)).await
}

/// The statuses of one payment: the latest is the only one that is kept.
struct OfPayment {
    desk: Desk,
    payment_id: PaymentId,
    newest: watch::Receiver<u64>,
}

impl OfPayment {
    fn new(desk: Desk, payment_id: PaymentId) -> Self {
        let mut listener = desk.waiting.listen(&payment_id);
        let (told, newest) = watch::channel(0);
        // It ends with its reader.
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    () = told.closed() => return,
                    () = listener.change() => told.send_modify(|changes| *changes += 1),
                }
            }
        });
        Self { desk, payment_id, newest }
    }
}

impl EventSource for OfPayment {
    fn after(&self, id: u64, _: usize) -> BoxFuture<'_, Result<Vec<StreamEvent>, EventsError>> {
        Box::pin(async move {
            if id == ENDED {
                // Told before: the stream ends.
                return Err(EventsError::Gone);
            }
            let Seen { answer, changed, .. } =
                self.desk.seen(&self.payment_id).await.map_err(|_| EventsError::Outage)?;
            if changed <= id {
                return Ok(Vec::new());
            }
            let status = PaymentStatus::new(&answer, &self.desk.url);
            let data = serde_json::to_string(&status).unwrap_or_default();
            Ok(vec![StreamEvent { id: changed, name: answer.state().as_str(), data }])
        })
    }

    fn newest(&self) -> watch::Receiver<u64> {
        self.newest.clone()
    }
}
