//! Who submits: whose payment identifiers these are, and whether the relay's wallets pay.

use earnest_base::{Name, Sha256Digest, Subject};
use earnest_relay::Scope;
use earnest_x402::scheme::Payer;

/// Who submits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Anybody: the payment speaks for itself.
    Anybody,
    /// Whoever has a key of this name.
    Key(Name),
    /// A service whose signed requests this gateway takes.
    Service(Subject),
    /// A paid route of this gateway: transactions that pay it are its own to pay for.
    Seller,
}

impl Standing {
    /// Whether the gateway's configuration names it.
    pub(crate) const fn is_known(&self) -> bool {
        matches!(self, Self::Key(_) | Self::Service(_) | Self::Seller)
    }

    /// Whose payment identifiers these are. Anybody's are the payer's own, so that nobody can take another's.
    pub(crate) fn scope(&self, payer: Option<&Payer>) -> Option<Scope> {
        let text = match self {
            Self::Anybody => format!("payer:{}", Sha256Digest::of(payer?.as_str().as_bytes())),
            Self::Key(name) => format!("key:{}", Sha256Digest::of(name.as_str().as_bytes())),
            Self::Service(subject) => subject.to_string(),
            Self::Seller => format!("sold:{}", Sha256Digest::of(payer?.as_str().as_bytes())),
        };
        text.parse().ok()
    }
}
