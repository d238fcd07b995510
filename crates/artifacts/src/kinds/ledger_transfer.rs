//! `ledger-transfer.v1`: one movement of money between two accounts (decisions E5, D16).

use earnest_base::{
    AccountId, ContractId, Count, GatewayReceiptId, HoldId, Name, NodeId, Orc, OrcUnit, PaymentId, Sha256Digest,
    Subject, SubjectKind, Text, Timestamp, TransferId,
};
use earnest_signing::{Breach, Check, Cond, Document, Rule, Signer, Then, Value};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{
    Family,
    amount::at_least_one,
    published::{Published, ledger_transfer},
    vocabulary::words,
};

/// One movement of money between two accounts. It is never changed and never taken back: another one sets it right.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LedgerTransfer {
    /// The transfer.
    #[serde(rename = "transfer/id")]
    pub id: TransferId,
    /// Why money moved.
    pub kind: TransferKind,
    /// The account that was debited.
    #[serde(rename = "from/account-id")]
    pub from_account: AccountId,
    /// The account that was credited.
    #[serde(rename = "to/account-id")]
    pub to_account: AccountId,
    /// What moved, in minor units: at least one.
    #[serde(deserialize_with = "at_least_one")]
    #[schemars(range(min = 1))]
    pub amount: Orc,
    /// The unit of the amount: always ORC.
    pub unit: OrcUnit,
    /// When it moved.
    #[serde(rename = "created-at")]
    pub created_at: Timestamp,
    /// The node that keeps the ledger, and signs.
    #[serde(rename = "escrow/node-id")]
    pub escrow_node: NodeId,
    /// The hold through which it moved.
    #[serde(rename = "hold/id")]
    pub hold: Option<HoldId>,
    /// The contract that the hold pays.
    #[serde(rename = "contract/id")]
    pub contract: Option<ContractId>,
    /// The gateway's receipt for the money that came in or went out.
    #[serde(rename = "gateway-receipt/id")]
    pub gateway_receipt: Option<GatewayReceiptId>,
    /// The x402 payment that it settles, where it has an id.
    #[serde(rename = "payment/id")]
    pub payment: Option<PaymentId>,
    /// The digest of the content of the authorization under which a payment was made.
    #[serde(rename = "payment-authorization/digest")]
    pub authorization: Option<Sha256Digest>,
    /// Who decided an adjustment: a participant, an organisation or a council.
    #[serde(rename = "adjustment/author")]
    pub author: Option<Subject>,
    /// Why an adjustment was made: a decision, a ticket, a correction.
    #[serde(rename = "reason/ref")]
    pub reason: Option<Name>,
    /// The place of this fact in the escrow's ledger.
    #[serde(rename = "fact/seq")]
    pub fact_seq: Count,
    /// The head of the ledger's hash chain at that place.
    #[serde(rename = "fact/head")]
    pub fact_head: Sha256Digest,
    /// A note for people.
    pub notes: Option<Text>,
}

words! {
    /// Why money moved.
    TransferKind {
        /// Money came in through the gateway.
        TopUpCredit,
        /// The payer's money was put into a hold.
        EscrowHold,
        /// All of a hold went to the payee.
        Release,
        /// A part of a hold went to the payee.
        PartialRelease,
        /// A hold, or the rest of one, went back to the payer.
        Refund,
        /// Money went out through the gateway.
        PayoutDebit,
        /// Somebody decided to set an account right.
        Adjustment,
        /// An x402 payment from account to account.
        Payment,
    }
}

const THROUGH_HOLD: Cond = Cond::OneOf(
    "kind",
    &[Value::Text("escrow-hold"), Value::Text("release"), Value::Text("partial-release"), Value::Text("refund")],
);

