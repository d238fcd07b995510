//! Facts as bytes: one form, for ever.

use earnest_artifacts::vocabulary::ConfirmationMode::{ArbiterConfirmed, ManualReviewOnly, SelfConfirmed};
use earnest_ledger::{Action, Adjust, Command, Fact, Finding, Ledger};

use crate::world::{
    ACCEPT_BY, AUTO_RELEASE, DECISION_SPAN, ROMAN, WORK_BY, World, accept, account, act, confirm, deliver, dispute,
    millis, minute, open_hold, orc, pay, reject, release, resolve, top_up,
};

/// One ledger in which everything happens that can happen.
pub(crate) fn eventful() -> World {
    let mut world = World::poor();
    world.done(&Command::TopUp(top_up("1", "casualfeeders", 1_000_000, 5_000)));
    world.done(&Command::PayOut(top_up("2", "casualfeeders", 1_000, 10)));
    world.done(&Command::Adjust(Adjust {
        transfer: "transfer:fix-1:adjustment".parse().unwrap(),
        from: account("gateway-clearing"),
        to: account("ola"),
        amount: orc(7),
        author: ROMAN.parse().unwrap(),
        reason: "ticket:1".parse().unwrap(),
    }));
    world.done(&Command::Pay(earnest_ledger::Pay {
        payment: Some("pay_1".parse().unwrap()),
        payer_seq: Some(0),
        ..pay("nonce-1", 25)
    }));
    let others = earnest_ledger::OpenHold {
        arbiters: vec![crate::world::participant(ROMAN).into()],
        ..open_hold("named-arbiters", SelfConfirmed)
    };
    world.done(&Command::OpenHold(others));
    let stories: [(&str, _, Vec<Command>); 10] = [
        ("accepted", SelfConfirmed, vec![act("accepted", Action::Dispatch), deliver("accepted"), accept("accepted")]),
        ("rejected", SelfConfirmed, vec![deliver("rejected"), reject("rejected", Finding::Broken)]),
        ("canceled", SelfConfirmed, vec![act("canceled", Action::Cancel)]),
        ("ended", SelfConfirmed, vec![act("ended", Action::EndWorkflow)]),
        ("failed", SelfConfirmed, vec![act("failed", Action::Fail)]),
        ("declined", SelfConfirmed, vec![act("declined", Action::Decline)]),
        ("voided", SelfConfirmed, vec![act("voided", Action::Void)]),
        ("confirmed", ArbiterConfirmed, vec![deliver("confirmed"), confirm("confirmed", 600, 0)]),
        ("decided", SelfConfirmed, vec![deliver("decided"), dispute("decided"), resolve("decided", 100, 500)]),
        ("by-hand", ManualReviewOnly, vec![deliver("by-hand"), release("by-hand")]),
    ];
    let silent = [("expired", SelfConfirmed), ("silent", SelfConfirmed), ("undecided", ArbiterConfirmed)];
    for (name, mode) in stories.iter().map(|(name, mode, _)| (*name, *mode)).chain(silent) {
        world.done(&Command::OpenHold(open_hold(name, mode)));
    }
    for command in stories.iter().flat_map(|(.., commands)| commands).chain(&[deliver("silent"), deliver("undecided")])
    {
        world.done(command);
    }
    for now in [WORK_BY, ACCEPT_BY + 1, AUTO_RELEASE, AUTO_RELEASE + DECISION_SPAN] {
        world.wait_until(minute(now));
    }
    world
}

#[test]
fn every_fact_has_bytes_and_json_from_which_it_is_read_back() {
    let world = eventful();
    let mut tags: Vec<u8> = Vec::new();
    for fact in &world.facts {
        let bytes = fact.to_bytes();
        tags.push(bytes[1]);
        assert_eq!(Fact::from_bytes(&bytes).as_ref(), Ok(fact));
        let json = serde_json::to_string(fact).unwrap();
        assert_eq!(serde_json::from_str::<Fact>(&json).unwrap(), *fact, "{json}");
        for end in 0..bytes.len() {
            assert!(Fact::from_bytes(&bytes[..end]).is_err(), "{} cut at {end}", fact.event.name());
        }
        assert!(Fact::from_bytes(&[&bytes[..], &[0]].concat()).is_err());
    }
    tags.sort_unstable();
    tags.dedup();
    let every: Vec<u8> = (1..=7).chain(16..=20).chain(32..=44).collect();
    assert_eq!(tags, every, "every fact that there is happens here");
}

#[test]
fn the_bytes_of_facts_are_those_of_version_1() {
    let world = eventful();
    let mut lines = String::new();
    for fact in &world.facts {
        let hex: String = fact.to_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        lines += &format!("{} {hex}\n", fact.event.name());
    }
    lines += &format!("state {}\n", world.ledger.digest());
    insta::assert_snapshot!("facts", lines);
}

#[test]
fn a_fact_that_does_not_follow_is_an_error_and_changes_nothing() {
    let world = eventful();
    for skipped in 0..world.facts.len() {
        let mut ledger = Ledger::new(world.ledger.federation().clone());
        let mut failed = false;
        for fact in world.facts.iter().enumerate().filter(|(place, _)| *place != skipped).map(|(_, fact)| fact) {
            let before = ledger.digest();
            if ledger.apply(fact).is_err() {
                assert_eq!(ledger.digest(), before);
                failed = true;
            }
        }
        assert!(failed || ledger.digest() != world.ledger.digest(), "{}", world.facts[skipped].event.name());
    }
    for twice in &world.facts {
        let mut ledger = world.ledger.clone();
        let late = Fact { at: ledger.latest().unwrap(), event: twice.event.clone() };
        let before = ledger.digest();
        assert!(ledger.apply(&late).is_err(), "{}", twice.event.name());
        assert_eq!(ledger.digest(), before);
    }
    let mut ledger = world.ledger;
    let early = Fact { at: millis(0), event: world.facts[0].event.clone() };
    assert!(ledger.apply(&early).is_err());
}
