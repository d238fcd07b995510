//! `dispute-decision.v1`: how an arbiter decides a dispute, and what becomes of the held money (decisions D8, E8).

use earnest_base::{
    ContractId, DecisionId, DisputeId, HoldId, MoneyError, Name, Orc, ParticipantId, SubjectKind, Text, Timestamp,
};
use earnest_signing::{Breach, Check, Document, Signer};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{Family, vocabulary::words};

/// An arbiter's decision of a dispute: how much of the hold goes to the provider, and how much back to the buyer.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DisputeDecision {
    /// The decision.
    #[serde(rename = "decision/id")]
    pub id: DecisionId,
    /// The dispute that it decides.
    #[serde(rename = "dispute/id")]
    pub dispute: DisputeId,
    /// The contract that the dispute is about.
    #[serde(rename = "contract/id")]
    pub contract: ContractId,
    /// The hold that it resolves.
    #[serde(rename = "hold/id")]
    pub hold: HoldId,
    /// Who decides, and signs: one of the contract's arbiters.
    #[serde(rename = "decision/author")]
    pub author: ParticipantId,
    /// When it was decided, by the arbiter's clock.
    #[serde(rename = "decided-at")]
    pub decided_at: Timestamp,
    /// On what ground: a rule, or the record of the hearing.
    #[serde(rename = "reason/ref")]
    pub reason_ref: Name,
    /// Why, for the two sides.
    pub reason: Option<Text>,
    /// What is decided.
    pub outcome: DisputeOutcome,
    /// What the provider is paid, in minor units of ORC.
    #[serde(rename = "released/amount")]
    pub released: Orc,
    /// What the buyer gets back, in minor units of ORC.
    #[serde(rename = "refunded/amount")]
    pub refunded: Orc,
}

words! {
    /// How a dispute ends.
    DisputeOutcome {
        /// The provider is paid in full.
        FullRelease,
        /// The buyer gets everything back.
        FullRefund,
        /// The provider is paid in part, where the escrow's policy allows it.
        PartialRelease,
    }
}

impl DisputeDecision {
    /// What is decided over: the amount of the hold.
    ///
    /// # Errors
    /// Above 2^53 − 1 minor units, which no decision that was read is.
    pub fn amount(&self) -> Result<Orc, MoneyError> {
        self.released.plus(self.refunded)
    }
}

impl Document for DisputeDecision {
    const KIND: &'static str = "dispute-decision.v1";
    const SIGNERS: &'static [Signer] = &[Signer::sole(&["decision/author"], &[SubjectKind::Participant])];
    const CHECKS: &'static [Check<Self>] = &[
        Check {
            code: "nothing-decided",
            says: "a decision is over an amount above zero, and below 2^53",
            test: |decision| match decision.amount() {
                Ok(Orc::ZERO) => Err(Breach::at("released/amount", "expected an amount above zero, found none")),
                Ok(_) => Ok(()),
                Err(error) => Err(Breach::at("refunded/amount", error.to_string())),
            },
        },
        Check { code: "outcome-mismatch", says: "the amounts are those of the outcome", test: amounts_fit },
    ];

    fn id(&self) -> String {
        self.id.to_string()
    }
}

/// A full release refunds nothing, a full refund releases nothing, a partial release does both.
fn amounts_fit(decision: &DisputeDecision) -> Result<(), Breach> {
    let (paid, back) = (!decision.released.is_zero(), !decision.refunded.is_zero());
    let (pays, refunds) = match decision.outcome {
        DisputeOutcome::FullRelease => (true, false),
        DisputeOutcome::FullRefund => (false, true),
        DisputeOutcome::PartialRelease => (true, true),
    };
    let wrong =
        [("released/amount", pays, paid, decision.released), ("refunded/amount", refunds, back, decision.refunded)];
    match wrong.into_iter().find(|(_, expected, found, _)| expected != found) {
        Some((member, expected, _, amount)) => {
            let expected = if expected { "an amount above zero" } else { "zero" };
            Err(Breach::at(member, format!("expected {expected}, found {}", amount.minor())))
        }
        None => Ok(()),
    }
}

impl Family for DisputeDecision {
    const EXAMPLE: &'static str = r#"{
        "schema": "dispute-decision.v1",
        "schema/v": 1,
        "decision/id": "decision:01JV-ph1-dispute",
        "dispute/id": "dispute:01JV-ph1-breakfast",
        "contract/id": "contract:01JV-ph1-breakfast",
        "hold/id": "hold:01JV-ph1-breakfast",
        "decision/author": "participant:did:key:z6Mkj1MDZKcfx9AX5CeXHdysiGkRLzBbALyFuShD6wNeY1E3",
        "decided-at": "2026-04-01T12:00:00Z",
        "reason/ref": "escrow-policy:pl-main-standard-v1",
        "reason": "One of three sources was quoted as it stands.",
        "outcome": "partial-release",
        "released/amount": 200,
        "refunded/amount": 400
    }"#;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Draft;

    fn decided(outcome: DisputeOutcome, released: u64, refunded: u64) -> Result<u64, String> {
        let orc = |minor| Orc::from_minor(minor).unwrap();
        let example = Draft::<DisputeDecision>::parse(DisputeDecision::EXAMPLE.as_bytes()).unwrap();
        let decision =
            DisputeDecision { outcome, released: orc(released), refunded: orc(refunded), ..example.document().clone() };
        let draft = Draft::new(&decision).map_err(|error| format!("{} {}", error.code(), error.pointer()))?;
        Ok(draft.document().amount().unwrap().minor())
    }

    #[test]
    fn the_amounts_are_those_of_the_outcome() {
        use DisputeOutcome::{FullRefund, FullRelease, PartialRelease};
        assert_eq!(decided(FullRelease, 600, 0), Ok(600));
        assert_eq!(decided(FullRefund, 0, 600), Ok(600));
        assert_eq!(decided(PartialRelease, 1, 599), Ok(600));
        for (outcome, released, refunded, member) in [
            (FullRelease, 599, 1, "refunded"),
            (FullRelease, 0, 600, "released"),
            (FullRefund, 1, 599, "released"),
            (FullRefund, 600, 0, "released"),
            (PartialRelease, 600, 0, "refunded"),
            (PartialRelease, 0, 600, "released"),
        ] {
            let refusal = format!("outcome-mismatch /{member}~1amount");
            assert_eq!(decided(outcome, released, refunded), Err(refusal), "{outcome:?} {released} {refunded}");
        }
    }

    #[test]
    fn a_decision_over_nothing_or_too_much_is_none() {
        let most = earnest_base::MAX_SAFE_INTEGER;
        for (released, refunded) in [(0, 0), (most, 1)] {
            let refusal = decided(DisputeOutcome::PartialRelease, released, refunded).unwrap_err();
            assert!(refusal.starts_with("nothing-decided"), "{refusal}");
        }
    }
}
