//! `procurement-contract.v1`: agreed terms, signed once by both sides (decisions D9, D16, E3, E4).

use earnest_base::{
    ContractId, Count, Currency, EscrowPolicyId, HoldId, MinorUnits, NodeId, OfferId, ParticipantId, QuestionId,
    RoomId, Subject, SubjectKind, Timestamp,
};
use earnest_signing::{Breach, Check, Cond, Document, Need, Pointer, Rule, Signer, Slot, Then, Value};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{
    Family, List,
    published::{Published, procurement_contract},
    vocabulary::{AnswerFormat, ConfirmationMode, SettlementRail, words},
};

mod deadlines;
mod marketplace_refs;

use deadlines::{DEADLINES, all_deadlines, deadlines_in_order};
pub use marketplace_refs::MarketplaceRefs;

/// The terms that a buyer and a provider agreed on. Signed once, while `pending`; what became of it is told by receipts.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProcurementContract {
    /// The contract.
    #[serde(rename = "contract/id")]
    pub id: ContractId,
    /// The question that it answers; for an order, the question that the order stands for.
    #[serde(rename = "question/id")]
    pub question: QuestionId,
    /// The room in which it is carried out.
    #[serde(rename = "room/id")]
    pub room: RoomId,
    /// The offer that was chosen.
    #[serde(rename = "selected-offer/id")]
    pub offer: OfferId,
    /// Where the contract comes from on the marketplace.
    #[serde(rename = "source/marketplace-refs")]
    pub source: Option<MarketplaceRefs>,
    /// When the provider made it.
    #[serde(rename = "created-at")]
    pub created_at: Timestamp,
    /// The buyer's node.
    #[serde(rename = "asker/node-id")]
    pub asker_node: NodeId,
    /// Who buys, or the custodian who acts for the organisation that buys; signs as `asker`.
    #[serde(rename = "asker/participant-id")]
    pub asker: ParticipantId,
    /// The provider's node.
    #[serde(rename = "responder/node-id")]
    pub responder_node: NodeId,
    /// Who provides; signs as `responder`.
    #[serde(rename = "responder/participant-id")]
    pub responder: ParticipantId,
    /// The price, in minor units of the currency.
    #[serde(rename = "payment/amount")]
    pub price: MinorUnits,
    /// The currency of the price.
    #[serde(rename = "payment/currency")]
    pub currency: Currency,
    /// Who pays: the owner of the account that is debited.
    #[serde(rename = "payer/account-ref")]
    pub payer: Option<Subject>,
    /// Who is paid: the owner of the account that is credited.
    #[serde(rename = "payee/account-ref")]
    pub payee: Option<Subject>,
    /// How it is paid.
    #[serde(rename = "settlement/rail")]
    pub rail: Option<SettlementRail>,
    /// When the work is due: the same moment as `deadlines/work-by`, where that is there.
    #[serde(rename = "deadline-at")]
    pub deadline_at: Timestamp,
    /// The node that holds the money.
    #[serde(rename = "escrow/node-id")]
    pub escrow_node: Option<NodeId>,
    /// The hold that the escrow creates for exactly this contract.
    #[serde(rename = "escrow/hold-ref")]
    pub hold: Option<HoldId>,
    /// The escrow's terms in force.
    #[serde(rename = "escrow-policy/ref")]
    pub escrow_policy: Option<EscrowPolicyId>,
    /// When undelivered work is refunded.
    #[serde(rename = "deadlines/work-by")]
    pub work_by: Option<Timestamp>,
    /// Until when the buyer may reject.
    #[serde(rename = "deadlines/accept-by")]
    pub accept_by: Option<Timestamp>,
    /// Until when the buyer may dispute.
    #[serde(rename = "deadlines/dispute-by")]
    pub dispute_by: Option<Timestamp>,
    /// When delivered work is released to a silent buyer's provider.
    #[serde(rename = "deadlines/auto-release")]
    pub auto_release: Option<Timestamp>,
    /// The form that the answer must have.
    #[serde(rename = "acceptance/answer-format")]
    pub answer_format: AnswerFormat,
    /// The fewest characters of an answer.
    #[serde(rename = "acceptance/min-length")]
    pub min_length: Count<1>,
    /// The most characters of an answer.
    #[serde(rename = "acceptance/max-length")]
    pub max_length: Count<1>,
    /// Who may decide a dispute.
    #[serde(rename = "acceptance/arbiter-set")]
    pub arbiters: Option<List<ParticipantId>>,
    /// How the outcome is confirmed.
    #[serde(rename = "confirmation/mode")]
    pub confirmation: ConfirmationMode,
    /// Always `pending`: a contract is signed once, and its later status is derived from receipts.
    pub status: ContractStatus,
    /// How content travels.
    #[serde(rename = "transport/encryption-mode")]
    pub encryption: Option<EncryptionMode>,
}

