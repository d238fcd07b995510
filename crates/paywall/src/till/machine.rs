//! The book of payments as the machine that the writer drives.

use earnest_base::Timestamp;
use earnest_grant::{Answer, Command, Fact, Grants, Refusal};
use earnest_ports::{Decided, FactError, Genesis, Machine, Position};

/// A book of payments, driven by the writer.
#[derive(Debug, Clone, Default)]
pub struct Booked(pub Grants);

impl Booked {
    /// Books begin empty.
    #[must_use]
    pub fn genesis() -> Genesis<Self> {
        Genesis::new(Self::default)
    }
}

impl Machine for Booked {
    type Command = Command;
    type Fact = Fact;
    type Answer = Answer;
    type Refusal = Refusal;

    fn decide(&self, command: &Command, now: Timestamp) -> Result<Decided<Fact, Answer>, Refusal> {
        let decision = self.0.decide(command, now)?;
        Ok(Decided { facts: decision.facts, answer: decision.answer })
    }

    fn apply(&mut self, fact: &Fact, _: &Position) -> Result<(), FactError> {
        self.0.apply(fact).map_err(|error| FactError(error.to_string()))
    }

    fn encode(fact: &Fact, bytes: &mut Vec<u8>) {
        fact.encode(bytes);
    }

    fn decode(bytes: &[u8]) -> Result<Fact, FactError> {
        Fact::decode(bytes).map_err(|error| FactError(error.to_string()))
    }

    fn save(&self) -> Vec<u8> {
        self.0.to_snapshot()
    }

    fn load(bytes: &[u8]) -> Result<Self, FactError> {
        Grants::from_snapshot(bytes).map(Self).map_err(|error| FactError(error.to_string()))
    }

    fn due(&self, now: Timestamp, _: usize) -> Vec<Command> {
        // One command lets go whatever is over.
        let is_due = self.0.next_due().is_some_and(|due| due <= now);
        if is_due { vec![Command::Sweep] } else { Vec::new() }
    }

    fn next_due(&self) -> Option<Timestamp> {
        self.0.next_due()
    }
}
