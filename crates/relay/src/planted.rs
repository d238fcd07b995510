//! Faults that the tests plant, to show that model and simulation find them. Outside of tests there is none.

/// A fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Planted {
    /// The same submission is another payment.
    NoDedupe,
    /// What was about to be sent when the process died counts as not sent.
    NoTwoPhaseRecord,
    /// A payment that is held for an earlier one has no deadline.
    ForgottenDeadline,
}

impl crate::Relay {
    /// Whether a test has planted this fault.
    #[cfg(test)]
    pub(crate) fn has_planted(&self, fault: Planted) -> bool {
        self.planted == Some(fault)
    }

    /// There is no fault outside of tests.
    #[cfg(not(test))]
    #[expect(clippy::unused_self, reason = "it has a state in tests")]
    pub(crate) const fn has_planted(&self, _: Planted) -> bool {
        false
    }
}
