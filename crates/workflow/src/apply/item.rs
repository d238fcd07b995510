//! Applying a fact about an item.

use earnest_base::Timestamp;
use earnest_procurement::RefundCause;

use super::ApplyError;
use crate::{
    Asking, Cause, Contracted, Deal, Delivered, Disputed, Done, FailedItem, Held, Item, ItemFact, ItemId, Ordering,
    Resting, Retry, Room, Run, Saying, Settled, Stage, Then, Tries, Undone, Word, order_id,
};

impl Run {
    pub(super) fn apply_to_item(&mut self, id: &ItemId, fact: &ItemFact, at: Timestamp) -> Result<(), ApplyError> {
        let (run, reports) = (self.id.clone(), self.plan.definition().report_timeouts);
        let found = self.sheet_mut().and_then(|sheet| sheet.items.get_mut(id));
        let item = found.ok_or_else(|| ApplyError::new("an item of the run", id.to_string()))?;
        if let ItemFact::Reported { order } = fact {
            let reported = item.reports.remove(order);
            return if reported { Ok(()) } else { Err(ApplyError::new("an order to report", order.to_string())) };
        }
        if let ItemFact::Ordered { order } = fact
            && order_id(&run, id, item.orders + 1).as_ref() != Ok(&order.id)
        {
            return Err(ApplyError::new("the item's next order", order.id.to_string()));
        }
        let next = item.stage.after(fact, at);
        let next = next.ok_or_else(|| ApplyError::new("a stage that knows the fact", item.stage.as_str()))?;
        if let ItemFact::SetBack { then: Then::FallBack, .. } | ItemFact::Refunded { then: Then::FallBack, .. } = fact {
            item.give_up_offer();
        }
        if let ItemFact::Refunded { cause: RefundCause::Expired(_), .. } = fact
            && reports
            && let Some(order) = item.order().map(|order| order.id.clone())
        {
            item.reports.insert(order);
        }
        if let ItemFact::Ordered { .. } = fact {
            item.orders += 1;
        }
        item.stage = next;
        if let Stage::Asking(Asking { room: Room::Any, .. }) = item.stage
            && let ItemFact::SetBack { cause: Cause::NoOffer, then: Then::FallBack } = fact
        {
            self.give_up_named(id);
        }
        Ok(())
    }

    /// The offer that the item looked for is not there: the next one is looked for.
    fn give_up_named(&mut self, id: &ItemId) {
        let paid = self.plan.step(&id.step).and_then(|(_, step)| step.paid());
        let Some(item) = self.item(id) else { return };
        let offer = paid.and_then(|paid| match item.target(paid)? {
            crate::work::Target::Offer(offer) => Some(offer.clone()),
            crate::work::Target::Best(_) => None,
        });
        if let (Some(offer), Some(sheet)) = (offer, self.sheet_mut())
            && let Some(item) = sheet.items.get_mut(id)
        {
            item.tried.insert(offer);
        }
    }
}

impl Item {
    fn give_up_offer(&mut self) {
        if let Some(offer) = self.order().map(|order| order.offer.clone()) {
            self.tried.insert(offer);
        }
    }
}

impl Tries {
    /// One more.
    pub(crate) const fn one_more(self, at: Timestamp) -> Self {
        let since = if self.count == 0 { at } else { self.since };
        Self { count: self.count.saturating_add(1), since }
    }
}

impl Stage {
    /// The stage after a fact; none where the fact does not fit.
    fn after(&self, fact: &ItemFact, at: Timestamp) -> Option<Self> {
        match (self, fact) {
            (Self::Asking(state), ItemFact::WaitsFor { provider }) => {
                Some(Self::Asking(Asking { tries: state.tries, room: Room::At { provider: *provider } }))
            }
            (Self::Asking(state), ItemFact::Ordered { order }) => {
                Some(Self::Ordering(Ordering { tries: state.tries.one_more(at), order: order.clone() }))
            }
            (_, ItemFact::SetBack { cause, then }) => self.set_back(cause, *then, at),
            (Self::Resting(state), ItemFact::Woken) => Some(match &state.retry {
                Retry::Ask => Self::Asking(Asking { tries: state.tries, room: Room::Any }),
                Retry::SendAgain { order } => {
                    Self::Ordering(Ordering { tries: state.tries.one_more(at), order: order.clone() })
                }
            }),
            (Self::Ordering(Ordering { tries, order }), ItemFact::Admitted { contract, hold })
            | (
                Self::Resting(Resting { tries, retry: Retry::SendAgain { order }, .. }),
                ItemFact::Admitted { contract, hold },
            ) => {
                let deal = Deal { order: order.clone(), contract: contract.clone(), hold: hold.clone() };
                Some(Self::Contracted(Contracted { tries: *tries, deal, blocked: Vec::new() }))
            }
            (Self::Contracted(state), ItemFact::Blocked { classifier }) => {
                let mut next = state.clone();
                next.blocked.push(*classifier);
                Some(Self::Contracted(next))
            }
            (Self::Contracted(state), ItemFact::Held) => Some(Self::Held(Held { deal: state.deal.clone() })),
            (Self::Local(_), ItemFact::LocalDone { results }) => {
                Some(Self::Done(Done { results: results.clone(), paid: earnest_base::Orc::ZERO, deal: None }))
            }
            _ => self.after_hold(fact, at),
        }
    }

