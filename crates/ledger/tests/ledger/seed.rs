//! The figures of the seed: 500.00 PLN become 450.00 ORC and 50.00 for the community pool, 102.00 are spent, 348.00
//! are left, and every spend traces back to the top-up (decisions E2, E14).

use earnest_artifacts::vocabulary::ConfirmationMode::SelfConfirmed;
use earnest_ledger::{Command, Entry, OpenHold, Part, Source, statement};

use crate::world::{World, account, delivered, hold_id, key, minute, open_hold, orc, top_up};

/// Every hold of the morning: two for the research (E2), six redactions, six illustrations.
fn morning() -> Vec<(String, &'static str, u64)> {
    let research = (1..=2).map(|number| (format!("ph1-{number}"), "adam", 600));
    let redactions = (1..=6).map(|number| (format!("ph2-{number}"), "ola", 1_000));
    let illustrations = (1..=6).map(|number| (format!("ph3-{number}"), "marcin", 500));
    research.chain(redactions).chain(illustrations).collect()
}

fn entries(world: &World, name: &str) -> Vec<Entry> {
    let view = world.ledger.account_view(&account(name)).unwrap();
    let facts = view.facts().iter().map(|seq| (*seq, &world.facts[usize::try_from(seq - 1).unwrap()]));
    statement(&world.ledger, view.number, facts).unwrap()
}

fn bought() -> World {
    let mut world = World::poor();
    world.done(&Command::TopUp(top_up("01JVGW001", "casualfeeders", 45_000, 5_000)));
    for (name, payee, amount) in morning() {
        let open = OpenHold { amount: orc(amount), payee_account: account(payee), ..open_hold(&name, SelfConfirmed) };
        world.done(&Command::OpenHold(open));
    }
    world
}

fn settled() -> World {
    let mut world = bought();
    world.now = minute(10);
    for (name, payee, _) in morning() {
        let owner = world.ledger.account_view(&account(payee)).unwrap().owner().to_subject().unwrap();
        let participant = owner.to_string().parse().unwrap();
        let response = delivered(&name);
        world.done(&Command::Deliver(earnest_ledger::Deliver {
            response: response.response.clone(),
            hold: hold_id(&name),
            actor: earnest_ledger::Actor::own(participant),
            digest: response.digest,
        }));
        world.done(&crate::world::accept(&name));
    }
    world
}

#[test]
fn the_morning_costs_102_00_of_450_00_and_leaves_348_00() {
    let world = bought();
    assert_eq!(world.ledger.balance(&account("community-pool")).available.to_string(), "50.00 ORC");
    assert_eq!(world.ledger.balance(&account("casualfeeders")).available.to_string(), "348.00 ORC");
    assert_eq!(world.ledger.balance(&account("casualfeeders")).held.to_string(), "102.00 ORC");
    assert_eq!(world.ledger.balance(&account("casualfeeders")).total().unwrap().to_string(), "450.00 ORC");

    let world = settled();
    let available = |name| world.ledger.balance(&account(name)).available.to_string();
    assert_eq!(available("adam"), "12.00 ORC");
    assert_eq!(available("ola"), "60.00 ORC");
    assert_eq!(available("marcin"), "30.00 ORC");
    assert_eq!(available("casualfeeders"), "348.00 ORC");
    assert_eq!(available("nobody"), "0.00 ORC");
    assert_eq!((world.ledger.issued(), world.ledger.escrowed()), (orc(50_000), orc(0)));
}

#[test]
fn every_spend_of_the_morning_traces_back_to_the_top_up() {
    let world = settled();
    let entries = entries(&world, "casualfeeders");
    assert_eq!(entries.len(), 1 + morning().len());
    assert!(entries[0].credit && entries[0].paid_from.is_empty());
    let top_up = Source::TopUp("gw:01JVGW001".parse().unwrap());
    let mut left = 45_000;
    for (entry, (_, _, amount)) in entries[1..].iter().zip(morning()) {
        left -= amount;
        assert_eq!(entry.paid_from, [Part { source: top_up.clone(), amount: orc(amount) }]);
        assert_eq!(entry.available, orc(left));
    }
    assert_eq!(left, 34_800);
    let pool = world.ledger.account_of(&key(crate::world::OPERATOR));
    assert!(pool.is_none(), "nobody settles with a community pool");
}

#[test]
fn spends_take_the_oldest_money_first_and_a_refund_goes_back_to_its_place() {
    let mut world = World::poor();
    for (receipt, amount) in [("1", 500), ("2", 300)] {
        world.done(&Command::TopUp(top_up(receipt, "casualfeeders", amount, 0)));
    }
    let hold =
        |name: &str, amount| Command::OpenHold(OpenHold { amount: orc(amount), ..open_hold(name, SelfConfirmed) });
    world.done(&hold("a", 600));
    world.done(&crate::world::act("a", earnest_ledger::Action::Cancel));
    world.done(&hold("b", 400));
    world.done(&hold("c", 400));
    for command in [crate::world::deliver("b"), crate::world::dispute("b"), crate::world::resolve("b", 100, 300)] {
        world.done(&command);
    }
    world.done(&hold("d", 200));
    let parts = |entry: &Entry| -> Vec<(String, u64)> {
        let source = |part: &Part| match &part.source {
            Source::TopUp(receipt) => (receipt.to_string(), part.amount.minor()),
            other => panic!("{other:?}"),
        };
        entry.paid_from.iter().map(source).collect()
    };
    let owned = |parts: &[(&str, u64)]| -> Vec<(String, u64)> {
        parts.iter().map(|(receipt, amount)| ((*receipt).to_owned(), *amount)).collect()
    };
    let debits: Vec<Entry> = entries(&world, "casualfeeders").into_iter().filter(|entry| !entry.credit).collect();
    assert_eq!(parts(&debits[0]), owned(&[("gw:1", 500), ("gw:2", 100)]));
    assert_eq!(parts(&debits[1]), owned(&[("gw:1", 400)]));
    assert_eq!(parts(&debits[2]), owned(&[("gw:1", 100), ("gw:2", 300)]));
    assert_eq!(parts(&debits[3]), owned(&[("gw:1", 200)]));
    let adam = entries(&world, "adam");
    assert_eq!((adam.len(), adam[0].amount), (1, orc(100)));
}

#[test]
fn a_statement_without_all_facts_is_refused() {
    let world = settled();
    let view = world.ledger.account_view(&account("casualfeeders")).unwrap();
    let facts: Vec<(u64, &earnest_ledger::Fact)> =
        view.facts().iter().map(|seq| (*seq, &world.facts[usize::try_from(seq - 1).unwrap()])).collect();
    let without_top_up = facts.iter().filter(|(_, fact)| !matches!(fact.event, earnest_ledger::Event::ToppedUp(_)));
    assert!(statement(&world.ledger, view.number, without_top_up.copied()).is_err());
}
