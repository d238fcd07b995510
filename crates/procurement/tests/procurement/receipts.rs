//! Receipts: who signs for each end, and the status that they give a contract.

use earnest_artifacts::{
    Draft, ProcurementContract, ProcurementReceipt, ServiceOffer, Verified,
    procurement_receipt::{Outcome, ReleaseRef},
    vocabulary::ConfirmationMode::{self, ArbiterConfirmed, ManualReviewOnly, SelfConfirmed},
};
use earnest_procurement::{
    CancelCause, ContractStatus, Execution, ExecutionCommand, Expiry, FailureCause, ReceiptCode, RefundCause,
    RejectionCause, ReleaseCause, Role, Signatories, StatusError, contract_status, draft_contract, draft_receipt,
    draft_receipt_signed_by,
};

use crate::{
    samples::{
        accept, after, contracted, decision, delivered, dispatched, dispute, free, refunded, reject, released, split,
        waiting,
    },
    support::{ADAM, ESCROW, EWA, Papers, ROMAN, at, breakfast, ids, money, news, signed_by},
};

fn contract(mode: ConfirmationMode, price: u64) -> Verified<ProcurementContract> {
    let offer = ServiceOffer { price: money(price), ..news() };
    let papers = Papers::new(&breakfast(), &offer);
    let mut contract = draft_contract(&papers.deal(), &ids("breakfast"), at("06:05:00")).unwrap().document().clone();
    contract.confirmation = mode;
    signed_by(Draft::new(&contract).unwrap(), &[(Some("responder"), ADAM), (Some("asker"), ROMAN)])
}

/// The fixture that signs in a role.
fn signer(role: Role) -> u8 {
    match role {
        Role::Escrow => ESCROW,
        Role::Payer => ROMAN,
        Role::Payee => ADAM,
        Role::Arbiter => EWA,
    }
}

/// The receipt of an execution, signed by everybody who must.
fn receipt(contract: &Verified<ProcurementContract>, execution: &Execution) -> Verified<ProcurementReceipt> {
    let made = draft_receipt(contract, execution, "receipt:breakfast".parse().unwrap(), at("12:00:00")).unwrap();
    let roles: Vec<_> = made.signatories.roles().iter().map(|role| (Some(role.as_str()), signer(*role))).collect();
    signed_by(made.draft, &roles)
}

