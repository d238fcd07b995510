//! The execution: every state and command, the rows of the timeout table, and duplicates.

use std::collections::BTreeSet;

use earnest_artifacts::vocabulary::ConfirmationMode::{ArbiterConfirmed, ManualReviewOnly, SelfConfirmed};
use earnest_procurement::{
    CancelCause, Decision, EXECUTION_COMMANDS, Execution, ExecutionCommand, ExecutionState, Expiry, FailureCause,
    RefundCause, RejectionCause, ReleaseCause, TraceEvent, apply_execution, decide_execution, trace_execution,
};
use proptest::prelude::*;

use crate::{
    samples::{
        accept, after, contracted, decision, delivered, dispatched, dispute, execution_commands, executions, free,
        hold, moment, opened, receipt, refunded, reject, released, split, terms, waiting,
    },
    support::at,
};

#[test]
fn every_pair_of_state_and_command_is_decided_and_what_is_taken_can_be_replayed() {
    let mut reached = BTreeSet::new();
    for (name, execution) in executions() {
        reached.insert(execution.state());
        for (word, command) in execution_commands() {
            let Ok(Decision::Moves(event)) = decide_execution(&execution, &command, moment(&command)) else { continue };
            let next = apply_execution(&execution, &event).unwrap();
            assert_ne!(next, execution, "{name} {word}");
            let again = decide_execution(&next, &command, moment(&command)).unwrap();
            assert_eq!(again, Decision::AlreadyPresent, "{name} {word}");
        }
    }
    assert_eq!(reached.into_iter().collect::<Vec<_>>(), ExecutionState::ALL);
    let words: BTreeSet<&str> = execution_commands().iter().map(|(_, command)| command.as_str()).collect();
    assert_eq!(words, EXECUTION_COMMANDS.iter().map(|(word, _)| *word).collect());
}

/// Whether a command at a moment is taken, and to which state, or why not.
fn outcome(execution: &Execution, command: &ExecutionCommand, moment: &str) -> &'static str {
    match decide_execution(execution, command, at(moment)) {
        Ok(Decision::Moves(event)) => apply_execution(execution, &event).unwrap().state().as_str(),
        Ok(Decision::AlreadyPresent) => "present",
        Err(refusal) => refusal.code(),
    }
}

#[test]
fn t2_a_hold_whose_execution_cannot_open_is_voided() {
    let voided = refunded(RefundCause::Failed(FailureCause::Voided));
    assert_eq!(outcome(&contracted(SelfConfirmed), &voided, "06:06:00"), "failed");
    assert_eq!(outcome(&dispatched(SelfConfirmed), &voided, "06:06:00"), "no-transition");
}

#[test]
fn t3_and_t4_what_is_not_there_before_work_by_is_refunded_and_comes_too_late() {
    let expired = refunded(RefundCause::Expired(Expiry));
    let deliver = |moment: &str| {
        let mut delivered = delivered("answer");
        delivered.at = at(moment);
        ExecutionCommand::Deliver { delivered }
    };
    for execution in [contracted(SelfConfirmed), dispatched(SelfConfirmed)] {
        assert_eq!(outcome(&execution, &expired, "06:34:59"), "deadline-ahead");
        assert_eq!(outcome(&execution, &expired, "06:35:00"), "expired");
    }
    let working = dispatched(SelfConfirmed);
    assert_eq!(outcome(&working, &deliver("06:34:59"), "06:34:59"), "awaiting-acceptance");
    assert_eq!(outcome(&working, &deliver("06:35:00"), "06:35:00"), "work-by-passed");
    assert_eq!(outcome(&after(working, &[expired]), &deliver("06:35:01"), "06:35:01"), "terminal");
}

