//! `ledger-hold.v1`: the money of one contract, held by the escrow (seed 002; decisions D16, E2, E6).

use earnest_base::{
    AccountId, ContractId, Count, DisputeId, EscrowPolicyId, HoldId, NodeId, Orc, OrcUnit, QuestionId, Sha256Digest,
    SubjectKind, Text, Timestamp,
};
use earnest_signing::{Breach, Check, Cond, Document, Rule, Signer, Then, Value};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{
    Family,
    amount::at_least_one,
    published::{Published, ledger_hold},
    vocabulary::words,
};

/// The money of one contract, as it stood at one place of the ledger.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LedgerHold {
    /// The hold.
    #[serde(rename = "hold/id")]
    pub id: HoldId,
    /// The contract that it pays.
    #[serde(rename = "contract/id")]
    pub contract: ContractId,
    /// The question that the contract answers.
    #[serde(rename = "question/id")]
    pub question: Option<QuestionId>,
    /// The account from which the money came, and to which a refund goes.
    #[serde(rename = "payer/account-id")]
    pub payer_account: AccountId,
    /// The account to which a release goes.
    #[serde(rename = "payee/account-id")]
    pub payee_account: AccountId,
    /// The node that holds the money, and signs.
    #[serde(rename = "escrow/node-id")]
    pub escrow_node: NodeId,
    /// The escrow's terms in force.
    #[serde(rename = "escrow-policy/ref")]
    pub escrow_policy: EscrowPolicyId,
    /// What is held, in minor units: at least one.
    #[serde(deserialize_with = "at_least_one")]
    #[schemars(range(min = 1))]
    pub amount: Orc,
    /// The unit of the amounts: always ORC.
    pub unit: OrcUnit,
    /// Where the hold stands.
    pub status: HoldStatus,
    /// When the money was held.
    #[serde(rename = "created-at")]
    pub created_at: Timestamp,
    /// When undelivered work is refunded.
    #[serde(rename = "work-by")]
    pub work_by: Timestamp,
    /// Until when the buyer may reject.
    #[serde(rename = "accept-by")]
    pub accept_by: Timestamp,
    /// Until when the buyer may dispute.
    #[serde(rename = "dispute-by")]
    pub dispute_by: Timestamp,
    /// When delivered work is released to a silent buyer's provider.
    #[serde(rename = "auto-release-after")]
    pub auto_release_after: Timestamp,
    /// When the hold ended.
    #[serde(rename = "resolved-at")]
    pub resolved_at: Option<Timestamp>,
    /// What went to the payee, in minor units.
    #[serde(rename = "released/amount")]
    pub released: Option<Orc>,
    /// What went back to the payer, in minor units.
    #[serde(rename = "refunded/amount")]
    pub refunded: Option<Orc>,
    /// The dispute that freezes, or froze, the hold.
    #[serde(rename = "dispute/case-ref")]
    pub dispute: Option<DisputeId>,
    /// The place of this fact in the escrow's ledger: of two snapshots the higher one is the later.
    #[serde(rename = "fact/seq")]
    pub fact_seq: Count,
    /// The head of the ledger's hash chain at that place.
    #[serde(rename = "fact/head")]
    pub fact_head: Sha256Digest,
    /// A note for people.
    pub notes: Option<Text>,
}

words! {
    /// Where a hold stands.
    HoldStatus {
        /// The money is held.
        Active,
        /// The money is held until a dispute is decided.
        Disputed,
        /// All went to the payee.
        Released,
        /// A part went to the payee, the rest back to the payer.
        PartiallyReleased,
        /// All went back to the payer: undelivered, rejected, decided so, or voided.
        Refunded,
    }
}

impl LedgerHold {
    /// Whether the hold has ended: nothing moves through it any more.
    #[must_use]
    pub const fn is_terminal(&self) -> bool {
        match self.status {
            HoldStatus::Active | HoldStatus::Disputed => false,
            HoldStatus::Released | HoldStatus::PartiallyReleased | HoldStatus::Refunded => true,
        }
    }
}

const OPEN: Cond = Cond::OneOf("status", &[Value::Text("active"), Value::Text("disputed")]);

