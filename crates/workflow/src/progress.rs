//! How far a run is, in numbers: for people who watch, and for graphs.

use std::collections::BTreeMap;

use earnest_base::{Name, Orc};
use serde::Serialize;

use crate::{Money, Run, RunState};

/// How far a run is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Progress {
    /// The run.
    pub run: Name,
    /// Where it stands, in a word.
    pub state: &'static str,
    /// How many phases are complete.
    pub phases_done: usize,
    /// How many there are.
    pub phases: usize,
    /// The steps, in the order of the plan.
    pub steps: Vec<StepProgress>,
    /// What is reserved, held and spent, in minor units.
    #[serde(flatten)]
    pub money: Money,
    /// What it may still spend, in minor units.
    pub left: Orc,
}

/// How far a step is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct StepProgress {
    /// The step.
    pub step: Name,
    /// Its phase.
    pub phase: Name,
    /// How many items the plan has for it, until they are known; then, how many there are.
    pub items: u64,
    /// How many items are in each stage; none is, while the step waits.
    pub stages: BTreeMap<&'static str, usize>,
    /// What it has of the money.
    #[serde(flatten)]
    pub money: Money,
}

impl Run {
    /// How far the run is.
    #[must_use]
    pub fn progress(&self) -> Progress {
        let sheet = self.sheet();
        let money = sheet.map(crate::Sheet::money).unwrap_or_default();
        let ceiling = sheet.map_or(Orc::ZERO, |sheet| sheet.authority.ceiling);
        let committed = [money.reserved, money.held, money.spent];
        let left = committed.iter().try_fold(ceiling, |left, amount| left.minus(*amount)).unwrap_or(Orc::ZERO);
        let steps = self.plan.phases().flat_map(|phase| {
            phase.steps.iter().map(move |step| {
                let mut stages = BTreeMap::new();
                for (_, item) in self.items_of(&step.name) {
                    *stages.entry(item.stage.as_str()).or_insert(0) += 1;
                }
                let planned = self.plan.definition().planned_items(step).unwrap_or(0);
                let known = u64::try_from(stages.values().sum::<usize>()).unwrap_or(planned);
                StepProgress {
                    step: step.name.clone(),
                    phase: phase.name.clone(),
                    items: if known == 0 { planned } else { known },
                    stages,
                    money: sheet.map(|sheet| sheet.money_of(&step.name)).unwrap_or_default(),
                }
            })
        });
        Progress {
            run: self.id.clone(),
            state: self.state.as_str(),
            phases_done: self.phases_done(),
            phases: self.plan.phases().count(),
            steps: steps.collect(),
            money,
            left,
        }
    }

    /// How many phases are complete: of a run that did not go on, those of which every step is done.
    fn phases_done(&self) -> usize {
        if let RunState::Running(running) = &self.state {
            return running.phase;
        }
        self.plan.phases().take_while(|phase| phase.steps.iter().all(|step| self.is_done(&step.name))).count()
    }
}
