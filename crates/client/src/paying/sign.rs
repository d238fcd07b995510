//! From a demand to a payment: judged, reserved, signed, verified, kept. In this order, and never another.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use earnest_base::{PaymentIdentifier, Sha256Digest, Timestamp};
use earnest_x402::{
    Extensions, PAYMENT_IDENTIFIER, header,
    scheme::{Asked, PaidRequest, Tender, VerifiedPayment},
    v1,
    v2::{PaymentPayload, PaymentRequired},
};
use reqwest::Url;

use super::{
    AddressError, Cause, OfferSigner, PayingClient, Purchase, SigningOrder, Wallet, WalletError,
    demand::Demanded,
    judge::{Chosen, Judge},
    origin::origin_of,
    run::Known,
};
use crate::budget::{BudgetAnswer, BudgetCommand, CallId, LaneKey, Reserve, SignedPayment};

/// What is asked for: the URL, and the request as a payment names it.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) url: Url,
    pub(super) request: PaidRequest,
}

impl PayingClient {
    /// Whether a request may be made at all.
    pub(super) fn target(&self, method: &http::Method, url: &str, body: &[u8]) -> Result<Target, Cause> {
        let url = self.policy.reach.url(url)?;
        let origin = origin_of(&url);
        match &self.policy.origins {
            Some(listed) if !listed.contains(&origin) => return Err(AddressError::Unlisted(origin).into()),
            None if url.host_str().is_some_and(|host| host.split('.').any(|label| label.starts_with("xn--"))) => {
                return Err(AddressError::Punycode(origin).into());
            }
            _ => {}
        }
        let request = PaidRequest::new(method.as_str(), url.as_str(), Sha256Digest::of(body))?;
        Ok(Target { url, request })
    }

    /// What a demand is judged by.
    pub(super) fn judge<'a>(&'a self, target: &'a Target, purchase: &'a Purchase, now: Timestamp) -> Judge<'a> {
        let (policy, wallets) = (&self.policy, self.wallets.as_slice());
        Judge { policy, wallets, purchase, url: &target.url, request: &target.request, now }
    }

    /// Signs what is demanded, where it is allowed. The payment may be another task's of the same call.
    pub(super) async fn obtain(
        &self,
        target: &Target,
        purchase: &Purchase,
        id: &CallId,
        demanded: &Demanded,
    ) -> Result<(SignedPayment, Known), Cause> {
        let now = self.clock.now();
        let chosen = self.judge(target, purchase, now).choose(&demanded.demand).map_err(Cause::Objected)?;
        let (identifier, place) = match self.reserve(target, id, &chosen).await? {
            BudgetAnswer::Reserved { identifier, place } => (identifier, place),
            answer => return known(answer),
        };
        let signed = self.sign(target, &chosen, demanded, identifier, place).await;
        let payment = match signed {
            Ok(payment) => payment,
            Err(error) => {
                // Nothing has left: the price comes free. Where the journal is out of reach it does so by time.
                drop(self.purse.ask(BudgetCommand::Unsent { call: id.clone() }).await);
                return Err(error.into());
            }
        };
        let (call, over_at) = (id.clone(), self.over_at(&payment));
        let keep = BudgetCommand::Keep { call, payment: Box::new(payment.clone()), over_at };
        match self.purse.ask(keep).await? {
            BudgetAnswer::Kept => Ok((payment, Known { may_have_left: false, is_paid: false })),
            answer => known(answer),
        }
    }

    /// When a payment has lapsed by every clock that counts.
    pub(super) fn over_at(&self, payment: &SignedPayment) -> Timestamp {
        let apart = i64::from(self.policy.clocks_apart_secs) * 1000;
        let over = payment.lapses_at.unix_millis().saturating_add(apart);
        Timestamp::from_unix_millis(over).unwrap_or(Timestamp::LAST)
    }

    async fn reserve(&self, target: &Target, id: &CallId, chosen: &Chosen) -> Result<BudgetAnswer, Cause> {
        let rule = &chosen.rule;
        let lane = chosen
            .wallet
            .is_ordered()
            .then(|| LaneKey { network: rule.unit.network.clone(), payer: chosen.wallet.payer() });
        let pin = match (&rule.signer, &chosen.offer) {
            (OfferSigner::Pinned, Some(offer)) => Some((origin_of(&target.url), offer.signer().to_string())),
            _ => None,
        };
        let reserve = Reserve {
            call: id.clone(),
            request: target.request.digest(),
            unit: rule.unit.clone(),
            payee: chosen.payee.clone(),
            amount: chosen.amount,
            limits: rule.limits,
            identifier: new_identifier()?,
            lane,
            pin,
            signatures: self.policy.persistence.signatures,
        };
        Ok(self.purse.ask(BudgetCommand::Reserve(Box::new(reserve))).await?)
    }

    /// Has the wallet sign, and believes it only as far as its scheme verifies what it signed.
    async fn sign(
        &self,
        target: &Target,
        chosen: &Chosen,
        demanded: &Demanded,
        identifier: PaymentIdentifier,
        place: Option<u64>,
    ) -> Result<SignedPayment, WalletError> {
        let now = self.clock.now();
        let declared = demanded.demand.extensions.as_ref();
        let takes_identifier = declared.is_some_and(|declared| declared.info(PAYMENT_IDENTIFIER).is_some());
        let identifier = (takes_identifier && demanded.version == 2).then_some(identifier);
        let (accepted, request) = (chosen.accepted.clone(), target.request.clone());
        let order = SigningOrder { accepted, request, identifier, place, now };
        let payload = chosen.wallet.sign(&order).await?;
        let payment = answering(&demanded.demand, chosen, payload, order.identifier.as_ref());
        let verified = verify(&chosen.wallet, &payment, target, order.identifier.as_ref(), now)?;
        if verified.sequence.map(earnest_base::Count::value) != place {
            return Err(WalletError::Other("another place among the payer's payments".to_owned()));
        }
        let value = match demanded.version {
            1 => v1::PaymentPayload::from_v2(&payment).map(|payment| header::encode(&payment)),
            _ => Ok(header::encode(&payment)),
        };
        Ok(SignedPayment {
            version: demanded.version,
            value: value.map_err(|error| WalletError::Unfit(error.to_string()))?,
            requirements: chosen.accepted.clone(),
            payer: verified.payer,
            lapses_at: verified.lapses_at,
            offered_by: chosen.offer.as_ref().map(|offer| offer.signer().to_string()),
        })
    }
}

