//! One ranking for one set of offers.

use earnest_artifacts::{ReputationSignal, reputation_signal::Polarity};
use earnest_base::Subject;
use earnest_procurement::{Candidate, Reputation, Weights, rank};
use proptest::prelude::*;

use crate::support::{ADAM, OLA, at, count, example, money, news, participant, signed, signed_offer};

fn candidate(name: u8, price: u64, minute: u64, reputation: u64) -> Candidate {
    Candidate {
        offer: format!("offer:{name}").parse().unwrap(),
        seq: count(1),
        provider: participant(OLA),
        price: money(price),
        deadline: at(&format!("07:{:02}:00", minute % 60)),
        reputation: Reputation::from_millionths(reputation),
    }
}

fn names(candidates: Vec<Candidate>, weights: Weights) -> Vec<String> {
    rank(candidates, weights, at("06:00:00")).iter().map(|one| one.offer.as_str().replace("offer:", "")).collect()
}

#[test]
fn without_weights_price_deadline_reputation_and_id_decide_in_this_order() {
    let candidates = vec![
        candidate(5, 200, 1, 0),
        candidate(4, 100, 9, 1_000_000),
        candidate(3, 100, 5, 400_000),
        candidate(2, 100, 5, 600_000),
        candidate(1, 100, 5, 600_000),
    ];
    assert_eq!(names(candidates, Weights::default()), ["1", "2", "3", "4", "5"]);
}

#[test]
fn weights_are_data() {
    let candidates = vec![candidate(1, 100, 50, 500_000), candidate(2, 200, 10, 900_000)];
    let only = |price, deadline, reputation| Weights { price, deadline, reputation };
    assert_eq!(names(candidates.clone(), only(1, 0, 0)), ["1", "2"]);
    assert_eq!(names(candidates.clone(), only(0, 1, 0)), ["2", "1"]);
    assert_eq!(names(candidates.clone(), only(0, 0, 1)), ["2", "1"]);
    assert_eq!(names(candidates, only(u16::MAX, u16::MAX, 0)), ["1", "2"]);
}

#[test]
fn the_greatest_values_do_not_overflow() {
    let most = earnest_base::MAX_SAFE_INTEGER;
    let weights = Weights { price: u16::MAX, deadline: u16::MAX, reputation: u16::MAX };
    assert_eq!(names(vec![candidate(1, most, 59, 0), candidate(2, most - 1, 59, 0)], weights), ["2", "1"]);
}

#[test]
fn a_reputation_is_the_share_of_weights_that_speak_for_a_participant() {
    let signal = |polarity, weight: &str| {
        let example: ReputationSignal = example();
        let signal = ReputationSignal {
            polarity,
            weight: weight.parse().unwrap(),
            subject_kind: earnest_artifacts::reputation_signal::RatedKind::Participant,
            subject: Subject::Participant(participant(ADAM)),
            emitter: participant(OLA).to_string().parse().unwrap(),
            ..example
        };
        signed(&signal, OLA)
    };
    let of = |signals: &[_]| Reputation::of(&participant(ADAM), signals).millionths();
    assert_eq!(of(&[]), Reputation::UNKNOWN.millionths());
    assert_eq!(of(&[signal(Polarity::Positive, "1")]), 666_666);
    assert_eq!(of(&[signal(Polarity::Negative, "1")]), 333_333);
    assert_eq!(of(&[signal(Polarity::Negative, "0.5"), signal(Polarity::Positive, "0.5")]), 500_000);
    assert_eq!(of(&[signal(Polarity::Positive, "1e-9")]), 500_000);
    assert_eq!(Reputation::of(&participant(OLA), &[signal(Polarity::Negative, "1")]), Reputation::UNKNOWN);
}

#[test]
fn an_offer_is_scored_at_its_whole_price_and_its_latest_delivery() {
    let candidate =
        Candidate::of_service_offer(&signed_offer(&news()), 3, at("06:00:00"), Reputation::UNKNOWN).unwrap();
    assert_eq!((candidate.price, candidate.deadline), (money(600), at("06:30:00")));
}

fn any_candidate() -> impl Strategy<Value = Candidate> {
    (0_u8..6, 0_u64..4, 0_u64..4, 0_u64..3)
        .prop_map(|(name, price, minute, share)| candidate(name, price * 100, minute, share * 500_000))
}

proptest! {
    #[test]
    fn the_ranking_does_not_depend_on_the_order_in_which_offers_come(
        candidates in prop::collection::vec(any_candidate(), 0..12),
        shuffled in any::<prop::sample::Index>(),
        weights in (0_u16..4, 0_u16..4, 0_u16..4),
    ) {
        let weights = Weights { price: weights.0, deadline: weights.1, reputation: weights.2 };
        let now = at("06:00:00");
        let ranked = rank(candidates.clone(), weights, now);
        let mut turned = candidates.clone();
        if !turned.is_empty() {
            let by = shuffled.index(turned.len());
            turned.rotate_left(by);
        }
        turned.reverse();
        prop_assert_eq!(&rank(turned, weights, now), &ranked);
        let mut doubled = candidates.clone();
        doubled.extend(candidates);
        prop_assert_eq!(&rank(doubled, weights, now), &ranked, "what stands twice is ranked once");
        prop_assert_eq!(&rank(ranked.clone(), weights, now), &ranked);
    }
}
