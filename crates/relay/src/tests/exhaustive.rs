//! Every order of everything that can happen, with so much going wrong, to the end.

use stateright::{Checker, HasDiscoveries, Model, Property};

use super::world::{Action, Budget, Wish, World, terms};
use crate::{Planted, Sequence};

const CALM: Budget = Budget {
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

/// What is explored.
struct Scene {
    wishes: Wishes,
    budget: Budget,
    planted: Option<Planted>,
}

impl Scene {
    fn explore(self) -> Vec<String> {
        let checker = self.checker().finish_when(HasDiscoveries::Any).threads(2).spawn_bfs().join();
        let (all, unique, depth) = (checker.state_count(), checker.unique_state_count(), checker.max_depth());
        println!("{all} states, {unique} of them unique, at most {depth} steps deep");
        let found = checker.discoveries();
        found
            .into_iter()
            .map(|(name, path)| {
                let fault = path.last_state().monitor.fault.clone();
                format!("{name}: {fault:?} after {:?}", path.into_actions())
            })
            .collect()
    }
}

impl Model for Scene {
    type State = World;
    type Action = Action;

    fn init_states(&self) -> Vec<World> {
        let mut world = World::new(terms(3), 2, self.budget);
        world.relay.planted = self.planted;
        let lapses_at = "2026-04-01T07:00:00Z".parse().unwrap();
        world.wishes = self
            .wishes
            .iter()
            .enumerate()
            .map(|(index, (sender, place, submits))| Wish {
                sender: sender.parse().unwrap(),
                sequence: place.map(Sequence),
                authorization: format!("authorization-{sender}-{index}").parse().unwrap(),
                lapses_at,
                submits: *submits,
            })
            .collect();
        vec![world]
    }

    fn actions(&self, world: &World, actions: &mut Vec<Action>) {
        if world.monitor.fault.is_none() {
            world.actions(actions);
        }
    }

    fn next_state(&self, world: &World, action: Action) -> Option<World> {
        let mut next = world.clone();
        if !next.act(&action) || next == *world {
            return None;
        }
        let (relay, node) = (&next.relay, &next.node);
        next.monitor.check(relay, node);
        next.events = 0;
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("nothing happens that must not", |_, world: &World| world.monitor.fault.is_none()),
            Property::always("where nothing more can happen, every accepted payment has ended", |_, world: &World| {
                world.monitor.fault.is_some() || world.monitor.open() == 0 || world.can_go_on()
            }),
        ]
    }
}

type Wishes = &'static [(&'static str, Option<u64>, u8)];

/// Two senders, one of them ordered, who submit once or twice.
const ONCE: Wishes = &[("a", Some(0), 1), ("b", None, 1)];
const TWICE: Wishes = &[("a", Some(0), 2), ("b", None, 2)];
/// A run that comes in any order, beside another sender.
const A_RUN: Wishes = &[("a", Some(0), 1), ("a", Some(1), 1), ("b", None, 1)];

/// What is explored always, and what takes minutes: with `EARNEST_RELAY_DEEP=1`.
const SCENES: &[(&str, Wishes, Budget)] = &[
    ("duplicates", TWICE, CALM),
    ("answers are lost, and come twice", ONCE, Budget { lost: 1, repeated: 1, ..CALM }),
    ("crashes", ONCE, Budget { crashes: 2, ..CALM }),
    ("reorganisations", ONCE, Budget { reorganisations: 2, ..CALM }),
    ("the node forgets, or is out of reach", ONCE, Budget { forgotten: 1, unreachable: 1, ..CALM }),
    ("strangers", ONCE, Budget { intrusions: 1, preemptions: 1, ..CALM }),
];
const DEEP: &[(&str, Wishes, Budget)] = &[
    ("a run, and a crash", A_RUN, Budget { crashes: 1, ..CALM }),
    ("time passes", ONCE, Budget { waits: 2, ..CALM }),
    ("duplicates, a lost answer, a crash", TWICE, Budget { lost: 1, crashes: 1, ..CALM }),
    ("a crash, a reorganisation and time", ONCE, Budget { crashes: 1, reorganisations: 1, waits: 1, ..CALM }),
];

/// Everything that can happen, to the end, where at most so much goes wrong.
#[test]
fn whatever_happens_every_payment_ends_once() {
    let deep = std::env::var("EARNEST_RELAY_DEEP").is_ok();
    for (name, wishes, budget) in SCENES.iter().chain(DEEP.iter().filter(|_| deep)) {
        print!("{name}: ");
        let scene = Scene { wishes, budget: *budget, planted: None };
        assert_eq!(scene.explore(), [""; 0], "{name}");
    }
}

#[test]
fn every_planted_fault_is_found() {
    let held: &[_] = &[("a", Some(1), 1)];
    for (planted, wishes, budget) in [
        (Planted::NoDedupe, TWICE, CALM),
        (Planted::NoTwoPhaseRecord, ONCE, Budget { crashes: 1, ..CALM }),
        (Planted::ForgottenDeadline, held, CALM),
    ] {
        let found = Scene { wishes, budget, planted: Some(planted) }.explore();
        println!("{planted:?}: {found:?}");
        assert!(!found.is_empty(), "{planted:?}");
    }
}