/// Every end: its name, the confirmation, the execution, the outcome, who signs, what speaks for payer and payee.
fn ends() -> Vec<(&'static str, ConfirmationMode, Execution, Outcome, &'static str, &'static str, &'static str)> {
    let buyer = || decision("buyer");
    let by_arbiter = || released(ReleaseCause::ByArbiter { decision: decision("arbiter") });
    let refund = |cause| after(dispatched(SelfConfirmed), &[refunded(cause)]);
    let disputed = || after(waiting(SelfConfirmed), &[dispute()]);
    let accepted = released(ReleaseCause::Accepted { decision: buyer() });
    let rejected = refunded(RefundCause::Rejected(RejectionCause::ByBuyer { decision: buyer() }));
    let undecided = refunded(RefundCause::Rejected(RejectionCause::Undecided));
    let for_buyer = refunded(RefundCause::Rejected(RejectionCause::ByArbiter { decision: decision("arbiter") }));
    let canceled = refunded(RefundCause::Canceled(CancelCause::ByBuyer { decision: buyer() }));
    let (settled, sent_back) = (Outcome::Settled, Outcome::Rejected);
    let (release, back) = ("transfer:release", "transfer:refund");
    vec![
        (
            "t9",
            SelfConfirmed,
            after(waiting(SelfConfirmed), &[accept(), accepted]),
            settled,
            "escrow payer",
            "",
            "decision:buyer",
        ),
        (
            "t10",
            SelfConfirmed,
            after(waiting(SelfConfirmed), &[reject(), rejected]),
            sent_back,
            "escrow payer",
            "",
            "decision:buyer",
        ),
        (
            "t14",
            SelfConfirmed,
            after(waiting(SelfConfirmed), &[released(ReleaseCause::AutoReleased)]),
            settled,
            "escrow",
            release,
            release,
        ),
        ("t3", SelfConfirmed, refund(RefundCause::Expired(Expiry)), Outcome::Expired, "escrow", back, back),
        (
            "t5",
            SelfConfirmed,
            refund(RefundCause::Failed(FailureCause::ByProvider)),
            Outcome::Canceled,
            "escrow payee",
            back,
            "",
        ),
        (
            "t6",
            SelfConfirmed,
            refund(RefundCause::Rejected(RejectionCause::ByProvider)),
            sent_back,
            "escrow payee",
            back,
            "",
        ),
        (
            "t25",
            SelfConfirmed,
            after(contracted(SelfConfirmed), &[canceled]),
            Outcome::Canceled,
            "escrow payer",
            "",
            "decision:buyer",
        ),
        (
            "t19",
            SelfConfirmed,
            after(disputed(), &[by_arbiter()]),
            settled,
            "escrow arbiter",
            "decision:arbiter",
            "decision:arbiter",
        ),
        (
            "t20",
            SelfConfirmed,
            after(disputed(), &[for_buyer]),
            sent_back,
            "escrow arbiter",
            "decision:arbiter",
            "decision:arbiter",
        ),
        (
            "t21",
            SelfConfirmed,
            after(disputed(), &[split()]),
            settled,
            "escrow arbiter",
            "decision:arbiter",
            "decision:arbiter",
        ),
        ("e8", SelfConfirmed, after(disputed(), std::slice::from_ref(&undecided)), sent_back, "escrow", back, back),
        (
            "arbiter",
            ArbiterConfirmed,
            after(waiting(ArbiterConfirmed), &[by_arbiter()]),
            settled,
            "escrow arbiter",
            "decision:arbiter",
            "decision:arbiter",
        ),
        (
            "e8 arbiter",
            ArbiterConfirmed,
            after(waiting(ArbiterConfirmed), &[undecided]),
            sent_back,
            "escrow",
            back,
            back,
        ),
        (
            "t8",
            ManualReviewOnly,
            after(waiting(ManualReviewOnly), &[released(ReleaseCause::ByOperator)]),
            settled,
            "escrow",
            release,
            release,
        ),
    ]
}

#[test]
fn who_decided_signs_and_for_the_others_what_was_decided_speaks() {
    for (name, mode, execution, outcome, roles, payer, payee) in ends() {
        let contract = contract(mode, 200);
        let receipt = receipt(&contract, &execution);
        let signed: Vec<_> = receipt.signings().filter_map(|signing| signing.role).collect();
        assert_eq!((receipt.outcome, signed.join(" ").as_str()), (outcome, roles), "{name}");
        let shown = |reference: &Option<ReleaseRef>| reference.as_ref().map(ToString::to_string).unwrap_or_default();
        assert_eq!(
            (shown(&receipt.payer_release).as_str(), shown(&receipt.payee_release).as_str()),
            (payer, payee),
            "{name}"
        );
        let status = contract_status(&contract, std::slice::from_ref(&receipt)).unwrap();
        assert_eq!(status.as_str(), serde_json::to_value(outcome).unwrap(), "{name}");
    }
}

#[test]
fn a_split_names_both_transfers_and_why() {
    let execution = after(waiting(SelfConfirmed), &[dispute(), split()]);
    let receipt = receipt(&contract(SelfConfirmed, 200), &execution);
    let transfers: Vec<_> = receipt.transfers.iter().flat_map(|all| all.iter().map(|one| one.as_str())).collect();
    assert_eq!(transfers, ["transfer:release", "transfer:refund"]);
    assert_eq!(receipt.settlement.as_ref().map(|name| name.as_str()), Some("transfer:release"));
    assert_eq!(receipt.reason.as_ref().map(|reason| reason.as_str()), Some("released-by-arbiter"));
}

