//! The rows of the timeout table (`T1` to `T27`), each by its name, as far as the ledger is concerned.

mod decided;

use earnest_artifacts::{
    ledger_hold::HoldStatus,
    vocabulary::ConfirmationMode::{self, ArbiterConfirmed, ManualReviewOnly, SelfConfirmed},
};
use earnest_ledger::{Action, Command, Finding, OpenHold, Phase, Refusal, Why};

use crate::world::{
    ACCEPT_BY, AUTO_RELEASE, DECISION_SPAN, DISPUTE_BY, WORK_BY, World, accept, account, act, confirm, deliver,
    dispute, millis, minute, open_hold, orc, reject, release, stranger,
};

const MODES: [ConfirmationMode; 3] = [SelfConfirmed, ArbiterConfirmed, ManualReviewOnly];

#[test]
fn t1_a_hold_without_funds_names_the_deficit_and_leaves_nothing() {
    for mode in MODES {
        let mut world = World::new();
        let open = OpenHold { amount: orc(1_250), ..open_hold("a", mode) };
        let refusal = world.run(&Command::OpenHold(open)).unwrap_err();
        assert_eq!(refusal, Refusal::SettlementBlocked { deficit: orc(250) });
        assert!(world.ledger.hold(&"hold:a".parse().unwrap()).is_none());
        let missing = OpenHold { payer_account: account("nobody"), ..open_hold("a", mode) };
        let refusal = world.run(&Command::OpenHold(missing)).unwrap_err();
        assert_eq!(refusal, Refusal::SettlementBlocked { deficit: orc(600) });
    }
}

#[test]
fn t2_work_that_could_not_be_opened_voids_the_hold() {
    for mode in MODES {
        let world = World::held(mode, &[act("a", Action::Void)]);
        assert_eq!((world.hold().phase(), world.hold().status()), (Phase::Voided, HoldStatus::Refunded));
        assert_eq!(world.hold().outcome(), Some((orc(0), orc(600))));
        assert_eq!(world.money(), [1_000, 0, 0]);
    }
}

#[test]
fn t3_undelivered_work_is_refunded_at_work_by_and_not_before() {
    for mode in MODES {
        for before in [vec![], vec![act("a", Action::Dispatch)]] {
            let mut world = World::held(mode, &before);
            assert!(world.wait_until(millis(WORK_BY * 60_000 - 1)).is_empty());
            assert_eq!(world.wait_until(minute(WORK_BY)), ["refunded"]);
            assert_eq!(world.hold().ended(), Some((minute(WORK_BY), Why::Expired)));
            assert_eq!(world.money(), [1_000, 0, 0]);
        }
    }
}

#[test]
fn t4_a_late_delivery_is_refused_whether_the_timer_fired_or_not() {
    for mode in MODES {
        let mut world = World::held(mode, &[]);
        world.now = minute(WORK_BY);
        assert_eq!(world.refused(&deliver("a")), "work-by-passed");
        world.wait_until(minute(WORK_BY));
        assert_eq!(world.refused(&deliver("a")), "hold-ended");
        assert_eq!(world.money(), [1_000, 0, 0]);
    }
}

#[test]
fn t5_a_provider_that_failed_refunds() {
    for mode in MODES {
        for before in [vec![], vec![act("a", Action::Dispatch)]] {
            let mut world = World::held(mode, &before);
            assert_eq!(world.done(&act("a", Action::Fail)).effect.as_str(), "refunded");
            assert_eq!((world.hold().ended().unwrap().1, world.money()), (Why::Failed, [1_000, 0, 0]));
        }
    }
}

#[test]
fn t6_a_provider_that_declines_refunds() {
    for mode in MODES {
        let mut world = World::held(mode, &[]);
        assert_eq!(world.done(&act("a", Action::Decline)).effect.as_str(), "refunded");
        assert_eq!((world.hold().ended().unwrap().1, world.money()), (Why::Declined, [1_000, 0, 0]));
    }
}

