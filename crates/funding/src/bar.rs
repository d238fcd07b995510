//! What the terms in force stand against, in the order in which they are looked at.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the terms in force stand against. The first that applies is told.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, thiserror::Error,
)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub enum Bar {
    /// No terms are in force.
    #[error("expected terms that are in force, found none")]
    PolicyNotInForce,
    /// Money does not go this way.
    #[error("expected a way that the terms open, found it closed")]
    DirectionClosed,
    /// The terms name other providers.
    #[error("expected a provider of the terms, found another")]
    ProviderUnlisted,
    /// The terms have no rate for the currency.
    #[error("expected a currency that the terms have a rate for, found another")]
    CurrencyUnlisted,
    /// The amount makes no whole minor units at the rate, or a fee of too many digits, or leaves nothing.
    #[error("expected an amount that makes whole minor units at the rate and leaves some after the fee")]
    AmountInexact,
    /// Less than may cross at once.
    #[error("expected at least what may cross at once, found less")]
    BelowLeast,
    /// More than may cross at once.
    #[error("expected at most what may cross at once, found more")]
    AboveMost,
    /// More than may cross for the account on one day.
    #[error("expected at most what may cross for the account on one day, found more")]
    AboveDaily,
}

impl Bar {
    /// Every bar, in order.
    pub const ALL: [Self; 8] = [
        Self::PolicyNotInForce,
        Self::DirectionClosed,
        Self::ProviderUnlisted,
        Self::CurrencyUnlisted,
        Self::AmountInexact,
        Self::BelowLeast,
        Self::AboveMost,
        Self::AboveDaily,
    ];

    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::PolicyNotInForce => "policy-not-in-force",
            Self::DirectionClosed => "direction-closed",
            Self::ProviderUnlisted => "provider-unlisted",
            Self::CurrencyUnlisted => "currency-unlisted",
            Self::AmountInexact => "amount-inexact",
            Self::BelowLeast => "below-least",
            Self::AboveMost => "above-most",
            Self::AboveDaily => "above-daily",
        }
    }
}
