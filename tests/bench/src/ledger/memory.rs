//! What an operation costs in memory, in a small ledger and in a large one, and how fast facts are replayed.

use std::hint::black_box;

use anyhow::{Context, anyhow, ensure};
use earnest_ledger::{Command, Fact, decide};
use earnest_ports::{Batch, Position};

use super::{
    drive::{Start, decided, now},
    escrow::Escrow,
    market::Market,
};
use crate::report::{Measured, percentile, ratio, rounded};

/// How many operations are measured at a time, in turns.
const TURN: usize = 3_000;
const TURNS: usize = 15;
/// What an operation of a larger ledger may cost, as a multiple.
const GROWTH: f64 = 1.2;

/// A ledger under way.
#[derive(Clone)]
pub(super) struct Work {
    pub(super) escrow: Escrow,
    pub(super) place: Position,
    market: Market,
}

impl Work {
    pub(super) fn new(market: &Market, start: &Start) -> Self {
        Self { escrow: start.escrow.clone(), place: start.place, market: market.clone() }
    }

    /// The next batch of so many operations, done.
    pub(super) fn batch(&mut self, operations: usize) -> anyhow::Result<Batch> {
        let commands = self.market.pairs(operations)?;
        let batch = decided(&mut self.escrow, &commands, self.place, self.market.at)?;
        self.place = batch.end();
        Ok(batch)
    }

    /// Operations per second, over one turn. The commands are there before the time begins.
    fn turn(&mut self, chained: bool) -> anyhow::Result<f64> {
        let commands = self.market.pairs(TURN)?;
        let start = now();
        if chained {
            self.place = decided(&mut self.escrow, black_box(&commands), self.place, self.market.at)?.end();
        } else {
            commands.iter().try_for_each(|command| self.carry_out(black_box(command)))?;
        }
        Ok(commands.len() as f64 / start.elapsed().as_secs_f64())
    }

    fn carry_out(&mut self, command: &Command) -> anyhow::Result<()> {
        let ledger = &mut self.escrow.0;
        let decision = decide(ledger, command, self.market.at).map_err(|refusal| anyhow!("{refusal}: {command:?}"))?;
        Ok(decision.facts.iter().try_for_each(|fact| ledger.apply(fact))?)
    }
}

/// The cost of an operation in a small ledger and in a large one.
pub(super) fn growth(small: &Work, mut large: Work) -> anyhow::Result<Vec<Measured>> {
    // First: what is not chained has no place to go on from.
    let chained: Vec<f64> = (0..TURNS).map(|_| large.turn(true)).collect::<anyhow::Result<_>>()?;
    let (mut at_small, mut at_large) = (Vec::new(), Vec::new());
    for _ in 0..TURNS {
        at_small.push(small.clone().turn(false)?);
        at_large.push(large.turn(false)?);
    }
    let (one, ten) = (percentile(&at_small, 50), percentile(&at_large, 50));
    let aim = Some(rounded(1.0 / GROWTH));
    Ok(vec![
        rate("in memory, 10 thousand facts", one),
        rate("in memory, 10 million facts", ten).beside("10 thousand facts", one, ratio(&at_large, &at_small), aim),
        rate("the same, with bytes and chain", percentile(&chained, 50)),
        replay(small)?,
        Measured {
            name: "ledger in memory, about",
            unit: "MB",
            value: rounded(large.escrow.0.memory() as f64 / 1e6),
            ..Measured::default()
        },
    ])
}

fn rate(name: &'static str, value: f64) -> Measured {
    Measured { name, unit: "operations/s", value: rounded(value), ..Measured::default() }
}

/// Facts read, chained and applied per second: what a restart does with what came after its snapshot.
fn replay(start: &Work) -> anyhow::Result<Measured> {
    let mut live = start.clone();
    let batches: Vec<Batch> = (0..100).map(|_| live.batch(TURN)).collect::<anyhow::Result<_>>()?;
    let (mut ledger, mut place, mut facts) = (start.escrow.0.clone(), start.place, 0_usize);
    let begun = now();
    for (_, bytes) in batches.iter().flat_map(Batch::facts) {
        let fact = Fact::from_bytes(bytes)?;
        place = place.after(fact.at, bytes).context("expected a place")?;
        ledger.apply(&fact)?;
        facts += 1;
    }
    let taken = begun.elapsed().as_secs_f64();
    ensure!(place == live.place, "expected the replay to reach the same place");
    let value = rounded(facts as f64 / taken);
    Ok(Measured { name: "facts replayed", unit: "facts/s", value, ..Measured::default() })
}
