//! What news about an item comes to, until its money is held.

use earnest_base::{ContractId, HoldId, Orc, OrderId, Seconds, Timestamp};
use earnest_procurement::Classifier;

use super::Draft;
use crate::{
    Cause, Contracted, Item, ItemFact, ItemId, News, Ordering, Planted, Refusal, Resting, Retry, RunState, Stage, Then,
    Tries, work::Target,
};

impl Draft {
    pub(super) fn tell(&mut self, id: &ItemId, news: &News) -> Result<(), Refusal> {
        let item = self.run.item(id).ok_or_else(|| Refusal::NoItem(id.clone()))?.clone();
        if let Some(order) = news.order()
            && !item.stage.is_of(order)
            && !matches!(news, News::Reported { .. })
        {
            return match news {
                News::Said { .. } => Err(Refusal::NothingToSay { stage: item.stage.as_str() }),
                _ => Ok(()),
            };
        }
        if let News::Delivered { results, .. } | News::LocalDone { results } = news
            && results.is_empty()
        {
            return Err(Refusal::NoResults);
        }
        match news {
            News::Quoted { offers } => self.quoted(id, &item, offers),
            News::Unreachable { .. } => match item.stage {
                Stage::Ordering(_) => self.set_back(id, Cause::Unreachable),
                // The contract may be with the escrow, so nothing is ordered anew; it is sent again.
                Stage::Contracted(_) if self.planted == Some(Planted::AnotherOrder) => self.set_back(id, Cause::Lapsed),
                _ => {}
            },
            News::Refused { classifier, .. } => self.refused(id, &item, *classifier),
            News::Lapsed { .. } => self.lapsed(id, &item),
            News::Admitted { contract, hold, price, .. } => {
                self.admitted(id, &item, contract, hold.as_ref(), *price)?;
            }
            News::Held { .. } => {
                if matches!(item.stage, Stage::Contracted(_)) {
                    self.take_item(id, ItemFact::Held);
                }
            }
            News::LocalDone { results } => {
                if matches!(item.stage, Stage::Local(_)) {
                    let results = self.planned(id, results);
                    self.take_item(id, ItemFact::LocalDone { results });
                }
            }
            News::LocalFailed { reason } => {
                if matches!(item.stage, Stage::Local(_)) {
                    self.set_back(id, Cause::LocalWork(reason.clone()));
                }
            }
            News::Reported { order } => {
                if item.reports.contains(order) {
                    self.take_item(id, ItemFact::Reported { order: order.clone() });
                }
            }
            News::Delivered { .. }
            | News::Said { .. }
            | News::WordRefused { .. }
            | News::DisputeOpened { .. }
            | News::Released { .. }
            | News::Refunded { .. } => self.of_hold(id, &item, news)?,
        }
        Ok(())
    }

    pub(super) const fn is_running(&self) -> bool {
        matches!(self.run.state, RunState::Running(_))
    }

    /// A contract that is countersigned may be funded until it lapses, so what the escrow says before is only noted.
    fn refused(&mut self, id: &ItemId, item: &Item, classifier: Classifier) {
        match &item.stage {
            Stage::Ordering(_) | Stage::Resting(Resting { retry: Retry::SendAgain { .. }, .. }) => {
                self.set_back(id, Cause::Refused(classifier));
            }
            Stage::Contracted(state) if !state.blocked.contains(&classifier) => {
                self.take_item(id, ItemFact::Blocked { classifier });
            }
            _ => {}
        }
    }

    fn lapsed(&mut self, id: &ItemId, item: &Item) {
        match &item.stage {
            Stage::Contracted(Contracted { blocked, .. }) => {
                self.set_back(id, blocked.first().map_or(Cause::Lapsed, |classifier| Cause::Refused(*classifier)));
            }
            Stage::Ordering(_) | Stage::Resting(Resting { retry: Retry::SendAgain { .. }, .. }) | Stage::Undoing(_) => {
                self.set_back(id, Cause::Lapsed);
            }
            _ => {}
        }
    }

