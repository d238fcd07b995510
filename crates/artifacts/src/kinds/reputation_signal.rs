//! `reputation-signal.v1`: one fact that speaks for or against a subject (seed 002, "Provider Timeout").

use earnest_base::{Name, NodeId, PositiveRatio, SignalId, SignalType, Subject, SubjectKind, Text, Timestamp};
use earnest_signing::{Breach, Check, Cond, Document, Rule, Signer, Then, Value};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{
    Distinct, Family,
    published::{Published, reputation_signal},
    vocabulary::words,
};

/// One observation about a subject. Signed by who emitted it, where that is a subject, else by the node that observed.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReputationSignal {
    /// The signal.
    #[serde(rename = "signal/id")]
    pub id: SignalId,
    /// When it was observed.
    #[serde(rename = "observed/at")]
    pub observed_at: Timestamp,
    /// When it was recorded: not before it was observed.
    #[serde(rename = "recorded/at")]
    pub recorded_at: Timestamp,
    /// What it reports.
    #[serde(rename = "signal/type")]
    pub signal_type: SignalType,
    /// Whether it speaks for or against the subject.
    pub polarity: Polarity,
    /// How much it weighs: above 0, at most 1.
    pub weight: PositiveRatio,
    /// What kind of subject it is about.
    #[serde(rename = "subject/kind")]
    pub subject_kind: RatedKind,
    /// Whom it is about.
    #[serde(rename = "subject/id")]
    pub subject: Subject,
    /// The node that observed it; signs where the emitter is no subject.
    #[serde(rename = "observed-via/node-id")]
    pub observed_via: Option<NodeId>,
    /// In which role it was emitted.
    #[serde(rename = "emitted-by/kind")]
    pub emitter_kind: EmitterKind,
    /// Who emitted it: a subject, which signs, or a name such as a panel's.
    #[serde(rename = "emitted-by/id")]
    pub emitter: Name,
    /// The case that it belongs to.
    #[serde(rename = "case/ref")]
    pub case: Option<Name>,
    /// What it rests on: contracts, receipts, reviews.
    #[serde(rename = "basis/refs")]
    pub basis: Option<Distinct<Name, 0>>,
    /// How long it should be kept.
    #[serde(rename = "retention/hint")]
    pub retention: RetentionHint,
    /// What people should know.
    pub notes: Option<Text>,
}

words! {
    /// Whether a signal speaks for or against its subject. There is no neutral signal.
    Polarity {
        /// For it.
        Positive,
        /// Against it.
        Negative,
    }
    /// The kinds of subject that have a reputation.
    RatedKind {
        /// A node.
        Node,
        /// A participant.
        Participant,
        /// An organisation.
        Org,
    }
    /// In which role a signal is emitted.
    EmitterKind {
        /// The node's own software.
        LocalRuntime,
        /// The node's operator.
        Operator,
        /// Another node.
        Peer,
        /// A panel.
        Panel,
        /// The federation's review.
        FederationReview,
        /// A council.
        Council,
    }
    /// How long a signal should be kept.
    RetentionHint {
        /// For the session.
        Ephemeral,
        /// For good.
        Persistent,
        /// For the epoch.
        EpochScoped,
    }
}

/// The subject is of the kind that the signal says.
const fn subject_of(when: &'static [Cond], then: &'static [Then]) -> Rule {
    Rule { code: "subject-kind-mismatch", says: "`subject/id` is of the kind `subject/kind`", when, then }
}

