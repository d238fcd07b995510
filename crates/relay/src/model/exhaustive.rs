//! Every order of everything that can happen, with so much going wrong, to the end.

use stateright::{Checker, Model, Property};

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
    wishes: &'static [(&'static str, Option<u64>, u8)],
    budget: Budget,
    planted: Option<Planted>,
}

impl Scene {
    fn explore(self) -> Vec<String> {
        let checker = self.checker().threads(2).spawn_bfs().join();
        let (all, unique, depth) = (checker.state_count(), checker.unique_state_count(), checker.max_depth());
        println!("{all} states, {unique} of them unique, at most {depth} steps deep");
        let found = checker.discoveries();
        found
            .into_iter()
            .map(|(name, path)| {
                let fault = path.last_state().monitor.fault.clone();
                format!("{name}: {:?} after {:?}", fault, path.into_actions())
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
            Property::eventually("every accepted payment ends", |_, world: &World| {
                world.wishes.iter().all(|wish| wish.submits == 0) && world.monitor.open() == 0
            }),
        ]
    }
}

const ONE_EACH: &[(&str, Option<u64>, u8)] = &[("a", Some(0), 2), ("b", None, 2)];
const A_RUN: &[(&str, Option<u64>, u8)] = &[("a", Some(0), 1), ("a", Some(1), 1), ("b", None, 1)];

fn explore(name: &str, wishes: &'static [(&'static str, Option<u64>, u8)], budget: Budget) {
    println!("{name}:");
    assert_eq!(Scene { wishes, budget, planted: None }.explore(), [""; 0], "{name}");
}

/// Everything that can happen to the end, where at most so much goes wrong.
#[test]
fn whatever_happens_every_payment_ends_once() {
    explore("calm", ONE_EACH, CALM);
    explore("time passes", ONE_EACH, Budget { waits: 1, ..CALM });
    explore("answers are lost, and come twice", ONE_EACH, Budget { lost: 1, repeated: 1, ..CALM });
    explore("crashes", ONE_EACH, Budget { crashes: 2, ..CALM });
    explore("reorganisations", ONE_EACH, Budget { reorganisations: 2, ..CALM });
    explore("the node forgets", ONE_EACH, Budget { forgotten: 1, unreachable: 1, ..CALM });
    explore("strangers", ONE_EACH, Budget { intrusions: 1, preemptions: 1, ..CALM });
    explore("a run", A_RUN, Budget { crashes: 1, ..CALM });
}
