//! The morning of seed 002, and each of its error scenarios.

use earnest_base::{OrderId, Seconds};
use earnest_procurement::{RefundCause, Trace, TraceEvent};

use super::{
    market::Happening,
    scenes::{morning, morning_market, morning_text, orc, plan},
    world::{Action, CALM, World},
};
use crate::{Cause, Command, LeftBecause, News, Plan, Refusal, RunState, Saying, Stage, WordRefusal, Work};

fn world(plan: &Plan) -> World {
    World::new(plan, morning_market(), CALM, None)
}

/// Does everything that is asked, delivers what is held, and hears everything, until `until` says so or nothing happens.
fn go(world: &mut World, until: impl Fn(&World) -> bool, delivers: impl Fn(&str) -> bool) {
    while !until(world) {
        let before = world.flows.clone();
        for work in world.flows.works().collect::<Vec<Work>>() {
            world.act(&Action::Do(work));
            while !world.mail.is_empty() {
                world.act(&Action::Receive(0));
            }
        }
        let mut happened = world.flows != before;
        let held: Vec<OrderId> = world
            .market
            .placed
            .iter()
            .filter(|(_, placed)| delivers(placed.item.step.as_str()))
            .map(|(id, _)| id.clone())
            .collect();
        for id in held {
            happened |= world.market.happen(&id, Happening::Deliver);
        }
        world.monitor.check(&world.flows, &world.market, world.now);
        assert_eq!(world.monitor.fault, None);
        if !happened && !world.act(&Action::Wait) {
            return;
        }
    }
}

fn state(world: &World) -> &'static str {
    world.flows.run(&world.run).unwrap().state.as_str()
}

fn is_over(world: &World) -> bool {
    world.flows.run(&world.run).unwrap().is_quiet()
}

/// The traces of everything that happened.
fn traces(world: &World) -> Vec<Trace> {
    let mut flows = crate::Workflows::new();
    let mut traces = Vec::new();
    for bytes in &world.journal.as_ref().unwrap().facts {
        let fact = crate::Fact::decode(bytes).unwrap();
        traces.extend(flows.traces(&fact));
        flows.apply(&fact).unwrap();
    }
    traces
}

fn count(traces: &[Trace], event: TraceEvent) -> usize {
    traces.iter().filter(|trace| trace.event == event).count()
}

/// What is spent on a step, and on how many items.
fn spent(world: &World, step: &str) -> (usize, u64) {
    let progress = world.flows.run(&world.run).unwrap().progress();
    let step = progress.steps.into_iter().find(|found| found.step.as_str() == step).unwrap();
    (step.stages.get("done").copied().unwrap_or(0), step.money.spent.minor())
}

#[test]
fn the_morning_costs_102_of_450() {
    let mut world = world(&morning());
    go(&mut world, is_over, |_| true);
    assert_eq!(state(&world), "completed");
    for (step, items, minor) in
        [("research", 2, 1_200), ("redaction", 6, 6_000), ("illustration", 6, 3_000), ("packaging", 1, 0)]
    {
        assert_eq!(spent(&world, step), (items, minor), "{step}");
    }
    let run = world.flows.run(&world.run).unwrap();
    assert_eq!(run.progress().money.spent, "102.00 ORC".parse().unwrap());
    assert_eq!((run.progress().phases_done, run.progress().phases, run.progress().left), (4, 4, orc(0)));
    assert_eq!(run.results_of(&"packaging".parse().unwrap()).count(), 6);
    let locked: u64 = world.market.placed.values().map(|placed| placed.order.price.minor()).sum();
    assert_eq!(world.market.funds - locked, 34_800);
}

