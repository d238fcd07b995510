//! The work and its settlement, in a task of its own: a client that goes away ends neither.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::Request,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use earnest_grant::{
    Answer, Command, Failure, Kept, KeptBody, MAX_INLINE_BYTES, Refusal, Settled, Step, Terms, Underway,
};
use earnest_payment::{Delivery, PaymentStatus};
use earnest_ports::SubmitError;
use earnest_x402::{ErrorReason, FacilitatorError, Outcome};
use http::{HeaderMap, StatusCode};
use http_body_util::{BodyExt, Limited};
use tokio::{sync::OwnedSemaphorePermit, time::timeout};

use super::{Sale, Work, believe, told};
use crate::{SettlerError, Settling};

/// A payment that this process works on.
pub(crate) struct Job {
    pub(crate) sale: Arc<Sale>,
    pub(crate) step: Step,
    pub(crate) terms: Terms,
    pub(crate) is_identified: bool,
    /// Held until the payment is settled: who is let in to work has a place to settle.
    pub(crate) _place: OwnedSemaphorePermit,
}

/// Headers of a handler's answer that are not sold: those of one connection, and x402's own, which are for the paywall to
/// set.
const NOT_SOLD: &[&str] = &[
    "connection",
    "content-length",
    "extension-responses",
    "keep-alive",
    "payment-required",
    "payment-response",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "settlement-overrides",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "x-payment-response",
];

/// What became of the work.
enum Worked {
    /// Here is the result.
    Done(Arc<Kept>, Bytes),
    /// It failed: this is told, and nothing is settled.
    NotDone(Response),
    /// It does not end. Its lease does.
    Stuck(Response),
}

/// How long work that is stopped may take to stop, within the slack of its lease.
const STOP_WITHIN: Duration = Duration::from_secs(2);

impl Job {
    /// Asks whether the payer can pay, does the work, keeps its result, and has the payment settled.
    pub(crate) async fn execute(self, work: Work) -> Response {
        let bound = self.sale.limits().settle_bound();
        let checked = timeout(bound, self.sale.settler().check(&self.sale.taken.tendered)).await;
        match checked.unwrap_or_else(|_| Err(late())) {
            Ok(()) => {}
            Err(SettlerError::Refused { reason, .. }) => return self.leave(self.sale.demand(Some(&reason))).await,
            Err(SettlerError::Unavailable(reason)) => return self.leave(unavailable(&reason)).await,
        }
        let request = self.sale.asked.to_request(&self.sale.taken.tendered.payment);
        let (kept, body) = match self.work(work, request).await {
            Worked::Done(kept, body) => (kept, body),
            Worked::NotDone(response) => return self.leave(response).await,
            Worked::Stuck(response) => return response,
        };
        let stage = Command::Stage { step: self.step, kept: Arc::clone(&kept), terms: self.terms };
        match self.sale.till().tell(stage).await {
            Ok(_) => self.settle(kept, Some(body), false).await,
            Err(error) => self.sale.refused(&error),
        }
    }

    /// Gives the payment back, unserved.
    async fn leave(&self, response: Response) -> Response {
        match self.sale.till().tell(Command::Leave(self.step)).await {
            Ok(_) | Err(SubmitError::Refused(_)) => {}
            // The lease ends by itself.
            Err(SubmitError::Outage(outage)) => tracing::warn!(code = outage.code(), "a payment was not given back"),
        }
        response
    }

    async fn work(&self, work: Work, request: Request) -> Worked {
        let limits = self.sale.limits();
        let most = limits.answer_bytes;
        let mut task = tokio::spawn(async move {
            let (head, body) = work(request).await.into_parts();
            (head, Limited::new(body, most).collect().await)
        });
        let not_done =
            |status, code, error: &str| Worked::NotDone(told::Problem::new(status, code, error).into_response());
        let (head, body) = match timeout(limits.work_within, &mut task).await {
            Err(_) => {
                task.abort();
                let error = "expected the answer in time; nothing is charged";
                let response = told::Problem::new(StatusCode::GATEWAY_TIMEOUT, "work-slow", error).into_response();
                // What does not stop is not done a second time beside itself.
                return match timeout(STOP_WITHIN, task).await {
                    Ok(_) => Worked::NotDone(response),
                    Err(_) => Worked::Stuck(response),
                };
            }
            // It panicked.
            Ok(Err(_)) => return Worked::NotDone(told::outcome(&Outcome::Failed)),
            Ok(Ok((_, Err(_)))) => {
                let error = "expected an answer that is whole and within bounds; nothing is charged";
                return not_done(StatusCode::BAD_GATEWAY, "work-unsellable", error);
            }
            Ok(Ok((head, Ok(body)))) => (head, body.to_bytes()),
        };
        if head.status.as_u16() >= 400 {
            let response = Response::from_parts(head, axum::body::Body::from(body));
            return Worked::NotDone(told::varied(uncharged(response)));
        }
        match self.keep(head.status, &head.headers, &body).await {
            Ok(kept) => Worked::Done(Arc::new(kept), body),
            Err(error) => {
                tracing::error!(error, "a result was not kept");
                not_done(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "work-unkept",
                    "expected to keep the answer; nothing is charged",
                )
            }
        }
    }

