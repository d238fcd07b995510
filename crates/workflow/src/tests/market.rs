//! Providers and an escrow as a run's node sees them: orders are admitted or refused, holds are made and end.

use std::collections::BTreeMap;

use earnest_base::{Orc, OrderId, ParticipantId};
use earnest_procurement::{CancelCause, Classifier, Expiry, FailureCause, RefundCause, ReleaseCause};

use super::scenes::name;
use crate::{ItemId, Lookup, News, Order, Quote, Saying, WordRefusal};

/// Where an order stands, in truth.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Standing {
    Refused(Classifier),
    Admitted,
    Held,
    Delivered,
    Disputed,
    Released(Orc),
    Refunded(RefundCause),
    Lapsed,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Placed {
    pub(super) item: ItemId,
    pub(super) order: Order,
    pub(super) standing: Standing,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Market {
    pub(super) offers: Vec<Quote>,
    pub(super) depth: BTreeMap<String, usize>,
    pub(super) placed: BTreeMap<OrderId, Placed>,
    /// What the buyer has; every hold takes from it.
    pub(super) funds: u64,
    /// The buyer is barred from accepting.
    pub(super) barred: bool,
    /// How many results a delivery has.
    pub(super) results: BTreeMap<String, usize>,
}

impl Market {
    pub(super) fn quotes(&self, lookup: &Lookup) -> Vec<Quote> {
        let fits = |quote: &&Quote| match lookup {
            Lookup::Offer(offer) => quote.candidate.offer == *offer,
            Lookup::Service(service) => quote.service_type == *service,
        };
        self.offers.iter().filter(fits).cloned().collect()
    }

    /// The tasks that a provider has.
    pub(super) fn active(&self, provider: &ParticipantId) -> usize {
        let active = |placed: &&Placed| {
            placed.order.provider == *provider && matches!(placed.standing, Standing::Admitted | Standing::Held)
        };
        self.placed.values().filter(active).count()
    }

    /// An order arrives. The same order again is the same order; another one of its id is a fault.
    pub(super) fn order(&mut self, item: &ItemId, order: &Order, refuse: Option<Classifier>) -> Result<(), String> {
        if let Some(known) = self.placed.get(&order.id) {
            let same = known.order == *order && known.item == *item;
            return if same { Ok(()) } else { Err(format!("{} has two contents", order.id)) };
        }
        let depth = self.depth.get(order.offer.as_str()).copied().unwrap_or(usize::MAX);
        let saturated = self.active(&order.provider) >= depth;
        let standing = match refuse {
            Some(classifier) => Standing::Refused(classifier),
            None if saturated => Standing::Refused(Classifier::QueueSaturated),
            None => Standing::Admitted,
        };
        let placed = Placed { item: item.clone(), order: order.clone(), standing };
        self.placed.insert(order.id.clone(), placed);
        Ok(())
    }

    /// The countersigned contract reaches the escrow.
    pub(super) fn fund(&mut self, id: &OrderId) -> Option<News> {
        let held = self.locked();
        let placed = self.placed.get_mut(id)?;
        if placed.standing == Standing::Admitted {
            if held + placed.order.price.minor() > self.funds {
                return Some(News::Refused { order: id.clone(), classifier: Classifier::SettlementBlocked });
            }
            placed.standing = Standing::Held;
        }
        self.news(id)
    }

    /// What is held or spent.
    fn locked(&self) -> u64 {
        let locked = |placed: &Placed| match &placed.standing {
            Standing::Held | Standing::Delivered | Standing::Disputed => placed.order.price.minor(),
            Standing::Released(paid) => paid.minor(),
            _ => 0,
        };
        self.placed.values().map(locked).sum()
    }

    pub(super) fn say(&mut self, id: &OrderId, word: Saying) -> Option<News> {
        let barred = self.barred;
        let placed = self.placed.get_mut(id)?;
        if placed.standing != Standing::Delivered {
            return self.news(id);
        }
        placed.standing = match word {
            Saying::Accept | Saying::Reject if barred => {
                return Some(News::WordRefused { order: id.clone(), why: WordRefusal::Restricted });
            }
            Saying::Accept => Standing::Released(placed.order.price),
            Saying::Reject => {
                return Some(News::WordRefused { order: id.clone(), why: WordRefusal::CriterionHolds });
            }
            Saying::Dispute => Standing::Disputed,
        };
        self.news(id)
    }

    /// The buyer takes back what is not delivered.
    pub(super) fn undo(&mut self, id: &OrderId) -> Option<News> {
        let placed = self.placed.get_mut(id)?;
        match placed.standing {
            Standing::Held => {
                let decision = "decision:undo".parse().unwrap();
                placed.standing = Standing::Refunded(RefundCause::Canceled(CancelCause::WorkflowTimeout { decision }));
            }
            Standing::Admitted => placed.standing = Standing::Lapsed,
            _ => {}
        }
        self.news(id)
    }

    /// Something happens to an order by itself. Says whether it could.
    pub(super) fn happen(&mut self, id: &OrderId, what: Happening) -> bool {
        let Some(placed) = self.placed.get_mut(id) else { return false };
        placed.standing = match (&placed.standing, what) {
            (Standing::Held, Happening::Deliver) => Standing::Delivered,
            (Standing::Held, Happening::Expire) => Standing::Refunded(RefundCause::Expired(Expiry)),
            (Standing::Held, Happening::GiveUp) => Standing::Refunded(RefundCause::Failed(FailureCause::ByProvider)),
            (Standing::Admitted, Happening::Lapse) => Standing::Lapsed,
            (Standing::Delivered, Happening::AutoRelease) => Standing::Released(placed.order.price),
            (Standing::Disputed, Happening::Decide { released }) => {
                if released {
                    Standing::Released(placed.order.price)
                } else {
                    Standing::Refunded(RefundCause::Rejected(earnest_procurement::RejectionCause::Undecided))
                }
            }
            _ => return false,
        };
        true
    }

    /// What the market knows of an order now.
    pub(super) fn news(&self, id: &OrderId) -> Option<News> {
        let placed = self.placed.get(id)?;
        let order = id.clone();
        Some(match &placed.standing {
            Standing::Refused(classifier) => News::Refused { order, classifier: *classifier },
            Standing::Admitted => News::Admitted {
                order,
                contract: format!("contract:{}", short(id)).parse().unwrap(),
                hold: Some(format!("hold:{}", short(id)).parse().unwrap()),
                price: placed.order.price,
            },
            Standing::Held => News::Held { order },
            Standing::Delivered => self.delivery(id)?,
            Standing::Disputed => News::DisputeOpened { order, dispute: "dispute:one".parse().unwrap() },
            Standing::Released(paid) => News::Released {
                order,
                cause: ReleaseCause::AutoReleased,
                paid: *paid,
                transfer: Some(format!("transfer:{}", short(id)).parse().unwrap()),
            },
            Standing::Refunded(cause) => News::Refunded {
                order,
                cause: cause.clone(),
                transfer: Some(format!("transfer:{}", short(id)).parse().unwrap()),
            },
            Standing::Lapsed => News::Lapsed { order },
        })
    }

    /// The delivery of an order, for a node that fetches it.
    pub(super) fn delivery(&self, id: &OrderId) -> Option<News> {
        let placed = self.placed.get(id)?;
        let count = self.results.get(placed.item.step.as_str()).copied().unwrap_or(1);
        let results = (0..count).map(|number| name(&format!("response:{}:{number}", placed.item))).collect();
        Some(News::Delivered { order: id.clone(), results })
    }
}

/// What happens to an order by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Happening {
    Deliver,
    Expire,
    GiveUp,
    Lapse,
    AutoRelease,
    Decide { released: bool },
}

fn short(id: &OrderId) -> String {
    id.as_str().trim_start_matches("order:").to_owned()
}
