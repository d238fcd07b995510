//! What follows from what happened: gates open, phases end, a run ends.

use super::Draft;
use crate::{Items, Pace, RunFact, RunState, Stage, Step, Why};

impl Draft {
    /// Takes every fact that follows from the state. Each moves the run on, so this ends.
    pub(super) fn follow(&mut self) {
        while let Some(fact) = self.next() {
            let gives_up = matches!(&fact, RunFact::PhaseFailed { again_at: None, .. });
            let before = self.facts.len();
            self.take(fact);
            if self.facts.len() == before {
                return;
            }
            if gives_up && let Some(RunFact::PhaseFailed { phase, .. }) = self.facts.last() {
                let why = Why::PhaseFailed { phase: phase.clone() };
                self.undo(why);
            }
        }
    }

    fn next(&self) -> Option<RunFact> {
        match &self.run.state {
            RunState::Running(running) => match running.pace {
                Pace::Between => match self.run.plan.phase(running.phase) {
                    Some(phase) => Some(RunFact::PhaseStarted { phase: phase.name.clone(), attempt: 1 }),
                    None => Some(RunFact::Ended { left: Vec::new() }),
                },
                Pace::UnderWay => self.in_phase(running.phase, running.attempt),
                Pace::GivenUp | Pace::Resting { .. } => None,
            },
            RunState::Compensating(compensating) => {
                let open = compensating.sheet.items.values().any(|item| matches!(item.stage, Stage::Undoing(_)));
                (!open).then(|| RunFact::Ended { left: compensating.sheet.left() })
            }
            RunState::WaitingForApproval(_)
            | RunState::Completed(_)
            | RunState::Failed(_)
            | RunState::TimedOut(_)
            | RunState::Cancelled(_) => None,
        }
    }

    fn in_phase(&self, place: usize, attempt: u32) -> Option<RunFact> {
        let phase = self.run.plan.phase(place)?;
        let items = || phase.steps.iter().flat_map(|step| self.run.items_of(&step.name)).map(|(_, item)| item);
        if items().any(|item| matches!(item.stage, Stage::Failed(_))) {
            let again_at = self.again_at(phase.attempts.value(), attempt);
            // What is under way is waited for, where it counts for the next attempt.
            let all_over = items().all(|item| item.stage.is_over());
            let failed = RunFact::PhaseFailed { phase: phase.name.clone(), attempt, again_at };
            return (again_at.is_none() || all_over).then_some(failed);
        }
        if let Some(opened) = self.run.plan.ordered(place).find_map(|step| self.opens(step)) {
            return Some(opened);
        }
        let done = phase.steps.iter().all(|step| self.run.is_done(&step.name));
        done.then(|| RunFact::PhaseCompleted { phase: phase.name.clone() })
    }

    /// When a phase is tried again; never, where it was tried often enough, or the run's time is over first.
    fn again_at(&self, attempts: u64, attempt: u32) -> Option<earnest_base::Timestamp> {
        let wait = self.run.plan.definition().backoff.wait_secs(attempt);
        let again_at = self.now.after(earnest_base::Seconds::<0>::new(wait).ok()?)?;
        (u64::from(attempt) < attempts && again_at < self.run.deadline).then_some(again_at)
    }

    /// The fact that opens a step: everything that it waits for in its phase is done.
    fn opens(&self, step: &Step) -> Option<RunFact> {
        let is_open = self.run.items_of(&step.name).next().is_some();
        if is_open || !step.needs().all(|(_, _, name)| self.run.is_done(name)) {
            return None;
        }
        let items = match &step.items {
            Items::Once => 1,
            Items::Listed { list } => list.len(),
            Items::Each { of } => self.run.results_of(of).count(),
        };
        Some(RunFact::Opened { step: step.name.clone(), items: u32::try_from(items).ok()? })
    }
}
