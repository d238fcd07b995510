//! What a facilitator's answer is worth. Settling is the point: an answer that cannot be read, or none at all, says
//! nothing about the money, so it is neither a success nor a failure.

use earnest_signing::Error;

use super::{SettleResponse, VerifyResponse};
use crate::{ErrorReason, Message, read};

/// An answer that decides nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FacilitatorError {
    /// No answer came in time, or the connection broke.
    #[error("expected an answer of the facilitator, found none: {0}")]
    NoAnswer(String),
    /// A status of failure, without a body that says more.
    #[error("expected an answer of the facilitator, found status {0}")]
    Status(u16),
    /// A body that is not the answer's.
    #[error("expected the facilitator's answer, found another body with status {status}: {error}")]
    Malformed {
        /// The status.
        status: u16,
        /// What is wrong with the body.
        error: Error,
    },
    /// A failure that does not say how far it came: the facilitator failed itself, or calls a payment pending and names
    /// no transaction.
    #[error("expected to learn how far the payment came, found {0}")]
    Unexplained(ErrorReason),
    /// A status of failure over a body of success.
    #[error("expected status and body to agree, found status {0} over a success")]
    Contradiction(u16),
}

impl FacilitatorError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoAnswer(_) => "facilitator-no-answer",
            Self::Status(_) => "facilitator-status",
            Self::Malformed { .. } => "facilitator-malformed",
            Self::Unexplained(_) => "facilitator-unexplained",
            Self::Contradiction(_) => "facilitator-contradiction",
        }
    }
}

/// What an answer of `/verify` says.
#[derive(Debug, Clone, PartialEq)]
pub enum VerifyOutcome {
    /// The payment is valid.
    Valid(VerifyResponse),
    /// The payment is not valid.
    Invalid(VerifyResponse),
    /// Nothing is known: the payment may be sent again.
    Unknown(FacilitatorError),
}

/// What an answer of `/settle` says.
#[derive(Debug, Clone, PartialEq)]
pub enum SettleOutcome {
    /// The payment is settled.
    Settled(SettleResponse),
    /// The payment is not settled, and this attempt will not settle it.
    Failed(SettleResponse),
    /// The transaction is sent and not confirmed. The same body is sent once more; the facilitator looks for the
    /// transaction and does not send another.
    Pending(SettleResponse),
    /// Nothing is known, and money may have moved: the payment is neither released nor sent anew under another
    /// authorisation before its nonce has been looked up.
    Unknown(FacilitatorError),
}

impl VerifyOutcome {
    /// Reads an answer by its status and body.
    ///
    /// ```
    /// use earnest_x402::VerifyOutcome;
    ///
    /// let refused = VerifyOutcome::of(400, br#"{"isValid": false, "invalidReason": "insufficient_funds"}"#);
    /// assert!(matches!(refused, VerifyOutcome::Invalid(_)));
    /// assert!(matches!(VerifyOutcome::of(503, b"busy"), VerifyOutcome::Unknown(_)));
    /// ```
    #[must_use]
    pub fn of(status: u16, body: &[u8]) -> Self {
        match answer::<VerifyResponse>(status, body) {
            Ok(response) if !response.is_valid => Self::Invalid(response),
            Ok(_) if !is_success(status) => Self::Unknown(FacilitatorError::Contradiction(status)),
            Ok(response) => Self::Valid(response),
            Err(error) => Self::Unknown(error),
        }
    }
}

impl SettleOutcome {
    /// Reads an answer by its status and body.
    #[must_use]
    pub fn of(status: u16, body: &[u8]) -> Self {
        match answer::<SettleResponse>(status, body) {
            Ok(response) if response.is_pending() => Self::Pending(response),
            Ok(response) if !response.success => match response.error_reason {
                Some(reason) if is_open(&reason) => Self::Unknown(FacilitatorError::Unexplained(reason)),
                _ => Self::Failed(response),
            },
            Ok(_) if !is_success(status) => Self::Unknown(FacilitatorError::Contradiction(status)),
            Ok(response) => Self::Settled(response),
            Err(error) => Self::Unknown(error),
        }
    }
}

impl SettleResponse {
    /// Whether the transaction is sent and not confirmed: the word for it, and a transaction.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        let said = self.error_reason.as_ref() == Some(&ErrorReason::SETTLEMENT_PENDING);
        !self.success && said && !self.transaction.is_empty()
    }
}

/// Whether a reason leaves open that the transaction was sent.
fn is_open(reason: &ErrorReason) -> bool {
    *reason == ErrorReason::SETTLEMENT_PENDING || *reason == ErrorReason::UNEXPECTED_SETTLE_ERROR
}

const fn is_success(status: u16) -> bool {
    matches!(status, 200..=299)
}

