//! What is to be done outside, read off the state and kept nowhere else.

use earnest_base::{Name, OfferId, OrderId};
use earnest_procurement::Weights;

use crate::{
    Asking, Fallback, Item, ItemId, Notice, Order, PaidWork, Room, Run, RunState, Saying, Selection, Stage, Word,
};

/// Something that the machine asks to be done. It stays until the state says that it is done, so after a crash it is
/// asked for again; whoever does it may do it twice.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Work {
    /// Look up offers; answer with [`News::Quoted`](crate::News::Quoted).
    Quote {
        /// The run.
        run: Name,
        /// The item.
        item: ItemId,
        /// Which offers.
        of: Lookup,
    },
    /// Make and send the item's order ([`Item::order`]): the same order each time. Answer with `Admitted`, `Refused`,
    /// `Unreachable` or `Lapsed`.
    Order {
        /// The run.
        run: Name,
        /// The item.
        item: ItemId,
        /// The order.
        order: OrderId,
    },
    /// Sign the item's contract, and see to it that the escrow has it; answer with `Held`, `Refused`, or with `Lapsed`
    /// once the escrow says so.
    Countersign {
        /// The run.
        run: Name,
        /// The item.
        item: ItemId,
        /// The order.
        order: OrderId,
    },
    /// Follow what the escrow says about the item's hold, and tell it.
    Watch {
        /// The run.
        run: Name,
        /// The item.
        item: ItemId,
        /// The order.
        order: OrderId,
    },
    /// Say what the buyer says to the delivery; what follows from it, watching tells. Answer only with `WordRefused`.
    Say {
        /// The run.
        run: Name,
        /// The item.
        item: ItemId,
        /// The order.
        order: OrderId,
        /// What.
        word: Saying,
    },
    /// Ask the escrow to end the contract and to give back what it holds; what follows from it, watching tells.
    Undo {
        /// The run.
        run: Name,
        /// The item.
        item: ItemId,
        /// The order.
        order: OrderId,
    },
    /// Tell others that the provider delivered nothing in time; answer with `Reported`.
    Report {
        /// The run.
        run: Name,
        /// The item.
        item: ItemId,
        /// The order.
        order: OrderId,
    },
    /// Do the node's own work; answer with `LocalDone` or `LocalFailed`.
    Do {
        /// The run.
        run: Name,
        /// The item.
        item: ItemId,
    },
    /// Announce the end of the run; answer with [`Command::Announced`](crate::Command::Announced).
    Announce {
        /// The run.
        run: Name,
    },
}

/// Which offers are looked up.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lookup {
    /// This one.
    Offer(OfferId),
    /// All of this service.
    Service(Name),
}

/// Whose offer an item is to take.
pub(crate) enum Target<'a> {
    /// This one.
    Offer(&'a OfferId),
    /// The best by these weights.
    Best(Weights),
}

impl PaidWork {
    /// Whose offer is next, after those that were tried. None, where the plan allows no other.
    pub(crate) fn target<'a>(&'a self, is_tried: &dyn Fn(&OfferId) -> bool, any_tried: bool) -> Option<Target<'a>> {
        match &self.offer {
            Selection::Named { offer, .. } if !is_tried(offer) => return Some(Target::Offer(offer)),
            Selection::Best { weights } if !any_tried => return Some(Target::Best(*weights)),
            Selection::Named { .. } | Selection::Best { .. } => {}
        }
        match &self.fallback {
            Fallback::Never => None,
            Fallback::Named { offers } => offers.iter().find(|offer| !is_tried(offer)).map(Target::Offer),
            Fallback::Best { weights } => Some(Target::Best(*weights)),
        }
    }
}

impl Run {
    /// What is to be done for the run, in the order of its items.
    #[must_use]
    pub fn works(&self) -> Vec<Work> {
        let mut works = Vec::new();
        if let Some(sheet) = self.sheet() {
            for (id, item) in &sheet.items {
                self.works_of(id, item, &mut works);
            }
        }
        if self.end().is_some_and(|end| end.notice == Notice::Due) {
            works.push(Work::Announce { run: self.id.clone() });
        }
        works
    }

    fn works_of(&self, id: &ItemId, item: &Item, works: &mut Vec<Work>) {
        let (run, id) = (|| self.id.clone(), || id.clone());
        works.extend(item.reports.iter().map(|order| Work::Report { run: run(), item: id(), order: order.clone() }));
        if let Stage::Local(_) = &item.stage {
            works.push(Work::Do { run: run(), item: id() });
        }
        if let Stage::Asking(asking) = &item.stage {
            let of = self.lookup(&id(), item, asking);
            works.extend(of.map(|of| Work::Quote { run: run(), item: id(), of }));
        }
        let Some(order) = item.order().map(|order: &Order| order.id.clone()) else { return };
        let word = match &item.stage {
            Stage::Delivered(delivered) => match delivered.word {
                Word::Accept => Some(Saying::Accept),
                Word::Reject => Some(Saying::Reject),
                Word::Dispute => Some(Saying::Dispute),
                Word::Silent | Word::Refused(_) => None,
            },
            _ => None,
        };
        works.extend(word.map(|word| Work::Say { run: run(), item: id(), order: order.clone(), word }));
        match &item.stage {
            Stage::Ordering(_) => works.push(Work::Order { run: run(), item: id(), order }),
            Stage::Contracted(_) => works.push(Work::Countersign { run: run(), item: id(), order }),
            Stage::Held(_) | Stage::Delivered(_) | Stage::Disputed(_) | Stage::Settled(_) => {
                works.push(Work::Watch { run: run(), item: id(), order });
            }
            Stage::Undoing(_) => {
                works.push(Work::Undo { run: run(), item: id(), order: order.clone() });
                works.push(Work::Watch { run: run(), item: id(), order });
            }
            Stage::Asking(_)
            | Stage::Local(_)
            | Stage::Resting(_)
            | Stage::Done(_)
            | Stage::Failed(_)
            | Stage::Undone(_) => {}
        }
    }

    /// Which offers an item asks for, where it asks now.
    fn lookup(&self, id: &ItemId, item: &Item, asking: &Asking) -> Option<Lookup> {
        if let Room::At { provider } = &asking.room
            && !self.has_room(provider)
        {
            return None;
        }
        let paid = self.plan.step(&id.step)?.1.paid()?;
        Some(match item.target(paid)? {
            Target::Offer(offer) => Lookup::Offer(offer.clone()),
            Target::Best(_) => Lookup::Service(paid.service_type.clone()),
        })
    }

    /// Whether the run is over, and nothing is to be done for it any more.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        matches!(
            self.state,
            RunState::Completed(_) | RunState::Failed(_) | RunState::TimedOut(_) | RunState::Cancelled(_)
        ) && self.works().is_empty()
    }
}

impl Item {
    pub(crate) fn target<'a>(&self, paid: &'a PaidWork) -> Option<Target<'a>> {
        paid.target(&|offer| self.tried.contains(offer), !self.tried.is_empty())
    }
}
