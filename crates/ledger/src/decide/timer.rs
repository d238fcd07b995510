//! Timers: what is due, and what a timer does (decisions E8, E11). A hold has one timer at a time, the one of its
//! state, so that after an outage nothing is done that a state between would have prevented (T15).

use earnest_artifacts::escrow_policy::UndecidedOutcome;
use earnest_base::{Orc, Timestamp};

use super::Deciding;
use crate::{Because, Command, Decision, Effect, Event, HoldEvent, Ledger, Refusal, Timer, TimerKind};

/// The timers that are due, earliest first; of one moment, the hold that was opened first. A timer that fires may set
/// another one that is due already, so after an outage this is asked until it has nothing.
///
/// The journal asks before it decides a command, and when the next timer comes ([`Ledger::next_timer`]).
pub fn due(ledger: &Ledger, now: Timestamp) -> impl Iterator<Item = Command> + '_ {
    ledger.timers().iter().take_while(move |(at, _)| *at <= now).filter_map(|(at, hold)| {
        let (_, what) = ledger.hold_by_number(*hold)?.timer()?;
        Some(Command::Fire(Timer { at: *at, hold: *hold, what }))
    })
}

impl Ledger {
    /// When the next timer is due.
    #[must_use]
    pub fn next_timer(&self) -> Option<Timestamp> {
        self.timers().first().map(|(at, _)| *at)
    }
}

impl Deciding<'_> {
    pub(super) fn fire(&self, timer: &Timer) -> Result<Decision, Refusal> {
        let held = self.held_by_number(timer.hold)?;
        if held.hold.timer(held.policy) != Some((timer.at, timer.what)) {
            return Err(Refusal::TimerNotSet);
        }
        if self.now < timer.at {
            return Err(Refusal::TimerAhead { at: timer.at });
        }
        let told = |event, effect| self.makes(Event::Hold { hold: held.number, event }, effect);
        match timer.what {
            TimerKind::WorkBy => self.ends(held, Orc::ZERO, Because::Expired),
            TimerKind::AcceptBy => told(HoldEvent::Overdue, Effect::Overdue),
            TimerKind::AutoRelease => self.ends(held, held.hold.amount, Because::AutoReleased),
            TimerKind::Review => told(HoldEvent::ReviewRequired, Effect::ReviewRequired),
            TimerKind::DecisionBy => {
                let released = match held.policy.undecided {
                    UndecidedOutcome::Refund => Orc::ZERO,
                    UndecidedOutcome::Release => held.hold.amount,
                };
                self.ends(held, released, Because::Undecided)
            }
        }
    }
}
