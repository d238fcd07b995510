//! Where an item stands: one enum, a struct for each stage, and in each only what is true there.

use earnest_base::{ContractId, DisputeId, HoldId, Name, Orc, OrderId, ParticipantId, Timestamp, TransferId};
use earnest_procurement::Classifier;
use serde::{Deserialize, Serialize};

use super::{Cause, Order};

/// Where an item stands. A step whose items are not known yet waits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "kebab-case")]
pub enum Stage {
    /// Ready: offers are looked for.
    Asking(Asking),
    /// Ready: the node's own work is to be done.
    Local(Local),
    /// An order is out.
    Ordering(Ordering),
    /// It was refused, or nobody could be reached; it is tried again.
    Resting(Resting),
    /// The provider admitted the order; the buyer's signature is under way to the escrow.
    Contracted(Contracted),
    /// The money is held.
    Held(Held),
    /// The escrow checked a delivery.
    Delivered(Delivered),
    /// The delivery is disputed.
    Disputed(Disputed),
    /// It is paid, and its delivery has not been heard of.
    Settled(Settled),
    /// It is done, and paid where it was bought.
    Done(Done),
    /// It failed, and nothing is held.
    Failed(FailedItem),
    /// The run has failed: the escrow is asked to give the money back.
    Undoing(Undoing),
    /// The run has failed, and nothing is held.
    Undone(Undone),
}

/// How often an item was tried with one offer after the other, since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Tries {
    /// How often.
    pub count: u32,
    /// Since the first try; before it, since it was ready.
    pub since: Timestamp,
}

/// An item for which offers are looked for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Asking {
    /// The tries so far.
    pub tries: Tries,
    /// Whether it waits until a provider has room.
    pub room: Room,
}

/// Whether an item waits until a provider has room.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Room {
    /// It does not.
    Any,
    /// It waits for this one.
    At {
        /// The provider.
        provider: ParticipantId,
    },
}

/// An item of the node's own work.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Local {}

/// An item whose order is out.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Ordering {
    /// The tries, this one counted.
    pub tries: Tries,
    /// The order.
    pub order: Order,
}

/// An item that is tried again.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Resting {
    /// The tries so far.
    pub tries: Tries,
    /// Why.
    pub cause: Cause,
    /// Until when.
    pub until: Timestamp,
    /// What is tried.
    pub retry: Retry,
}

/// What is tried again.
#[expect(clippy::large_enum_variant, reason = "an item is about an order most of the time, whatever its stage")]
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Retry {
    /// Another order is made.
    Ask,
    /// The same order is sent again: it may have arrived.
    SendAgain {
        /// The order.
        order: Order,
    },
}

/// What a provider admitted.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Deal {
    /// The order.
    pub order: Order,
    /// The contract.
    pub contract: ContractId,
    /// Its hold; none where nothing is paid.
    pub hold: Option<HoldId>,
}

/// An item whose contract is on its way to a hold.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Contracted {
    /// The tries.
    pub tries: Tries,
    /// The contract.
    pub deal: Deal,
    /// Why the escrow does not hold the money, so far as it said; the contract may still be funded until it lapses.
    pub blocked: Vec<Classifier>,
}

/// An item whose money is held.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Held {
    /// The contract.
    pub deal: Deal,
}

/// An item that was delivered.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Delivered {
    /// The contract.
    pub deal: Deal,
    /// Its results.
    pub results: Vec<Name>,
    /// What the buyer says to it.
    pub word: Word,
}

/// What the buyer says to a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "is", content = "why", rename_all = "kebab-case")]
pub enum Word {
    /// Nothing.
    Silent,
    /// Yes.
    Accept,
    /// No, for a criterion that it breaks.
    Reject,
    /// An arbiter is to decide.
    Dispute,
    /// What the buyer said was not heard; a dispute may be.
    Refused(WordRefusal),
}

/// Why the buyer's word was not heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WordRefusal {
    /// The buyer is barred from accepting or rejecting.
    Restricted,
    /// The criterion is not broken.
    CriterionHolds,
    /// The time for it is over.
    TooLate,
}

/// An item that an arbiter decides.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Disputed {
    /// The contract.
    pub deal: Deal,
    /// Its results.
    pub results: Vec<Name>,
    /// The dispute.
    pub dispute: DisputeId,
}

/// An item that is paid and whose delivery has not been heard of.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Settled {
    /// The contract.
    pub deal: Deal,
    /// What was paid.
    pub paid: Orc,
    /// The transfer; none where nothing was to be paid.
    pub transfer: Option<TransferId>,
}

/// An item that is done.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Done {
    /// Its results.
    pub results: Vec<Name>,
    /// What was paid.
    pub paid: Orc,
    /// The contract; none of the node's own work.
    pub deal: Option<Deal>,
}

/// An item that failed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FailedItem {
    /// Why.
    pub cause: Cause,
}

/// An item whose money the escrow is asked to give back.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Undoing {
    /// The contract.
    pub deal: Deal,
}

/// An item of a failed run for which nothing is held.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Undone {
    /// The contracts whose money came back, or that lapsed; none where there was none.
    pub contract: Option<ContractId>,
}

impl Stage {
    /// Every stage by its word.
    pub const WORDS: &'static [&'static str] = &[
        "asking",
        "local",
        "ordering",
        "resting",
        "contracted",
        "held",
        "delivered",
        "disputed",
        "settled",
        "done",
        "failed",
        "undoing",
        "undone",
    ];

    /// In a word.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Asking(_) => "asking",
            Self::Local(_) => "local",
            Self::Ordering(_) => "ordering",
            Self::Resting(_) => "resting",
            Self::Contracted(_) => "contracted",
            Self::Held(_) => "held",
            Self::Delivered(_) => "delivered",
            Self::Disputed(_) => "disputed",
            Self::Settled(_) => "settled",
            Self::Done(_) => "done",
            Self::Failed(_) => "failed",
            Self::Undoing(_) => "undoing",
            Self::Undone(_) => "undone",
        }
    }

    /// The contract, where there is one.
    #[must_use]
    pub const fn deal(&self) -> Option<&Deal> {
        match self {
            Self::Contracted(Contracted { deal, .. })
            | Self::Held(Held { deal })
            | Self::Delivered(Delivered { deal, .. })
            | Self::Disputed(Disputed { deal, .. })
            | Self::Settled(Settled { deal, .. })
            | Self::Undoing(Undoing { deal }) => Some(deal),
            Self::Done(done) => done.deal.as_ref(),
            Self::Asking(_)
            | Self::Local(_)
            | Self::Ordering(_)
            | Self::Resting(_)
            | Self::Failed(_)
            | Self::Undone(_) => None,
        }
    }

    /// Whether it has ended: nothing more is done for it.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        matches!(self, Self::Done(_) | Self::Failed(_) | Self::Undone(_))
    }

    /// Whether it is about this order.
    #[must_use]
    pub(crate) fn is_of(&self, id: &OrderId) -> bool {
        match self {
            Self::Ordering(Ordering { order, .. })
            | Self::Resting(Resting { retry: Retry::SendAgain { order }, .. }) => order.id == *id,
            stage => stage.deal().is_some_and(|deal| deal.order.id == *id),
        }
    }
}
