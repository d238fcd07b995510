//! `organization-subject.v1`: an organisation, its key, and the participant who acts for it (decision D8).

use earnest_base::{OrgId, ParticipantId, PublicKey, SubjectKind, Text, Timestamp};
use earnest_signing::{Breach, Check, Cond, Document, Rule, SignatureAlgorithm, Signer, Then, Value};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{
    Family,
    published::{Published, organization_subject},
    vocabulary::{ServiceStatus, words},
};

/// An organisation states who acts for it. Signed by the organisation's own key.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganizationSubject {
    /// The organisation, which signs.
    #[serde(rename = "org/id")]
    pub id: OrgId,
    /// When the organisation was first set up.
    #[serde(rename = "created-at")]
    pub created_at: Timestamp,
    /// Whether the organisation may act.
    #[serde(rename = "org/status")]
    pub status: ServiceStatus,
    /// What people call it.
    #[serde(rename = "org/display-name")]
    pub display_name: Option<Text>,
    /// Its name in law.
    #[serde(rename = "org/legal-name")]
    pub legal_name: Option<Text>,
    /// The algorithm of its key.
    #[serde(rename = "org/key/alg")]
    pub key_alg: SignatureAlgorithm,
    /// Its public key: the part of `org/id` after `did:key:`.
    #[serde(rename = "org/key/public")]
    pub key: PublicKey,
    /// The participant who acts for it: signs its orders and contracts.
    #[serde(rename = "org/custodian-ref")]
    pub custodian: ParticipantId,
    /// How it is acted for; absent means by a single custodian.
    #[serde(rename = "org/custody-mode")]
    pub custody: Option<CustodyMode>,
    /// Since when it is suspended, where it is.
    #[serde(rename = "suspended-at")]
    pub suspended_at: Option<Timestamp>,
    /// Since when it is retired, where it is.
    #[serde(rename = "retired-at")]
    pub retired_at: Option<Timestamp>,
}

words! {
    /// How an organisation is acted for.
    CustodyMode {
        /// One participant acts for it.
        SingleCustodian,
    }
}

impl OrganizationSubject {
    /// Whether a participant may act for the organisation at a moment: the custodian, while it is neither suspended nor
    /// retired.
    #[must_use]
    pub fn may_act(&self, participant: &ParticipantId, now: Timestamp) -> bool {
        let ended = [self.suspended_at, self.retired_at].into_iter().flatten().any(|since| since <= now);
        let active = self.status == ServiceStatus::Active || !ended;
        self.custodian == *participant && self.created_at <= now && active
    }
}

impl Document for OrganizationSubject {
    const KIND: &'static str = "organization-subject.v1";
    const SIGNERS: &'static [Signer] = &[Signer::sole(&["org/id"], &[SubjectKind::Org])];
    const RULES: &'static [Rule] = &[
        Rule {
            code: "suspended-needs-moment",
            says: "a suspended organisation states since when",
            when: &[Cond::Is("org/status", Value::Text("suspended"))],
            then: &[Then::Has(&["suspended-at"])],
        },
        Rule {
            code: "retired-needs-moment",
            says: "a retired organisation states since when",
            when: &[Cond::Is("org/status", Value::Text("retired"))],
            then: &[Then::Has(&["retired-at"])],
        },
        Rule {
            code: "retired-for-good",
            says: "an organisation that states since when it is retired is retired",
            when: &[Cond::Has("retired-at")],
            then: &[Then::Is("org/status", Value::Text("retired"))],
        },
    ];
    const CHECKS: &'static [Check<Self>] = &[
        Check {
            code: "org-key-mismatch",
            says: "`org/key/public` is the key of `org/id`",
            test: |org| {
                if org.key == *org.id.key() {
                    return Ok(());
                }
                Err(Breach::at("org/key/public", format!("expected {}, found {}", org.id.key(), org.key)))
            },
        },
        Check {
            code: "ended-before-created",
            says: "an organisation ends after it is set up",
            test: |org| {
                let ends = [("suspended-at", org.suspended_at), ("retired-at", org.retired_at)];
                let early =
                    ends.into_iter().find_map(|(member, end)| Some((member, end.filter(|end| *end < org.created_at)?)));
                early.map_or(Ok(()), |(member, end)| {
                    Err(Breach::at(member, format!("expected a moment not before {}, found {end}", org.created_at)))
                })
            },
        },
    ];

    fn id(&self) -> String {
        self.id.to_string()
    }
}

impl Family for OrganizationSubject {
    const EXAMPLE: &'static str = r#"{
        "schema": "organization-subject.v1",
        "schema/v": 1,
        "org/id": "org:did:key:z6MkvDqGT54cXesYGvABpF1UapVNwjCqRcafi4Px6Thv5T3Z",
        "created-at": "2026-03-28T11:15:00Z",
        "org/status": "active",
        "org/display-name": "CasualFeeders",
        "org/legal-name": "CasualFeeders sp. z o.o.",
        "org/key/alg": "ed25519",
        "org/key/public": "z6MkvDqGT54cXesYGvABpF1UapVNwjCqRcafi4Px6Thv5T3Z",
        "org/custodian-ref": "participant:did:key:z6MkmtWtY63GQVBrpMyRJWEzsnxfsGkemu6CtMDwGTv4RYj2",
        "org/custody-mode": "single-custodian"
    }"#;
    const PUBLISHED: Option<&'static Published> = Some(&organization_subject::FORM);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Draft;

    fn org() -> OrganizationSubject {
        Draft::<OrganizationSubject>::parse(OrganizationSubject::EXAMPLE.as_bytes()).unwrap().document().clone()
    }

    #[test]
    fn only_the_custodian_acts_and_only_while_the_organisation_is_active() {
        let (before, after) = ("2026-04-01T06:00:00Z".parse().unwrap(), "2026-05-01T06:00:00Z".parse().unwrap());
        let custodian = org().custodian;
        assert!(org().may_act(&custodian, before));
        assert!(!org().may_act(&ParticipantId::new(org().key), before));
        assert!(!org().may_act(&custodian, "2026-01-01T00:00:00Z".parse().unwrap()));
        let suspended = OrganizationSubject { status: ServiceStatus::Suspended, suspended_at: Some(after), ..org() };
        assert!(suspended.may_act(&custodian, before));
        assert!(!suspended.may_act(&custodian, after));
        assert!(OrganizationSubject { status: ServiceStatus::Active, ..suspended }.may_act(&custodian, after));
    }
}