#[test]
fn t5_and_t6_a_provider_that_fails_or_refuses_gives_the_money_back() {
    let failed = refunded(RefundCause::Failed(FailureCause::ByProvider));
    let rejected = refunded(RefundCause::Rejected(RejectionCause::ByProvider));
    assert_eq!(outcome(&dispatched(SelfConfirmed), &failed, "06:20:00"), "failed");
    assert_eq!(outcome(&dispatched(SelfConfirmed), &rejected, "06:20:00"), "rejected");
    assert_eq!(outcome(&waiting(SelfConfirmed), &failed, "06:20:00"), "no-transition");
    assert_eq!(outcome(&waiting(SelfConfirmed), &rejected, "06:20:00"), "other-mode");
}

#[test]
fn t7_and_t8_a_delivery_waits_for_whom_the_confirmation_names() {
    assert_eq!(waiting(SelfConfirmed).state(), ExecutionState::AwaitingAcceptance);
    assert_eq!(waiting(ArbiterConfirmed).state(), ExecutionState::AwaitingAcceptance);
    let manual = waiting(ManualReviewOnly);
    assert_eq!(manual.state(), ExecutionState::AwaitingManualRelease);
    for command in [accept(), reject(), dispute(), released(ReleaseCause::AutoReleased)] {
        assert_eq!(outcome(&manual, &command, "10:00:00"), "other-mode");
    }
    assert_eq!(outcome(&manual, &released(ReleaseCause::ByOperator), "11:00:00"), "released");
}

#[test]
fn t9_to_t11_the_buyer_has_a_word_within_its_windows() {
    let waits = waiting(SelfConfirmed);
    assert_eq!(outcome(&waits, &accept(), "09:59:59"), "awaiting-acceptance");
    assert_eq!(outcome(&waits, &accept(), "10:00:00"), "auto-release-passed");
    assert_eq!(outcome(&waits, &reject(), "08:00:00"), "awaiting-acceptance");
    assert_eq!(outcome(&waits, &reject(), "08:00:01"), "accept-by-passed");
    assert_eq!(outcome(&waiting(ArbiterConfirmed), &accept(), "06:30:00"), "other-mode");
    let accepted = after(waits.clone(), &[accept()]);
    assert_eq!(outcome(&accepted, &reject(), "06:31:00"), "other-word");
    let other = released(ReleaseCause::Accepted { decision: decision("another") });
    assert_eq!(outcome(&accepted, &other, "06:31:00"), "other-word");
    let by_buyer = refunded(RefundCause::Rejected(RejectionCause::ByBuyer { decision: decision("buyer") }));
    assert_eq!(outcome(&accepted, &by_buyer, "06:31:00"), "other-word");
    assert_eq!(outcome(&after(waits, &[reject()]), &by_buyer, "06:31:00"), "rejected");
}

#[test]
fn t12_t13_and_t18_a_dispute_stops_every_timer_and_comes_in_time() {
    let waits = waiting(SelfConfirmed);
    assert_eq!(outcome(&waits, &dispute(), "09:00:00"), "disputed");
    assert_eq!(outcome(&waits, &dispute(), "09:00:01"), "dispute-window-closed");
    let disputed = after(waits, &[dispute()]);
    assert_eq!(outcome(&disputed, &released(ReleaseCause::AutoReleased), "10:00:00"), "no-transition");
    assert_eq!(outcome(&disputed, &refunded(RefundCause::Expired(Expiry)), "10:00:00"), "no-transition");
    assert_eq!(outcome(&disputed, &accept(), "09:00:00"), "no-transition");
}

#[test]
fn t14_to_t17_silence_releases_what_was_delivered_where_the_buyer_confirms() {
    let timer = released(ReleaseCause::AutoReleased);
    assert_eq!(outcome(&waiting(SelfConfirmed), &timer, "09:59:59"), "deadline-ahead");
    assert_eq!(outcome(&waiting(SelfConfirmed), &timer, "10:00:00"), "released");
    assert_eq!(outcome(&dispatched(SelfConfirmed), &timer, "10:00:00"), "no-transition");
    assert_eq!(outcome(&waiting(ArbiterConfirmed), &timer, "10:00:00"), "other-mode");
    assert_eq!(outcome(&waiting(ManualReviewOnly), &timer, "10:00:00"), "other-mode");
}

