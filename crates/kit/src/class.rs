//! Classes of routes: what a request may bring, how long it may take, how many at once, how often, and who may call.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use earnest_base::PublicKey;
use http::header;
use tokio::{sync::Semaphore, time::timeout};

use crate::{
    auth::{Caller, Verifier},
    body::BoundedBody,
    held::HeldBody,
    limits::{Limiter, Rate, address_key},
    problem::{Problem, ServiceCode},
    server::Peer,
};

/// Who may call.
#[derive(Debug, Clone)]
pub enum Access {
    /// Anybody.
    Open,
    /// Whoever signs the request; what the caller may do is the handler's to decide.
    Signed(Verifier),
    /// Anybody; where the request is signed, the signature must hold, and the handler learns who calls.
    Either(Verifier),
}

/// What the routes of one kind take. Start from [`Class::open`] or [`Class::signed`] and name what differs.
#[derive(Debug, Clone)]
pub struct Class {
    /// Who may call.
    pub access: Access,
    /// The greatest body, in bytes.
    pub body_max_bytes: u64,
    /// How long a body may take to arrive.
    pub body_within: Duration,
    /// How long the handler may take before it answers; what it streams afterwards is not counted.
    pub answer_within: Duration,
    /// How many requests may be under way; more are refused, not queued.
    pub at_once: usize,
    /// Whether a request counts as under way until its answer was sent whole: for streams.
    pub streams_answers: bool,
    /// Whether the handler reads the body while it arrives: for large bodies. Its digest is compared at its end.
    pub streams_bodies: bool,
    /// Whether bodies without a Content-Length are taken.
    pub takes_chunked: bool,
    /// How often one caller may call.
    pub rate: Rate,
    /// How often one address may call without a valid signature.
    pub address_rate: Rate,
}

impl Class {
    /// Routes that anybody may call.
    #[must_use]
    pub fn open() -> Self {
        Self {
            access: Access::Open,
            body_max_bytes: 256 * 1024,
            body_within: Duration::from_secs(10),
            answer_within: Duration::from_secs(30),
            at_once: 1_024,
            streams_answers: false,
            streams_bodies: false,
            takes_chunked: false,
            rate: Rate::per_minute(NonZeroU32::MIN.saturating_add(59_999)),
            address_rate: Rate::per_minute(NonZeroU32::MIN.saturating_add(5_999)),
        }
    }

    /// Routes whose requests are signed.
    #[must_use]
    pub fn signed(verifier: Verifier) -> Self {
        Self { access: Access::Signed(verifier), ..Self::open() }
    }

    /// Streams of events, as [`sse`](crate::sse) makes them.
    #[must_use]
    pub fn streams(self) -> Self {
        Self { streams_answers: true, at_once: 256, ..self }
    }
}

/// A class at work.
#[derive(Debug)]
pub(crate) struct Gate {
    class: Class,
    places: Arc<Semaphore>,
    callers: Limiter<PublicKey>,
    addresses: Limiter<u128>,
}

impl Gate {
    pub(crate) fn new(class: Class) -> Self {
        let places = Arc::new(Semaphore::new(class.at_once));
        let (callers, addresses) = (Limiter::new(class.rate), Limiter::new(class.address_rate));
        Self { class, places, callers, addresses }
    }

    async fn admit(&self, request: Request) -> Result<Request, Problem> {
        let request = self.bounded(request)?;
        let verifier = match &self.class.access {
            Access::Open => None,
            Access::Signed(verifier) => Some(verifier),
            Access::Either(verifier) => request.headers().contains_key("signature-input").then_some(verifier),
        };
        let peer = request.extensions().get::<Peer>().copied();
        let unsigned = || peer.map_or(Ok(()), |peer| self.addresses.check(&address_key(peer.0.ip())));
        let Some(verifier) = verifier else {
            unsigned()?;
            return Ok(request);
        };
        match verifier.verify(request, self.class.streams_bodies).await {
            Ok(request) => {
                if let Some(caller) = request.extensions().get::<Caller>() {
                    self.callers.check(caller.subject().key())?;
                }
                Ok(request)
            }
            Err(problem) => {
                unsigned()?;
                Err(problem)
            }
        }
    }

    /// Refuses a body that is too large by its own account, or that says no length; bounds the others.
    fn bounded(&self, mut request: Request) -> Result<Request, Problem> {
        if request.headers().contains_key(header::TRANSFER_ENCODING) && !self.class.takes_chunked {
            return Err(ServiceCode::LengthRequired.into());
        }
        let length =
            request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
        if length.is_some_and(|length: u64| length > self.class.body_max_bytes) {
            let detail = format!("expected at most {} bytes", self.class.body_max_bytes);
            return Err(ServiceCode::BodyTooLarge.problem().detail(detail));
        }
        let body = std::mem::take(request.body_mut());
        *request.body_mut() = BoundedBody::bound(body, self.class.body_max_bytes, self.class.body_within);
        Ok(request)
    }
}

/// Lets a request through to its handler, or refuses it.
pub(crate) async fn pass(State(gate): State<Arc<Gate>>, request: Request, next: Next) -> Response {
    let Ok(place) = Arc::clone(&gate.places).try_acquire_owned() else {
        return ServiceCode::Busy.problem().into_response();
    };
    let request = match gate.admit(request).await {
        Ok(request) => request,
        Err(problem) => return problem.into_response(),
    };
    match timeout(gate.class.answer_within, next.run(request)).await {
        Ok(answer) if gate.class.streams_answers => answer.map(|body| HeldBody::hold(body, place)),
        Ok(answer) => answer,
        Err(_) => ServiceCode::AnswerSlow.problem().into_response(),
    }
}
