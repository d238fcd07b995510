//! The relay as the machine that the writer drives: its events in the journal, and beside them what a restarted process
//! needs to sign and send again.

mod catalogue;
mod changes;
mod codec;
mod snapshot;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, sync::Arc};

use earnest_base::{Network, PaymentId, Timestamp};
use earnest_payment::{Lookup, Payment, RefusedSubmission, Tombstone};
use earnest_ports::{Decided, FactError, Genesis, Machine, Position};
use earnest_rail::Carried;
use earnest_relay::{Event, RailTerms, Relay, Work};

pub(crate) use catalogue::{Catalogue, Listing};
pub(crate) use changes::{Change, Changes};

/// A relay with its payments, driven by the writer.
#[derive(Debug, Clone, Default)]
pub struct Relaying {
    relay: Relay,
    /// The terms of each rail, as they were told last.
    terms: BTreeMap<Network, RailTerms>,
    /// The payments that have not ended, each with its request.
    open: BTreeMap<PaymentId, Open>,
    catalogue: Catalogue,
    /// What changed of late, for those who wait; no part of the state that is kept.
    changes: Changes,
    /// The fact that it stands at.
    seq: u64,
}

/// A payment that has not ended.
#[derive(Debug, Clone)]
pub(crate) struct Open {
    pub(crate) carried: Arc<Carried>,
    pub(crate) listing: Option<Arc<Listing>>,
    /// The fact that changed its status last.
    pub(crate) changed: u64,
}

/// A submission on its way into the journal.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) carried: Arc<Carried>,
    /// The request in JSON, as the journal keeps it.
    pub(crate) text: Arc<[u8]>,
    /// What a catalogue takes of it once it is paid.
    pub(crate) listing: Option<Arc<Listing>>,
}

/// What the machine is told.
#[derive(Debug, Clone)]
pub enum Command {
    /// Settle this payment.
    Submit(Submitted),
    /// Anything else that a relay is told.
    Relay(earnest_relay::Command),
    /// A rail has these terms from now on.
    Terms {
        /// The rail.
        network: Network,
        /// Its terms.
        terms: RailTerms,
    },
}

/// A submission with its request. Only the gateway makes one, of what it has verified.
#[derive(Debug, Clone)]
pub struct Submitted(pub(crate) Entry);

/// What happened.
#[derive(Debug, Clone)]
pub enum Fact {
    /// What a relay tells.
    Event(Event),
    /// A payment got its identity: the relay's event, with the request.
    Received(Received),
    /// A rail has these terms from now on.
    Terms {
        /// The rail.
        network: Network,
        /// Its terms.
        terms: RailTerms,
    },
}

/// A payment that got its identity.
#[derive(Debug, Clone)]
pub struct Received {
    entry: Entry,
    at: Timestamp,
    deadline: Timestamp,
}

/// What a caller is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// The payment that a submission is, new or known.
    Payment(Box<Payment>),
    /// It is done, or was done before.
    Done,
}

impl Relaying {
    /// Relays begin without rails and payments: both are facts.
    #[must_use]
    pub fn genesis() -> Genesis<Self> {
        Genesis::new(Self::default)
    }

    /// The decisions' own state.
    #[must_use]
    pub const fn relay(&self) -> &Relay {
        &self.relay
    }

    pub(crate) const fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    pub(crate) const fn changes(&self) -> &Changes {
        &self.changes
    }

    pub(crate) fn open(&self, payment_id: &PaymentId) -> Option<&Open> {
        self.open.get(payment_id)
    }

    /// How many payments have not ended.
    pub(crate) fn open_count(&self) -> usize {
        self.open.len()
    }

    /// What is to be done outside, in its order: signing, sending, looking.
    pub(crate) fn works(&self) -> impl Iterator<Item = &Work> {
        self.relay.works()
    }

    /// The record of a payment, where it has one or was paid.
    pub(crate) fn payment(&self, payment_id: &PaymentId) -> Option<Payment> {
        match self.relay.lookup(payment_id) {
            Lookup::Record(payment) => Some(payment.clone()),
            Lookup::Tombstone(Tombstone::Confirmed(confirmed)) => Some(Payment::Confirmed(confirmed.clone())),
            Lookup::Tombstone(Tombstone::Unpaid { .. }) | Lookup::Nothing(_) => None,
        }
    }

    fn submit(&self, entry: &Entry, now: Timestamp) -> Result<Decided<Fact, Told>, RefusedSubmission> {
        let submission = &entry.carried.submission;
        let decision = self.relay.decide(&earnest_relay::Command::Submit(submission.clone()), now)?;
        let known = decision.payment_id.as_ref().and_then(|payment_id| self.payment(payment_id));
        let mut payment = known;
        let mut facts = Vec::with_capacity(decision.events.len());
        for event in decision.events {
            match event {
                Event::Received { submission, at, deadline } => {
                    payment = Payment::submit(submission.payment_id, at, deadline, submission.lapses_at).ok();
                    facts.push(Fact::Received(Received { entry: entry.clone(), at, deadline }));
                }
                event => {
                    if let (Some(stands), Event::Payment(step)) = (&payment, &event)
                        && let Ok(next) = earnest_payment::apply(stands, step)
                    {
                        payment = Some(next);
                    }
                    facts.push(Fact::Event(event));
                }
            }
        }
        let Some(payment) = payment else { return Err(no_record()) };
        Ok(Decided { facts, answer: Told::Payment(Box::new(payment)) })
    }

