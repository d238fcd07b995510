//! The nine states of a payment and their four categories (decision P1).

crate::words! {
    /// Where a payment stands.
    State {
        RequiresPayment = "requires_payment", "The resource asks for a payment and none came. Never stored.";
        Submitted = "submitted", "The relay has given the submission its identity. Seen in the history, never in an answer.";
        Queued = "queued", "Accepted, and not being sent yet.";
        Broadcasting = "broadcasting", "The relay is sending it.";
        Mempool = "mempool", "The rail has taken it, and it is not final.";
        Confirmed = "confirmed", "It is final, and observed on the rail.";
        Failed = "failed", "It ended without a payment.";
        Replaced = "replaced", "Another transaction took its place.";
        NotFound = "not_found", "Nothing stands under this identity. Never stored.";
    }

    /// What a state means to who waits.
    Category {
        PrePayment = "pre-payment", "Nothing has been paid or promised.";
        InFlight = "in-flight", "Under way, with a deadline.";
        TerminalSuccess = "terminal-success", "Paid, for ever.";
        TerminalFailure = "terminal-failure", "Not paid, for ever.";
    }
}

impl State {
    /// The category, one for each state.
    ///
    /// ```
    /// use earnest_payment::{Category, State};
    ///
    /// assert_eq!(State::Mempool.category(), Category::InFlight);
    /// assert_eq!(State::NotFound.category(), Category::TerminalFailure);
    /// ```
    #[must_use]
    pub const fn category(self) -> Category {
        match self {
            Self::RequiresPayment => Category::PrePayment,
            Self::Submitted | Self::Queued | Self::Broadcasting | Self::Mempool => Category::InFlight,
            Self::Confirmed => Category::TerminalSuccess,
            Self::Failed | Self::Replaced | Self::NotFound => Category::TerminalFailure,
        }
    }

    /// Whether no transition leaves it.
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        matches!(self.category(), Category::TerminalSuccess | Category::TerminalFailure)
    }

    /// Whether a record may hold it. The other two are projections: of a request without a payment, and of a look-up
    /// that finds nothing.
    #[must_use]
    pub const fn is_stored(self) -> bool {
        !matches!(self, Self::RequiresPayment | Self::NotFound)
    }

    /// Whether an answer about a payment may carry it.
    #[must_use]
    pub const fn is_answered(self) -> bool {
        !matches!(self, Self::RequiresPayment | Self::Submitted)
    }
}
