//! A sale: the order in which a request is asked, verified, reserved, served, settled and delivered (decisions P10, X4).
//!
//! ```text
//! headers ─▶ body ─▶ match ─▶ echo ─▶ identifier ─▶ signature and binding ─▶ reserve (durable) ─▶ balance
//!         ─▶ the route's work ─▶ keep its result (durable) ─▶ settle ─▶ grant (durable) ─▶ deliver
//! ```
//!
//! Up to the reservation nothing leaves the process, so that junk costs nobody else anything.

mod asked;
mod believe;
mod demand;
mod tendered;
mod told;
mod work;

use std::{pin::Pin, sync::Arc};

use axum::{
    extract::Request,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use earnest_grant::{Answer, Command, Doing, Kept, KeptBody, Refusal, Settled, Step, Underway, Worker};
use earnest_payment::{Delivery, PaymentStatus, State};
use earnest_ports::SubmitError;
use earnest_x402::{ErrorReason, Outcome, Presented, v2::PaymentRequirements};
use http::{HeaderMap, StatusCode};

pub use asked::PaidFor;
pub(crate) use told::Problem;

use asked::Asked;
use tendered::{Taken, Untaken};
use work::Job;

use crate::{Limits, Settler, Till, page, route::PaidRoute};

/// The route's own work.
pub(crate) type Work = Box<dyn FnOnce(Request) -> Pin<Box<dyn Future<Output = Response> + Send>> + Send>;

/// A request whose payment was verified.
pub(crate) struct Sale {
    route: Arc<PaidRoute>,
    asked: Asked,
    offered: Vec<PaymentRequirements>,
    taken: Taken,
}

/// Serves a request to a paid route.
pub(crate) async fn serve(route: Arc<PaidRoute>, request: Request, work: Work) -> Response {
    let presented = presented(request.headers());
    if let Presented::Confused(confusion) = presented {
        return told::outcome(&Outcome::Confused(confusion));
    }
    let asked = match Asked::read(&route.paywall.0, request).await {
        Ok(asked) => asked,
        Err(problem) => return problem.into_response(),
    };
    let offered = match route.offered(&asked) {
        Ok(offered) => offered,
        Err(error) => {
            tracing::error!(%error, "a route has no price");
            return told::outcome(&Outcome::Failed);
        }
    };
    let now = route.paywall.0.till.now();
    match route.take(&presented, &asked, &offered, now).await {
        // From here on a client that goes away ends nothing.
        Ok(taken) => {
            let sale = Arc::new(Sale { route, asked, offered, taken });
            tokio::spawn(sell(sale, work)).await.unwrap_or_else(|_| told::outcome(&Outcome::Failed))
        }
        Err(Untaken::Demand(reason)) => demand(&route, &asked, &offered, reason.as_ref()),
        Err(Untaken::Outcome(refused)) => told::outcome(&refused),
    }
}

fn presented(headers: &HeaderMap) -> Presented {
    Presented::of(headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())))
}

fn demand(
    route: &PaidRoute,
    asked: &Asked,
    offered: &[PaymentRequirements],
    because: Option<&ErrorReason>,
) -> Response {
    let demand = route.demand(asked, offered, because, route.paywall.0.till.now());
    let html = asked.is_browser.then(|| page::of(&demand, &route.paywall.0.assets));
    let outcome = Outcome::Demand(Box::new(demand));
    match html {
        Some(html) => told::page(&outcome, html),
        None => told::outcome(&outcome),
    }
}

