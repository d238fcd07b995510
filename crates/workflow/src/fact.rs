//! What happened: what a journal keeps, and what the state follows from.

use earnest_base::{ContractId, DisputeId, HoldId, Name, Orc, OrderId, ParticipantId, Timestamp, TransferId};
use earnest_procurement::{Classifier, RefundCause, ReleaseCause};
use serde::{Deserialize, Serialize};

use crate::{Authority, Buyer, Cause, Day, ItemId, Left, Order, Plan, Saying, Timetable, Why, WordRefusal};

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Fact {
    /// When.
    pub at: Timestamp,
    /// What.
    #[serde(flatten)]
    pub what: What,
}

/// What happened, and to whom.
#[expect(clippy::large_enum_variant, reason = "nearly every fact is a run's, and none is kept in this form")]
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "about", rename_all = "kebab-case")]
pub enum What {
    /// Something of a run.
    Run {
        /// The run.
        run: Name,
        /// What.
        step: RunFact,
    },
    /// A plan runs by a timetable from now on.
    Scheduled {
        /// When, what, and for whom.
        timetable: Box<Timetable>,
    },
    /// A timetable ended.
    Unscheduled {
        /// The schedule.
        schedule: Name,
    },
    /// The days until this one were looked at: what was to start has started.
    LookedAt {
        /// The schedule.
        schedule: Name,
        /// The last of those days.
        day: Day,
    },
}

/// Something of a run.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum RunFact {
    /// It started.
    Started {
        /// What it does.
        plan: Box<Plan>,
        /// For whom it buys.
        buyer: Buyer,
    },
    /// It may spend.
    Approved {
        /// So much.
        authority: Authority,
    },
    /// A phase started.
    PhaseStarted {
        /// The phase.
        phase: Name,
        /// The attempt, counted from 1.
        attempt: u32,
    },
    /// A step's items are known, and may go.
    Opened {
        /// The step.
        step: Name,
        /// How many.
        items: u32,
    },
    /// Something of an item.
    Item {
        /// The item.
        item: ItemId,
        /// What.
        step: ItemFact,
    },
    /// A phase is complete.
    PhaseCompleted {
        /// The phase.
        phase: Name,
    },
    /// An attempt at a phase failed.
    PhaseFailed {
        /// The phase.
        phase: Name,
        /// The attempt.
        attempt: u32,
        /// When it is tried again; never, where there is no moment.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        again_at: Option<Timestamp>,
    },
    /// What is open is undone from now on.
    Undoing {
        /// Why.
        why: Why,
        /// When it ends, whatever the escrow says.
        undo_by: Timestamp,
    },
    /// It ended.
    Ended {
        /// What could not be undone.
        left: Vec<Left>,
    },
    /// Its end was announced.
    Announced,
}

/// Something of an item.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum ItemFact {
    /// Its provider has as many tasks as the plan lets them have.
    WaitsFor {
        /// The provider.
        provider: ParticipantId,
    },
    /// An order was made.
    Ordered {
        /// The order.
        order: Order,
    },
    /// A try came to nothing.
    SetBack {
        /// Why.
        cause: Cause,
        /// What is done about it.
        then: Then,
    },
    /// It has rested.
    Woken,
    /// The provider admitted the order.
    Admitted {
        /// The contract.
        contract: ContractId,
        /// Its hold; none where nothing is paid.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hold: Option<HoldId>,
    },
    /// The escrow does not hold the money, so far.
    Blocked {
        /// Why.
        classifier: Classifier,
    },
    /// The money is held.
    Held,
    /// The escrow checked a delivery.
    Delivered {
        /// Its results.
        results: Vec<Name>,
    },
    /// The buyer said something to it.
    Said {
        /// What.
        word: Saying,
    },
    /// What the buyer said was not heard.
    WordRefused {
        /// Why.
        why: WordRefusal,
    },
    /// The escrow froze the hold.
    DisputeOpened {
        /// The dispute.
        dispute: DisputeId,
    },
    /// The provider was paid.
    Released {
        /// Why.
        cause: ReleaseCause,
        /// How much, in minor units.
        paid: Orc,
        /// The transfer; none where nothing was to be paid.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        transfer: Option<TransferId>,
    },
    /// The buyer got the money back.
    Refunded {
        /// Why.
        cause: RefundCause,
        /// The transfer; none where nothing was held.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        transfer: Option<TransferId>,
        /// What is done about it.
        then: Then,
    },
    /// The node's own work is done.
    LocalDone {
        /// Its results.
        results: Vec<Name>,
    },
    /// A provider who delivered nothing in time was reported.
    Reported {
        /// The order.
        order: OrderId,
    },
}

/// What is done about a try that came to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Then {
    /// It is tried again.
    Rest {
        /// When.
        until: Timestamp,
    },
    /// Another provider takes over, as the plan allows.
    FallBack,
    /// The item fails.
    Fail,
    /// Nothing: the run has failed, and this was what it waited for.
    Undone,
}
