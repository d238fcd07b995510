//! The escrow: its record rules, its clock decides, and its facts go out as messages.

use earnest_procurement::{
    CancelCause, Decision, Execution, ExecutionCommand, ExecutionState, Expiry, FailureCause, RefundCause,
    RejectionCause, ReleaseCause, apply_execution, decide_execution,
};

use super::{DECISION, FUNDING, Message, Planted, Word, World, actions::contract_terms, moment};
use crate::samples::{accept, decision, delivered, dispute, receipt as persist, refunded, reject, released};

/// Takes a command into the record, and sends the fact. Tells whether it moved something.
fn decide(world: &mut World, command: &ExecutionCommand) -> bool {
    let Ok(Decision::Moves(event)) = decide_execution(&world.escrow, command, moment(world.tick)) else {
        return false;
    };
    let next = apply_execution(&world.escrow, &event).unwrap();
    if !matches!(command, ExecutionCommand::Contract { .. } | ExecutionCommand::PersistReceipt { .. }) {
        world.facts.push(event);
    }
    if world.escrow.ended().is_none() && next.ended().is_some() {
        world.payouts += 1;
    }
    world.escrow = next;
    true
}

pub(super) fn hear(world: &mut World, word: Word) {
    match word {
        Word::Start => drop(decide(world, &ExecutionCommand::Dispatch)),
        Word::Deliver(answer) => {
            let mut delivered = delivered(answer);
            delivered.at = moment(world.tick);
            decide(world, &ExecutionCommand::Deliver { delivered });
        }
        Word::Accept => {
            if decide(world, &accept()) {
                let cause = ReleaseCause::Accepted { decision: decision("buyer") };
                assert!(decide(world, &released(cause)));
            }
        }
        Word::Reject => {
            if decide(world, &reject()) {
                let cause = RejectionCause::ByBuyer { decision: decision("buyer") };
                assert!(decide(world, &refunded(RefundCause::Rejected(cause))));
            }
        }
        Word::Dispute => drop(decide(world, &dispute())),
        Word::Cancel => {
            let cause = CancelCause::ByBuyer { decision: decision("buyer") };
            decide(world, &refunded(RefundCause::Canceled(cause)));
        }
        Word::Fail => drop(decide(world, &refunded(RefundCause::Failed(FailureCause::ByProvider)))),
    }
}

/// Creates exactly the hold of the contract that both signed, in time.
pub(super) fn fund(planted: Planted, world: &mut World, name: &'static str) {
    if world.tick >= FUNDING {
        return;
    }
    let created = decide(world, &ExecutionCommand::Contract { terms: contract_terms(name) });
    if created || planted == Planted::SecondContract {
        world.holds.insert(name);
        world.network.insert(Message::Funded(name, world.tick));
    }
}

/// The timers that are due at a tick.
pub(super) fn timers(planted: Planted, world: &mut World) {
    if planted != Planted::LostTimer {
        decide(world, &refunded(RefundCause::Expired(Expiry)));
    }
    decide(world, &released(ReleaseCause::AutoReleased));
    if world.tick >= DECISION && world.escrow.state() == ExecutionState::Disputed {
        decide(world, &refunded(RefundCause::Rejected(RejectionCause::Undecided)));
    }
}

pub(super) fn receipt(planted: Planted, world: &mut World, name: &str) {
    let ExecutionCommand::PersistReceipt { receipt } = persist(name) else { return };
    let is_due = matches!(&world.escrow, Execution::Unfunded(_)) || world.escrow.ended().is_none();
    if !is_due && (decide(world, &persist(name)) || planted == Planted::SecondReceipt) {
        world.receipts.insert(receipt);
    }
}