#[test]
fn t19_to_t21_an_arbiter_decides_and_e8_ends_what_nobody_decides() {
    let by = || decision("arbiter");
    let disputed = after(waiting(SelfConfirmed), &[dispute()]);
    let decided = [
        (released(ReleaseCause::ByArbiter { decision: by() }), "released"),
        (refunded(RefundCause::Rejected(RejectionCause::ByArbiter { decision: by() })), "rejected"),
        (split(), "released"),
        (released(ReleaseCause::Undecided), "released"),
        (refunded(RefundCause::Rejected(RejectionCause::Undecided)), "rejected"),
    ];
    for (command, state) in &decided {
        for execution in [&disputed, &waiting(ArbiterConfirmed)] {
            assert_eq!(outcome(execution, command, "12:00:00"), *state, "{command:?}");
        }
        assert_eq!(outcome(&waiting(SelfConfirmed), command, "12:00:00"), "other-mode", "{command:?}");
    }
    for command in [released(ReleaseCause::Undecided), refunded(RefundCause::Rejected(RejectionCause::Undecided))] {
        assert!(["released", "rejected"].contains(&outcome(&waiting(ManualReviewOnly), &command, "12:00:00")));
    }
}

#[test]
fn t22_and_t23_the_same_result_again_moves_nothing_and_another_is_refused() {
    for (name, execution) in executions().into_iter().filter(|(_, execution)| execution.delivered().is_some()) {
        let again = ExecutionCommand::Deliver { delivered: delivered("answer") };
        let other = ExecutionCommand::Deliver { delivered: delivered("another answer") };
        assert_eq!(outcome(&execution, &again, "23:00:00"), "present", "{name}");
        assert_eq!(outcome(&execution, &other, "06:30:00"), "other-delivery", "{name}");
    }
}

#[test]
fn t24_and_t25_what_is_not_delivered_can_be_taken_back() {
    let by_buyer = refunded(RefundCause::Canceled(CancelCause::ByBuyer { decision: decision("buyer") }));
    let timeout = refunded(RefundCause::Canceled(CancelCause::WorkflowTimeout { decision: decision("buyer") }));
    assert_eq!(outcome(&contracted(SelfConfirmed), &by_buyer, "06:06:00"), "canceled");
    assert_eq!(outcome(&dispatched(SelfConfirmed), &by_buyer, "06:06:00"), "no-transition");
    assert_eq!(outcome(&dispatched(SelfConfirmed), &timeout, "06:06:00"), "canceled");
    assert_eq!(outcome(&waiting(SelfConfirmed), &timeout, "06:30:00"), "no-transition");
}

#[test]
fn t27_what_is_free_ends_without_a_hold() {
    let working = after(free(), &[ExecutionCommand::Dispatch]);
    let deliver = ExecutionCommand::Deliver { delivered: delivered("answer") };
    assert_eq!(outcome(&working, &deliver, "06:20:00"), "released");
    let expired = ExecutionCommand::EndFree { cause: RefundCause::Expired(Expiry) };
    assert_eq!(outcome(&working, &expired, "06:35:00"), "expired");
    assert_eq!(outcome(&working, &refunded(RefundCause::Expired(Expiry)), "06:35:00"), "other-rail");
    assert_eq!(outcome(&dispatched(SelfConfirmed), &expired, "06:35:00"), "other-rail");
}

#[test]
fn an_end_is_told_by_one_receipt() {
    let ended = after(waiting(SelfConfirmed), &[released(ReleaseCause::AutoReleased)]);
    let told = after(ended, &[receipt("breakfast")]);
    assert_eq!(outcome(&told, &receipt("breakfast"), "11:00:00"), "present");
    assert_eq!(outcome(&told, &receipt("another"), "11:00:00"), "other-receipt");
    assert_eq!(outcome(&waiting(SelfConfirmed), &receipt("breakfast"), "11:00:00"), "no-transition");
    assert_eq!(outcome(&after(opened(), &[ExecutionCommand::Abandon]), &receipt("breakfast"), "11:00:00"), "terminal");
}

