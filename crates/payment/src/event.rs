//! What happens to a payment: every transition is an event with its cause.

use earnest_base::{Count, HttpUrl, PaymentId, Text, Timestamp, TransactionId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{FailedReason, ReplacedReason};

/// One transition of one payment.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Event {
    /// The payment.
    pub payment_id: PaymentId,
    /// When, by the relay's clock.
    pub at: Timestamp,
    /// What happened.
    pub cause: Cause,
}

/// What happened to a payment.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "is", rename_all = "kebab-case", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Cause {
    /// The relay queued it.
    Enqueued {
        /// What it waits for.
        waits: Waits,
        /// By when that has come, or it fails.
        deadline: Timestamp,
    },
    /// It waits on, for what may be something else, until what may be another deadline.
    Waiting {
        /// What it waits for.
        waits: Waits,
        /// By when that has come, or it fails.
        deadline: Timestamp,
    },
    /// The relay began to send it.
    Dispatched {
        /// By when the rail has taken it, or it fails.
        deadline: Timestamp,
    },
    /// An attempt did not reach the rail; it waits for another.
    Returned {
        /// What stood in the way.
        setback: Setback,
        /// By when another attempt is made, or it fails.
        deadline: Timestamp,
    },
    /// The rail took it, or may have.
    Accepted {
        /// The transaction.
        txid: TransactionId,
    },
    /// The relay looked, and it is not final: it goes on waiting.
    Observed {
        /// What was seen.
        news: NoNews,
        /// The transaction that stands for it now.
        txid: TransactionId,
    },
    /// It is final.
    Confirmed {
        /// The transaction that carried it out.
        txid: TransactionId,
        /// The block that holds it; on the ledger, the number of its fact.
        #[serde(rename = "blockHeight")]
        block_height: Count<1>,
        /// Where people can look at it.
        #[serde(
            rename = "explorerUrl",
            default,
            skip_serializing_if = "Option::is_none",
            deserialize_with = "crate::present"
        )]
        explorer_url: Option<HttpUrl>,
    },
    /// The relay found that it cannot be sent.
    Failed {
        /// Why.
        reason: FailedReason,
        /// What is known beyond the reason.
        #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::present")]
        detail: Option<Text>,
    },
    /// The rail carried out its transaction, which failed, and no other of it can succeed.
    Aborted {
        /// What the rail says.
        #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::present")]
        detail: Option<Text>,
    },
    /// Its deadline is over. In `mempool` the relay says so only once the rail is final beyond the authorisation's end
    /// and has not carried it out.
    DeadlinePassed,
    /// Another transaction took its place.
    Replaced {
        /// Why.
        reason: ReplacedReason,
        /// The transaction that took its place, where it is known.
        #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::present")]
        by: Option<TransactionId>,
    },
}

impl Cause {
    /// The word on the wire.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Enqueued { .. } => "enqueued",
            Self::Waiting { .. } => "waiting",
            Self::Dispatched { .. } => "dispatched",
            Self::Returned { .. } => "returned",
            Self::Accepted { .. } => "accepted",
            Self::Observed { .. } => "observed",
            Self::Confirmed { .. } => "confirmed",
            Self::Failed { .. } => "failed",
            Self::Aborted { .. } => "aborted",
            Self::DeadlinePassed => "deadline-passed",
            Self::Replaced { .. } => "replaced",
        }
    }
}

/// What a queued payment waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "for", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Waits {
    /// Its turn.
    Turn,
    /// The sender's earlier payments: it is held in the sender's hand.
    SenderGap {
        /// Its own nonce.
        provided: Count,
        /// The nonce that comes next.
        expected: Count,
    },
    /// A sponsor wallet with room.
    SponsorSlot,
    /// Another attempt.
    Retry {
        /// What stood in the way of the last.
        after: Setback,
    },
}

impl Waits {
    /// Why a payment fails that has waited for this until its deadline.
    #[must_use]
    pub const fn reason_at_deadline(self) -> FailedReason {
        match self {
            Self::Turn => FailedReason::QueueUnavailable,
            Self::SenderGap { .. } | Self::Retry { after: Setback::EarlierPayment } => FailedReason::SenderHandExpired,
            Self::SponsorSlot | Self::Retry { after: Setback::SponsorChainingLimit } => FailedReason::SponsorExhausted,
            Self::Retry { after: Setback::SponsorNonceConflict } => FailedReason::SponsorNonceConflict,
            Self::Retry { after: Setback::RateLimited } => FailedReason::BroadcastRateLimited,
            Self::Retry { after: Setback::NodeUnavailable | Setback::FeeAboveCap } => FailedReason::BroadcastFailure,
            Self::Retry { after: Setback::SponsorUnfunded } => FailedReason::SponsorFailure,
        }
    }
}

crate::words! {
    /// What stood in the way of an attempt. All of it is the relay's to heal, save `earlier-payment`.
    Setback {
        SponsorNonceConflict = "sponsor-nonce-conflict", "Another transaction held the relay's own nonce.";
        SponsorChainingLimit = "sponsor-chaining-limit", "The sponsor wallet had as many unsettled transactions as the chain lets it.";
        RateLimited = "rate-limited", "The node asked to slow down.";
        NodeUnavailable = "node-unavailable", "The node did not answer, or answered with an error of its own, before it was sent.";
        FeeAboveCap = "fee-above-cap", "The node asked for a higher fee than the relay pays.";
        SponsorUnfunded = "sponsor-unfunded", "The sponsor wallet could not pay the fee.";
        EarlierPayment = "earlier-payment", "A payment of the sender that comes before it did not go out.";
    }

    /// What was seen of a payment that is not final. None of it ends a payment.
    NoNews {
        Pending = "pending", "The rail holds it.";
        Missing = "missing", "The node does not know it, now.";
        Dropped = "dropped", "The node dropped it; it may come back.";
        OwnReplacement = "own-replacement", "The relay sent it again, with a higher fee.";
        Reorganised = "reorganised", "The block that held it is no part of the chain any more.";
    }
}
