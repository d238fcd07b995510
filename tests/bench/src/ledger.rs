//! Commands that the ledger decides and applies per second, in memory, small and large. What a journal adds is measured
//! with the journal.

use std::{hint::black_box, time::Instant};

use anyhow::{Context, anyhow, ensure};
use earnest_artifacts::{
    escrow_policy::UndecidedOutcome, ledger_account::AccountPurpose, vocabulary::ConfirmationMode,
};
use earnest_base::{FederationId, Orc, ParticipantId, Seconds, Sha256Digest, Timestamp};
use earnest_ledger::{
    Act, Action, Actor, Command, Crossing, Deadlines, Deliver, Delivered, Fact, IndexSeed, Ledger, OpenAccount,
    OpenHold, Policy, decide,
};
use earnest_ports::Position;
use earnest_signing::SecretKey;

use crate::report::{Measured, Report, machine, percentile, rounded};

const ACCOUNTS: usize = 10_000;
const SMALL: u64 = 10_000;
const LARGE: u64 = 10_000_000;
/// How many commands are measured at a time, in turns.
const TURN: usize = 3_000;
const TURNS: usize = 15;
/// A hold is delivered and accepted when so many others were opened after it.
const OPEN: u64 = 64;
/// What a command of a larger ledger may cost, as a multiple.
const GROWTH: f64 = 1.2;

/// Measures.
pub(crate) fn measure() -> anyhow::Result<Report> {
    let mut small = Work::new()?;
    small.fill(SMALL)?;
    let at_small: Vec<f64> = (0..TURNS).map(|_| small.clone().turn(false)).collect::<anyhow::Result<_>>()?;
    let mut large = Work::new()?;
    large.fill(LARGE)?;
    let (mut at_large, mut ratios) = (Vec::new(), Vec::new());
    for _ in 0..TURNS {
        let before = small.clone().turn(false)?;
        let rate = large.turn(false)?;
        at_large.push(rate);
        ratios.push(rate / before);
    }
    let chained: Vec<f64> = (0..TURNS).map(|_| large.turn(true)).collect::<anyhow::Result<_>>()?;
    let (one, ten) = (percentile(&at_small, 50), percentile(&at_large, 50));
    let mut results = vec![
        rate("at 10 thousand facts", one),
        rate("at 10 million facts", ten).beside(
            "10 thousand facts",
            one,
            percentile(&ratios, 50),
            Some(rounded(1.0 / GROWTH)),
        ),
        rate("with bytes and chain", percentile(&chained, 50)),
    ];
    results.push(replay(&small)?);
    results.extend(large.restart()?);
    let notes = vec![
        "a command opens a hold, delivers under it, or accepts and releases it: a third of them each".to_owned(),
        format!("{ACCOUNTS} accounts, {OPEN} holds open at a time; nothing is written to a disk"),
    ];
    Ok(Report { bench: "ledger", machine: machine(), results, notes })
}

fn rate(name: &'static str, value: f64) -> Measured {
    Measured { name, unit: "commands/s", value: rounded(value), ..Measured::default() }
}

#[expect(clippy::disallowed_methods, reason = "a bench measures time")]
fn now() -> Instant {
    Instant::now()
}

/// Facts read, chained and applied per second: what a restart does with what came after its snapshot.
fn replay(start: &Work) -> anyhow::Result<Measured> {
    let (mut live, mut facts) = (start.clone(), Vec::new());
    for _ in 0..100 {
        for command in live.commands(TURN)? {
            let decision = decide(&live.ledger, &command, live.at).map_err(|refusal| anyhow!("{refusal}"))?;
            for fact in decision.facts {
                live.ledger.apply(&fact)?;
                facts.push(fact.to_bytes());
            }
        }
    }
    let (mut ledger, mut place) = (start.ledger.clone(), start.place);
    let begun = now();
    for bytes in &facts {
        let fact = Fact::from_bytes(bytes)?;
        place = place.after(fact.at, bytes).context("expected a place")?;
        ledger.apply(&fact)?;
    }
    let taken = begun.elapsed().as_secs_f64();
    black_box(place);
    ensure!(ledger.seq() == live.ledger.seq(), "expected the replay to reach the same place");
    let value = rounded(facts.len() as f64 / taken);
    Ok(Measured { name: "facts replayed", unit: "facts/s", value, ..Measured::default() })
}

/// A ledger under way.
#[derive(Clone)]
struct Work {
    ledger: Ledger,
    place: Position,
    owners: Vec<ParticipantId>,
    arbiter: ParticipantId,
    /// How many holds were opened.
    opened: u64,
    at: Timestamp,
}

impl Work {
    fn new() -> anyhow::Result<Self> {
        let federation: FederationId = "fed:pl-main".parse()?;
        let owner = |number: usize| {
            let mut seed = [7; 32];
            seed[..8].copy_from_slice(&(number as u64).to_be_bytes());
            ParticipantId::new(*SecretKey::from_seed(&seed).public())
        };
        let mut work = Self {
            place: Position::start(&"ledger:fed:pl-main".parse()?),
            ledger: Ledger::with_index_seed(federation, IndexSeed(7)),
            owners: (0..ACCOUNTS).map(owner).collect(),
            arbiter: owner(ACCOUNTS),
            opened: 0,
            at: "2026-04-01T06:00:00Z".parse()?,
        };
        work.carry_out(&Command::AdoptPolicy(work.policy()?), false)?;
        for number in 0..ACCOUNTS {
            let account = account(number)?;
            let open = OpenAccount {
                account: account.clone(),
                owner: work.owners[number].into(),
                purpose: AccountPurpose::ParticipantSettlement,
                council: None,
                gateway_policy: None,
            };
            work.carry_out(&Command::OpenAccount(open), false)?;
            let (receipt, amount) = (format!("gw:{number}").parse()?, Orc::from_minor(100_000_000_000)?);
            work.carry_out(&Command::TopUp(Crossing { receipt, account, amount, fee: None }), false)?;
        }
        Ok(work)
    }

