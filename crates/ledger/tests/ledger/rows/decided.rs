//! Rows `T19` to `T27`, and what holds for every row.

use earnest_artifacts::{
    escrow_policy::UndecidedOutcome, ledger_hold::HoldStatus, vocabulary::ConfirmationMode::SelfConfirmed,
};
use earnest_ledger::{Action, Answer, Command, Deliver, Finding, OpenHold, OpenHolds, Policy, Refusal, Why};

use super::MODES;
use crate::world::{
    ACCEPT_BY, AUTO_RELEASE, DECISION_SPAN, World, accept, act, deliver, delivered, dispute, millis, minute, open_hold,
    operator, orc, policy, reject, resolve, stranger, top_up,
};

#[test]
fn t19_t20_and_t21_an_arbiter_decides_all_nothing_or_a_part() {
    for (released, refunded, effect, status) in [
        (600, 0, "released", HoldStatus::Released),
        (0, 600, "refunded", HoldStatus::Refunded),
        (200, 400, "partially-released", HoldStatus::PartiallyReleased),
    ] {
        let mut world = World::held(SelfConfirmed, &[deliver("a"), dispute("a")]);
        assert_eq!(world.refused(&resolve("a", released, refunded + 1)), "award-mismatch");
        assert_eq!(world.done(&resolve("a", released, refunded)).effect.as_str(), effect);
        assert_eq!(world.hold().status(), status);
        assert_eq!(world.hold().outcome(), Some((orc(released), orc(refunded))));
        assert_eq!(world.hold().dispute().unwrap().unwrap().as_str(), "dispute:a");
        assert_eq!(world.money(), [400 + refunded, 0, released]);
    }
}

#[test]
fn t21_a_policy_that_does_not_split_refuses_a_part() {
    let mut world = World::with_policy(Policy { partial_release: false, ..policy() });
    world.done(&Command::TopUp(top_up("1", "casualfeeders", 1_000, 0)));
    world.done(&Command::OpenHold(open_hold("a", SelfConfirmed)));
    for command in [deliver("a"), dispute("a")] {
        world.done(&command);
    }
    assert_eq!(world.refused(&resolve("a", 200, 400)), "partial-not-allowed");
}

#[test]
fn t22_the_same_delivery_again_is_answered_as_the_first_time_and_moves_nothing() {
    let mut world = World::held(SelfConfirmed, &[]);
    let first = world.done(&deliver("a"));
    world.done(&accept("a"));
    let (facts, money) = (world.facts.len(), world.money());
    world.now = minute(10_000);
    assert_eq!(world.done(&deliver("a")), first);
    assert_eq!((world.facts.len(), world.money()), (facts, money));
}

#[test]
fn t23_another_delivery_under_the_same_contract_is_refused() {
    let mut world = World::held(SelfConfirmed, &[deliver("a")]);
    let Command::Deliver(first) = deliver("a") else { unreachable!() };
    let same_id = Command::Deliver(Deliver { digest: delivered("other").digest, ..first.clone() });
    let other_id = Command::Deliver(Deliver { response: delivered("other").response, ..first });
    assert_eq!(world.refused(&same_id), "id-conflict");
    assert_eq!(world.refused(&other_id), "wrong-phase");
    world.done(&accept("a"));
    assert_eq!(world.refused(&same_id), "id-conflict");
    assert_eq!(world.refused(&other_id), "hold-ended");
}

#[test]
fn t24_a_workflow_that_ends_refunds_what_is_undelivered_and_leaves_the_rest() {
    for before in [vec![], vec![act("a", Action::Dispatch)]] {
        let mut world = World::held(SelfConfirmed, &before);
        assert_eq!(world.done(&act("a", Action::EndWorkflow)).effect.as_str(), "refunded");
        assert_eq!(world.money(), [1_000, 0, 0]);
    }
    let mut delivered = World::held(SelfConfirmed, &[deliver("a")]);
    assert_eq!(delivered.refused(&act("a", Action::EndWorkflow)), "wrong-phase");
    assert_eq!(delivered.wait_until(minute(AUTO_RELEASE)), ["overdue", "released"]);
}

#[test]
fn t25_the_buyer_cancels_before_the_provider_took_the_request_and_not_after() {
    let mut world = World::held(SelfConfirmed, &[]);
    assert_eq!(world.done(&act("a", Action::Cancel)).effect.as_str(), "refunded");
    let mut dispatched = World::held(SelfConfirmed, &[act("a", Action::Dispatch)]);
    assert_eq!(dispatched.refused(&act("a", Action::Cancel)), "wrong-phase");
}

#[test]
fn t26_a_gateway_receipt_credits_once() {
    let mut world = World::poor();
    let command = Command::TopUp(top_up("1", "casualfeeders", 45_000, 5_000));
    let first = world.done(&command);
    assert_eq!(world.done(&command), first);
    assert_eq!(world.refused(&Command::TopUp(top_up("1", "casualfeeders", 45_001, 5_000))), "id-conflict");
    assert_eq!(world.money(), [45_000, 0, 0]);
}

