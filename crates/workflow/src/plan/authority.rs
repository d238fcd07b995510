//! What a run may spend, and who said so.

use std::collections::BTreeMap;

use earnest_artifacts::{Verified, WorkflowApproval};
use earnest_base::{ApprovalId, Name, Orc, OrgId, ParticipantId, Timestamp};
use earnest_signing::{Document, Lapse};
use serde::{Deserialize, Serialize};

use super::Plan;

/// For whom a run buys, and who acts.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Buyer {
    /// A participant, for themselves.
    Participant {
        /// The participant.
        participant: ParticipantId,
    },
    /// An organisation, through its custodian.
    Org {
        /// The organisation.
        org: OrgId,
        /// The custodian, who approves.
        custodian: ParticipantId,
    },
}

impl Buyer {
    /// Who approves, and signs.
    #[must_use]
    pub const fn approver(&self) -> &ParticipantId {
        match self {
            Self::Participant { participant } => participant,
            Self::Org { custodian, .. } => custodian,
        }
    }

    /// The organisation that buys.
    #[must_use]
    pub const fn org(&self) -> Option<&OrgId> {
        match self {
            Self::Participant { .. } => None,
            Self::Org { org, .. } => Some(org),
        }
    }
}

/// What a run may spend: the least of what its plan asks for and what its approval allows.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Authority {
    /// The approval; none where nothing was approved, and then nothing may be spent.
    pub approval: Option<ApprovalId>,
    /// The most that the run may spend, in minor units.
    pub ceiling: Orc,
    /// The most that each step may spend, in minor units.
    pub caps: BTreeMap<Name, Orc>,
    /// Until when the run may spend; no longer at that moment.
    pub expires_at: Timestamp,
}

impl Authority {
    /// Of a run that was not approved: nothing may be spent.
    #[must_use]
    pub const fn nothing() -> Self {
        Self { approval: None, ceiling: Orc::ZERO, caps: BTreeMap::new(), expires_at: Timestamp::UNIX_EPOCH }
    }

    /// The most that a step may spend.
    #[must_use]
    pub fn cap_of(&self, step: &Name) -> Orc {
        self.caps.get(step).copied().unwrap_or(Orc::ZERO)
    }

    /// What an approval allows a run of a plan to spend.
    ///
    /// # Errors
    /// The first thing about which the approval is another's, or too little.
    pub fn of(
        plan: &Plan,
        run: &Name,
        buyer: &Buyer,
        approval: &Verified<WorkflowApproval>,
        now: Timestamp,
    ) -> Result<Self, ApprovalError> {
        let text = |org: Option<&OrgId>| org.map_or_else(|| "none".to_owned(), ToString::to_string);
        let same = |code, expected: String, found: String| {
            if expected == found { Ok(()) } else { Err(ApprovalError { code, expected, found }) }
        };
        same(ApprovalCode::OtherRun, run.to_string(), approval.run.to_string())?;
        same(ApprovalCode::OtherPlan, plan.digest().to_string(), approval.plan.to_string())?;
        same(ApprovalCode::OtherApprover, buyer.approver().to_string(), approval.approver.to_string())?;
        same(ApprovalCode::OtherBuyer, text(buyer.org()), text(approval.org.as_ref()))?;
        match approval.valid_at(now) {
            Ok(()) => {}
            Err(Lapse::NotYet(from)) => return out_of_time(now, format!("one that begins at {from}")),
            Err(Lapse::Expired(since)) => return out_of_time(now, format!("one that expired at {since}")),
        }
        let enough = |code, expected: String, least: Orc, found: Orc| {
            if found >= least { Ok(()) } else { Err(ApprovalError { code, expected, found: found.to_string() }) }
        };
        let least = plan.price().minimum;
        enough(ApprovalCode::TooLittle, format!("at least {least}"), least, approval.ceiling)?;
        let mut caps = BTreeMap::new();
        for (_, step) in plan.definition().steps() {
            let Some(paid) = step.paid() else { continue };
            let cap = approval.cap_of(step.name.as_str());
            let least = plan.least(step);
            enough(ApprovalCode::TooLittle, format!("at least {least} for {}", step.name), least, cap)?;
            caps.insert(step.name.clone(), cap.min(paid.cap));
        }
        Ok(Self {
            approval: Some(approval.id.clone()),
            ceiling: approval.ceiling.min(plan.definition().ceiling),
            caps,
            expires_at: approval.expires_at,
        })
    }
}

fn out_of_time<T>(now: Timestamp, found: String) -> Result<T, ApprovalError> {
    Err(ApprovalError { code: ApprovalCode::OutOfTime, expected: format!("an approval in force at {now}"), found })
}

/// Why an approval is none of this run. The first in this order is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ApprovalCode {
    /// It names another run.
    OtherRun,
    /// It names another plan.
    OtherPlan,
    /// Somebody else approved.
    OtherApprover,
    /// It is for another buyer.
    OtherBuyer,
    /// It is not in force.
    OutOfTime,
    /// It allows less than the plan costs at least.
    TooLittle,
}

impl ApprovalCode {
    /// The stable code.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OtherRun => "other-run",
            Self::OtherPlan => "other-plan",
            Self::OtherApprover => "other-approver",
            Self::OtherBuyer => "other-buyer",
            Self::OutOfTime => "out-of-time",
            Self::TooLittle => "too-little",
        }
    }
}

/// An approval that is none of this run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: expected {expected}, found {found}", code.as_str())]
pub struct ApprovalError {
    /// Why.
    pub code: ApprovalCode,
    /// What would have passed.
    pub expected: String,
    /// What was there.
    pub found: String,
}
