//! Who buys and sells in the measurements, and what they ask of the ledger.

use anyhow::Context;
use earnest_artifacts::{
    escrow_policy::UndecidedOutcome, ledger_account::AccountPurpose, vocabulary::ConfirmationMode,
};
use earnest_base::{AccountId, HoldId, Orc, ParticipantId, ResponseId, Seconds, Sha256Digest, Timestamp};
use earnest_ledger::{
    Act, Action, Actor, Command, Crossing, Deadlines, Deliver, Delivered, OpenAccount, OpenHold, Policy,
};
use earnest_signing::SecretKey;

const ACCOUNTS: usize = 10_000;
/// A hold ends when so many operations came after it.
const LATER: u64 = 64;

/// Participants, each with an account; and how far they are.
#[derive(Clone)]
pub(super) struct Market {
    owners: Vec<ParticipantId>,
    arbiter: ParticipantId,
    /// How many holds were opened.
    opened: u64,
    /// The moment of what is asked next.
    pub(super) at: Timestamp,
}

impl Market {
    pub(super) fn new(at: Timestamp) -> Self {
        let owner = |number: usize| {
            let mut seed = [7; 32];
            seed[..8].copy_from_slice(&(number as u64).to_be_bytes());
            ParticipantId::new(*SecretKey::from_seed(&seed).public())
        };
        Self { owners: (0..ACCOUNTS).map(owner).collect(), arbiter: owner(ACCOUNTS), opened: 0, at }
    }

    /// What comes before the first hold: terms, accounts, money.
    pub(super) fn opening(&self) -> anyhow::Result<Vec<Command>> {
        let mut commands = vec![Command::AdoptPolicy(self.policy()?)];
        for (number, owner) in self.owners.iter().enumerate() {
            let account = account(number)?;
            commands.push(Command::OpenAccount(OpenAccount {
                account: account.clone(),
                owner: (*owner).into(),
                purpose: AccountPurpose::ParticipantSettlement,
                council: None,
                gateway_policy: None,
            }));
            let (receipt, amount) = (format!("gw:{number}").parse()?, Orc::from_minor(100_000_000_000)?);
            commands.push(Command::TopUp(Crossing { receipt, account, amount, fee: None }));
        }
        Ok(commands)
    }

    fn policy(&self) -> anyhow::Result<Policy> {
        Ok(Policy {
            id: "escrow-policy:standard".parse()?,
            operator: self.arbiter.into(),
            modes: vec![ConfirmationMode::SelfConfirmed],
            funding_by: Seconds::new(3_600)?,
            dispute_window: Seconds::new(3_600)?,
            auto_release: Seconds::new(3_600)?,
            decision_by: Seconds::new(86_400)?,
            undecided: UndecidedOutcome::Refund,
            partial_release: true,
            arbiters: vec![self.arbiter.into()],
        })
    }

    /// So many operations: a hold, the end of an earlier one, a hold …
    pub(super) fn pairs(&mut self, count: usize) -> anyhow::Result<Vec<Command>> {
        self.commands(count, LATER / 2, |market, earlier| Ok(vec![market.cancel(earlier)?]))
    }

    /// So many commands: a hold, the delivery and the acceptance of an earlier one, a hold …
    pub(super) fn lives(&mut self, count: usize) -> anyhow::Result<Vec<Command>> {
        self.commands(count, LATER, Self::release)
    }

    fn commands(
        &mut self,
        count: usize,
        open: u64,
        end: impl Fn(&Self, u64) -> anyhow::Result<Vec<Command>>,
    ) -> anyhow::Result<Vec<Command>> {
        let next = Timestamp::from_unix_millis(self.at.unix_millis() + 1);
        self.at = next.context("expected a moment of the calendar")?;
        let mut commands = Vec::with_capacity(count + 2);
        while commands.len() < count {
            commands.push(self.open(self.opened)?);
            if let Some(earlier) = self.opened.checked_sub(open) {
                commands.extend(end(self, earlier)?);
            }
            self.opened += 1;
        }
        Ok(commands)
    }

    fn open(&self, number: u64) -> anyhow::Result<Command> {
        let [payer, payee] = Self::sides(number)?;
        let later = |hours: u64| self.at.after(Seconds::<1>::new(hours * 3_600)?).context("expected a later moment");
        Ok(Command::OpenHold(OpenHold {
            hold: hold(number)?,
            contract: format!("contract:0195f0c2-7c5f-7d0f-8a3b-{number:012}").parse()?,
            payer_account: account(payer)?,
            payee_account: account(payee)?,
            amount: Orc::from_minor(600)?,
            policy: "escrow-policy:standard".parse()?,
            mode: ConfirmationMode::SelfConfirmed,
            arbiters: vec![self.arbiter.into()],
            accepted_at: self.at,
            deadlines: Deadlines {
                work_by: later(24)?,
                accept_by: later(25)?,
                dispute_by: later(25)?,
                auto_release_after: later(26)?,
            },
        }))
    }

    fn cancel(&self, number: u64) -> anyhow::Result<Command> {
        let [payer, _] = Self::sides(number)?.map(|place| Actor::own(self.owners[place]));
        act(number, payer, Action::Cancel)
    }

    fn release(&self, number: u64) -> anyhow::Result<Vec<Command>> {
        let [payer, payee] = Self::sides(number)?.map(|place| Actor::own(self.owners[place]));
        let response: ResponseId = format!("response:0195f0c2-7c5f-7d0f-8a3b-{number:012}").parse()?;
        let digest = Sha256Digest::of(&number.to_be_bytes());
        let delivered = Delivered { response: response.clone(), digest: digest.clone() };
        let deliver = Deliver { response, hold: hold(number)?, actor: payee, digest };
        Ok(vec![Command::Deliver(deliver), act(number, payer, Action::Accept(delivered))?])
    }

    fn sides(number: u64) -> anyhow::Result<[usize; 2]> {
        let payer = usize::try_from(number.wrapping_mul(7_919))? % ACCOUNTS;
        Ok([payer, (payer + 4_001) % ACCOUNTS])
    }
}

fn act(number: u64, actor: Actor, action: Action) -> anyhow::Result<Command> {
    let decision = format!("decision:0195f0c2-7c5f-7d0f-8a3b-{number:012}").parse()?;
    Ok(Command::Act(Act { decision, hold: hold(number)?, actor, action }))
}

fn hold(number: u64) -> anyhow::Result<HoldId> {
    Ok(format!("hold:0195f0c2-7c5f-7d0f-8a3b-{number:012}").parse()?)
}

fn account(number: usize) -> anyhow::Result<AccountId> {
    Ok(format!("account:fed-pl-main:a{number}").parse()?)
}
