//! What counts and what comes free, case by case.

use earnest_client::budget::{BudgetAnswer, BudgetCommand, Day, Retirement, Standing, Units};
use earnest_ports::Machine;

use crate::support::{Hand, at, call, lane, reserve, signed, unit};

fn spent(hand: &Hand, seconds: i64) -> u128 {
    hand.budget.spent(Day::of(at(seconds)), &unit()).0
}

#[test]
fn each_limit_is_told_by_its_own_code() {
    let mut hand = Hand::default();
    assert_eq!(hand.reserve(reserve("a", "ola", 11), at(0)), Err("budget-call"));
    for id in ["a", "b"] {
        hand.reserve(reserve(id, "ola", 10), at(0)).unwrap();
    }
    assert_eq!(hand.reserve(reserve("c", "ola", 6), at(0)), Err("budget-payee"));
    hand.reserve(reserve("c", "ola", 5), at(0)).unwrap();
    hand.reserve(reserve("d", "eve", 10), at(0)).unwrap();
    assert_eq!(hand.reserve(reserve("e", "adam", 6), at(0)), Err("budget-day"));
    hand.reserve(reserve("e", "adam", 5), at(0)).unwrap();
    assert_eq!(spent(&hand, 0), 40);
    let mut other = reserve("f", "ola", 10);
    other.unit.asset = "0x036CbD53842c5426634e7929541eC2318f3dCF7e".parse().unwrap();
    hand.reserve(other, at(0)).unwrap();
    let mut huge = reserve("g", "ola", u128::MAX);
    huge.limits.per_call = Units(u128::MAX);
    assert_eq!(hand.reserve(huge, at(0)), Err("budget-overflow"));
    // The next day has its own.
    hand.reserve(reserve("h", "ola", 10), at(12 * 3600)).unwrap();
    assert_eq!(spent(&hand, 12 * 3600), 10);
}

#[test]
fn a_call_has_one_payment_until_it_has_lapsed() {
    let mut hand = Hand::default();
    hand.sign("a", "ola", 10, at(0), at(60));
    let first = BudgetAnswer::Payment(Box::new(signed("a", at(60))));
    // Sent again, asked again, signed again by another task, after a restart: it stays the one payment.
    assert_eq!(hand.reserve(reserve("a", "ola", 10), at(59)), Ok(first.clone()));
    let other = Box::new(signed("another", at(90)));
    let kept = hand.ask(&BudgetCommand::Keep { call: call("a"), payment: other, over_at: at(90) }, at(1));
    assert_eq!(kept, Ok(first.clone()));
    assert_eq!(spent(&hand, 0), 10);
    // Lapsed without a word: it may have been carried out, so it goes on counting, and so does what comes after it.
    let BudgetAnswer::Reserved { identifier, .. } = hand.reserve(reserve("a", "ola", 10), at(60)).unwrap() else {
        panic!("expected a reservation")
    };
    assert_eq!(identifier.as_str(), "pay_0000000000000000a");
    assert_eq!(spent(&hand, 0), 20);
    hand.keep("a", "second", at(60), at(120));
    hand.pass(at(120));
    assert_eq!((spent(&hand, 0), hand.budget.call(&call("a")).unwrap().standing()), (20, Standing::Doubtful));
    // A limit of a payee is a limit of what may have been carried out.
    assert_eq!(hand.reserve(reserve("a", "ola", 6), at(120)), Err("budget-payee"));
    hand.reserve(reserve("a", "ola", 5), at(120)).unwrap();
    hand.keep("a", "third", at(120), at(180));
    assert_eq!(hand.reserve(reserve("a", "ola", 1), at(180)), Err("signatures-spent"));
    let mut elsewhere = reserve("a", "ola", 1);
    elsewhere.request = earnest_base::Sha256Digest::of(b"something else");
    assert_eq!(hand.reserve(elsewhere, at(180)), Err("call-conflict"));
}

