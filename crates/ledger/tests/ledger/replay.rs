//! Replaying facts, and restarting from a snapshot and what came after, make the ledger that was.

use earnest_ledger::{Fact, IndexSeed, Ledger};
use proptest::prelude::*;

use crate::simulation::Simulation;

fn replayed(mut ledger: Ledger, facts: &[Fact]) -> Ledger {
    for fact in facts {
        let read = Fact::from_bytes(&fact.to_bytes()).unwrap();
        ledger.apply(&read).unwrap();
    }
    ledger
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn replay_makes_the_ledger_that_was(seed in any::<u64>(), operations in 1_usize..400) {
        let mut simulation = Simulation::new(seed);
        for _ in 0..operations {
            simulation.step().unwrap();
        }
        let live = &simulation.ledger;
        let again = replayed(Ledger::new(live.federation().clone()), &simulation.facts);
        prop_assert_eq!(again.to_snapshot(), live.to_snapshot());
    }

    #[test]
    fn a_snapshot_and_what_came_after_make_the_ledger_that_was(
        seed in any::<u64>(), operations in 1_usize..400, cut in any::<prop::sample::Index>(),
    ) {
        let mut simulation = Simulation::new(seed);
        for _ in 0..operations {
            simulation.step().unwrap();
        }
        let live = &simulation.ledger;
        let cut = cut.index(simulation.facts.len() + 1);
        let early = replayed(Ledger::new(live.federation().clone()), &simulation.facts[..cut]);
        let read = Ledger::from_snapshot(&early.to_snapshot(), IndexSeed(seed)).unwrap();
        let again = replayed(read, &simulation.facts[cut..]);
        prop_assert_eq!(again.to_snapshot(), live.to_snapshot());
        prop_assert_eq!(again.next_timer(), live.next_timer());
        prop_assert_eq!(again.digest(), live.digest());
    }

    #[test]
    fn a_snapshot_that_was_cut_or_changed_never_panics(seed in any::<u64>(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut simulation = Simulation::new(seed);
        for _ in 0..60 {
            simulation.step().unwrap();
        }
        let mut snapshot = simulation.ledger.to_snapshot();
        let at = at.index(snapshot.len());
        prop_assert!(Ledger::from_snapshot(&snapshot[..at], IndexSeed(0)).is_err());
        snapshot[at] = byte;
        if let Ok(ledger) = Ledger::from_snapshot(&snapshot, IndexSeed(0)) {
            let _ = ledger.audit();
            prop_assert_eq!(ledger.to_snapshot(), snapshot);
        }
    }

    #[test]
    fn bytes_that_are_no_fact_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), tag in 0_u8..48) {
        let framed = [&[1, tag][..], &bytes].concat();
        for bytes in [&bytes, &framed] {
            if let Ok(fact) = Fact::from_bytes(bytes) {
                prop_assert_eq!(&fact.to_bytes(), bytes);
            }
        }
    }
}