    fn policy(&self) -> anyhow::Result<Policy> {
        Ok(Policy {
            id: "escrow-policy:standard".parse()?,
            operator: self.arbiter.into(),
            modes: vec![ConfirmationMode::SelfConfirmed],
            funding_by: Seconds::new(300)?,
            dispute_window: Seconds::new(3_600)?,
            auto_release: Seconds::new(3_600)?,
            decision_by: Seconds::new(86_400)?,
            undecided: UndecidedOutcome::Refund,
            partial_release: true,
            arbiters: vec![self.arbiter.into()],
        })
    }

    /// Works until the ledger has so many facts.
    fn fill(&mut self, facts: u64) -> anyhow::Result<()> {
        while self.ledger.seq() < facts {
            for command in self.commands(TURN)? {
                self.carry_out(&command, false)?;
            }
        }
        Ok(())
    }

    /// Commands per second, over one turn. The commands are there before the time begins.
    fn turn(&mut self, chained: bool) -> anyhow::Result<f64> {
        let commands = self.commands(TURN)?;
        let start = now();
        for command in &commands {
            self.carry_out(black_box(command), chained)?;
        }
        Ok(commands.len() as f64 / start.elapsed().as_secs_f64())
    }

    fn carry_out(&mut self, command: &Command, chained: bool) -> anyhow::Result<()> {
        let decision = decide(&self.ledger, command, self.at).map_err(|refusal| anyhow!("{refusal}: {command:?}"))?;
        for fact in &decision.facts {
            if chained {
                self.place = self.place.after(fact.at, &fact.to_bytes()).context("expected a place")?;
            }
            self.ledger.apply(fact)?;
        }
        Ok(())
    }

    fn commands(&mut self, count: usize) -> anyhow::Result<Vec<Command>> {
        let mut commands = Vec::with_capacity(count);
        while commands.len() < count {
            let next = Timestamp::from_unix_millis(self.at.unix_millis() + 1);
            self.at = next.context("expected a moment of the calendar")?;
            commands.push(self.open(self.opened)?);
            if let Some(earlier) = self.opened.checked_sub(OPEN) {
                commands.extend(self.release(earlier)?);
            }
            self.opened += 1;
        }
        Ok(commands)
    }

    fn sides(number: u64) -> anyhow::Result<[usize; 2]> {
        let payer = usize::try_from(number.wrapping_mul(7_919))? % ACCOUNTS;
        Ok([payer, (payer + 4_001) % ACCOUNTS])
    }

    fn open(&self, number: u64) -> anyhow::Result<Command> {
        let [payer, payee] = Self::sides(number)?;
        let later = |hours: u64| self.at.after(Seconds::<1>::new(hours * 3_600)?).context("expected a later moment");
        Ok(Command::OpenHold(OpenHold {
            hold: format!("hold:0195f0c2-7c5f-7d0f-8a3b-{number:012}").parse()?,
            contract: format!("contract:0195f0c2-7c5f-7d0f-8a3b-{number:012}").parse()?,
            payer_account: account(payer)?,
            payee_account: account(payee)?,
            amount: Orc::from_minor(600)?,
            policy: "escrow-policy:standard".parse()?,
            mode: ConfirmationMode::SelfConfirmed,
            arbiters: vec![self.arbiter.into()],
            accepted_at: self.at,
            deadlines: Deadlines {
                work_by: later(1)?,
                accept_by: later(2)?,
                dispute_by: later(2)?,
                auto_release_after: later(3)?,
            },
        }))
    }

    fn release(&self, number: u64) -> anyhow::Result<[Command; 2]> {
        let [payer, payee] = Self::sides(number)?.map(|place| Actor::own(self.owners[place]));
        let hold: earnest_base::HoldId = format!("hold:0195f0c2-7c5f-7d0f-8a3b-{number:012}").parse()?;
        let response: earnest_base::ResponseId = format!("response:0195f0c2-7c5f-7d0f-8a3b-{number:012}").parse()?;
        let digest = Sha256Digest::of(&number.to_be_bytes());
        let accept = Act {
            decision: format!("decision:0195f0c2-7c5f-7d0f-8a3b-{number:012}").parse()?,
            hold: hold.clone(),
            actor: payer,
            action: Action::Accept(Delivered { response: response.clone(), digest: digest.clone() }),
        };
        Ok([Command::Deliver(Deliver { response, hold, actor: payee, digest }), Command::Act(accept)])
    }

    /// What a restart from a snapshot takes, and how large snapshot and ledger are.
    fn restart(&self) -> anyhow::Result<Vec<Measured>> {
        let start = now();
        let snapshot = self.ledger.to_snapshot();
        let written = start.elapsed().as_secs_f64();
        let start = now();
        let read = Ledger::from_snapshot(&snapshot, IndexSeed(8))?;
        let taken = start.elapsed().as_secs_f64();
        ensure!(read.seq() == self.ledger.seq(), "expected the same ledger from its snapshot");
        let of = |name, unit, value| Measured { name, unit, value: rounded(value), ..Measured::default() };
        Ok(vec![
            of("snapshot written", "s", written),
            of("restart from the snapshot", "s", taken),
            of("snapshot", "MB", snapshot.len() as f64 / 1e6),
            of("ledger in memory, about", "MB", self.ledger.memory() as f64 / 1e6),
        ])
    }
}

fn account(number: usize) -> anyhow::Result<earnest_base::AccountId> {
    Ok(format!("account:fed-pl-main:a{number}").parse()?)
}
