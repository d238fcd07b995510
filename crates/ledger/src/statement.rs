//! Statements: the entries of an account with its running balance, and for every spend the money that paid for it,
//! first in, first out (decision E14). Made when somebody reads, from the facts about the account alone
//! ([`crate::AccountView::facts`]); deciding a command costs nothing for it.

mod lots;

use earnest_artifacts::ledger_transfer::TransferKind;
use earnest_base::{GatewayReceiptId, HoldId, InvalidError, Name, Orc, Timestamp, TransferId};
use lots::Lots;
use serde::Serialize;

use crate::{AccountNumber, Event, Fact, HoldEvent, Ledger, Movement};

/// An entry of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Entry {
    /// The number of the fact.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// The transfer.
    pub transfer: TransferId,
    /// Why money moved.
    pub kind: TransferKind,
    /// The account on the other side.
    pub counterpart: AccountNumber,
    /// Whether the account was credited; else it was debited.
    pub credit: bool,
    /// How much.
    pub amount: Orc,
    /// What the account could spend after it.
    pub available: Orc,
    /// Where the money of a debit came from, in the order in which it came. Empty for a credit.
    pub paid_from: Vec<Part>,
}

/// A part of a spend, and where it came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Part {
    /// Where the money came from.
    pub source: Source,
    /// How much of it.
    pub amount: Orc,
}

/// How money came to an account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "source", content = "id", rename_all = "kebab-case")]
pub enum Source {
    /// A top-up, by the gateway's receipt; for a community pool, the fee of one.
    TopUp(GatewayReceiptId),
    /// A fee of a payout.
    Payout(GatewayReceiptId),
    /// The account's own work: the release of a hold.
    Hold(HoldId),
    /// An x402 payment, by its transfer.
    Payment(TransferId),
    /// An adjustment, and its ground.
    Adjustment(Name),
}

/// Why a statement could not be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    /// A fact names what this ledger does not know: it is not one of its facts.
    #[error(transparent)]
    Foreign(#[from] InvalidError),
    /// The facts are not all of the account's, or not in their order.
    #[error("expected every fact about the account in order, found a balance that they cannot make at fact {seq}")]
    Incomplete {
        /// The fact at which it showed.
        seq: u64,
    },
}

/// The entries of an account, from all facts about it in their order, each with its number.
///
/// A refund puts the money back where the hold had taken it from, so that it keeps the place in line that it had.
///
/// # Errors
/// Where the facts are not those of the account.
pub fn statement<'a>(
    ledger: &Ledger,
    account: AccountNumber,
    facts: impl IntoIterator<Item = (u64, &'a Fact)>,
) -> Result<Vec<Entry>, StatementError> {
    RunningStatement::of(account).entries(ledger, facts)
}

/// A statement that goes on: for who reads the facts of an account part by part.
#[derive(Debug, Clone)]
pub struct RunningStatement {
    account: AccountNumber,
    lots: Lots,
    available: Orc,
}

impl RunningStatement {
    /// The statement of an account, before its first fact.
    #[must_use]
    pub fn of(account: AccountNumber) -> Self {
        Self { account, lots: Lots::default(), available: Orc::ZERO }
    }

    /// The entries of the next facts about the account, as [`statement`] makes them of all.
    ///
    /// # Errors
    /// Where the facts are not the next ones of the account; nothing more can be read then.
    pub fn entries<'a>(
        &mut self,
        ledger: &Ledger,
        facts: impl IntoIterator<Item = (u64, &'a Fact)>,
    ) -> Result<Vec<Entry>, StatementError> {
        let mut entries = Vec::new();
        for (seq, fact) in facts {
            let incomplete = || StatementError::Incomplete { seq };
            if let Event::Hold { hold, event: HoldEvent::Ended { released, .. } } = &fact.event
                && let Some(ended) = ledger.hold_by_number(*hold)
                && ended.payer() == self.account
            {
                self.lots.settle(*hold, ended.amount(), *released).ok_or_else(incomplete)?;
            }
            for movement in ledger.movements(&fact.event)? {
                let credit = movement.to == self.account;
                if !credit && movement.from != self.account {
                    continue;
                }
                let paid_from = if credit {
                    self.available = self.available.plus(movement.amount).map_err(|_| incomplete())?;
                    if movement.kind != TransferKind::Refund {
                        self.lots.add(source(ledger, &fact.event, &movement)?, movement.amount);
                    }
                    Vec::new()
                } else {
                    self.available = self.available.minus(movement.amount).map_err(|_| incomplete())?;
                    self.lots.take(movement.amount, movement.hold).ok_or_else(incomplete)?
                };
                entries.push(Entry {
                    seq,
                    at: fact.at,
                    counterpart: if credit { movement.from } else { movement.to },
                    transfer: movement.transfer,
                    kind: movement.kind,
                    credit,
                    amount: movement.amount,
                    available: self.available,
                    paid_from,
                });
            }
        }
        Ok(entries)
    }
}

fn source(ledger: &Ledger, event: &Event, movement: &Movement) -> Result<Source, StatementError> {
    Ok(match event {
        Event::ToppedUp(crossed) => Source::TopUp(crossed.receipt.clone()),
        Event::PaidOut(crossed) => Source::Payout(crossed.receipt.clone()),
        Event::Adjusted(adjusted) => Source::Adjustment(adjusted.reason.clone()),
        Event::Paid(_) => Source::Payment(movement.transfer.clone()),
        Event::AccountOpened(_) | Event::PolicyAdopted { .. } | Event::HoldOpened(_) | Event::Hold { .. } => {
            let hold = movement.hold.and_then(|hold| ledger.hold_by_number(hold));
            Source::Hold(hold.ok_or_else(|| InvalidError::new("a hold of this ledger", "none"))?.id()?)
        }
    })
}
