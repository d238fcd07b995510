//! The moments of a contract (decisions E3, E4, E8).

use earnest_artifacts::EscrowPolicy;
use earnest_base::{Seconds, Timestamp};
use serde::{Deserialize, Serialize};

/// The four deadlines of a contract and its hold, in their order: `work_by ≤ accept_by ≤ dispute_by ≤ auto_release`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Deadlines {
    /// When undelivered work is refunded: a delivery has to be there before.
    pub work_by: Timestamp,
    /// Until when, this moment included, the buyer may reject.
    pub accept_by: Timestamp,
    /// Until when, this moment included, the buyer may dispute.
    pub dispute_by: Timestamp,
    /// From when on delivered work is released to a silent buyer's provider.
    pub auto_release: Timestamp,
}

/// A moment lies beyond the calendar's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected deadlines before the year 10000, found later ones")]
pub struct CalendarError;

impl Deadlines {
    /// The deadlines of an acceptance: `work-by` is the acceptance and the offer's `delivery/max-duration`, and not after
    /// `delivery/requested-by`; the buyer's windows follow from the policy (E3).
    ///
    /// # Errors
    /// Where one lies beyond the calendar's end.
    ///
    /// ```
    /// use earnest_artifacts::{EscrowPolicy, Verified};
    /// use earnest_procurement::Deadlines;
    ///
    /// let policy = earnest_artifacts::example("escrow-policy.v1")?;
    /// let policy: Verified<EscrowPolicy> = Verified::parse(policy.as_bytes())?;
    /// let accepted_at = "2026-04-01T06:05:00Z".parse()?;
    /// let deadlines = Deadlines::of(accepted_at, earnest_base::Seconds::new(1800)?, None, &policy)?;
    /// assert_eq!(deadlines.work_by.to_string(), "2026-04-01T06:35:00Z");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of(
        accepted_at: Timestamp,
        max_duration: Seconds,
        requested_by: Option<Timestamp>,
        policy: &EscrowPolicy,
    ) -> Result<Self, CalendarError> {
        let latest = accepted_at.after(max_duration).ok_or(CalendarError)?;
        let work_by = requested_by.map_or(latest, |moment| moment.min(latest));
        let dispute_by = work_by.after(policy.dispute_window).ok_or(CalendarError)?;
        let auto_release = dispute_by.after(policy.auto_release).ok_or(CalendarError)?;
        Ok(Self { work_by, accept_by: dispute_by, dispute_by, auto_release })
    }

    /// The same with an earlier end of the buyer's time to reject, where the two sides agree on one.
    #[must_use]
    pub fn accepting_by(self, moment: Timestamp) -> Self {
        Self { accept_by: moment.clamp(self.work_by, self.dispute_by), ..self }
    }
}

/// When an acceptance lapses that is not funded: the policy's `funding-by` after it, and not after `work-by`, when there
/// is nothing left to fund (E4).
#[must_use]
pub fn funding_by(accepted_at: Timestamp, deadlines: &Deadlines, policy: &EscrowPolicy) -> Timestamp {
    accepted_at.after(policy.funding_by).map_or(deadlines.work_by, |moment| moment.min(deadlines.work_by))
}
