//! The caller's side: signs requests before they are sent.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use earnest_base::{Subject, SubjectKind};
use earnest_request::{Target, Terms, sign};
use earnest_signing::SecretKey;
use http::{HeaderValue, Request, header};

use crate::Clock;

/// Why a request cannot be signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// Neither the URI nor the header `Host` says where it goes.
    #[error("expected a request whose URI or header Host names the service")]
    AuthorityMissing,
    /// The operating system gives no randomness.
    #[error("expected randomness from the operating system: {0}")]
    Random(getrandom::Error),
    /// What was made is no header. The parts are ours, so this does not happen.
    #[error("expected headers that HTTP can carry")]
    Header,
}

/// Signs requests as one subject: the clients do it with every request, tests with their own.
#[derive(Debug)]
pub struct RequestSigner {
    kind: SubjectKind,
    key: SecretKey,
    clock: Clock,
}

impl RequestSigner {
    /// Signs as the subject of this kind with this key.
    #[must_use]
    pub const fn new(kind: SubjectKind, key: SecretKey, clock: Clock) -> Self {
        Self { kind, key, clock }
    }

    /// The subject that it signs as.
    #[must_use]
    pub fn subject(&self) -> Subject {
        Subject::new(self.kind, *self.key.public())
    }

    /// Signs a request: adds `Content-Digest`, `Signature-Input` and `Signature`, with a new nonce, for a minute.
    ///
    /// # Errors
    /// [`SignError`].
    pub fn sign<B: AsRef<[u8]>>(&self, request: &mut Request<B>) -> Result<(), SignError> {
        let host = || request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
        let authority = request.uri().authority().map(http::uri::Authority::as_str).or_else(host);
        let target = Target {
            method: request.method().as_str(),
            authority: authority.ok_or(SignError::AuthorityMissing)?,
            path: request.uri().path(),
            query: request.uri().query(),
        };
        let mut random = [0_u8; 16];
        getrandom::fill(&mut random).map_err(SignError::Random)?;
        let nonce = URL_SAFE_NO_PAD.encode(random);
        let terms = Terms { kind: self.kind, created: self.clock.now(), lasts_secs: 60, nonce: &nonce };
        let signed = sign(&target, request.body().as_ref(), terms, &self.key).map_err(|_| SignError::Header)?;
        let headers = request.headers_mut();
        for (name, value) in [
            ("content-digest", signed.content_digest),
            ("signature-input", signed.signature_input),
            ("signature", signed.signature),
        ] {
            headers.insert(name, HeaderValue::from_str(&value).map_err(|_| SignError::Header)?);
        }
        Ok(())
    }
}
