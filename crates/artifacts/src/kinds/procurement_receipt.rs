//! `procurement-receipt.v1`: how a contract ended, told once (seed 002, "Settlement"; decisions D9, D16, E8).

use std::collections::BTreeSet;

use earnest_base::{
    ContractId, HoldId, Name, NodeId, ParticipantId, QuestionId, ReceiptId, SubjectKind, Text, Timestamp, TransferId,
};
use earnest_signing::{Breach, Check, Cond, Document, Need, Pointer, Rule, Signer, Slot, Then, Value};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{
    Family, List,
    published::{Published, procurement_receipt},
    vocabulary::{ConfirmationMode, SettlementRail, words},
};

mod release_ref;

pub use release_ref::ReleaseRef;

/// The end of a contract: what became of it, which transfers settled it, and who decided.
///
/// Who acted signs; for who did not, a reference names the transfer or decision that decided without them.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProcurementReceipt {
    /// The receipt.
    #[serde(rename = "receipt/id")]
    pub id: ReceiptId,
    /// The contract that ended.
    #[serde(rename = "contract/id")]
    pub contract: ContractId,
    /// The question that it was to answer.
    #[serde(rename = "question/id")]
    pub question: QuestionId,
    /// When the receipt was made.
    #[serde(rename = "created-at")]
    pub created_at: Timestamp,
    /// The buyer, or the custodian of the organisation that buys.
    #[serde(rename = "payer/participant-id")]
    pub payer: ParticipantId,
    /// The provider.
    #[serde(rename = "payee/participant-id")]
    pub payee: ParticipantId,
    /// The node that held the money; it signs every receipt of the ledger.
    #[serde(rename = "escrow/node-id")]
    pub escrow_node: Option<NodeId>,
    /// When the provider was paid.
    #[serde(rename = "settled-at")]
    pub settled_at: Option<Timestamp>,
    /// How it ended.
    pub outcome: Outcome,
    /// How the outcome was to be confirmed.
    #[serde(rename = "confirmation/mode")]
    pub confirmation: ConfirmationMode,
    /// Whether the answer counts as accepted.
    #[serde(rename = "answer/accepted")]
    pub accepted: Option<bool>,
    /// What decided without the payer.
    #[serde(rename = "payer/release-ref")]
    pub payer_release: Option<ReleaseRef>,
    /// What decided without the payee.
    #[serde(rename = "payee/release-ref")]
    pub payee_release: Option<ReleaseRef>,
    /// What decided without the arbiter who was to confirm.
    #[serde(rename = "arbiter/release-ref")]
    pub arbiter_release: Option<ReleaseRef>,
    /// How it was paid.
    #[serde(rename = "settlement/rail")]
    pub rail: Option<SettlementRail>,
    /// The payment that concludes it: on the ledger one of the transfers, elsewhere an invoice or a note.
    #[serde(rename = "settlement/ref")]
    pub settlement: Option<Name>,
    /// The hold that was resolved.
    #[serde(rename = "settlement/hold-ref")]
    pub hold: Option<HoldId>,
    /// Every transfer that resolved it, each once.
    #[serde(rename = "settlement/transfer-refs")]
    #[schemars(extend("uniqueItems" = true))]
    pub transfers: Option<List<TransferId>>,
    /// Why it was not settled, or not in full.
    #[serde(rename = "rejection/reason")]
    pub reason: Option<Text>,
}

words! {
    /// How a contract ended.
    Outcome {
        /// The provider was paid.
        Settled,
        /// The answer was rejected, or the provider refused the work.
        Rejected,
        /// Nothing was delivered in time.
        Expired,
        /// It was ended before anything was delivered.
        Canceled,
    }
}

const HOST_LEDGER: Cond = Cond::Is("settlement/rail", Value::Text("host-ledger"));
const UNSETTLED: &[Cond] =
    &[Cond::OneOf("outcome", &[Value::Text("rejected"), Value::Text("expired"), Value::Text("canceled")])];
const PERSON: &[SubjectKind] = &[SubjectKind::Participant];

/// A signature, or what decided without the signer: one of the two.
const fn one_of_two(when: &'static [Cond], then: &'static [Then]) -> Rule {
    Rule { code: "signed-and-decided-without", says: "who signs is not decided for", when, then }
}

/// What is decided without a side is decided where the escrow signs; elsewhere nothing would bind the receipt to anybody.
const fn escrow_vouches(when: &'static [Cond]) -> Rule {
    Rule {
        code: "decided-without-needs-escrow",
        says: "a side is decided for on the ledger only, where the escrow signs",
        when,
        then: &[Then::Is("settlement/rail", Value::Text("host-ledger"))],
    }
}