    fn take(&mut self, event: &Event, place: &Position) -> Result<(), FactError> {
        let is_told = self.changes_status(event);
        self.relay.apply(event).map_err(|error| FactError(error.to_string()))?;
        if let Event::Payment(step) = event
            && is_told
        {
            self.stepped(step, place.seq.value());
        }
        Ok(())
    }

    /// Whether anybody is told of an event: a look that finds the transaction where it was changes no status.
    fn changes_status(&self, event: &Event) -> bool {
        let Event::Payment(step) = event else { return false };
        let earnest_payment::Cause::Observed { txid: seen, .. } = &step.cause else { return true };
        !matches!(self.relay.lookup(&step.payment_id), Lookup::Record(Payment::Mempool(there)) if there.txid == *seen)
    }

    /// A payment went from state to state: who waits for it hears so, and what nobody needs any more goes.
    fn stepped(&mut self, step: &earnest_payment::Event, seq: u64) {
        let ended = changes::is_end(&step.cause);
        self.changes.push(Change { seq, payment_id: step.payment_id.clone(), ended });
        if !ended {
            if let Some(open) = self.open.get_mut(&step.payment_id) {
                open.changed = seq;
            }
            return;
        }
        let listing = self.open.remove(&step.payment_id).and_then(|open| open.listing);
        if let (earnest_payment::Cause::Confirmed { .. }, Some(listing)) = (&step.cause, listing) {
            self.catalogue.list(&listing, step.at);
        }
    }
}

/// A relay that names a payment has it: this answers for the case that it has not.
fn no_record() -> RefusedSubmission {
    let error = "the relay names a payment that it does not have".to_owned();
    RefusedSubmission { code: earnest_payment::ErrorCode::InternalError, error, help: None }
}

/// How many steps of the relay are made for one write where nobody asks for more.
const STEPS: usize = 256;

impl Machine for Relaying {
    type Command = Command;
    type Fact = Fact;
    type Answer = Told;
    type Refusal = RefusedSubmission;

    fn decide(&self, command: &Command, now: Timestamp) -> Result<Decided<Fact, Told>, RefusedSubmission> {
        match command {
            Command::Submit(Submitted(entry)) => self.submit(entry, now),
            Command::Relay(command) => {
                let decision = self.relay.decide(command, now)?;
                let facts = decision.events.into_iter().map(Fact::Event).collect();
                Ok(Decided { facts, answer: Told::Done })
            }
            Command::Terms { network, terms } => {
                let facts = if self.terms.get(network) == Some(terms) {
                    Vec::new()
                } else {
                    vec![Fact::Terms { network: network.clone(), terms: terms.clone() }]
                };
                Ok(Decided { facts, answer: Told::Done })
            }
        }
    }

    fn apply(&mut self, fact: &Fact, place: &Position) -> Result<(), FactError> {
        self.seq = place.seq.value();
        match fact {
            Fact::Event(event) => self.take(event, place),
            Fact::Received(Received { entry, at, deadline }) => {
                let submission = entry.carried.submission.clone();
                let payment_id = submission.payment_id.clone();
                let event = Event::Received { submission, at: *at, deadline: *deadline };
                self.take(&event, place)?;
                let Entry { carried, listing, .. } = entry.clone();
                self.open.insert(payment_id, Open { carried, listing, changed: place.seq.value() });
                Ok(())
            }
            Fact::Terms { network, terms } => {
                self.relay.set_terms(network.clone(), terms.clone());
                self.terms.insert(network.clone(), terms.clone());
                Ok(())
            }
        }
    }

    fn encode(fact: &Fact, bytes: &mut Vec<u8>) {
        codec::encode(fact, bytes);
    }

    fn decode(bytes: &[u8]) -> Result<Fact, FactError> {
        codec::decode(bytes)
    }

    fn save(&self) -> Vec<u8> {
        snapshot::save(self)
    }

    fn load(bytes: &[u8]) -> Result<Self, FactError> {
        snapshot::load(bytes)
    }

    fn due(&self, now: Timestamp, limit: usize) -> Vec<Command> {
        let steps = if self.relay.is_due(now) { limit.min(STEPS) } else { 0 };
        vec![Command::Relay(earnest_relay::Command::Advance); steps]
    }

    fn next_due(&self) -> Option<Timestamp> {
        // Nothing is due in 1970 but payments that could go out at any time.
        let waiting = self.relay.is_due(Timestamp::UNIX_EPOCH);
        if waiting { Some(Timestamp::UNIX_EPOCH) } else { self.relay.next_due() }
    }
}
