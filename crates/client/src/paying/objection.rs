//! Why a way to pay is not taken.

use earnest_x402::offer_receipt::ArtifactError;

use crate::budget::{Unit, Units};

/// Why a way to pay is not taken. Nothing is signed for it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Objection {
    /// What is demanded is for another resource than the one that was asked for.
    #[error("expected a demand for {asked}, found one for {found}")]
    Resource {
        /// What was asked for.
        asked: String,
        /// What is demanded for, cut.
        found: String,
    },
    /// It is paid with something that is not listed.
    #[error("expected an asset that is listed, found {0}")]
    Asset(String),
    /// No wallet signs for it.
    #[error("expected an asset that a wallet pays with: {0}")]
    Wallet(String),
    /// The purchase is to be paid in another unit.
    #[error("expected a price in {0}, found another")]
    Unit(Unit),
    /// It is for nothing.
    #[error("expected a price above zero, found none")]
    Nothing,
    /// It is more than can be counted.
    #[error("expected a price below 2^128, found a greater one")]
    Uncountable,
    /// It is more than the caller pays.
    #[error("expected at most {most} atomic units, found {found}")]
    OverMaximum {
        /// The caller's maximum.
        most: Units,
        /// The price.
        found: Units,
    },
    /// It would be good for too long, or for no time.
    #[error("expected a payment that is good from 1 to {most} s, found {found} s")]
    Lifetime {
        /// The longest.
        most: u64,
        /// What is demanded.
        found: u64,
    },
    /// The payee is not listed, is refused, or is not the one that the caller expects.
    #[error("expected a payee who may be paid, found {0}")]
    Payee(String),
    /// What the scheme adds is too long.
    #[error("expected at most {most} bytes in extra, found {found}")]
    ExtraLength {
        /// The most.
        most: usize,
        /// What was found.
        found: usize,
    },
    /// What the scheme adds contradicts what is known here.
    #[error("expected extra.{member} to be {expected}, found another")]
    Extra {
        /// The member.
        member: String,
        /// What is known.
        expected: String,
    },
    /// The payment would be charged in a way that is not known.
    #[error("expected a payment flow that is known, found another")]
    Flow,
    /// The seller's offer is missing, or does not hold.
    #[error("expected an offer that holds: {0}")]
    Offer(#[from] ArtifactError),
}

impl Objection {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Resource { .. } => "resource-other",
            Self::Asset(_) => "asset-unlisted",
            Self::Wallet(_) => "wallet-missing",
            Self::Unit(_) => "unit-other",
            Self::Nothing => "price-nothing",
            Self::Uncountable => "price-uncountable",
            Self::OverMaximum { .. } => "price-above-maximum",
            Self::Lifetime { .. } => "payment-lifetime",
            Self::Payee(_) => "payee-refused",
            Self::ExtraLength { .. } => "extra-too-long",
            Self::Extra { .. } => "extra-contradicts",
            Self::Flow => "flow-unknown",
            Self::Offer(error) => error.code(),
        }
    }
}
