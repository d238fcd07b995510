//! Every state × event, decided, in one snapshot.

use std::fmt::Write;

use earnest_base::{Orc, OrderId};
use earnest_procurement::{CancelCause, Classifier, Expiry, RefundCause, ReleaseCause};
use earnest_workflow::{Command, Fact, ItemFact, News, RunFact, RunState, Saying, Stage, What, WordRefusal};

use crate::samples::{History, admitted, approve, at, buyer, delivered, item, name, plan, quote, run, saturated, tell};

/// A run in every state, with its item in every stage.
fn states() -> Vec<(&'static str, History)> {
    let resting = || History::ordering().hear(saturated, "06:33:00");
    let sending_again = || History::ordering().hear(|order| News::Unreachable { order }, "06:33:00");
    let word = |word| History::delivered().hear(move |order| News::Said { order, word }, "06:51:00");
    let released = |order| released(order, 1_000);
    vec![
        ("waiting-for-approval", History::new()),
        ("asking", History::running()),
        ("ordering", History::ordering()),
        ("resting, to ask", resting()),
        ("resting, to send again", sending_again()),
        ("contracted", History::contracted()),
        ("held", History::held()),
        ("delivered, silent", History::delivered()),
        ("delivered, accepting", word(Saying::Accept)),
        ("delivered, disputing", word(Saying::Dispute)),
        ("delivered, barred", word(Saying::Accept).hear(barred, "06:52:00")),
        ("disputed", History::disputed()),
        ("settled", History::held().hear(released, "06:50:00")),
        ("completed", History::delivered().hear(released, "06:55:00")),
        ("failed", History::held().hear(|order| refunded(order, false), "06:55:00")),
        ("undoing", History::cancelling()),
        ("cancelled", History::cancelling().hear(|order| refunded(order, true), "06:41:00")),
        ("cancelled, delivered", History::delivered().then(&Command::Cancel { run: run() }, "06:52:00")),
        ("timed out", History::new().then(&Command::Advance, "08:30:00")),
    ]
}

fn released(order: OrderId, paid: u64) -> News {
    let transfer = Some("transfer:one".parse().unwrap());
    News::Released { order, cause: ReleaseCause::AutoReleased, paid: Orc::from_minor(paid).unwrap(), transfer }
}

fn refunded(order: OrderId, canceled: bool) -> News {
    let decision = "decision:one".parse().unwrap();
    let timed_out = RefundCause::Canceled(CancelCause::WorkflowTimeout { decision });
    let cause = if canceled { timed_out } else { RefundCause::Expired(Expiry) };
    News::Refunded { order, cause, transfer: Some("transfer:one".parse().unwrap()) }
}

fn barred(order: OrderId) -> News {
    News::WordRefused { order, why: WordRefusal::Restricted }
}

