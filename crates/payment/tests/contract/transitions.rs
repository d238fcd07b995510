//! Which transitions there are, and that there are no others.

use std::collections::BTreeSet;

use earnest_payment::{
    Cause, EDGES, Edge, FailedReason, Lookup, NotFoundReason, Payment, Reason, Refusal, ReplacedReason, State,
    Tombstone, Waits, answer, apply, diagram_mermaid, is_allowed, rails_markdown, reasons_markdown, states_markdown,
    transition_table_markdown,
};
use proptest::prelude::*;

use crate::samples::{
    accepted, after, confirmed, dispatched, enqueued, event, events, gap, minute, payments, submitted, to_mempool, with,
};

#[test]
fn transition_full_matrix_12_allowed_69_rejected() {
    let mut taken: BTreeSet<(State, State, &str)> = BTreeSet::new();
    for payment in payments() {
        for event in events() {
            if let Ok(next) = apply(&payment, &event) {
                assert_eq!(next.payment_id(), payment.payment_id());
                taken.insert((payment.state(), next.state(), event.cause.as_str()));
            }
        }
    }
    let stated: BTreeSet<(State, State, &str)> = EDGES
        .iter()
        .flat_map(|Edge { from, to, events, .. }| events.iter().map(|event| (*from, *to, *event)))
        .collect();
    assert_eq!(taken, stated, "what `apply` takes is what the table states");

    let pairs = || State::ALL.iter().flat_map(|from| State::ALL.iter().map(|to| (*from, *to)));
    let allowed = pairs().filter(|(from, to)| is_allowed(*from, *to)).count();
    assert_eq!((allowed, pairs().count() - allowed), (12, 69));

    insta::assert_snapshot!("transitions", transition_table_markdown());
    insta::assert_snapshot!("diagram", diagram_mermaid());
    insta::assert_snapshot!("states", states_markdown());
    insta::assert_snapshot!("reasons", reasons_markdown());
    insta::assert_snapshot!("rails", rails_markdown());
}

#[test]
fn transition_happy_path_internal_submitted_accepted() {
    assert_eq!(submitted().state(), State::Submitted);
    assert_eq!(after(&with(to_mempool(), confirmed())).state(), State::Confirmed);
}

#[test]
fn transition_happy_path_queued_accepted() {
    let mut payment = after(&[enqueued(Waits::Turn)]);
    let mut states = vec![payment.state()];
    for cause in [dispatched(), accepted(), confirmed()] {
        payment = apply(&payment, &event(10, cause)).unwrap();
        states.push(payment.state());
    }
    assert_eq!(states, [State::Queued, State::Broadcasting, State::Mempool, State::Confirmed]);
}

#[test]
fn transition_mempool_to_replaced_accepted() {
    let replaced = after(&with(to_mempool(), Cause::Replaced { reason: ReplacedReason::Superseded, by: None }));
    assert_eq!(replaced.reason(), Some(Reason::Replaced(ReplacedReason::Superseded)));
}

#[test]
fn transition_failed_to_confirmed_rejected() {
    let failed = after(&[Cause::Failed { reason: FailedReason::InternalError, detail: None }]);
    let refusal = apply(&failed, &event(10, confirmed())).unwrap_err();
    assert_eq!(refusal, Refusal::Terminal { state: State::Failed, event: "confirmed" });
}

#[test]
fn transition_replaced_to_confirmed_rejected() {
    let cause = Cause::Replaced { reason: ReplacedReason::NonceReplacement, by: None };
    let refusal = apply(&after(&with(to_mempool(), cause)), &event(10, confirmed())).unwrap_err();
    assert_eq!(refusal, Refusal::Terminal { state: State::Replaced, event: "confirmed" });
}