#[test]
fn every_trace_of_the_morning_is_written_once() {
    let mut world = world(&morning());
    go(&mut world, is_over, |_| true);
    let traces = traces(&world);
    let expected = [
        (TraceEvent::OrderSubmitted, 14),
        (TraceEvent::OrderAccepted, 14),
        (TraceEvent::OrderRejected, 0),
        (TraceEvent::HoldCreated, 14),
        (TraceEvent::ResponseDelivered, 14),
        (TraceEvent::ResponseAcceptRequested, 14),
        (TraceEvent::HoldReleased, 14),
        (TraceEvent::HoldRefunded, 0),
        (TraceEvent::PhaseStarted, 4),
        (TraceEvent::PhaseCompleted, 4),
        (TraceEvent::PhaseFailed, 0),
        (TraceEvent::WorkflowCompleted, 1),
        (TraceEvent::WorkflowTimeout, 0),
    ];
    for (event, times) in expected {
        assert_eq!(count(&traces, event), times, "{}", event.as_str());
    }
    let names = |trace: &Trace| trace.correlation.run.is_some() && trace.correlation.phase.is_some();
    assert!(traces.iter().all(|trace| names(trace) || trace.event == TraceEvent::WorkflowCompleted));
}

#[test]
fn illustrations_go_in_two_batches_where_the_plan_knows_the_depth() {
    let mut world = world(&morning());
    let pictures = |world: &World| {
        world.market.placed.values().filter(|placed| placed.item.step.as_str() == "illustration").count()
    };
    // Nothing is delivered after the texts, so the first batch stays.
    go(&mut world, |world| pictures(world) == 3, |step| step != "illustration");
    let asked = world.flows.works().filter(|work| matches!(work, Work::Quote { .. })).count();
    assert_eq!(asked, 0);
    go(&mut world, is_over, |_| true);
    assert_eq!(count(&traces(&world), TraceEvent::OrderRejected), 0);
    assert_eq!(spent(&world, "illustration"), (6, 3_000));
}

