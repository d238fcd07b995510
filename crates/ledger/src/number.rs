//! Numbers that stand for ids inside a ledger: an account, a hold or a policy has the number of its place in the order
//! in which the facts opened them. Facts and state stay small, and replaying never looks an id up.

/// Declares numbers, each its own type.
macro_rules! numbers {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(u32);

        impl $name {
            /// The number itself.
            #[must_use]
            pub const fn value(self) -> u32 {
                self.0
            }

            pub(crate) const fn new(value: u32) -> Self {
                Self(value)
            }

            pub(crate) const fn place(self) -> usize {
                self.0 as usize
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

numbers! {
    /// An account of one ledger.
    AccountNumber;
    /// A hold of one ledger.
    HoldNumber;
    /// A policy of one ledger.
    PolicyNumber;
    /// An id that a ledger has seen.
    IdNumber;
}

impl AccountNumber {
    /// The account in which held money stands.
    pub const ESCROW: Self = Self(0);
    /// The gateway's clearing account: what came in from outside, as a debt. The only account below zero.
    pub const CLEARING: Self = Self(1);

    /// Whether it is one of the ledger's own counter accounts.
    #[must_use]
    pub const fn is_reserved(self) -> bool {
        self.0 < 2
    }
}
