//! Facts and states as bytes and back.

use earnest_base::Sha256Digest;
use earnest_settlement::{Command, Custody, Evidence, Fact, Settlement};
use proptest::prelude::*;

use crate::world::{EWA, SEED, World, papers, statement};

fn encoded(fact: &Fact) -> Vec<u8> {
    let mut bytes = Vec::new();
    fact.encode(&mut bytes);
    bytes
}

/// An escrow with facts of every form.
fn eventful() -> World {
    let mut world = World::open();
    for (name, units, seq) in [("a", 1, 1), ("b", 2, 1), ("c", 1, 2)] {
        let deal = world.deal(&papers(name, units, seq)).unwrap();
        world.done(&Command::Hold(deal));
    }
    world.done(&Command::State(statement(EWA, "2026-04-01T06:00:00Z")));
    world
}

fn facts() -> impl Strategy<Value = Fact> {
    let bytes = || prop::collection::vec(any::<u8>(), 0..300);
    prop_oneof![
        bytes().prop_map(|document| Fact::Evidence(Evidence::Document(document))),
        (any::<[u8; 32]>(), bytes()).prop_map(|(digest, document)| {
            Fact::Evidence(Evidence::Offer { digest: Sha256Digest::from_bytes(&digest), document })
        }),
        any::<u64>().prop_map(|seq| Fact::Evidence(Evidence::At(seq))),
        any::<[u8; 32]>().prop_map(|digest| {
            let custody = Custody::of(&statement(EWA, "2026-04-01T06:00:00Z"));
            Fact::Custody(Box::new(Custody { digest: Sha256Digest::from_bytes(&digest), ..custody }))
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_fact_comes_back_as_it_was_written(fact in facts()) {
        prop_assert_eq!(Fact::decode(&encoded(&fact)), Ok(fact));
    }

    #[test]
    fn bytes_that_are_no_fact_are_refused_and_break_nothing(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
        if let Ok(fact) = Fact::decode(&bytes) {
            prop_assert_eq!(Fact::decode(&encoded(&fact)), Ok(fact));
        }
    }
}

#[test]
fn every_fact_of_an_escrow_comes_back_and_makes_the_same_state() {
    let world = eventful();
    let mut again = Settlement::new("fed:pl-main".parse().unwrap(), SEED);
    for fact in &world.facts {
        let read = Fact::decode(&encoded(fact)).unwrap();
        assert_eq!(read, *fact);
        again.apply(&read).unwrap();
    }
    assert_eq!(again.to_snapshot(), world.settlement.to_snapshot());
    let forms: std::collections::BTreeSet<u8> = world.facts.iter().map(|fact| encoded(fact)[0]).collect();
    assert_eq!(forms.into_iter().collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
}

#[test]
fn a_snapshot_is_the_state_and_goes_on_like_it() {
    let world = eventful();
    let bytes = world.settlement.to_snapshot();
    let read = Settlement::from_snapshot(&bytes, SEED).unwrap();
    assert_eq!(read.to_snapshot(), bytes);
    let mut restarted = World { settlement: read, ..world.clone() };
    let mut world = world;
    for command in [
        Command::Hold(world.deal_of_example()),
        Command::State(statement(EWA, "2026-04-01T06:00:00Z")),
        Command::State(statement(EWA, "2026-04-01T07:00:00Z")),
    ] {
        assert_eq!(restarted.run(&command).unwrap(), world.run(&command).unwrap());
    }
    assert_eq!(restarted.settlement.to_snapshot(), world.settlement.to_snapshot());
    assert_eq!(restarted.facts, world.facts);
}

impl World {
    /// The deal that stands already, so that whoever is custodian now plays no part.
    fn deal_of_example(&self) -> earnest_settlement::Deal {
        self.settlement.standing(&papers("a", 1, 1), self.now).unwrap()
    }
}

#[test]
fn a_snapshot_that_is_cut_or_of_another_form_is_refused() {
    let bytes = eventful().settlement.to_snapshot();
    for cut in (0..bytes.len()).step_by(7).chain([bytes.len() - 1]) {
        assert!(Settlement::from_snapshot(&bytes[..cut], SEED).is_err(), "{cut}");
    }
    let mut other = bytes.clone();
    other[20] = b'2';
    assert!(Settlement::from_snapshot(&other, SEED).is_err());
    let mut length = bytes;
    length[22..30].copy_from_slice(&u64::MAX.to_be_bytes());
    assert!(Settlement::from_snapshot(&length, SEED).is_err());
}

#[test]
fn a_journal_that_was_edited_does_not_apply() {
    let world = eventful();
    let mut settlement = world.settlement.clone();
    let seq = settlement.seq();
    assert!(settlement.apply(&Fact::Evidence(Evidence::At(seq + 1))).is_err());
    let twice = world.facts.iter().find(|fact| matches!(fact, Fact::Custody(_))).unwrap();
    assert!(settlement.apply(twice).is_err());
    let opened = world.facts.iter().find(|fact| matches!(fact, Fact::Ledger(_))).unwrap();
    assert!(settlement.apply(opened).is_err());
    assert_eq!(settlement.to_snapshot(), world.settlement.to_snapshot(), "what is refused changes nothing");
}
