//! `escrow-policy.v1`: an escrow's terms (decisions E3, E4, E8).

use earnest_base::{
    EscrowPolicyId, FederationId, NodeId, OrcUnit, OrgId, ParticipantId, Seconds, SubjectKind, Text, Timestamp,
};
use earnest_signing::{Check, Document, Lapse, Rule, Signer};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{
    Family,
    published::{Published, escrow_policy},
    terms,
    vocabulary::{ConfirmationMode, ServiceStatus, words},
};

/// The terms under which an escrow holds money. Used where a contract does not say otherwise.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EscrowPolicy {
    /// The terms.
    #[serde(rename = "policy/id")]
    pub id: EscrowPolicyId,
    /// When they were made.
    #[serde(rename = "created-at")]
    pub created_at: Timestamp,
    /// The federation whose ledger the escrow keeps.
    #[serde(rename = "federation/id")]
    pub federation: FederationId,
    /// The node that holds the money, and signs.
    #[serde(rename = "escrow/node-id")]
    pub escrow_node: NodeId,
    /// The organisation that answers for the escrow.
    #[serde(rename = "operator/org-ref")]
    pub operator: OrgId,
    /// The unit of the ledger: always ORC.
    #[serde(rename = "settlement/unit")]
    pub unit: OrcUnit,
    /// How outcomes may be confirmed.
    #[serde(rename = "confirmation/modes")]
    #[schemars(length(min = 1), extend("uniqueItems" = true))]
    pub modes: Vec<ConfirmationMode>,
    /// How long after an acceptance the hold must be funded, in seconds; else the acceptance lapses.
    #[serde(rename = "funding-by")]
    pub funding_by: Seconds,
    /// How long after `work-by` the buyer may dispute, in seconds.
    #[serde(rename = "dispute/default-window-sec")]
    pub dispute_window: Seconds<0>,
    /// How long after `dispute-by` a silent buyer's money is released, in seconds.
    #[serde(rename = "auto-release/default-sec")]
    pub auto_release: Seconds,
    /// How long a dispute, an arbiter's confirmation or a manual release may stay undecided, in seconds.
    #[serde(rename = "decision-by")]
    pub decision_by: Seconds,
    /// What becomes of the money that nobody decided about in time; absent means refund.
    #[serde(rename = "undecided/outcome")]
    pub undecided: Option<UndecidedOutcome>,
    /// Whether a decision may split the money.
    #[serde(rename = "partial-release/allowed")]
    pub partial_release: bool,
    /// The risk above which an arbiter has to confirm.
    #[serde(rename = "arbiter/required-above-risk")]
    pub arbiter_above: Option<RiskLevel>,
    /// Who may decide a dispute where the contract names nobody.
    #[serde(rename = "arbiter/default-set")]
    #[schemars(length(min = 1), extend("uniqueItems" = true))]
    pub arbiters: Vec<ParticipantId>,
    /// Whether the terms are in force.
    pub status: ServiceStatus,
    /// Since when they are suspended.
    #[serde(rename = "suspended-at")]
    pub suspended_at: Option<Timestamp>,
    /// Since when they are retired.
    #[serde(rename = "retired-at")]
    pub retired_at: Option<Timestamp>,
    /// A note for people.
    pub notes: Option<Text>,
}

words! {
    /// What becomes of money that nobody decided about in time.
    UndecidedOutcome {
        /// It goes back to the payer.
        Refund,
        /// It goes to the payee.
        Release,
    }
    /// How risky a contract is.
    RiskLevel {
        /// Not at all.
        None,
        /// Somewhat.
        Medium,
        /// Very.
        High,
        /// As risky as can be.
        Critical,
    }
}

impl EscrowPolicy {
    /// What becomes of money that nobody decided about in time: refund, unless the terms say otherwise.
    #[must_use]
    pub fn undecided_outcome(&self) -> UndecidedOutcome {
        self.undecided.unwrap_or(UndecidedOutcome::Refund)
    }
}

