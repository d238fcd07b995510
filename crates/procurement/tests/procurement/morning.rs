//! The morning run of seed 002: fourteen orders, every document signed and verified, every trace once.

mod buyer;
mod work;

use std::collections::BTreeMap;

use earnest_artifacts::{
    Artifact, Content, ServiceOffer,
    vocabulary::{AnswerFormat, BlobRef},
};
use earnest_procurement::{Classifier, Listing, Queue, Run, RunCommand, Trace, TraceEvent, trace_listing, trace_run};

use crate::support::{at, illustration, news, object, orc, order_of, redaction, signed_offer};

/// What the run leaves behind.
pub(super) struct Morning {
    /// What the organisation has available, in minor units.
    pub(super) available: u64,
    pub(super) queues: BTreeMap<String, Queue>,
    pub(super) documents: Vec<Artifact>,
    pub(super) traces: Vec<Trace>,
    pub(super) batches: Vec<(String, usize)>,
    run: Run,
}

impl Morning {
    fn step(&mut self, command: &RunCommand, moment: &str) {
        let event = self.run.decide(command, at(moment)).unwrap().event().unwrap();
        self.run = self.run.apply(&event).unwrap();
        self.traces.push(trace_run(&self.run, &event));
    }

    /// Runs a phase: all its orders at once, and what the queue does not admit again in the next batch.
    fn phase(&mut self, name: &str, offer: &ServiceOffer, jobs: Vec<work::Job>, minute: u64) {
        let phase = || name.parse().unwrap();
        self.step(&RunCommand::StartPhase { phase: phase(), attempt: 1 }, &format!("07:{minute:02}:00"));
        let mut waiting = jobs;
        let mut start = minute;
        while !waiting.is_empty() {
            let (done, saturated) = buyer::batch(self, name, offer, waiting, start);
            self.batches.push((name.to_owned(), done));
            assert!(done > 0, "a batch that does nothing never ends");
            (waiting, start) = (saturated, start + 4);
        }
        self.step(&RunCommand::CompletePhase { phase: phase() }, &format!("07:{start:02}:00"));
    }
}

fn publish(morning: &mut Morning, offer: &ServiceOffer) {
    let signed = signed_offer(offer);
    let event = Listing::publish(None, &signed, at("06:00:00")).unwrap().event().unwrap();
    morning.traces.push(trace_listing(&Listing::after(&event), &event, at("06:00:00")));
    morning.documents.push(signed.into());
    morning.queues.insert(offer.id.to_string(), Queue::new());
}

