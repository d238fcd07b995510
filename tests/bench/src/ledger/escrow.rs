//! The ledger as a machine that a writer drives.

use earnest_base::Timestamp;
use earnest_ledger::{Answer, Command, Fact, IndexSeed, Ledger, Refusal, decide, due};
use earnest_ports::{Batch, Decided, FactError, Genesis, Machine, Position};

/// The ledger of one federation, whose facts are all that its journal holds.
#[derive(Clone)]
pub(super) struct Escrow(pub(super) Ledger);

impl Escrow {
    /// Without facts.
    pub(super) fn empty() -> anyhow::Result<Self> {
        Ok(Self(Ledger::with_index_seed("fed:pl-main".parse()?, IndexSeed(7))))
    }

    pub(super) fn genesis() -> anyhow::Result<Genesis<Self>> {
        let empty = Self::empty()?;
        Ok(Genesis::new(move || empty.clone()))
    }

    /// Decides a command and takes its facts, as a writer does.
    pub(super) fn carry_out(&mut self, command: &Command, now: Timestamp, batch: &mut Batch) -> anyhow::Result<()> {
        let decided =
            Machine::decide(self, command, now).map_err(|refusal| anyhow::anyhow!("{refusal}: {command:?}"))?;
        for fact in &decided.facts {
            let place = batch.push(|bytes| Self::encode(fact, bytes))?;
            Machine::apply(self, fact, &place)?;
        }
        Ok(())
    }
}

impl Machine for Escrow {
    type Command = Command;
    type Fact = Fact;
    type Answer = Answer;
    type Refusal = Refusal;

    fn decide(&self, command: &Command, now: Timestamp) -> Result<Decided<Fact, Answer>, Refusal> {
        let decision = decide(&self.0, command, now)?;
        Ok(Decided { facts: decision.facts, answer: decision.answer })
    }

    fn apply(&mut self, fact: &Fact, place: &Position) -> Result<(), FactError> {
        self.0.apply(fact).map_err(|error| FactError(error.to_string()))?;
        if self.0.seq() == place.seq.value() {
            Ok(())
        } else {
            Err(FactError(format!("expected fact {}, found {}", self.0.seq(), place.seq)))
        }
    }

    fn encode(fact: &Fact, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&fact.to_bytes());
    }

    fn decode(bytes: &[u8]) -> Result<Fact, FactError> {
        Fact::from_bytes(bytes).map_err(|error| FactError(error.to_string()))
    }

    fn save(&self) -> Vec<u8> {
        self.0.to_snapshot()
    }

    fn load(bytes: &[u8]) -> Result<Self, FactError> {
        let ledger = Ledger::from_snapshot(bytes, IndexSeed(8)).map_err(|error| FactError(error.to_string()))?;
        Ok(Self(ledger))
    }

    fn due(&self, now: Timestamp, limit: usize) -> Vec<Command> {
        due(&self.0, now).take(limit).collect()
    }

    fn next_due(&self) -> Option<Timestamp> {
        self.0.next_timer()
    }
}
