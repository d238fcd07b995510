//! A purchase from its request to its end. The same payment is sent again as often as the policy lets it; another is signed
//! only where the first can no longer be carried out, or the budget counts both.

use earnest_payment::{ClientAction, FailedReason, Reason, ReplacedReason};
use earnest_x402::{
    SettleResponse,
    header::{PAYMENT_SIGNATURE, X_PAYMENT},
};
use http::{HeaderMap, HeaderName, HeaderValue, header};

use super::{
    AtStake, Bought, Cause, Money, PayError, PayingClient, PaymentMade, Preview, Purchase, Quote, ReceiptSeen, Reply,
    demand::Demanded,
    settled::{Said, receipt, redirected, retry_after, said},
    sign::{Target, new_call},
    status::Ended,
    wire::{Outgoing, WireError},
};
use crate::{
    budget::{AttemptState, BudgetCommand, CallId, LaneKey, Retirement, SignedPayment, Unit, Units},
    gateway::pause,
};

/// Headers that the client sets itself, or that belong to one connection.
const OWN_HEADERS: [HeaderName; 6] = [
    HeaderName::from_static("payment-signature"),
    HeaderName::from_static("x-payment"),
    header::HOST,
    header::CONTENT_LENGTH,
    header::CONNECTION,
    header::TRANSFER_ENCODING,
];

/// What became of one payment.
enum Carried {
    Bought(Box<Bought>),
    /// It can no longer be carried out, or is counted as if it were: another may be signed.
    Again,
}

/// A call, as its steps share it.
struct Step<'a> {
    purchase: &'a Purchase,
    target: &'a Target,
    id: &'a CallId,
}

impl PayingClient {
    /// Makes a request, and pays for it where that is demanded and allowed.
    ///
    /// # Errors
    /// [`PayError`], which says whether money may have moved.
    pub async fn send(&self, purchase: &Purchase) -> Result<Bought, PayError> {
        let target = self.target(&purchase.method, &purchase.url, &purchase.body).map_err(PayError::untouched)?;
        let id = purchase.call.clone().map_or_else(new_call, Ok).map_err(PayError::untouched)?;
        let step = Step { purchase, target: &target, id: &id };
        let mut signed_before = self.signed_before(&step).await?;
        loop {
            let (payment, may_have_left) = match signed_before.take() {
                Some(payment) => (payment, true),
                None => match self.ask(&step).await? {
                    Ok(reply) => return Ok(Bought { reply, payment: None }),
                    Err(demanded) => {
                        let payment = self.obtain(&target, purchase, &id, &demanded).await;
                        (payment.map_err(PayError::untouched)?, false)
                    }
                },
            };
            if let Carried::Bought(bought) = self.carry(&step, &payment, may_have_left).await? {
                return Ok(*bought);
            }
        }
    }

    /// What a request would cost. Nothing is reserved and nothing is signed.
    ///
    /// # Errors
    /// [`PayError`], where it would not be paid.
    pub async fn preview(&self, purchase: &Purchase) -> Result<Preview, PayError> {
        let target = self.target(&purchase.method, &purchase.url, &purchase.body).map_err(PayError::untouched)?;
        let id = new_call().map_err(PayError::untouched)?;
        let demanded = match self.ask(&Step { purchase, target: &target, id: &id }).await? {
            Ok(reply) => return Ok(Preview::Free(reply)),
            Err(demanded) => demanded,
        };
        let judge = self.judge(&target, purchase, self.clock.now());
        let chosen =
            judge.choose(&demanded.demand).map_err(|objections| PayError::untouched(Cause::Objected(objections)))?;
        Ok(Preview::Priced(Box::new(Quote {
            unit: chosen.rule.unit.clone(),
            symbol: chosen.rule.symbol.clone(),
            decimals: chosen.rule.decimals,
            amount: chosen.amount,
            payee: chosen.payee,
            offered_by: chosen.offer.as_ref().map(|offer| offer.signer().to_string()),
            lasts_secs: chosen.accepted.value().max_timeout_seconds.whole_seconds(),
        })))
    }