impl Document for LedgerHold {
    const KIND: &'static str = "ledger-hold.v1";
    const SIGNERS: &'static [Signer] = &[Signer::sole(&["escrow/node-id"], &[SubjectKind::Node])];
    const RULES: &'static [Rule] = &[
        Rule {
            code: "disputed-needs-case",
            says: "a disputed hold names the dispute",
            when: &[Cond::Is("status", Value::Text("disputed"))],
            then: &[Then::Has(&["dispute/case-ref"])],
        },
        Rule {
            code: "ended-needs-moment",
            says: "a hold that has ended says when",
            when: &[Cond::OneOf(
                "status",
                &[Value::Text("released"), Value::Text("partially-released"), Value::Text("refunded")],
            )],
            then: &[Then::Has(&["resolved-at"])],
        },
        Rule {
            code: "released-needs-amount",
            says: "a released hold says how much was released",
            when: &[Cond::OneOf("status", &[Value::Text("released"), Value::Text("partially-released")])],
            then: &[Then::Has(&["released/amount"])],
        },
        Rule {
            code: "refunded-needs-amount",
            says: "a refunded hold says how much was refunded",
            when: &[Cond::OneOf("status", &[Value::Text("refunded"), Value::Text("partially-released")])],
            then: &[Then::Has(&["refunded/amount"])],
        },
        Rule {
            code: "open-has-no-outcome",
            says: "a hold that has not ended has paid nothing",
            when: &[OPEN],
            then: &[Then::Lacks(&["resolved-at", "released/amount", "refunded/amount"])],
        },
    ];
    const CHECKS: &'static [Check<Self>] = &[
        Check {
            code: "same-account",
            says: "payer and payee have different accounts",
            test: |hold| {
                if hold.payer_account != hold.payee_account {
                    return Ok(());
                }
                let message = format!("expected another account than the payer's, found {}", hold.payee_account);
                Err(Breach::at("payee/account-id", message))
            },
        },
        Check { code: "deadline-order", says: "the deadlines follow each other", test: deadlines_in_order },
        Check {
            code: "resolved-before-created",
            says: "a hold ends after it begins",
            test: |hold| match hold.resolved_at {
                Some(resolved) if resolved < hold.created_at => {
                    let message = format!("expected a moment not before {}, found {resolved}", hold.created_at);
                    Err(Breach::at("resolved-at", message))
                }
                _ => Ok(()),
            },
        },
        Check { code: "outcome-amounts", says: "what was paid is what was held", test: outcome_adds_up },
    ];

    fn id(&self) -> String {
        self.id.to_string()
    }
}

fn deadlines_in_order(hold: &LedgerHold) -> Result<(), Breach> {
    if hold.work_by <= hold.created_at {
        let message = format!("expected a moment after {}, found {}", hold.created_at, hold.work_by);
        return Err(Breach::at("work-by", message));
    }
    let steps = [
        ("accept-by", hold.work_by, hold.accept_by),
        ("dispute-by", hold.accept_by, hold.dispute_by),
        ("auto-release-after", hold.dispute_by, hold.auto_release_after),
    ];
    match steps.into_iter().find(|(_, earlier, later)| later < earlier) {
        Some((member, earlier, later)) => {
            Err(Breach::at(member, format!("expected a moment not before {earlier}, found {later}")))
        }
        None => Ok(()),
    }
}

fn outcome_adds_up(hold: &LedgerHold) -> Result<(), Breach> {
    let released = hold.released.unwrap_or(Orc::ZERO);
    let refunded = hold.refunded.unwrap_or(Orc::ZERO);
    let (whole, other) = match hold.status {
        HoldStatus::Active | HoldStatus::Disputed => return Ok(()),
        HoldStatus::Released => (("released/amount", released), ("refunded/amount", refunded)),
        HoldStatus::Refunded => (("refunded/amount", refunded), ("released/amount", released)),
        HoldStatus::PartiallyReleased => return both_parts(hold.amount, released, refunded),
    };
    match (whole, other) {
        ((member, found), _) if found != hold.amount => {
            Err(Breach::at(member, format!("expected {}, found {found}", hold.amount)))
        }
        (_, (member, found)) if !found.is_zero() => {
            Err(Breach::at(member, format!("expected {}, found {found}", Orc::ZERO)))
        }
        _ => Ok(()),
    }
}

fn both_parts(amount: Orc, released: Orc, refunded: Orc) -> Result<(), Breach> {
    for (member, part) in [("released/amount", released), ("refunded/amount", refunded)] {
        if part.is_zero() || part >= amount {
            return Err(Breach::at(member, format!("expected a part of {amount}, found {part}")));
        }
    }
    if released.plus(refunded) == Ok(amount) {
        Ok(())
    } else {
        let message = format!("expected what is left of {amount} after {released}, found {refunded}");
        Err(Breach::at("refunded/amount", message))
    }
}

impl Family for LedgerHold {
    const EXAMPLE: &'static str = r#"{
        "schema": "ledger-hold.v1",
        "schema/v": 1,
        "hold/id": "hold:01JV-ph1-breakfast",
        "contract/id": "contract:01JV-ph1-breakfast",
        "question/id": "question:01JV-ph1-breakfast",
        "payer/account-id": "account:fed-pl-main:casualfeeders",
        "payee/account-id": "account:fed-pl-main:adam",
        "escrow/node-id": "node:did:key:z6MkwVDfCg9LbbY6xjH3EZk8YSFQZujV5Y4y1ZWeER9tDiN3",
        "escrow-policy/ref": "escrow-policy:pl-main-standard-v1",
        "amount": 600,
        "unit": "ORC",
        "status": "active",
        "created-at": "2026-04-01T06:05:00Z",
        "work-by": "2026-04-01T06:35:00Z",
        "accept-by": "2026-04-01T09:00:00Z",
        "dispute-by": "2026-04-01T09:00:00Z",
        "auto-release-after": "2026-04-01T10:00:00Z",
        "fact/seq": 7,
        "fact/head": "sha256:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"
    }"#;
    const PUBLISHED: Option<&'static Published> = Some(&ledger_hold::FORM);
}

#[cfg(test)]
mod tests;
