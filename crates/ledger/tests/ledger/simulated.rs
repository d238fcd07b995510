//! The simulation as a test: short, and with each bug planted. The long run is the example `simulate`.

use earnest_ledger::fault::{Fault, plant};

use crate::simulation::{Failure, Simulation};

/// Runs so many operations from a seed, each episode on a ledger of its own, and ends every episode in silence.
fn run(seed: u64, operations: u64) -> Result<u64, Failure> {
    const EPISODE: u64 = 500;
    let mut facts = 0;
    for episode in 0..operations / EPISODE {
        let mut simulation = Simulation::new(seed.wrapping_add(episode));
        for _ in 0..EPISODE {
            simulation.step()?;
        }
        simulation.finish()?;
        facts += simulation.counts.facts;
    }
    Ok(facts)
}

#[test]
fn nothing_is_lost_made_or_paid_twice_over_many_operations() {
    let facts = run(1, 200_000).unwrap();
    assert!(facts > 50_000, "expected a simulation that does something, found {facts} facts");
}

#[test]
fn the_simulation_finds_each_bug_that_is_planted() {
    for fault in [Fault::DoubleRelease, Fault::SkippedIdempotence, Fault::LostTimer] {
        plant(Some(fault));
        let found = run(1, 20_000);
        plant(None);
        let failure = found.expect_err("expected the bug to be found");
        assert!(failure.operation > 0, "{fault:?}: {}", failure.what);
    }
    run(1, 500).unwrap();
}
