//! Sponsor wallets: nonces, gaps, fees, crashes between sending and recording.

use std::collections::BTreeSet;

use earnest_base::{Seconds, TransactionId};
use earnest_payment::{NoNews, State};
use earnest_relay::{Command, Event, Fee, Finding, Nonce, Outcome, Purpose};

use crate::desk::{Desk, from, full, network, pays, wallet, with_sponsors};

fn stranger() -> TransactionId {
    "ff".repeat(32).parse().unwrap()
}

#[test]
fn crash_between_broadcast_and_record_no_double_broadcast() {
    let mut desk = Desk::new(full(), 2);
    let payment_id = desk.take(&from("a", "one"));
    desk.settle();
    let (place, txid) = (desk.place(&payment_id), desk.txid(&payment_id));
    // It is sent here, and the process dies before it tells.
    desk.tell(&Command::Restart);
    desk.settle();
    assert_eq!(desk.state(&payment_id), State::Mempool, "it may be on the rail");
    desk.later(11);
    assert_eq!(desk.sends(), [pays(&payment_id)], "so it is sent again");
    assert_eq!((desk.place(&payment_id), desk.txid(&payment_id)), (place, txid), "as it was");
    desk.send_all();
    desk.included(&payment_id, 3, true);
    assert_eq!(desk.state(&payment_id), State::Confirmed);
    let reserved = desk.history.iter().filter(|event| matches!(event, Event::Reserved { .. })).count();
    assert_eq!(reserved, 1);
}

#[test]
fn crash_before_signing_sends_once() {
    let mut desk = Desk::new(full(), 1);
    let payment_id = desk.take(&from("a", "one"));
    desk.tell(&Command::Advance);
    desk.tell(&Command::Restart);
    assert_eq!(desk.state(&payment_id), State::Broadcasting);
    desk.send_all();
    assert_eq!((desk.state(&payment_id), desk.place(&payment_id).1), (State::Mempool, Nonce(0)));
}

#[test]
fn rbf_replacement_marks_old_replaced_once() {
    let mut desk = Desk::new(full(), 1);
    let payment_id = desk.take(&from("a", "one"));
    desk.send_all();
    let first = desk.txid(&payment_id);
    desk.later(31);
    desk.send_all();
    let second = desk.txid(&payment_id);
    assert_ne!(first, second);
    assert_eq!(desk.relay.dispatch(&pays(&payment_id)).unwrap().fee, Fee(113));
    let replaced = |desk: &Desk| {
        let own = |event: &&Event| {
            matches!(event, Event::Payment(event)
                if matches!(event.cause, earnest_payment::Cause::Observed { news: NoNews::OwnReplacement, .. }))
        };
        desk.history.iter().filter(own).count()
    };
    assert_eq!((replaced(&desk), desk.state(&payment_id)), (1, State::Mempool));
    desk.see(&payment_id, Finding::Dropped);
    desk.see(&payment_id, Finding::Consumed { by: first.clone(), depth: 9 });
    assert_eq!((replaced(&desk), desk.state(&payment_id)), (1, State::Mempool), "its own attempt is no stranger");
    let block_height = earnest_base::Count::new(7).unwrap();
    let (detail, explorer_url) = (None, None);
    desk.see(
        &payment_id,
        Finding::Included { txid: first.clone(), block_height, depth: 3, success: true, detail, explorer_url },
    );
    match desk.answer(&payment_id) {
        earnest_payment::Answer::Confirmed(confirmed) => assert_eq!(confirmed.txid, first, "either attempt may win"),
        found => panic!("{found:?}"),
    }
}

#[test]
fn fees_are_raised_to_the_cap_and_no_further() {
    let mut desk = Desk::new(full(), 1);
    let payment_id = desk.take(&from("a", "one"));
    desk.send_all();
    let mut fees = vec![];
    for _ in 0..6 {
        fees.push(desk.relay.dispatch(&pays(&payment_id)).unwrap().fee.0);
        desk.later(31);
        desk.send_all();
    }
    assert_eq!(fees, [100, 113, 128, 144, 144, 144]);
}

#[test]
fn a_fee_that_is_too_low_is_raised_at_once_and_one_above_the_cap_is_not_paid() {
    let mut desk = Desk::new(full(), 1);
    let payment_id = desk.take(&from("a", "one"));
    desk.settle();
    desk.sent(&pays(&payment_id), Outcome::FeeTooLow { required: Fee(140) });
    assert_eq!(desk.relay.dispatch(&pays(&payment_id)).unwrap().fee, Fee(140));
    assert_eq!(desk.place(&payment_id).1, Nonce(0));
    desk.sent(&pays(&payment_id), Outcome::FeeTooLow { required: Fee(151) });
    assert_eq!(desk.state(&payment_id), State::Queued);
    desk.now = "2026-04-01T06:05:00Z".parse().unwrap();
    desk.settle();
    while let Some(purpose) = desk.sends().first().cloned() {
        desk.sent(&purpose, Outcome::FeeTooLow { required: Fee(151) });
    }
    assert!(matches!(desk.state(&payment_id), State::Queued | State::Failed));
}

#[test]
fn nonces_are_contiguous_over_wallets_and_senders() {
    let mut desk = Desk::new(full(), 2);
    let ids: Vec<_> = (0..30).map(|number| desk.take(&from("a", &format!("a{number}")))).collect();
    desk.settle();
    let places: BTreeSet<_> = ids.iter().map(|id| desk.place(id)).collect();
    let expected: BTreeSet<_> =
        (0..2).flat_map(|number| (0..15).map(move |nonce| (wallet(number), Nonce(nonce)))).collect();
    assert_eq!(places, expected, "the roomier wallet takes the next, and no nonce is left out");
}

