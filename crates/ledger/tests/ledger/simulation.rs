//! A seeded simulation: random commands of everybody, duplicates, late and early ones, a clock that jumps, restarts.
//! After every operation all invariants are checked, against the ledger's own audit and against a second book that is
//! kept here from the transfers alone.

// With paths, because the example `simulate` takes this file from another folder.
#[path = "simulation/commands.rs"]
mod commands;
#[path = "simulation/random.rs"]
mod random;

use std::collections::BTreeMap;

use earnest_base::Timestamp;
use earnest_ledger::{
    AccountNumber, Answer, Because, Command, Event, Fact, HoldEvent, HoldNumber, IndexSeed, Ledger, Refusal, decide,
    due,
};
use random::Random;

use crate::world::{World, minute};

/// What went wrong, and where.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) operation: u64,
    pub(crate) what: String,
}

/// What happened, for the report.
#[derive(Debug, Default, Clone)]
pub(crate) struct Counts {
    pub(crate) operations: u64,
    pub(crate) facts: u64,
    pub(crate) repeated: u64,
    pub(crate) refused: BTreeMap<&'static str, u64>,
    pub(crate) effects: BTreeMap<&'static str, u64>,
}

/// A ledger, everybody around it, and the second book.
pub(crate) struct Simulation {
    pub(crate) ledger: Ledger,
    pub(crate) facts: Vec<Fact>,
    pub(crate) counts: Counts,
    random: Random,
    now: Timestamp,
    /// Every account by its number, the clearing account below zero.
    book: BTreeMap<u32, i128>,
    /// How each hold ended.
    ended: BTreeMap<HoldNumber, u64>,
    /// Commands that were carried out, with their answers.
    answered: Vec<(Command, Answer)>,
    /// How many holds, receipts, nonces and decisions were named.
    named: u64,
    holds: Vec<String>,
}

impl Simulation {
    pub(crate) fn new(seed: u64) -> Self {
        let world = World::poor();
        Self {
            ledger: world.ledger,
            facts: world.facts,
            counts: Counts::default(),
            random: Random::new(seed),
            now: minute(0),
            book: BTreeMap::new(),
            ended: BTreeMap::new(),
            answered: Vec::new(),
            named: 0,
            holds: Vec::new(),
        }
    }

    fn fail<T>(&self, what: impl Into<String>) -> Result<T, Failure> {
        Err(Failure { operation: self.counts.operations, what: what.into() })
    }

    /// One operation of somebody, and every check.
    pub(crate) fn step(&mut self) -> Result<(), Failure> {
        self.counts.operations += 1;
        match self.random.below(100) {
            0..8 => self.pass_time(),
            8..20 => self.fire()?,
            20 => self.restart()?,
            21..31 => self.repeat()?,
            _ => {
                let command = self.command();
                // Refused or not: what counts is that the invariants hold after it.
                let _ = self.carry_out(&command)?;
            }
        }
        self.check()
    }

    /// Everybody falls silent and time goes on: every hold ends.
    pub(crate) fn finish(&mut self) -> Result<(), Failure> {
        self.now = Timestamp::from_unix_millis(self.now.unix_millis() + 400 * 24 * 3_600_000).unwrap_or(self.now);
        self.fire()?;
        self.check()?;
        if let Some(open) = self.ledger.holds().find(|hold| !hold.phase().is_terminal()) {
            return self.fail(format!("hold {} never ends: it is {}", open.number, open.phase()));
        }
        for hold in self.ledger.holds() {
            let outcome = hold.outcome().map(|(released, refunded)| released.plus(refunded));
            if outcome != Some(Ok(hold.amount())) || self.ended.get(&hold.number) != Some(&1) {
                return self.fail(format!("hold {} ended {:?} times", hold.number, self.ended.get(&hold.number)));
            }
        }
        let mut again = World::empty().ledger;
        for fact in &self.facts {
            if again.apply(fact).is_err() {
                return self.fail("the facts do not replay");
            }
        }
        if again.to_snapshot() == self.ledger.to_snapshot() { Ok(()) } else { self.fail("a replay differs") }
    }

    fn pass_time(&mut self) {
        let millis = match self.random.below(40) {
            0 => -self.random.signed(3_600_000),
            1..24 => self.random.signed(60_000),
            24..39 => self.random.signed(10 * 60_000),
            _ => self.random.signed(30 * 3_600_000),
        };
        self.now = Timestamp::from_unix_millis(self.now.unix_millis() + millis).unwrap_or(self.now);
    }

