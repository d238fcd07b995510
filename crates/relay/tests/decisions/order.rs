//! A sender's order: hands, runs, and what a missing payment means for those after it.

use earnest_base::PaymentId;
use earnest_payment::{FailedReason, State};
use earnest_relay::{Command, Outcome, Sequence, Work};

use crate::desk::{Desk, at, from, full, network, pays, with_sponsors};

fn states(desk: &Desk, ids: &[PaymentId]) -> Vec<State> {
    ids.iter().map(|id| desk.state(id)).collect()
}

#[test]
fn held_gap_expires_to_failed_sender_hand_expired() {
    let mut desk = Desk::new(full(), 1);
    let held = desk.take(&at("a", 1));
    desk.later(899);
    assert_eq!(desk.state(&held), State::Queued);
    desk.later(1);
    assert_eq!((desk.state(&held), desk.reason(&held)), (State::Failed, "sender_hand_expired"));
}

#[test]
fn a_run_goes_out_when_its_gap_is_filled_in_order_on_one_wallet() {
    let mut desk = Desk::new(full(), 3);
    let held: Vec<_> = [2, 3, 1].map(|place| desk.take(&at("a", place))).to_vec();
    desk.settle();
    assert_eq!(states(&desk, &held), [State::Queued; 3]);
    let first = desk.take(&at("a", 0));
    desk.settle();
    let places: Vec<_> = [&first, &held[2], &held[0], &held[1]].map(|id| desk.place(id)).to_vec();
    assert!(places.windows(2).all(|pair| pair[0].0 == pair[1].0 && pair[0].1.next() == pair[1].1), "{places:?}");
}

#[test]
fn run_never_split_across_wallets() {
    let mut desk = Desk::new(with_sponsors(|terms| (terms.chaining_limit, terms.run_limit) = (6, 5)), 3);
    let ids: Vec<_> = (0..12).map(|place| desk.take(&at("a", place))).collect();
    desk.settle();
    let under_way = |desk: &Desk| -> Vec<_> {
        ids.iter().filter(|id| desk.state(id) == State::Broadcasting).map(|id| desk.place(id)).collect()
    };
    let first = under_way(&desk);
    assert_eq!(first.len(), 4, "the wallet has six nonces, of which two are kept");
    assert!(first.iter().all(|(wallet, _)| *wallet == first[0].0), "{first:?}");
    desk.send_all();
    assert_eq!(states(&desk, &ids[..5]), [[State::Mempool; 4].as_slice(), &[State::Queued]].concat(), "the rest waits");
    desk.included(&ids[0], 3, true);
    assert_eq!(desk.place(&ids[4]).0, first[0].0, "what follows goes to the same wallet");
}

#[test]
fn of_an_ordered_run_only_the_first_that_the_rail_has_not_taken_is_sent() {
    let mut desk = Desk::new(full(), 1);
    let ids: Vec<_> = (0..3).map(|place| desk.take(&at("a", place))).collect();
    desk.settle();
    for id in &ids {
        assert_eq!(desk.sends(), [pays(id)]);
        desk.sent(&pays(id), Outcome::Accepted);
    }
    assert_eq!(states(&desk, &ids), [State::Mempool; 3]);
}

#[test]
fn when_one_cannot_be_sent_those_after_it_come_back_and_wait_for_another_in_its_place() {
    let mut desk = Desk::new(full(), 1);
    let ids: Vec<_> = (0..3).map(|place| desk.take(&at("a", place))).collect();
    desk.settle();
    let reason = FailedReason::InvalidTransaction;
    desk.sent(&pays(&ids[0]), Outcome::Refused { reason, detail: None });
    assert_eq!(states(&desk, &ids), [State::Failed, State::Queued, State::Queued]);
    assert!(desk.sends().is_empty());
    let again = earnest_relay_wish_again();
    let first = desk.take(&again);
    desk.settle();
    assert_eq!([&first, &ids[1], &ids[2]].map(|id| desk.place(id).1.0), [0, 1, 2], "no nonce was lost");
    desk.later(1);
}

fn earnest_relay_wish_again() -> crate::desk::Wish {
    crate::desk::Wish { authorization: "built-anew".to_owned(), ..at("a", 0) }
}

#[test]
fn one_that_ends_while_it_waits_holds_those_after_it_for_another() {
    let mut desk = Desk::new(full(), 0);
    desk.tell(&Command::AddWallet {
        network: network(),
        wallet: crate::desk::wallet(0),
        next: earnest_relay::Nonce(0),
    });
    let _blocked: Vec<_> = (0..18).map(|number| desk.take(&from("b", &format!("b{number}")))).collect();
    desk.settle();
    let first = desk.take(&at("a", 0));
    desk.later(200);
    let second = desk.take(&at("a", 1));
    desk.later(101);
    assert_eq!((desk.reason(&first), desk.state(&second)), ("queue_unavailable", State::Queued));
    desk.later(900);
    assert_eq!(desk.reason(&second), "sender_hand_expired");
}

#[test]
fn the_rail_may_say_that_a_sender_is_further() {
    let mut desk = Desk::new(full(), 1);
    let held: Vec<_> = [1, 4].map(|place| desk.take(&at("a", place))).to_vec();
    desk.tell(&Command::SeenSender { network: network(), sender: "a".parse().unwrap(), next: Sequence(4) });
    desk.settle();
    assert_eq!((desk.reason(&held[0]), desk.state(&held[1])), ("sender_nonce_stale", State::Broadcasting));
}

#[test]
fn one_bad_sender_does_not_block_others() {
    let mut desk = Desk::new(full(), 1);
    let bad: Vec<_> = [1, 2, 3].map(|place| desk.take(&at("bad", place))).to_vec();
    let crowd: Vec<_> = (0..40).map(|number| desk.take(&from("crowd", &format!("c{number}")))).collect();
    let good = desk.take(&from("good", "g"));
    desk.settle();
    assert_eq!(desk.state(&good), State::Broadcasting, "its turn came before the crowd was done");
    desk.send_all();
    for payment_id in crowd.iter().filter(|id| desk_state_is(&desk, id, State::Mempool)) {
        assert_ne!(desk.place(payment_id), desk.place(&good));
    }
    assert_eq!(states(&desk, &bad), [State::Queued; 3], "what is held takes nobody's room");
    assert!(desk.relay.works().any(|work| matches!(work, Work::Look { payment_id } if *payment_id == good)));
}

fn desk_state_is(desk: &Desk, id: &PaymentId, state: State) -> bool {
    desk.state(id) == state
}