/// Shows the payment to the till, and does what it says.
async fn sell(sale: Arc<Sale>, work: Work) -> Response {
    let Ok(place) = Arc::clone(&sale.route.paywall.0.places).try_acquire_owned() else {
        let error = "expected room for another payment at work, found none; nothing is charged";
        return told::Problem::new(StatusCode::SERVICE_UNAVAILABLE, "busy", error).retry_after(1).into_response();
    };
    let terms = sale.limits().terms();
    let Some(worker) = worker() else { return told::outcome(&Outcome::Failed) };
    let show = sale.route.show(&sale.taken, &sale.asked, worker, terms);
    let (step, is_identified) = (Step { payment: show.payment, worker: show.worker }, show.identified.is_some());
    let job = Job { sale: Arc::clone(&sale), step, terms, is_identified, _place: place };
    match sale.till().tell(Command::Show(Box::new(show))).await {
        Ok(Answer::Work { .. }) => job.execute(work).await,
        Ok(Answer::Settle { kept, is_delivered }) => job.settle(kept, None, is_delivered).await,
        Ok(Answer::Busy { doing, underway }) => sale.told_in_flight(doing, underway.as_deref()),
        Ok(Answer::Again { kept, settled }) => sale.deliver(&kept, None, &settled).await,
        Ok(_) => told::unexpected(),
        Err(error) => sale.refused(&error),
    }
}

/// A number that no other worker has: two that are taken for one would both work.
fn worker() -> Option<Worker> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).inspect_err(|error| tracing::error!(%error, "expected randomness, found none")).ok()?;
    Some(Worker(u64::from_be_bytes(bytes)))
}

impl Sale {
    fn limits(&self) -> &Limits {
        &self.route.paywall.0.limits
    }

    fn settler(&self) -> &dyn Settler {
        &*self.route.paywall.0.settler
    }

    fn till(&self) -> &Till {
        &self.route.paywall.0.till
    }

    fn network(&self) -> &str {
        self.taken.requirements.network.as_str()
    }

    fn delivery(&self, state: State) -> Delivery {
        self.route.policy.delivery(state)
    }

    fn demand(&self, because: Option<&ErrorReason>) -> Response {
        demand(&self.route, &self.asked, &self.offered, because)
    }

    fn refused(&self, error: &SubmitError<Refusal>) -> Response {
        told::refused(error, self.taken.paid_by, self.network()).unwrap_or_else(|reason| self.demand(Some(&reason)))
    }

    fn in_flight(&self, underway: Option<&Underway>) -> Response {
        self.told_in_flight(Doing::Settling, underway)
    }

    fn told_in_flight(&self, doing: Doing, underway: Option<&Underway>) -> Response {
        told::in_flight(self.taken.paid_by, self.network(), doing, underway)
    }

    async fn deliver(&self, kept: &Kept, body: Option<Bytes>, settled: &Settled) -> Response {
        let key = self.route.paywall.0.key.as_ref();
        let told = told::settlement(&self.taken.tendered.payment, settled, &self.asked.resource, key);
        match self.body_of(kept, body).await {
            Ok(body) => told::delivered(kept, body, self.taken.paid_by, told),
            Err(response) => response,
        }
    }

    /// Before the payment is final, as the route declared.
    async fn deliver_early(&self, kept: &Kept, body: Option<Bytes>, status: Option<&PaymentStatus>) -> Response {
        let told = told::pending_response(self.network(), status);
        match self.body_of(kept, body).await {
            Ok(body) => told::delivered(kept, body, self.taken.paid_by, told),
            Err(response) => response,
        }
    }

    /// The body: at hand, in line, or a blob.
    async fn body_of(&self, kept: &Kept, at_hand: Option<Bytes>) -> Result<Bytes, Response> {
        if let Some(body) = at_hand.or_else(|| told::inline(kept)) {
            return Ok(body);
        }
        let KeptBody::Blob { digest, .. } = kept.body() else { return Ok(Bytes::new()) };
        match self.till().result(digest).await {
            Ok(Some(body)) => Ok(body.into()),
            found => {
                let code = found.err().map_or("blob-missing", |error| error.code());
                tracing::error!(code, "a result that was kept cannot be read");
                let error = "expected the answer that was kept, found none: send the same request again";
                let problem = told::Problem::new(StatusCode::SERVICE_UNAVAILABLE, "result-out-of-reach", error);
                Err(problem.retry_after(5).into_response())
            }
        }
    }
}
