//! Random orders of many shows of a few payments.

use proptest::prelude::*;

use super::{
    world::{Action, World},
    *,
};

const SERVERS: usize = 6;

fn actions() -> impl Strategy<Value = Vec<Action>> {
    let server = 0..SERVERS;
    let action = prop_oneof![
        6 => server.clone().prop_map(Action::Show),
        4 => server.clone().prop_map(Action::Finish),
        1 => server.clone().prop_map(Action::Fail),
        1 => server.clone().prop_map(Action::Die),
        2 => server.clone().prop_map(Action::Confirm),
        1 => server.clone().prop_map(Action::Refuse),
        1 => server.prop_map(Action::Wait),
        1 => (1..12_i64).prop_map(Action::Pass),
        1 => Just(Action::Restart),
    ];
    prop::collection::vec(action, 1..120)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Many show one payment, some of them for another request, some die: at most one executes at a time, at most one is
    /// granted, and where it settles in the end exactly one is.
    #[test]
    fn one_payment_is_granted_at_most_once_and_exactly_once_where_it_settles(actions in actions()) {
        let mut world = World::new(&[(1, 1, None), (1, 1, None), (1, 1, None), (1, 1, None), (1, 2, None), (2, 2, None)]);
        run(&mut world, &actions)?;
    }

    /// The same under an identifier, with the payment signed anew: one identifier is charged at most once.
    #[test]
    fn one_identifier_is_charged_at_most_once(actions in actions()) {
        let one = Some(1);
        let mut world = World::new(&[(1, 1, one), (1, 1, one), (2, 1, one), (2, 1, one), (3, 1, one), (3, 2, one)]);
        run(&mut world, &actions)?;
    }
}

fn run(world: &mut World, actions: &[Action]) -> Result<(), TestCaseError> {
    for action in actions {
        world.act(*action);
        prop_assert_eq!(&world.fault, &None, "after {:?}", action);
    }
    finish(world)
}

/// Everybody dies, leases end, and one after the other is shown again to the end: whatever was settled is granted once,
/// as long as its record is kept.
fn finish(world: &mut World) -> Result<(), TestCaseError> {
    let unswept = world.now < 45;
    for index in 0..SERVERS {
        world.act(Action::Die(index));
    }
    world.act(Action::Pass(10));
    for index in 0..SERVERS {
        world.act(Action::Show(index));
        world.act(Action::Finish(index));
        if !world.act(Action::Confirm(index)) {
            world.act(Action::Refuse(index));
        }
        prop_assert_eq!(&world.fault, &None);
    }
    for payment in 1..=3 {
        if unswept && world.truth_of(payment) == Some(true) {
            prop_assert_eq!(world.grants_of(payment), 1, "payment {}", payment);
        }
    }
    prop_assert_eq!(Grants::from_snapshot(&world.book().to_snapshot()), Ok(world.book()));
    Ok(())
}
