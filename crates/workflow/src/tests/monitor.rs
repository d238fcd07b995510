//! What must never happen, and is looked for after every step.

use std::collections::BTreeMap;

use earnest_base::Name;

use super::{
    market::{Market, Standing},
    scenes::orc,
};
use crate::{ItemId, Run, Workflows};

/// What is remembered beside the state.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Monitor {
    end: Option<(String, String)>,
    pub(super) fault: Option<String>,
}

impl Monitor {
    pub(super) fn complain(&mut self, what: impl FnOnce() -> String) {
        if self.fault.is_none() {
            self.fault = Some(what());
        }
    }

    pub(super) fn check(&mut self, flows: &Workflows, market: &Market, now: earnest_base::Timestamp) {
        if let Err(fault) = flows.check() {
            self.complain(|| fault.to_string());
        }
        for run in flows.runs() {
            self.check_run(run, market, now);
        }
    }

    fn check_run(&mut self, run: &Run, market: &Market, now: earnest_base::Timestamp) {
        self.check_end(run, now);
        let Some(sheet) = run.sheet() else { return };
        let mut spent: BTreeMap<&Name, u64> = BTreeMap::new();
        let mut live: BTreeMap<&ItemId, u32> = BTreeMap::new();
        for (id, placed) in &market.placed {
            let amount = match &placed.standing {
                Standing::Held | Standing::Delivered | Standing::Disputed => placed.order.price,
                Standing::Released(paid) => *paid,
                _ => continue,
            };
            *spent.entry(&placed.item.step).or_default() += amount.minor();
            *live.entry(&placed.item).or_default() += 1;
            let knows = run.item(&placed.item).is_some_and(|item| item.stage.is_of(id));
            if !knows {
                self.complain(|| format!("the escrow has money for {id}, and the run does not know"));
            }
        }
        if let Some((item, _)) = live.iter().find(|(_, count)| **count > 1) {
            self.complain(|| format!("{item} is paid twice"));
        }
        if orc(spent.values().sum()) > sheet.authority.ceiling {
            self.complain(|| format!("{spent:?} is above the approval"));
        }
        if let Some((step, amount)) = spent.iter().find(|(step, amount)| orc(**amount) > sheet.authority.cap_of(step)) {
            self.complain(|| format!("{amount} for {step} is above its cap"));
        }
    }

    /// A run ends in time, once.
    fn check_end(&mut self, run: &Run, now: earnest_base::Timestamp) {
        let Some(end) = run.end() else {
            let last = run.deadline.after(run.plan.definition().undo_within).unwrap();
            if now > last {
                self.complain(|| format!("the run has not ended at {now}"));
            }
            return;
        };
        let end = (run.state.as_str().to_owned(), format!("{:?}", end.left));
        match &self.end {
            None => self.end = Some(end),
            Some(before) if *before != end => {
                let before = before.clone();
                self.complain(|| format!("the run ended as {before:?} and now as {end:?}"));
            }
            Some(_) => {}
        }
    }
}