impl Document for LedgerTransfer {
    const KIND: &'static str = "ledger-transfer.v1";
    const SIGNERS: &'static [Signer] = &[Signer::sole(&["escrow/node-id"], &[SubjectKind::Node])];
    const RULES: &'static [Rule] = &[
        Rule {
            code: "hold-kinds-need-hold",
            says: "what moves through a hold names the hold and the contract",
            when: &[THROUGH_HOLD],
            then: &[Then::Has(&["hold/id", "contract/id"])],
        },
        Rule {
            code: "gateway-kinds-need-receipt",
            says: "what crosses the gateway names the gateway's receipt",
            when: &[Cond::OneOf("kind", &[Value::Text("top-up-credit"), Value::Text("payout-debit")])],
            then: &[Then::Has(&["gateway-receipt/id"])],
        },
        Rule {
            code: "payment-needs-authorization",
            says: "a payment names the authorization under which it was made",
            when: &[Cond::Is("kind", Value::Text("payment"))],
            then: &[Then::Has(&["payment-authorization/digest"])],
        },
        Rule {
            code: "authorization-needs-payment",
            says: "only a payment is made under an authorization",
            when: &[Cond::Has("payment-authorization/digest")],
            then: &[Then::Is("kind", Value::Text("payment"))],
        },
        Rule {
            code: "adjustment-needs-author",
            says: "an adjustment names who decided it and why",
            when: &[Cond::Is("kind", Value::Text("adjustment"))],
            then: &[Then::Has(&["adjustment/author", "reason/ref"])],
        },
        Rule {
            code: "author-needs-adjustment",
            says: "only an adjustment has an author",
            when: &[Cond::Has("adjustment/author")],
            then: &[Then::Is("kind", Value::Text("adjustment"))],
        },
        Rule {
            code: "author-is-a-node",
            says: "people and organisations decide adjustments, nodes do not",
            when: &[],
            then: &[Then::StartsOtherwise("adjustment/author", "node:")],
        },
    ];
    const CHECKS: &'static [Check<Self>] = &[Check {
        code: "same-account",
        says: "money moves between two accounts",
        test: |transfer| {
            if transfer.from_account != transfer.to_account {
                return Ok(());
            }
            let message = format!("expected another account than the one debited, found {}", transfer.to_account);
            Err(Breach::at("to/account-id", message))
        },
    }];

    fn id(&self) -> String {
        self.id.to_string()
    }
}

impl Family for LedgerTransfer {
    const EXAMPLE: &'static str = r#"{
        "schema": "ledger-transfer.v1",
        "schema/v": 1,
        "transfer/id": "transfer:01JV-ph1-breakfast:release",
        "kind": "release",
        "from/account-id": "account:fed-pl-main:escrow",
        "to/account-id": "account:fed-pl-main:adam",
        "amount": 600,
        "unit": "ORC",
        "created-at": "2026-04-01T06:40:00Z",
        "escrow/node-id": "node:did:key:z6MkwVDfCg9LbbY6xjH3EZk8YSFQZujV5Y4y1ZWeER9tDiN3",
        "hold/id": "hold:01JV-ph1-breakfast",
        "contract/id": "contract:01JV-ph1-breakfast",
        "fact/seq": 9,
        "fact/head": "sha256:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"
    }"#;
    const PUBLISHED: Option<&'static Published> = Some(&ledger_transfer::FORM);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Artifact, Draft, Kind, published, sign_with_fixtures};

    fn payment() -> LedgerTransfer {
        let release = Draft::<LedgerTransfer>::parse(LedgerTransfer::EXAMPLE.as_bytes()).unwrap().document().clone();
        LedgerTransfer {
            kind: TransferKind::Payment,
            hold: None,
            contract: None,
            authorization: Some(Sha256Digest::of(b"authorization")),
            ..release
        }
    }

    #[test]
    fn a_payment_is_published_as_an_adjustment_and_read_back_as_a_payment() {
        let kind = Kind::named(LedgerTransfer::KIND).unwrap();
        let text = Draft::new(&payment()).unwrap().to_json().canonical();
        let artifact = Artifact::verify(sign_with_fixtures(kind, text.as_bytes()).unwrap().as_bytes()).unwrap();
        let projected = published::to_published(&artifact).unwrap();
        let member = |name| projected.as_object().unwrap().get(name).and_then(earnest_signing::Json::as_str).unwrap();
        assert_eq!(member("kind"), "adjustment");
        let back = published::from_published(kind, projected.canonical().as_bytes()).unwrap();
        assert_eq!(back.canonical(), text);
    }

    #[test]
    fn an_adjustment_without_an_author_is_refused_where_the_author_is_missing() {
        let anonymous = LedgerTransfer { kind: TransferKind::Adjustment, authorization: None, ..payment() };
        let error = Draft::new(&anonymous).unwrap_err();
        assert_eq!(error.code().as_str(), "adjustment-needs-author");
        assert_eq!(error.pointer().as_str(), "/adjustment~1author");
    }
}