#[test]
fn t7_and_t8_a_delivery_leaves_the_money_held_and_waits_as_the_mode_says() {
    for (mode, phase) in [
        (SelfConfirmed, Phase::AwaitingAcceptance),
        (ArbiterConfirmed, Phase::AwaitingArbiter),
        (ManualReviewOnly, Phase::AwaitingManualRelease),
    ] {
        let mut world = World::held(mode, &[act("a", Action::Dispatch)]);
        world.now = millis(WORK_BY * 60_000 - 1);
        world.done(&deliver("a"));
        assert_eq!((world.hold().phase(), world.hold().status()), (phase, HoldStatus::Active));
        assert_eq!(world.money(), [400, 600, 0]);
    }
}

#[test]
fn t8_the_operator_alone_releases_by_hand_and_nobody_disputes() {
    let mut world = World::held(ManualReviewOnly, &[deliver("a")]);
    assert_eq!(world.refused(&dispute("a")), "wrong-mode");
    assert_eq!(world.refused(&accept("a")), "wrong-mode");
    let Command::Act(by_stranger) = release("a") else { unreachable!() };
    let by_stranger = Command::Act(earnest_ledger::Act { actor: stranger(), ..by_stranger });
    assert_eq!(world.refused(&by_stranger), "not-authorized");
    assert_eq!(world.done(&release("a")).effect.as_str(), "released");
    assert_eq!(world.money(), [400, 0, 600]);
}

#[test]
fn t9_an_acceptance_before_auto_release_releases() {
    let mut world = World::held(SelfConfirmed, &[deliver("a")]);
    world.now = millis(AUTO_RELEASE * 60_000 - 1);
    assert_eq!(world.done(&accept("a")).effect.as_str(), "released");
    assert_eq!((world.hold().ended().unwrap().1, world.money()), (Why::Accepted, [400, 0, 600]));
    let mut late = World::held(SelfConfirmed, &[deliver("a")]);
    late.now = minute(AUTO_RELEASE);
    assert_eq!(late.refused(&accept("a")), "auto-release-passed");
}

#[test]
fn t10_a_rejection_needs_a_criterion_that_the_escrow_finds_broken() {
    let mut world = World::held(SelfConfirmed, &[deliver("a")]);
    assert_eq!(world.refused(&reject("a", Finding::Met)), "criterion-met");
    world.now = minute(ACCEPT_BY);
    assert_eq!(world.done(&reject("a", Finding::Broken)).effect.as_str(), "refunded");
    assert_eq!((world.hold().ended().unwrap().1, world.money()), (Why::Rejected, [1_000, 0, 0]));
}

#[test]
fn t11_silence_at_accept_by_moves_nothing_and_ends_the_time_to_reject() {
    let mut world = World::held(SelfConfirmed, &[deliver("a")]);
    assert!(world.wait_until(minute(ACCEPT_BY)).is_empty());
    assert_eq!(world.wait_until(millis(ACCEPT_BY * 60_000 + 1)), ["overdue"]);
    assert_eq!((world.hold().phase(), world.money()), (Phase::AwaitingAcceptance, [400, 600, 0]));
    assert_eq!(world.refused(&reject("a", Finding::Broken)), "accept-by-passed");
    assert_eq!(world.done(&dispute("a")).effect.as_str(), "disputed");
}

#[test]
fn t12_a_dispute_at_dispute_by_freezes_the_hold_and_stops_the_release() {
    for mode in [SelfConfirmed, ArbiterConfirmed] {
        let mut world = World::held(mode, &[deliver("a")]);
        world.wait_until(minute(DISPUTE_BY));
        world.done(&dispute("a"));
        assert_eq!((world.hold().phase(), world.hold().status()), (Phase::Disputed, HoldStatus::Disputed));
        assert_eq!(world.hold().dispute().unwrap().unwrap().as_str(), "dispute:a");
        assert!(world.wait_until(minute(AUTO_RELEASE + 1)).is_empty());
        assert_eq!(world.money(), [400, 600, 0]);
    }
}

