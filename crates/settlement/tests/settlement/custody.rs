//! Who acts for an organisation: what it said last, and nothing that it said before.

use earnest_artifacts::{OrganizationSubject, vocabulary::ServiceStatus};
use earnest_base::{DecisionId, HoldId};
use earnest_settlement::{Answer, Command, Custody, Statement};

use crate::world::{EWA, FEEDERS, OLA, ROMAN, World, at, example, feeders, papers, participant, signed, statement};

const FIRST: &str = "2026-03-28T11:15:00Z";

fn custodian(world: &World) -> earnest_base::ParticipantId {
    world.settlement.custody(&feeders()).unwrap().custodian
}

#[test]
fn a_statement_again_is_answered_as_before_and_brings_no_custodian_back() {
    let mut world = World::open();
    let first = Command::State(statement(ROMAN, FIRST));
    let answered = world.done(&first);
    let second = world.done(&Command::State(statement(EWA, "2026-04-01T05:00:00Z")));
    assert_ne!(answered, second);
    let facts = world.facts.len();
    assert_eq!(world.done(&first), answered);
    assert_eq!((custodian(&world), world.facts.len()), (participant(EWA), facts));
}

#[test]
fn a_statement_that_is_older_than_the_one_in_force_is_refused_whoever_kept_it() {
    let mut world = World::open();
    world.done(&Command::State(statement(EWA, "2026-04-01T05:00:00Z")));
    for older in ["2026-04-01T04:59:59Z", "2026-03-29T11:15:00Z"] {
        let refusal = world.run(&Command::State(statement(ROMAN, older))).unwrap_err();
        assert_eq!(refusal.code(), "statement-superseded");
    }
    // Of one moment, what comes later is what the organisation says now: its documents name no finer order.
    world.done(&Command::State(statement(ROMAN, "2026-04-01T05:00:00Z")));
    assert_eq!(custodian(&world), participant(ROMAN));
}

fn end_workflow(world: &World, by: u8, name: &str) -> Command {
    let hold: HoldId = "hold:a".parse().unwrap();
    let (id, sides): (DecisionId, _) = (name.parse().unwrap(), world.settlement.sides(&hold).unwrap());
    world.intake(participant(by), |intake| intake.end_workflow(id, &sides)).unwrap()
}

#[test]
fn who_was_replaced_acts_no_more_and_is_answered_for_what_was_done() {
    let mut world = World::open();
    let deal = world.deal(&papers("a", 1, 1)).unwrap();
    world.done(&Command::Hold(deal));
    for stranger in [OLA, EWA] {
        let refusal = world.run(&end_workflow(&world, stranger, "decision:x")).unwrap_err();
        assert_eq!(refusal.code(), "not-custodian");
    }
    let ended = end_workflow(&world, ROMAN, "decision:end");
    let answer = world.done(&ended);
    world.done(&Command::State(statement(EWA, "2026-04-01T05:00:00Z")));
    assert_eq!(world.run(&ended).unwrap(), answer);
    let refusal = world.run(&end_workflow(&world, ROMAN, "decision:more")).unwrap_err();
    assert_eq!(refusal.code(), "not-custodian");
    assert!(matches!(answer, Answer::Ledger(_)));
}

#[test]
fn custody_says_what_the_statement_says_at_every_moment() {
    let (early, late) = (at("05:00:00"), at("07:00:00"));
    let of = |status, suspended_at, retired_at| OrganizationSubject {
        status,
        suspended_at,
        retired_at,
        custodian: participant(ROMAN),
        created_at: at("04:00:00"),
        ..example()
    };
    for said in [
        of(ServiceStatus::Active, None, None),
        of(ServiceStatus::Suspended, Some(early), None),
        of(ServiceStatus::Retired, None, Some(late)),
        of(ServiceStatus::Retired, Some(late), Some(early)),
    ] {
        let statement = Statement(signed(&said, FEEDERS));
        let custody = Custody::of(&statement);
        for moment in ["03:59:59", "04:00:00", "05:00:00", "06:00:00", "06:59:59.999", "07:00:00", "23:00:00"] {
            for by in [ROMAN, EWA] {
                let (by, now) = (participant(by), at(moment));
                assert_eq!(custody.may_act(&by, now), said.may_act(&by, now), "{said:?} {moment}");
            }
        }
    }
}
