//! Applying a fact. Total over the facts that `decide` makes; one that fits no state is refused, and tells that what is
//! being replayed is not what was stored.

mod item;

use std::collections::BTreeMap;

use earnest_base::{Name, Timestamp};

use crate::{
    Authority, Compensating, End, Item, ItemId, Local, Notice, Pace, Phase, Planted, Room, Run, RunFact, RunState,
    Running, Selection, Sheet, Stage, Step, Tries, Undoing, Undone, WaitingForApproval, Why, item::Asking,
};

/// A fact that does not fit what is stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}, found {found}")]
pub struct ApplyError {
    /// What the fact needs.
    pub expected: &'static str,
    /// What there is.
    pub found: String,
}

impl ApplyError {
    pub(crate) fn new(expected: &'static str, found: impl Into<String>) -> Self {
        Self { expected, found: found.into() }
    }
}

impl Run {
    /// The run that a fact starts.
    pub(crate) fn started(id: &Name, fact: &RunFact, at: Timestamp) -> Result<Self, ApplyError> {
        let RunFact::Started { plan, buyer } = fact else {
            return Err(ApplyError::new("a run", format!("none of the name {id}")));
        };
        let deadline = plan.deadline(at);
        let state = if plan.buys() {
            RunState::WaitingForApproval(WaitingForApproval {})
        } else {
            running(Authority::nothing())
        };
        Ok(Self { id: id.clone(), plan: (**plan).clone(), buyer: buyer.clone(), started_at: at, deadline, state })
    }

    /// Applies a fact to a run that is there.
    pub(crate) fn apply(&mut self, fact: &RunFact, at: Timestamp, planted: Option<Planted>) -> Result<(), ApplyError> {
        match fact {
            RunFact::Started { .. } => Err(ApplyError::new("a new run", self.id.to_string())),
            RunFact::Approved { authority } => self.approved(authority),
            RunFact::PhaseStarted { phase, attempt } => self.phase_started(phase, *attempt, at),
            RunFact::Opened { step, items } => self.opened(step, *items, at),
            RunFact::Item { item, step } => self.apply_to_item(item, step, at),
            RunFact::PhaseCompleted { phase } => self.phase_completed(phase),
            RunFact::PhaseFailed { phase, attempt, again_at } => self.phase_failed(phase, *attempt, *again_at),
            RunFact::Undoing { why, undo_by } => self.undoing(why, *undo_by, planted),
            RunFact::Ended { left } => self.ended(left, at),
            RunFact::Announced => self.announced(),
        }
    }

    fn stands(&self) -> String {
        self.state.as_str().to_owned()
    }

    fn approved(&mut self, authority: &Authority) -> Result<(), ApplyError> {
        if !matches!(self.state, RunState::WaitingForApproval(_)) {
            return Err(ApplyError::new("a run that waits for an approval", self.stands()));
        }
        self.state = running(authority.clone());
        Ok(())
    }

    fn running(&mut self) -> Result<&mut Running, ApplyError> {
        let found = self.stands();
        match &mut self.state {
            RunState::Running(running) => Ok(running),
            _ => Err(ApplyError::new("a run that is running", found)),
        }
    }

    /// The phase that is under way, or about to be, is this one.
    fn in_phase(&mut self, phase: &Name) -> Result<&mut Running, ApplyError> {
        let place = self.running()?.phase;
        let found = self.plan.phase(place).map(|phase| phase.name.clone());
        if found.as_ref() == Some(phase) {
            self.running()
        } else {
            Err(ApplyError::new("the phase that is under way", phase.to_string()))
        }
    }

    fn phase_started(&mut self, phase: &Name, attempt: u32, at: Timestamp) -> Result<(), ApplyError> {
        let steps: Vec<Step> = self.phase_named(phase).map_or_else(Vec::new, |phase| phase.steps.clone());
        let running = self.in_phase(phase)?;
        let expected = match running.pace {
            Pace::Between => 1,
            Pace::Resting { .. } => running.attempt + 1,
            Pace::UnderWay | Pace::GivenUp => {
                return Err(ApplyError::new("a phase that is not under way", phase.to_string()));
            }
        };
        if attempt != expected {
            return Err(ApplyError::new("the next attempt", attempt.to_string()));
        }
        (running.attempt, running.pace) = (attempt, Pace::UnderWay);
        for step in &steps {
            for (id, item) in &mut running.sheet.items {
                if id.step == step.name && matches!(item.stage, Stage::Failed(_)) {
                    item.stage = ready(step, at);
                    item.tried.clear();
                }
            }
        }
        Ok(())
    }

    fn opened(&mut self, step: &Name, items: u32, at: Timestamp) -> Result<(), ApplyError> {
        let Some((_, found)) = self.plan.step(step) else {
            return Err(ApplyError::new("a step of the plan", step.to_string()));
        };
        let stage = ready(found, at);
        if self.items_of(step).next().is_some() {
            return Err(ApplyError::new("a step whose items are not known", step.to_string()));
        }
        let running = self.running()?;
        for place in 0..items {
            let id = ItemId { step: step.clone(), place };
            running.sheet.items.insert(id, Item::new(stage.clone()));
        }
        Ok(())
    }

