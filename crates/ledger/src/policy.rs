//! What the ledger keeps of an escrow's terms, and the deadlines that follow from them (decisions E3, E4, E8).

use earnest_artifacts::{EscrowPolicy, Verified, escrow_policy::UndecidedOutcome, vocabulary::ConfirmationMode};
use earnest_base::{EscrowPolicyId, Seconds, Timestamp};
use serde::{Deserialize, Serialize};

use crate::SubjectKey;

/// The terms of a verified `escrow-policy.v1` that decide about money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// The terms.
    pub id: EscrowPolicyId,
    /// Who releases by hand where the mode is `manual-review-only`.
    pub operator: SubjectKey,
    /// How outcomes may be confirmed.
    pub modes: Vec<ConfirmationMode>,
    /// How long after an acceptance the hold must be funded.
    pub funding_by: Seconds,
    /// How long after `work-by` the buyer may dispute.
    pub dispute_window: Seconds<0>,
    /// How long after `dispute-by` a silent buyer's money is released.
    pub auto_release: Seconds,
    /// How long a dispute, an arbiter's confirmation or a manual release may stay undecided.
    pub decision_by: Seconds,
    /// What becomes of what nobody decided in time.
    pub undecided: UndecidedOutcome,
    /// Whether a decision may split the money.
    pub partial_release: bool,
    /// Who decides disputes where a contract names the policy's arbiters.
    pub arbiters: Vec<SubjectKey>,
}

impl From<&Verified<EscrowPolicy>> for Policy {
    fn from(policy: &Verified<EscrowPolicy>) -> Self {
        Self {
            id: policy.id.clone(),
            operator: earnest_base::Subject::from(policy.operator).into(),
            modes: policy.modes.clone(),
            funding_by: policy.funding_by,
            dispute_window: policy.dispute_window,
            auto_release: policy.auto_release,
            decision_by: policy.decision_by,
            undecided: policy.undecided_outcome(),
            partial_release: policy.partial_release,
            arbiters: policy.arbiters.iter().map(|arbiter| (*arbiter).into()).collect(),
        }
    }
}

/// The four deadlines of a hold, and of its contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Deadlines {
    /// When undelivered work is refunded: a delivery comes before it.
    pub work_by: Timestamp,
    /// Until when, itself included, the buyer may reject.
    pub accept_by: Timestamp,
    /// Until when, itself included, the buyer may dispute.
    pub dispute_by: Timestamp,
    /// When delivered work is released to a silent buyer's provider.
    pub auto_release_after: Timestamp,
}

impl Deadlines {
    /// The deadlines of work that was accepted now (E3): `work-by` is the acceptance plus the offer's greatest
    /// duration, capped by what was requested; the others follow by the policy. `None` beyond the year 9999.
    #[must_use]
    pub fn after_acceptance(
        accepted_at: Timestamp,
        max_duration: Seconds,
        requested_by: Option<Timestamp>,
        accept_by: Option<Timestamp>,
        policy: &Policy,
    ) -> Option<Self> {
        let work_by = accepted_at.after(max_duration)?;
        let work_by = requested_by.map_or(work_by, |requested| requested.min(work_by));
        let dispute_by = work_by.after(policy.dispute_window)?;
        let accept_by = accept_by.map_or(dispute_by, |accept_by| accept_by.clamp(work_by, dispute_by));
        Some(Self { work_by, accept_by, dispute_by, auto_release_after: dispute_by.after(policy.auto_release)? })
    }

    /// Whether they follow each other: `work-by ≤ accept-by ≤ dispute-by ≤ auto-release-after`.
    #[must_use]
    pub fn are_in_order(&self) -> bool {
        self.work_by <= self.accept_by
            && self.accept_by <= self.dispute_by
            && self.dispute_by <= self.auto_release_after
    }

    /// When silence releases: at `auto-release-after`, and where that is `dispute-by`, a millisecond later, because
    /// at `dispute-by` itself a dispute is still in time.
    #[must_use]
    pub fn silence_releases_at(&self) -> Option<Timestamp> {
        Some(self.auto_release_after.max(just_after(self.dispute_by)?))
    }
}

/// A millisecond later: the first moment that is past.
pub(crate) fn just_after(moment: Timestamp) -> Option<Timestamp> {
    Timestamp::from_unix_millis(moment.unix_millis().checked_add(1)?)
}
