//! Ids, each its own type: an offer's id cannot be passed for an order's.
//!
//! Every id is a prefix and a part that its maker chose (a UUIDv7 where a program made it), and is also the
//! idempotency key of what it names: the same id with the same content is the same thing, with other content it is a
//! conflict.

use crate::text::string_types;

string_types! {
    /// A standing or procurement offer.
    OfferId { pattern: r"^offer:[A-Za-z0-9][A-Za-z0-9:-]*$", max: 200, what: "an offer id", example: "offer:redaction-01" }
    /// A service order.
    OrderId { pattern: r"^order:[A-Za-z0-9][A-Za-z0-9:-]*$", max: 200, what: "an order id", example: "order:morning-01" }
    /// A procurement contract.
    ContractId { pattern: r"^contract:[A-Za-z0-9][A-Za-z0-9:-]*$", max: 200, what: "a contract id", example: "contract:01JV-ph1" }
    /// An escrow hold.
    HoldId { pattern: r"^hold:[A-Za-z0-9][A-Za-z0-9:-]*$", max: 200, what: "a hold id", example: "hold:01JV-ph1-news" }
    /// A ledger transfer.
    TransferId { pattern: r"^transfer:[A-Za-z0-9][A-Za-z0-9:-]*$", max: 200, what: "a transfer id", example: "transfer:01JV-ph1:release" }
    /// A procurement receipt.
    ReceiptId { pattern: r"^receipt:[A-Za-z0-9][A-Za-z0-9:-]*$", max: 200, what: "a receipt id", example: "receipt:01JV-ph1" }
    /// A gateway receipt.
    GatewayReceiptId { pattern: r"^gw:[A-Za-z0-9][A-Za-z0-9:-]*$", max: 200, what: "a gateway receipt id", example: "gw:01JVGW001" }
    /// A delivered response.
    ResponseId { pattern: r"^response:[A-Za-z0-9][A-Za-z0-9:-]*$", max: 200, what: "a response id", example: "response:01JV-adam-001" }
    /// A buyer's decision on a response.
    DecisionId { pattern: r"^decision:[A-Za-z0-9][A-Za-z0-9:-]*$", max: 200, what: "a decision id", example: "decision:01JV-ph1" }
    /// A dispute.
    DisputeId { pattern: r"^dispute:[A-Za-z0-9][A-Za-z0-9:-]*$", max: 200, what: "a dispute id", example: "dispute:01JV-ph1" }
    /// A question.
    QuestionId { pattern: r"^question:[A-Za-z0-9][A-Za-z0-9:-]*$", max: 200, what: "a question id", example: "question:01JV-ph1-breakfast" }
    /// An answer room: a question's id, with a path below it where the room is narrower than the question.
    RoomId { pattern: r"^question:[A-Za-z0-9][A-Za-z0-9:-]*(/[A-Za-z0-9][A-Za-z0-9:-]*)*$", max: 300, what: "a room id", example: "question:01JV-ph1-breakfast/execution/A" }
    /// An x402 payment on the ledger or on a chain.
    PaymentId { pattern: r"^pay_[A-Za-z0-9][A-Za-z0-9_-]*$", max: 128, what: "a payment id", example: "pay_0195f0c27c5f7d0f8a3b" }
    /// A node advertisement.
    AdvertisementId { pattern: r"^adv:[A-Za-z0-9][A-Za-z0-9:-]*$", max: 200, what: "an advertisement id", example: "adv:01JQNODEADV001" }
    /// A reputation signal.
    SignalId { pattern: r"^(sig|rep):[A-Za-z0-9][A-Za-z0-9:-]*$", max: 200, what: "a signal id", example: "sig:01K1ORGREP001" }
    /// A segment of a transcript.
    SegmentId { pattern: r"^segment:[A-Za-z0-9][A-Za-z0-9:-]*$", max: 200, what: "a segment id", example: "segment:01JV-001" }
    /// A bundle: of a transcript, or of an audit.
    BundleId { pattern: r"^bundle:[A-Za-z0-9][A-Za-z0-9:-]*$", max: 200, what: "a bundle id", example: "bundle:morning-2026-04-01" }
    /// An approval of a plan.
    ApprovalId { pattern: r"^approval:[A-Za-z0-9][A-Za-z0-9:-]*$", max: 200, what: "an approval id", example: "approval:01JV-run" }
    /// An escrow's terms.
    EscrowPolicyId { pattern: r"^escrow-policy:[a-z0-9][a-z0-9:-]*$", max: 200, what: "an escrow policy id", example: "escrow-policy:pl-main-standard-v1" }
    /// A gateway's terms.
    GatewayPolicyId { pattern: r"^gateway-policy:[a-z0-9][a-z0-9:-]*$", max: 200, what: "a gateway policy id", example: "gateway-policy:pl-main-prepaid-v1" }
    /// A federation: the nodes that share one ledger.
    FederationId { pattern: r"^fed:[a-z0-9][a-z0-9-]*$", max: 100, what: "a federation id", example: "fed:pl-main" }
    /// A ledger account, `account:<federation>:<name>`. Its owner is looked up, never parsed out of the id.
    AccountId { pattern: r"^account:[a-z0-9][a-z0-9-]*:[A-Za-z0-9][A-Za-z0-9:-]*$", max: 200, what: "an account id", example: "account:fed-pl-main:casualfeeders" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_takes_its_own_prefix_only() {
        assert!("offer:ola:redaction-01".parse::<OfferId>().is_ok());
        for wrong in
            ["order:1", "offer:", "offer:-a", "offer:a b", "offer:a\n", "Offer:a", " offer:a", "offer:a/b", "offer:ą"]
        {
            assert!(wrong.parse::<OfferId>().is_err(), "{wrong:?}");
        }
        assert!(format!("offer:{}", "a".repeat(195)).parse::<OfferId>().is_err());
    }

    #[test]
    fn the_seeds_ids_are_ids() {
        assert!("gw:01JVGW001".parse::<GatewayReceiptId>().is_ok());
        assert!("hold:01JV-ph1-news".parse::<HoldId>().is_ok());
        assert!("account:fed-pl-main:community-pool".parse::<AccountId>().is_ok());
        assert!("question:01K0FEDPROC1/execution/A".parse::<RoomId>().is_ok());
        assert!("gateway-policy:pl-main-prepaid-v1".parse::<GatewayPolicyId>().is_ok());
    }
}
