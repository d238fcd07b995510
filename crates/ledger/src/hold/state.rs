//! The states, and which state follows which. Whoever decided, and whether in time, was settled before the fact was
//! made; here stands only what a fact may follow on, so that a journal that was tampered with does not replay.

use earnest_artifacts::vocabulary::ConfirmationMode;
use earnest_base::{Orc, Timestamp};

use super::{Hold, Phase};
use crate::{Because, HoldEvent, IdNumber, Policy};

/// Where a hold stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Funded,
    Dispatched,
    AwaitingAcceptance(AwaitingAcceptance),
    AwaitingArbiter(AwaitingArbiter),
    AwaitingManualRelease,
    Disputed(Disputed),
    Released(Ended),
    PartiallyReleased(PartiallyReleased),
    Refunded(Ended),
    Voided(Ended),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AwaitingAcceptance {
    /// Whether it was told that the time to reject is over.
    pub(crate) overdue: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AwaitingArbiter {
    /// Whether a review was asked for.
    pub(crate) reviewed: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Disputed {
    pub(crate) dispute: IdNumber,
    /// When nobody has decided in time.
    pub(crate) decision_by: Timestamp,
}

/// A hold that has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ended {
    pub(crate) at: Timestamp,
    pub(crate) why: Why,
    /// The dispute that froze it, where one did.
    pub(crate) dispute: Option<IdNumber>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PartiallyReleased {
    pub(crate) ended: Ended,
    pub(crate) released: Orc,
}

crate::words! {
    /// Why a hold ended.
    Why {
        Accepted = "accepted", "The buyer accepted.";
        Rejected = "rejected", "The buyer rejected, and the criterion was found broken.";
        Canceled = "canceled", "The buyer canceled before the provider began.";
        WorkflowEnded = "workflow-ended", "The buyer's workflow ended before a delivery.";
        Failed = "failed", "The provider failed.";
        Declined = "declined", "The provider declined.";
        Voided = "voided", "The work could not be opened.";
        Confirmed = "confirmed", "An arbiter confirmed.";
        Decided = "decided", "An arbiter decided the dispute.";
        ReleasedByHand = "released-by-hand", "The operator released it by hand.";
        Expired = "work-by-expired", "Nothing was delivered in time.";
        AutoReleased = "auto-released", "The buyer was silent.";
        Undecided = "undecided", "Nobody decided in time.";
    }
}

impl Why {
    const fn of(because: &Because) -> Self {
        match because {
            Because::Accepted(_) => Self::Accepted,
            Because::Rejected { .. } => Self::Rejected,
            Because::Canceled(_) => Self::Canceled,
            Because::WorkflowEnded(_) => Self::WorkflowEnded,
            Because::Failed(_) => Self::Failed,
            Because::Declined(_) => Self::Declined,
            Because::Voided(_) => Self::Voided,
            Because::Confirmed(_) => Self::Confirmed,
            Because::Decided(_) => Self::Decided,
            Because::ReleasedByHand(_) => Self::ReleasedByHand,
            Because::Expired => Self::Expired,
            Because::AutoReleased => Self::AutoReleased,
            Because::Undecided => Self::Undecided,
        }
    }

    /// The phase in which a hold is after it ended for this reason.
    const fn phase(self, released: Orc, amount: Orc) -> Phase {
        match (self, released.minor()) {
            (Self::Voided, _) => Phase::Voided,
            (_, 0) => Phase::Refunded,
            (_, units) if units == amount.minor() => Phase::Released,
            _ => Phase::PartiallyReleased,
        }
    }
}

impl State {
    pub(crate) const fn phase(&self) -> Phase {
        match self {
            Self::Funded => Phase::Funded,
            Self::Dispatched => Phase::Dispatched,
            Self::AwaitingAcceptance(_) => Phase::AwaitingAcceptance,
            Self::AwaitingArbiter(_) => Phase::AwaitingArbiter,
            Self::AwaitingManualRelease => Phase::AwaitingManualRelease,
            Self::Disputed(_) => Phase::Disputed,
            Self::Released(_) => Phase::Released,
            Self::PartiallyReleased(_) => Phase::PartiallyReleased,
            Self::Refunded(_) => Phase::Refunded,
            Self::Voided(_) => Phase::Voided,
        }
    }

    pub(crate) const fn ended(&self) -> Option<&Ended> {
        match self {
            Self::Released(ended) | Self::Refunded(ended) | Self::Voided(ended) => Some(ended),
            Self::PartiallyReleased(split) => Some(&split.ended),
            Self::Funded
            | Self::Dispatched
            | Self::AwaitingAcceptance(_)
            | Self::AwaitingArbiter(_)
            | Self::AwaitingManualRelease
            | Self::Disputed(_) => None,
        }
    }

    /// The dispute that freezes, or froze, the hold.
    pub(crate) fn dispute(&self) -> Option<IdNumber> {
        match self {
            Self::Disputed(disputed) => Some(disputed.dispute),
            _ => self.ended().and_then(|ended| ended.dispute),
        }
    }
}

/// Why an event does not follow on a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unfit;

impl Hold {
    /// The state after an event. `id` is the number of the id that the event brings in, where it brings one.
    pub(crate) fn next(
        &self,
        policy: &Policy,
        at: Timestamp,
        event: &HoldEvent,
        id: Option<IdNumber>,
    ) -> Result<State, Unfit> {
        match (event, &self.state, id) {
            (HoldEvent::Dispatched { .. }, State::Funded, _) => Ok(State::Dispatched),
            (HoldEvent::Delivered { .. }, State::Funded | State::Dispatched, _) => Ok(self.delivered()),
            (HoldEvent::Disputed { .. }, State::AwaitingAcceptance(_) | State::AwaitingArbiter(_), Some(dispute)) => {
                let decision_by = at.after(policy.decision_by).ok_or(Unfit)?;
                Ok(State::Disputed(Disputed { dispute, decision_by }))
            }
            (HoldEvent::Overdue, State::AwaitingAcceptance(AwaitingAcceptance { overdue: false }), _) => {
                Ok(State::AwaitingAcceptance(AwaitingAcceptance { overdue: true }))
            }
            (HoldEvent::ReviewRequired, State::AwaitingArbiter(AwaitingArbiter { reviewed: false }), _) => {
                Ok(State::AwaitingArbiter(AwaitingArbiter { reviewed: true }))
            }
            (HoldEvent::Ended { released, because }, _, _) => self.end(at, *released, because),
            _ => Err(Unfit),
        }
    }

    const fn delivered(&self) -> State {
        match self.mode {
            ConfirmationMode::SelfConfirmed => State::AwaitingAcceptance(AwaitingAcceptance { overdue: false }),
            ConfirmationMode::ArbiterConfirmed => State::AwaitingArbiter(AwaitingArbiter { reviewed: false }),
            ConfirmationMode::ManualReviewOnly => State::AwaitingManualRelease,
        }
    }

    fn end(&self, at: Timestamp, released: Orc, because: &Because) -> Result<State, Unfit> {
        let why = Why::of(because);
        let fits = may_end(why, self.state.phase()) && parts_fit(why, released, self.amount);
        if !fits && !crate::fault::double_release(self.state.phase()) {
            return Err(Unfit);
        }
        let ended = Ended { at, why, dispute: self.state.dispute() };
        Ok(match why.phase(released, self.amount) {
            Phase::Voided => State::Voided(ended),
            Phase::Refunded => State::Refunded(ended),
            Phase::PartiallyReleased => State::PartiallyReleased(PartiallyReleased { ended, released }),
            _ => State::Released(ended),
        })
    }
}

/// Whether a hold may end for this reason in this phase.
const fn may_end(why: Why, phase: Phase) -> bool {
    match why {
        Why::Accepted | Why::Rejected | Why::AutoReleased => matches!(phase, Phase::AwaitingAcceptance),
        Why::Canceled | Why::Voided => matches!(phase, Phase::Funded),
        Why::WorkflowEnded | Why::Failed | Why::Declined | Why::Expired => {
            matches!(phase, Phase::Funded | Phase::Dispatched)
        }
        Why::Confirmed => matches!(phase, Phase::AwaitingArbiter),
        Why::Decided => matches!(phase, Phase::Disputed),
        Why::ReleasedByHand => matches!(phase, Phase::AwaitingManualRelease),
        Why::Undecided => {
            matches!(phase, Phase::AwaitingArbiter | Phase::AwaitingManualRelease | Phase::Disputed)
        }
    }
}

/// Whether so much may go to the payee for this reason: all, nothing, or where somebody rules, a part.
fn parts_fit(why: Why, released: Orc, amount: Orc) -> bool {
    match why {
        Why::Accepted | Why::AutoReleased | Why::ReleasedByHand => released == amount,
        Why::Rejected
        | Why::Canceled
        | Why::WorkflowEnded
        | Why::Failed
        | Why::Declined
        | Why::Voided
        | Why::Expired => released.is_zero(),
        Why::Confirmed | Why::Decided => released <= amount,
        Why::Undecided => released == amount || released.is_zero(),
    }
}
