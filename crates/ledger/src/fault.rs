//! Bugs that a test plants, to see that the model and the simulation find them. Without the feature `faults` there is
//! nothing here that could be planted; with it, nothing is different until a test plants something.

use crate::Phase;

#[cfg(feature = "faults")]
pub use planted::{Fault, plant};

#[cfg(feature = "faults")]
mod planted {
    use std::cell::Cell;

    /// A bug.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum Fault {
        /// A hold that was released is released again.
        DoubleRelease,
        /// A command of a known id is carried out as if it were new.
        SkippedIdempotence,
        /// The timer that ends what nobody decides is not set.
        LostTimer,
    }

    thread_local! {
        static PLANTED: Cell<Option<Fault>> = const { Cell::new(None) };
    }

    /// Plants a bug in every ledger of this thread, or takes it out again.
    pub fn plant(fault: Option<Fault>) {
        PLANTED.set(fault);
    }

    pub(super) fn is_planted(fault: Fault) -> bool {
        PLANTED.get() == Some(fault)
    }
}

#[cfg(feature = "faults")]
pub(crate) fn double_release(phase: Phase) -> bool {
    phase == Phase::Released && planted::is_planted(Fault::DoubleRelease)
}

#[cfg(not(feature = "faults"))]
pub(crate) const fn double_release(_: Phase) -> bool {
    false
}

#[cfg(feature = "faults")]
pub(crate) fn skipped_idempotence() -> bool {
    planted::is_planted(Fault::SkippedIdempotence)
}

#[cfg(not(feature = "faults"))]
pub(crate) const fn skipped_idempotence() -> bool {
    false
}

#[cfg(feature = "faults")]
pub(crate) fn lost_timer() -> bool {
    planted::is_planted(Fault::LostTimer)
}

#[cfg(not(feature = "faults"))]
pub(crate) const fn lost_timer() -> bool {
    false
}
