//! `dispute-case.v1`: a buyer disputes what was delivered; the hold is frozen until it is decided (decisions D8, E8).

use earnest_base::{ContractId, DisputeId, HoldId, Name, ParticipantId, ResponseId, SubjectKind, Text, Timestamp};
use earnest_signing::{Document, Rule, Signer, Then, Value};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::dispute_decision::DisputeOutcome;
use crate::{Family, List, vocabulary::BlobRef};

/// A dispute about a contract, as its buyer puts it.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DisputeCase {
    /// The dispute.
    #[serde(rename = "dispute/id")]
    pub id: DisputeId,
    /// The contract that it is about.
    #[serde(rename = "contract/id")]
    pub contract: ContractId,
    /// The hold that it freezes.
    #[serde(rename = "hold/id")]
    pub hold: HoldId,
    /// The response that it is about, where there is one.
    #[serde(rename = "response/id")]
    pub response: Option<ResponseId>,
    /// Who files it, and signs: the buyer, or the custodian of the organisation that buys.
    #[serde(rename = "filed-by/participant-id")]
    pub filed_by: ParticipantId,
    /// When it was filed, by the filer's clock. The escrow's own clock rules the deadline.
    #[serde(rename = "filed-at")]
    pub filed_at: Timestamp,
    /// What it is about, in one word that programs can sort by, such as `quality/inaccurate`.
    #[serde(rename = "reason/ref")]
    pub reason_ref: Name,
    /// What is wrong, for the arbiter.
    pub reason: Option<Text>,
    /// The documents that show it, by their ids.
    #[serde(rename = "evidence/refs")]
    pub evidence: Option<List<Name>>,
    /// The blobs that show it.
    #[serde(rename = "evidence/blobs")]
    pub evidence_blobs: Option<List<BlobRef>>,
    /// What the filer asks for; the arbiter is not bound by it.
    #[serde(rename = "outcome/requested")]
    pub requested: Option<DisputeOutcome>,
}

impl Document for DisputeCase {
    const KIND: &'static str = "dispute-case.v1";
    const SIGNERS: &'static [Signer] = &[Signer::sole(&["filed-by/participant-id"], &[SubjectKind::Participant])];
    const RULES: &'static [Rule] = &[Rule {
        code: "release-requested",
        says: "who disputes asks for money back",
        when: &[],
        then: &[Then::IsNot("outcome/requested", Value::Text("full-release"))],
    }];

    fn id(&self) -> String {
        self.id.to_string()
    }
}

impl Family for DisputeCase {
    const EXAMPLE: &'static str = r#"{
        "schema": "dispute-case.v1",
        "schema/v": 1,
        "dispute/id": "dispute:01JV-ph1-breakfast",
        "contract/id": "contract:01JV-ph1-breakfast",
        "hold/id": "hold:01JV-ph1-breakfast",
        "response/id": "response:01JV-adam-001",
        "filed-by/participant-id": "participant:did:key:z6MkmtWtY63GQVBrpMyRJWEzsnxfsGkemu6CtMDwGTv4RYj2",
        "filed-at": "2026-04-01T08:30:00Z",
        "reason/ref": "quality/inaccurate",
        "reason": "Two of the three sources do not say what the answer quotes.",
        "evidence/refs": ["response:01JV-adam-001"],
        "evidence/blobs": [{"digest": "sha256:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU", "media-type": "text/html", "size": 0}],
        "outcome/requested": "full-refund"
    }"#;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Draft;

    #[test]
    fn who_disputes_may_ask_for_money_back_and_never_for_a_release() {
        for (requested, kept) in [
            (None, true),
            (Some(DisputeOutcome::FullRefund), true),
            (Some(DisputeOutcome::PartialRelease), true),
            (Some(DisputeOutcome::FullRelease), false),
        ] {
            let example = Draft::<DisputeCase>::parse(DisputeCase::EXAMPLE.as_bytes()).unwrap();
            let case = DisputeCase { requested, ..example.document().clone() };
            assert_eq!(Draft::new(&case).is_ok(), kept, "{requested:?}");
        }
    }
}
