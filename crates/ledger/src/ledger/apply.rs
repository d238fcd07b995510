//! Applying a fact. It looks before it moves: a fact that does not follow on the facts before it changes nothing.

mod hold;
mod money;

use earnest_base::{MoneyError, Orc, Timestamp};

use super::{Known, Ledger, RESERVED, is_name};
use crate::{
    AccountNumber, AccountOpened, ContentDigest, Done, Effect, Event, Fact, IdNumber, Policy,
    account::{Account, Balance},
    hold::Unfit,
};

/// A fact that does not follow on the facts before it: no ledger decided it, the journal was tampered with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a fact {seq} that follows on those before it, found one with {fault}")]
pub struct ApplyError {
    /// The number that the fact would have had.
    pub seq: u64,
    /// What is wrong with it.
    pub fault: &'static str,
}

/// What is wrong with a fact.
struct Fault(&'static str);

impl From<MoneyError> for Fault {
    fn from(_: MoneyError) -> Self {
        Self("an amount that is not there")
    }
}

impl From<Unfit> for Fault {
    fn from(_: Unfit) -> Self {
        Self("an event that the state of the hold does not know")
    }
}

const UNKNOWN_ACCOUNT: Fault = Fault("an account that is not open");

impl Ledger {
    /// Applies a fact, in place.
    ///
    /// # Errors
    /// [`ApplyError`] where it does not follow on the facts before it; the ledger is as it was. It does not fail on a
    /// fact that [`crate::decide`] made of this ledger.
    pub fn apply(&mut self, fact: &Fact) -> Result<(), ApplyError> {
        let seq = self.seq + 1;
        self.carry_out(fact, seq).map_err(|Fault(fault)| ApplyError { seq, fault })?;
        self.seq = seq;
        self.latest = Some(fact.at);
        Ok(())
    }

    /// Counts a fact of the journal that is none of the ledger's, so that both number their facts alike.
    pub const fn skip(&mut self) {
        self.seq += 1;
    }

    fn carry_out(&mut self, fact: &Fact, seq: u64) -> Result<(), Fault> {
        if self.latest.is_some_and(|latest| fact.at < latest) {
            return Err(Fault("a moment before the fact before it"));
        }
        match &fact.event {
            Event::AccountOpened(opened) => self.open_account(opened, fact.at, seq),
            Event::PolicyAdopted { policy, content } => self.adopt(policy, *content, seq),
            Event::ToppedUp(crossed) => self.top_up(crossed, seq),
            Event::PaidOut(crossed) => self.pay_out(crossed, seq),
            Event::Adjusted(adjusted) => self.adjust(adjusted, seq),
            Event::Paid(paid) => self.pay(paid, seq),
            Event::HoldOpened(opened) => self.open_hold(opened, fact.at, seq),
            Event::Hold { hold, event } => self.hold_event(*hold, event, fact.at, seq),
        }
    }

    /// Whether an id is new, and fits.
    fn is_new(&self, id: &[u8]) -> Result<(), Fault> {
        match self.book(id).has(id) {
            true if crate::fault::skipped_idempotence() => Ok(()),
            true => Err(Fault("an id that was used before")),
            false if self.has_room(1) => Ok(()),
            false => Err(Fault("more ids than there are numbers for")),
        }
    }

    /// Remembers an id that [`Ledger::is_new`].
    fn remember(&mut self, id: &[u8], known: Known) -> IdNumber {
        let book = if is_name(id) { &mut self.names } else { &mut self.ids };
        book.add(id, known)
    }

    fn command(content: ContentDigest, seq: u64, effect: Effect, number: u32) -> Known {
        Known::Command { content, done: Done { seq, effect }, number }
    }

    fn open_account(&mut self, opened: &AccountOpened, at: Timestamp, seq: u64) -> Result<(), Fault> {
        use earnest_artifacts::ledger_account::AccountPurpose::CommunityPool;
        let id = opened.account.as_str().as_bytes();
        self.is_new(id)?;
        let number = AccountNumber::new(u32::try_from(RESERVED.len() + self.accounts.len()).unwrap_or(u32::MAX));
        if opened.purpose != CommunityPool {
            if self.settles.contains_key(&opened.owner) {
                return Err(Fault("an owner who settles with another account"));
            }
            self.settles.insert(opened.owner, number);
        }
        let known = Self::command(opened.content, seq, Effect::AccountOpened, number.value());
        let id = self.remember(id, known);
        self.accounts.push(Account {
            id,
            balance: Balance::default(),
            payer_seq: 0,
            owner: opened.owner,
            purpose: opened.purpose,
            council: opened.council,
            gateway_policy: opened.gateway_policy.clone(),
            opened_at: at,
            facts: vec![seq],
        });
        Ok(())
    }

    fn adopt(&mut self, policy: &Policy, content: ContentDigest, seq: u64) -> Result<(), Fault> {
        let id = policy.id.as_str().as_bytes();
        self.is_new(id)?;
        let number = u32::try_from(self.policies.len()).unwrap_or(u32::MAX);
        self.remember(id, Self::command(content, seq, Effect::PolicyAdopted, number));
        self.policies.push(policy.clone());
        Ok(())
    }

    fn credited(&self, account: AccountNumber, amount: Orc) -> Result<Orc, Fault> {
        Ok(self.account(account).ok_or(UNKNOWN_ACCOUNT)?.balance.available.plus(amount)?)
    }

    fn debited(&self, account: AccountNumber, amount: Orc) -> Result<Orc, Fault> {
        Ok(self.account(account).ok_or(UNKNOWN_ACCOUNT)?.balance.available.minus(amount)?)
    }

    fn set_available(&mut self, account: AccountNumber, available: Orc, seq: u64) {
        if let Some(account) = self.account_mut(account) {
            account.balance.available = available;
            if account.facts.last() != Some(&seq) {
                account.facts.push(seq);
            }
        }
    }
}
