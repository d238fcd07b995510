//! Every state and every command: what happens is a snapshot, to be read as a diff.

use std::fmt::Write;

use super::*;

/// Every state, with the second at which it is looked at. Payment 1 is shown for request 1 by worker 1.
fn states() -> Vec<(&'static str, i64, Grants)> {
    let begin = |identified| vec![(0, shown(show(1, 1, identified, 1)))];
    let then = |mut commands: Vec<(i64, Command)>, more: Vec<(i64, Command)>| {
        commands.extend(more);
        book(&commands)
    };
    let plain = |more| then(begin(None), more);
    let with_name = |more| then(begin(named(1, 1)), more);
    vec![
        ("nothing", 5, Grants::default()),
        ("unserved", 5, plain(vec![(1, Command::Leave(step(1, 1)))])),
        ("unserved, over", 61, plain(vec![(1, Command::Leave(step(1, 1)))])),
        ("working", 5, plain(vec![])),
        ("working, died", 15, plain(vec![])),
        ("working, named", 5, with_name(vec![])),
        ("working, named, died", 15, with_name(vec![])),
        ("staged", 5, plain(vec![(1, stage(1, 1)), (2, rest(1, 1, Some(underway()), false))])),
        ("staged, delivered", 5, plain(vec![(1, stage(1, 1)), (2, rest(1, 1, Some(underway()), true))])),
        ("settling", 5, plain(vec![(1, stage(1, 1))])),
        ("settling, died", 15, plain(vec![(1, stage(1, 1))])),
        ("settling, named", 5, with_name(vec![(1, stage(1, 1))])),
        ("granted", 5, plain(vec![(1, stage(1, 1)), (2, grant(1, 1))])),
        ("granted, named", 5, with_name(vec![(1, stage(1, 1)), (2, grant(1, 1))])),
        ("granted, named, over", 61, with_name(vec![(1, stage(1, 1)), (2, grant(1, 1))])),
        ("discarded", 5, plain(vec![(1, stage(1, 1)), (2, discard(1, 1))])),
        ("discarded, named", 5, with_name(vec![(1, stage(1, 1)), (2, discard(1, 1))])),
    ]
}

fn commands() -> Vec<(&'static str, Command)> {
    vec![
        ("show", shown(show(1, 1, None, 2))),
        ("show, by the same", shown(show(1, 1, None, 1))),
        ("show, another request", shown(show(1, 2, None, 2))),
        ("show, named", shown(show(1, 1, named(1, 1), 2))),
        ("show, its name bound otherwise", shown(show(1, 1, named(1, 2), 2))),
        ("show, signed again", shown(show(2, 1, named(1, 1), 2))),
        ("show, another payment of its name", shown(show(2, 2, named(1, 2), 2))),
        ("leave", Command::Leave(step(1, 1))),
        ("leave, by another", Command::Leave(step(1, 2))),
        ("stage", stage(1, 1)),
        ("stage, by another", stage(1, 2)),
        ("rest", rest(1, 1, None, false)),
        ("rest, by another", rest(1, 2, None, false)),
        ("grant", grant(1, 1)),
        ("grant, by another", grant(1, 2)),
        ("discard", discard(1, 1)),
        ("discard, by another", discard(1, 2)),
        ("sweep", Command::Sweep),
    ]
}

#[test]
fn every_state_decides_every_command() {
    let mut table = String::new();
    for (state, secs, grants) in states() {
        writeln!(table, "{state}").unwrap();
        for (name, command) in commands() {
            let mut next = grants.clone();
            let told = act(&mut next, &command, secs).map_or_else(
                |refusal| format!("refused: {}", refusal.code()),
                |answer| {
                    let payment = next.stage(&PaymentKey::from_bytes([1; 32])).unwrap_or("gone");
                    let other = next.stage(&PaymentKey::from_bytes([2; 32]));
                    let other = other.map(|stage| format!(", the other {stage}")).unwrap_or_default();
                    format!("{} ({payment}{other})", word(&answer))
                },
            );
            writeln!(table, "  {name:<36} {told}").unwrap();
        }
    }
    insta::assert_snapshot!(table);
}

