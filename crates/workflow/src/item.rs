//! An item of a step: one piece of work, from the question who does it to its results and its price.

mod cause;
mod id;
mod stage;

use std::collections::BTreeSet;

use earnest_base::{Count, Name, OfferId, Orc, OrderId, ParticipantId, Seconds, Timestamp};
use serde::{Deserialize, Serialize};

pub use cause::Cause;
pub use id::{ItemId, ItemIdError, order_id};
pub use stage::{
    Asking, Contracted, Deal, Delivered, Disputed, Done, FailedItem, Held, Local, Ordering, Resting, Retry, Room,
    Settled, Stage, Tries, Undoing, Undone, Word, WordRefusal,
};

/// An item.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Item {
    /// Where it stands.
    pub stage: Stage,
    /// How many orders were made for it.
    pub orders: u32,
    /// The offers that are not taken again: they were tried, and another provider took over.
    pub tried: BTreeSet<OfferId>,
    /// Orders whose provider delivered nothing in time, and that are still to be reported.
    pub reports: BTreeSet<OrderId>,
}

/// An order as it is made, once and for all: the same id has the same content.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Order {
    /// The order.
    pub id: OrderId,
    /// The offer.
    pub offer: OfferId,
    /// The `seq` of its terms.
    pub offer_seq: Count,
    /// Who provides.
    pub provider: ParticipantId,
    /// The units.
    pub units: Count<1>,
    /// What it costs, and the most that is paid, in minor units.
    pub price: Orc,
    /// The offer's `delivery/max-duration`, in seconds.
    pub max_duration: Seconds,
    /// When it was made.
    pub made_at: Timestamp,
}

/// What an item has of the run's money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Money {
    /// Promised: an order is out, and nothing is held.
    pub reserved: Orc,
    /// In escrow.
    pub held: Orc,
    /// Paid.
    pub spent: Orc,
}

impl Item {
    /// An item of a step that buys, or of one that does not.
    #[must_use]
    pub(crate) const fn new(stage: Stage) -> Self {
        Self { stage, orders: 0, tried: BTreeSet::new(), reports: BTreeSet::new() }
    }

    /// What it has of the run's money.
    #[must_use]
    pub fn money(&self) -> Money {
        match &self.stage {
            Stage::Ordering(Ordering { order, .. })
            | Stage::Resting(Resting { retry: Retry::SendAgain { order }, .. })
            | Stage::Contracted(Contracted { deal: Deal { order, .. }, .. }) => {
                Money { reserved: order.price, ..Money::default() }
            }
            Stage::Held(Held { deal })
            | Stage::Delivered(Delivered { deal, .. })
            | Stage::Disputed(Disputed { deal, .. })
            | Stage::Undoing(Undoing { deal }) => Money { held: deal.order.price, ..Money::default() },
            Stage::Settled(Settled { paid, .. }) | Stage::Done(Done { paid, .. }) => {
                Money { spent: *paid, ..Money::default() }
            }
            Stage::Asking(_) | Stage::Local(_) | Stage::Resting(_) | Stage::Failed(_) | Stage::Undone(_) => {
                Money::default()
            }
        }
    }

    /// The order that is out, or that there is a contract about.
    #[must_use]
    pub fn order(&self) -> Option<&Order> {
        match &self.stage {
            Stage::Ordering(Ordering { order, .. })
            | Stage::Resting(Resting { retry: Retry::SendAgain { order }, .. }) => Some(order),
            stage => stage.deal().map(|deal| &deal.order),
        }
    }

    /// Whether a provider has the work and has not delivered it.
    pub(crate) fn occupies(&self, provider: &ParticipantId) -> bool {
        let out = matches!(
            self.stage,
            Stage::Ordering(_)
                | Stage::Resting(Resting { retry: Retry::SendAgain { .. }, .. })
                | Stage::Contracted(_)
                | Stage::Held(_)
                | Stage::Undoing(_)
        );
        out && self.order().is_some_and(|order| order.provider == *provider)
    }

    /// The results, where it is done.
    #[must_use]
    pub fn results(&self) -> &[Name] {
        match &self.stage {
            Stage::Done(done) => &done.results,
            _ => &[],
        }
    }
}
