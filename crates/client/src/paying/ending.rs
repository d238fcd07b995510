//! How a payment ends, and what is noted of it: in the budget first, and then to the caller.

use earnest_payment::{ClientAction, FailedReason, Reason, ReplacedReason};
use earnest_x402::SettleResponse;

use super::{
    AtStake, Bought, Cause, Money, PayError, PayingClient, PaymentMade, ReceiptSeen, Reply,
    policy::{one_spelling, payee_of},
    run::{Carried, Step},
    settled::receipt,
};
use crate::budget::{BudgetCommand, LaneKey, Retirement, SignedPayment, Unit, Units};

impl PayingClient {
    /// The seller delivered: the payment counts for good.
    pub(super) async fn delivered(
        &self,
        step: &Step<'_>,
        payment: &SignedPayment,
        reply: Reply,
        settled: Option<Box<SettleResponse>>,
        transaction: Option<String>,
    ) -> Result<Carried, PayError> {
        let named = settled.as_ref().map(|settled| settled.transaction.clone()).filter(|text| !text.is_empty());
        let transaction = named.or(transaction);
        self.paid(step, payment, transaction.clone(), &reply).await?;
        let seen = settled.as_ref().map(|settled| receipt(settled, payment, &step.target.url));
        let (unit, amount) = price(payment);
        let made = PaymentMade {
            call: step.id.clone(),
            method: step.purchase.method.to_string(),
            url: step.target.url.to_string(),
            unit,
            amount,
            payee: payee_of(payment.requirements.value()),
            payer: payment.payer.clone(),
            is_stated: settled.is_some() || transaction.is_some(),
            transaction,
            offered_by: payment.offered_by.clone(),
            receipt: seen.unwrap_or(ReceiptSeen::None),
        };
        Ok(Carried::Bought(Box::new(Bought { reply, payment: Some(Box::new(made)) })))
    }

    pub(super) async fn paid(
        &self,
        step: &Step<'_>,
        payment: &SignedPayment,
        transaction: Option<String>,
        reply: &Reply,
    ) -> Result<(), PayError> {
        let noted = self.purse.ask(BudgetCommand::Pay { call: step.id.clone(), transaction }).await;
        noted.map(drop).map_err(|error| self.failed(step, payment, error.into(), true, Some(reply.clone())))
    }

    /// The payment was refused. Where a relay that is trusted says so, it is given up; a seller's word is not enough, so
    /// that another is signed only once the first has lapsed, and both are counted.
    pub(super) async fn unpaid(
        &self,
        step: &Step<'_>,
        payment: &SignedPayment,
        cause: Cause,
        reply: Reply,
        trusted: Option<(Reason, Option<u64>)>,
    ) -> Result<Carried, PayError> {
        if let Some((reason, expected)) = trusted {
            let why = retirement(reason);
            let retired = self.purse.ask(BudgetCommand::Retire { call: step.id.clone(), why }).await;
            retired.map_err(|error| self.failed(step, payment, error.into(), true, Some(reply.clone())))?;
            if let Some(expected) = expected {
                let network = payment.requirements.value().network.clone();
                let lane = LaneKey { network, payer: payment.payer.clone() };
                drop(self.purse.ask(BudgetCommand::Follow { lane, expected }).await);
            }
            if reason.client_action() == ClientAction::RebuildPayment {
                return Ok(Carried::Again);
            }
            return Err(self.failed(step, payment, cause, why == Retirement::Refused, Some(reply)));
        }
        let (clock, over_at) = (&self.clock, self.over_at(payment));
        let left = over_at.unix_millis().saturating_sub(clock.now().unix_millis());
        let waits = i64::try_from(self.policy.persistence.waits_for_lapse.as_millis()).unwrap_or(i64::MAX);
        if left <= waits.max(0) {
            clock.until(over_at).await;
            return Ok(Carried::Again);
        }
        Err(self.failed(step, payment, cause, true, Some(reply)))
    }

    /// The bounds are reached. What never left comes free.
    pub(super) async fn given_up(
        &self,
        step: &Step<'_>,
        payment: &SignedPayment,
        cause: Cause,
        left: bool,
        reply: Option<Reply>,
    ) -> PayError {
        if left {
            return self.failed(step, payment, cause, true, reply);
        }
        let freed = self.purse.ask(BudgetCommand::Unsent { call: step.id.clone() }).await;
        // Where that is not noted, the payment is one that may have left.
        self.failed(step, payment, cause, freed.is_err(), reply)
    }

    pub(super) fn failed(
        &self,
        step: &Step<'_>,
        payment: &SignedPayment,
        cause: Cause,
        may_move: bool,
        reply: Option<Reply>,
    ) -> PayError {
        let (unit, amount) = price(payment);
        let payee = payee_of(payment.requirements.value());
        let stake = AtStake { call: step.id.clone(), unit, amount, payee, until: self.over_at(payment) };
        let money = if may_move { Money::MayMove(Box::new(stake)) } else { Money::Untouched };
        PayError { cause, money, reply: reply.map(Box::new) }
    }
}

/// What a payment is for.
fn price(payment: &SignedPayment) -> (Unit, Units) {
    let requirements = payment.requirements.value();
    let asset = one_spelling(&requirements.network, requirements.asset.as_str());
    let asset = asset.parse().unwrap_or_else(|_| requirements.asset.clone());
    let amount = requirements.amount.to_u128().map_or(Units::ZERO, Units);
    (Unit { network: requirements.network.clone(), asset }, amount)
}

/// Whether a payment that ended can still be carried out by whoever has it.
const fn retirement(reason: Reason) -> Retirement {
    match reason {
        Reason::Failed(FailedReason::SenderNonceStale) | Reason::Replaced(ReplacedReason::NonceReplacement) => {
            Retirement::UsedUp
        }
        _ => Retirement::Refused,
    }
}

/// The same failure, of a payment that is known to be made.
pub(super) fn moved(error: PayError) -> PayError {
    match error.money {
        Money::MayMove(stake) => PayError { money: Money::Moved(stake), ..error },
        _ => error,
    }
}