fn word(answer: &Answer) -> String {
    match answer {
        Answer::Work { until } => format!("work until second {}", until.unix_millis() / 1000),
        Answer::Settle { is_delivered, .. } => format!("settle{}", if *is_delivered { ", delivered" } else { "" }),
        Answer::Busy { doing, underway } => {
            format!("busy {doing:?}{}", if underway.is_some() { ", under way" } else { "" })
        }
        Answer::Deliver { .. } => "deliver".to_owned(),
        Answer::Again { .. } => "again".to_owned(),
        Answer::Noted => "noted".to_owned(),
    }
}

#[test]
fn a_payment_that_was_swept_is_refused_for_ever() {
    let mut grants = book(&[(0, shown(show(1, 1, None, 1))), (1, stage(1, 1)), (2, grant(1, 1))]);
    assert_eq!(act(&mut grants, &shown(show(1, 1, None, 2)), 59), Err(Refusal::AlreadyUsed));
    assert_eq!(grants.next_due(), Some(at(60)));
    act(&mut grants, &Command::Sweep, 60).unwrap();
    assert_eq!((grants.fill().payments, grants.next_due()), (0, None));
    assert_eq!(act(&mut grants, &shown(show(1, 1, None, 2)), 60), Err(Refusal::Over));
    assert_eq!(grants, Grants::default());
}

#[test]
fn an_outcome_is_kept_for_its_life_and_found_by_its_payload_while_an_answer_is() {
    let mut grants = book(&[(0, shown(show(1, 1, named(1, 1), 1))), (1, stage(1, 1)), (2, grant(1, 1))]);
    let payload = PayloadKey::from_bytes([1; 16]);
    assert_eq!(grants.reserved_at(&payload), Some(at(0)));
    let again = act(&mut grants, &shown(show(1, 1, named(1, 1), 2)), 101).unwrap();
    assert!(matches!(again, Answer::Again { .. }));
    act(&mut grants, &Command::Sweep, 102).unwrap();
    assert_eq!(grants, Grants::default());
}

#[test]
fn a_book_that_is_full_refuses_before_anything_is_charged() {
    let full = |terms: Terms, identified| {
        let mut grants = book(&[(0, shown(show(1, 1, named(1, 1), 1))), (1, stage(1, 1))]);
        act(&mut grants, &shown(Show { terms, ..show(2, 2, identified, 2) }), 2)
    };
    assert!(matches!(full(terms(), named(2, 2)), Ok(Answer::Work { .. })));
    for (terms, identified) in [
        (Terms { payments_at_most: 1, ..terms() }, None),
        (Terms { identifiers_at_most: 1, ..terms() }, named(2, 2)),
        (Terms { kept_bytes_at_most: 10, ..terms() }, None),
    ] {
        assert_eq!(full(terms, identified), Err(Refusal::Full), "{terms:?}");
    }
    assert!(matches!(full(Terms { identifiers_at_most: 1, ..terms() }, None), Ok(Answer::Work { .. })));
}

#[test]
fn a_payer_has_a_share_of_the_open_payments() {
    let mut grants = Grants::default();
    for payment in 1..=3 {
        act(&mut grants, &shown(show(payment, payment, None, 1)), 0).unwrap();
    }
    assert_eq!(act(&mut grants, &shown(show(4, 4, None, 1)), 1), Err(Refusal::TooManyOpen));
    let other = Show { payer: PayerKey::from_bytes([8; 16]), ..show(5, 5, None, 1) };
    assert!(act(&mut grants, &shown(other), 1).is_ok());
    act(&mut grants, &Command::Leave(step(1, 1)), 1).unwrap();
    assert!(act(&mut grants, &shown(show(4, 4, None, 1)), 1).is_ok());
    assert_eq!(act(&mut grants, &shown(show(1, 1, None, 2)), 1), Err(Refusal::TooManyOpen));
}