words! {
    /// The status that a contract is signed at.
    ContractStatus {
        /// Agreed, not yet concluded.
        Pending,
    }
    /// How content travels between the sides.
    EncryptionMode {
        /// As the transport has it.
        None,
        /// Encrypted to the recipient's key.
        RecipientKey,
        /// As the federation's policy says.
        FederationPolicy,
    }
}

const HOST_LEDGER: &[Cond] = &[Cond::Is("settlement/rail", Value::Text("host-ledger"))];

impl Document for ProcurementContract {
    const KIND: &'static str = "procurement-contract.v1";
    const SIGNERS: &'static [Signer] = &[
        Signer {
            slot: Slot::One("asker/signature"),
            role: Some("asker"),
            by: &["asker/participant-id"],
            kinds: &[SubjectKind::Participant],
            need: Need::Always,
        },
        Signer {
            slot: Slot::One("responder/signature"),
            role: Some("responder"),
            by: &["responder/participant-id"],
            kinds: &[SubjectKind::Participant],
            need: Need::Always,
        },
    ];
    const RULES: &'static [Rule] = &[
        Rule {
            code: "host-ledger-incomplete",
            says: "a contract on the ledger names its accounts, escrow, hold, policy, arbiters and deadlines",
            when: HOST_LEDGER,
            then: &[
                Then::Has(&[
                    "payer/account-ref",
                    "payee/account-ref",
                    "escrow/node-id",
                    "escrow/hold-ref",
                    "escrow-policy/ref",
                ]),
                Then::Has(DEADLINES),
                Then::Has(&["acceptance/arbiter-set"]),
            ],
        },
        Rule {
            code: "host-ledger-needs-orc",
            says: "the ledger holds ORC",
            when: HOST_LEDGER,
            then: &[Then::Is("payment/currency", Value::Text("ORC"))],
        },
        Rule {
            code: "arbiter-confirmed-needs-arbiters",
            says: "where an arbiter confirms, the arbiters are named",
            when: &[Cond::Is("confirmation/mode", Value::Text("arbiter-confirmed"))],
            then: &[Then::Has(&["acceptance/arbiter-set"])],
        },
        all_deadlines(&[Cond::Has("deadlines/work-by")]),
        all_deadlines(&[Cond::Has("deadlines/accept-by")]),
        all_deadlines(&[Cond::Has("deadlines/dispute-by")]),
        all_deadlines(&[Cond::Has("deadlines/auto-release")]),
    ];
    const CHECKS: &'static [Check<Self>] = &[
        Check {
            code: "deadline-order",
            says: "created < work-by ≤ accept-by ≤ dispute-by ≤ auto-release",
            test: deadlines_in_order,
        },
        Check {
            code: "deadline-mismatch",
            says: "`deadline-at` is `deadlines/work-by`",
            test: |contract| match contract.work_by {
                Some(work_by) if work_by != contract.deadline_at => {
                    Err(Breach::at("deadline-at", format!("expected {work_by}, found {}", contract.deadline_at)))
                }
                _ => Ok(()),
            },
        },
        Check {
            code: "length-order",
            says: "an answer's least length is not above its greatest",
            test: |contract| {
                if contract.min_length <= contract.max_length {
                    return Ok(());
                }
                let message = format!("expected at least {}, found {}", contract.min_length, contract.max_length);
                Err(Breach::at("acceptance/max-length", message))
            },
        },
        Check {
            code: "account-owner",
            says: "a participant or an organisation pays and is paid",
            test: |contract| {
                let owners = [("payer/account-ref", contract.payer), ("payee/account-ref", contract.payee)];
                let wrong = owners.into_iter().find_map(|(member, owner)| match owner?.kind() {
                    SubjectKind::Participant | SubjectKind::Org => None,
                    other => Some((member, other)),
                });
                wrong.map_or(Ok(()), |(member, kind)| {
                    Err(Breach::at(member, format!("expected a participant or an org, found a {}", kind.as_str())))
                })
            },
        },
        Check {
            code: "offer-mismatch",
            says: "the offer that was chosen is the one that was ordered",
            test: |contract| match &contract.source {
                Some(source) if source.offer != contract.offer => {
                    let pointer = Pointer::member("source/marketplace-refs").join("offer/id");
                    Err(Breach { pointer, message: format!("expected {}, found {}", contract.offer, source.offer) })
                }
                _ => Ok(()),
            },
        },
    ];

    fn id(&self) -> String {
        self.id.to_string()
    }
}

