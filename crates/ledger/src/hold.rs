//! A hold: money set aside for one contract, and the states that it goes through. One enum with a struct for each
//! state, which holds what is true in it and nothing else.

mod state;
mod timer;

use earnest_artifacts::vocabulary::ConfirmationMode;
use earnest_base::{Orc, Timestamp};
pub use state::Why;
pub(crate) use state::{AwaitingAcceptance, AwaitingArbiter, Disputed, Ended, PartiallyReleased, State, Unfit};

use crate::{AccountNumber, Deadlines, IdNumber, Policy, PolicyNumber, SubjectKey};

crate::words! {
    /// The states of a hold.
    Phase {
        Funded = "funded", "The money is held; the provider has not begun.";
        Dispatched = "dispatched", "The provider works.";
        AwaitingAcceptance = "awaiting-acceptance", "Delivered; the buyer accepts, rejects, disputes, or is silent.";
        AwaitingArbiter = "awaiting-arbiter", "Delivered; an arbiter confirms, or the buyer disputes.";
        AwaitingManualRelease = "awaiting-manual-release", "Delivered; the operator releases by hand.";
        Disputed = "disputed", "Frozen until an arbiter decides; every other timer is suspended.";
        Released = "released", "Ended: the payee has all of it.";
        PartiallyReleased = "partially-released", "Ended: the payee has a part of it, the payer the rest.";
        Refunded = "refunded", "Ended: the payer has all of it back.";
        Voided = "voided", "Ended before work could be opened: the payer has all of it back.";
    }
}

impl Phase {
    /// Whether the hold has ended.
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        matches!(self, Self::Released | Self::PartiallyReleased | Self::Refunded | Self::Voided)
    }
}

/// A hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hold {
    pub(crate) id: IdNumber,
    pub(crate) contract: IdNumber,
    pub(crate) payer: AccountNumber,
    pub(crate) payee: AccountNumber,
    pub(crate) policy: PolicyNumber,
    pub(crate) mode: ConfirmationMode,
    pub(crate) amount: Orc,
    pub(crate) created_at: Timestamp,
    pub(crate) deadlines: Deadlines,
    /// Where the contract names others than the policy's.
    pub(crate) arbiters: Option<Box<[SubjectKey]>>,
    /// The response that was delivered, once one was.
    pub(crate) response: Option<IdNumber>,
    /// The number of the latest fact about it.
    pub(crate) seq: u64,
    pub(crate) state: State,
}

impl Hold {
    pub(crate) fn arbiters<'a>(&'a self, policy: &'a Policy) -> &'a [SubjectKey] {
        self.arbiters.as_deref().unwrap_or(&policy.arbiters)
    }

    /// What went to the payee and back to the payer, where the hold has ended.
    pub(crate) fn outcome(&self) -> Option<(Orc, Orc)> {
        match &self.state {
            State::Released(_) => Some((self.amount, Orc::ZERO)),
            State::Refunded(_) | State::Voided(_) => Some((Orc::ZERO, self.amount)),
            State::PartiallyReleased(split) => {
                Some((split.released, self.amount.minus(split.released).unwrap_or_default()))
            }
            State::Funded
            | State::Dispatched
            | State::AwaitingAcceptance(_)
            | State::AwaitingArbiter(_)
            | State::AwaitingManualRelease
            | State::Disputed(_) => None,
        }
    }
}
