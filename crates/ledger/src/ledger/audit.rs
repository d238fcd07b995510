//! The invariants, checked over everything that a ledger holds.

use earnest_base::Orc;

use super::{Ledger, RESERVED};

/// Balances that do not follow from what they should.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected} {what}, found {found}")]
pub struct AuditError {
    /// What was counted.
    pub what: &'static str,
    /// What it should be.
    pub expected: u128,
    /// What it is.
    pub found: u128,
}

impl Ledger {
    /// Compares the balances with what they follow from: that all accounts together have what came in, that the escrow
    /// has what stands in open holds, and each payer the holds that are theirs.
    ///
    /// # Errors
    /// The first that does not hold, in words.
    pub fn audit(&self) -> Result<(), AuditError> {
        let sum =
            |amounts: &mut dyn Iterator<Item = Orc>| amounts.map(|amount| u128::from(amount.minor())).sum::<u128>();
        let available = sum(&mut self.accounts.iter().map(|account| account.balance.available));
        let held = sum(&mut self.accounts.iter().map(|account| account.balance.held));
        let open = self.holds.iter().filter(|hold| !hold.state.phase().is_terminal());
        let open_sum = sum(&mut open.clone().map(|hold| hold.amount));
        let escrowed = u128::from(self.escrowed.minor());
        let equal = |what, expected, found| {
            if expected == found { Ok(()) } else { Err(AuditError { what, expected, found }) }
        };
        equal("available and in escrow", u128::from(self.issued.minor()), available + escrowed)?;
        equal("held by accounts", escrowed, held)?;
        equal("in open holds", escrowed, open_sum)?;
        equal("timers", open.count() as u128, self.timers.len() as u128)?;
        let mut of_payers = vec![0_u128; self.accounts.len()];
        for hold in self.holds.iter().filter(|hold| !hold.state.phase().is_terminal()) {
            if let Some(sum) = hold.payer.place().checked_sub(RESERVED.len()).and_then(|place| of_payers.get_mut(place))
            {
                *sum += u128::from(hold.amount.minor());
            }
        }
        let mut accounts = self.accounts.iter().zip(of_payers);
        accounts.try_for_each(|(account, held)| equal("held by one account", held, account.balance.held.minor().into()))
    }
}
