//! An exhaustive model of one order: every order of messages, duplicates, lapses and timers, from the order to its receipt.
//!
//! Messages stay once they are sent, so each may come at any time, any number of times, or never. The machines are those
//! of the crate. Only the escrow's timers are modelled here: they fire when their tick comes.

mod actions;
mod escrow;

use std::collections::BTreeSet;

use earnest_base::{ReceiptId, Timestamp};
use earnest_procurement::{Agreement, Deadlines, Execution, ExecutionEvent, ExecutionState, Queue, Slot};
use stateright::{Checker, HasDiscoveries, Model, Property};

use crate::samples::{opened, order_ref};

/// The last tick: every deadline is over.
const END: u8 = 5;

/// A fault that is planted, to see that the model finds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Planted {
    Nothing,
    /// The provider works as soon as it has admitted.
    WorkBeforeHold,
    /// The escrow creates a hold for whatever both signed, and the provider signs each time that it is asked.
    SecondContract,
    /// The escrow forgets the timer of `work-by`.
    LostTimer,
    /// The escrow writes a receipt each time that it is asked.
    SecondReceipt,
    /// A lapse does not free the slot.
    LostSlot,
}

/// Everything that is known anywhere.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct World {
    tick: u8,
    buyer: Agreement,
    provider: Agreement,
    queue: Queue,
    /// The escrow's record, which rules, and the facts that made it.
    escrow: Execution,
    facts: Vec<ExecutionEvent>,
    /// The provider's mirror of it.
    mirror: Execution,
    /// The contracts that the escrow funded.
    holds: BTreeSet<&'static str>,
    /// How often money left the hold.
    payouts: u8,
    worked: bool,
    /// Whether the provider heard of its hold after it had let the acceptance lapse.
    revived: bool,
    receipts: BTreeSet<ReceiptId>,
    network: BTreeSet<Message>,
}

/// What travels. The escrow's facts travel too: each of its record may come at any time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Message {
    Order,
    Admitted(&'static str),
    Countersigned(&'static str),
    Funded(&'static str, u8),
}

/// What a side says to the escrow. It may come at any time from when it can be said, any number of times, or never, so it
/// need not be kept anywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Word {
    Start,
    Deliver(&'static str),
    Fail,
    Accept,
    Reject,
    Dispute,
    Cancel,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Action {
    Tick,
    Receive(Message),
    HearOfHold(&'static str, u8),
    Hear(usize),
    Decline,
    Countersign,
    LapseAtBuyer,
    LapseAtProvider,
    Work,
    Say(Word),
    Receipt(&'static str),
}

struct Order(Planted);

fn moment(tick: u8) -> Timestamp {
    let start = crate::support::at("06:00:00").unix_millis();
    Timestamp::from_unix_millis(start + i64::from(tick) * 60_000).unwrap()
}

/// Work by tick 2, word until 3, release at 4. An undecided dispute ends at 5.
fn deadlines() -> Deadlines {
    Deadlines { work_by: moment(2), accept_by: moment(3), dispute_by: moment(3), auto_release: moment(4) }
}

/// Until which tick an order is answered, and an acceptance funded.
const FUNDING: u8 = 1;
const DECISION: u8 = 5;

impl Model for Order {
    type State = World;
    type Action = Action;

    fn init_states(&self) -> Vec<World> {
        let digest = earnest_base::Sha256Digest::of(b"order");
        let order = Agreement::submit(order_ref(), digest, moment(FUNDING));
        vec![World {
            tick: 0,
            buyer: order.clone(),
            provider: order,
            queue: Queue::new(),
            escrow: opened(),
            facts: Vec::new(),
            mirror: opened(),
            holds: BTreeSet::new(),
            payouts: 0,
            worked: false,
            revived: false,
            receipts: BTreeSet::new(),
            network: BTreeSet::from([Message::Order]),
        }]
    }

    fn actions(&self, world: &World, actions: &mut Vec<Action>) {
        actions::possible(self.0, world, actions);
    }

    fn next_state(&self, world: &World, action: Action) -> Option<World> {
        let next = actions::take(self.0, world, &action);
        (next != *world).then_some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("at most one contract is funded", |_, world: &World| world.holds.len() <= 1),
            Property::always("at most one receipt", |_, world: &World| world.receipts.len() <= 1),
            Property::always("never work without a hold", |_, world: &World| !world.worked || !world.holds.is_empty()),
            Property::always("money moves once, and only at an end", |_, world: &World| {
                let ended = world.escrow.ended().is_some();
                world.payouts == u8::from(ended)
            }),
            Property::always("every hold ends", |_, world: &World| {
                world.tick < END
                    || world.escrow.state() != LIVE && (world.holds.is_empty() || world.escrow.state().is_terminal())
            }),
            Property::always("a slot is held by what is admitted", |_, world: &World| {
                world.queue.slot(&order_ref().order).is_some() == (world.provider.holds_slot() && !over(world))
            }),
            Property::always("a slot that works has its hold", |_, world: &World| {
                world.queue.slot(&order_ref().order) != Some(Slot::Working) || !world.holds.is_empty()
            }),
            Property::sometimes("settled with a receipt", |_, world: &World| told(world, ExecutionState::Released)),
            Property::sometimes("expired with a receipt", |_, world: &World| told(world, ExecutionState::Expired)),
            Property::sometimes("rejected after a dispute", |_, world: &World| told(world, ExecutionState::Rejected)),
            Property::sometimes("canceled before the work", |_, world: &World| told(world, ExecutionState::Canceled)),
            Property::sometimes("lapsed here, and funded all the same", |_, world: &World| world.revived),
        ]
    }
}

/// A state that no record may be in at the end of time.
const LIVE: ExecutionState = ExecutionState::Dispatched;

/// Whether the provider knows that it is over.
fn over(world: &World) -> bool {
    world.mirror.state().is_terminal()
}

fn told(world: &World, state: ExecutionState) -> bool {
    world.escrow.state() == state && !world.receipts.is_empty()
}

/// Every reachable world, and the properties that do not hold.
fn check(planted: Planted) -> (usize, Vec<String>) {
    let checker = Order(planted).checker().spawn_bfs().join();
    let model = Order(planted);
    let failed = model.properties().into_iter().filter(|property| {
        let found = checker.discovery(property.name).is_some();
        found == matches!(property.expectation, stateright::Expectation::Always)
    });
    (checker.unique_state_count(), failed.map(|property| property.name.to_owned()).collect())
}

#[test]
fn every_way_of_one_order_ends_with_one_contract_one_payout_and_one_receipt() {
    let (worlds, failed) = check(Planted::Nothing);
    assert_eq!(failed, Vec::<String>::new(), "of {worlds} worlds");
    assert!(worlds > 5_000, "the model has {worlds} worlds");
}

#[test]
fn the_model_finds_each_planted_fault() {
    for (planted, property) in [
        (Planted::WorkBeforeHold, "never work without a hold"),
        (Planted::SecondContract, "at most one contract is funded"),
        (Planted::LostTimer, "every hold ends"),
        (Planted::SecondReceipt, "at most one receipt"),
        (Planted::LostSlot, "a slot is held by what is admitted"),
    ] {
        let checker = Order(planted).checker().finish_when(HasDiscoveries::AnyFailures).spawn_bfs().join();
        assert!(checker.discovery(property).is_some(), "{planted:?}");
    }
}
