//! The decisions: a command and the present state make facts, or a refusal. Pure and total.

mod due;
mod follow;
mod hold;
mod item;
mod quote;

use earnest_artifacts::WorkflowApproval;
use earnest_base::{Name, Timestamp};
use earnest_signing::Verified;

use crate::{
    Authority, Buyer, Command, Fact, ItemFact, ItemId, Notice, Plan, Planted, Refusal, Run, RunFact, RunState, What,
    Why, Workflows,
};

/// What follows from a command: facts to be stored all or none, and then applied in this order. None where the command
/// is an old one or tells nothing new.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Decision {
    /// The facts.
    pub facts: Vec<Fact>,
}

impl Workflows {
    /// Decides. The same state, command and moment make the same decision.
    ///
    /// # Errors
    /// Why the command is not taken. What comes late, twice or out of order makes no facts, and is not refused.
    pub fn decide(&self, command: &Command, now: Timestamp) -> Result<Decision, Refusal> {
        let facts = match command {
            Command::Start { run, plan, buyer } => self.start(run, plan, buyer, now)?,
            Command::Approve { approval } => self.approve(approval, now)?,
            Command::Cancel { run } => self.cancel(run, now)?,
            Command::Tell { run, item, news } => {
                let mut draft = Draft::of(self.found(run)?, self.planted(), now);
                draft.tell(item, news)?;
                draft.finish()
            }
            Command::Announced { run } => {
                let mut draft = Draft::of(self.found(run)?, self.planted(), now);
                if draft.run.end().is_some_and(|end| end.notice == Notice::Due) {
                    draft.take(RunFact::Announced);
                }
                draft.finish()
            }
            Command::Schedule { timetable } => self.schedule(timetable, now),
            Command::Unschedule { schedule } => self.unschedule(schedule, now)?,
            Command::Advance => self.advance(now),
        };
        Ok(Decision { facts })
    }

    fn found(&self, run: &Name) -> Result<&Run, Refusal> {
        self.run(run).ok_or_else(|| Refusal::NoRun(run.clone()))
    }

    pub(crate) fn start(&self, id: &Name, plan: &Plan, buyer: &Buyer, now: Timestamp) -> Result<Vec<Fact>, Refusal> {
        if let Some(run) = self.run(id) {
            let same = run.plan == *plan && run.buyer == *buyer;
            return if same { Ok(Vec::new()) } else { Err(Refusal::OtherRun(id.clone())) };
        }
        let fact = RunFact::Started { plan: Box::new(plan.clone()), buyer: buyer.clone() };
        // A fact of this kind always starts a run.
        let Ok(run) = Run::started(id, &fact, now) else { return Ok(Vec::new()) };
        let mut draft = Draft::of(&run, self.planted(), now);
        draft.facts.push(fact);
        Ok(draft.finish())
    }

    fn approve(&self, approval: &Verified<WorkflowApproval>, now: Timestamp) -> Result<Vec<Fact>, Refusal> {
        let run = self.found(&approval.run)?;
        let known = run.sheet().and_then(|sheet| sheet.authority.approval.as_ref());
        if known == Some(&approval.id) {
            return Ok(Vec::new());
        }
        if !matches!(run.state, RunState::WaitingForApproval(_)) {
            return Err(Refusal::NotWaiting { state: run.state.as_str() });
        }
        let authority = Authority::of(&run.plan, &run.id, &run.buyer, approval, now)?;
        let mut draft = Draft::of(run, self.planted(), now);
        if draft.is_in_time() {
            draft.take(RunFact::Approved { authority });
        }
        Ok(draft.finish())
    }

    fn cancel(&self, run: &Name, now: Timestamp) -> Result<Vec<Fact>, Refusal> {
        let mut draft = Draft::of(self.found(run)?, self.planted(), now);
        if matches!(draft.run.state, RunState::WaitingForApproval(_) | RunState::Running(_)) {
            draft.undo(Why::Cancelled);
        }
        Ok(draft.finish())
    }
}

/// A run as it is after the facts so far.
struct Draft {
    run: Run,
    facts: Vec<RunFact>,
    planted: Option<Planted>,
    now: Timestamp,
}

impl Draft {
    fn of(run: &Run, planted: Option<Planted>, now: Timestamp) -> Self {
        Self { run: run.clone(), facts: Vec::new(), planted, now }
    }

    /// Takes a fact. One that does not fit is none: `decide` makes none of those, and the tests see to it.
    fn take(&mut self, fact: RunFact) {
        let applied = self.run.apply(&fact, self.now, self.planted);
        debug_assert_eq!(applied, Ok(()), "{fact:?}");
        if applied.is_ok() {
            self.facts.push(fact);
        }
    }

    fn take_item(&mut self, item: &ItemId, step: ItemFact) {
        self.take(RunFact::Item { item: item.clone(), step });
    }

    /// Begins to undo what is open.
    fn undo(&mut self, why: Why) {
        let span = self.run.plan.definition().undo_within;
        let undo_by = self.now.after(span).unwrap_or(Timestamp::LAST);
        self.take(RunFact::Undoing { why, undo_by });
    }

    /// Whether something new may begin.
    fn is_in_time(&self) -> bool {
        self.now < self.run.deadline || self.planted == Some(Planted::NoTimeout)
    }

    /// The facts, and all that follows from them.
    fn finish(mut self) -> Vec<Fact> {
        if !self.facts.is_empty() {
            self.follow();
        }
        let fact = |step| Fact { at: self.now, what: What::Run { run: self.run.id.clone(), step } };
        self.facts.drain(..).map(fact).collect()
    }
}
