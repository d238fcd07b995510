//! Trace events of a run (seed 002, "Trace Events"): each derives from one fact, and so is written once.

use earnest_base::{Name, Timestamp};
use earnest_procurement::{Correlation, Run as Mirror, RunCommand, RunEvent, Trace, TraceEvent, trace_run};

use crate::{Fact, Item, ItemFact, ItemId, Order, Run, RunFact, RunState, Saying, Stage, What, Why, Workflows};

impl Workflows {
    /// The traces of a fact, asked before the fact is applied. Whoever stores the fact stores them with it.
    #[must_use]
    pub fn traces(&self, fact: &Fact) -> Vec<Trace> {
        match &fact.what {
            What::Run { run, step } => {
                self.trace_phase(run, step, fact.at).into_iter().chain(self.trace_item(run, step, fact.at)).collect()
            }
            What::Scheduled { .. } | What::Unscheduled { .. } | What::LookedAt { .. } => Vec::new(),
        }
    }

    /// The trace of a step of the run itself, as procurement's mirror of runs tells it.
    fn trace_phase(&self, run: &Name, fact: &RunFact, at: Timestamp) -> Option<Trace> {
        let command = match fact {
            RunFact::PhaseStarted { phase, attempt } => {
                RunCommand::StartPhase { phase: phase.clone(), attempt: *attempt }
            }
            RunFact::PhaseCompleted { phase } => RunCommand::CompletePhase { phase: phase.clone() },
            RunFact::PhaseFailed { phase, attempt, .. } => {
                RunCommand::FailPhase { phase: phase.clone(), attempt: *attempt }
            }
            RunFact::Undoing { why: Why::TimedOut, .. } => RunCommand::TimeOut,
            RunFact::Ended { .. } if matches!(self.run(run)?.state, RunState::Running(_)) => RunCommand::Complete,
            _ => return None,
        };
        Some(trace_run(&Mirror::new(run.clone()), &RunEvent { at, command }))
    }

    fn trace_item(&self, run: &Name, fact: &RunFact, at: Timestamp) -> Option<Trace> {
        let RunFact::Item { item: id, step } = fact else { return None };
        let run = self.run(run)?;
        let item = run.item(id)?;
        let (event, detail) = word(item, step)?;
        let ordered = match step {
            ItemFact::Ordered { order } => Some(order),
            _ => item.order(),
        };
        let mut correlation = run.correlation(id, item, ordered);
        if let ItemFact::Admitted { contract, hold } = step {
            (correlation.contract, correlation.hold) = (Some(contract.clone()), hold.clone());
        }
        Some(Trace { event, at, correlation, detail })
    }
}

/// What a fact about an item is, in the seed's words.
fn word(item: &Item, fact: &ItemFact) -> Option<(TraceEvent, Option<String>)> {
    let plain = |event| Some((event, None));
    match fact {
        ItemFact::Ordered { .. } => plain(TraceEvent::OrderSubmitted),
        ItemFact::Admitted { .. } => plain(TraceEvent::OrderAccepted),
        ItemFact::SetBack { cause: crate::Cause::Refused(classifier), .. }
            if !matches!(item.stage, Stage::Contracted(_)) =>
        {
            Some((TraceEvent::OrderRejected, Some(classifier.to_string())))
        }
        ItemFact::Held => plain(TraceEvent::HoldCreated),
        ItemFact::Delivered { .. } => plain(TraceEvent::ResponseDelivered),
        ItemFact::Said { word: Saying::Accept } => plain(TraceEvent::ResponseAcceptRequested),
        ItemFact::Said { word: Saying::Reject } => plain(TraceEvent::ResponseRejectRequested),
        ItemFact::DisputeOpened { .. } => plain(TraceEvent::DisputeOpened),
        ItemFact::Released { paid, .. } => Some((TraceEvent::HoldReleased, Some(paid.to_string()))),
        ItemFact::Refunded { .. } => plain(TraceEvent::HoldRefunded),
        ItemFact::WaitsFor { .. }
        | ItemFact::SetBack { .. }
        | ItemFact::Woken
        | ItemFact::Blocked { .. }
        | ItemFact::Said { word: Saying::Dispute }
        | ItemFact::WordRefused { .. }
        | ItemFact::LocalDone { .. }
        | ItemFact::Reported { .. } => None,
    }
}

impl Run {
    /// The ids that join an item's traces with those of its order.
    fn correlation(&self, id: &ItemId, item: &Item, order: Option<&Order>) -> Correlation {
        let deal = item.stage.deal();
        let phase = self.plan.step(&id.step).and_then(|(place, _)| self.plan.phase(place));
        Correlation {
            offer: order.map(|order| order.offer.clone()),
            offer_seq: order.map(|order| order.offer_seq),
            order: order.map(|order| order.id.clone()),
            contract: deal.map(|deal| deal.contract.clone()),
            hold: deal.and_then(|deal| deal.hold.clone()),
            receipt: None,
            run: Some(self.id.clone()),
            phase: phase.map(|phase| phase.name.clone()),
        }
    }
}