/// The body, where it is an answer, whatever the status.
fn answer<T: Message>(status: u16, body: &[u8]) -> Result<T, FacilitatorError> {
    read(body).map_err(|error| {
        if is_success(status) {
            FacilitatorError::Malformed { status, error }
        } else {
            FacilitatorError::Status(status)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTLED: &str = r#"{"success": true, "transaction": "0x1", "network": "eip155:1"}"#;
    const FAILED: &str =
        r#"{"success": false, "transaction": "", "network": "eip155:1", "errorReason": "insufficient_funds"}"#;
    const PENDING: &str =
        r#"{"success": false, "transaction": "0x1", "network": "eip155:1", "errorReason": "settlement_pending"}"#;
    const PENDING_NOTHING: &str =
        r#"{"success": false, "transaction": "", "network": "eip155:1", "errorReason": "settlement_pending"}"#;
    const UNEXPECTED: &str =
        r#"{"success": false, "transaction": "", "network": "eip155:1", "errorReason": "unexpected_settle_error"}"#;

    #[test]
    fn only_a_success_with_a_status_of_success_is_settled() {
        let name = |outcome: &SettleOutcome| match outcome {
            SettleOutcome::Settled(_) => "settled",
            SettleOutcome::Failed(_) => "failed",
            SettleOutcome::Pending(_) => "pending",
            SettleOutcome::Unknown(error) => error.code(),
        };
        for (status, body, expected) in [
            (200, SETTLED, "settled"),
            (202, SETTLED, "settled"),
            (200, FAILED, "failed"),
            (402, FAILED, "failed"),
            (500, FAILED, "failed"),
            (200, PENDING, "pending"),
            (500, PENDING, "pending"),
            (200, PENDING_NOTHING, "facilitator-unexplained"),
            (500, UNEXPECTED, "facilitator-unexplained"),
            (500, SETTLED, "facilitator-contradiction"),
            (302, SETTLED, "facilitator-contradiction"),
            (200, "", "facilitator-malformed"),
            (200, "{}", "facilitator-malformed"),
            (200, r#"{"success": true}"#, "facilitator-malformed"),
            (200, r#"{"success": "true", "transaction": "0x1", "network": "eip155:1"}"#, "facilitator-malformed"),
            (200, r#"{"success": false, "success": true, "transaction": "", "network": ""}"#, "facilitator-malformed"),
            (503, "busy", "facilitator-status"),
            (429, "{}", "facilitator-status"),
        ] {
            assert_eq!(name(&SettleOutcome::of(status, body.as_bytes())), expected, "{status} {body}");
        }
    }

    #[test]
    fn only_a_yes_with_a_status_of_success_is_valid() {
        let yes = r#"{"isValid": true, "payer": "0x1", "invalidReason": null}"#;
        let no = r#"{"isValid": false, "invalidReason": "invalid_payload"}"#;
        assert!(matches!(VerifyOutcome::of(200, yes.as_bytes()), VerifyOutcome::Valid(_)));
        assert!(matches!(VerifyOutcome::of(200, no.as_bytes()), VerifyOutcome::Invalid(_)));
        assert!(matches!(VerifyOutcome::of(412, no.as_bytes()), VerifyOutcome::Invalid(_)));
        for (status, body) in [(500, yes), (200, "{}"), (200, "[]"), (404, "not found"), (200, "")] {
            assert!(matches!(VerifyOutcome::of(status, body.as_bytes()), VerifyOutcome::Unknown(_)), "{status} {body}");
        }
    }

    #[test]
    fn an_answer_about_another_payment_is_not_believed() {
        let requirements = serde_json::from_str(
            r#"{"scheme": "exact", "network": "eip155:84532", "amount": "100", "asset": "a", "payTo": "b", "maxTimeoutSeconds": 1}"#,
        )
        .unwrap();
        let settled = |network: &str, payer: &str, amount: Option<&str>| SettleResponse {
            amount: amount.map(str::to_owned),
            ..SettleResponse::settled("0x1".into(), network.into(), payer.into())
        };
        for (answer, fault) in [
            (settled("eip155:84532", "0xAB", None), None),
            (settled("base-sepolia", "0xab", Some("100")), None),
            (settled("eip155:84532", "0xab", Some("7")), None),
            (settled("eip155:8453", "0xab", None), Some("network")),
            (settled("base", "0xab", None), Some("network")),
            (settled("", "0xab", None), Some("network")),
            (settled("eip155:84532", "0xcd", None), Some("payer")),
            (settled("eip155:84532", "0xab", Some("101")), Some("amount")),
            (settled("eip155:84532", "0xab", Some("-1")), Some("amount")),
        ] {
            assert_eq!(answer.check(&requirements, Some("0xab")).err().map(|error| error.member), fault, "{answer:?}");
        }
    }
}
