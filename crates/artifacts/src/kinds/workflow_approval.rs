//! `workflow-approval.v1`: a participant's consent to a plan, up to a ceiling, with a cap for each step.

use earnest_base::{ApprovalId, Name, Orc, OrcUnit, OrgId, ParticipantId, Sha256Digest, SubjectKind, Timestamp};
use earnest_signing::{Breach, Check, Document, Lapse, Pointer, Signer};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::Family;

/// A participant's consent to one run of one plan: what it may spend in all, and on each step.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkflowApproval {
    /// The approval.
    #[serde(rename = "approval/id")]
    pub id: ApprovalId,
    /// The run that is approved.
    #[serde(rename = "run/id")]
    pub run: Name,
    /// The digest of the plan: another plan needs another approval.
    #[serde(rename = "plan/digest")]
    pub plan: Sha256Digest,
    /// The most that the run may spend in all, in minor units.
    #[serde(rename = "ceiling/amount")]
    pub ceiling: Orc,
    /// The unit of the amounts: always ORC.
    pub unit: OrcUnit,
    /// The most that each step may spend, in the order of the steps' names; a step without a cap may spend nothing.
    #[serde(rename = "step/caps")]
    #[schemars(length(min = 1))]
    pub caps: Vec<StepCap>,
    /// The organisation for which the participant approves, where they act for one.
    #[serde(rename = "org/id")]
    pub org: Option<OrgId>,
    /// When it was approved.
    #[serde(rename = "approved-at")]
    pub approved_at: Timestamp,
    /// Until when the run may spend; no longer at that moment.
    #[serde(rename = "expires-at")]
    pub expires_at: Timestamp,
    /// Who approves, and signs.
    #[serde(rename = "approver/participant-id")]
    pub approver: ParticipantId,
}

/// The most that a step may spend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub struct StepCap {
    /// The step, as the plan names it.
    pub step: Name,
    /// The most that it may spend, in minor units.
    pub amount: Orc,
}

impl WorkflowApproval {
    /// The most that a step may spend: nothing where no cap names it.
    #[must_use]
    pub fn cap_of(&self, step: &str) -> Orc {
        self.caps.iter().find(|cap| cap.step.as_str() == step).map_or(Orc::ZERO, |cap| cap.amount)
    }
}

impl Document for WorkflowApproval {
    const KIND: &'static str = "workflow-approval.v1";
    const SIGNERS: &'static [Signer] = &[Signer::sole(&["approver/participant-id"], &[SubjectKind::Participant])];
    const CHECKS: &'static [Check<Self>] = &[
        Check {
            code: "step-caps",
            says: "caps stand in the order of their steps' names, each step once",
            test: caps_in_order,
        },
        Check { code: "cap-above-ceiling", says: "no step may spend more than the run", test: caps_below_ceiling },
        Check {
            code: "expires-before-approved",
            says: "an approval ends after it is given",
            test: |approval| {
                let (from, end) = (approval.approved_at, approval.expires_at);
                if from < end {
                    return Ok(());
                }
                Err(Breach::at("expires-at", format!("expected a moment after {from}, found {end}")))
            },
        },
    ];

    fn id(&self) -> String {
        self.id.to_string()
    }

    fn valid_at(&self, now: Timestamp) -> Result<(), Lapse> {
        if now < self.approved_at {
            Err(Lapse::NotYet(self.approved_at))
        } else if now >= self.expires_at {
            Err(Lapse::Expired(self.expires_at))
        } else {
            Ok(())
        }
    }
}

fn at_cap(place: usize, member: &str, message: String) -> Breach {
    Breach { pointer: Pointer::member("step/caps").join(&place.to_string()).join(member), message }
}

fn caps_in_order(approval: &WorkflowApproval) -> Result<(), Breach> {
    if approval.caps.is_empty() {
        return Err(Breach::at("step/caps", "expected at least one cap, found none"));
    }
    for (place, pair) in approval.caps.windows(2).enumerate() {
        if let [before, after] = pair
            && after.step <= before.step
        {
            let message = format!("expected a name after {}, found {}", before.step, after.step);
            return Err(at_cap(place + 1, "step", message));
        }
    }
    Ok(())
}

fn caps_below_ceiling(approval: &WorkflowApproval) -> Result<(), Breach> {
    match approval.caps.iter().enumerate().find(|(_, cap)| cap.amount > approval.ceiling) {
        Some((place, cap)) => {
            let message = format!("expected at most {}, found {}", approval.ceiling, cap.amount);
            Err(at_cap(place, "amount", message))
        }
        None => Ok(()),
    }
}

impl Family for WorkflowApproval {
    const EXAMPLE: &'static str = r#"{
        "schema": "workflow-approval.v1",
        "schema/v": 1,
        "approval/id": "approval:01JV-morning",
        "run/id": "arca-run:morning:2026-04-01",
        "plan/digest": "sha256:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU",
        "ceiling/amount": 10200,
        "unit": "ORC",
        "step/caps": [
            {"step": "illustration", "amount": 3000},
            {"step": "redaction", "amount": 6000},
            {"step": "research", "amount": 1200}
        ],
        "org/id": "org:did:key:z6MkvDqGT54cXesYGvABpF1UapVNwjCqRcafi4Px6Thv5T3Z",
        "approved-at": "2026-04-01T05:55:00Z",
        "expires-at": "2026-04-01T12:00:00Z",
        "approver/participant-id": "participant:did:key:z6MkmtWtY63GQVBrpMyRJWEzsnxfsGkemu6CtMDwGTv4RYj2"
    }"#;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Draft;

    fn approval() -> WorkflowApproval {
        Draft::<WorkflowApproval>::parse(WorkflowApproval::EXAMPLE.as_bytes()).unwrap().document().clone()
    }

    fn refusal(approval: &WorkflowApproval) -> (&'static str, String) {
        let error = Draft::new(approval).unwrap_err();
        (error.code().as_str(), error.pointer().to_string())
    }

    #[test]
    fn a_step_without_a_cap_may_spend_nothing() {
        assert_eq!(approval().cap_of("research").minor(), 1_200);
        assert_eq!(approval().cap_of("packaging"), Orc::ZERO);
    }

    #[test]
    fn a_step_stands_once_and_in_order() {
        let mut twice = approval();
        twice.caps.insert(1, twice.caps[0].clone());
        assert_eq!(refusal(&twice), ("step-caps", "/step~1caps/1/step".to_owned()));
        let mut reversed = approval();
        reversed.caps.reverse();
        assert_eq!(refusal(&reversed).0, "step-caps");
    }

    #[test]
    fn no_cap_is_above_the_ceiling() {
        let low = WorkflowApproval { ceiling: Orc::from_minor(5_999).unwrap(), ..approval() };
        assert_eq!(refusal(&low), ("cap-above-ceiling", "/step~1caps/1/amount".to_owned()));
    }

    #[test]
    fn an_approval_is_in_force_until_it_expires() {
        let at = |moment: &str| approval().valid_at(moment.parse().unwrap());
        assert!(matches!(at("2026-04-01T05:54:59Z"), Err(Lapse::NotYet(_))));
        assert_eq!(at("2026-04-01T11:59:59Z"), Ok(()));
        assert!(matches!(at("2026-04-01T12:00:00Z"), Err(Lapse::Expired(_))));
    }
}
