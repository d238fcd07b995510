//! The signing order: every state and command, what lapses, and what a duplicate does.

use std::collections::BTreeSet;

use earnest_procurement::{
    Agreement, AgreementCommand, AgreementRefusal, AgreementState, Decision, Queue, TraceEvent, apply_agreement,
    decide_agreement, trace_agreement,
};

use crate::{
    samples::{acceptance, agreed, agreement_commands, agreement_moment, agreements, fund, order_ref, submitted},
    support::at,
};

#[test]
fn every_pair_of_state_and_command_is_decided_and_what_is_taken_can_be_replayed() {
    let mut reached = BTreeSet::new();
    for (name, agreement) in agreements() {
        reached.insert(agreement.state());
        for (word, command) in agreement_commands() {
            let now = agreement_moment(&agreement, &command);
            let Ok(Decision::Moves(event)) = decide_agreement(&agreement, &command, now) else { continue };
            let next = apply_agreement(&agreement, &event).unwrap();
            assert_ne!(next, agreement, "{name} {word}");
            let again = decide_agreement(&next, &command, now).unwrap();
            assert_eq!(again, Decision::AlreadyPresent, "{name} {word}");
        }
    }
    assert_eq!(reached.into_iter().collect::<Vec<_>>(), AgreementState::ALL);
}

#[test]
fn there_is_one_contract_per_order() {
    let admitted = agreed(submitted(), &[AgreementCommand::Admit { acceptance: acceptance("breakfast") }]);
    let other = AgreementCommand::Admit { acceptance: acceptance("another") };
    let refusal = decide_agreement(&admitted, &other, at("06:06:00")).unwrap_err();
    assert!(matches!(refusal, AgreementRefusal::OtherContract { .. }));
    let mut same_contract = acceptance("breakfast");
    same_contract.hold = Some("hold:another".parse().unwrap());
    let other_hold = AgreementCommand::Admit { acceptance: same_contract };
    assert_eq!(decide_agreement(&admitted, &other_hold, at("06:06:00")), Err(AgreementRefusal::OtherHold));
}

#[test]
fn an_acceptance_lapses_at_its_moment_and_frees_the_slot() {
    let mut queue = Queue::new();
    let order = order_ref().order;
    let acceptance = acceptance("breakfast");
    queue.reserve(&order, 1, acceptance.funding_by).unwrap();
    let admitted = agreed(submitted(), &[AgreementCommand::Admit { acceptance }]);
    assert!(admitted.holds_slot());
    let early = decide_agreement(&admitted, &AgreementCommand::Lapse, at("06:09:59")).unwrap_err();
    assert_eq!(early.code(), "deadline-ahead");
    let due: Vec<_> = queue.lapsed(at("06:10:00")).cloned().collect();
    assert_eq!(due, std::slice::from_ref(&order));
    let lapsed = agreed(admitted, &[AgreementCommand::Lapse]);
    assert!(!lapsed.holds_slot() && queue.free(&order));
    assert_eq!(queue.active(), 0);
}

#[test]
fn the_escrows_clock_rules_whether_an_acceptance_was_funded_in_time() {
    let admitted = agreed(submitted(), &[AgreementCommand::Admit { acceptance: acceptance("breakfast") }]);
    let late = decide_agreement(&admitted, &fund("breakfast", at("06:10:00")), at("06:06:00")).unwrap_err();
    assert_eq!(late.code(), "acceptance-lapsed");
    // The provider's clock has let it lapse; the escrow created the hold in time, and its word came late.
    let lapsed = agreed(admitted, &[AgreementCommand::Lapse]);
    let funded = decide_agreement(&lapsed, &fund("breakfast", at("06:09:59")), at("06:11:00")).unwrap();
    let funded = apply_agreement(&lapsed, &funded.event().unwrap()).unwrap();
    assert_eq!(funded.state(), AgreementState::Funded);
    let mut queue = Queue::new();
    queue.begin(&order_ref().order);
    assert_eq!((queue.active(), queue.lapsed(at("12:00:00")).count()), (1, 0));
}

#[test]
fn a_buyer_may_say_no_until_it_has_signed() {
    let admit = AgreementCommand::Admit { acceptance: acceptance("breakfast") };
    let countersign = AgreementCommand::Countersign { digest: acceptance("breakfast").digest };
    let admitted = agreed(submitted(), std::slice::from_ref(&admit));
    assert_eq!(agreed(admitted, &[AgreementCommand::Decline]).state(), AgreementState::Declined);
    let signed = agreed(submitted(), &[admit, countersign]);
    assert_eq!(
        decide_agreement(&signed, &AgreementCommand::Decline, at("06:06:00")).unwrap_err().code(),
        "no-transition"
    );
}

#[test]
fn an_order_is_accepted_or_rejected_once_in_the_trace() {
    for (agreement, event) in
        [(agreements()[1].1.clone(), TraceEvent::OrderAccepted), (agreements()[4].1.clone(), TraceEvent::OrderRejected)]
    {
        let commands = agreement_commands();
        let taken: Vec<_> = commands
            .iter()
            .filter_map(|(_, command)| decide_agreement(&submitted(), command, at("06:06:00")).ok()?.event())
            .filter(|event| apply_agreement(&submitted(), event).as_ref() == Ok(&agreement))
            .flat_map(|event| trace_agreement(&agreement, &event))
            .collect();
        assert_eq!(taken.iter().map(|trace| trace.event).collect::<Vec<_>>(), [event]);
        assert_eq!(taken[0].correlation.order, Some(order_ref().order));
        assert_eq!(taken[0].correlation.contract.is_some(), matches!(agreement, Agreement::Admitted(_)));
    }
}
