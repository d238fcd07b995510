//! The HTTP adapter: answers of `POST /payments` and `GET /payments/{paymentId}`, made from the domain answer only.

use earnest_base::Count;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    Answer, Category, ErrorCode, Lookup, Outage, PaymentStatus, PublicUrl, RefusedSubmission, State, Submission,
    answer,
    submission::{RetryableError, check_retryable, retryable_rules},
};

/// An HTTP answer: what a service writes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpAnswer {
    /// The status code.
    pub status: u16,
    /// The value of the header `Retry-After`, in seconds, where asking again makes sense.
    pub retry_after_secs: Option<u32>,
    /// The body.
    pub body: HttpBody,
}

/// The body of an HTTP answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum HttpBody {
    /// A payment's status.
    Status(PaymentStatus),
    /// Why there is none.
    Problem(Problem),
}

impl HttpAnswer {
    /// The value of the header `Content-Type`.
    #[must_use]
    pub const fn content_type(&self) -> &'static str {
        match self.body {
            HttpBody::Status(_) => "application/json",
            HttpBody::Problem(_) => "application/problem+json",
        }
    }

    fn status(code: u16, answer: &Answer, gateway: &PublicUrl) -> Self {
        let body = HttpBody::Status(PaymentStatus::new(answer, gateway));
        Self { status: code, retry_after_secs: retry_after_secs(answer.state()), body }
    }

    fn problem(problem: Problem) -> Self {
        let retry_after_secs = problem.code.retryable().then_some(10);
        Self { status: problem.status(), retry_after_secs, body: HttpBody::Problem(problem) }
    }
}

/// The answer to `POST /payments`: 202 while the payment is under way, 200 once it has ended, the code's status where
/// the submission is refused, 503 where the store is out of reach.
///
/// ```
/// use earnest_payment::{Outage, PublicUrl, http};
///
/// let gateway = PublicUrl::new(&"https://gateway.example".parse()?)?;
/// assert_eq!(http::submitted(&Err(Outage), &gateway).status, 503);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn submitted(outcome: &Result<Submission, Outage>, gateway: &PublicUrl) -> HttpAnswer {
    match outcome {
        Ok(Submission::Accepted(payment)) => {
            let answer = answer(Lookup::Record(payment));
            let code = if answer.state().category() == Category::InFlight { 202 } else { 200 };
            HttpAnswer::status(code, &answer, gateway)
        }
        Ok(Submission::Refused(refused)) => HttpAnswer::problem(Problem::refused(refused)),
        Err(outage) => HttpAnswer::problem(Problem::outage(*outage)),
    }
}

/// The answer to `GET /payments/{paymentId}`: 200, 404 where nothing stands under the id, 503 where the store is out of
/// reach.
#[must_use]
pub fn polled(outcome: &Result<Answer, Outage>, gateway: &PublicUrl) -> HttpAnswer {
    match outcome {
        Ok(answer) => HttpAnswer::status(if answer.state() == State::NotFound { 404 } else { 200 }, answer, gateway),
        Err(outage) => HttpAnswer::problem(Problem::outage(*outage)),
    }
}

/// How long to wait before asking again about a payment in a state.
const fn retry_after_secs(state: State) -> Option<u32> {
    match state {
        State::Submitted | State::Queued => Some(5),
        State::Broadcasting => Some(2),
        State::Mempool => Some(10),
        _ => None,
    }
}

/// Why there is no status (RFC 9457), with the members `error`, `code`, `retryable` and `hint` that x402 clients read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "ProblemWire", try_from = "ProblemWire")]
pub struct Problem {
    status: Count<400, 599>,
    code: ErrorCode,
    error: String,
    hint: Option<String>,
}

impl Problem {
    /// The problem of a refused submission, or of a request that cannot be read (`INVALID_TRANSACTION`).
    #[must_use]
    pub fn refused(refused: &RefusedSubmission) -> Self {
        let RefusedSubmission { code, error, help } = refused.clone();
        Self { status: status_of(code.http_status()), code, error, hint: help }
    }

    /// The problem of a store that is out of reach: 503, and nothing about any payment.
    #[must_use]
    pub fn outage(outage: Outage) -> Self {
        Self { status: status_of(503), code: ErrorCode::InternalError, error: outage.to_string(), hint: None }
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        u16::try_from(self.status.value()).unwrap_or(500)
    }

    /// The code.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        self.code
    }

    /// What happened, in words.
    #[must_use]
    pub fn error(&self) -> &str {
        &self.error
    }

    /// What the client can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

/// Every status that this module names lies within the bounds.
fn status_of(status: u16) -> Count<400, 599> {
    #[expect(
        clippy::expect_used,
        reason = "the statuses are the literals of this crate; a test walks over all of them"
    )]
    Count::new(status.into()).expect("a status from 400 to 599")
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ProblemWire {
    /// The problem's type: `urn:earnest:problem:` and the code.
    r#type: String,
    /// What the code means.
    title: String,
    /// The HTTP status.
    status: Count<400, 599>,
    /// What happened, in words.
    #[schemars(length(min = 1))]
    #[serde(deserialize_with = "crate::not_empty")]
    error: String,
    /// What went wrong.
    code: ErrorCode,
    /// Whether the same request may be sent again as it is.
    retryable: bool,
    /// What the client can do about it.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::present")]
    hint: Option<String>,
}

fn type_of(code: ErrorCode) -> String {
    format!("urn:earnest:problem:{}", code.as_str().to_ascii_lowercase().replace('_', "-"))
}

/// Members of a problem that contradict its code.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProblemError {
    #[error("expected the member \"type\" to be {expected:?}, found {found:?}")]
    Type { expected: String, found: String },
    #[error(transparent)]
    Retryable(#[from] RetryableError),
}

impl From<Problem> for ProblemWire {
    fn from(problem: Problem) -> Self {
        let Problem { status, code, error, hint } = problem;
        let title = code.says().to_owned();
        Self { r#type: type_of(code), title, status, error, code, retryable: code.retryable(), hint }
    }
}

impl TryFrom<ProblemWire> for Problem {
    type Error = ProblemError;

    fn try_from(wire: ProblemWire) -> Result<Self, ProblemError> {
        let expected = type_of(wire.code);
        if wire.r#type != expected {
            return Err(ProblemError::Type { expected, found: wire.r#type });
        }
        check_retryable(wire.code, wire.retryable)?;
        Ok(Self { status: wire.status, code: wire.code, error: wire.error, hint: wire.hint })
    }
}

impl JsonSchema for Problem {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Problem".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let mut schema = ProblemWire::json_schema(generator);
        let mut rules = retryable_rules();
        if let Value::Array(rules) = &mut rules {
            rules.extend(ErrorCode::ALL.iter().map(|code| {
                json!({
                    "if": { "properties": { "code": { "const": code } } },
                    "then": { "properties": { "type": { "const": type_of(*code) } } },
                })
            }));
        }
        schema.insert("allOf".into(), rules);
        schema
    }
}
