//! The one timer that each open hold has: what happens next if nobody does anything (decisions E8, E11).

use earnest_base::Timestamp;

use super::{AwaitingAcceptance, AwaitingArbiter, Hold, State};
use crate::{Policy, TimerKind, policy::just_after};

impl Hold {
    /// When the next thing happens by itself, and what. `None` once the hold has ended, and at no other time: no open
    /// hold is without a timer.
    pub(crate) fn timer(&self, policy: &Policy) -> Option<(Timestamp, TimerKind)> {
        match &self.state {
            State::Funded | State::Dispatched => Some((self.deadlines.work_by, TimerKind::WorkBy)),
            State::AwaitingAcceptance(AwaitingAcceptance { overdue, .. }) => {
                let release = self.deadlines.silence_releases_at()?;
                let overdue_at = just_after(self.deadlines.accept_by)?;
                if *overdue || overdue_at >= release {
                    Some((release, TimerKind::AutoRelease))
                } else {
                    Some((overdue_at, TimerKind::AcceptBy))
                }
            }
            State::AwaitingArbiter(AwaitingArbiter { reviewed: false, .. }) => {
                Some((self.deadlines.silence_releases_at()?, TimerKind::Review))
            }
            State::AwaitingArbiter(_) | State::AwaitingManualRelease | State::Disputed(_) => {
                Some((self.decision_by(policy)?, TimerKind::DecisionBy))
            }
            State::Released(_) | State::PartiallyReleased(_) | State::Refunded(_) | State::Voided(_) => None,
        }
    }

    /// Until when somebody may decide: the policy's span after a dispute was filed, and where none was, after silence
    /// would have released the money.
    pub(crate) fn decision_by(&self, policy: &Policy) -> Option<Timestamp> {
        match &self.state {
            State::Disputed(disputed) => Some(disputed.decision_by),
            _ => self.deadlines.silence_releases_at()?.after(policy.decision_by),
        }
    }
}
