//! Deciding a command: a pure and total function of the ledger, the command and the escrow's clock.

mod accounts;
mod act;
mod hold;
mod money;
mod timer;

use earnest_base::{AccountId, Orc, Timestamp};
pub use timer::due;

use crate::{
    AccountNumber, Actor, Answer, Command, ContentDigest, Decision, Done, Effect, Event, Fact, Ledger, Refusal,
    account::Account, ledger::Known,
};

/// Decides a command. The facts and the answer follow from the ledger, the command and `now` alone.
///
/// Nothing is changed: the journal commits the facts, then [`Ledger::apply`] makes them so, then the answer is given. A
/// command of a known id is answered as the first time, without facts. A `now` before the latest fact counts as the
/// moment of that fact, so that a clock that runs backwards neither reopens a window nor unorders the facts.
///
/// # Errors
/// Why it is refused; the order of [`Refusal`] is the precedence.
///
/// ```
/// use earnest_ledger::{Command, Ledger, OpenAccount, decide};
///
/// let mut ledger = Ledger::new("fed:pl-main".parse()?);
/// let command = Command::OpenAccount(OpenAccount {
///     account: "account:fed-pl-main:adam".parse()?,
///     owner: "participant:did:key:z6MkvRXNYcE7MMduynWTgeKbDaT1iijDSC8pZqXZc8rHPrf2".parse()?,
///     purpose: earnest_artifacts::ledger_account::AccountPurpose::ParticipantSettlement,
///     council: None,
///     gateway_policy: None,
/// });
/// let now = "2026-04-01T06:00:00Z".parse()?;
/// let first = decide(&ledger, &command, now)?;
/// ledger.apply(&first.facts[0])?;
/// let again = decide(&ledger, &command, now)?;
/// assert_eq!((again.facts.len(), again.answer), (0, first.answer));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn decide(ledger: &Ledger, command: &Command, now: Timestamp) -> Result<Decision, Refusal> {
    let now = ledger.latest().map_or(now, |latest| latest.max(now));
    let deciding = Deciding { ledger, now };
    match command {
        Command::OpenAccount(open) => deciding.open_account(open),
        Command::AdoptPolicy(policy) => deciding.adopt_policy(policy),
        Command::TopUp(crossing) => deciding.top_up(crossing),
        Command::PayOut(crossing) => deciding.pay_out(crossing),
        Command::Adjust(adjust) => deciding.adjust(adjust),
        Command::Pay(pay) => deciding.pay(pay),
        Command::OpenHold(open) => deciding.open_hold(open),
        Command::OpenHolds(batch) => deciding.open_holds(batch),
        Command::Deliver(deliver) => deciding.deliver(deliver),
        Command::Act(act) => deciding.act(act),
        Command::Dispute(dispute) => deciding.dispute(dispute),
        Command::Resolve(resolve) => deciding.resolve(resolve),
        Command::Fire(timer) => deciding.fire(timer),
    }
}

/// Whether an actor may debit an account with so much now, as a payment would be judged; nothing is decided or reserved.
///
/// # Errors
/// Why a payment of it would be refused.
pub fn may_debit(
    ledger: &Ledger,
    actor: &Actor,
    account: &AccountId,
    amount: Orc,
    now: Timestamp,
) -> Result<(), Refusal> {
    Deciding { ledger, now }.may_debit(actor, account, amount)
}

/// What a decision looks at.
#[derive(Clone, Copy)]
struct Deciding<'a> {
    ledger: &'a Ledger,
    now: Timestamp,
}

impl<'a> Deciding<'a> {
    /// The answer that a command was given before, where its id is known.
    fn seen(&self, id: &[u8], content: ContentDigest) -> Result<Option<Done>, Refusal> {
        match self.ledger.known(id) {
            None => Ok(None),
            Some(_) if crate::fault::skipped_idempotence() => Ok(None),
            Some(Known::Command { content: first, done, .. }) if first == content => Ok(Some(done)),
            Some(_) => Err(Refusal::IdConflict),
        }
    }

    /// One fact, at the next place, and the answer to it.
    fn makes(&self, event: Event, effect: Effect) -> Result<Decision, Refusal> {
        if !self.ledger.has_room(1) {
            return Err(Refusal::LedgerFull);
        }
        let done = Done { seq: self.ledger.seq() + 1, effect };
        Ok(Decision { facts: vec![Fact { at: self.now, event }], answer: Answer::Done(done) })
    }

    /// The account, where it is of this federation, has an owner, and is open.
    fn owned(&self, id: &AccountId) -> Result<(AccountNumber, &'a Account), Refusal> {
        self.of_federation(id)?;
        let number = self.not_reserved(id)?;
        let found = number.and_then(|number| Some((number, self.ledger.account(number)?)));
        found.ok_or_else(|| Refusal::AccountUnknown { account: id.clone() })
    }

    fn of_federation(&self, id: &AccountId) -> Result<(), Refusal> {
        if self.ledger.is_foreign(id) { Err(Refusal::AccountForeign { account: id.clone() }) } else { Ok(()) }
    }

    /// The number of an account that is none of the ledger's own; `None` where it is not open.
    fn not_reserved(&self, id: &AccountId) -> Result<Option<AccountNumber>, Refusal> {
        match self.ledger.account_number(id) {
            Some(number) if number.is_reserved() => Err(Refusal::AccountReserved { account: id.clone() }),
            found => Ok(found),
        }
    }

    /// Refuses what an account cannot spend. `None` is an account that is not open, and has nothing.
    fn can_spend(&self, account: Option<AccountNumber>, amount: Orc, spent: Orc) -> Result<AccountNumber, Refusal> {
        let missing = |deficit| Refusal::SettlementBlocked { deficit };
        let found = account.and_then(|number| Some((number, self.ledger.account(number)?)));
        let (number, account) = found.ok_or_else(|| missing(amount))?;
        let available = account.balance.available.minus(spent).unwrap_or_default();
        match amount.minus(available) {
            Ok(deficit) if !deficit.is_zero() => Err(missing(deficit)),
            _ => Ok(number),
        }
    }
}

/// A decision that was made before.
const fn again(done: Done) -> Decision {
    Decision { facts: Vec::new(), answer: Answer::Done(done) }
}

/// The longest id from which the ids of transfers are made.
const LONGEST_ID: usize = 170;

fn fits_transfer(id: &str) -> Result<(), Refusal> {
    if id.len() > LONGEST_ID { Err(Refusal::IdTooLong) } else { Ok(()) }
}

fn above_zero(amount: Orc) -> Result<(), Refusal> {
    if amount.is_zero() { Err(Refusal::AmountZero) } else { Ok(()) }
}
