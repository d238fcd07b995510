//! Which states and reasons a rail can reach (decision P11), as data and as a table.

use std::fmt::Write;

use crate::{FailedReason, NotFoundReason, Reason, ReplacedReason, State};

crate::words! {
    /// Where a payment is settled.
    Rail {
        Orc = "orc", "The federation's ledger. Where authorisations carry `payer/seq`, a payer's payments run in that order.";
        Eip155 = "eip155", "A chain of the Ethereum kind, by EIP-3009. The payer's nonces have no order; the relay's wallets pay the gas.";
    }
}

/// Whether a rail can bring a payment there, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Yes, in these words.
    Yes(&'static str),
    /// No, because of this.
    No(&'static str),
}

impl Rail {
    /// Whether a payment on this rail can be in a state.
    ///
    /// ```
    /// use earnest_payment::{Rail, Reach, State};
    ///
    /// assert!(matches!(Rail::Eip155.state(State::Replaced), Reach::Yes(_)));
    /// assert!(matches!(Rail::Orc.state(State::Replaced), Reach::No(_)));
    /// ```
    #[must_use]
    pub const fn state(self, state: State) -> Reach {
        match (self, state) {
            (_, State::RequiresPayment) => Reach::Yes("the route answers 402"),
            (_, State::Submitted) => Reach::Yes("in the history only"),
            (Self::Orc, State::Queued) => Reach::Yes("its turn; with `payer/seq` also held for earlier payments"),
            (Self::Eip155, State::Queued) => Reach::Yes("its turn, or until a sponsor wallet has room"),
            (Self::Orc, State::Broadcasting) => Reach::Yes("the transfer is on its way to the ledger"),
            (Self::Eip155, State::Broadcasting) => Reach::Yes("a sponsor wallet has signed and is sending"),
            (Self::Orc, State::Mempool) => Reach::Yes("the ledger has the transfer and has not committed it"),
            (Self::Eip155, State::Mempool) => Reach::Yes("until the rail's finality depth; fees are raised here"),
            (Self::Orc, State::Confirmed) => Reach::Yes("committed; the txid is the SHA-256 of the transfer document"),
            (Self::Eip155, State::Confirmed) => Reach::Yes("in a block at finality depth"),
            (_, State::Failed) => Reach::Yes("see the reasons"),
            (Self::Orc, State::Replaced) => Reach::No("the ledger takes an authorisation once, by its id"),
            (Self::Eip155, State::Replaced) => Reach::Yes("another transaction used the authorisation's nonce"),
            (_, State::NotFound) => Reach::Yes("aged out unpaid, or never given"),
        }
    }

    /// Whether a payment on this rail can end for a reason.
    #[must_use]
    pub const fn reason(self, reason: Reason) -> Reach {
        match reason {
            Reason::Failed(reason) => self.failed(reason),
            Reason::Replaced(ReplacedReason::NonceReplacement | ReplacedReason::Superseded) => match self {
                Self::Orc => Reach::No("the ledger takes an authorisation once, by its id"),
                Self::Eip155 => Reach::Yes("another transaction used the authorisation's nonce"),
            },
            Reason::NotFound(NotFoundReason::Expired) => Reach::Yes("from a tombstone"),
            Reason::NotFound(NotFoundReason::UnknownPaymentIdentity) => Reach::Yes("no such id was given"),
        }
    }

    const fn failed(self, reason: FailedReason) -> Reach {
        match (self, reason) {
            (Self::Orc, FailedReason::InvalidTransaction) => {
                Reach::Yes("signature, amount, payee, network or time is wrong, or the ledger refuses the transfer")
            }
            (Self::Eip155, FailedReason::InvalidTransaction) => {
                Reach::Yes("signature, amount, payee, network or time is wrong")
            }
            (_, FailedReason::QueueUnavailable) => Reach::Yes("not queued, or not sent in time"),
            (_, FailedReason::InternalError) => Reach::Yes("a fault of the relay"),
            (_, FailedReason::BroadcastFailure) => Reach::Yes("the rail could not be reached in time"),
            (Self::Orc, FailedReason::ChainAbort) => {
                Reach::Yes("it lapsed, or the ledger refused a transfer whose sending was unclear")
            }
            (Self::Eip155, FailedReason::ChainAbort) => {
                Reach::Yes("the transaction reverted, or `validBefore` is past")
            }
            (
                Self::Orc,
                FailedReason::SenderNonceStale
                | FailedReason::SenderNonceGap
                | FailedReason::SenderNonceDuplicate
                | FailedReason::OriginChainingLimit
                | FailedReason::SenderHandExpired,
            ) => Reach::Yes("where the authorisation carries `payer/seq`"),
            (
                Self::Eip155,
                FailedReason::SenderNonceStale
                | FailedReason::SenderNonceGap
                | FailedReason::SenderNonceDuplicate
                | FailedReason::OriginChainingLimit
                | FailedReason::SenderHandExpired,
            ) => Reach::No("the payer's nonces have no order"),
            (
                Self::Orc,
                FailedReason::NotSponsored
                | FailedReason::SponsorFailure
                | FailedReason::SponsorExhausted
                | FailedReason::SponsorNonceConflict
                | FailedReason::BroadcastRateLimited,
            ) => Reach::No("the ledger has no sponsors and no fees"),
            (Self::Eip155, FailedReason::NotSponsored) => Reach::Yes("the asset or the method is not sponsored"),
            (Self::Eip155, FailedReason::SponsorFailure) => {
                Reach::Yes("the node will never take the relay's transaction")
            }
            (Self::Eip155, FailedReason::SponsorExhausted) => Reach::Yes("every wallet was at its limit"),
            (Self::Eip155, FailedReason::SponsorNonceConflict) => Reach::Yes("the wallet's nonces were in conflict"),
            (Self::Eip155, FailedReason::BroadcastRateLimited) => Reach::Yes("the node asked to slow down"),
        }
    }
}

/// The table of states, and that of reasons, by rail.
#[must_use]
pub fn rails_markdown() -> String {
    let mut out = String::new();
    let cell = |reach: Reach| match reach {
        Reach::Yes(how) => format!("yes: {how}"),
        Reach::No(why) => format!("no: {why}"),
    };
    let mut row = |name: &str, cells: Vec<String>| {
        let _ = writeln!(out, "| {name} | {} |", cells.join(" | "));
    };
    let rails = |of: &dyn Fn(Rail) -> String| Rail::ALL.iter().map(|rail| of(*rail)).collect::<Vec<String>>();
    row("state", rails(&|rail| format!("`{rail}`")));
    row("---", rails(&|_| "---".to_owned()));
    for state in State::ALL {
        row(&format!("`{state}`"), rails(&|rail| cell(rail.state(*state))));
    }
    for reason in Reason::ALL {
        row(&format!("`{}/{}`", reason.state(), reason.as_str()), rails(&|rail| cell(rail.reason(*reason))));
    }
    out
}
