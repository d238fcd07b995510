//! What an approval allows, and what a run does without one.

use earnest_artifacts::WorkflowApproval;

use super::{
    market::Market,
    scenes::{approval, at, buyer, morning, name, orc, participant, signed, small},
};
use crate::{ApprovalCode, Authority, Buyer, Command, Refusal, RunState, Workflows};

/// Why an approval is none of the morning's run; nothing, where it is.
fn refusal(change: impl Fn(&mut WorkflowApproval)) -> Option<ApprovalCode> {
    let (plan, run) = (morning(), name("arca-run:morning:2026-04-01"));
    let mut approval = approval(&run, &plan);
    change(&mut approval);
    Authority::of(&plan, &run, &buyer(), &signed(&approval), at("06:00:00")).err().map(|error| error.code)
}

#[test]
fn an_approval_is_for_one_run_of_one_plan_by_one_buyer() {
    assert_eq!(refusal(|_| {}), None);
    assert_eq!(refusal(|approval| approval.run = name("another")), Some(ApprovalCode::OtherRun));
    assert_eq!(refusal(|approval| approval.plan = small().digest().clone()), Some(ApprovalCode::OtherPlan));
    assert_eq!(refusal(|approval| approval.approver = participant(1)), Some(ApprovalCode::OtherApprover));
    assert_eq!(refusal(|approval| approval.org = None), Some(ApprovalCode::OtherBuyer));
    assert_eq!(refusal(|approval| approval.expires_at = at("06:00:00")), Some(ApprovalCode::OutOfTime));
    assert_eq!(refusal(|approval| approval.approved_at = at("06:00:01")), Some(ApprovalCode::OutOfTime));
}

/// The least that the morning costs: two orders of news, and one text and one picture for each of the two.
#[test]
fn an_approval_covers_at_least_what_the_plan_costs_at_least() {
    assert_eq!(morning().price().minimum, orc(1_200 + 2 * (1_000 + 500)));
}

#[test]
fn a_cap_that_buys_nothing_is_too_little() {
    let low = |step: usize, amount: u64| refusal(move |approval| approval.caps[step].amount = orc(amount));
    // In the order of their names: illustration, redaction, research.
    assert_eq!(low(2, 1_199), Some(ApprovalCode::TooLittle));
    assert_eq!(low(2, 1_200), None);
    assert_eq!(refusal(|approval| drop(approval.caps.remove(0))), Some(ApprovalCode::TooLittle));
}

#[test]
fn a_run_spends_the_least_of_plan_and_approval() {
    let (plan, run) = (morning(), name("run"));
    let mut more = approval(&run, &plan);
    more.ceiling = orc(50_000);
    more.caps[0].amount = orc(40_000);
    more.caps[1].amount = orc(5_000);
    let authority = Authority::of(&plan, &run, &buyer(), &signed(&more), at("06:00:00")).unwrap();
    assert_eq!(authority.ceiling, orc(10_200));
    assert_eq!(authority.cap_of(&name("illustration")), orc(3_000));
    assert_eq!(authority.cap_of(&name("redaction")), orc(5_000));
    assert_eq!(authority.cap_of(&name("packaging")), orc(0));
}

#[test]
fn nothing_is_ordered_before_an_approval_and_a_run_does_not_wait_for_ever() {
    let mut flows = Workflows::new();
    let (plan, run) = (Box::new(small()), name("run"));
    let start = Command::Start { run: run.clone(), plan, buyer: buyer() };
    apply(&mut flows, &start, "06:00:00");
    assert_eq!(flows.works().count(), 0);
    assert_eq!(flows.next_due(), Some(at("07:00:00")));
    apply(&mut flows, &Command::Advance, "07:00:00");
    assert!(matches!(flows.run(&run).unwrap().state, RunState::TimedOut(_)));
    let late = Command::Approve { approval: Box::new(signed(&approval(&run, &small()))) };
    assert_eq!(flows.decide(&late, at("07:00:00")).unwrap_err(), Refusal::NotWaiting { state: "timed-out" });
}

#[test]
fn nothing_is_ordered_when_the_approval_has_expired() {
    let mut flows = Workflows::new();
    let run = name("run");
    apply(&mut flows, &Command::Start { run: run.clone(), plan: Box::new(small()), buyer: buyer() }, "06:00:00");
    let short = WorkflowApproval { expires_at: at("06:10:00"), ..approval(&run, &small()) };
    let approve = Command::Approve { approval: Box::new(signed(&short)) };
    apply(&mut flows, &approve, "06:00:00");
    assert!(flows.decide(&approve, at("06:00:01")).unwrap().facts.is_empty());
    let market = Market { offers: super::scenes::morning_market().offers, ..Market::default() };
    let mut offers = market.offers;
    offers[2].candidate.offer = "offer:marcin".parse().unwrap();
    let news = crate::News::Quoted { offers };
    let item = "illustration#0".parse().unwrap();
    apply(&mut flows, &Command::Tell { run: run.clone(), item, news }, "06:10:00");
    assert_eq!(flows.run(&run).unwrap().state.as_str(), "failed");
}

#[test]
fn the_same_start_is_the_same_run_and_another_is_a_conflict() {
    let mut flows = Workflows::new();
    let start = |buyer| Command::Start { run: name("run"), plan: Box::new(small()), buyer };
    apply(&mut flows, &start(buyer()), "06:00:00");
    assert!(flows.decide(&start(buyer()), at("06:30:00")).unwrap().facts.is_empty());
    let other = Buyer::Participant { participant: participant(5) };
    assert_eq!(flows.decide(&start(other), at("06:30:00")).unwrap_err(), Refusal::OtherRun(name("run")));
}

fn apply(flows: &mut Workflows, command: &Command, now: &str) {
    for fact in flows.decide(command, at(now)).unwrap().facts {
        flows.apply(&fact).unwrap();
    }
}