impl Document for ProcurementReceipt {
    const KIND: &'static str = "procurement-receipt.v1";
    const SIGNERS: &'static [Signer] = &[
        Signer {
            slot: Slot::One("escrow/signature"),
            role: Some("escrow"),
            by: &["escrow/node-id"],
            kinds: &[SubjectKind::Node],
            need: Need::When(HOST_LEDGER),
        },
        Signer {
            slot: Slot::One("payer/signature"),
            role: Some("payer"),
            by: &["payer/participant-id"],
            kinds: PERSON,
            need: Need::Unless(Cond::Has("payer/release-ref")),
        },
        Signer {
            slot: Slot::One("payee/signature"),
            role: Some("payee"),
            by: &["payee/participant-id"],
            kinds: PERSON,
            need: Need::Unless(Cond::Has("payee/release-ref")),
        },
        Signer {
            slot: Slot::Each("arbiter/signatures", "arbiter"),
            role: Some("arbiter"),
            by: &["arbiter/signatures"],
            kinds: PERSON,
            need: Need::When(Cond::All(&[
                Cond::Is("confirmation/mode", Value::Text("arbiter-confirmed")),
                Cond::Lacks("arbiter/release-ref"),
            ])),
        },
    ];
    const RULES: &'static [Rule] = &[
        Rule {
            code: "settled-incomplete",
            says: "what is settled was accepted, at a moment",
            when: &[Cond::Is("outcome", Value::Text("settled"))],
            then: &[Then::Has(&["settled-at", "answer/accepted"]), Then::Is("answer/accepted", Value::Bool(true))],
        },
        Rule {
            code: "unsettled-needs-reason",
            says: "what is not settled has a reason",
            when: UNSETTLED,
            then: &[Then::Has(&["rejection/reason"])],
        },
        Rule {
            code: "unsettled-but-settled",
            says: "what is not settled was not accepted, at no moment",
            when: UNSETTLED,
            then: &[Then::Lacks(&["settled-at"]), Then::IsNot("answer/accepted", Value::Bool(true))],
        },
        Rule {
            code: "host-ledger-incomplete",
            says: "a receipt of the ledger names its hold and its transfers",
            when: &[HOST_LEDGER],
            then: &[Then::Has(&["settlement/ref", "settlement/hold-ref", "settlement/transfer-refs"])],
        },
        one_of_two(&[Cond::Has("payer/release-ref")], &[Then::Lacks(&["payer/signature"])]),
        one_of_two(&[Cond::Has("payee/release-ref")], &[Then::Lacks(&["payee/signature"])]),
        one_of_two(&[Cond::Has("arbiter/release-ref")], &[Then::Lacks(&["arbiter/signatures"])]),
        escrow_vouches(&[Cond::Has("payer/release-ref")]),
        escrow_vouches(&[Cond::Has("payee/release-ref")]),
    ];
    const CHECKS: &'static [Check<Self>] = &[
        Check { code: "transfer-repeated", says: "each transfer is named once", test: transfers_differ },
        Check {
            code: "settlement-mismatch",
            says: "on the ledger, the payment that concludes it is one of its transfers",
            test: |receipt| match (&receipt.rail, &receipt.settlement, &receipt.transfers) {
                (Some(SettlementRail::HostLedger), Some(concluding), Some(transfers))
                    if !transfers.iter().any(|transfer| transfer.as_str() == concluding.as_str()) =>
                {
                    let message = format!("expected one of the transfers, found {concluding}");
                    Err(Breach::at("settlement/ref", message))
                }
                _ => Ok(()),
            },
        },
        Check {
            code: "settled-after-created",
            says: "a receipt is made once its contract is settled",
            test: |receipt| match receipt.settled_at {
                Some(found) if found > receipt.created_at => {
                    let message = format!("expected a moment not after {}, found {found}", receipt.created_at);
                    Err(Breach::at("settled-at", message))
                }
                _ => Ok(()),
            },
        },
    ];

    fn id(&self) -> String {
        self.id.to_string()
    }
}

fn transfers_differ(receipt: &ProcurementReceipt) -> Result<(), Breach> {
    let mut seen = BTreeSet::new();
    let transfers = receipt.transfers.iter().flat_map(|transfers| transfers.iter());
    match transfers.enumerate().find(|(_, transfer)| !seen.insert(*transfer)) {
        Some((index, transfer)) => {
            let pointer = Pointer::member("settlement/transfer-refs").join(&index.to_string());
            Err(Breach { pointer, message: format!("expected another transfer, found {transfer} again") })
        }
        None => Ok(()),
    }
}

impl Family for ProcurementReceipt {
    const EXAMPLE: &'static str = r#"{
        "schema": "procurement-receipt.v1",
        "schema/v": 1,
        "receipt/id": "receipt:01JV-ph1-breakfast",
        "contract/id": "contract:01JV-ph1-breakfast",
        "question/id": "question:01JV-ph1-breakfast",
        "created-at": "2026-04-01T08:12:00Z",
        "payer/participant-id": "participant:did:key:z6MkmtWtY63GQVBrpMyRJWEzsnxfsGkemu6CtMDwGTv4RYj2",
        "payee/participant-id": "participant:did:key:z6MkvRXNYcE7MMduynWTgeKbDaT1iijDSC8pZqXZc8rHPrf2",
        "escrow/node-id": "node:did:key:z6MkwVDfCg9LbbY6xjH3EZk8YSFQZujV5Y4y1ZWeER9tDiN3",
        "settled-at": "2026-04-01T08:12:00Z",
        "outcome": "settled",
        "confirmation/mode": "self-confirmed",
        "answer/accepted": true,
        "payee/release-ref": "transfer:01JV-ph1-breakfast:release",
        "settlement/rail": "host-ledger",
        "settlement/ref": "transfer:01JV-ph1-breakfast:release",
        "settlement/hold-ref": "hold:01JV-ph1-breakfast",
        "settlement/transfer-refs": ["transfer:01JV-ph1-breakfast:release"]
    }"#;
    const PUBLISHED: Option<&'static Published> = Some(&procurement_receipt::FORM);
}

#[cfg(test)]
mod tests;
