//! What is wrong with a plan, and where.

use earnest_signing::Pointer;

/// What is wrong with a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PlanCode {
    /// It is no JSON of this form, or too large.
    Unreadable,
    /// It is of another version of this form.
    Version,
    /// It has no phase, or a phase no step, or a step no item.
    Empty,
    /// A name stands twice.
    DuplicateName,
    /// It names a step that there is not.
    UnknownStep,
    /// It waits for a step of another phase, or reads from a later one.
    OtherPhase,
    /// Steps wait for each other.
    Cycle,
    /// An amount is not in ORC.
    Currency,
    /// No units, no results, or more than can be counted.
    Units,
    /// A step may spend more than the run.
    CapAboveCeiling,
    /// An order is expected to cost more than it may.
    PriceAboveMaximum,
    /// A step is expected to cost more than it may spend.
    PriceAboveCap,
    /// All steps together are expected to cost more than the run may spend.
    PriceAboveCeiling,
}

impl PlanCode {
    /// The stable code.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::Version => "version",
            Self::Empty => "empty",
            Self::DuplicateName => "duplicate-name",
            Self::UnknownStep => "unknown-step",
            Self::OtherPhase => "other-phase",
            Self::Cycle => "cycle",
            Self::Currency => "currency",
            Self::Units => "units",
            Self::CapAboveCeiling => "cap-above-ceiling",
            Self::PriceAboveMaximum => "price-above-maximum",
            Self::PriceAboveCap => "price-above-cap",
            Self::PriceAboveCeiling => "price-above-ceiling",
        }
    }
}

/// One thing that is wrong with a plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} at {place}: {message}", code.as_str())]
pub struct PlanError {
    /// What is wrong.
    pub code: PlanCode,
    /// Where.
    pub place: Pointer,
    /// What was expected and what was found.
    pub message: String,
}

impl PlanError {
    pub(crate) fn at(code: PlanCode, place: &[&str], message: impl Into<String>) -> Self {
        let place = place.iter().fold(Pointer::ROOT, |pointer, token| pointer.join(token));
        Self { code, place, message: message.into() }
    }
}
