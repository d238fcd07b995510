//! Listings of offers and runs of workflows: each step is taken once, and traced once.

use earnest_artifacts::{ServiceOffer, service_offer::OfferStatus};
use earnest_procurement::{
    Decision, Listing, ListingEvent, ListingRefusal, Run, RunCommand, RunRefusal, RunState, TraceEvent, trace_listing,
    trace_run,
};

use crate::support::{OLA, at, count, news, node, participant, secs, signed_offer};

fn listed(offer: &ServiceOffer) -> Listing {
    let event = Listing::publish(None, &signed_offer(offer), at("06:00:00")).unwrap().event().unwrap();
    Listing::after(&event)
}

#[test]
fn an_offer_is_published_once_per_seq_and_ends_once() {
    let known = listed(&news());
    let publish = |offer: ServiceOffer| Listing::publish(Some(&known), &signed_offer(&offer), at("06:00:00"));
    assert_eq!(publish(news()), Ok(Decision::AlreadyPresent));
    assert_eq!(publish(ServiceOffer { seq: count(0), ..news() }), Err(ListingRefusal::Outdated));
    assert_eq!(publish(ServiceOffer { id: "offer:b".parse().unwrap(), ..news() }), Err(ListingRefusal::OtherOffer));
    let stolen = ServiceOffer { seq: count(9), provider: participant(OLA), provider_node: node(OLA), ..news() };
    assert_eq!(publish(stolen), Err(ListingRefusal::OtherOffer));
    let refreshed = ServiceOffer { seq: count(2), current_depth: Some(count(3)), ..news() };
    assert!(matches!(publish(refreshed), Ok(Decision::Moves(ListingEvent::Published { .. }))));
    let withdrawn = ServiceOffer { seq: count(3), status: Some(OfferStatus::Withdrawn), ..news() };
    let event = publish(withdrawn.clone()).unwrap().event().unwrap();
    let ended = Listing::after(&event);
    let trace = trace_listing(&ended, &event, at("06:00:00"));
    assert_eq!((trace.event, trace.correlation.offer_seq), (TraceEvent::OfferExpiration, Some(count(3))));
    assert_eq!(Listing::publish(Some(&ended), &signed_offer(&withdrawn), at("06:01:00")), Ok(Decision::AlreadyPresent));
    assert_eq!(ended.expire(at("23:00:00")), Ok(Decision::AlreadyPresent));
}

#[test]
fn an_offer_expires_at_its_moment() {
    let known = listed(&ServiceOffer { ttl: secs(3_600), ..news() });
    assert_eq!(known.expire(at("06:29:59")), Err(ListingRefusal::StillStands));
    assert!(matches!(known.expire(at("06:30:00")), Ok(Decision::Moves(ListingEvent::Expired { .. }))));
    let late = Listing::publish(None, &signed_offer(&ServiceOffer { ttl: secs(60), ..news() }), at("06:00:00"));
    assert_eq!(late, Err(ListingRefusal::OutOfTime));
    let early = Listing::publish(None, &signed_offer(&ServiceOffer { ts: at("07:00:00"), ..news() }), at("06:00:00"));
    assert_eq!(early, Err(ListingRefusal::NotYet));
}

#[test]
fn a_run_tells_each_attempt_of_a_phase_once() {
    let phase: earnest_base::Name = "phase-2".parse().unwrap();
    let start = |attempt| RunCommand::StartPhase { phase: phase.clone(), attempt };
    let fail = |attempt| RunCommand::FailPhase { phase: phase.clone(), attempt };
    let complete = RunCommand::CompletePhase { phase: phase.clone() };
    let steps = [
        (start(1), Some(TraceEvent::PhaseStarted)),
        (start(1), None),
        (fail(1), Some(TraceEvent::PhaseFailed)),
        (fail(1), None),
        (start(2), Some(TraceEvent::PhaseStarted)),
        (complete.clone(), Some(TraceEvent::PhaseCompleted)),
        (complete.clone(), None),
        (RunCommand::Complete, Some(TraceEvent::WorkflowCompleted)),
        (RunCommand::Complete, None),
    ];
    let mut run = Run::new("arca-run:morning".parse().unwrap());
    for (command, traced) in steps {
        let event = run.decide(&command, at("06:00:00")).unwrap().event();
        assert_eq!(event.as_ref().map(|event| trace_run(&run, event).event), traced, "{command:?}");
        run = event.map_or(run.clone(), |event| run.apply(&event).unwrap());
    }
    assert_eq!(run.decide(&RunCommand::TimeOut, at("07:00:00")), Err(RunRefusal::Ended));
}

#[test]
fn a_run_refuses_what_does_not_follow() {
    let phase: earnest_base::Name = "phase-2".parse().unwrap();
    let run = Run::new("arca-run:morning".parse().unwrap());
    let refused = |run: &Run, command: RunCommand| run.decide(&command, at("06:00:00")).unwrap_err();
    assert_eq!(refused(&run, RunCommand::StartPhase { phase: phase.clone(), attempt: 2 }), RunRefusal::OtherAttempt);
    assert_eq!(refused(&run, RunCommand::CompletePhase { phase: phase.clone() }), RunRefusal::NotStarted);
    let start = RunCommand::StartPhase { phase: phase.clone(), attempt: 1 };
    let run = run.apply(&run.decide(&start, at("06:00:00")).unwrap().event().unwrap()).unwrap();
    assert_eq!(refused(&run, RunCommand::Complete), RunRefusal::PhaseOpen);
    assert_eq!(refused(&run, RunCommand::FailPhase { phase, attempt: 2 }), RunRefusal::OtherAttempt);
    let timed_out = run.decide(&RunCommand::TimeOut, at("07:00:00")).unwrap().event().unwrap();
    assert_eq!(run.apply(&timed_out).unwrap().state, RunState::TimedOut);
}