    /// What was signed for the call before, by this process or the one before it: it is sent again, whatever it may have
    /// become, before anything else is signed.
    async fn signed_before(&self, step: &Step<'_>) -> Result<Option<SignedPayment>, PayError> {
        let Some(call) = self.purse.call(step.id).await.map_err(PayError::untouched)? else { return Ok(None) };
        if call.request != step.target.request.digest() {
            let conflict = crate::budget::BudgetRefusal::OtherRequest;
            return Err(PayError::untouched(Cause::Budget(conflict.into())));
        }
        let may_be_paid = |state| matches!(state, AttemptState::Open | AttemptState::Paid | AttemptState::Doubtful);
        let last = call.attempts.last().filter(|attempt| may_be_paid(attempt.state));
        Ok(last.map(|attempt| attempt.payment.clone()))
    }

    /// Asks without a payment: the answer, or the demand.
    async fn ask(&self, step: &Step<'_>) -> Result<Result<Reply, Demanded>, PayError> {
        let bounds = &self.policy.persistence;
        let mut tries = 0;
        loop {
            tries += 1;
            let reply = match self.exchange(step, None).await {
                Ok(reply) => reply,
                // Nothing was sent, so that it can be sent again whatever it does.
                Err(WireError::Unreachable(_)) if tries < bounds.sends => {
                    pause(&*self.clock, bounds.pause(tries, None)).await;
                    continue;
                }
                Err(error) => return Err(PayError::untouched(error)),
            };
            return match reply.status {
                402 => match Demanded::of(&reply.headers, &reply.body) {
                    Ok(demanded) => Ok(Err(demanded)),
                    Err(error) => Err(with_reply(PayError::untouched(error), reply)),
                },
                300..=399 => Err(with_reply(PayError::untouched(redirected(&reply)), reply)),
                _ => Ok(Ok(reply)),
            };
        }
    }

    async fn exchange(&self, step: &Step<'_>, payment: Option<&SignedPayment>) -> Result<Reply, WireError> {
        let mut headers: HeaderMap = step.purchase.headers.clone();
        for own in &OWN_HEADERS {
            headers.remove(own);
        }
        if let Some(payment) = payment {
            let name = if payment.version == 1 { X_PAYMENT } else { PAYMENT_SIGNATURE };
            let value = HeaderValue::from_str(&payment.value).ok().map(|mut value| {
                value.set_sensitive(true);
                value
            });
            if let (Ok(name), Some(value)) = (HeaderName::try_from(name), value) {
                headers.insert(name, value);
            }
        }
        let (method, url, body) = (&step.purchase.method, &step.target.url, step.purchase.body.clone());
        self.wire.send(Outgoing { method, url, headers, body }, &*self.clock).await
    }

