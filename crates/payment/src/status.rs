//! The body that tells a payment's status: of a submission and of a poll, over HTTP and over RPC.

mod ended;

use earnest_base::{Count, HttpUrl, PaymentId, Timestamp, TransactionId};
pub use ended::{FailedStatus, NotFoundStatus, ReplacedStatus};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Answer, CheckStatusUrl, InFlight, Progress, PublicUrl, Reason, Waits};

/// A payment's status. Each status has its own members, and says no other's: `confirmed` has no reason, and every
/// failure has one of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum PaymentStatus {
    /// It waits to be sent.
    Queued(QueuedStatus),
    /// It is being sent.
    Broadcasting(BroadcastingStatus),
    /// The rail has taken it, and it is not final.
    Mempool(MempoolStatus),
    /// It is final. Only this status lets the work be delivered.
    Confirmed(ConfirmedStatus),
    /// It ended without a payment.
    Failed(FailedStatus),
    /// Another transaction took its place.
    Replaced(ReplacedStatus),
    /// Nothing stands under this identity.
    NotFound(NotFoundStatus),
}

crate::words! {
    /// The category of a status under way.
    InFlightCategory { InFlight = "in-flight", "Under way, with a deadline."; }
    /// The category of `confirmed`.
    SuccessCategory { TerminalSuccess = "terminal-success", "Paid, for ever."; }
    /// The category of every status that ended without a payment.
    FailureCategory { TerminalFailure = "terminal-failure", "Not paid, for ever."; }
}

/// The status of a payment that waits to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct QueuedStatus {
    /// The relay's id of the payment.
    pub payment_id: PaymentId,
    /// The category of the status.
    pub category: InFlightCategory,
    /// Where to ask again.
    pub check_status_url: CheckStatusUrl,
    /// The sender's nonces, where the payment is held for earlier ones.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::present")]
    pub sender_nonce: Option<SenderNonce>,
}

/// What is wrong with a sender's nonces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SenderNonce {
    /// The payment's own nonce.
    pub provided: Count,
    /// The nonce that comes next.
    pub expected: Count,
    /// Whether the payment can be sent as its sender's nonces stand.
    pub healthy: bool,
}

/// The status of a payment that is being sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BroadcastingStatus {
    /// The relay's id of the payment.
    pub payment_id: PaymentId,
    /// The category of the status.
    pub category: InFlightCategory,
    /// Where to ask again.
    pub check_status_url: CheckStatusUrl,
}

/// The status of a payment that the rail has taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MempoolStatus {
    /// The relay's id of the payment.
    pub payment_id: PaymentId,
    /// The category of the status.
    pub category: InFlightCategory,
    /// Where to ask again.
    pub check_status_url: CheckStatusUrl,
    /// The transaction.
    pub txid: TransactionId,
}

/// The status of a payment that is final.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConfirmedStatus {
    /// The relay's id of the payment.
    pub payment_id: PaymentId,
    /// The category of the status.
    pub category: SuccessCategory,
    /// The transaction that carried it out.
    pub txid: TransactionId,
    /// The block that holds it; on the ledger, the number of its fact.
    pub block_height: Count<1>,
    /// When its finality was observed.
    pub confirmed_at: Timestamp,
    /// Where people can look at it.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::present")]
    pub explorer_url: Option<HttpUrl>,
}

