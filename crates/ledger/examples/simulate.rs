//! The long simulation: `cargo run --release -p earnest-ledger --example simulate -- --operations 10000000 --seed 1`.
//! Every episode has the seed after the one before it, a ledger of its own, and ends when nothing is open any more. A
//! failure prints the line that replays it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "what a simulation makes up is well-formed")]

#[path = "../tests/ledger/simulation.rs"]
mod simulation;
#[path = "../tests/ledger/world.rs"]
mod world;

use std::{collections::BTreeMap, process::ExitCode};

use simulation::Simulation;

fn option(name: &str, default: u64) -> u64 {
    let mut arguments = std::env::args().skip_while(|argument| argument != name).skip(1);
    arguments.next().and_then(|value| value.parse().ok()).unwrap_or(default)
}

fn main() -> ExitCode {
    let (seed, operations, episode) =
        (option("--seed", 1), option("--operations", 1_000_000), option("--episode", 500).max(1));
    let (mut done, mut facts, mut repeated, mut number) = (0, 0, 0, seed);
    let (mut refused, mut effects) = (BTreeMap::new(), BTreeMap::new());
    while done < operations {
        let mut simulation = Simulation::new(number);
        let outcome = (0..episode).try_for_each(|_| simulation.step()).and_then(|()| simulation.finish());
        if let Err(failure) = outcome {
            eprintln!("seed {number}, operation {}: {}", failure.operation, failure.what);
            eprintln!(
                "cargo run --release -p earnest-ledger --example simulate -- --seed {number} --operations {episode} --episode {episode}"
            );
            return ExitCode::FAILURE;
        }
        let counts = simulation.counts;
        (done, facts, repeated) = (done + counts.operations, facts + counts.facts, repeated + counts.repeated);
        counts.refused.into_iter().for_each(|(code, count)| *refused.entry(code).or_insert(0_u64) += count);
        counts.effects.into_iter().for_each(|(name, count)| *effects.entry(name).or_insert(0_u64) += count);
        number += 1;
    }
    println!(
        "seeds {seed} to {}: {done} operations, {facts} facts, {repeated} repeated commands, 0 violations",
        number - 1
    );
    effects.iter().for_each(|(name, count)| println!("  {name}: {count}"));
    refused.iter().for_each(|(code, count)| println!("  refused {code}: {count}"));
    ExitCode::SUCCESS
}
