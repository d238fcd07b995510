//! What may happen next, and what it does.

use std::{collections::BTreeMap, sync::LazyLock};

use earnest_artifacts::vocabulary::ConfirmationMode;
use earnest_procurement::{
    Acceptance, Agreement, AgreementCommand, AgreementState, Decision, ExecutionCommand, ExecutionState, Terms,
    apply_agreement, apply_execution, decide_agreement, decide_execution,
};

use super::{Action, END, Message, Planted, Word, World, escrow, moment};
use crate::samples::{acceptance, order_ref, terms};

/// The two contracts that a provider could sign, as the model's clock has them. They are made once.
static CONTRACTS: LazyLock<BTreeMap<&'static str, (Acceptance, Terms)>> = LazyLock::new(|| {
    let made = ["a", "b"].map(|name| {
        let acceptance = Acceptance { funding_by: moment(super::FUNDING), ..acceptance(name) };
        let Acceptance { contract, hold, .. } = acceptance.clone();
        let terms = terms(ConfirmationMode::SelfConfirmed, hold);
        (name, (acceptance, Terms { contract, deadlines: super::deadlines(), ..terms }))
    });
    made.into_iter().collect()
});

/// The acceptance of a contract of this name.
pub(super) fn accepted(name: &str) -> Acceptance {
    CONTRACTS[name].0.clone()
}

pub(super) fn possible(planted: Planted, world: &World, actions: &mut Vec<Action>) {
    if world.tick < END {
        actions.push(Action::Tick);
    }
    actions.extend(world.network.iter().copied().map(Action::Receive));
    actions.extend((0..world.facts.len()).map(Action::Hear));
    actions.extend(world.network.iter().filter_map(|message| match message {
        Message::Funded(name, tick) => Some(Action::HearOfHold(name, *tick)),
        _ => None,
    }));
    match world.buyer.state() {
        AgreementState::Submitted => actions.extend([Action::Decline, Action::LapseAtBuyer]),
        AgreementState::Admitted => actions.extend([Action::Decline, Action::Countersign, Action::LapseAtBuyer]),
        AgreementState::Countersigned => actions.push(Action::LapseAtBuyer),
        AgreementState::Funded => {
            actions.extend([Word::Accept, Word::Reject, Word::Dispute, Word::Cancel].map(Action::Say));
        }
        AgreementState::Rejected | AgreementState::Declined | AgreementState::Lapsed => {}
    }
    match world.provider.state() {
        AgreementState::Submitted | AgreementState::Admitted | AgreementState::Countersigned => {
            actions.push(Action::LapseAtProvider);
        }
        _ => {}
    }
    match world.mirror.state() {
        ExecutionState::Contracted => actions.push(Action::Say(Word::Start)),
        ExecutionState::Dispatched => actions.extend([Action::Work, Action::Say(Word::Fail)]),
        _ => {}
    }
    if world.worked {
        actions.extend([Word::Deliver("one"), Word::Deliver("two")].map(Action::Say));
    }
    if planted == Planted::WorkBeforeHold && world.provider.state() == AgreementState::Admitted {
        actions.push(Action::Work);
    }
    if world.escrow.ended().is_some() {
        actions.extend([Action::Receipt("one"), Action::Receipt("two")]);
    }
}

pub(super) fn take(planted: Planted, world: &World, action: &Action) -> World {
    let mut next = world.clone();
    match *action {
        Action::Tick => {
            next.tick += 1;
            escrow::timers(planted, &mut next);
        }
        Action::Receive(message) => receive(planted, &mut next, message),
        Action::HearOfHold(name, tick) => drop(agree_at_buyer(&mut next, &fund(name, tick))),
        Action::Hear(place) => hear(&mut next, place),
        Action::Decline => drop(agree_at_buyer(&mut next, &AgreementCommand::Decline)),
        Action::Countersign => countersign(&mut next),
        Action::LapseAtBuyer => drop(agree_at_buyer(&mut next, &AgreementCommand::Lapse)),
        Action::LapseAtProvider => {
            if agree_at_provider(&mut next, &AgreementCommand::Lapse) && planted != Planted::LostSlot {
                next.queue.free(&order_ref().order);
            }
        }
        Action::Work => next.worked = true,
        Action::Say(word) => escrow::hear(&mut next, word),
        Action::Receipt(name) => escrow::receipt(planted, &mut next, name),
    }
    next
}