impl PaymentStatus {
    /// The body that tells an answer.
    ///
    /// ```
    /// use earnest_payment::{Lookup, PaymentStatus, PublicUrl, answer};
    ///
    /// let gateway = PublicUrl::new(&"https://gateway.example".parse()?)?;
    /// let id = "pay_01".parse()?;
    /// let body = serde_json::to_value(PaymentStatus::new(&answer(Lookup::Nothing(&id)), &gateway))?;
    /// assert_eq!(body["status"], "not_found");
    /// assert_eq!(body["terminalReason"], "unknown_payment_identity");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn new(answer: &Answer, gateway: &PublicUrl) -> Self {
        match answer {
            Answer::InFlight(answer) => Self::in_flight(answer, gateway),
            Answer::Confirmed(answer) => Self::Confirmed(ConfirmedStatus {
                payment_id: answer.payment_id.clone(),
                category: SuccessCategory::TerminalSuccess,
                txid: answer.txid.clone(),
                block_height: answer.block_height,
                confirmed_at: answer.confirmed_at,
                explorer_url: answer.explorer_url.clone(),
            }),
            Answer::Failed(answer) => Self::Failed(FailedStatus {
                payment_id: answer.payment_id.clone(),
                reason: answer.reason,
                error: answer.detail.as_ref().map_or(answer.reason.says(), |detail| detail.as_str()).to_owned(),
                txid: answer.txid.clone(),
            }),
            Answer::Replaced(answer) => Self::Replaced(ReplacedStatus {
                payment_id: answer.payment_id.clone(),
                reason: answer.reason,
                error: answer.reason.says().to_owned(),
                txid: answer.txid.clone(),
            }),
            Answer::NotFound(answer) => Self::NotFound(NotFoundStatus {
                payment_id: answer.payment_id.clone(),
                reason: answer.reason,
                error: answer.reason.says().to_owned(),
            }),
        }
    }

    fn in_flight(answer: &InFlight, gateway: &PublicUrl) -> Self {
        let payment_id = answer.payment_id.clone();
        let category = InFlightCategory::InFlight;
        let check_status_url = CheckStatusUrl::new(gateway, &payment_id);
        match &answer.progress {
            Progress::Queued { waits } => {
                let sender_nonce = match *waits {
                    Waits::SenderGap { provided, expected } => Some(SenderNonce { provided, expected, healthy: false }),
                    Waits::Turn | Waits::SponsorSlot | Waits::Retry { .. } => None,
                };
                Self::Queued(QueuedStatus { payment_id, category, check_status_url, sender_nonce })
            }
            Progress::Broadcasting => Self::Broadcasting(BroadcastingStatus { payment_id, category, check_status_url }),
            Progress::Mempool { txid } => {
                Self::Mempool(MempoolStatus { payment_id, category, check_status_url, txid: txid.clone() })
            }
        }
    }

    /// The state that it tells.
    #[must_use]
    pub const fn state(&self) -> crate::State {
        match self {
            Self::Queued(_) => crate::State::Queued,
            Self::Broadcasting(_) => crate::State::Broadcasting,
            Self::Mempool(_) => crate::State::Mempool,
            Self::Confirmed(_) => crate::State::Confirmed,
            Self::Failed(_) => crate::State::Failed,
            Self::Replaced(_) => crate::State::Replaced,
            Self::NotFound(_) => crate::State::NotFound,
        }
    }

    /// Why it ended, where it ended without a payment. Owner and client action follow from it.
    #[must_use]
    pub const fn reason(&self) -> Option<Reason> {
        match self {
            Self::Queued(_) | Self::Broadcasting(_) | Self::Mempool(_) | Self::Confirmed(_) => None,
            Self::Failed(status) => Some(Reason::Failed(status.reason)),
            Self::Replaced(status) => Some(Reason::Replaced(status.reason)),
            Self::NotFound(status) => Some(Reason::NotFound(status.reason)),
        }
    }

    /// The identity that it is about.
    #[must_use]
    pub const fn payment_id(&self) -> &PaymentId {
        match self {
            Self::Queued(status) => &status.payment_id,
            Self::Broadcasting(status) => &status.payment_id,
            Self::Mempool(status) => &status.payment_id,
            Self::Confirmed(status) => &status.payment_id,
            Self::Failed(status) => &status.payment_id,
            Self::Replaced(status) => &status.payment_id,
            Self::NotFound(status) => &status.payment_id,
        }
    }
}