#[test]
fn transition_not_found_is_projection_only() {
    for text in ["requires_payment", "not_found"] {
        let record = format!(r#"{{"state": "{text}", "paymentId": "pay_01"}}"#);
        assert!(serde_json::from_str::<Payment>(&record).is_err());
    }
    for state in [State::RequiresPayment, State::NotFound] {
        assert!(!state.is_stored());
        assert!(State::ALL.iter().all(|other| !is_allowed(*other, state) && !is_allowed(state, *other)));
    }
    let unknown = "pay_02".parse().unwrap();
    assert_eq!(answer(Lookup::Nothing(&unknown)).state(), State::NotFound);
}

proptest! {
    #[test]
    fn transition_terminal_absorbs_random_events(
        picks in proptest::collection::vec(any::<proptest::sample::Index>(), 0..40),
    ) {
        let events = events();
        let mut payment = submitted();
        let mut ended: Option<Payment> = None;
        for pick in picks {
            let event = pick.get(&events);
            match apply(&payment, event) {
                Ok(next) => {
                    prop_assert!(ended.is_none(), "a terminal state was left");
                    prop_assert_eq!(next.deadline().is_none(), next.state().is_terminal());
                    payment = next;
                }
                Err(refusal) => {
                    let expected = Refusal::Terminal { state: payment.state(), event: event.cause.as_str() };
                    prop_assert_eq!(refusal == expected, payment.state().is_terminal());
                }
            }
            if payment.state().is_terminal() {
                let first = ended.get_or_insert_with(|| payment.clone());
                prop_assert_eq!(&*first, &payment);
            }
        }
    }
}

#[test]
fn a_refusal_names_the_first_of_its_causes() {
    let foreign = earnest_payment::Event { payment_id: "pay_02".parse().unwrap(), ..event(1, confirmed()) };
    let failed = after(&[Cause::Failed { reason: FailedReason::InternalError, detail: None }]);
    let early = Cause::Failed { reason: FailedReason::ChainAbort, detail: None };
    let late = |deadline: i64| Cause::Enqueued { waits: Waits::Turn, deadline: minute(deadline) };
    let cases = [
        (failed.clone(), foreign, "other-payment"),
        (failed, event(1, confirmed()), "terminal"),
        (submitted(), event(1, confirmed()), "no-transition"),
        (submitted(), event(1, early), "reason-not-of-state"),
        (submitted(), event(4, Cause::DeadlinePassed), "deadline-ahead"),
        (submitted(), event(1, late(1)), "deadline-not-ahead"),
        (submitted(), event(1, late(61)), "deadline-beyond-lapse"),
    ];
    for (payment, event, code) in cases {
        assert_eq!(apply(&payment, &event).unwrap_err().code(), code);
    }
}

#[test]
fn what_was_waited_for_says_why_the_deadline_failed_it() {
    let cases = [
        (vec![], FailedReason::QueueUnavailable),
        (vec![enqueued(Waits::Turn)], FailedReason::QueueUnavailable),
        (vec![enqueued(gap())], FailedReason::SenderHandExpired),
        (vec![enqueued(Waits::SponsorSlot)], FailedReason::SponsorExhausted),
        (vec![enqueued(Waits::Turn), dispatched()], FailedReason::BroadcastFailure),
    ];
    for (causes, reason) in cases {
        let payment = after(&causes);
        let ended = apply(&payment, &event(90, Cause::DeadlinePassed)).unwrap();
        assert_eq!(ended.reason(), Some(Reason::Failed(reason)));
    }
}

#[test]
fn a_payment_in_mempool_fails_on_no_time_but_its_authorisations_end() {
    let mempool = after(&to_mempool());
    assert_eq!(mempool.deadline(), Some(minute(60)));
    assert_eq!(apply(&mempool, &event(59, Cause::DeadlinePassed)).unwrap_err().code(), "deadline-ahead");
    for reason in FailedReason::ALL {
        let cause = Cause::Failed { reason: *reason, detail: None };
        assert_eq!(apply(&mempool, &event(90, cause)).unwrap_err().code(), "reason-not-of-state");
    }
    let lapsed = apply(&mempool, &event(60, Cause::DeadlinePassed)).unwrap();
    assert_eq!(lapsed.reason(), Some(Reason::Failed(FailedReason::ChainAbort)));
}

#[test]
fn expired_tombstone_vs_unknown_id() {
    for payment in payments() {
        let Some(tombstone) = Tombstone::of(&payment) else {
            assert!(!payment.state().is_terminal(), "what is in flight never ages out");
            continue;
        };
        let (record, kept) = (answer(Lookup::Record(&payment)), answer(Lookup::Tombstone(&tombstone)));
        if payment.state() == State::Confirmed {
            assert_eq!(kept, record, "a confirmed payment always answers confirmed");
        } else {
            assert_eq!(kept.reason(), Some(Reason::NotFound(NotFoundReason::Expired)));
        }
    }
    let unknown = "pay_02".parse().unwrap();
    let reason = answer(Lookup::Nothing(&unknown)).reason();
    assert_eq!(reason, Some(Reason::NotFound(NotFoundReason::UnknownPaymentIdentity)));
}