#[test]
fn no_wallet_carries_more_than_its_limit_and_the_reserve_stays() {
    let mut desk = Desk::new(full(), 1);
    let ids: Vec<_> = (0..25).map(|number| desk.take(&from("a", &format!("a{number}")))).collect();
    desk.send_all();
    let under_way = ids.iter().filter(|id| desk.state(id) == State::Mempool).count();
    assert_eq!(under_way, 18, "twenty nonces, of which two are kept for gaps");
}

#[test]
fn a_gap_goes_to_the_next_payment_or_is_filled() {
    let mut desk = Desk::new(full(), 1);
    let ids: Vec<_> = ["a", "b", "c"].map(|sender| desk.take(&from(sender, sender))).to_vec();
    desk.settle();
    let first = ids.iter().find(|id| desk.place(id).1 == Nonce(0)).unwrap().clone();
    for id in ids.iter().filter(|id| **id != first) {
        desk.sent(&pays(id), Outcome::Accepted);
    }
    let reason = earnest_payment::FailedReason::InvalidTransaction;
    desk.sent(&pays(&first), Outcome::Refused { reason, detail: None });
    desk.later(11);
    let fill = Purpose::Fill { network: network(), wallet: wallet(0), nonce: Nonce(0) };
    assert_eq!(desk.sends(), std::slice::from_ref(&fill));
    desk.sent(&fill, Outcome::Accepted);
    desk.tell(&Command::SeenWallet { network: network(), wallet: wallet(0), settled: Nonce(1), next: Nonce(3) });
    assert!(desk.relay.dispatch(&fill).is_none(), "it is settled");
    let next = desk.take(&from("d", "d"));
    desk.settle();
    assert_eq!(desk.place(&next).1, Nonce(3));
}

#[test]
fn a_strangers_nonce_is_skipped_and_the_payment_goes_out_under_another() {
    let mut desk = Desk::new(full(), 1);
    let payment_id = desk.take(&from("a", "one"));
    desk.settle();
    desk.sent(&pays(&payment_id), Outcome::NonceOccupied { by: stranger() });
    assert_eq!(desk.state(&payment_id), State::Queued);
    desk.later(11);
    desk.later(2);
    assert_eq!(desk.place(&payment_id).1, Nonce(1));
}

#[test]
fn another_that_carries_the_authorisation_out_is_a_payment_and_one_that_consumes_it_is_a_replacement() {
    let mut desk = Desk::new(full(), 1);
    let [paid, consumed] = ["one", "two"].map(|name| desk.take(&from("a", name)));
    desk.send_all();
    let block_height = earnest_base::Count::new(7).unwrap();
    let (detail, explorer_url) = (None, None);
    let finding = Finding::Included { txid: stranger(), block_height, depth: 3, success: true, detail, explorer_url };
    desk.see(&paid, finding);
    desk.see(&consumed, Finding::Consumed { by: stranger(), depth: 2 });
    assert_eq!((desk.state(&paid), desk.state(&consumed)), (State::Confirmed, State::Mempool));
    desk.see(&consumed, Finding::Consumed { by: stranger(), depth: 3 });
    assert_eq!((desk.state(&consumed), desk.reason(&consumed)), (State::Replaced, "nonce_replacement"));
    desk.settle();
    assert_eq!(desk.sends().len(), 2, "the relay's own transactions are overtaken by nothing, at their nonces");
}

#[test]
fn in_mempool_only_the_rail_ends_a_payment() {
    let mut desk = Desk::new(full(), 1);
    let payment_id = desk.take(&from("a", "one"));
    desk.send_all();
    desk.see(&payment_id, Finding::Lapsed);
    assert_eq!(desk.state(&payment_id), State::Mempool, "its authorisation has not ended");
    desk.now = "2026-04-01T09:00:00Z".parse().unwrap();
    desk.settle();
    assert_eq!(desk.state(&payment_id), State::Mempool, "time alone ends nothing that may be on the rail");
    desk.see(&payment_id, Finding::Lapsed);
    assert_eq!(desk.reason(&payment_id), "chain_abort");
}

#[test]
fn a_rail_that_is_out_of_reach_is_not_asked_until_it_has_rested() {
    for (outcome, reason) in [
        (Outcome::Unavailable, "broadcast_failure"),
        (Outcome::RateLimited { retry_after: Seconds::new(30).unwrap() }, "broadcast_rate_limited"),
        (Outcome::ChainingLimit, "sponsor_exhausted"),
        (Outcome::WalletEmpty, "sponsor_failure"),
    ] {
        let mut desk = Desk::new(with_sponsors(|terms| terms.chaining_limit = 20), 1);
        let payment_id = desk.take(&from("a", "one"));
        desk.settle();
        let mut attempts = 0;
        while desk.state(&payment_id) != State::Failed {
            while let Some(purpose) = desk.sends().first().cloned() {
                attempts += 1;
                desk.sent(&purpose, outcome.clone());
            }
            desk.later(1);
            if attempts == 20 {
                desk.now = "2026-04-01T08:00:00Z".parse().unwrap();
                desk.settle();
            }
        }
        assert_eq!(desk.reason(&payment_id), reason, "{outcome:?}");
    }
}
