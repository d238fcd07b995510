//! A purchase from its request to its end. The same payment is sent again as often as the policy lets it; another is signed
//! only where the first can no longer be carried out, or the budget counts both.

use earnest_payment::Reason;
use earnest_x402::{
    SettleResponse,
    header::{PAYMENT_SIGNATURE, X_PAYMENT},
};
use http::{HeaderMap, HeaderName, HeaderValue, header};

use super::{
    Bought, Cause, PayError, PayingClient, Preview, Purchase, Quote, Reply,
    demand::Demanded,
    ending::moved,
    origin::origin_of,
    settled::{Said, redirected, retry_after, said},
    sign::{Target, new_call},
    status::Ended,
    wire::{Outgoing, WireError},
};
use crate::{
    budget::{BudgetAnswer, BudgetCommand, CallId, SignedPayment},
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
pub(super) enum Carried {
    Bought(Box<Bought>),
    /// It can no longer be carried out, or is counted as if it were: another may be signed.
    Again,
}

/// What was heard of a payment that was sent.
enum Heard {
    Delivered(Option<Box<SettleResponse>>),
    /// It is paid, by this transaction where one is named, and not delivered.
    Paid(Option<String>),
    /// It ended unpaid; who is trusted says so, or not.
    Unpaid {
        reason: Reason,
        trusted: Option<(Reason, Option<u64>)>,
    },
    /// It is under way.
    Pending,
    Again(Cause),
    Refused(Cause),
    Astray(Cause),
}

/// A call, as its steps share it.
pub(super) struct Step<'a> {
    pub(super) purchase: &'a Purchase,
    pub(super) target: &'a Target,
    pub(super) id: &'a CallId,
}

