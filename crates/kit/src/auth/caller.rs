//! The caller of a request, once its signature is verified.

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use earnest_base::{NodeId, ParticipantId, Subject, Timestamp};
use earnest_request::RequestError;
use http::request::Parts;

use crate::problem::{Problem, ServiceCode};

/// Who signed the request. Only the kit's verification makes one; what the caller may do is the service's to decide.
#[derive(Debug, Clone)]
pub struct Caller {
    subject: Subject,
    signed_at: Timestamp,
}

impl Caller {
    pub(super) const fn new(subject: Subject, signed_at: Timestamp) -> Self {
        Self { subject, signed_at }
    }

    /// The subject whose key signed, in the capacity that it named.
    #[must_use]
    pub const fn subject(&self) -> &Subject {
        &self.subject
    }

    /// When the request was signed, by the caller's clock.
    #[must_use]
    pub const fn signed_at(&self) -> Timestamp {
        self.signed_at
    }

    /// The participant who signed.
    ///
    /// # Errors
    /// `forbidden`, where it is no participant.
    pub fn participant(&self) -> Result<ParticipantId, Problem> {
        match self.subject {
            Subject::Participant(participant) => Ok(participant),
            _ => Err(ServiceCode::Forbidden.problem().detail("expected a participant's signature")),
        }
    }

    /// The node that signed.
    ///
    /// # Errors
    /// `forbidden`, where it is no node.
    pub fn node(&self) -> Result<NodeId, Problem> {
        match self.subject {
            Subject::Node(node) => Ok(node),
            _ => Err(ServiceCode::Forbidden.problem().detail("expected a node's signature")),
        }
    }
}

/// The caller, on routes whose class asks for signatures.
impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Problem::from(RequestError::SignatureMissing))
    }
}

/// The caller where the request is signed; nobody where it is not.
impl<S: Send + Sync> OptionalFromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Problem> {
        Ok(parts.extensions.get::<Self>().cloned())
    }
}

impl aide::OperationInput for Caller {}