/// O05, O06: the first three are admitted, the rest refused with `queue-saturated`, and tried again.
#[test]
fn a_saturated_queue_is_tried_again_with_backoff() {
    let text = morning_text();
    let limits = text.find(r#""limits""#).unwrap();
    let end = text[limits..].find("],").unwrap() + limits + 2;
    let unlimited = plan(&format!("{}{}", &text[..limits], &text[end..]));
    let mut slow = world(&unlimited);
    let refused = |world: &World| {
        let resting = |item: &crate::Item| matches!(&item.stage, Stage::Resting(resting) if resting.cause.as_str() == "queue-saturated");
        world.flows.run(&world.run).unwrap().sheet().unwrap().items.values().filter(|item| resting(item)).count()
    };
    go(&mut slow, |world| refused(world) == 3, |step| step != "illustration");
    assert_eq!(refused(&slow), 3);
    let mut quick = slow.clone();
    go(&mut quick, is_over, |_| true);
    assert_eq!((state(&quick), spent(&quick, "illustration")), ("completed", (6, 3_000)));
    // Where no slot is ever free, it is given up within the offer's time, and what was held is given back.
    go(&mut slow, is_over, |step| step != "illustration");
    assert_eq!(state(&slow), "failed");
    let run = slow.flows.run(&slow.run).unwrap();
    let end = run.end().unwrap();
    let first = traces(&slow).into_iter().find(|trace| trace.event == TraceEvent::OrderRejected).unwrap().at;
    assert!(end.at <= first.after(Seconds::<1>::new(900).unwrap()).unwrap());
    assert_eq!(spent(&slow, "illustration"), (0, 0));
    assert!(end.left.iter().all(|left| left.why == LeftBecause::Paid), "{:?}", end.left);
    assert_eq!(end.left.len(), 8);
}

/// O07: nothing delivered in time. The money is back, the provider is reported once, and the phase is tried again.
#[test]
fn a_provider_who_delivers_nothing_is_refunded_and_reported() {
    let mut world = world(&morning());
    let held =
        |world: &World| world.market.placed.values().filter(|placed| placed.item.step.as_str() == "redaction").count();
    go(&mut world, |world| held(world) == 6, |step| step == "research");
    go(&mut world, |world| world.flows.works().all(|work| matches!(work, Work::Watch { .. })), |_| false);
    let texts: Vec<OrderId> = world
        .market
        .placed
        .iter()
        .filter(|(_, placed)| placed.item.step.as_str() == "redaction")
        .map(|(id, _)| id.clone())
        .collect();
    world.market.happen(&texts[0], Happening::Expire);
    for id in &texts[1..] {
        world.market.happen(id, Happening::Deliver);
    }
    go(&mut world, is_over, |_| true);
    assert_eq!((state(&world), spent(&world, "redaction")), ("completed", (6, 6_000)));
    let facts = &world.journal.as_ref().unwrap().facts;
    let reports = facts.iter().filter(|fact| String::from_utf8_lossy(fact).contains("\"reported\"")).count();
    assert_eq!(reports, 1);
    assert_eq!(count(&traces(&world), TraceEvent::PhaseFailed), 1);
    assert_eq!(count(&traces(&world), TraceEvent::OrderSubmitted), 15);
}

/// O08: a restriction is a refusal of the paid way, and is not tried again as if nobody had been reached.
#[test]
fn a_restricted_provider_ends_the_step() {
    let mut world = world(&morning());
    go(&mut world, |world| !world.flows.works().any(|work| matches!(work, Work::Quote { .. })), |_| false);
    let (item, order) = first_order(&world);
    let classifier = earnest_procurement::Classifier::ParticipantRestricted;
    world.receive(item, News::Refused { order, classifier });
    go(&mut world, is_over, |_| true);
    assert_eq!(state(&world), "failed");
    assert_eq!(count(&traces(&world), TraceEvent::PhaseFailed), 1);
    let items = &world.flows.run(&world.run).unwrap().sheet().unwrap().items;
    let causes: Vec<&Cause> = items
        .values()
        .filter_map(|item| if let Stage::Failed(failed) = &item.stage { Some(&failed.cause) } else { None })
        .collect();
    assert_eq!(causes, [&Cause::Refused(classifier)]);
}

fn first_order(world: &World) -> (crate::ItemId, OrderId) {
    let order = world.flows.works().find_map(|work| match work {
        Work::Order { item, order, .. } => Some((item, order)),
        _ => None,
    });
    order.unwrap()
}

/// A buyer who is barred from accepting may still dispute; the arbiter's word ends it.
#[test]
fn a_barred_buyer_may_still_dispute() {
    let mut world = world(&morning());
    world.market.barred = true;
    let refused = |world: &World| {
        let word = |item: &crate::Item| matches!(&item.stage, Stage::Delivered(state) if state.word == crate::Word::Refused(WordRefusal::Restricted));
        world.flows.run(&world.run).unwrap().sheet().unwrap().items.values().filter(|item| word(item)).count() == 2
    };
    go(&mut world, refused, |_| true);
    assert!(!world.flows.works().any(|work| matches!(work, Work::Say { .. })));
    let orders: Vec<OrderId> = world.market.placed.keys().cloned().collect();
    for id in &orders {
        let item = world.market.placed[id].item.clone();
        let say = |word| Command::Tell {
            run: world.run.clone(),
            item: item.clone(),
            news: News::Said { order: id.clone(), word },
        };
        let refusal = world.flows.decide(&say(Saying::Accept), world.now).unwrap_err();
        assert_eq!(refusal, Refusal::NothingToSay { stage: "delivered" });
        let dispute = say(Saying::Dispute);
        assert!(world.tell(&dispute));
    }
    let disputed = |world: &World| !world.flows.works().any(|work| !matches!(work, Work::Watch { .. }));
    go(&mut world, disputed, |_| true);
    for id in &orders {
        assert!(world.market.happen(id, Happening::Decide { released: true }));
    }
    world.market.barred = false;
    go(&mut world, is_over, |_| true);
    assert_eq!((state(&world), count(&traces(&world), TraceEvent::DisputeOpened)), ("completed", 2));
}

/// O09: the arbiter decides for the buyer, and the step fails.
#[test]
fn a_dispute_that_the_buyer_wins_is_refunded() {
    let by_hand = plan(&morning_text().replace(r#""acceptance": "automatic""#, r#""acceptance": "by-hand""#));
    let mut world = world(&by_hand);
    let delivered = |world: &World| {
        let sheet = world.flows.run(&world.run).unwrap().sheet().unwrap();
        sheet.items.values().filter(|item| matches!(item.stage, Stage::Delivered(_))).count() == 2
    };
    go(&mut world, delivered, |_| true);
    let (id, placed) = world.market.placed.iter().next().map(|(id, placed)| (id.clone(), placed.item.clone())).unwrap();
    world.receive(placed, News::Said { order: id.clone(), word: Saying::Dispute });
    go(&mut world, |world| !world.flows.works().any(|work| !matches!(work, Work::Watch { .. })), |_| true);
    world.market.happen(&id, Happening::Decide { released: false });
    go(&mut world, |world| state(world) == "failed", |_| true);
    let run = world.flows.run(&world.run).unwrap();
    // The other delivery keeps its own timer, and stands in the list.
    assert_eq!(run.end().unwrap().left.iter().map(|left| left.why).collect::<Vec<_>>(), [LeftBecause::Delivered]);
    let other = world.market.placed.keys().find(|other| **other != id).unwrap().clone();
    world.market.happen(&other, Happening::AutoRelease);
    go(&mut world, is_over, |_| true);
    assert_eq!(world.flows.run(&world.run).unwrap().progress().money.spent, orc(600));
}

/// O10: phase 1 succeeds, Ola cannot be reached: its results are kept, phase 3 never starts, the run ends.
#[test]
fn a_provider_who_is_never_reached_fails_the_run_and_keeps_what_was_done() {
    let mut world = world(&morning());
    let texts = |world: &World| {
        world
            .flows
            .works()
            .filter(|work| matches!(work, Work::Order { item, .. } if item.step.as_str() == "redaction"))
            .count()
    };
    go(&mut world, |world| texts(world) == 6, |_| true);
    while state(&world) == "running" {
        let works: Vec<Work> = world.flows.works().collect();
        let rests = works.is_empty();
        for work in works {
            if let Work::Order { item, order, .. } = work {
                world.receive(item, News::Unreachable { order });
            } else {
                world.act(&Action::Do(work));
            }
        }
        if rests {
            world.act(&Action::Wait);
        }
        world.monitor.check(&world.flows, &world.market, world.now);
        assert_eq!(world.monitor.fault, None);
    }
    let run = world.flows.run(&world.run).unwrap();
    assert_eq!(run.state.as_str(), "failed");
    assert_eq!(run.results_of(&"research".parse().unwrap()).count(), 6);
    let started: Vec<String> = traces(&world)
        .iter()
        .filter(|trace| trace.event == TraceEvent::PhaseStarted)
        .map(|trace| trace.correlation.phase.clone().unwrap().to_string())
        .collect();
    assert_eq!(started, ["research", "redaction", "redaction"]);
}

/// O11: the account does not cover it. The contract lapses unfunded, and the step fails with the escrow's reason.
#[test]
fn an_account_that_does_not_cover_it_fails_the_step() {
    let mut world = world(&morning());
    world.market.funds = 700;
    let blocked = |world: &World| {
        let is_blocked =
            |item: &crate::Item| matches!(&item.stage, Stage::Contracted(state) if !state.blocked.is_empty());
        world.flows.run(&world.run).unwrap().sheet().unwrap().items.values().any(is_blocked)
    };
    go(&mut world, blocked, |_| false);
    let unfunded: Vec<OrderId> = world.market.placed.keys().cloned().collect();
    for id in unfunded {
        world.market.happen(&id, Happening::Lapse);
    }
    go(&mut world, is_over, |_| true);
    assert_eq!(state(&world), "failed");
    let items = &world.flows.run(&world.run).unwrap().sheet().unwrap().items;
    let is_blocked = |cause: &Cause| *cause == Cause::Refused(earnest_procurement::Classifier::SettlementBlocked);
    assert!(items.values().any(|item| matches!(&item.stage, Stage::Failed(failed) if is_blocked(&failed.cause))));
}

/// J43: the outer timeout refunds what is not delivered; what is delivered goes its own way.
#[test]
fn the_outer_timeout_gives_back_what_is_not_delivered() {
    let by_hand = plan(&morning_text().replace(r#""acceptance": "automatic""#, r#""acceptance": "by-hand""#));
    let mut world = world(&by_hand);
    go(
        &mut world,
        |world| world.market.placed.len() == 2 && world.flows.works().all(|work| matches!(work, Work::Watch { .. })),
        |_| false,
    );
    let first = world.market.placed.keys().next().unwrap().clone();
    world.market.happen(&first, Happening::Deliver);
    go(&mut world, |world| state(world) == "timed-out", |_| false);
    let run = world.flows.run(&world.run).unwrap();
    let end = run.end().unwrap();
    assert_eq!(
        end.left.iter().map(|left| (left.why, left.amount)).collect::<Vec<_>>(),
        [(LeftBecause::Delivered, orc(600))]
    );
    assert!(matches!(
        world.market.placed.iter().find(|(id, _)| **id != first).unwrap().1.standing,
        super::market::Standing::Refunded(RefundCause::Canceled(_))
    ));
    assert_eq!(count(&traces(&world), TraceEvent::WorkflowTimeout), 1);
    world.market.happen(&first, Happening::AutoRelease);
    go(&mut world, is_over, |_| false);
    assert_eq!(world.flows.run(&world.run).unwrap().progress().money.spent, orc(600));
}

/// E12: where the escrow does not answer, the run ends all the same, and says what is left.
#[test]
fn a_silent_escrow_does_not_keep_a_run_from_ending() {
    let mut world = world(&morning());
    go(
        &mut world,
        |world| world.market.placed.len() == 2 && world.flows.works().all(|work| matches!(work, Work::Watch { .. })),
        |_| false,
    );
    world.tell(&Command::Cancel { run: world.run.clone() });
    assert_eq!(state(&world), "compensating");
    world.act(&Action::Wait);
    let run = world.flows.run(&world.run).unwrap();
    assert!(
        matches!(&run.state, RunState::Cancelled(end) if end.left.len() == 2 && end.left.iter().all(|left| left.why == LeftBecause::NoAnswer))
    );
    // It is asked until it answers.
    go(&mut world, is_over, |_| false);
    assert_eq!(world.flows.run(&world.run).unwrap().progress().money, crate::Money::default());
}

/// J44: another provider takes over only where the plan says so.
#[test]
fn another_provider_takes_over_only_where_the_plan_says_so() {
    for (fallback, state_then, offers) in [
        (r#"{"is": "never"}"#, "failed", vec!["offer:adam-news-01"]),
        (
            r#"{"is": "named", "offers": ["offer:other-news"]}"#,
            "completed",
            vec!["offer:adam-news-01", "offer:other-news"],
        ),
        (
            r#"{"is": "best", "weights": {"price": 1, "deadline": 0, "reputation": 0}}"#,
            "completed",
            vec!["offer:adam-news-01", "offer:other-news"],
        ),
    ] {
        let mut world = world(&plan(&morning_text().replacen(r#"{"is": "never"}"#, fallback, 1)));
        let other = super::scenes::participant(8);
        world.market.offers.push(super::scenes::quote("offer:other-news", other, "research/topical", 150, 3));
        go(
            &mut world,
            |world| world.flows.works().filter(|work| matches!(work, Work::Order { .. })).count() > 0,
            |_| true,
        );
        let (item, order) = first_order(&world);
        world.receive(item, News::Refused { order, classifier: earnest_procurement::Classifier::OtherReason });
        go(&mut world, is_over, |_| true);
        assert_eq!(state(&world), state_then, "{fallback}");
        let submitted = traces(&world).into_iter().filter(|trace| trace.event == TraceEvent::OrderSubmitted);
        let news: std::collections::BTreeSet<String> = submitted
            .filter_map(|trace| trace.correlation.offer)
            .map(|offer| offer.to_string())
            .filter(|offer| offer.contains("news"))
            .collect();
        assert_eq!(news.into_iter().collect::<Vec<_>>(), offers, "{fallback}");
    }
}
