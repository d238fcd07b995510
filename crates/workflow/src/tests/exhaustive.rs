//! Every order of everything that can happen to a small plan, with so much going wrong, to the end.

use stateright::{Checker, HasDiscoveries, Model, Property};

use super::{
    market::Market,
    scenes::{marcin, quote, small, tight},
    world::{Action, Budget, CALM, World},
};
use crate::{Plan, Planted};

/// What is explored.
struct Scene {
    plan: fn() -> Plan,
    depth: usize,
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
        let market = Market {
            offers: vec![quote("offer:marcin", marcin(), "image/generation", 500, 1)],
            depth: [("offer:marcin".to_owned(), self.depth)].into(),
            funds: 45_000,
            ..Market::default()
        };
        let mut world = World::new(&(self.plan)(), market, self.budget, self.planted);
        // A history would tell apart what is the same.
        world.journal = None;
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
        let (flows, market, now) = (&next.flows, &next.market, next.now);
        next.monitor.check(flows, market, now);
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("nothing happens that must not", |_, world: &World| world.monitor.fault.is_none()),
            Property::always("where nothing more can happen, the run has ended", |scene: &Self, world: &World| {
                let mut actions = Vec::new();
                scene.actions(world, &mut actions);
                let mut goes_on = || actions.drain(..).any(|action| scene.next_state(world, action).is_some());
                let ended = world.flows.run(&world.run).is_some_and(crate::Run::is_quiet);
                world.monitor.fault.is_some() || ended || goes_on()
            }),
        ]
    }
}

/// What is explored: its name, the plan, the provider's depth, what may go wrong.
type Explored = (&'static str, fn() -> Plan, usize, Budget);

const SCENES: &[Explored] = &[
    ("calm", small, 2, CALM),
    ("the price has grown", tight, 2, CALM),
    ("a queue of one", small, 1, CALM),
    ("a refusal", small, 2, Budget { refused: 1, ..CALM }),
    ("an answer is lost", small, 2, Budget { lost: 1, ..CALM }),
    ("a provider is out of reach", small, 2, Budget { unreachable: 1, ..CALM }),
    ("a message comes twice", small, 2, Budget { repeated: 1, ..CALM }),
    ("a message never comes", small, 2, Budget { dropped: 1, ..CALM }),
    ("something fails", small, 2, Budget { failures: 1, ..CALM }),
    ("a crash", small, 2, Budget { crashes: 1, ..CALM }),
    ("the buyer ends it", small, 2, Budget { cancels: 1, ..CALM }),
    ("time passes", small, 2, Budget { waits: 2, ..CALM }),
];
const DEEP: &[Explored] = &[
    ("out of reach, and an answer that is lost", small, 2, Budget { unreachable: 1, lost: 1, ..CALM }),
    ("messages come twice, or never", small, 2, Budget { repeated: 1, dropped: 1, ..CALM }),
    ("a queue of one, and an answer that is lost", small, 1, Budget { lost: 1, crashes: 1, ..CALM }),
    (
        "time passes while an answer is lost and a message repeated",
        small,
        2,
        Budget { waits: 2, lost: 1, repeated: 1, ..CALM },
    ),
    ("failures, a crash and time", small, 2, Budget { failures: 2, crashes: 1, waits: 1, ..CALM }),
];

/// Everything that can happen, to the end, where at most so much goes wrong.
#[test]
fn whatever_happens_nothing_is_paid_twice_and_the_run_ends() {
    let deep = std::env::var("EARNEST_WORKFLOW_DEEP").is_ok();
    for (name, plan, depth, budget) in SCENES.iter().chain(DEEP.iter().filter(|_| deep)) {
        print!("{name}: ");
        let scene = Scene { plan: *plan, depth: *depth, budget: *budget, planted: None };
        assert_eq!(scene.explore(), [""; 0], "{name}");
    }
}

#[test]
fn every_planted_fault_is_found() {
    for (planted, plan, budget) in [
        (Planted::NoReserve, tight as fn() -> Plan, CALM),
        (Planted::AnotherOrder, small, Budget { lost: 1, ..CALM }),
        (Planted::ForgottenContract, small, Budget { cancels: 1, ..CALM }),
        (Planted::NoTimeout, small, Budget { waits: 1, ..CALM }),
    ] {
        let found = Scene { plan, depth: 2, budget, planted: Some(planted) }.explore();
        println!("{planted:?}: {found:?}");
        assert!(!found.is_empty(), "{planted:?}");
    }
}