    async fn keep(&self, status: StatusCode, headers: &HeaderMap, body: &Bytes) -> Result<Kept, String> {
        let sold = headers.iter().filter(|(name, _)| !NOT_SOLD.contains(&name.as_str()));
        let headers = sold.map(|(name, value)| (name.as_str().into(), value.as_bytes().into())).collect();
        let body = if body.len() <= MAX_INLINE_BYTES {
            KeptBody::Inline(body.to_vec().into())
        } else {
            let digest = self.sale.till().put(body).await.map_err(|error| error.to_string())?;
            KeptBody::Blob { digest, size: body.len() as u64 }
        };
        Kept::new(status.as_u16(), headers, body).map_err(|error| error.to_string())
    }

    /// Has the payment settled, and delivers on `confirmed` only, unless the route declared otherwise.
    pub(crate) async fn settle(self, kept: Arc<Kept>, body: Option<Bytes>, is_delivered: bool) -> Response {
        let (limits, tendered) = (self.sale.limits(), &self.sale.taken.tendered);
        let settling = timeout(limits.settle_bound(), self.sale.settler().settle(tendered, limits.settle_within)).await;
        match believe::believed(settling.unwrap_or_else(|_| Err(late())), &self.sale.taken) {
            Ok(Settling::Confirmed(settled)) => self.grant(kept, body, settled.transaction.into()).await,
            Ok(Settling::Failed(settled)) => {
                let reason =
                    settled.error_reason.map_or_else(|| "settle_failed".into(), |reason| reason.as_str().into());
                self.discard(Failure { reason, transaction: settled.transaction.into() }).await
            }
            Ok(Settling::InFlight(status)) => self.rest(kept, body, status, is_delivered).await,
            Err(SettlerError::Refused { reason, .. }) => {
                self.discard(Failure { reason: reason.as_str().into(), transaction: "".into() }).await
            }
            Err(SettlerError::Unavailable(reason)) => {
                let rest = Command::Rest { step: self.step, underway: None, is_delivered };
                match self.sale.till().tell(rest).await {
                    Ok(_) => unavailable(&reason),
                    Err(error) => self.sale.refused(&error),
                }
            }
        }
    }

    async fn grant(&self, kept: Arc<Kept>, body: Option<Bytes>, transaction: Box<str>) -> Response {
        let at = self.sale.till().now();
        let grant = Command::Grant { step: self.step, transaction: transaction.clone(), terms: self.terms };
        match self.sale.till().tell(grant).await {
            // A result that was given out before is given again only under an identifier.
            Ok(Answer::Deliver { is_delivered: true, .. }) if !self.is_identified => {
                self.sale.demand(Some(&ErrorReason::known(Refusal::AlreadyUsed.code())))
            }
            Ok(Answer::Deliver { kept, settled, .. } | Answer::Again { kept, settled }) => {
                self.sale.deliver(&kept, body, &settled).await
            }
            Ok(Answer::Noted) => self.sale.deliver(&kept, body, &Settled { transaction, at }).await,
            Ok(_) => told::unexpected(),
            Err(error) => self.sale.refused(&error),
        }
    }

    async fn discard(&self, failure: Failure) -> Response {
        let failure = Failure { reason: cut(&failure.reason, 128), transaction: cut(&failure.transaction, 512) };
        let discard = Command::Discard { step: self.step, failure: failure.clone(), terms: self.terms };
        match self.sale.till().tell(discard).await {
            Ok(_) => told::failed(self.sale.taken.paid_by, self.sale.network(), &failure),
            Err(error) => self.sale.refused(&error),
        }
    }

    async fn rest(
        &self,
        kept: Arc<Kept>,
        body: Option<Bytes>,
        status: Option<Box<PaymentStatus>>,
        was_delivered: bool,
    ) -> Response {
        let underway = status.and_then(|status| Underway::new(*status)).map(Arc::new);
        let delivery = underway.as_ref().map(|underway| self.sale.delivery(underway.status().state()));
        let early = delivery == Some(Delivery::Deliver);
        let is_delivered = was_delivered || early;
        let rest = Command::Rest { step: self.step, underway: underway.clone(), is_delivered };
        match self.sale.till().tell(rest).await {
            Ok(_) if early && (!was_delivered || self.is_identified) => {
                self.sale.deliver_early(&kept, body, underway.as_deref().map(Underway::status)).await
            }
            Ok(_) => self.sale.in_flight(underway.as_deref()),
            Err(error) => self.sale.refused(&error),
        }
    }
}

/// A settler's text, within bounds.
fn cut(text: &str, most: usize) -> Box<str> {
    text.chars().take(most).collect::<String>().into()
}

fn late() -> SettlerError {
    SettlerError::Unavailable("nothing in time".to_owned())
}

/// Nothing is known: the payment may be sent again, and is settled once.
fn unavailable(reason: &str) -> Response {
    let mut response = told::outcome(&Outcome::FacilitatorFailed(FacilitatorError::NoAnswer(reason.to_owned())));
    response.headers_mut().insert(http::header::RETRY_AFTER, http::HeaderValue::from(2_u32));
    response
}

/// The handler's own refusal, without what is the paywall's to say.
fn uncharged(mut response: Response) -> Response {
    for name in NOT_SOLD {
        response.headers_mut().remove(*name);
    }
    response.headers_mut().insert(http::header::CACHE_CONTROL, http::HeaderValue::from_static("no-store"));
    response
}
