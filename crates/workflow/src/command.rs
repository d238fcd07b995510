//! What the machine is told: what people want, the passing of time, and what came of the work that it asked for.

use earnest_artifacts::{Verified, WorkflowApproval};
use earnest_base::{ContractId, DisputeId, HoldId, Name, Orc, OrderId, Text, TransferId};
use earnest_procurement::{Classifier, RefundCause, ReleaseCause};
use serde::{Deserialize, Serialize};

use crate::{Buyer, ItemId, Plan, Quote, Timetable, WordRefusal};

/// What the machine is told.
#[expect(
    clippy::large_enum_variant,
    reason = "news is what is told most; boxing it would cost an allocation each time"
)]
#[derive(Debug, Clone)]
pub enum Command {
    /// Run a plan. The same run of the same plan, again, is the run that there is.
    Start {
        /// The run.
        run: Name,
        /// What it does.
        plan: Box<Plan>,
        /// For whom it buys.
        buyer: Buyer,
    },
    /// A run may spend.
    Approve {
        /// Who says so, and how much.
        approval: Box<Verified<WorkflowApproval>>,
    },
    /// End a run, and undo what is open.
    Cancel {
        /// The run.
        run: Name,
    },
    /// Something is new about an item.
    Tell {
        /// The run.
        run: Name,
        /// The item.
        item: ItemId,
        /// What.
        news: News,
    },
    /// The end of a run was announced.
    Announced {
        /// The run.
        run: Name,
    },
    /// Run a plan by a timetable, from now on. A schedule of that name is replaced.
    Schedule {
        /// When, what, and for whom.
        timetable: Box<Timetable>,
    },
    /// End a timetable. Runs under way go on.
    Unschedule {
        /// The schedule.
        schedule: Name,
    },
    /// Do the next thing that is due, if there is one. One step, so that a machine with much to do answers in between.
    Advance,
}

/// What is new about an item. What comes late, twice or out of order makes no facts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum News {
    /// These offers stand; none, where none stands or the catalogue is out of reach.
    Quoted {
        /// The offers.
        offers: Vec<Quote>,
    },
    /// The provider could not be reached, or gave no answer that says whether it has the order.
    Unreachable {
        /// The order.
        order: OrderId,
    },
    /// The provider refused the order, or the escrow the hold of its contract.
    Refused {
        /// The order.
        order: OrderId,
        /// Why.
        classifier: Classifier,
    },
    /// The time to answer the order is over, or the escrow says that its contract was not funded in time, and never
    /// will be.
    Lapsed {
        /// The order.
        order: OrderId,
    },
    /// The provider admitted the order, with a contract that procurement found to be the one that follows from it.
    Admitted {
        /// The order.
        order: OrderId,
        /// The contract.
        contract: ContractId,
        /// Its hold; none where nothing is paid.
        hold: Option<HoldId>,
        /// What is paid, in minor units.
        price: Orc,
    },
    /// The escrow holds the money; of a contract that is free, both signatures stand.
    Held {
        /// The order.
        order: OrderId,
    },
    /// The escrow checked a delivery.
    Delivered {
        /// The order.
        order: OrderId,
        /// Its results, each by a name under which the node finds it. Those beyond the planned number are left out: the
        /// plan has no work for them.
        results: Vec<Name>,
    },
    /// The buyer says something to the delivery.
    Said {
        /// The order.
        order: OrderId,
        /// What.
        word: Saying,
    },
    /// What the buyer said was not heard.
    WordRefused {
        /// The order.
        order: OrderId,
        /// Why.
        why: WordRefusal,
    },
    /// The escrow froze the hold.
    DisputeOpened {
        /// The order.
        order: OrderId,
        /// The dispute.
        dispute: DisputeId,
    },
    /// The escrow paid the provider, all or a part; the rest is back.
    Released {
        /// The order.
        order: OrderId,
        /// Why.
        cause: ReleaseCause,
        /// How much, in minor units.
        paid: Orc,
        /// The transfer; none where nothing was to be paid.
        transfer: Option<TransferId>,
    },
    /// The escrow paid the buyer back.
    Refunded {
        /// The order.
        order: OrderId,
        /// Why.
        cause: RefundCause,
        /// The transfer; none where nothing was held.
        transfer: Option<TransferId>,
    },
    /// A provider who delivered nothing in time was reported.
    Reported {
        /// The order.
        order: OrderId,
    },
    /// The node's own work is done.
    LocalDone {
        /// Its results.
        results: Vec<Name>,
    },
    /// The node's own work failed.
    LocalFailed {
        /// Why, for people.
        reason: Text,
    },
}

/// What a buyer can say to a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Saying {
    /// Yes.
    Accept,
    /// No, for a criterion that it breaks.
    Reject,
    /// An arbiter is to decide.
    Dispute,
}