/// What is known of a payment when it is sent.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    /// It may have left before.
    pub(super) may_have_left: bool,
    /// It was paid already.
    pub(super) is_paid: bool,
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
        // Each turn but the first signs anew, which the budget lets a call do so often and no oftener.
        for _ in 0..=self.policy.persistence.signatures {
            let (payment, known) = match signed_before.take() {
                Some(before) => before,
                None => match self.ask(&step).await? {
                    Ok(reply) => return Ok(Bought { reply, payment: None }),
                    Err(demanded) => {
                        let payment = self.obtain(&target, purchase, &id, &demanded).await;
                        payment.map_err(PayError::untouched)?
                    }
                },
            };
            if let Carried::Bought(bought) = self.carry(&step, &payment, known).await? {
                return Ok(*bought);
            }
        }
        let spent = crate::budget::BudgetRefusal::SignaturesSpent(self.policy.persistence.signatures);
        Err(PayError::untouched(Cause::Budget(spent.into())))
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
    async fn signed_before(&self, step: &Step<'_>) -> Result<Option<(SignedPayment, Known)>, PayError> {
        let resume = BudgetCommand::Resume { call: step.id.clone(), request: step.target.request.digest() };
        let answer = self.purse.ask(resume).await.map_err(PayError::untouched)?;
        Ok(match answer {
            BudgetAnswer::Payment(payment) => Some((*payment, Known { may_have_left: true, is_paid: false })),
            BudgetAnswer::Paid(payment) => Some((*payment, Known { may_have_left: true, is_paid: true })),
            BudgetAnswer::Reserved { .. } | BudgetAnswer::Kept | BudgetAnswer::Noted => None,
        })
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
    async fn carry(&self, step: &Step<'_>, payment: &SignedPayment, known: Known) -> Result<Carried, PayError> {
        let bounds = &self.policy.persistence;
        let Known { may_have_left: mut left, mut is_paid } = known;
        let mut transaction: Option<String> = None;
        let (mut tries, mut polls) = (0, 0);
        loop {
            tries += 1;
            let (cause, reply) = match self.exchange(step, Some(payment)).await {
                Err(error) => {
                    left |= error.may_have_left();
                    (Cause::from(error), None)
                }
                Ok(reply) => {
                    left = true;
                    match self.heard(step, payment, &reply).await? {
                        Heard::Delivered(settled) => {
                            return self.delivered(step, payment, reply, settled, transaction).await;
                        }
                        Heard::Paid(named) => {
                            (is_paid, transaction) = (true, named);
                            (Cause::NotDelivered(reply.status), Some(reply))
                        }
                        Heard::Pending if polls < bounds.polls => {
                            (polls, tries) = (polls + 1, tries - 1);
                            (Cause::StillUnderWay(None), Some(reply))
                        }
                        Heard::Pending => {
                            let error = self.failed(step, payment, Cause::StillUnderWay(None), true, Some(reply));
                            return Err(if is_paid { moved(error) } else { error });
                        }
                        Heard::Again(cause) => (cause, Some(reply)),
                        Heard::Unpaid { reason, .. } if reason.retryable() && tries < bounds.sends => {
                            (Cause::Ended(reason), Some(reply))
                        }
                        Heard::Refused(_) | Heard::Unpaid { .. } if is_paid => {
                            let cause = Cause::NotDelivered(reply.status);
                            return Err(moved(self.failed(step, payment, cause, true, Some(reply))));
                        }
                        Heard::Unpaid { reason, trusted } => {
                            return self.unpaid(step, payment, Cause::Ended(reason), reply, trusted).await;
                        }
                        Heard::Refused(cause) => return self.unpaid(step, payment, cause, reply, None).await,
                        Heard::Astray(cause) => {
                            let error = self.failed(step, payment, cause, true, Some(reply));
                            return Err(if is_paid { moved(error) } else { error });
                        }
                    }
                }
            };
            let is_final = matches!(cause, Cause::CircuitOpen { .. } | Cause::Address(_) | Cause::TooLarge(_));
            if tries >= bounds.sends || is_final {
                let error = self.given_up(step, payment, cause, left, reply).await;
                return Err(if is_paid { moved(error) } else { error });
            }
            let asked = reply.as_ref().and_then(retry_after);
            pause(&*self.clock, bounds.pause(tries.max(1), asked)).await;
        }
    }

    /// What an answer comes to, a payment under way followed to its end.
    async fn heard(&self, step: &Step<'_>, payment: &SignedPayment, reply: &Reply) -> Result<Heard, PayError> {
        Ok(match said(reply, payment) {
            Said::Delivered(settled) => Heard::Delivered(settled),
            Said::Charged(settled) => {
                let named = Some(settled.transaction).filter(|text| !text.is_empty());
                self.paid(step, payment, named.clone(), reply).await?;
                Heard::Paid(named)
            }
            Said::UnderWay(identity) => match self.follow(step.target, &identity).await {
                Ok(Ended::Confirmed(txid)) => {
                    self.paid(step, payment, Some(txid.clone()), reply).await?;
                    Heard::Paid(Some(txid))
                }
                Ok(Ended::Unpaid { reason, is_trusted, expected }) => {
                    Heard::Unpaid { reason, trusted: is_trusted.then_some((reason, expected)) }
                }
                Err(cause) => Heard::Astray(cause),
            },
            Said::Pending => Heard::Pending,
            Said::Again(cause) => Heard::Again(cause),
            Said::Refused(cause) => match reason_of(&cause).filter(|_| self.trusts(&origin_of(&step.target.url))) {
                Some(reason) => Heard::Unpaid { reason, trusted: Some((reason, None)) },
                None => Heard::Refused(cause),
            },
            Said::Astray(cause) => Heard::Astray(cause),
        })
    }
}

/// The reason that a seller names, where it is one of a payment's end.
fn reason_of(cause: &Cause) -> Option<Reason> {
    let Cause::Refused { reason, .. } = cause else { return None };
    Reason::ALL.iter().copied().find(|known| known.as_str() == reason)
}

fn with_reply(error: PayError, reply: Reply) -> PayError {
    PayError { reply: Some(Box::new(reply)), ..error }
}
