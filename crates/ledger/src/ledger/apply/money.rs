//! Applying what moves money without a hold.

use earnest_base::Orc;

use super::{super::Ledger, Fault, UNKNOWN_ACCOUNT};
use crate::{AccountNumber, Adjusted, Crossed, Effect, Paid, key};

impl Ledger {
    pub(super) fn top_up(&mut self, crossed: &Crossed, seq: u64) -> Result<(), Fault> {
        let id = crossed.receipt.as_str().as_bytes();
        self.is_new(id)?;
        let fee = crossed.fee.map_or(Orc::ZERO, |fee| fee.amount);
        let issued = self.issued.plus(crossed.amount.plus(fee)?)?;
        let to_fee = crossed.fee.map(|fee| self.credited(fee.account, fee.amount)).transpose()?;
        let to_account = self.credited(crossed.account, crossed.amount)?;
        self.issued = issued;
        match crossed.fee {
            Some(fee) if fee.account == crossed.account => {
                self.set_available(fee.account, to_account.plus(fee.amount)?, seq);
            }
            _ => {
                self.set_available(crossed.account, to_account, seq);
                if let (Some(fee), Some(available)) = (crossed.fee, to_fee) {
                    self.set_available(fee.account, available, seq);
                }
            }
        }
        self.remember(id, Self::command(crossed.content, seq, Effect::ToppedUp, crossed.account.value()));
        Ok(())
    }

    pub(super) fn pay_out(&mut self, crossed: &Crossed, seq: u64) -> Result<(), Fault> {
        let id = crossed.receipt.as_str().as_bytes();
        self.is_new(id)?;
        let fee = crossed.fee.map_or(Orc::ZERO, |fee| fee.amount);
        let from = self.debited(crossed.account, crossed.amount.plus(fee)?)?;
        let issued = self.issued.minus(crossed.amount)?;
        let to_fee = crossed.fee.map(|fee| self.credited(fee.account, fee.amount)).transpose()?;
        if crossed.fee.is_some_and(|fee| fee.account == crossed.account) {
            return Err(Fault("a fee that goes to the account that pays it"));
        }
        self.issued = issued;
        self.set_available(crossed.account, from, seq);
        if let (Some(fee), Some(available)) = (crossed.fee, to_fee) {
            self.set_available(fee.account, available, seq);
        }
        self.remember(id, Self::command(crossed.content, seq, Effect::PaidOut, crossed.account.value()));
        Ok(())
    }

    pub(super) fn adjust(&mut self, adjusted: &Adjusted, seq: u64) -> Result<(), Fault> {
        let id = adjusted.transfer.as_str().as_bytes();
        self.is_new(id)?;
        let Adjusted { from, to, amount, .. } = *adjusted;
        if from == to {
            return Err(Fault("one account twice"));
        }
        let after_from = if from == AccountNumber::CLEARING { None } else { Some(self.debited(from, amount)?) };
        let after_to = if to == AccountNumber::CLEARING { None } else { Some(self.credited(to, amount)?) };
        let issued = match (after_from, after_to) {
            (None, _) => self.issued.plus(amount)?,
            (_, None) => self.issued.minus(amount)?,
            _ => self.issued,
        };
        self.issued = issued;
        for (account, available) in [(from, after_from), (to, after_to)] {
            if let Some(available) = available {
                self.set_available(account, available, seq);
            }
        }
        self.remember(id, Self::command(adjusted.content, seq, Effect::Adjusted, adjusted.from.value()));
        Ok(())
    }

    pub(super) fn pay(&mut self, paid: &Paid, seq: u64) -> Result<(), Fault> {
        let id = key::nonce(paid.payer, &paid.nonce);
        self.is_new(&id)?;
        if paid.payer == paid.payee {
            return Err(Fault("one account twice"));
        }
        let from = self.debited(paid.payer, paid.amount)?;
        let to = self.credited(paid.payee, paid.amount)?;
        let payer = self.account_mut(paid.payer).ok_or(UNKNOWN_ACCOUNT)?;
        if let Some(payer_seq) = paid.payer_seq {
            if payer_seq != payer.payer_seq {
                return Err(Fault("a payment out of the payer's order"));
            }
            payer.payer_seq += 1;
        }
        self.set_available(paid.payer, from, seq);
        self.set_available(paid.payee, to, seq);
        self.remember(&id, Self::command(paid.content, seq, Effect::Paid, paid.payer.value()));
        Ok(())
    }
}
