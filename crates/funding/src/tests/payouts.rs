//! Money that goes out: reviewed, debited, instructed, paid, or given back.

use earnest_artifacts::{Draft, gateway_receipt::Direction};
use earnest_base::Count;

use super::{World, account, name, payout, payout_report, request, rule};
use crate::{Command, PayoutRequest, PayoutTold, Verdict, Work};

fn failed() -> PayoutTold {
    PayoutTold::Failed { code: name("account-closed") }
}

/// A payout of 100.00 with a fee of 1 %, as far as the provider.
fn instructed() -> World {
    let mut world = World::with(|terms| terms.egress_fee = Some(Count::new(100).unwrap()));
    world.does(&Command::AskPayout(request("1", "100")));
    world.does(&rule(Verdict::Approve { payout: payout("1") }));
    world.settle();
    world.does(&Command::Instructed { payout: payout("1"), reference: Some(name("po_1")) });
    world
}

#[test]
fn a_payout_is_reviewed_then_debited_then_instructed_then_paid() {
    let mut world = World::new();
    world.does(&Command::AskPayout(request("1", "100")));
    assert_eq!((world.payout_stands("1"), world.crossings.works().count()), ("awaiting-review", 0));
    world.does(&rule(Verdict::Approve { payout: payout("1") }));
    assert_eq!(world.sends(), [("gw:out:1".to_owned(), 10_000, 0)]);
    world.settle();
    assert_eq!(world.crossings.works().collect::<Vec<_>>(), [&Work::Instruct(payout("1"))]);
    world.does(&Command::Instructed { payout: payout("1"), reference: None });
    assert_eq!(world.crossings.works().collect::<Vec<_>>(), [&Work::Ask(payout("1"))]);
    world.does(&payout_report("1", "06:05:00", PayoutTold::Paid));
    assert_eq!((world.payout_stands("1"), world.crossings.works().count()), ("paid", 0));
    assert_eq!(world.does(&payout_report("1", "06:05:00", PayoutTold::Paid)), []);
}

#[test]
fn a_payout_is_asked_for_once_under_its_id() {
    let mut world = World::new();
    let asked = Command::AskPayout(request("1", "100"));
    world.does(&asked);
    assert_eq!(world.does(&asked), []);
    let other = PayoutRequest { destination: name("elsewhere"), ..request("1", "100") };
    assert_eq!(world.code(&Command::AskPayout(other)), "id-conflict");
}

#[test]
fn what_was_refused_or_declined_moved_nothing_and_does_not_count_for_the_day() {
    let mut world = World::new();
    for own in ["1", "2"] {
        world.does(&Command::AskPayout(request(own, "100")));
    }
    assert_eq!(world.crossings.crossed_on(world.now, &account("casualfeeders")).minor(), 20_000);
    world.does(&rule(Verdict::Refuse { payout: payout("1") }));
    world.does(&rule(Verdict::Approve { payout: payout("2") }));
    world.does(&Command::Declined { receipt: "gw:out:2".parse().unwrap(), code: name("settlement-blocked") });
    assert_eq!((world.payout_stands("1"), world.payout_stands("2")), ("refused", "declined"));
    assert_eq!(world.crossings.crossed_on(world.now, &account("casualfeeders")).minor(), 0);
    assert_eq!((world.sends().len(), world.code(&rule(Verdict::Approve { payout: payout("1") }))), (0, "wrong-state"));
}

#[test]
fn what_fails_after_the_debit_is_given_back_by_a_receipt_that_names_the_debit() {
    let mut world = instructed();
    world.does(&payout_report("1", "06:05:00", failed()));
    assert_eq!(world.does(&payout_report("1", "06:05:00", failed())), []);
    assert_eq!(world.sends(), [("gw:back:1".to_owned(), 9_900, 0)]);
    let receipt = world.crossings.receipt(&"gw:back:1".parse().unwrap()).unwrap();
    assert_eq!((receipt.direction, receipt.payment_ref.as_str()), (Direction::Inbound, "gw:out:1"));
    Draft::new(receipt).unwrap();
    world.settle();
    // The fee went to the pool, which only its council debits: somebody has to see to it.
    assert_eq!((world.payout_stands("1"), world.cases()), ("returned", vec!["fee-kept"]));
}

#[test]
fn a_provider_that_refuses_for_good_has_the_money_given_back_at_once() {
    let mut world = World::with(|terms| terms.payout_review = None);
    world.does(&Command::AskPayout(request("1", "100")));
    world.settle();
    world.does(&Command::NotInstructed { payout: payout("1"), code: name("destination-unknown") });
    world.settle();
    assert_eq!((world.payout_stands("1"), world.cases().len()), ("returned", 0));
    assert_eq!(world.does(&Command::Instructed { payout: payout("1"), reference: None }), []);
}

#[test]
fn what_contradicts_an_end_is_a_case_and_moves_nothing() {
    let mut world = instructed();
    world.does(&payout_report("1", "06:05:00", PayoutTold::Paid));
    // A failure from before is history.
    assert_eq!(world.does(&payout_report("1", "06:04:00", failed())), []);
    world.does(&payout_report("1", "06:06:00", failed()));
    assert_eq!((world.payout_stands("1"), world.cases()), ("paid", vec!["failed-after-paid"]));
    // The operator knows that it bounced.
    world.does(&rule(Verdict::GiveBack { payout: payout("1") }));
    world.does(&Command::Declined { receipt: "gw:back:1".parse().unwrap(), code: name("account-unknown") });
    assert_eq!(world.cases(), ["failed-after-paid", "return-declined"]);
    world.does(&rule(Verdict::GiveBack { payout: payout("1") }));
    assert_eq!(world.sends(), [("gw:back:1".to_owned(), 9_900, 0)]);
    world.settle();
    world.does(&payout_report("1", "06:07:00", PayoutTold::Paid));
    assert_eq!(world.cases(), ["failed-after-paid", "fee-kept", "paid-after-return", "return-declined"]);
    assert_eq!(world.sends(), []);
}

#[test]
fn another_provider_s_word_about_a_payout_is_none() {
    let mut world = instructed();
    let Command::ReportPayout(mut told) = payout_report("1", "06:05:00", PayoutTold::Paid) else { panic!() };
    told.provider = name("sepa");
    assert_eq!(world.code(&Command::ReportPayout(told)), "crossing-unknown");
}
