//! What is due: the first thing, one at a time.

use earnest_base::{Name, Timestamp};

use super::Draft;
use crate::{
    Fact, ItemFact, Pace, Planted, Refusal, Run, RunFact, RunState, Stage, Timetable, What, Why, Workflows,
    workflows::Subject,
};

impl Workflows {
    pub(super) fn advance(&self, now: Timestamp) -> Vec<Fact> {
        match self.first_due() {
            Some((due, Subject::Run(id))) if due <= now => self.run(id).map_or_else(Vec::new, |run| {
                let mut draft = Draft::of(run, self.planted(), now);
                draft.advance();
                draft.finish()
            }),
            Some((due, Subject::Schedule(name))) if due <= now => self.start_scheduled(name, now),
            _ => Vec::new(),
        }
    }

    pub(super) fn schedule(&self, timetable: &Timetable, now: Timestamp) -> Vec<Fact> {
        let known = self.timetable(timetable.schedule.name());
        if known == Some(timetable) {
            return Vec::new();
        }
        vec![Fact { at: now, what: What::Scheduled { timetable: Box::new(timetable.clone()) } }]
    }

    pub(super) fn unschedule(&self, schedule: &Name, now: Timestamp) -> Result<Vec<Fact>, Refusal> {
        self.timetable(schedule).ok_or_else(|| Refusal::NoSchedule(schedule.clone()))?;
        Ok(vec![Fact { at: now, what: What::Unscheduled { schedule: schedule.clone() } }])
    }

    /// Starts what a schedule has come to. A run that is there already, made by hand or by another process, is that run.
    fn start_scheduled(&self, name: &Name, now: Timestamp) -> Vec<Fact> {
        let Some((timetable, looked_at)) = self.timetable(name).zip(self.looked_at(name)) else { return Vec::new() };
        let Some(due) = timetable.schedule.due(looked_at, now) else { return Vec::new() };
        let mut facts = Vec::new();
        for occurrence in due.start {
            if let Ok(run) = timetable.schedule.run_of(occurrence.day) {
                facts.extend(self.start(&run, &timetable.plan, &timetable.buyer, now).unwrap_or_default());
            }
        }
        facts.push(Fact { at: now, what: What::LookedAt { schedule: name.clone(), day: due.through } });
        facts
    }
}

impl Draft {
    /// The end of the run's time comes before anything else that is due.
    fn advance(&mut self) {
        match &self.run.state {
            RunState::WaitingForApproval(_) | RunState::Running(_) if !self.is_in_time() => self.undo(Why::TimedOut),
            RunState::Running(running) => {
                if let Pace::Resting { until } = running.pace
                    && until <= self.now
                    && let Some(phase) = self.run.plan.phase(running.phase)
                {
                    let (phase, attempt) = (phase.name.clone(), running.attempt + 1);
                    return self.take(RunFact::PhaseStarted { phase, attempt });
                }
                let woken = running
                    .sheet
                    .items
                    .iter()
                    .find(|(_, item)| matches!(&item.stage, Stage::Resting(resting) if resting.until <= self.now));
                if let Some(id) = woken.map(|(id, _)| id.clone()) {
                    self.take_item(&id, ItemFact::Woken);
                }
            }
            RunState::Compensating(compensating) if compensating.undo_by <= self.now => {
                let left = compensating.sheet.left();
                self.take(RunFact::Ended { left });
            }
            _ => {}
        }
    }
}

impl Run {
    /// When the next thing is due; never, once it has ended.
    #[must_use]
    pub fn next_due(&self) -> Option<Timestamp> {
        self.due_with(None)
    }

    pub(crate) fn due_with(&self, planted: Option<Planted>) -> Option<Timestamp> {
        let deadline = (planted != Some(Planted::NoTimeout)).then_some(self.deadline);
        match &self.state {
            RunState::WaitingForApproval(_) => deadline,
            RunState::Running(running) => {
                let rests = running.sheet.items.values().filter_map(|item| match &item.stage {
                    Stage::Resting(resting) => Some(resting.until),
                    _ => None,
                });
                let pace = match running.pace {
                    Pace::Resting { until } => Some(until),
                    Pace::Between | Pace::UnderWay | Pace::GivenUp => None,
                };
                rests.chain(pace).chain(deadline).min()
            }
            RunState::Compensating(compensating) => Some(compensating.undo_by),
            RunState::Completed(_) | RunState::Failed(_) | RunState::TimedOut(_) | RunState::Cancelled(_) => None,
        }
    }
}