    /// Sends one payment until it is known what became of it, or the bounds are reached.
    async fn carry(&self, step: &Step<'_>, payment: &SignedPayment, mut left: bool) -> Result<Carried, PayError> {
        let (bounds, clock) = (&self.policy.persistence, &self.clock);
        let mut transaction: Option<String> = None;
        let mut tries = 0;
        loop {
            tries += 1;
            let (cause, reply) = match self.exchange(step, Some(payment)).await {
                Err(error) => {
                    left |= error.may_have_left();
                    (Cause::from(error), None)
                }
                Ok(reply) => {
                    left = true;
                    match said(&reply, payment) {
                        Said::Delivered(settled) => {
                            return self.delivered(step, payment, reply, settled, transaction).await;
                        }
                        Said::Charged(settled) => {
                            transaction = Some(settled.transaction.clone()).filter(|text| !text.is_empty());
                            self.paid(step, payment, transaction.clone(), &reply).await?;
                            (Cause::NotDelivered(reply.status), Some(reply))
                        }
                        Said::UnderWay(identity) => match self.follow(step.target, &identity).await {
                            Ok(Ended::Confirmed(txid)) => {
                                self.paid(step, payment, Some(txid.clone()), &reply).await?;
                                transaction = Some(txid);
                                (Cause::NotDelivered(reply.status), Some(reply))
                            }
                            Ok(Ended::Unpaid { reason, is_trusted, expected }) => {
                                let trusted = is_trusted.then_some((reason, expected));
                                let cause = Cause::Ended(reason);
                                if !(reason.retryable() && tries < bounds.sends) {
                                    return self.unpaid(step, payment, cause, reply, trusted).await;
                                }
                                (cause, Some(reply))
                            }
                            Err(cause) => return Err(self.failed(step, payment, cause, true, Some(reply))),
                        },
                        Said::Again(cause) => (cause, Some(reply)),
                        Said::Refused(cause) if transaction.is_none() => {
                            return self.unpaid(step, payment, cause, reply, None).await;
                        }
                        Said::Refused(_) => (Cause::NotDelivered(reply.status), Some(reply)),
                        Said::Astray(cause) => return Err(self.failed(step, payment, cause, true, Some(reply))),
                    }
                }
            };
            let is_final = matches!(cause, Cause::CircuitOpen { .. } | Cause::Address(_) | Cause::TooLarge(_));
            if tries >= bounds.sends || is_final {
                return self.given_up(step, payment, cause, left, reply, transaction.is_some()).await;
            }
            let asked = reply.as_ref().and_then(retry_after);
            pause(&**clock, bounds.pause(tries, asked)).await;
        }
    }

    /// The seller delivered: the payment counts for good.
    async fn delivered(
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
            payee: super::policy::payee_of(payment.requirements.value()),
            payer: payment.payer.clone(),
            is_stated: settled.is_some() || transaction.is_some(),
            transaction,
            offered_by: payment.offered_by.clone(),
            receipt: seen.unwrap_or(ReceiptSeen::None),
        };
        Ok(Carried::Bought(Box::new(Bought { reply, payment: Some(Box::new(made)) })))
    }

    async fn paid(
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
    async fn unpaid(
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
    async fn given_up(
        &self,
        step: &Step<'_>,
        payment: &SignedPayment,
        cause: Cause,
        left: bool,
        reply: Option<Reply>,
        is_paid: bool,
    ) -> Result<Carried, PayError> {
        if !left {
            let freed = self.purse.ask(BudgetCommand::Unsent { call: step.id.clone() }).await;
            // Where that is not noted, the payment is one that may have left.
            return Err(self.failed(step, payment, cause, freed.is_err(), reply));
        }
        let mut error = self.failed(step, payment, cause, true, reply);
        if let (true, Money::MayMove(stake)) = (is_paid, &error.money) {
            error.money = Money::Moved(stake.clone());
        }
        Err(error)
    }

    fn failed(
        &self,
        step: &Step<'_>,
        payment: &SignedPayment,
        cause: Cause,
        may_move: bool,
        reply: Option<Reply>,
    ) -> PayError {
        let (unit, amount) = price(payment);
        let payee = super::policy::payee_of(payment.requirements.value());
        let stake = AtStake { call: step.id.clone(), unit, amount, payee, until: self.over_at(payment) };
        let money = if may_move { Money::MayMove(Box::new(stake)) } else { Money::Untouched };
        PayError { cause, money, reply: reply.map(Box::new) }
    }
}

/// What a payment is for.
fn price(payment: &SignedPayment) -> (Unit, Units) {
    let requirements = payment.requirements.value();
    let asset = super::policy::one_spelling(&requirements.network, requirements.asset.as_str());
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

fn with_reply(error: PayError, reply: Reply) -> PayError {
    PayError { reply: Some(Box::new(reply)), ..error }
}