#[test]
fn what_was_paid_is_never_paid_again() {
    let mut hand = Hand::default();
    hand.sign("a", "ola", 10, at(0), at(60));
    let paid = BudgetCommand::Pay { call: call("a"), transaction: Some("t1".to_owned()) };
    for _ in 0..2 {
        hand.ask(&paid, at(1)).unwrap();
    }
    hand.pass(at(3600));
    assert_eq!((spent(&hand, 0), hand.budget.call(&call("a")).unwrap().standing()), (10, Standing::Paid));
    let again = hand.reserve(reserve("a", "ola", 10), at(3600));
    assert_eq!(again, Ok(BudgetAnswer::Paid(Box::new(signed("a", at(60))))));
    // Another call cannot be paid by the same transaction.
    hand.sign("b", "ola", 10, at(3600), at(3700));
    let reused = BudgetCommand::Pay { call: call("b"), transaction: Some("t1".to_owned()) };
    assert_eq!(hand.ask(&reused, at(3600)).unwrap_err().code(), "transaction-reused");
    // After a week it is forgotten.
    hand.pass(at(3700));
    hand.pass(at(8 * 86_400));
    assert!(hand.budget.call(&call("a")).is_none() && hand.budget.call(&call("b")).is_none());
    assert!(hand.budget.next_due().is_none());
}

#[test]
fn who_alone_had_a_payment_can_say_that_it_never_left() {
    let digest = |id: &str| earnest_base::Sha256Digest::of(id.as_bytes());
    let resume = || BudgetCommand::Resume { call: call("a"), request: digest("a") };
    let mut hand = Hand::default();
    assert_eq!(hand.ask(&resume(), at(0)), Ok(BudgetAnswer::Noted));
    hand.sign("a", "ola", 10, at(0), at(60));
    let other = BudgetCommand::Resume { call: call("a"), request: digest("b") };
    assert_eq!(hand.ask(&other, at(1)).unwrap_err().code(), "call-conflict");
    assert_eq!(hand.ask(&resume(), at(1)), Ok(BudgetAnswer::Payment(Box::new(signed("a", at(60))))));
    // Another task has it now, and may have sent it.
    let unsent = BudgetCommand::Unsent { call: call("a") };
    assert_eq!(hand.ask(&unsent, at(2)).unwrap_err().code(), "payment-missing");
    assert_eq!(spent(&hand, 0), 10);
    // What has lapsed is sent once more too, before anything else is signed.
    hand.pass(at(60));
    assert_eq!(hand.ask(&resume(), at(61)), Ok(BudgetAnswer::Payment(Box::new(signed("a", at(60))))));
}

#[test]
fn what_comes_free_and_when() {
    let retire = |why| BudgetCommand::Retire { call: call("a"), why };
    let unsent = BudgetCommand::Unsent { call: call("a") };
    for (said, now, later) in [
        (unsent, 0, 0),
        (retire(Retirement::UsedUp), 0, 0),
        // It was refused, and whoever has it could still have it carried out until it has lapsed.
        (retire(Retirement::Refused), 10, 0),
        (BudgetCommand::Pay { call: call("a"), transaction: None }, 10, 10),
    ] {
        let mut hand = Hand::default();
        hand.sign("a", "ola", 10, at(0), at(60));
        hand.ask(&said, at(1)).unwrap();
        assert_eq!(spent(&hand, 0), now, "{said:?}");
        hand.pass(at(60));
        assert_eq!(spent(&hand, 0), later, "{said:?}");
    }
    // Doubt ends where somebody who is trusted says that it was not carried out.
    let mut hand = Hand::default();
    hand.sign("a", "ola", 10, at(0), at(60));
    hand.pass(at(60));
    assert_eq!(spent(&hand, 0), 10);
    hand.ask(&retire(Retirement::Refused), at(61)).unwrap();
    assert_eq!(spent(&hand, 0), 0);
    // And begins again where it was carried out all the same.
    hand.ask(&BudgetCommand::Pay { call: call("a"), transaction: None }, at(62)).unwrap();
    assert_eq!(spent(&hand, 0), 10);
    // What was reserved and never signed for comes free by itself.
    let mut hand = Hand::default();
    hand.reserve(reserve("a", "ola", 10), at(0)).unwrap();
    hand.pass(at(599));
    assert_eq!(spent(&hand, 0), 10);
    hand.pass(at(600));
    assert_eq!((spent(&hand, 0), hand.budget.call(&call("a")).unwrap().standing()), (0, Standing::Released));
    let late = BudgetCommand::Keep { call: call("a"), payment: Box::new(signed("a", at(700))), over_at: at(700) };
    assert_eq!(hand.ask(&late, at(601)).unwrap_err().code(), "reservation-missing");
}

