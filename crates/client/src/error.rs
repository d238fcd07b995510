//! Why a call gave no answer, sorted by what the caller has to know: whether anything was done.

use earnest_base::{InvalidError, NodeId, Subject};
use serde::Deserialize;

use crate::SignError;

/// Why a call gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The service's URL is none that can be called.
    #[error("expected the URL of a service such as http://127.0.0.1:8402, found {0}")]
    Url(&'static str),
    /// The HTTP client cannot be made.
    #[error("expected an HTTP client that can be made: {0}")]
    Setup(String),
    /// The route wants a signature, and this client has no key.
    #[error("expected a key to sign the request with, found none")]
    KeyMissing,
    /// The request cannot be signed.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// No connection was made: nothing was sent.
    #[error("expected the service within reach: {0}")]
    Unreachable(String),
    /// The request was sent, and no whole answer came.
    #[error("expected a whole answer: {0}")]
    Lost(String),
    /// The service refused, or says that it failed.
    #[error(transparent)]
    Refused(#[from] Box<Refused>),
    /// An answer is larger than it can be.
    #[error("expected an answer of at most {0} bytes")]
    TooLarge(usize),
    /// An answer is not what the route gives.
    #[error("expected the answer of this route: {0}")]
    Answer(String),
    /// A document that came back does not verify.
    #[error("expected a document that verifies: {0}")]
    Document(#[from] earnest_signing::Error),
    /// A document that came back is somebody else's.
    #[error("expected a document of {expected}, found one of {found}")]
    OtherSigner {
        /// The node that is known to be the service's.
        expected: Box<NodeId>,
        /// Who signed.
        found: Box<Subject>,
    },
    /// A document that came back is about something else.
    #[error("expected the {0} that was asked for, found another")]
    OtherDocument(&'static str),
}

impl ClientError {
    /// The stable code: the service's own where it refused.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Url(_) => "url-invalid",
            Self::Setup(_) => "client-unavailable",
            Self::KeyMissing => "key-missing",
            Self::Sign(_) => "request-unsigned",
            Self::Unreachable(_) => "service-unreachable",
            Self::Lost(_) => "answer-lost",
            Self::Refused(refused) => &refused.code,
            Self::TooLarge(_) => "answer-too-large",
            Self::Answer(_) => "answer-invalid",
            Self::Document(error) => error.code().as_str(),
            Self::OtherSigner { .. } => "signer-other",
            Self::OtherDocument(_) => "document-other",
        }
    }

    /// Whether the request may have been done all the same. Then the same request, sent again, tells: what is done under an
    /// id is done once, and is answered as the first time.
    #[must_use]
    pub fn is_outcome_unknown(&self) -> bool {
        match self {
            Self::Url(_) | Self::Setup(_) | Self::KeyMissing | Self::Sign(_) | Self::Unreachable(_) => false,
            Self::Refused(refused) => refused.is_outcome_unknown(),
            Self::Lost(_)
            | Self::TooLarge(_)
            | Self::Answer(_)
            | Self::Document(_)
            | Self::OtherSigner { .. }
            | Self::OtherDocument(_) => true,
        }
    }
}

impl From<InvalidError> for ClientError {
    fn from(error: InvalidError) -> Self {
        Self::Answer(error.to_string())
    }
}

/// What a service says of a request that it did not take (RFC 9457).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {}", detail.as_deref().unwrap_or(title))]
pub struct Refused {
    /// The HTTP status.
    pub status: u16,
    /// The stable code.
    pub code: String,
    /// What the code means.
    pub title: String,
    /// What was expected this time.
    pub detail: Option<String>,
    /// The member of the body at fault.
    pub pointer: Option<Box<str>>,
    /// In how many seconds the same request may be sent again.
    pub retry_after_secs: Option<u32>,
    /// The id under which the service logs the request.
    pub request_id: Option<Box<str>>,
}

/// Codes of a status above 499 that say that nothing was done.
const NOT_DONE: &[&str] = &["busy", "not-ready", "connections-exhausted"];

impl Refused {
    /// The refusal in an answer; where it is no problem+json, what the status alone says.
    pub(crate) fn of(status: u16, retry_after: Option<&str>, body: &[u8]) -> Self {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Body {
            code: String,
            #[serde(default)]
            title: String,
            detail: Option<String>,
            pointer: Option<Box<str>>,
            request_id: Option<Box<str>>,
        }
        let unreadable = || Body {
            code: "status-unexpected".to_owned(),
            title: format!("status {status} without a reason"),
            detail: None,
            pointer: None,
            request_id: None,
        };
        let body = serde_json::from_slice::<Body>(body).unwrap_or_else(|_| unreadable());
        let Body { code, title, detail, pointer, request_id } = body;
        let retry_after_secs = retry_after.and_then(|seconds| seconds.parse().ok());
        Self { status, code, title, detail, pointer, retry_after_secs, request_id }
    }

    /// One of several things that one request asked for.
    pub(crate) fn one_of_several(status: u16, code: String, detail: String) -> Self {
        let (title, detail) = (String::new(), Some(detail));
        Self { status, code, title, detail, pointer: None, retry_after_secs: None, request_id: None }
    }

    /// Whether the service may have done it all the same.
    #[must_use]
    pub fn is_outcome_unknown(&self) -> bool {
        self.status >= 500 && !NOT_DONE.contains(&self.code.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_whether_anything_was_done() {
        for (status, code, unknown) in [
            (403, "not-caller", false),
            (409, "id-conflict", false),
            (429, "rate-limited", false),
            (503, "busy", false),
            (503, "not-ready", false),
            (503, "outage", true),
            (503, "answer-slow", true),
            (500, "internal", true),
        ] {
            let body = format!("{{\"code\":\"{code}\",\"title\":\"x\",\"requestId\":\"r1\",\"more\":1}}");
            let refused = Refused::of(status, Some("1"), body.as_bytes());
            assert_eq!((refused.is_outcome_unknown(), refused.code.as_str()), (unknown, code));
            assert_eq!((refused.retry_after_secs, refused.request_id.as_deref()), (Some(1), Some("r1")));
        }
    }

    #[test]
    fn an_answer_that_is_no_problem_is_told_by_its_status() {
        for (status, unknown) in [(502, true), (404, false)] {
            let refused = Refused::of(status, Some("tomorrow"), b"<html>");
            assert_eq!((refused.code.as_str(), refused.is_outcome_unknown()), ("status-unexpected", unknown));
            assert_eq!(refused.retry_after_secs, None);
        }
    }
}
