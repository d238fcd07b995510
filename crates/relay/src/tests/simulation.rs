//! Long lives, at random from a seed: many senders, two rails' worth of trouble, every fault at once.
//!
//! `EARNEST_RELAY_EVENTS` says how many events are made, `EARNEST_RELAY_SEED` which life is lived again.

use super::world::{Budget, Wish, World, seconds, terms};
use crate::{Planted, Sequence};

/// The numbers of a life: each follows from the seed.
struct Dice(u64);

impl Dice {
    /// SplitMix64: small, and good enough to choose by.
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.roll() % u64::try_from(bound.max(1)).unwrap()).unwrap()
    }
}

const TROUBLE: Budget = Budget {
    unreachable: 6,
    lost: 6,
    repeated: 6,
    crashes: 6,
    reorganisations: 12,
    forgotten: 6,
    intrusions: 2,
    preemptions: 2,
    waits: 40,
};

const SENDERS: usize = 4;

/// After every event what it touched is checked; after so many steps, everything.
const EVERYTHING: u32 = 50;

/// Lives one life. Gives the number of events, or what went wrong.
fn live(seed: u64, planted: Option<Planted>) -> Result<u64, String> {
    let mut dice = Dice(seed);
    let mut world = World::new(terms(2 + dice.below(4)), 1 + dice.below(3), TROUBLE);
    world.relay.planted = planted;
    let mut places = [0_u64; SENDERS];
    let mut wanted = 0;
    let mut actions = Vec::new();
    for step in 0..4_000 {
        if wanted < 40 && dice.below(6) == 0 {
            wanted += 1;
            wish(&mut world, &mut dice, &mut places, wanted);
        }
        actions.clear();
        world.actions(&mut actions);
        if actions.is_empty() {
            break;
        }
        let action = actions.swap_remove(dice.below(actions.len()));
        world.act(&action);
        if step % EVERYTHING == 0 {
            let (relay, node) = (&world.relay, &world.node);
            world.monitor.check(relay, node);
        }
        if let Some(fault) = &world.monitor.fault {
            return Err(format!("{fault}, in step {step}, {action:?}; live it again with EARNEST_RELAY_SEED={seed}"));
        }
    }
    finish(&mut world, &mut dice).map_err(|fault| format!("{fault}; live it again with EARNEST_RELAY_SEED={seed}"))?;
    Ok(world.events)
}

/// A payment that somebody wants: mostly the next in order, sometimes one after a gap, or one that was before.
fn wish(world: &mut World, dice: &mut Dice, places: &mut [u64; SENDERS], number: usize) {
    let sender = dice.below(SENDERS);
    let next = &mut places[sender];
    let sequence = match dice.below(8) {
        0..4 => None,
        4..7 => {
            *next += 1;
            Some(*next - 1)
        }
        _ => Some(*next + u64::try_from(dice.below(3)).unwrap()),
    };
    let life = 60 + 60 * u64::try_from(dice.below(30)).unwrap();
    world.wishes.push(Wish {
        sender: format!("sender-{sender}").parse().unwrap(),
        sequence: sequence.map(Sequence),
        authorization: format!("authorization-{number}").parse().unwrap(),
        lapses_at: world.now.after(seconds(life)).unwrap(),
        submits: 1 + u8::try_from(dice.below(3)).unwrap(),
    });
}

/// Nothing goes wrong any more: then every payment ends.
fn finish(world: &mut World, dice: &mut Dice) -> Result<(), String> {
    world.budget = Budget {
        unreachable: 0,
        lost: 0,
        repeated: 0,
        crashes: 0,
        reorganisations: 0,
        forgotten: 0,
        intrusions: 0,
        preemptions: 0,
        waits: 0,
    };
    let mut actions = Vec::new();
    for step in 0..4_000 {
        actions.clear();
        world.budget.waits = 1;
        world.actions(&mut actions);
        let done = world.monitor.open() == 0 && world.wishes.iter().all(|wish| wish.submits == 0);
        let action = actions.swap_remove(dice.below(actions.len()));
        world.act(&action);
        if step % EVERYTHING == 0 || done {
            let (relay, node) = (&world.relay, &world.node);
            world.monitor.check(relay, node);
        }
        if let Some(fault) = &world.monitor.fault {
            return Err(format!("{fault}, at the end"));
        }
        if done {
            return Ok(());
        }
    }
    Err(format!("{} payments have not ended", world.monitor.open()))
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|value| value.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

#[test]
fn a_relay_lives_through_everything() {
    if let Some(seed) = number("EARNEST_RELAY_SEED") {
        println!("{} events", live(seed, None).unwrap());
        return;
    }
    let aim = number("EARNEST_RELAY_EVENTS").unwrap_or(200_000);
    let cores = std::thread::available_parallelism().map_or(1, usize::from) as u64;
    let lives = |first: u64| {
        let (mut events, mut seed) = (0, first);
        while events < aim.div_ceil(cores) {
            events += live(seed, None)?;
            seed += cores;
        }
        Ok::<_, String>(events)
    };
    let counts: Result<Vec<u64>, String> = std::thread::scope(|scope| {
        let cores: Vec<_> = (0..cores).map(|first| scope.spawn(move || lives(first))).collect();
        cores.into_iter().map(|core| core.join().unwrap()).collect()
    });
    let events: u64 = counts.unwrap_or_else(|fault| panic!("{fault}")).iter().sum();
    println!("{events} events");
}

#[test]
fn every_planted_fault_is_found() {
    for planted in [Planted::NoDedupe, Planted::NoTwoPhaseRecord, Planted::ForgottenDeadline] {
        let found = (0..500).find_map(|seed| live(seed, Some(planted)).err());
        println!("{planted:?}: {}", found.as_deref().unwrap_or("not found"));
        assert!(found.is_some(), "{planted:?}");
    }
}