    /// From here on the money may be held: only a run that is under way, in time and approved signs.
    fn admitted(
        &mut self,
        id: &ItemId,
        item: &Item,
        contract: &ContractId,
        hold: Option<&HoldId>,
        price: Orc,
    ) -> Result<(), Refusal> {
        let (Stage::Ordering(Ordering { order, .. })
        | Stage::Resting(Resting { retry: Retry::SendAgain { order }, .. })) = &item.stage
        else {
            return Ok(());
        };
        if price > order.price {
            return Err(Refusal::AbovePrice { price: order.price, found: price });
        }
        if !self.is_running() || !self.is_in_time() {
            return Ok(());
        }
        if self.run.sheet().is_none_or(|sheet| self.now >= sheet.authority.expires_at) {
            self.set_back(id, Cause::ApprovalExpired);
            return Ok(());
        }
        self.take_item(id, ItemFact::Admitted { contract: contract.clone(), hold: hold.cloned() });
        Ok(())
    }

    /// A try that came to nothing, and what is done about it.
    pub(super) fn set_back(&mut self, id: &ItemId, cause: Cause) {
        let then = self.then(id, &cause);
        self.take_item(id, ItemFact::SetBack { cause, then });
    }

    /// What is done about it: it is tried again while it may be, then another provider takes over where the plan says
    /// so, and else it fails. A run that does not go on waits for nothing more.
    pub(super) fn then(&self, id: &ItemId, cause: &Cause) -> Then {
        if !self.is_running() {
            return Then::Undone;
        }
        if cause.is_retryable()
            && let Some(until) = self.next_try(id)
        {
            return Then::Rest { until };
        }
        if cause.may_fall_back() && self.falls_back(id, cause) { Then::FallBack } else { Then::Fail }
    }

    /// When it is tried again: backoff within `delivery/max-duration`, and before the run is out of time (E10).
    fn next_try(&self, id: &ItemId) -> Option<Timestamp> {
        let item = self.run.item(id)?;
        let paid = self.run.plan.step(&id.step)?.1.paid()?;
        let (tries, within): (Tries, Seconds) = match &item.stage {
            Stage::Asking(state) => (state.tries.one_more(self.now), paid.within),
            Stage::Ordering(state) => (state.tries, state.order.max_duration),
            Stage::Resting(Resting { tries, retry: Retry::SendAgain { order }, .. }) => (*tries, order.max_duration),
            Stage::Contracted(state) => (state.tries, state.deal.order.max_duration),
            _ => return None,
        };
        let backoff = self.run.plan.definition().backoff;
        let next = backoff.next_attempt(tries.since, self.now, tries.count, within)?;
        (next < self.run.deadline).then_some(next)
    }

    /// Whether the plan names another provider after the one that was tried.
    fn falls_back(&self, id: &ItemId, cause: &Cause) -> bool {
        let Some(item) = self.run.item(id) else { return false };
        let Some(paid) = self.run.plan.step(&id.step).and_then(|(_, step)| step.paid()) else { return false };
        let looked_for = match item.target(paid) {
            Some(Target::Offer(offer)) => Some(offer),
            Some(Target::Best(_)) if *cause == Cause::NoOffer => return false,
            Some(Target::Best(_)) | None => None,
        };
        let given_up = item.order().map(|order| &order.offer).or(looked_for);
        paid.target(&|offer| item.tried.contains(offer) || given_up == Some(offer), true).is_some()
    }

    /// Results as the plan counts them: those beyond are left out, since the plan has no work for them.
    pub(super) fn planned(&self, id: &ItemId, results: &[earnest_base::Name]) -> Vec<earnest_base::Name> {
        let most = self.run.plan.step(&id.step).map_or(0, |(_, step)| step.results);
        results.iter().take(usize::try_from(most).unwrap_or(usize::MAX)).cloned().collect()
    }
}

impl News {
    /// The order that it is about.
    #[must_use]
    pub const fn order(&self) -> Option<&OrderId> {
        match self {
            Self::Unreachable { order }
            | Self::Refused { order, .. }
            | Self::Lapsed { order }
            | Self::Admitted { order, .. }
            | Self::Held { order }
            | Self::Delivered { order, .. }
            | Self::Said { order, .. }
            | Self::WordRefused { order, .. }
            | Self::DisputeOpened { order, .. }
            | Self::Released { order, .. }
            | Self::Refunded { order, .. }
            | Self::Reported { order } => Some(order),
            Self::Quoted { .. } | Self::LocalDone { .. } | Self::LocalFailed { .. } => None,
        }
    }
}
