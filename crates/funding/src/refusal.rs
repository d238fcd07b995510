//! Why nothing happens. A refusal leaves no trace.

use crate::Bar;

/// Why nothing happens. The order is the order of the checks: the first that applies is told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The message was taken before, with another content.
    #[error("expected a message of this id to say what it said before, found something else")]
    EventConflict,
    /// The id stands for something else.
    #[error("expected the content that this id has, found another")]
    IdConflict,
    /// Nothing of this id is known here.
    #[error("expected {0}, found none of this id")]
    Unknown(&'static str),
    /// The terms are another gateway's, or another federation's.
    #[error("expected terms of this gateway, found another's")]
    PolicyElsewhere,
    /// Terms that came into force were changed under their id.
    #[error("expected the terms of this id as they came into force, found others: give new terms an id of their own")]
    PolicyChanged,
    /// Later terms came into force already.
    #[error("expected terms made after those in force, found earlier ones")]
    PolicySuperseded,
    /// The account is of another federation.
    #[error("expected an account of this federation, found another's")]
    AccountElsewhere,
    /// What is asked for does not follow from where it stands.
    #[error("expected a state that knows this, found {0}")]
    WrongState(&'static str),
    /// The terms stand against it.
    #[error(transparent)]
    Barred(#[from] Bar),
}

/// Every refusal of its own with what it says, in the order of the checks; those of [`Bar`] come last.
pub const REFUSALS: &[(&str, &str)] = &[
    ("event-conflict", "A message of this id was taken before, and said something else."),
    ("id-conflict", "The id stands for something else."),
    ("crossing-unknown", "Nothing of this id is known here."),
    ("policy-elsewhere", "The terms are another gateway's, or another federation's."),
    ("policy-changed", "Terms that came into force do not change under their id."),
    ("policy-superseded", "Later terms are in force."),
    ("account-elsewhere", "The account is of another federation."),
    ("wrong-state", "What is asked for does not follow from where the crossing stands."),
    ("policy-not-in-force", "No terms are in force."),
    ("direction-closed", "Money does not go this way under the terms in force."),
    ("provider-unlisted", "The terms in force name other providers."),
    ("currency-unlisted", "The terms in force have no rate for the currency."),
    ("amount-inexact", "The amount makes no whole minor units at the rate, or leaves nothing after the fee."),
    ("below-least", "Less than may cross at once."),
    ("above-most", "More than may cross at once."),
    ("above-daily", "More than may cross for the account on one day."),
];

impl Refusal {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::EventConflict => "event-conflict",
            Self::IdConflict => "id-conflict",
            Self::Unknown(_) => "crossing-unknown",
            Self::PolicyElsewhere => "policy-elsewhere",
            Self::PolicyChanged => "policy-changed",
            Self::PolicySuperseded => "policy-superseded",
            Self::AccountElsewhere => "account-elsewhere",
            Self::WrongState(_) => "wrong-state",
            Self::Barred(bar) => bar.code(),
        }
    }
}