/// Everything that can be told about a run and its order.
fn commands(order: &OrderId) -> Vec<(&'static str, Command)> {
    let order = || order.clone();
    let said = |word| tell(News::Said { order: order(), word });
    vec![
        ("start, the same", Command::Start { run: run(), plan: Box::new(plan(crate::samples::ONE)), buyer: buyer() }),
        ("start, another", Command::Start { run: run(), plan: Box::new(plan(crate::samples::SHOP)), buyer: buyer() }),
        ("approve", approve(&plan(crate::samples::ONE))),
        ("cancel", Command::Cancel { run: run() }),
        ("announced", Command::Announced { run: run() }),
        ("quoted", tell(News::Quoted { offers: vec![quote()] })),
        ("quoted, nothing", tell(News::Quoted { offers: Vec::new() })),
        ("unreachable", tell(News::Unreachable { order: order() })),
        ("refused, saturated", tell(saturated(order()))),
        ("refused, restricted", tell(News::Refused { order: order(), classifier: Classifier::ParticipantRestricted })),
        ("lapsed", tell(News::Lapsed { order: order() })),
        ("admitted", tell(admitted(order()))),
        ("held", tell(News::Held { order: order() })),
        ("delivered", tell(delivered(order()))),
        ("delivered, empty", tell(News::Delivered { order: order(), results: Vec::new() })),
        ("said accept", said(Saying::Accept)),
        ("said reject", said(Saying::Reject)),
        ("said dispute", said(Saying::Dispute)),
        ("word refused", tell(barred(order()))),
        ("dispute opened", tell(News::DisputeOpened { order: order(), dispute: "dispute:one".parse().unwrap() })),
        ("released", tell(released(order(), 1_000))),
        ("released, a part", tell(released(order(), 400))),
        ("released, too much", tell(released(order(), 1_001))),
        ("refunded, expired", tell(refunded(order(), false))),
        ("refunded, canceled", tell(refunded(order(), true))),
        ("reported", tell(News::Reported { order: order() })),
        ("local done", tell(News::LocalDone { results: vec![name("file:one")] })),
        ("local failed", tell(News::LocalFailed { reason: "no room".parse().unwrap() })),
        ("of another order", tell(News::Held { order: "order:another".parse().unwrap() })),
        ("time, a little", Command::Advance),
    ]
}

/// A fact in a few words.
fn word(fact: &Fact) -> String {
    let What::Run { step, .. } = &fact.what else { panic!("{fact:?}") };
    let tag = |value: serde_json::Value| value["is"].as_str().unwrap().to_owned();
    match step {
        RunFact::Item { step: ItemFact::SetBack { cause, then }, .. } => {
            format!("set-back {} {}", cause.as_str(), tag(serde_json::to_value(then).unwrap()))
        }
        RunFact::Item { step: step @ ItemFact::Refunded { then, .. }, .. } => {
            format!("{} {}", tag(serde_json::to_value(step).unwrap()), tag(serde_json::to_value(then).unwrap()))
        }
        RunFact::Item { step, .. } => tag(serde_json::to_value(step).unwrap()),
        step => tag(serde_json::to_value(step).unwrap()),
    }
}

#[test]
fn every_state_and_event_is_decided() {
    let mut table = String::new();
    for (state, history) in states() {
        let order = history.facts.iter().rev().find_map(|fact| match &fact.what {
            What::Run { step: RunFact::Item { step: ItemFact::Ordered { order }, .. }, .. } => Some(order.id.clone()),
            _ => None,
        });
        let order = order.unwrap_or_else(|| "order:none".parse().unwrap());
        writeln!(table, "{state}").unwrap();
        for (name, command) in commands(&order) {
            let said = match history.flows.decide(&command, at("06:58:00")) {
                Ok(decision) if decision.facts.is_empty() => "-".to_owned(),
                Ok(decision) => {
                    let mut next = history.flows.clone();
                    decision.facts.iter().for_each(|fact| next.apply(fact).unwrap());
                    next.check().unwrap();
                    decision.facts.iter().map(word).collect::<Vec<_>>().join(", ")
                }
                Err(refusal) => format!("refused: {}", refusal.code()),
            };
            writeln!(table, "    {name:<22} {said}").unwrap();
        }
    }
    insta::assert_snapshot!("states", table);
}

#[test]
fn the_table_has_every_state_and_every_stage() {
    let states = states();
    let runs = || states.iter().filter_map(|(_, history)| history.flows.run(&run()));
    let mut named: Vec<&str> = runs().map(|run| run.state.as_str()).collect();
    named.sort_unstable();
    named.dedup();
    let mut every: Vec<&str> = RunState::WORDS.to_vec();
    every.sort_unstable();
    assert_eq!(named, every);
    let stages = |word: &&&str| !runs().filter_map(|run| run.item(&item())).any(|item| item.stage.as_str() == **word);
    // The node's own work stands in the morning's tests; it knows two events.
    assert_eq!(Stage::WORDS.iter().filter(stages).collect::<Vec<_>>(), [&"local"]);
}
