//! The settlement as the machine that the writer drives.

use std::sync::Arc;

use earnest_base::{FederationId, Timestamp};
use earnest_ledger::IndexSeed;
use earnest_ports::{Decided, FactError, Genesis, Machine, Position};
use earnest_settlement::{Answer, Command, Fact, Refusal, Settlement};

/// A settlement, driven by the writer.
#[derive(Debug, Clone)]
pub struct Escrowed(pub Settlement);

impl Escrowed {
    /// Settlements of this federation begin without facts.
    #[must_use]
    pub fn genesis(federation: FederationId) -> Genesis<Self> {
        let federation = Arc::new(federation);
        Genesis::new(move || Self(Settlement::new((*federation).clone(), seed())))
    }
}

/// What the index of ids is mixed with: nobody outside knows it, and nothing that can be seen depends on it.
fn seed() -> IndexSeed {
    let mut bytes = [0; 8];
    // Without randomness the index is as right, and as fast for ids that nobody chose to be slow.
    let _ = getrandom::fill(&mut bytes);
    IndexSeed(u64::from_be_bytes(bytes))
}

impl Machine for Escrowed {
    type Command = Command;
    type Fact = Fact;
    type Answer = Answer;
    type Refusal = Refusal;

    fn decide(&self, command: &Command, now: Timestamp) -> Result<Decided<Fact, Answer>, Refusal> {
        let decision = self.0.decide(command, now)?;
        Ok(Decided { facts: decision.facts, answer: decision.answer })
    }

    fn apply(&mut self, fact: &Fact, place: &Position) -> Result<(), FactError> {
        self.0.apply(fact).map_err(|error| FactError(error.to_string()))?;
        if self.0.seq() == place.seq.value() {
            return Ok(());
        }
        Err(FactError(format!("expected fact {} to be next, found {}", self.0.seq(), place.seq)))
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
        Settlement::from_snapshot(bytes, seed()).map(Self).map_err(|error| FactError(error.to_string()))
    }

    fn due(&self, now: Timestamp, limit: usize) -> Vec<Command> {
        let timers = self.0.due(now).take(limit);
        timers.map(|command| Command::Ledger { command, evidence: Vec::new() }).collect()
    }

    fn next_due(&self) -> Option<Timestamp> {
        self.0.next_due()
    }
}
