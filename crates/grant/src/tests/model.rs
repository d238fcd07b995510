//! Every order of everything that two or three servers can do with one payment, and with one identifier.

use stateright::{Checker, HasDiscoveries, Model, Property};

use super::world::{Action, World};

struct Scene {
    servers: &'static [(u8, u8, Option<u8>)],
    /// How many seconds pass at most, in steps of a lease.
    until: i64,
    /// How often each may begin.
    shows: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Seen {
    world: World,
    shows: u64,
}

impl Model for Scene {
    type State = Seen;
    type Action = Action;

    fn init_states(&self) -> Vec<Seen> {
        vec![Seen { world: World::new(self.servers), shows: 0 }]
    }

    fn actions(&self, seen: &Seen, actions: &mut Vec<Action>) {
        if seen.world.fault.is_some() {
            return;
        }
        for index in 0..self.servers.len() {
            if seen.shows < self.shows {
                actions.push(Action::Show(index));
            }
            let steps = [Action::Finish, Action::Fail, Action::Die, Action::Confirm, Action::Refuse, Action::Wait];
            actions.extend(steps.map(|step| step(index)));
        }
        if seen.world.now < self.until {
            actions.push(Action::Pass(10));
        }
    }

    fn next_state(&self, seen: &Seen, action: Action) -> Option<Seen> {
        let mut next = seen.clone();
        if !next.world.act(action) || next.world == seen.world {
            return None;
        }
        next.shows += u64::from(matches!(action, Action::Show(_)));
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("nothing happens that must not", |_, seen: &Seen| seen.world.fault.is_none()),
            Property::sometimes("a payment is granted", |_, seen: &Seen| seen.world.grants_of(1) == 1),
        ]
    }
}

fn explore(scene: Scene) {
    let checker = scene.checker().finish_when(HasDiscoveries::AnyFailures).threads(2).spawn_bfs().join();
    checker.assert_properties();
    assert!(checker.unique_state_count() > 1_000, "{}", checker.unique_state_count());
}

#[test]
fn every_order_of_three_servers_and_one_payment_grants_it_once() {
    explore(Scene { servers: &[(1, 1, None), (1, 1, None), (1, 2, None)], until: 20, shows: 5 });
}

#[test]
fn every_order_of_two_payments_under_one_identifier_charges_once() {
    explore(Scene { servers: &[(1, 1, Some(1)), (2, 1, Some(1)), (2, 1, Some(1))], until: 20, shows: 5 });
}