impl Document for EscrowPolicy {
    const KIND: &'static str = "escrow-policy.v1";
    const SIGNERS: &'static [Signer] = &[Signer::sole(&["escrow/node-id"], &[SubjectKind::Node])];
    const RULES: &'static [Rule] = &[terms::SUSPENDED, terms::RETIRED];
    const CHECKS: &'static [Check<Self>] = &[
        Check {
            code: "confirmation-modes",
            says: "at least one way of confirming is open, each named once",
            test: |policy| terms::some_and_different("confirmation/modes", &policy.modes),
        },
        Check {
            code: "arbiter-set",
            says: "somebody can always decide, and is named once",
            test: |policy| terms::some_and_different("arbiter/default-set", &policy.arbiters),
        },
    ];

    fn id(&self) -> String {
        self.id.to_string()
    }

    fn valid_at(&self, now: Timestamp) -> Result<(), Lapse> {
        terms::in_force(self.created_at, self.status, self.suspended_at, self.retired_at, now)
    }
}

impl Family for EscrowPolicy {
    const EXAMPLE: &'static str = r#"{
        "schema": "escrow-policy.v1",
        "schema/v": 1,
        "policy/id": "escrow-policy:pl-main-standard-v1",
        "created-at": "2026-03-28T08:35:00Z",
        "federation/id": "fed:pl-main",
        "escrow/node-id": "node:did:key:z6MkwVDfCg9LbbY6xjH3EZk8YSFQZujV5Y4y1ZWeER9tDiN3",
        "operator/org-ref": "org:did:key:z6MkfDSNRs2i9S6LZ5vd4RbpZ6754H7R3btDqRTeHhamqvuJ",
        "settlement/unit": "ORC",
        "confirmation/modes": ["self-confirmed", "arbiter-confirmed"],
        "funding-by": 300,
        "dispute/default-window-sec": 8700,
        "auto-release/default-sec": 3600,
        "decision-by": 604800,
        "undecided/outcome": "refund",
        "partial-release/allowed": true,
        "arbiter/required-above-risk": "high",
        "arbiter/default-set": ["participant:did:key:z6Mkj1MDZKcfx9AX5CeXHdysiGkRLzBbALyFuShD6wNeY1E3"],
        "status": "active",
        "notes": "Standard terms for paid procurement in the federation."
    }"#;
    const PUBLISHED: Option<&'static Published> = Some(&escrow_policy::FORM);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Draft;

    fn policy() -> EscrowPolicy {
        Draft::<EscrowPolicy>::parse(EscrowPolicy::EXAMPLE.as_bytes()).unwrap().document().clone()
    }

    #[test]
    fn what_nobody_decides_is_refunded_unless_the_terms_say_release() {
        let of = |undecided| EscrowPolicy { undecided, ..policy() }.undecided_outcome();
        assert_eq!(of(None), UndecidedOutcome::Refund);
        assert_eq!(of(Some(UndecidedOutcome::Release)), UndecidedOutcome::Release);
    }

    #[test]
    fn terms_are_in_force_until_the_moment_of_their_status() {
        let noon: Timestamp = "2026-04-02T12:00:00Z".parse().unwrap();
        let before: Timestamp = "2026-04-02T11:59:59Z".parse().unwrap();
        assert_eq!(policy().valid_at(noon), Ok(()));
        let suspended = EscrowPolicy { status: ServiceStatus::Suspended, suspended_at: Some(noon), ..policy() };
        assert_eq!(suspended.valid_at(before), Ok(()));
        assert_eq!(suspended.valid_at(noon), Err(Lapse::Expired(noon)));
        let early: Timestamp = "2026-03-01T00:00:00Z".parse().unwrap();
        assert_eq!(policy().valid_at(early), Err(Lapse::NotYet(policy().created_at)));
    }

    #[test]
    fn an_arbiter_who_is_named_twice_is_refused_at_the_second_place() {
        let arbiter = policy().arbiters[0];
        let error = Draft::new(&EscrowPolicy { arbiters: vec![arbiter, arbiter], ..policy() }).unwrap_err();
        assert_eq!((error.code().as_str(), error.pointer().as_str()), ("arbiter-set", "/arbiter~1default-set/1"));
    }
}