#[test]
fn another_contract_for_the_same_order_is_refused_in_every_state() {
    let mut other = terms(SelfConfirmed, Some(hold()));
    other.contract = "contract:another".parse().unwrap();
    let command = ExecutionCommand::Contract { terms: other };
    for (name, execution) in executions().into_iter().filter(|(_, execution)| execution.terms().is_some()) {
        assert_eq!(outcome(&execution, &command, "06:06:00"), "other-contract", "{name}");
    }
    let mut foreign = terms(SelfConfirmed, Some(hold()));
    foreign.order.order = "order:another".parse().unwrap();
    assert_eq!(outcome(&opened(), &ExecutionCommand::Contract { terms: foreign }, "06:06:00"), "other-contract");
}

#[test]
fn a_release_that_comes_before_the_buyers_word_tells_the_word_too_and_once() {
    let by_word = released(ReleaseCause::Accepted { decision: decision("buyer") });
    let words = |execution: &Execution, commands: &[ExecutionCommand]| {
        let mut execution = execution.clone();
        let mut events = Vec::new();
        for command in commands {
            let Decision::Moves(event) = decide_execution(&execution, command, moment(command)).unwrap() else {
                continue;
            };
            let next = apply_execution(&execution, &event).unwrap();
            events.extend(trace_execution(&execution, &event, &next).into_iter().map(|trace| trace.event));
            execution = next;
        }
        events
    };
    let expected = [TraceEvent::ResponseAcceptRequested, TraceEvent::HoldReleased, TraceEvent::ExecutionTransition];
    assert_eq!(words(&waiting(SelfConfirmed), &[accept(), by_word.clone(), accept()]), expected);
    assert_eq!(words(&waiting(SelfConfirmed), &[by_word, accept()]), expected);
}

#[test]
fn a_stored_execution_reads_back_the_same() {
    for (name, execution) in executions() {
        let text = serde_json::to_string(&execution).unwrap();
        assert_eq!(serde_json::from_str::<Execution>(&text).unwrap(), execution, "{name}: {text}");
    }
    for (name, command) in execution_commands() {
        let text = serde_json::to_string(&command).unwrap();
        assert_eq!(serde_json::from_str::<ExecutionCommand>(&text).unwrap(), command, "{name}: {text}");
    }
}

proptest! {
    #[test]
    fn whatever_comes_in_whatever_order_work_needs_a_hold_and_an_end_stays(
        picks in prop::collection::vec((0_usize..27, 0_i64..300), 1..60),
    ) {
        let commands = execution_commands();
        let mut execution = opened();
        let mut events = Vec::new();
        let mut receipts = 0;
        for (pick, minute) in picks {
            let (_, command) = &commands[pick % commands.len()];
            let start = at("06:05:00").unix_millis();
            let now = earnest_base::Timestamp::from_unix_millis(start + minute * 60_000).unwrap();
            let Ok(Decision::Moves(event)) = decide_execution(&execution, command, now) else { continue };
            let next = apply_execution(&execution, &event).unwrap();
            if execution.state().is_terminal() {
                prop_assert_eq!(next.state(), execution.state());
            }
            if next.state() == ExecutionState::Dispatched || next.delivered().is_some() {
                prop_assert!(next.terms().is_some_and(|terms| terms.hold.is_some()));
            }
            let traces = trace_execution(&execution, &event, &next);
            receipts += traces.iter().filter(|trace| trace.event == TraceEvent::ReceiptPersisted).count();
            events.push(event);
            execution = next;
        }
        prop_assert!(receipts <= 1);
        let replayed = events.iter().try_fold(opened(), |state, event| apply_execution(&state, event)).unwrap();
        prop_assert_eq!(replayed, execution);
    }
}
