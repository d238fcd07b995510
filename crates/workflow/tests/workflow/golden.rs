//! Histories that were written once: every later version reads them to the same state.

use std::fmt::Write;

use earnest_procurement::{Expiry, RefundCause};
use earnest_workflow::{ApplyError, CodecError, Command, Fact, News, Workflows};

use crate::samples::{History, run, saturated};

/// A history with a refusal, a provider who delivers nothing, and an end.
fn history() -> History {
    let resting = History::ordering().hear(saturated, "06:33:00").then(&Command::Advance, "06:34:00");
    let ordered =
        resting.then(&crate::samples::tell(News::Quoted { offers: vec![crate::samples::quote()] }), "06:34:01");
    let held = ordered.hear(crate::samples::admitted, "06:35:00").hear(|order| News::Held { order }, "06:36:00");
    let transfer = Some("transfer:one".parse().unwrap());
    let refunded =
        move |order| News::Refunded { order, cause: RefundCause::Expired(Expiry), transfer: transfer.clone() };
    held.hear(refunded, "07:36:00").then(&Command::Announced { run: run() }, "07:36:01")
}

fn encoded(facts: &[Fact]) -> String {
    let mut text = String::new();
    for fact in facts {
        let mut bytes = Vec::new();
        fact.encode(&mut bytes);
        writeln!(text, "{}", String::from_utf8(bytes).unwrap()).unwrap();
    }
    text
}

#[test]
fn facts_are_written_as_they_always_were() {
    insta::assert_snapshot!("facts", encoded(&history().facts));
}

#[test]
fn what_was_written_is_read_to_the_same_state() {
    let history = history();
    let snapshot = include_str!("snapshots/workflow__golden__facts.snap");
    let lines = snapshot.lines().filter(|line| line.starts_with('{'));
    let mut flows = Workflows::new();
    let mut count = 0;
    for line in lines {
        flows.apply(&Fact::decode(line.as_bytes()).unwrap()).unwrap();
        count += 1;
    }
    assert_eq!((count, flows.save()), (history.facts.len(), history.flows.save()));
    assert!(flows == history.flows);
    assert!(Workflows::load(&flows.save()).unwrap() == flows);
    insta::assert_snapshot!("state", String::from_utf8(flows.save()).unwrap());
}

#[test]
fn another_version_and_other_bytes_are_refused() {
    let facts = encoded(&history().facts);
    let first = facts.lines().next().unwrap();
    let later = first.replace(r#""v":1"#, r#""v":2"#);
    assert_ne!(later, first);
    assert_eq!(Fact::decode(later.as_bytes()), Err(CodecError::Version(2)));
    for wrong in ["", "{}", r#"{"v":1}"#, &first[1..]] {
        assert!(matches!(Fact::decode(wrong.as_bytes()), Err(CodecError::Form(_))), "{wrong}");
    }
}

/// A journal that was tampered with does not replay.
#[test]
fn no_history_replays_with_a_fact_left_out_or_twice() {
    let facts = history().facts;
    for (place, fact) in facts.iter().enumerate() {
        let twice = facts[..=place].iter().chain([fact]).chain(&facts[place + 1..]);
        let replayed = replay(twice);
        let is_last = place + 1 == facts.len();
        assert!(replayed.is_err() || is_last || replayed.is_ok_and(|flows| flows == history().flows), "{fact:?}");
        if !is_last {
            let without = facts[..place].iter().chain(&facts[place + 1..]);
            assert!(replay(without).is_err(), "{fact:?}");
        }
    }
}

fn replay<'a>(mut facts: impl Iterator<Item = &'a Fact>) -> Result<Workflows, ApplyError> {
    let mut flows = Workflows::new();
    facts.try_for_each(|fact| flows.apply(fact))?;
    Ok(flows)
}