    /// Fires what is due until nothing is, each twice.
    fn fire(&mut self) -> Result<(), Failure> {
        loop {
            let timers: Vec<Command> = due(&self.ledger, self.now).collect();
            if timers.is_empty() {
                return Ok(());
            }
            for timer in timers {
                if self.carry_out(&timer)?.is_err() {
                    return self.fail(format!("a timer that is due is refused: {timer:?}"));
                }
                if self.carry_out(&timer)?.is_ok() {
                    return self.fail(format!("a timer fired twice: {timer:?}"));
                }
            }
        }
    }

    fn restart(&mut self) -> Result<(), Failure> {
        let snapshot = self.ledger.to_snapshot();
        match Ledger::from_snapshot(&snapshot, IndexSeed(self.random.next())) {
            Ok(read) if read.to_snapshot() == snapshot && read.next_timer() == self.ledger.next_timer() => {
                self.ledger = read;
                Ok(())
            }
            other => self.fail(format!("a restart changed the ledger: {:?}", other.err())),
        }
    }

    /// A command that was carried out comes again: the same answer, and nothing happens.
    fn repeat(&mut self) -> Result<(), Failure> {
        if self.answered.is_empty() {
            return Ok(());
        }
        let place = self.random.below(self.answered.len() as u64);
        let Some((command, answer)) = self.answered.get(usize::try_from(place).unwrap_or(0)).cloned() else {
            return Ok(());
        };
        self.counts.repeated += 1;
        match decide(&self.ledger, &command, self.now) {
            Ok(decision) if decision.facts.is_empty() && decision.answer == answer => Ok(()),
            other => self.fail(format!("{command:?} again: {other:?}, expected {answer:?}")),
        }
    }

    fn carry_out(&mut self, command: &Command) -> Result<Result<Answer, Refusal>, Failure> {
        let decision = match decide(&self.ledger, command, self.now) {
            Ok(decision) => decision,
            Err(refusal) => {
                *self.counts.refused.entry(refusal.code()).or_default() += 1;
                return Ok(Err(refusal));
            }
        };
        for fact in decision.facts {
            if Fact::from_bytes(&fact.to_bytes()).as_ref() != Ok(&fact) {
                return self.fail(format!("a fact that is not read back: {fact:?}"));
            }
            if let Err(error) = self.ledger.apply(&fact) {
                return self.fail(format!("{error}: {fact:?}"));
            }
            self.enter(&fact)?;
            if let Event::HoldOpened(opened) = &fact.event {
                self.holds.push(opened.id.as_str().trim_start_matches("hold:").to_owned());
            }
            *self.counts.effects.entry(fact.event.name()).or_default() += 1;
            self.counts.facts += 1;
            self.facts.push(fact);
        }
        if !matches!(command, Command::Fire(_) | Command::OpenHolds(_)) {
            self.answered.push((command.clone(), decision.answer.clone()));
        }
        Ok(Ok(decision.answer))
    }

    /// Enters a fact in the second book: each transfer is taken from one account and put into another.
    fn enter(&mut self, fact: &Fact) -> Result<(), Failure> {
        let Ok(movements) = self.ledger.movements(&fact.event) else { return self.fail("a fact without transfers") };
        for movement in movements {
            let amount = i128::from(movement.amount.minor());
            *self.book.entry(movement.from.value()).or_default() -= amount;
            *self.book.entry(movement.to.value()).or_default() += amount;
        }
        if let Event::Hold { hold, event: HoldEvent::Ended { released, because } } = &fact.event {
            *self.ended.entry(*hold).or_default() += 1;
            let amount = self.ledger.hold_by_number(*hold).map(|hold| hold.amount());
            if Some(*released) > amount || (matches!(because, Because::Expired) && !released.is_zero()) {
                return self.fail(format!("hold {hold} released {released}"));
            }
        }
        Ok(())
    }

    /// Every invariant, after every operation.
    fn check(&self) -> Result<(), Failure> {
        if let Err(error) = self.ledger.audit() {
            return self.fail(error.to_string());
        }
        if self.book.values().sum::<i128>() != 0 {
            return self.fail("debits and credits differ");
        }
        for (number, balance) in &self.book {
            let clearing = AccountNumber::CLEARING.value() == *number;
            let found =
                if clearing { -i128::from(self.ledger.issued().minor()) } else { i128::from(self.balance(*number)) };
            if *balance != found || (*balance < 0 && !clearing) {
                return self.fail(format!("account {number}: expected {balance}, found {found}"));
            }
        }
        match self.ended.iter().find(|(_, times)| **times > 1) {
            Some((hold, times)) => self.fail(format!("hold {hold} ended {times} times")),
            None => Ok(()),
        }
    }

    fn balance(&self, number: u32) -> u64 {
        if number == AccountNumber::ESCROW.value() {
            return self.ledger.escrowed().minor();
        }
        let account = self.ledger.accounts().find(|account| account.number.value() == number);
        account.map_or(0, |account| account.balance().available.minor())
    }
}
