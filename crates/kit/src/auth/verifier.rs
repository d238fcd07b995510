//! Verifies a request: its signature, its body, its nonce, in this order, so that junk burns no nonce.

use std::{fmt, sync::Arc};

use axum::{body::Body, extract::Request};
use earnest_request::{Claim, RequestError, Target, Verified, Window, check_digest};
use http::{HeaderMap, HeaderValue, request::Parts};
use sha2::{Digest, Sha256};

use super::{Caller, MemoryNonces, NonceStore, NonceUse, digest::DigestBody};
use crate::{
    Clock,
    body::read_body,
    problem::{Problem, ServiceCode},
};

/// Verifies signed requests. Cheap to clone.
#[derive(Clone)]
pub struct Verifier {
    nonces: Arc<dyn NonceStore>,
    clock: Clock,
    window: Window,
}

impl Verifier {
    /// A verifier that keeps nonces in this store.
    #[must_use]
    pub fn new(nonces: Arc<dyn NonceStore>, clock: Clock) -> Self {
        Self { nonces, clock, window: Window::default() }
    }

    /// A verifier that keeps nonces in memory, by the machine's clock.
    #[must_use]
    pub fn in_memory() -> Self {
        let clock = Clock::system();
        Self::new(Arc::new(MemoryNonces::new(clock.clone())), clock)
    }

    /// Verifies a request, its body included. It carries its [`Caller`] afterwards. A body that streams is compared with
    /// its digest while the handler reads it, and ends in an error where it is another.
    ///
    /// # Errors
    /// What is wrong with the signature, `nonce-reused`, what is wrong with the body, or `outage`.
    pub(crate) async fn verify(&self, request: Request, streams: bool) -> Result<Request, Problem> {
        let (mut parts, body) = request.into_parts();
        let digest = joined(&parts.headers, "content-digest").ok_or(RequestError::DigestMissing);
        let verified = self.signature(&parts, digest.as_deref().unwrap_or_default())?;
        let digest = digest?;
        let body = if streams {
            DigestBody::wrap(body, digest)
        } else {
            let bytes = read_body(body).await?;
            check_digest(&digest, &Sha256::digest(&bytes).into())?;
            Body::from(bytes)
        };
        self.spend(&verified).await?;
        parts.extensions.insert(Caller::new(verified.subject, verified.created));
        Ok(Request::from_parts(parts, body))
    }

    fn signature(&self, parts: &Parts, digest: &str) -> Result<Verified, RequestError> {
        let input = joined(&parts.headers, "signature-input").ok_or(RequestError::SignatureMissing)?;
        let signature = joined(&parts.headers, "signature").ok_or(RequestError::SignatureMissing)?;
        let claim = Claim::parse(&input, &signature)?;
        let authority = parts.uri.authority().map(http::uri::Authority::as_str);
        let host = || parts.headers.get(http::header::HOST).and_then(|host| host.to_str().ok());
        let target = Target {
            method: parts.method.as_str(),
            authority: authority.or_else(host).unwrap_or_default(),
            path: parts.uri.path(),
            query: parts.uri.query(),
        };
        claim.verify(&target, digest, self.window, self.clock.now())
    }

    async fn spend(&self, verified: &Verified) -> Result<(), Problem> {
        let key = *verified.subject.key();
        match self.nonces.spend(key, &verified.nonce, verified.created, verified.expires).await {
            NonceUse::First => Ok(()),
            NonceUse::Again => Err(ServiceCode::NonceReused.into()),
            NonceUse::Forgotten => Err(RequestError::SignatureExpired.into()),
            NonceUse::Outage => Err(ServiceCode::Outage.into()),
        }
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier").field("window", &self.window).finish_non_exhaustive()
    }
}

/// A header's value; where it came in several lines, joined by a comma.
fn joined(headers: &HeaderMap, name: &str) -> Option<String> {
    let lines: Option<Vec<&str>> = headers.get_all(name).iter().map(|line| HeaderValue::to_str(line).ok()).collect();
    lines.filter(|lines| !lines.is_empty()).map(|lines| lines.join(", "))
}