    /// The stage after what the buyer and the escrow say of a hold.
    fn after_hold(&self, fact: &ItemFact, at: Timestamp) -> Option<Self> {
        match (self, fact) {
            (Self::Held(_) | Self::Undoing(_), ItemFact::Delivered { results }) => {
                let (deal, results) = (self.deal()?.clone(), results.clone());
                Some(Self::Delivered(Delivered { deal, results, word: Word::Silent }))
            }
            (Self::Settled(state), ItemFact::Delivered { results }) => {
                let deal = Some(state.deal.clone());
                Some(Self::Done(Done { results: results.clone(), paid: state.paid, deal }))
            }
            (Self::Delivered(state), ItemFact::Said { word }) => {
                let word = match word {
                    Saying::Accept => Word::Accept,
                    Saying::Reject => Word::Reject,
                    Saying::Dispute => Word::Dispute,
                };
                Some(Self::Delivered(Delivered { word, ..state.clone() }))
            }
            (Self::Delivered(state), ItemFact::WordRefused { why }) => {
                Some(Self::Delivered(Delivered { word: Word::Refused(*why), ..state.clone() }))
            }
            (Self::Delivered(Delivered { deal, results, .. }), ItemFact::DisputeOpened { dispute }) => {
                let (deal, results, dispute) = (deal.clone(), results.clone(), dispute.clone());
                Some(Self::Disputed(Disputed { deal, results, dispute }))
            }
            (Self::Held(_) | Self::Undoing(_), ItemFact::Released { paid, transfer, .. }) => {
                let (deal, transfer) = (self.deal()?.clone(), transfer.clone());
                Some(Self::Settled(Settled { deal, paid: *paid, transfer }))
            }
            (
                Self::Delivered(Delivered { deal, results, .. }) | Self::Disputed(Disputed { deal, results, .. }),
                ItemFact::Released { paid, .. },
            ) => Some(Self::Done(Done { results: results.clone(), paid: *paid, deal: Some(deal.clone()) })),
            (
                Self::Held(_) | Self::Undoing(_) | Self::Delivered(_) | Self::Disputed(_),
                ItemFact::Refunded { cause, then, .. },
            ) => match then {
                Then::Rest { .. } => None,
                Then::FallBack => Some(Self::Asking(Asking { tries: Tries { count: 0, since: at }, room: Room::Any })),
                Then::Fail => Some(Self::Failed(FailedItem { cause: Cause::Refunded(cause.clone()) })),
                Then::Undone => Some(self.undone()),
            },
            _ => None,
        }
    }

    fn undone(&self) -> Self {
        Self::Undone(Undone { contract: self.deal().map(|deal| deal.contract.clone()) })
    }

    /// Whether a try can come to nothing here for this cause.
    const fn knows(&self, cause: &Cause) -> bool {
        match self {
            Self::Asking(_) => matches!(cause, Cause::NoOffer | Cause::AboveAuthority | Cause::ApprovalExpired),
            Self::Ordering(_) | Self::Resting(_) => {
                matches!(cause, Cause::Refused(_) | Cause::Unreachable | Cause::Lapsed | Cause::ApprovalExpired)
            }
            Self::Contracted(_) => matches!(cause, Cause::Refused(_) | Cause::Lapsed),
            Self::Undoing(_) => matches!(cause, Cause::Lapsed),
            Self::Local(_) => matches!(cause, Cause::LocalWork(_)),
            _ => false,
        }
    }

    /// The stage after a try that came to nothing. Only an order that may have arrived is sent again as it is.
    fn set_back(&self, cause: &Cause, then: Then, at: Timestamp) -> Option<Self> {
        if !self.knows(cause) {
            return None;
        }
        let (tries, order) = match self {
            Self::Asking(state) => (state.tries.one_more(at), None),
            Self::Ordering(state) => (state.tries, Some(&state.order)),
            Self::Resting(Resting { tries, retry: Retry::SendAgain { order }, .. }) => (*tries, Some(order)),
            Self::Contracted(state) => (state.tries, None),
            Self::Undoing(_) => return (then == Then::Undone).then(|| self.undone()),
            Self::Local(_) if then == Then::Fail => {
                return Some(Self::Failed(FailedItem { cause: cause.clone() }));
            }
            _ => return None,
        };
        Some(match then {
            Then::Rest { until } => {
                let sent = order.filter(|_| *cause == Cause::Unreachable);
                let retry = sent.map_or(Retry::Ask, |order| Retry::SendAgain { order: order.clone() });
                Self::Resting(Resting { tries, cause: cause.clone(), until, retry })
            }
            Then::FallBack => Self::Asking(Asking { tries: Tries { count: 0, since: at }, room: Room::Any }),
            Then::Fail => Self::Failed(FailedItem { cause: cause.clone() }),
            Then::Undone => self.undone(),
        })
    }
}