impl Document for ReputationSignal {
    const KIND: &'static str = "reputation-signal.v1";
    const SIGNERS: &'static [Signer] = &[Signer::sole(
        &["emitted-by/id", "observed-via/node-id"],
        &[SubjectKind::Node, SubjectKind::Participant, SubjectKind::Org, SubjectKind::Council],
    )];
    const RULES: &'static [Rule] = &[
        subject_of(&[Cond::Is("subject/kind", Value::Text("node"))], &[Then::StartsWith("subject/id", "node:")]),
        subject_of(
            &[Cond::Is("subject/kind", Value::Text("participant"))],
            &[Then::StartsWith("subject/id", "participant:")],
        ),
        subject_of(&[Cond::Is("subject/kind", Value::Text("org"))], &[Then::StartsWith("subject/id", "org:")]),
        Rule {
            code: "community-never-org",
            says: "what happens in a community is never about an organisation",
            when: &[Cond::StartsWith("signal/type", "community/")],
            then: &[Then::IsNot("subject/kind", Value::Text("org"))],
        },
        Rule {
            code: "council-emits-as-council",
            says: "what a council emits carries the council's id",
            when: &[Cond::Is("emitted-by/kind", Value::Text("council"))],
            then: &[Then::StartsWith("emitted-by/id", "council:did:key:")],
        },
    ];
    const CHECKS: &'static [Check<Self>] = &[
        Check {
            code: "recorded-before-observed",
            says: "a signal is recorded after it is observed",
            test: |signal| {
                if signal.observed_at <= signal.recorded_at {
                    return Ok(());
                }
                let message =
                    format!("expected a moment not before {}, found {}", signal.observed_at, signal.recorded_at);
                Err(Breach::at("recorded/at", message))
            },
        },
        // Without this, a misspelt did:key would pass for a name, and the node would sign in its stead.
        Check {
            code: "emitter-malformed",
            says: "an emitter that is given as a DID is a subject",
            test: |signal| {
                let emitter = signal.emitter.as_str();
                match emitter.parse::<Subject>() {
                    Err(error) if emitter.contains("did:") => Err(Breach::at("emitted-by/id", error.to_string())),
                    _ => Ok(()),
                }
            },
        },
    ];

    fn id(&self) -> String {
        self.id.to_string()
    }
}

impl Family for ReputationSignal {
    const EXAMPLE: &'static str = r#"{
        "schema": "reputation-signal.v1",
        "schema/v": 1,
        "signal/id": "sig:01JV-ola-timeout",
        "observed/at": "2026-04-01T07:30:00Z",
        "recorded/at": "2026-04-01T07:30:02Z",
        "signal/type": "contract/delivery-timeout",
        "polarity": "negative",
        "weight": 0.8,
        "subject/kind": "participant",
        "subject/id": "participant:did:key:z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX",
        "observed-via/node-id": "node:did:key:z6Mkon22vwz9JoNpGDxCrGZRgeNFTdRTwXYYN3fvAhA3K19x",
        "emitted-by/kind": "operator",
        "emitted-by/id": "participant:did:key:z6MkmtWtY63GQVBrpMyRJWEzsnxfsGkemu6CtMDwGTv4RYj2",
        "basis/refs": ["contract:01JV-ph1-redaction"],
        "retention/hint": "persistent",
        "notes": "No delivery within the contracted hour."
    }"#;
    const PUBLISHED: Option<&'static Published> = Some(&reputation_signal::FORM);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Draft, FIXTURES, Fixture};

    fn signed_by(text: &str, fixture: &Fixture) -> bool {
        Draft::<ReputationSignal>::parse(text.as_bytes()).unwrap().sign(None, &fixture.secret_key()).is_ok()
    }

    #[test]
    fn the_emitter_signs_and_where_it_is_a_name_the_node_does() {
        let (roman, node) = (&FIXTURES[4], &FIXTURES[5]);
        assert!(signed_by(ReputationSignal::EXAMPLE, roman));
        assert!(!signed_by(ReputationSignal::EXAMPLE, node));
        let emitter = "participant:did:key:z6MkmtWtY63GQVBrpMyRJWEzsnxfsGkemu6CtMDwGTv4RYj2";
        let by_panel = ReputationSignal::EXAMPLE.replace(emitter, "panel:fed-pl-main:procurement-01");
        assert!(signed_by(&by_panel, node));
        assert!(!signed_by(&by_panel, roman));
    }
}
