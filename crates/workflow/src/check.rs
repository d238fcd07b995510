//! What is true of every run, checked: for tests, and for whoever wants to know that a restored machine is whole.

use std::collections::BTreeSet;

use earnest_base::{Orc, OrderId};

use crate::{Item, ItemId, Money, Run, RunState, Stage, Workflows};

/// Something that is never true of a run, and is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}, found otherwise at {at}")]
pub struct Fault {
    /// What holds of every run.
    pub expected: &'static str,
    /// Where it does not.
    pub at: String,
}

fn expect(holds: bool, expected: &'static str, at: impl FnOnce() -> String) -> Result<(), Fault> {
    if holds { Ok(()) } else { Err(Fault { expected, at: at() }) }
}

impl Workflows {
    /// Checks everything. Costs as much as there is.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(&self) -> Result<(), Fault> {
        self.runs().try_for_each(Run::check)?;
        let (runs, timetables) = self.parts();
        let whole = Self::of_parts(runs.clone(), timetables.clone(), self.planted());
        let ours = (self.next_due(), self.works().collect::<Vec<_>>());
        let same = ours == (whole.next_due(), whole.works().collect());
        expect(same, "the agenda to follow from runs and timetables", || format!("{ours:?}"))
    }
}

impl Run {
    /// Checks a run.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(&self) -> Result<(), Fault> {
        let Some(sheet) = self.sheet() else { return Ok(()) };
        let sum = |money: Money| money.spent.plus(money.held).and_then(|sum| sum.plus(money.reserved));
        let below = |money: Money, most: Orc| sum(money).is_ok_and(|sum| sum <= most);
        expect(below(sheet.money(), sheet.authority.ceiling), "no more spent than the approval allows", || {
            format!("{}: {:?}", self.id, sheet.money())
        })?;
        for (_, step) in self.plan.definition().steps() {
            let money = sheet.money_of(&step.name);
            let most = sheet.authority.cap_of(&step.name);
            expect(below(money, most), "no more spent on a step than its cap", || format!("{}: {money:?}", step.name))?;
        }
        let mut orders: BTreeSet<&OrderId> = BTreeSet::new();
        for (id, item) in &sheet.items {
            self.check_item(id, item)?;
            if let Some(order) = item.order() {
                expect(orders.insert(&order.id), "an order for one item", || order.id.to_string())?;
            }
        }
        Ok(())
    }

    fn check_item(&self, id: &ItemId, item: &Item) -> Result<(), Fault> {
        let at = || format!("{} {id}: {}", self.id, item.stage.as_str());
        let step = self.plan.step(&id.step).map(|(_, step)| step);
        expect(step.is_some(), "an item of a step of the plan", at)?;
        let undone = matches!(item.stage, Stage::Undoing(_) | Stage::Undone(_));
        let running = matches!(self.state, RunState::Running(_));
        expect(!(running && undone), "nothing undone while the run goes on", at)?;
        let begins = matches!(
            item.stage,
            Stage::Asking(_) | Stage::Ordering(_) | Stage::Resting(_) | Stage::Contracted(_) | Stage::Local(_)
        );
        expect(running || !begins, "nothing begun by a run that does not go on", at)?;
        let is_paid = step.is_some_and(|step| step.paid().is_some());
        let is_local =
            matches!(item.stage, Stage::Local(_)) || matches!(&item.stage, Stage::Done(done) if done.deal.is_none());
        let either = matches!(item.stage, Stage::Failed(_) | Stage::Undone(_));
        expect(either || is_paid != is_local, "a contract for what is bought, and for nothing else", at)
    }
}