fn research(meal: &str) -> work::Job {
    let order = order_of(&news(), meal, 3, &format!(r#"{{"topic": "{meal} news", "keywords": ["{meal}"]}}"#));
    let item = r#"{"text": "Krótka wiadomość.", "urls": ["https://example.org/wiadomosc"]}"#;
    let content = Content::Object(object(&format!(r#"{{"items": [{item}, {item}, {item}]}}"#)));
    work::Job { order, content, format: AnswerFormat::Json, image: None }
}

fn redacted(number: u8) -> work::Job {
    let text = "Wiadomość o śniadaniu. ".repeat(40);
    let order = order_of(&redaction(), &format!("redaction-{number}"), 1, &format!(r#"{{"text": "{text}"}}"#));
    let content = Content::Text("Śniadanie, które zmienia poranek.".to_owned());
    work::Job { order, content, format: AnswerFormat::Markdown, image: None }
}

fn drawn(number: u8) -> work::Job {
    let order = order_of(&illustration(), &format!("illustration-{number}"), 1, r#"{"text": "śniadanie"}"#);
    let content = Content::Text("Ilustracja do tekstu.".to_owned());
    work::Job { order, content, format: AnswerFormat::PlainText, image: Some((1_920, 1_080)) }
}

#[test]
fn fourteen_orders_cost_102_orc_of_450_and_leave_fourteen_receipts() {
    let mut morning = Morning {
        available: 45_000,
        queues: BTreeMap::new(),
        documents: Vec::new(),
        traces: Vec::new(),
        batches: Vec::new(),
        run: Run::new("arca-run:casualfeeders-morning-feed:2026-04-01".parse().unwrap()),
    };
    [news(), redaction(), illustration()].iter().for_each(|offer| publish(&mut morning, offer));
    morning.phase("phase-1", &news(), vec![research("breakfast"), research("lunch")], 0);
    morning.phase("phase-2", &redaction(), (1..=6).map(redacted).collect(), 10);
    morning.phase("phase-3", &illustration(), (1..=6).map(drawn).collect(), 30);
    // Packaging is local and unpaid: a phase without orders.
    let packaging = || "phase-4".parse().unwrap();
    morning.step(&RunCommand::StartPhase { phase: packaging(), attempt: 1 }, "07:50:00");
    morning.step(&RunCommand::CompletePhase { phase: packaging() }, "07:51:00");
    morning.step(&RunCommand::Complete, "07:52:00");

    let batches: Vec<_> = morning.batches.iter().map(|(phase, done)| (phase.as_str(), *done)).collect();
    assert_eq!(batches, [("phase-1", 2), ("phase-2", 3), ("phase-2", 3), ("phase-3", 3), ("phase-3", 3)]);
    assert_eq!(orc(45_000).minus(orc(morning.available)).unwrap().to_string(), "102.00 ORC");
    assert_eq!(orc(morning.available).to_string(), "348.00 ORC");
    assert!(morning.queues.values().all(|queue| queue.active() == 0));

    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    morning.documents.iter().for_each(|document| *kinds.entry(document.kind().name()).or_default() += 1);
    let expected = [
        ("procurement-contract.v1", 14),
        ("procurement-receipt.v1", 14),
        ("response-decision.v1", 14),
        ("response-envelope.v1", 14),
        ("service-offer.v1", 3),
        ("service-order.v1", 14),
    ];
    assert_eq!(kinds, BTreeMap::from(expected));
    for document in &morning.documents {
        let again = Artifact::verify(document.bytes()).unwrap();
        assert_eq!(again.content_digest(), document.content_digest());
    }
    check_traces(&morning.traces);
}

fn check_traces(traces: &[Trace]) {
    let mut counts: BTreeMap<TraceEvent, usize> = BTreeMap::new();
    traces.iter().for_each(|trace| *counts.entry(trace.event).or_default() += 1);
    let saturated = Classifier::QueueSaturated.as_str();
    let rejected = traces.iter().filter(|trace| trace.detail.as_deref() == Some(saturated)).count();
    // Opened, contracted, dispatched, awaiting, released: four transitions of each of fourteen executions.
    for (event, count) in [
        (TraceEvent::OfferPublication, 3),
        (TraceEvent::OrderSubmitted, 14 + 6),
        (TraceEvent::OrderAccepted, 14),
        (TraceEvent::OrderRejected, 6),
        (TraceEvent::ExecutionTransition, 14 * 4),
        (TraceEvent::ResponseDelivered, 14),
        (TraceEvent::ResponseAcceptRequested, 14),
        (TraceEvent::HoldCreated, 14),
        (TraceEvent::HoldReleased, 14),
        (TraceEvent::ReceiptPersisted, 14),
        (TraceEvent::PhaseStarted, 4),
        (TraceEvent::PhaseCompleted, 4),
        (TraceEvent::WorkflowCompleted, 1),
    ] {
        assert_eq!(counts.remove(&event), Some(count), "{event}");
    }
    assert_eq!((counts, rejected), (BTreeMap::new(), 6));
    let keys = traces.iter().map(|trace| (trace.event, trace.correlation.clone(), trace.detail.clone()));
    let distinct: std::collections::BTreeSet<_> = keys.collect();
    assert_eq!(distinct.len(), traces.len(), "each trace is written once");
    for trace in traces.iter().filter(|trace| trace.event == TraceEvent::ReceiptPersisted) {
        let refs = &trace.correlation;
        assert!(refs.offer.is_some() && refs.order.is_some() && refs.contract.is_some() && refs.hold.is_some());
        assert!(refs.receipt.is_some() && refs.run.is_some() && refs.phase.is_some());
    }
}

/// A blob that is an image of a size.
fn image(width: u16, height: u16, blobs: &mut earnest_procurement::Blobs) -> BlobRef {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend([0, 0]);
    bytes.extend(height.to_be_bytes());
    let size = crate::support::count(u64::try_from(bytes.len()).unwrap());
    BlobRef { digest: blobs.insert(bytes), media_type: "image/png".parse().unwrap(), size }
}
