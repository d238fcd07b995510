//! Long lives, at random from a seed: the seed's morning, with every fault at once.
//!
//! `EARNEST_WORKFLOW_FACTS` says how many facts are made, `EARNEST_WORKFLOW_SEED` which life is lived again.

use super::{
    market::Market,
    scenes::{adam, marcin, morning_market, morning_text, ola, participant, plan, quote, seconds},
    world::{Budget, CALM, World},
};
use crate::{Fact, Plan, Planted, Work, Workflows};

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

    fn budget(&mut self) -> Budget {
        let mut some = |most: usize| u32::try_from(self.below(most + 1)).unwrap();
        Budget {
            refused: some(2),
            unreachable: some(8),
            lost: some(8),
            repeated: some(8),
            dropped: some(8),
            failures: some(3),
            crashes: some(4),
            cancels: some(1),
            waits: some(40),
        }
    }

    /// The morning, with fallbacks or without, in more or fewer attempts, by limits or without, with little to spend.
    fn plan(&mut self) -> Plan {
        let mut text = morning_text();
        if self.below(2) == 0 {
            text = text.replace(r#""attempts": 1"#, r#""attempts": 3"#);
        }
        match self.below(3) {
            0 => {}
            1 => {
                text = text.replace(
                    r#"{"is": "never"}"#,
                    r#"{"is": "best", "weights": {"price": 1, "deadline": 0, "reputation": 0}}"#,
                );
            }
            _ => {
                let named =
                    r#"{"is": "named", "offers": ["offer:other-news", "offer:other-text", "offer:other-image"]}"#;
                text = text.replace(r#"{"is": "never"}"#, named);
            }
        }
        if self.below(3) == 0 {
            // The price has grown since: there is not enough for six texts.
            text = text
                .replace(r#""unit-price": 1000"#, r#""unit-price": 900"#)
                .replace(r#""cap": 6000"#, r#""cap": 5500"#);
        }
        if self.below(3) == 0 {
            let limits = format!(r#""limits": [{{"provider": "{}", "at-once": 3}}],"#, marcin());
            text = text.replace(&limits, "");
        }
        if self.below(4) == 0 {
            text = text.replace(r#""acceptance": "automatic""#, r#""acceptance": "by-hand""#);
        }
        plan(&text)
    }

    fn market(&mut self) -> Market {
        let mut market = morning_market();
        for depth in market.depth.values_mut() {
            *depth = 1 + self.below(6);
        }
        if self.below(3) == 0 {
            // Cheaper elsewhere, and dearer: both suit a fallback.
            market.offers.push(quote("offer:other-news", participant(8), "research/topical", 150, 3));
            market.offers.push(quote("offer:other-text", adam(), "text/redaction", 1_000, 1));
            market.offers.push(quote("offer:other-image", ola(), "image/generation", 400, 1));
        }
        if self.below(6) == 0 {
            market.funds = 5_000;
        }
        market.barred = self.below(6) == 0;
        market
    }
}

/// The most steps of a life; in the second half nothing goes wrong any more.
const STEPS: usize = 3_000;

/// Lives one life. Gives the number of facts, or what went wrong.
fn live(seed: u64, planted: Option<Planted>) -> Result<u64, String> {
    let again = |fault: String| format!("{fault}; live it again with EARNEST_WORKFLOW_SEED={seed}");
    let mut dice = Dice(seed);
    let (plan, market, budget) = (dice.plan(), dice.market(), dice.budget());
    let mut world = World::new(&plan, market, budget, planted);
    // Otherwise the first wait would end most lives.
    world.stride = Some(seconds(300));
    let mut actions = Vec::new();
    for step in 0..STEPS {
        if step == STEPS / 2 {
            // Time passes at random, for what only the escrow's timers or the run's own end.
            world.budget = Budget { waits: u32::MAX, ..CALM };
            world.market.barred = false;
        }
        actions.clear();
        world.actions(&mut actions);
        if world.flows.run(&world.run).is_some_and(crate::Run::is_quiet) {
            break;
        }
        let action = actions.swap_remove(dice.below(actions.len()));
        world.act(&action);
        let (flows, market, now) = (&world.flows, &world.market, world.now);
        world.monitor.check(flows, market, now);
        if let Some(fault) = &world.monitor.fault {
            return Err(again(format!("{fault}, in step {step}, {action:?}")));
        }
    }
    if !world.flows.run(&world.run).is_some_and(crate::Run::is_quiet) {
        return Err(again(format!("the run is not over: {:?}", world.flows.works().collect::<Vec<_>>())));
    }
    if planted.is_none() {
        restart_everywhere(&world).map_err(again)?;
    }
    Ok(u64::try_from(world.journal.unwrap_or_default().facts.len()).unwrap())
}

/// A process that starts after any decision asks for the same work, from the facts and from a state that was saved.
fn restart_everywhere(world: &World) -> Result<(), String> {
    let journal = world.journal.as_ref().ok_or("expected a journal")?;
    let mut decisions = journal.works.iter();
    let mut next = decisions.next();
    let mut flows = Workflows::new();
    for (place, bytes) in journal.facts.iter().enumerate() {
        flows.apply(&Fact::decode(bytes).map_err(|error| error.to_string())?).map_err(|error| error.to_string())?;
        if let Some((count, works)) = next
            && *count == place + 1
        {
            let saved = Workflows::load(&flows.save()).map_err(|error| error.to_string())?;
            let asked: Vec<Work> = flows.works().collect();
            if asked != *works || saved != flows {
                return Err(format!("after {count} facts expected {works:?}, found {asked:?}"));
            }
            next = decisions.next();
        }
    }
    if flows == world.flows { Ok(()) } else { Err("expected the same state from the facts, found another".to_owned()) }
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|value| value.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

#[test]
fn a_workflow_lives_through_everything() {
    if let Some(seed) = number("EARNEST_WORKFLOW_SEED") {
        println!("{} facts", live(seed, None).unwrap());
        return;
    }
    let aim = number("EARNEST_WORKFLOW_FACTS").unwrap_or(8_000);
    let (mut facts, mut seed) = (0, 0);
    while facts < aim {
        facts += live(seed, None).unwrap_or_else(|fault| panic!("{fault}"));
        seed += 1;
    }
    println!("{facts} facts in {seed} lives");
}

#[test]
fn every_planted_fault_is_found() {
    for planted in [Planted::NoReserve, Planted::AnotherOrder, Planted::ForgottenContract, Planted::NoTimeout] {
        let found = (0..500).find_map(|seed| live(seed, Some(planted)).err());
        println!("{planted:?}: {}", found.as_deref().unwrap_or("not found"));
        assert!(found.is_some(), "{planted:?}");
    }
}
