//! Which offer an item takes, and whether the run may spend what it costs.

use earnest_procurement::{Candidate, rank};

use super::Draft;
use crate::{Cause, Item, ItemFact, ItemId, Order, PaidWork, Quote, Room, Stage, item::order_id, work::Target};

impl Draft {
    pub(super) fn quoted(&mut self, id: &ItemId, item: &Item, offers: &[Quote]) {
        let Stage::Asking(asking) = &item.stage else { return };
        let found = self.run.plan.step(&id.step).and_then(|(_, step)| step.paid()).cloned();
        let Some(paid) = found.filter(|_| self.is_in_time() && self.is_running()) else { return };
        let Some(quote) = self.choose(item, &paid, offers) else {
            return self.set_back(id, Cause::NoOffer);
        };
        let provider = quote.candidate.provider;
        if !self.run.has_room(&provider) {
            if asking.room != (Room::At { provider }) {
                self.take_item(id, ItemFact::WaitsFor { provider });
            }
            return;
        }
        match self.order(id, item, quote) {
            Ok(order) => self.take_item(id, ItemFact::Ordered { order }),
            Err(cause) => self.set_back(id, cause),
        }
    }

    /// The offer that the plan asks for: the one that it names, or the best of those that it may take.
    fn choose<'a>(&self, item: &Item, paid: &PaidWork, offers: &'a [Quote]) -> Option<&'a Quote> {
        let suiting = || offers.iter().filter(|quote| quote.suits(paid));
        match item.target(paid)? {
            Target::Offer(offer) => {
                let named = suiting().filter(|quote| quote.candidate.offer == *offer && is_of_provider(paid, quote));
                named.max_by_key(|quote| quote.candidate.seq)
            }
            Target::Best(weights) => {
                let free = suiting().filter(|quote| !item.tried.contains(&quote.candidate.offer));
                let candidates: Vec<Candidate> = free.map(|quote| quote.candidate.clone()).collect();
                let best = rank(candidates, weights, self.now).into_iter().next()?;
                suiting().find(|quote| quote.candidate == best)
            }
        }
    }

    /// The order that follows, where the run may spend what it costs.
    fn order(&self, id: &ItemId, item: &Item, quote: &Quote) -> Result<Order, Cause> {
        let sheet = self.run.sheet().ok_or(Cause::AboveAuthority)?;
        if self.now >= sheet.authority.expires_at {
            return Err(Cause::ApprovalExpired);
        }
        let price = quote.price().ok_or(Cause::NoOffer)?;
        if !sheet.allows(&id.step, price, self.planted) {
            return Err(Cause::AboveAuthority);
        }
        Ok(Order {
            id: order_id(&self.run.id, id, item.orders + 1).map_err(|_| Cause::NoOffer)?,
            offer: quote.candidate.offer.clone(),
            offer_seq: quote.candidate.seq,
            provider: quote.candidate.provider,
            units: quote.units,
            price,
            max_duration: quote.max_duration,
            made_at: self.now,
        })
    }
}

/// An offer that the plan names with its provider is that provider's.
fn is_of_provider(paid: &PaidWork, quote: &Quote) -> bool {
    match &paid.offer {
        crate::Selection::Named { offer, provider } if *offer == quote.candidate.offer => {
            *provider == quote.candidate.provider
        }
        crate::Selection::Named { .. } | crate::Selection::Best { .. } => true,
    }
}