    /// A phase by its name.
    fn phase_named(&self, name: &Name) -> Option<&Phase> {
        self.plan.phases().find(|phase| phase.name == *name)
    }

    fn phase_completed(&mut self, phase: &Name) -> Result<(), ApplyError> {
        let is_done = |phase: &Phase| phase.steps.iter().all(|step| self.is_done(&step.name));
        if !self.phase_named(phase).is_some_and(is_done) {
            return Err(ApplyError::new("a phase whose steps are done", phase.to_string()));
        }
        let running = self.in_phase(phase)?;
        if running.pace != Pace::UnderWay {
            return Err(ApplyError::new("a phase that is under way", phase.to_string()));
        }
        (running.phase, running.attempt, running.pace) = (running.phase + 1, 0, Pace::Between);
        Ok(())
    }

    fn phase_failed(&mut self, phase: &Name, attempt: u32, again_at: Option<Timestamp>) -> Result<(), ApplyError> {
        let failed = |(_, item): (&ItemId, &Item)| matches!(item.stage, Stage::Failed(_));
        let has_failed = |phase: &Phase| phase.steps.iter().any(|step| self.items_of(&step.name).any(failed));
        if !self.phase_named(phase).is_some_and(has_failed) {
            return Err(ApplyError::new("a phase of which something failed", phase.to_string()));
        }
        let running = self.in_phase(phase)?;
        if running.pace != Pace::UnderWay || running.attempt != attempt {
            return Err(ApplyError::new("the attempt that is under way", attempt.to_string()));
        }
        running.pace = again_at.map_or(Pace::GivenUp, |until| Pace::Resting { until });
        Ok(())
    }

    /// What has no contract is dropped: nothing can be held for it, since the buyer signs nothing more. What has one is
    /// asked back. What is delivered or paid keeps its own way (E12).
    fn undoing(&mut self, why: &Why, undo_by: Timestamp, planted: Option<Planted>) -> Result<(), ApplyError> {
        let mut sheet = match &mut self.state {
            RunState::WaitingForApproval(_) => Sheet { authority: Authority::nothing(), items: BTreeMap::new() },
            RunState::Running(Running { sheet, pace, .. })
                if matches!(why, Why::PhaseFailed { .. }) == (*pace == Pace::GivenUp) =>
            {
                sheet.clone()
            }
            _ => return Err(ApplyError::new("a run that has not failed", self.stands())),
        };
        for item in sheet.items.values_mut() {
            let next = match &item.stage {
                Stage::Asking(_) | Stage::Local(_) | Stage::Ordering(_) | Stage::Resting(_) => {
                    Some(Stage::Undone(Undone { contract: None }))
                }
                Stage::Contracted(_) if planted == Some(Planted::ForgottenContract) => {
                    Some(Stage::Undone(Undone { contract: None }))
                }
                Stage::Contracted(contracted) => Some(Stage::Undoing(Undoing { deal: contracted.deal.clone() })),
                Stage::Held(held) => Some(Stage::Undoing(Undoing { deal: held.deal.clone() })),
                _ => None,
            };
            if let Some(next) = next {
                item.stage = next;
            }
        }
        self.state = RunState::Compensating(Compensating { sheet, why: why.clone(), undo_by });
        Ok(())
    }

    fn ended(&mut self, left: &[crate::Left], at: Timestamp) -> Result<(), ApplyError> {
        let end = |sheet: &Sheet, why: Option<Why>| End {
            sheet: sheet.clone(),
            why,
            at,
            left: left.to_vec(),
            notice: Notice::Due,
        };
        self.state = match &self.state {
            RunState::Running(running) if self.plan.phase(running.phase).is_none() => {
                RunState::Completed(end(&running.sheet, None))
            }
            RunState::Compensating(compensating) => {
                let end = end(&compensating.sheet, Some(compensating.why.clone()));
                match &compensating.why {
                    Why::PhaseFailed { .. } => RunState::Failed(end),
                    Why::TimedOut => RunState::TimedOut(end),
                    Why::Cancelled => RunState::Cancelled(end),
                }
            }
            _ => return Err(ApplyError::new("a run that is complete, or being undone", self.stands())),
        };
        Ok(())
    }

    fn announced(&mut self) -> Result<(), ApplyError> {
        let found = self.stands();
        match &mut self.state {
            RunState::Completed(end) | RunState::Failed(end) | RunState::TimedOut(end) | RunState::Cancelled(end) => {
                end.notice = Notice::Given;
                Ok(())
            }
            _ => Err(ApplyError::new("a run that has ended", found)),
        }
    }
}

fn running(authority: Authority) -> RunState {
    let sheet = Sheet { authority, items: BTreeMap::new() };
    RunState::Running(Running { sheet, phase: 0, attempt: 0, pace: Pace::Between })
}

/// The first stage of a step's items.
fn ready(step: &Step, at: Timestamp) -> Stage {
    let Some(paid) = step.paid() else { return Stage::Local(Local {}) };
    let room = match &paid.offer {
        Selection::Named { provider, .. } => Room::At { provider: *provider },
        Selection::Best { .. } => Room::Any,
    };
    Stage::Asking(Asking { tries: Tries { count: 0, since: at }, room })
}
