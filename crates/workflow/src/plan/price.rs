//! What a plan costs and how long it takes, as it was written: its own prices, counted through.

use earnest_base::{Name, Orc};

use super::{Definition, Plan, Step, graph};

/// What a plan costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Price {
    /// Where every item that is gone over has one result.
    pub minimum: Orc,
    /// As planned.
    pub expected: Orc,
    /// What no run spends more than: the ceiling, or what all items together may cost, or all caps, whichever is least.
    pub ceiling: Orc,
}

/// What a plan costs, and how long it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Estimate<'a> {
    /// What it costs.
    pub price: Price,
    /// The steps that it waits for longest, phase after phase.
    pub critical_path: Vec<&'a Name>,
    /// How long those take at most, one after the other, in seconds.
    pub time_secs: u64,
}

impl Plan {
    /// What the plan costs, and how long it takes.
    #[must_use]
    pub fn estimate(&self) -> Estimate<'_> {
        let mut critical_path = Vec::new();
        let mut time_secs = 0_u64;
        for (place, phase) in self.definition.phases.iter().enumerate() {
            let order = self.orders.get(place).map_or(&[][..], Vec::as_slice);
            let (way, secs) = graph::critical_path(&self.definition, place, order);
            critical_path.extend(way.into_iter().filter_map(|step| Some(&phase.steps.get(step)?.name)));
            time_secs = time_secs.saturating_add(secs);
        }
        Estimate { price: self.price(), critical_path, time_secs }
    }

    /// What the plan costs.
    #[must_use]
    pub fn price(&self) -> Price {
        let definition = &self.definition;
        let sum = |amount: &dyn Fn(&Step) -> Option<Orc>| {
            let all = definition.steps().map(|(_, step)| amount(step));
            all.fold(Orc::ZERO, |sum, amount| {
                amount.and_then(|amount| sum.plus(amount).ok()).unwrap_or(definition.ceiling)
            })
        };
        let most = sum(&|step| {
            let paid = step.paid().map(|paid| (paid.max_price, paid.cap));
            let Some((max_price, cap)) = paid else { return Some(Orc::ZERO) };
            let all = max_price.times(definition.planned_items(step)?).ok();
            Some(all.map_or(cap, |all| all.min(cap)))
        });
        Price {
            minimum: sum(&|step| cost(step, definition.least_items(step)?)),
            expected: sum(&|step| cost(step, definition.planned_items(step)?)),
            ceiling: most.min(definition.ceiling),
        }
    }

    /// What a step costs where every item that it goes over has one result.
    pub(crate) fn least(&self, step: &Step) -> Orc {
        let items = self.definition.least_items(step);
        items.and_then(|items| cost(step, items)).unwrap_or(self.definition.ceiling)
    }
}

/// What so many items of a step are expected to cost; `None` beyond what can be counted.
pub(super) fn cost(step: &Step, items: u64) -> Option<Orc> {
    let Some(paid) = step.paid() else { return Some(Orc::ZERO) };
    paid.unit_price.times(paid.units).ok()?.times(items).ok()
}

impl Definition {
    /// How many items a step has at least: every item of another step has at least one result.
    fn least_items(&self, step: &Step) -> Option<u64> {
        let mut step = step;
        for _ in 0..=self.steps().count() {
            match &step.items {
                super::Items::Once => return Some(1),
                super::Items::Listed { list } => return u64::try_from(list.len()).ok(),
                super::Items::Each { of } => step = self.step(of)?.1,
            }
        }
        None
    }
}
