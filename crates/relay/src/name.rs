//! The names of those a relay deals with, each its own type, so that none passes for another.

use earnest_base::Name;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $name(Name);

        impl $name {
            /// The name, as it was given.
            #[must_use]
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }
        }

        impl std::str::FromStr for $name {
            type Err = earnest_base::InvalidError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    )*};
}

names! {
    /// Who pays, as the rail names them: an account of the ledger, or an address.
    Sender
    /// A wallet of the relay that pays for transactions, by its address.
    Wallet
    /// What makes an authorisation one: on its rail it is carried out at most once. Asset, payer and nonce (decision X4).
    Authorization
    /// Whose payment identifiers these are: the caller that submits, so that one caller's are no other's.
    Scope
}

macro_rules! numbers {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $name(pub u64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

numbers! {
    /// A wallet's nonce: the chain carries out one transaction for each, in their order.
    Nonce
    /// A place in a sender's order of payments.
    Sequence
    /// What a transaction pays per unit of work, in the chain's smallest unit (wei per gas on chains of the Ethereum kind).
    Fee
    /// Which of the attempts at one transaction: the same nonce, another fee.
    Attempt
}

impl Nonce {
    /// The nonce after it.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl Sequence {
    /// The place after it.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}
