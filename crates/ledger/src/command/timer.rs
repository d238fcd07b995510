//! The ledger's own command: what a hold's timer is set for.

use earnest_base::Timestamp;

use crate::HoldNumber;

/// A hold's timer. It names what it is for and when, so that it does nothing once the hold has moved on: it fires once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timer {
    /// When it is due.
    pub at: Timestamp,
    /// The hold.
    pub hold: HoldNumber,
    /// What it is for.
    pub what: TimerKind,
}

crate::words! {
    /// What a hold's timer is for.
    TimerKind {
        WorkBy = "work-by", "Nothing was delivered in time: the payer is refunded (T3).";
        AcceptBy = "accept-by", "The buyer's time to reject is over: nothing moves, it is told (T11).";
        AutoRelease = "auto-release", "The buyer was silent: the payee is paid (T14).";
        Review = "review", "No arbiter confirmed in time: nothing moves, a review is asked for (T16).";
        DecisionBy = "decision-by", "Nobody decided in time: the policy's outcome (E8).";
    }
}
