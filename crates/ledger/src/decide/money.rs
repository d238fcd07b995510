//! Money that moves without a hold: through the gateway, by an adjustment, by an x402 payment.

use std::cmp::Ordering;

use earnest_artifacts::ledger_account::AccountPurpose;
use earnest_base::{AccountId, Orc, SubjectKind};

use super::{Deciding, above_zero, again, fits_transfer};
use crate::{
    AccountNumber, Actor, Adjust, Adjusted, Crossed, CrossedFee, Crossing, Decision, Effect, Event, Paid, Pay, Refusal,
    Role, SubjectKey, account::Account, key,
};

impl Deciding<'_> {
    pub(super) fn top_up(&self, crossing: &Crossing) -> Result<Decision, Refusal> {
        let content = crossing.digest("top-up");
        if let Some(done) = self.seen(crossing.receipt.as_str().as_bytes(), content)? {
            return Ok(again(done));
        }
        let (account, fee) = self.crossing(crossing)?;
        let total = crossing.amount.plus(fee_amount(fee)).map_err(|_| Refusal::SupplyExceeded)?;
        self.ledger.issued().plus(total).map_err(|_| Refusal::SupplyExceeded)?;
        let (receipt, amount) = (crossing.receipt.clone(), crossing.amount);
        self.makes(Event::ToppedUp(Crossed { receipt, account, amount, fee, content }), Effect::ToppedUp)
    }

    pub(super) fn pay_out(&self, crossing: &Crossing) -> Result<Decision, Refusal> {
        let content = crossing.digest("pay-out");
        if let Some(done) = self.seen(crossing.receipt.as_str().as_bytes(), content)? {
            return Ok(again(done));
        }
        let (account, fee) = self.crossing(crossing)?;
        if fee.is_some_and(|fee| fee.account == account) {
            return Err(Refusal::SameAccount);
        }
        self.not_a_pool(self.ledger.account(account))?;
        // A sum that no amount can count is more than any account has; what is missing of it cannot be counted either.
        let most = crossing.amount.max(fee_amount(fee));
        let total = crossing.amount.plus(fee_amount(fee));
        let total = total.map_err(|_| Refusal::SettlementBlocked { deficit: most })?;
        self.can_spend(Some(account), total, Orc::ZERO)?;
        let (receipt, amount) = (crossing.receipt.clone(), crossing.amount);
        self.makes(Event::PaidOut(Crossed { receipt, account, amount, fee, content }), Effect::PaidOut)
    }

    /// The account and the fee of money that crosses the gateway.
    fn crossing(&self, crossing: &Crossing) -> Result<(AccountNumber, Option<CrossedFee>), Refusal> {
        fits_transfer(crossing.receipt.as_str())?;
        above_zero(crossing.amount)?;
        let fee = crossing.fee.as_ref();
        fee.map_or(Ok(()), |fee| above_zero(fee.amount))?;
        let ids = || [Some(&crossing.account), fee.map(|fee| &fee.account)].into_iter().flatten();
        ids().try_for_each(|id| self.of_federation(id))?;
        ids().try_for_each(|id| self.not_reserved(id).map(drop))?;
        let (account, _) = self.owned(&crossing.account)?;
        let fee = fee.map(|fee| Ok(CrossedFee { amount: fee.amount, account: self.owned(&fee.account)?.0 }));
        Ok((account, fee.transpose()?))
    }

    pub(super) fn adjust(&self, adjust: &Adjust) -> Result<Decision, Refusal> {
        let content = adjust.digest();
        if let Some(done) = self.seen(adjust.transfer.as_str().as_bytes(), content)? {
            return Ok(again(done));
        }
        if !adjust.transfer.as_str().ends_with(":adjustment") {
            return Err(Refusal::TransferIdForm);
        }
        above_zero(adjust.amount)?;
        [&adjust.from, &adjust.to].into_iter().try_for_each(|id| self.of_federation(id))?;
        let numbers = [&adjust.from, &adjust.to].map(|id| (id, self.ledger.account_number(id)));
        if let Some((escrow, _)) = numbers.iter().find(|(_, number)| *number == Some(AccountNumber::ESCROW)) {
            return Err(Refusal::AccountReserved { account: (*escrow).clone() });
        }
        if adjust.from == adjust.to {
            return Err(Refusal::SameAccount);
        }
        if adjust.author.kind() == SubjectKind::Node {
            return Err(Refusal::AuthorIsNode);
        }
        let [(_, from), (_, to)] = numbers;
        let to = to.ok_or_else(|| Refusal::AccountUnknown { account: adjust.to.clone() })?;
        let author = SubjectKey::from(adjust.author);
        let debited = from.and_then(|from| self.ledger.account(from));
        if debited.is_none_or(|account| account.council != Some(author)) {
            self.not_a_pool(debited)?;
        }
        let from = if from == Some(AccountNumber::CLEARING) {
            self.ledger.issued().plus(adjust.amount).map_err(|_| Refusal::SupplyExceeded)?;
            AccountNumber::CLEARING
        } else {
            self.can_spend(from, adjust.amount, Orc::ZERO)?
        };
        let adjusted = Adjusted {
            transfer: adjust.transfer.clone(),
            from,
            to,
            amount: adjust.amount,
            author,
            reason: adjust.reason.clone(),
            content,
        };
        self.makes(Event::Adjusted(adjusted), Effect::Adjusted)
    }

    pub(super) fn pay(&self, pay: &Pay) -> Result<Decision, Refusal> {
        let content = pay.digest();
        let payer = self.ledger.account_number(&pay.payer_account);
        if let Some(payer) = payer {
            let seen = self.seen(&key::nonce(payer, &pay.nonce), content);
            if let Some(done) = seen.map_err(|_| Refusal::NonceUsed)? {
                return Ok(again(done));
            }
        }
        above_zero(pay.amount)?;
        let ids = [&pay.payer_account, &pay.payee_account];
        ids.into_iter().try_for_each(|id| self.of_federation(id))?;
        ids.into_iter().try_for_each(|id| self.not_reserved(id).map(drop))?;
        if pay.payer_account == pay.payee_account {
            return Err(Refusal::SameAccount);
        }
        let (payee, _) = self.owned(&pay.payee_account)?;
        let account = payer.and_then(|payer| self.ledger.account(payer));
        self.may_pay(&pay.actor, account)?;
        if self.now < pay.valid_after {
            return Err(Refusal::AuthorizationAhead { valid_after: pay.valid_after });
        }
        if self.now >= pay.valid_before {
            return Err(Refusal::AuthorizationExpired { valid_before: pay.valid_before });
        }
        let expected = account.map_or(0, |account| account.payer_seq);
        match pay.payer_seq.map_or(Ordering::Equal, |found| found.cmp(&expected)) {
            Ordering::Greater => return Err(Refusal::PayerSeqAhead { expected }),
            Ordering::Less => return Err(Refusal::PayerSeqUsed { expected }),
            Ordering::Equal => {}
        }
        let paid = Paid {
            payer: self.can_spend(payer, pay.amount, Orc::ZERO)?,
            payee,
            amount: pay.amount,
            nonce: pay.nonce.clone(),
            authorization: pay.authorization.clone(),
            payment: pay.payment.clone(),
            payer_seq: pay.payer_seq,
            content,
        };
        self.makes(Event::Paid(paid), Effect::Paid)
    }

    /// What a payment is judged by, apart from its authorization's own terms.
    pub(super) fn may_debit(&self, actor: &Actor, id: &AccountId, amount: Orc) -> Result<(), Refusal> {
        above_zero(amount)?;
        self.of_federation(id)?;
        let number = self.not_reserved(id)?;
        self.may_pay(actor, number.and_then(|number| self.ledger.account(number)))?;
        self.can_spend(number, amount, Orc::ZERO).map(drop)
    }

    /// Refuses who does not act for the owner of the account that pays, and to debit a community pool.
    fn may_pay(&self, actor: &Actor, account: Option<&Account>) -> Result<(), Refusal> {
        if account.is_some_and(|account| account.owner != actor.acts_for.into()) {
            return Err(Refusal::NotAuthorized { role: Role::Payer });
        }
        self.not_a_pool(account)
    }

    /// Refuses to debit a community pool.
    pub(super) fn not_a_pool(&self, account: Option<&Account>) -> Result<(), Refusal> {
        match account {
            Some(account) if account.purpose == AccountPurpose::CommunityPool => Err(Refusal::CouncilOnly),
            _ => Ok(()),
        }
    }
}

fn fee_amount(fee: Option<CrossedFee>) -> Orc {
    fee.map_or(Orc::ZERO, |fee| fee.amount)
}
