//! A payment as the relay stores it: one struct per state, and in each only what is true there.

use earnest_base::{Count, HttpUrl, PaymentId, Text, Timestamp, TransactionId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{FailedReason, Reason, Refusal, ReplacedReason, State, Waits};

/// A stored payment. `requires_payment` and `not_found` are no variants: nothing stores them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Payment {
    /// The relay has given it an identity.
    Submitted(Submitted),
    /// It waits to be sent.
    Queued(Queued),
    /// It is being sent.
    Broadcasting(Broadcasting),
    /// The rail has taken it.
    Mempool(Mempool),
    /// It is final.
    Confirmed(Confirmed),
    /// It ended without a payment.
    Failed(Failed),
    /// Another transaction took its place.
    Replaced(Replaced),
}

/// A payment that has its identity and is not queued yet.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Submitted {
    /// The relay's id of the payment.
    pub payment_id: PaymentId,
    /// When the authorisation ends: after it nothing can be settled, and no deadline lies beyond it.
    pub lapses_at: Timestamp,
    /// By when it is queued, or fails.
    pub deadline: Timestamp,
}

/// A payment that waits to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Queued {
    /// The relay's id of the payment.
    pub payment_id: PaymentId,
    /// When the authorisation ends.
    pub lapses_at: Timestamp,
    /// By when what it waits for has come, or it fails; with which reason depends on what it waits for.
    pub deadline: Timestamp,
    /// What it waits for.
    pub waits: Waits,
}

/// A payment that is being sent. Its attempt is not known to have reached the rail: one whose fate is unclear counts as
/// taken, since its transaction id is known before it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Broadcasting {
    /// The relay's id of the payment.
    pub payment_id: PaymentId,
    /// When the authorisation ends.
    pub lapses_at: Timestamp,
    /// By when the rail has taken it, or it fails.
    pub deadline: Timestamp,
}

/// A payment that the rail has taken. It never fails on time alone: its deadline is the end of its authorisation.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Mempool {
    /// The relay's id of the payment.
    pub payment_id: PaymentId,
    /// The transaction, the relay's latest where it has sent several.
    pub txid: TransactionId,
    /// When the authorisation ends, which is this state's deadline.
    pub lapses_at: Timestamp,
}

/// A payment that is final.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Confirmed {
    /// The relay's id of the payment.
    pub payment_id: PaymentId,
    /// The transaction that carried it out.
    pub txid: TransactionId,
    /// The block that holds it; on the ledger, the number of its fact.
    pub block_height: Count<1>,
    /// When its finality was observed.
    pub confirmed_at: Timestamp,
    /// Where people can look at it; absent on a rail without such a place.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::present")]
    pub explorer_url: Option<HttpUrl>,
}

/// A payment that ended without being paid.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Failed {
    /// The relay's id of the payment.
    pub payment_id: PaymentId,
    /// Why.
    pub reason: FailedReason,
    /// When.
    pub failed_at: Timestamp,
    /// The transaction; absent where the rail never took one.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::present")]
    pub txid: Option<TransactionId>,
    /// What is known beyond the reason.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::present")]
    pub detail: Option<Text>,
}

/// A payment whose place another transaction took.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Replaced {
    /// The relay's id of the payment.
    pub payment_id: PaymentId,
    /// Why.
    pub reason: ReplacedReason,
    /// The transaction that was replaced.
    pub txid: TransactionId,
    /// When that was observed.
    pub replaced_at: Timestamp,
    /// The transaction that took its place, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::present")]
    pub replaced_by: Option<TransactionId>,
}

impl Payment {
    /// The first record of a submission.
    ///
    /// # Errors
    /// [`Refusal::DeadlineNotAhead`] and [`Refusal::DeadlineBeyondLapse`].
    pub fn submit(
        payment_id: PaymentId,
        at: Timestamp,
        deadline: Timestamp,
        lapses_at: Timestamp,
    ) -> Result<Self, Refusal> {
        let deadline = crate::transition::deadline_within(at, deadline, lapses_at)?;
        Ok(Self::Submitted(Submitted { payment_id, lapses_at, deadline }))
    }

    /// The state.
    #[must_use]
    pub const fn state(&self) -> State {
        match self {
            Self::Submitted(_) => State::Submitted,
            Self::Queued(_) => State::Queued,
            Self::Broadcasting(_) => State::Broadcasting,
            Self::Mempool(_) => State::Mempool,
            Self::Confirmed(_) => State::Confirmed,
            Self::Failed(_) => State::Failed,
            Self::Replaced(_) => State::Replaced,
        }
    }

    /// The relay's id of the payment.
    #[must_use]
    pub const fn payment_id(&self) -> &PaymentId {
        match self {
            Self::Submitted(state) => &state.payment_id,
            Self::Queued(state) => &state.payment_id,
            Self::Broadcasting(state) => &state.payment_id,
            Self::Mempool(state) => &state.payment_id,
            Self::Confirmed(state) => &state.payment_id,
            Self::Failed(state) => &state.payment_id,
            Self::Replaced(state) => &state.payment_id,
        }
    }

    /// By when something must have happened: of every payment in flight, and of no other.
    #[must_use]
    pub const fn deadline(&self) -> Option<Timestamp> {
        match self {
            Self::Submitted(state) => Some(state.deadline),
            Self::Queued(state) => Some(state.deadline),
            Self::Broadcasting(state) => Some(state.deadline),
            Self::Mempool(state) => Some(state.lapses_at),
            Self::Confirmed(_) | Self::Failed(_) | Self::Replaced(_) => None,
        }
    }

    /// Why it ended, where it ended without a payment.
    #[must_use]
    pub const fn reason(&self) -> Option<Reason> {
        match self {
            Self::Failed(state) => Some(Reason::Failed(state.reason)),
            Self::Replaced(state) => Some(Reason::Replaced(state.reason)),
            _ => None,
        }
    }
}