/// A payment that somebody else signed for the same call, and may have sent.
fn known(answer: BudgetAnswer) -> Result<(SignedPayment, Known), Cause> {
    match answer {
        BudgetAnswer::Payment(payment) => Ok((*payment, Known { may_have_left: true, is_paid: false })),
        BudgetAnswer::Paid(payment) => Ok((*payment, Known { may_have_left: true, is_paid: true })),
        BudgetAnswer::Reserved { .. } | BudgetAnswer::Kept | BudgetAnswer::Noted => {
            Err(WalletError::Other("another answer of the budget".to_owned()).into())
        }
    }
}

/// The payment as it goes over the wire: the server's extensions, and the client's key where the server takes one.
fn answering(
    demand: &PaymentRequired,
    chosen: &Chosen,
    payload: earnest_signing::JsonObject,
    identifier: Option<&PaymentIdentifier>,
) -> PaymentPayload {
    let additions = identifier.and_then(|identifier| {
        let declared = demand.extensions.as_ref()?;
        let extension = declared.with_identifier(identifier).get(PAYMENT_IDENTIFIER)?.clone();
        Some(Extensions::default().with(PAYMENT_IDENTIFIER, extension))
    });
    PaymentPayload::answering(demand, &chosen.accepted, payload, additions)
}

/// Verifies what a wallet signed, as the seller will.
fn verify(
    wallet: &Arc<dyn Wallet>,
    payment: &PaymentPayload,
    target: &Target,
    identifier: Option<&PaymentIdentifier>,
    now: Timestamp,
) -> Result<VerifiedPayment, WalletError> {
    let tender = Tender::v2(payment, payment.accepted.value(), Asked::Here(&target.request));
    let tender = match identifier {
        Some(identifier) => tender.under(identifier),
        None => tender,
    };
    let verified = wallet.scheme().verify(&tender, now);
    let verified = verified.map_err(|error| WalletError::Other(error.message().to_owned()))?;
    if verified.payer != wallet.payer() {
        return Err(WalletError::Other("another payer".to_owned()));
    }
    Ok(verified)
}

/// A new key for a payment, which is a payment id as well, so that a ledger's authorisation can name it.
fn new_identifier() -> Result<PaymentIdentifier, Cause> {
    Ok(format!("pay_0{}", random()?).parse()?)
}

/// A new name for a call.
pub(super) fn new_call() -> Result<CallId, Cause> {
    Ok(format!("call-{}", random()?).parse()?)
}

fn random() -> Result<String, WalletError> {
    let mut random = [0_u8; 16];
    getrandom::fill(&mut random).map_err(|error| WalletError::Unavailable(error.to_string()))?;
    Ok(URL_SAFE_NO_PAD.encode(random))
}
