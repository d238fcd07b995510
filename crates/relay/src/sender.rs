//! A sender's payments that wait: those without an order, and the hand of those that have one.

use std::collections::{BTreeMap, BTreeSet};

use earnest_base::PaymentId;
use serde::{Deserialize, Serialize};

use crate::{Sequence, Wallet};

/// A sender on a rail.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct SenderState {
    /// Payments without an order whose turn may come, by arrival.
    pub(crate) free: BTreeMap<u64, PaymentId>,
    pub(crate) hand: Hand,
    /// How many of its payments are not ended.
    pub(crate) open: usize,
    /// The wallet that carries its ordered payments while any is unsettled, and how many it carries. The next go there
    /// too: across wallets there is no order.
    pub(crate) lane: Option<Lane>,
    pub(crate) standing: Standing,
}

/// The ordered payments of a sender that wait, and those under way.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Hand {
    /// The place that goes out next.
    pub(crate) next: Sequence,
    /// Those that wait, also in rest.
    pub(crate) cards: BTreeMap<Sequence, Card>,
    /// The first place from `next` on that is missing.
    reach: Sequence,
    /// Those under way, in order.
    pub(crate) riding: BTreeMap<Sequence, PaymentId>,
    /// Those of them that the rail has not taken: only the first may be sent.
    pub(crate) sending: BTreeSet<Sequence>,
}

/// An ordered payment that waits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Card {
    pub(crate) payment_id: PaymentId,
    pub(crate) rests: bool,
}

/// A wallet that carries a sender's ordered payments.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Lane {
    pub(crate) wallet: Wallet,
    pub(crate) riding: usize,
}

/// Whether a sender stands in line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) enum Standing {
    /// It has nothing to send.
    Away,
    /// It has a place in the rota.
    InLine(u64),
    /// It waits for room in the wallet of its lane.
    Parked,
}

impl SenderState {
    pub(crate) const fn new(first: Sequence) -> Self {
        let hand = Hand {
            next: first,
            cards: BTreeMap::new(),
            reach: first,
            riding: BTreeMap::new(),
            sending: BTreeSet::new(),
        };
        Self { free: BTreeMap::new(), hand, open: 0, lane: None, standing: Standing::Away }
    }

    /// Whether it has something to send now.
    pub(crate) fn wants(&self) -> bool {
        !self.free.is_empty() || self.hand.run(1).next().is_some()
    }
}

impl Hand {
    /// The first place that is missing, from the one that goes out next.
    pub(crate) const fn reach(&self) -> Sequence {
        self.reach
    }

    /// How many payments are held for one that is missing.
    pub(crate) fn held(&self) -> usize {
        self.cards.range(self.reach..).count()
    }

    /// The payments that can go out now, in order, at most so many.
    pub(crate) fn run(&self, most: usize) -> impl Iterator<Item = (Sequence, &PaymentId)> {
        let ready = self.cards.range(self.next..self.reach).take_while(|(_, card)| !card.rests);
        ready.take(most).map(|(place, card)| (*place, &card.payment_id))
    }

    /// Takes a payment into the hand. One that comes back is the next again.
    pub(crate) fn put(&mut self, place: Sequence, payment_id: PaymentId) {
        self.cards.insert(place, Card { payment_id, rests: false });
        if place < self.next {
            self.next = place;
            self.reach = place;
        }
        self.stretch();
    }

    /// Takes a payment out of the hand because it ended there.
    pub(crate) fn drop(&mut self, place: Sequence) {
        self.cards.remove(&place);
        if place < self.reach {
            self.reach = place.max(self.next);
        }
    }

    /// Takes a payment out of the hand because it goes out.
    pub(crate) fn play(&mut self, place: Sequence) {
        if let Some(card) = self.cards.remove(&place) {
            self.next = place.next();
            self.reach = self.reach.max(self.next);
            self.riding.insert(place, card.payment_id);
            self.sending.insert(place);
        }
    }

    /// Goes on at this place: it is free again, or the rail says so.
    pub(crate) fn set_next(&mut self, next: Sequence) {
        self.next = next;
        self.reach = next;
        self.stretch();
    }

    fn stretch(&mut self) {
        while self.cards.contains_key(&self.reach) {
            self.reach = self.reach.next();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hand(places: &[u64]) -> Hand {
        let mut hand = SenderState::new(Sequence(0)).hand;
        for place in places {
            hand.put(Sequence(*place), format!("pay_{place}").parse().unwrap());
        }
        hand
    }

    fn run(hand: &Hand) -> Vec<u64> {
        hand.run(5).map(|(place, _)| place.0).collect()
    }

    #[test]
    fn a_run_has_no_gap() {
        assert_eq!(run(&hand(&[0, 1, 3])), [0, 1]);
        assert_eq!(run(&hand(&[1, 2])), [0; 0]);
        assert_eq!(run(&hand(&[2, 1, 0, 3, 4, 5, 6])), [0, 1, 2, 3, 4]);
        assert_eq!((hand(&[1, 2]).held(), hand(&[0, 1, 4]).held()), (2, 1));
    }

    #[test]
    fn a_payment_that_rests_holds_those_after_it() {
        let mut hand = hand(&[0, 1, 2]);
        hand.cards.get_mut(&Sequence(1)).unwrap().rests = true;
        assert_eq!(run(&hand), [0]);
    }

    #[test]
    fn one_that_comes_back_is_the_next_again() {
        let mut hand = hand(&[0, 1, 2]);
        hand.play(Sequence(0));
        hand.play(Sequence(1));
        assert_eq!(run(&hand), [2]);
        hand.put(Sequence(1), "pay_1".parse().unwrap());
        assert_eq!(run(&hand), [1, 2]);
    }

    #[test]
    fn one_that_ends_in_the_hand_leaves_a_gap() {
        let mut hand = hand(&[0, 1, 2, 3]);
        hand.drop(Sequence(1));
        assert_eq!(run(&hand), [0]);
        assert_eq!((hand.reach(), hand.held()), (Sequence(1), 2));
    }
}