fn fund(name: &str, tick: u8) -> AgreementCommand {
    let Acceptance { digest, hold, .. } = accepted(name);
    AgreementCommand::Fund { digest, hold, created_at: moment(tick) }
}

/// Takes a command at a side, where it is taken. Tells whether it moved something.
fn agree(agreement: &mut Agreement, command: &AgreementCommand, tick: u8) -> bool {
    match decide_agreement(agreement, command, moment(tick)) {
        Ok(Decision::Moves(event)) => {
            *agreement = apply_agreement(agreement, &event).unwrap();
            true
        }
        Ok(Decision::AlreadyPresent) | Err(_) => false,
    }
}

fn agree_at_buyer(world: &mut World, command: &AgreementCommand) -> bool {
    agree(&mut world.buyer, command, world.tick)
}

fn agree_at_provider(world: &mut World, command: &AgreementCommand) -> bool {
    agree(&mut world.provider, command, world.tick)
}

fn countersign(world: &mut World) {
    let Agreement::Admitted(admitted) = &world.buyer else { return };
    let digest = admitted.acceptance.digest.clone();
    let name = if digest == accepted("a").digest { "a" } else { "b" };
    if agree_at_buyer(world, &AgreementCommand::Countersign { digest }) {
        world.network.insert(Message::Countersigned(name));
    }
}

fn receive(planted: Planted, world: &mut World, message: Message) {
    match message {
        Message::Order => admit(planted, world),
        Message::Admitted(name) => {
            let admit = AgreementCommand::Admit { acceptance: accepted(name) };
            if planted == Planted::SecondContract && agree_anew(world, name) {
                return;
            }
            agree_at_buyer(world, &admit);
        }
        Message::Funded(name, tick) => {
            let fund = fund(name, tick);
            let lapsed = world.provider.state() == AgreementState::Lapsed;
            if agree_at_provider(world, &fund) {
                world.queue.begin(&order_ref().order);
                world.revived = lapsed;
            }
            if world.provider.state() == AgreementState::Funded {
                mirror(world, &ExecutionCommand::Contract { terms: contract_terms(name) }, moment(tick));
            }
        }
        Message::Countersigned(name) => escrow::fund(planted, world, name),
    }
}

/// With the planted fault the buyer signs whatever it is sent.
fn agree_anew(world: &mut World, name: &'static str) -> bool {
    let is_out = matches!(world.buyer.state(), AgreementState::Admitted | AgreementState::Countersigned);
    is_out && world.network.insert(Message::Countersigned(name))
}

/// The provider hears of a fact. What it hears out of order does not follow, and comes again.
fn hear(world: &mut World, place: usize) {
    let event = world.facts[place].clone();
    mirror(world, &event.command, event.at);
    if world.mirror.state().is_terminal() {
        world.queue.free(&order_ref().order);
    }
}

fn admit(planted: Planted, world: &mut World) {
    let order = order_ref().order;
    for name in ["a", "b"] {
        let acceptance = accepted(name);
        let funding_by = acceptance.funding_by;
        let admit = AgreementCommand::Admit { acceptance };
        if world.queue.room_for(&order, 1).is_ok() && agree_at_provider(world, &admit) {
            world.queue.reserve(&order, 1, funding_by).unwrap();
            world.network.insert(Message::Admitted(name));
        } else if planted == Planted::SecondContract && world.provider.state() == AgreementState::Admitted {
            world.network.insert(Message::Admitted(name));
        }
    }
}

pub(super) fn contract_terms(name: &str) -> Terms {
    CONTRACTS[name].1.clone()
}

/// Takes a fact of the escrow's into the provider's mirror, where it follows.
fn mirror(world: &mut World, command: &ExecutionCommand, at: earnest_base::Timestamp) {
    if let Ok(Decision::Moves(event)) = decide_execution(&world.mirror, command, at) {
        world.mirror = apply_execution(&world.mirror, &event).unwrap();
    }
}