#[test]
fn something_else_is_signed_within_the_same_reservation_where_the_first_cannot_be_carried_out() {
    let mut hand = Hand::default();
    let exactly = |amount| {
        let mut reserve = reserve("a", "ola", amount);
        reserve.limits.per_day = Units(10);
        reserve
    };
    hand.reserve(exactly(10), at(0)).unwrap();
    hand.keep("a", "first", at(0), at(60));
    hand.ask(&BudgetCommand::Retire { call: call("a"), why: Retirement::UsedUp }, at(1)).unwrap();
    hand.reserve(exactly(10), at(1)).unwrap();
    hand.keep("a", "second", at(1), at(61));
    hand.ask(&BudgetCommand::Retire { call: call("a"), why: Retirement::Refused }, at(2)).unwrap();
    // The second was refused, and could still be carried out.
    assert_eq!(hand.reserve(exactly(10), at(3)), Err("budget-day"));
    hand.reserve(exactly(10), at(61)).unwrap();
    assert_eq!(spent(&hand, 61), 10);
    // Asked again before anything is signed, with another price: one price is reserved.
    hand.reserve(exactly(7), at(62)).unwrap();
    assert_eq!(spent(&hand, 62), 7);
}

#[test]
fn places_are_given_in_order_and_gaps_are_filled_first() {
    let mut hand = Hand::default();
    let ordered = |id: &str| {
        let mut reserve = reserve(id, "ola", 1);
        reserve.lane = Some(lane());
        reserve
    };
    let place = |hand: &mut Hand, id: &str, now| match hand.reserve(ordered(id), now) {
        Ok(BudgetAnswer::Reserved { place, .. }) => place.unwrap(),
        other => panic!("{other:?}"),
    };
    let mut given = Vec::new();
    for id in ["a", "b", "c", "d"] {
        given.push(place(&mut hand, id, at(0)));
        hand.keep(id, id, at(0), at(60));
    }
    assert_eq!(given, [0, 1, 2, 3]);
    hand.ask(&BudgetCommand::Unsent { call: call("b") }, at(1)).unwrap();
    assert_eq!(place(&mut hand, "e", at(1)), 1);
    hand.keep("e", "e", at(1), at(61));
    // The rail has used 0 to 4 already, by payments of another purse: what was signed for them is used up.
    hand.ask(&BudgetCommand::Retire { call: call("d"), why: Retirement::UsedUp }, at(2)).unwrap();
    hand.ask(&BudgetCommand::Follow { lane: lane(), expected: 5 }, at(2)).unwrap();
    assert_eq!(place(&mut hand, "d", at(2)), 5);
    hand.keep("d", "d2", at(2), at(62));
    assert_eq!(place(&mut hand, "f", at(2)), 6);
    hand.keep("f", "f", at(2), at(62));
    // The rail still waits for 5, whose payment lapsed: it is given again.
    hand.ask(&BudgetCommand::Retire { call: call("d"), why: Retirement::Refused }, at(3)).unwrap();
    hand.pass(at(62));
    hand.ask(&BudgetCommand::Follow { lane: lane(), expected: 5 }, at(62)).unwrap();
    assert_eq!(place(&mut hand, "g", at(62)), 5);
}

#[test]
fn a_seller_s_signer_stays() {
    let mut hand = Hand::default();
    let by = |id: &str, origin: &str, signer: &str| {
        let mut reserve = reserve(id, "ola", 1);
        reserve.pin = Some((origin.to_owned(), signer.to_owned()));
        reserve
    };
    hand.reserve(by("a", "https://ola.example", "did:key:one"), at(0)).unwrap();
    hand.reserve(by("b", "https://ola.example", "did:key:one"), at(0)).unwrap();
    hand.reserve(by("c", "https://eve.example", "did:key:two"), at(0)).unwrap();
    assert_eq!(hand.reserve(by("d", "https://ola.example", "did:key:two"), at(0)), Err("offer-signer-changed"));
    assert_eq!(hand.budget.pinned("https://ola.example"), Some("did:key:one"));
}