#[test]
fn t13_a_dispute_after_dispute_by_is_refused() {
    for mode in [SelfConfirmed, ArbiterConfirmed] {
        let mut world = World::held(mode, &[deliver("a")]);
        world.now = millis(DISPUTE_BY * 60_000 + 1);
        assert_eq!(world.refused(&dispute("a")), "dispute-window-closed");
    }
}

#[test]
fn t13_a_dispute_at_dispute_by_is_in_time_even_where_silence_would_release_then() {
    let mut world = World::new();
    let mut open = open_hold("a", SelfConfirmed);
    open.deadlines.auto_release_after = open.deadlines.dispute_by;
    world.done(&Command::OpenHold(open));
    world.done(&deliver("a"));
    assert_eq!(world.wait_until(minute(DISPUTE_BY)), ["overdue"]);
    let mut silent = world.clone();
    assert_eq!(world.done(&dispute("a")).effect.as_str(), "disputed");
    assert_eq!(silent.wait_until(millis(DISPUTE_BY * 60_000 + 1)), ["released"]);
}

#[test]
fn t14_delivered_work_of_a_silent_buyer_is_released_at_auto_release() {
    let mut world = World::held(SelfConfirmed, &[deliver("a")]);
    assert_eq!(world.wait_until(millis(AUTO_RELEASE * 60_000 - 1)), ["overdue"]);
    assert_eq!(world.wait_until(minute(AUTO_RELEASE)), ["released"]);
    assert_eq!((world.hold().ended().unwrap().1, world.money()), (Why::AutoReleased, [400, 0, 600]));
}

#[test]
fn t15_after_an_outage_over_every_deadline_undelivered_work_is_refunded_and_delivered_work_released() {
    for (before, effects, money) in
        [(vec![], vec!["refunded"], [1_000, 0, 0]), (vec![deliver("a")], vec!["overdue", "released"], [400, 0, 600])]
    {
        let mut world = World::held(SelfConfirmed, &before).restarted();
        assert_eq!(world.wait_until(minute(10 * AUTO_RELEASE)), effects);
        assert_eq!(world.money(), money);
        assert!(world.restarted().wait_until(minute(20 * AUTO_RELEASE)).is_empty(), "each timer fired once");
    }
}

#[test]
fn t16_without_an_arbiters_confirmation_nothing_is_released_and_a_review_is_asked_for() {
    let mut world = World::held(ArbiterConfirmed, &[deliver("a")]);
    assert_eq!(world.wait_until(minute(AUTO_RELEASE)), ["review-required"]);
    assert_eq!((world.hold().phase(), world.money()), (Phase::AwaitingArbiter, [400, 600, 0]));
    let mut confirmed = world.clone();
    assert_eq!(confirmed.done(&confirm("a", 600, 0)).effect.as_str(), "released");
    assert!(world.wait_until(millis((AUTO_RELEASE + DECISION_SPAN) * 60_000 - 1)).is_empty());
    assert_eq!(world.wait_until(minute(AUTO_RELEASE + DECISION_SPAN)), ["refunded"]);
    assert_eq!(world.hold().ended().unwrap().1, Why::Undecided);
}

#[test]
fn t17_manual_review_never_releases_by_itself() {
    let mut world = World::held(ManualReviewOnly, &[deliver("a")]);
    assert!(world.wait_until(millis((AUTO_RELEASE + DECISION_SPAN) * 60_000 - 1)).is_empty());
    assert_eq!(world.money(), [400, 600, 0]);
    assert_eq!(world.wait_until(minute(AUTO_RELEASE + DECISION_SPAN)), ["refunded"]);
}

#[test]
fn t18_a_dispute_suspends_every_other_timer() {
    let mut world = World::held(SelfConfirmed, &[deliver("a"), dispute("a")]);
    let filed = 2;
    assert!(world.wait_until(millis((filed + DECISION_SPAN) * 60_000 - 1)).is_empty());
    assert_eq!(world.money(), [400, 600, 0]);
}