impl Family for ProcurementContract {
    const EXAMPLE: &'static str = r#"{
        "schema": "procurement-contract.v1",
        "schema/v": 1,
        "contract/id": "contract:01JV-ph1-breakfast",
        "question/id": "question:01JV-ph1-breakfast",
        "room/id": "question:01JV-ph1-breakfast/execution/A",
        "selected-offer/id": "offer:adam-news-01",
        "source/marketplace-refs": {"offer/id": "offer:adam-news-01", "offer/seq": 1, "order/id": "order:01JV-ph1-breakfast"},
        "created-at": "2026-04-01T06:05:00Z",
        "asker/node-id": "node:did:key:z6Mkon22vwz9JoNpGDxCrGZRgeNFTdRTwXYYN3fvAhA3K19x",
        "asker/participant-id": "participant:did:key:z6MkmtWtY63GQVBrpMyRJWEzsnxfsGkemu6CtMDwGTv4RYj2",
        "responder/node-id": "node:did:key:z6Mkt6316e2PN3mZdB6N9CrzomJYUd1s5yBZi1XYHmwT9TUP",
        "responder/participant-id": "participant:did:key:z6MkvRXNYcE7MMduynWTgeKbDaT1iijDSC8pZqXZc8rHPrf2",
        "payment/amount": 600,
        "payment/currency": "ORC",
        "payer/account-ref": "org:did:key:z6MkvDqGT54cXesYGvABpF1UapVNwjCqRcafi4Px6Thv5T3Z",
        "payee/account-ref": "participant:did:key:z6MkvRXNYcE7MMduynWTgeKbDaT1iijDSC8pZqXZc8rHPrf2",
        "settlement/rail": "host-ledger",
        "deadline-at": "2026-04-01T06:35:00Z",
        "escrow/node-id": "node:did:key:z6MkwVDfCg9LbbY6xjH3EZk8YSFQZujV5Y4y1ZWeER9tDiN3",
        "escrow/hold-ref": "hold:01JV-ph1-breakfast",
        "escrow-policy/ref": "escrow-policy:pl-main-standard-v1",
        "deadlines/work-by": "2026-04-01T06:35:00Z",
        "deadlines/accept-by": "2026-04-01T09:00:00Z",
        "deadlines/dispute-by": "2026-04-01T09:00:00Z",
        "deadlines/auto-release": "2026-04-01T10:00:00Z",
        "acceptance/answer-format": "json",
        "acceptance/min-length": 1,
        "acceptance/max-length": 3000,
        "acceptance/arbiter-set": ["participant:did:key:z6Mkj1MDZKcfx9AX5CeXHdysiGkRLzBbALyFuShD6wNeY1E3"],
        "confirmation/mode": "self-confirmed",
        "status": "pending"
    }"#;
    const PUBLISHED: Option<&'static Published> = Some(&procurement_contract::FORM);
}
