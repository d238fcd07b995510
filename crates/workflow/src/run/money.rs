//! What a run has promised, what is held, what is spent: counted from its items, so that it cannot drift from them.

use earnest_base::{Name, Orc, ParticipantId};

use super::{Left, LeftBecause, Run, Sheet};
use crate::{Item, Money, Planted, Stage};

impl Sheet {
    /// What all items have of the money.
    #[must_use]
    pub fn money(&self) -> Money {
        total(self.items.values())
    }

    /// What the items of a step have of the money.
    #[must_use]
    pub fn money_of(&self, step: &Name) -> Money {
        total(self.items.iter().filter(|(id, _)| id.step == *step).map(|(_, item)| item))
    }

    /// Whether the run, and a step of it, may spend so much more.
    pub(crate) fn allows(&self, step: &Name, price: Orc, planted: Option<Planted>) -> bool {
        let below = |money: Money, most: Orc| {
            let reserved = if planted == Some(Planted::NoReserve) { Orc::ZERO } else { money.reserved };
            let all = money.spent.plus(money.held).and_then(|sum| sum.plus(reserved)).and_then(|sum| sum.plus(price));
            all.is_ok_and(|all| all <= most)
        };
        below(self.money(), self.authority.ceiling) && below(self.money_of(step), self.authority.cap_of(step))
    }

    /// How many tasks a provider has that are not delivered.
    pub(crate) fn tasks_of(&self, provider: &ParticipantId) -> usize {
        self.items.values().filter(|item| item.occupies(provider)).count()
    }

    /// What cannot be undone, by name.
    pub(crate) fn left(&self) -> Vec<Left> {
        let because = |item: &Item| match &item.stage {
            Stage::Settled(_) => Some(LeftBecause::Paid),
            Stage::Done(done) if !done.paid.is_zero() => Some(LeftBecause::Paid),
            Stage::Delivered(_) => Some(LeftBecause::Delivered),
            Stage::Disputed(_) => Some(LeftBecause::Disputed),
            Stage::Undoing(_) => Some(LeftBecause::NoAnswer),
            _ => None,
        };
        let left = self.items.iter().filter_map(|(id, item)| {
            let money = item.money();
            let amount = money.held.plus(money.spent).unwrap_or(money.held);
            Some(Left { item: id.clone(), why: because(item)?, amount })
        });
        left.collect()
    }
}

impl Run {
    /// Whether a provider has room for one more task, by the buyer's own limit.
    pub(crate) fn has_room(&self, provider: &ParticipantId) -> bool {
        let limit = self.plan.definition().limits.iter().find(|limit| limit.provider == *provider);
        let tasks = self.sheet().map_or(0, |sheet| sheet.tasks_of(provider));
        limit.is_none_or(|limit| u64::try_from(tasks).is_ok_and(|tasks| tasks < limit.at_once.value()))
    }
}

/// Sums stay below 2^53: every price is at most a plan's ceiling, and together they are at most an approval's.
fn total<'a>(items: impl Iterator<Item = &'a Item>) -> Money {
    let add = |one: Orc, other: Orc| one.plus(other).unwrap_or(one.max(other));
    items.map(Item::money).fold(Money::default(), |sum, money| Money {
        reserved: add(sum.reserved, money.reserved),
        held: add(sum.held, money.held),
        spent: add(sum.spent, money.spent),
    })
}