#[test]
fn a_signature_that_does_not_come_is_stood_in_for_but_never_the_escrows() {
    let execution =
        after(waiting(SelfConfirmed), &[accept(), released(ReleaseCause::Accepted { decision: decision("buyer") })]);
    let contract = contract(SelfConfirmed, 200);
    let signatories = Signatories::of(&execution.ended().unwrap()).without(Role::Payer).without(Role::Escrow);
    assert_eq!(signatories.roles(), [Role::Escrow]);
    let id = || "receipt:breakfast".parse().unwrap();
    let made = draft_receipt_signed_by(&contract, &execution, signatories, id(), at("12:00:00")).unwrap();
    let receipt = signed_by(made.draft, &[(Some("escrow"), ESCROW)]);
    assert_eq!(receipt.payer_release.as_ref().map(ToString::to_string).as_deref(), Some("transfer:release"));
}

#[test]
fn what_is_free_both_sides_sign() {
    let deliver = ExecutionCommand::Deliver { delivered: delivered("answer") };
    let execution = after(free(), &[ExecutionCommand::Dispatch, deliver]);
    let contract = contract(SelfConfirmed, 0);
    let receipt = receipt(&contract, &execution);
    let signed: Vec<_> = receipt.signings().filter_map(|signing| signing.role).collect();
    assert_eq!((receipt.outcome, signed.join(" ").as_str()), (Outcome::Settled, "payer payee"));
    assert_eq!(Signatories::of(&execution.ended().unwrap()).without(Role::Payer).roles(), [Role::Payer, Role::Payee]);
    // A receipt that only references speak for would carry no signature at all, and is none.
    let mut unsigned = (*receipt).clone();
    unsigned.payer_release = Some("decision:forged".parse().unwrap());
    unsigned.payee_release = Some("decision:forged".parse().unwrap());
    assert_eq!(Draft::new(&unsigned).unwrap_err().code().as_str(), "decided-without-needs-escrow");
}

#[test]
fn a_contract_has_the_status_of_its_one_receipt() {
    let first = contract(SelfConfirmed, 200);
    assert_eq!(contract_status(&first, &[]), Ok(ContractStatus::Pending));
    let settled = receipt(&first, &after(waiting(SelfConfirmed), &[released(ReleaseCause::AutoReleased)]));
    assert_eq!(contract_status(&first, &[settled.clone(), settled.clone()]), Ok(ContractStatus::Settled));
    let expired = receipt(&first, &after(dispatched(SelfConfirmed), &[refunded(RefundCause::Expired(Expiry))]));
    assert!(matches!(contract_status(&first, &[settled.clone(), expired]), Err(StatusError::Several(..))));
    let free = contract(SelfConfirmed, 0);
    assert!(matches!(contract_status(&free, &[settled]), Err(StatusError::Foreign(_))));
}

#[test]
fn no_receipt_is_made_before_the_end_or_of_another_contract() {
    let id = || "receipt:breakfast".parse().unwrap();
    let early = draft_receipt(&contract(SelfConfirmed, 200), &waiting(SelfConfirmed), id(), at("12:00:00"));
    assert_eq!(early.unwrap_err().code, ReceiptCode::NotEnded);
    let ended = after(waiting(SelfConfirmed), &[released(ReleaseCause::AutoReleased)]);
    let other = draft_receipt(&contract(SelfConfirmed, 0), &ended, id(), at("12:00:00"));
    assert_eq!(other.unwrap_err().code, ReceiptCode::ContractMismatch);
    let unfunded = after(crate::samples::opened(), &[ExecutionCommand::Abandon]);
    let none = draft_receipt(&contract(SelfConfirmed, 200), &unfunded, id(), at("12:00:00"));
    assert_eq!(none.unwrap_err().code, ReceiptCode::NotEnded);
}
