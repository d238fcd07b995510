//! Faults that the tests plant, to show that model and simulation find them. Outside of tests there is none.

use crate::Workflows;

/// A fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Planted {
    /// What is promised does not count against the authority.
    NoReserve,
    /// A contract that was signed, and whose answer was lost, is ordered anew.
    AnotherOrder,
    /// A contract that was signed and not heard of counts as undone when the run fails.
    ForgottenContract,
    /// A run has no outer timeout.
    NoTimeout,
}

impl Workflows {
    /// The same with a planted fault.
    #[cfg(test)]
    pub(crate) const fn plant(mut self, planted: Option<Planted>) -> Self {
        self.planted = planted;
        self
    }

    /// There is no fault outside of tests.
    #[cfg(not(test))]
    pub(crate) const fn plant(self, _: Option<Planted>) -> Self {
        self
    }

    /// The fault that a test has planted.
    #[cfg(test)]
    pub(crate) const fn planted(&self) -> Option<Planted> {
        self.planted
    }

    /// There is no fault outside of tests.
    #[cfg(not(test))]
    #[expect(clippy::unused_self, reason = "it has a state in tests")]
    pub(crate) const fn planted(&self) -> Option<Planted> {
        None
    }
}