#[test]
fn t27_nothing_is_held_for_a_price_of_zero() {
    let mut world = World::new();
    let open = OpenHold { amount: orc(0), ..open_hold("a", SelfConfirmed) };
    assert_eq!(world.refused(&Command::OpenHold(open)), "amount-zero");
}

#[test]
fn no_hold_lasts_for_ever_in_any_mode_from_any_state_with_everybody_silent() {
    let stories: [&[Command]; 5] = [
        &[],
        &[act("a", Action::Dispatch)],
        &[deliver("a")],
        &[act("a", Action::Dispatch), deliver("a")],
        &[deliver("a"), dispute("a")],
    ];
    for undecided in [UndecidedOutcome::Refund, UndecidedOutcome::Release] {
        for mode in MODES {
            for story in stories {
                let mut world = World::with_policy(Policy { undecided, ..policy() });
                world.done(&Command::TopUp(top_up("1", "casualfeeders", 1_000, 0)));
                world.done(&Command::OpenHold(open_hold("a", mode)));
                if story.iter().any(|command| world.run(command).is_err()) {
                    continue;
                }
                world.wait_until(minute(AUTO_RELEASE + 2 * DECISION_SPAN));
                assert!(world.hold().phase().is_terminal(), "{mode:?} {story:?}");
                let released = world.money()[2];
                assert!(released == 0 || released == 600);
                if world.hold().ended().unwrap().1 == Why::Undecided {
                    assert_eq!(released == 600, undecided == UndecidedOutcome::Release);
                }
            }
        }
    }
}

#[test]
fn an_acceptance_that_is_not_funded_in_time_lapses() {
    let mut world = World::new();
    world.now = minute(5);
    assert_eq!(world.refused(&Command::OpenHold(open_hold("a", SelfConfirmed))), "funding-late");
    world.now = millis(5 * 60_000 - 1);
    world.done(&Command::OpenHold(open_hold("a", SelfConfirmed)));
}

#[test]
fn a_linked_batch_stands_and_falls_together_and_another_one_hold_by_hold() {
    let batch = |linked, amounts: &[u64]| {
        let hold = |(place, amount): (usize, &u64)| OpenHold {
            amount: orc(*amount),
            ..open_hold(&format!("b{place}"), SelfConfirmed)
        };
        Command::OpenHolds(OpenHolds { holds: amounts.iter().enumerate().map(hold).collect(), linked })
    };
    let mut world = World::new();
    let refusal = world.run(&batch(true, &[600, 300, 101])).unwrap_err();
    assert_eq!(refusal.to_string(), Refusal::Linked { index: 2, refusal: Box::new(blocked(1)) }.to_string());
    assert_eq!(world.money(), [1_000, 0, 0]);

    let Ok(Answer::Each(answers)) = world.run(&batch(false, &[600, 401, 400])) else { unreachable!() };
    assert_eq!(answers[1], Err(blocked(1)));
    assert!(answers[0].is_ok() && answers[2].is_ok());
    assert_eq!(world.money(), [0, 1_000, 0]);
    let facts = world.facts.len();
    let Ok(Answer::Each(again)) = world.run(&batch(false, &[600, 401, 400])) else { unreachable!() };
    assert_eq!((&again[0], &again[2], world.facts.len()), (&answers[0], &answers[2], facts));
    assert_eq!(world.refused(&batch(true, &[])), "batch-size");
}

fn blocked(deficit: u64) -> Refusal {
    Refusal::SettlementBlocked { deficit: orc(deficit) }
}

#[test]
fn a_clock_that_runs_backwards_stands_still() {
    let mut world = World::held(SelfConfirmed, &[deliver("a")]);
    world.wait_until(millis(ACCEPT_BY * 60_000 + 1));
    world.now = minute(1);
    assert_eq!(world.refused(&reject("a", Finding::Broken)), "accept-by-passed");
    assert_eq!(world.refused(&Command::OpenHold(open_hold("b", SelfConfirmed))), "funding-late");
}

#[test]
fn the_operator_may_void_and_a_stranger_may_do_nothing() {
    let by = |actor, action| {
        let Command::Act(command) = act("a", action) else { unreachable!() };
        Command::Act(earnest_ledger::Act { actor, ..command })
    };
    let mut world = World::held(SelfConfirmed, &[]);
    for action in [Action::Dispatch, Action::Cancel, Action::EndWorkflow, Action::Fail, Action::Decline, Action::Void] {
        assert_eq!(world.refused(&by(stranger(), action)), "not-authorized");
    }
    assert_eq!(world.done(&by(operator(), Action::Void)).effect.as_str(), "voided");
}
