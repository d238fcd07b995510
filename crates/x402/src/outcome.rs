//! What a paid route answers: each outcome of a request with its status, headers and body, as data. A server only
//! writes it out.

mod table;

use serde_json::{Value, json};

pub use table::{OUTCOMES, OutcomeRow};

use crate::{
    Confusion, ErrorReason, FacilitatorError, IdentifierError, SettleResponse,
    header::{self, PAYMENT_REQUIRED, PAYMENT_RESPONSE, X_PAYMENT_RESPONSE},
    v1, v2,
};

/// The version of x402 by which a client paid, and is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PaidBy {
    /// Version 1.
    V1,
    /// Version 2.
    V2,
}

/// What became of a request to a paid route.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// It is not paid, or not validly: the client is asked to pay, and told why where it tried.
    Demand(Box<v2::PaymentRequired>),
    /// Its headers contradict each other.
    Confused(Confusion),
    /// It lacks the payment identifier that the route asks for, or has one of another form.
    Identifier(IdentifierError),
    /// Its payment identifier belongs to another payment.
    IdentifierConflict,
    /// The route's own rules refuse it before any payment.
    Aborted {
        /// Why, in words.
        reason: String,
    },
    /// Its payment did not settle. Nothing is delivered.
    SettleFailed {
        /// How the client paid.
        paid_by: PaidBy,
        /// What the facilitator answered.
        settled: Box<SettleResponse>,
    },
    /// The facilitator did not answer, or not as one.
    FacilitatorFailed(FacilitatorError),
    /// The server failed.
    Failed,
    /// Its payment is settled: the headers join the route's own answer.
    Settled {
        /// How the client paid.
        paid_by: PaidBy,
        /// What the facilitator answered.
        settled: Box<SettleResponse>,
    },
}

/// A part of an HTTP answer: what x402 has to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutcomeAnswer {
    /// The status; `None` where the route's own stays.
    pub status: Option<u16>,
    /// Headers, each set once.
    pub headers: Vec<(&'static str, String)>,
    /// The body; `None` where the route's own stays.
    pub body: Option<Value>,
}

impl v2::PaymentRequired {
    /// The same demand, with why the client's payment is not taken.
    #[must_use]
    pub fn because(mut self, reason: &ErrorReason) -> Self {
        self.error = Some(reason.as_str().to_owned());
        self
    }
}

impl Outcome {
    /// The status; `None` where the route's own stays.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        Some(match self {
            Self::Demand(demand) if asks_for_allowance(demand) => 412,
            Self::Demand(_) | Self::SettleFailed { .. } => 402,
            Self::Confused(_) | Self::Identifier(_) => 400,
            Self::IdentifierConflict => 409,
            Self::Aborted { .. } => 403,
            Self::FacilitatorFailed(_) => 502,
            Self::Failed => 500,
            Self::Settled { .. } => return None,
        })
    }

    /// The answer. `cache_control` is the route's own header of that name, which a settled answer keeps and narrows.
    ///
    /// ```
    /// use earnest_x402::{Outcome, header, v2::PaymentRequired};
    ///
    /// let demand: PaymentRequired = serde_json::from_str(
    ///     r#"{"x402Version": 2, "resource": {"url": "https://api.example/a"}, "accepts": [{"scheme": "exact",
    ///         "network": "eip155:8453", "amount": "1", "asset": "0x83", "payTo": "0x20", "maxTimeoutSeconds": 60}]}"#,
    /// )?;
    /// let answer = Outcome::Demand(Box::new(demand)).answer(None);
    /// assert_eq!(answer.status, Some(402));
    /// assert_eq!(answer.headers[0].0, header::PAYMENT_REQUIRED);
    /// assert_eq!(answer.body.unwrap_or_default()["x402Version"], 1);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn answer(&self, cache_control: Option<&str>) -> OutcomeAnswer {
        let mut headers = Vec::new();
        let body = match self {
            Self::Demand(demand) => {
                headers.push((PAYMENT_REQUIRED, header::encode(&**demand)));
                Some(v1_body(demand))
            }
            Self::SettleFailed { paid_by, settled } => {
                headers.push(result(*paid_by, settled));
                Some(json!({}))
            }
            Self::Settled { paid_by, settled } => {
                headers.push(result(*paid_by, settled));
                None
            }
            refused => Some(refused.problem()),
        };
        let cache_control = if body.is_some() { "no-store".to_owned() } else { private(cache_control) };
        headers.push(("Cache-Control", cache_control));
        if body.is_some() {
            headers.push(("Content-Type", self.content_type().to_owned()));
        }
        OutcomeAnswer { status: self.status(), headers, body }
    }

    const fn content_type(&self) -> &'static str {
        match self {
            Self::Demand(_) | Self::SettleFailed { .. } | Self::Settled { .. } => "application/json",
            _ => "application/problem+json",
        }
    }

    /// The stable code of a refusal that is no demand.
    fn code(&self) -> &str {
        match self {
            Self::Demand(_) => "payment-required",
            Self::Confused(confusion) => confusion.code(),
            Self::Identifier(error) => error.code(),
            Self::IdentifierConflict => "payment-identifier-conflict",
            Self::Aborted { .. } => "aborted",
            Self::SettleFailed { .. } => "settle-failed",
            Self::FacilitatorFailed(error) => error.code(),
            Self::Failed => "internal-error",
            Self::Settled { .. } => "settled",
        }
    }

    /// RFC 9457, with the member `error` that x402 clients show.
    fn problem(&self) -> Value {
        let error = match self {
            Self::Confused(confusion) => confusion.to_string(),
            Self::Identifier(error) => error.to_string(),
            Self::IdentifierConflict => "expected the payment that this identifier names, found another".to_owned(),
            Self::Aborted { reason } => reason.clone(),
            // What a facilitator said, or where it is, is no business of the client's.
            Self::FacilitatorFailed(_) => "expected an answer of the facilitator, found none that holds".to_owned(),
            _ => "expected to serve the request, found a fault of the server".to_owned(),
        };
        let (code, status) = (self.code(), self.status());
        json!({ "type": format!("urn:earnest:problem:{code}"), "code": code, "status": status, "error": error })
    }
}

/// The word of a client that must first let a contract spend its token.
fn asks_for_allowance(demand: &v2::PaymentRequired) -> bool {
    demand.error.as_deref() == Some(ErrorReason::PERMIT2_ALLOWANCE_REQUIRED.as_str())
}

/// What a client of version 1 reads: its own demand, or nothing where it could pay none of it.
fn v1_body(demand: &v2::PaymentRequired) -> Value {
    v1::PaymentRequired::of(demand).and_then(|body| serde_json::to_value(body).ok()).unwrap_or_else(|| json!({}))
}

fn result(paid_by: PaidBy, settled: &SettleResponse) -> (&'static str, String) {
    match paid_by {
        PaidBy::V2 => (PAYMENT_RESPONSE, header::encode(settled)),
        PaidBy::V1 => (X_PAYMENT_RESPONSE, header::encode(&settled.clone().for_v1())),
    }
}

/// `Cache-Control` of a settled answer: the route's own directives, and `private`. `public` goes, which would contradict.
fn private(own: Option<&str>) -> String {
    let kept = own.unwrap_or_default().split(',').map(str::trim).filter(|directive| {
        let word = directive.split('=').next().unwrap_or_default().trim();
        !directive.is_empty() && !["private", "public", "s-maxage"].iter().any(|other| word.eq_ignore_ascii_case(other))
    });
    kept.chain(["private"]).collect::<Vec<_>>().join(", ")
}
