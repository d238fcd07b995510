//! Refusals over HTTP: problem+json (RFC 9457) with a stable code, for what a service refuses and for what the
//! framework does.

mod body;
mod code;

use std::borrow::Cow;

use axum::response::{IntoResponse, Response};
use earnest_signing::{Code, Error, Fault, Pointer, Position};
use http::{HeaderValue, StatusCode, header};
use serde_json::{Map, Value};

pub use body::ProblemBody;
pub use code::{ServiceCode, codes_markdown};

/// The media type of problems.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// What a domain's refusal says of itself, so that it can be told over HTTP. Nothing of it may repeat what the request
/// held: problems are answered to whoever asks, and are logged by their code.
pub trait Refusal {
    /// The stable code, kebab-case; the problem's type is `urn:earnest:problem:` and this.
    fn code(&self) -> &'static str;
    /// The HTTP status, 400 to 599.
    fn status(&self) -> StatusCode;
    /// What the code means, in a sentence that is the same every time.
    fn title(&self) -> &'static str;
    /// What was expected this time.
    fn detail(&self) -> Option<String> {
        None
    }
    /// The member of the request's body at fault.
    fn pointer(&self) -> Option<&Pointer> {
        None
    }
    /// Where the member stands in the request's body.
    fn position(&self) -> Option<Position> {
        None
    }
    /// In how many seconds the same request may be sent again; `None` where that changes nothing.
    fn retry_after_secs(&self) -> Option<u32> {
        None
    }
}

/// A refusal on its way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem(Box<Parts>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Parts {
    code: &'static str,
    status: StatusCode,
    title: &'static str,
    detail: Option<String>,
    pointer: Option<Pointer>,
    position: Option<Position>,
    parameter: Option<Cow<'static, str>>,
    retry_after_secs: Option<u32>,
    more: Map<String, Value>,
}

impl<R: Refusal> From<R> for Problem {
    fn from(refusal: R) -> Self {
        Self(Box::new(Parts {
            code: refusal.code(),
            status: refusal.status(),
            title: refusal.title(),
            detail: refusal.detail(),
            pointer: refusal.pointer().filter(|pointer| !pointer.as_str().is_empty()).cloned(),
            position: refusal.position(),
            parameter: None,
            retry_after_secs: refusal.retry_after_secs(),
            more: Map::new(),
        }))
    }
}

impl Problem {
    /// The same problem, with what was expected this time.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    /// The same problem, with the parameter of path or query at fault.
    #[must_use]
    pub fn parameter(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.0.parameter = Some(name.into());
        self
    }

    /// The same problem, with the seconds after which the request may be sent again.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.0.retry_after_secs = Some(seconds);
        self
    }

    /// The same problem, with a member of its own.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.more.insert(name.to_owned(), value.into());
        self
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.0.code
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// The body, with the id of the request that it answers.
    #[must_use]
    pub fn body(&self, request_id: Option<&str>) -> ProblemBody {
        let parts = &*self.0;
        ProblemBody {
            r#type: format!("urn:earnest:problem:{}", parts.code),
            title: parts.title.into(),
            status: parts.status.as_u16(),
            code: parts.code.into(),
            detail: parts.detail.clone(),
            pointer: parts.pointer.as_ref().map(|pointer| pointer.as_str().to_owned()),
            line: parts.position.map(|position| position.line),
            column: parts.position.map(|position| position.column),
            parameter: parts.parameter.as_deref().map(str::to_owned),
            retryable: parts.retry_after_secs.is_some(),
            request_id: request_id.map(str::to_owned),
            more: parts.more.clone(),
        }
    }

    /// The answer, with the id of the request that it answers. The problem goes along as an extension, so that layers
    /// further out can read its code.
    #[must_use]
    pub fn response(self, request_id: Option<&str>) -> Response {
        let body = serde_json::to_vec(&self.body(request_id)).unwrap_or_default();
        let content_type = [(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE))];
        let mut response = (self.0.status, content_type, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.0.retry_after_secs {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.0.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Signature"));
            headers.insert("accept-signature", HeaderValue::from_static(earnest_request::ACCEPT_SIGNATURE));
        }
        response.extensions_mut().insert(self);
        response
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        self.response(None)
    }
}

/// A document or a body that is refused: 413 where it is too large, else 400. What was found is left out, since it is the
/// caller's.
impl Refusal for Error {
    fn code(&self) -> &'static str {
        self.code().as_str()
    }

    fn status(&self) -> StatusCode {
        if self.code() == Code::TOO_LARGE { StatusCode::PAYLOAD_TOO_LARGE } else { StatusCode::BAD_REQUEST }
    }

    fn title(&self) -> &'static str {
        let code = self.code();
        let shared = Code::SHARED.iter().find(|(shared, _)| *shared == code).map(|(_, says)| *says);
        shared.unwrap_or(match code.fault() {
            Fault::Check => "The members contradict each other.",
            _ => "The document was refused.",
        })
    }

    fn detail(&self) -> Option<String> {
        expected(self.message())
    }

    fn pointer(&self) -> Option<&Pointer> {
        Some(self.pointer())
    }

    fn position(&self) -> Option<Position> {
        self.position()
    }
}

/// The part of a message that says what was expected; `None` where the message is not of our form.
pub(crate) fn expected(message: &str) -> Option<String> {
    let expected = message.split(", found").next()?;
    expected.starts_with("expected ").then(|| expected.to_owned())
}
