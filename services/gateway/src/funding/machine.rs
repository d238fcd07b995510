//! The crossings as the machine that the writer drives.

use std::sync::Arc;

use earnest_base::Timestamp;
use earnest_funding::{Command, Crossings, Event, Gateway, Refusal};
use earnest_ports::{Decided, FactError, Genesis, Machine, Position};

/// The crossings of a gateway, driven by the writer.
#[derive(Debug, Clone)]
pub struct Funded(pub Crossings);

impl Funded {
    /// Crossings of this gateway begin without facts.
    #[must_use]
    pub fn genesis(gateway: Gateway) -> Genesis<Self> {
        let gateway = Arc::new(gateway);
        Genesis::new(move || Self(Crossings::new((*gateway).clone())))
    }
}

impl Machine for Funded {
    type Command = Command;
    type Fact = Event;
    type Answer = ();
    type Refusal = Refusal;

    fn decide(&self, command: &Command, now: Timestamp) -> Result<Decided<Event, ()>, Refusal> {
        self.0.decide(command, now).map(|facts| Decided { facts, answer: () })
    }

    fn apply(&mut self, fact: &Event, _: &Position) -> Result<(), FactError> {
        self.0.apply(fact).map_err(|error| FactError(error.to_string()))
    }

    fn encode(fact: &Event, bytes: &mut Vec<u8>) {
        // Ids, amounts, moments and texts: nothing of it fails to be written.
        bytes.extend_from_slice(&serde_json::to_vec(fact).unwrap_or_default());
    }

    fn decode(bytes: &[u8]) -> Result<Event, FactError> {
        serde_json::from_slice(bytes).map_err(|error| FactError(error.to_string()))
    }

    fn save(&self) -> Vec<u8> {
        // As above.
        serde_json::to_vec(&self.0).unwrap_or_default()
    }

    fn load(bytes: &[u8]) -> Result<Self, FactError> {
        serde_json::from_slice(bytes).map(Self).map_err(|error| FactError(error.to_string()))
    }

    /// Nothing is due by itself.
    fn due(&self, _: Timestamp, _: usize) -> Vec<Command> {
        Vec::new()
    }

    fn next_due(&self) -> Option<Timestamp> {
        None
    }
}
