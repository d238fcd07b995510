//! A small machine: a sum that is added to and taken from, with timers. Each id has one effect.

use std::collections::{BTreeMap, BTreeSet};

use earnest_base::Timestamp;

use super::tally_bytes;
use crate::{Decided, FactError, Machine, Position};

/// A sum, and how it came about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    pub(super) sum: i64,
    pub(super) done: BTreeMap<u64, Done>,
    pub(super) timers: BTreeSet<(Timestamp, u64)>,
    pub(super) rang: u64,
}

/// What is kept of an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Done {
    pub(super) amount: i64,
    pub(super) told: Told,
}

/// What an id adds, or, below zero, takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount(pub i64);

/// What is asked of a [`Tally`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TallyCommand {
    /// Adds an amount, once for an id.
    Add {
        /// The idempotency key.
        id: u64,
        /// What is added.
        amount: Amount,
        /// Bytes that the fact carries along.
        note: Vec<u8>,
    },
    /// Has a timer add 1 when its time has come.
    Remind {
        /// The idempotency key.
        id: u64,
        /// When.
        at: Timestamp,
    },
    /// The timer of this id.
    Ring {
        /// Which.
        id: u64,
        /// Its time.
        at: Timestamp,
    },
}

/// What happens in a [`Tally`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TallyFact {
    /// An amount was added.
    Added {
        /// By which id.
        id: u64,
        /// How much.
        amount: Amount,
        /// The sum after it.
        sum: i64,
        /// Bytes that it carries along.
        note: Vec<u8>,
    },
    /// A timer was set.
    Set {
        /// Which.
        id: u64,
        /// Its time.
        at: Timestamp,
    },
    /// A timer rang.
    Rang {
        /// Which.
        id: u64,
        /// Its time.
        at: Timestamp,
    },
}

/// What the caller of a [`Tally`] is told: the same for the same id, for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Told {
    /// The sum after the command.
    pub sum: i64,
}

/// Why a [`Tally`] does nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TallyRefusal {
    /// The id stands for another command.
    Conflict,
    /// There is not as much.
    TooLittle,
    /// No such timer.
    NoTimer,
}

impl Tally {
    /// The sum.
    #[must_use]
    pub const fn sum(&self) -> i64 {
        self.sum
    }

    /// The ids that had an effect.
    pub fn ids(&self) -> impl Iterator<Item = u64> {
        self.done.keys().copied()
    }

    /// How many timers have rung.
    #[must_use]
    pub const fn rang(&self) -> u64 {
        self.rang
    }

    /// Whether the sum is what the ids add up to: nothing lost, nothing counted twice.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let rang = i64::try_from(self.rang).unwrap_or(i64::MAX);
        self.done.values().map(|done| done.amount).sum::<i64>() + rang == self.sum
    }
}

impl Machine for Tally {
    type Command = TallyCommand;
    type Fact = TallyFact;
    type Answer = Told;
    type Refusal = TallyRefusal;

    fn decide(&self, command: &TallyCommand, _: Timestamp) -> Result<Decided<TallyFact, Told>, TallyRefusal> {
        let (fact, amount) = match command {
            TallyCommand::Ring { id, at } if self.timers.contains(&(*at, *id)) => {
                let told = Told { sum: self.sum };
                return Ok(Decided { facts: vec![TallyFact::Rang { id: *id, at: *at }], answer: told });
            }
            TallyCommand::Ring { .. } => return Err(TallyRefusal::NoTimer),
            TallyCommand::Remind { id, at } => (TallyFact::Set { id: *id, at: *at }, 0),
            TallyCommand::Add { id, amount, note } => {
                let sum = self.sum.checked_add(amount.0).ok_or(TallyRefusal::TooLittle)?;
                (TallyFact::Added { id: *id, amount: *amount, sum, note: note.clone() }, amount.0)
            }
        };
        let id = match command {
            TallyCommand::Add { id, .. } | TallyCommand::Remind { id, .. } | TallyCommand::Ring { id, .. } => id,
        };
        match self.done.get(id) {
            Some(done) if done.amount == amount => Ok(Decided { facts: Vec::new(), answer: done.told }),
            Some(_) => Err(TallyRefusal::Conflict),
            None if self.sum + amount < 0 => Err(TallyRefusal::TooLittle),
            None => Ok(Decided { facts: vec![fact], answer: Told { sum: self.sum + amount } }),
        }
    }

    fn apply(&mut self, fact: &TallyFact, _: &Position) -> Result<(), FactError> {
        let (id, amount) = match fact {
            TallyFact::Added { id, amount, sum, .. } if self.sum + amount.0 == *sum && *sum >= 0 => (*id, amount.0),
            TallyFact::Added { .. } => return Err(FactError("a sum that does not add up".to_owned())),
            TallyFact::Set { id, at } => {
                self.timers.insert((*at, *id));
                (*id, 0)
            }
            TallyFact::Rang { id, at } => {
                if !self.timers.remove(&(*at, *id)) {
                    return Err(FactError("a timer that rang without being set".to_owned()));
                }
                self.sum += 1;
                self.rang += 1;
                return Ok(());
            }
        };
        self.sum += amount;
        let told = Told { sum: self.sum };
        match self.done.insert(id, Done { amount, told }) {
            None => Ok(()),
            Some(_) => Err(FactError(format!("a second effect of id {id}"))),
        }
    }

    fn encode(fact: &TallyFact, bytes: &mut Vec<u8>) {
        tally_bytes::write_fact(fact, bytes);
    }

    fn decode(bytes: &[u8]) -> Result<TallyFact, FactError> {
        tally_bytes::read_fact(bytes).ok_or_else(|| FactError("bytes that are no fact of a tally".to_owned()))
    }

    fn save(&self) -> Vec<u8> {
        tally_bytes::write_state(self)
    }

    fn load(bytes: &[u8]) -> Result<Self, FactError> {
        tally_bytes::read_state(bytes).ok_or_else(|| FactError("bytes that are no state of a tally".to_owned()))
    }

    fn due(&self, now: Timestamp, limit: usize) -> Vec<TallyCommand> {
        let due = self.timers.iter().take_while(|(at, _)| *at <= now).take(limit);
        due.map(|(at, id)| TallyCommand::Ring { id: *id, at: *at }).collect()
    }

    fn next_due(&self) -> Option<Timestamp> {
        self.timers.first().map(|(at, _)| *at)
    }
}
