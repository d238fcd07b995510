//! What a seller says of a payment, compared with what was signed.

use std::{collections::BTreeSet, time::Duration};

use earnest_base::PaymentId;
use earnest_signing::{Json, JsonObject, Limits, read};
use earnest_x402::{
    ErrorReason, SettleResponse,
    header::{self, PAYMENT_REQUIRED, PAYMENT_RESPONSE, X_PAYMENT_RESPONSE},
    offer_receipt::{ArtifactSigner, Receipt, Trust, VerifiedArtifact, receipt_of},
    v2::PaymentRequired,
};
use http::header::{LOCATION, RETRY_AFTER};
use reqwest::Url;

use super::{
    Cause, ReceiptFault, ReceiptSeen, Reply,
    judge::{is_same_resource, one_line},
};
use crate::budget::SignedPayment;

/// What an answer to a paid request comes to.
#[derive(Debug)]
pub(super) enum Said {
    /// The seller delivers, and what it says of the settlement.
    Delivered(Option<Box<SettleResponse>>),
    /// It is paid, and the seller does not deliver.
    Charged(Box<SettleResponse>),
    /// The payment is under way, and can be asked after.
    UnderWay(Identity),
    /// The payment is under way, and the same one sent again tells more.
    Pending,
    /// The same payment may be sent again.
    Again(Cause),
    /// The seller does not take it.
    Refused(Cause),
    /// Nothing can be made of it.
    Astray(Cause),
}

/// Where a payment under way is asked after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Identity {
    pub(super) payment_id: PaymentId,
    pub(super) url: String,
}

/// Reads an answer to a paid request.
pub(super) fn said(reply: &Reply, payment: &SignedPayment) -> Said {
    let settled = match settlement(reply) {
        Ok(settled) => settled,
        Err(cause) => return Said::Astray(cause),
    };
    if let Some(settled) = settled.as_ref().filter(|settled| settled.success || settled.is_pending())
        && let Err(mismatch) = settled.check(payment.requirements.value(), Some(payment.payer.as_str()))
    {
        return Said::Astray(mismatch.into());
    }
    // A seller may say so before there is a transaction.
    let word = settled.as_ref().filter(|settled| !settled.success).and_then(|settled| settled.error_reason.as_ref());
    let is_pending = word == Some(&ErrorReason::SETTLEMENT_PENDING);
    match (reply.status, settled) {
        (200..=299, Some(settled)) if settled.success => Said::Delivered(Some(Box::new(settled))),
        (_, Some(settled)) if settled.success => Said::Charged(Box::new(settled)),
        (202 | 402, settled) if is_pending || (reply.status == 202 && settled.is_none()) => match identity(reply) {
            Some(identity) => Said::UnderWay(identity),
            None if is_pending => Said::Pending,
            None => Said::Astray(Cause::IdentityMissing),
        },
        (200..=299, None) => Said::Delivered(None),
        (200..=299, Some(settled)) => {
            let word = settled.error_reason.map_or_else(String::new, |reason| reason.as_str().to_owned());
            Said::Astray(Cause::Settlement(format!("a delivery that was not paid: {}", one_line(&word))))
        }
        (300..=399, _) => Said::Astray(redirected(reply)),
        (408 | 425 | 429 | 500..=599, _) => Said::Again(Cause::SellerFailed(reply.status)),
        (_, settled) => Said::Refused(refused(reply, settled.as_ref())),
    }
}

/// That a seller sends the request elsewhere.
pub(super) fn redirected(reply: &Reply) -> Cause {
    let location = reply.headers.get(LOCATION).and_then(|value| value.to_str().ok());
    Cause::Redirected { status: reply.status, location: location.map(one_line) }
}

/// How long the seller asks to wait.
pub(super) fn retry_after(reply: &Reply) -> Option<Duration> {
    let value = reply.headers.get(RETRY_AFTER)?.to_str().ok()?;
    value.parse().ok().map(Duration::from_secs)
}

/// What the seller says of the settlement; nothing where it says nothing.
fn settlement(reply: &Reply) -> Result<Option<SettleResponse>, Cause> {
    for name in [PAYMENT_RESPONSE, X_PAYMENT_RESPONSE] {
        let mut values = reply.headers.get_all(name).iter();
        let Some(value) = values.next() else { continue };
        if values.next().is_some() {
            return Err(Cause::Settlement(format!("{name} stands twice")));
        }
        let text = String::from_utf8_lossy(value.as_bytes());
        let settled = header::decode(&text);
        return settled.map(Some).map_err(|error| Cause::Settlement(one_line(&error.to_string())));
    }
    Ok(None)
}

/// Why the seller does not take the payment, in its own words. They are shown, and decide nothing.
fn refused(reply: &Reply, settled: Option<&SettleResponse>) -> Cause {
    let of_settlement = settled.and_then(|settled| settled.error_reason.as_ref()).map(|reason| reason.as_str());
    let demand = || {
        let value = reply.headers.get(PAYMENT_REQUIRED)?.to_str().ok()?;
        header::decode::<PaymentRequired>(value).ok()?.error
    };
    let reason = of_settlement.map(str::to_owned).or_else(demand).unwrap_or_else(|| "no reason".to_owned());
    Cause::Refused { status: reply.status, reason: one_line(&reason) }
}

/// The identity of a payment under way: its id and where its status is told, both or nothing.
fn identity(reply: &Reply) -> Option<Identity> {
    let body: JsonObject = read(&reply.body, Limits::DOCUMENT).ok()?.into_owned().decode().ok()?;
    let text = |name: &str| body.members().get(name).and_then(Json::as_str);
    let (payment_id, url) = (text("paymentId")?.parse().ok()?, text("checkStatusUrl")?.to_owned());
    Some(Identity { payment_id, url })
}

/// Whether the seller's receipt is one of this payment, by who signed its offer.
pub(super) fn receipt(settled: &SettleResponse, payment: &SignedPayment, url: &Url) -> ReceiptSeen {
    let Some(signed) = settled.extensions.as_ref().and_then(receipt_of) else { return ReceiptSeen::None };
    let offered_by = payment.offered_by.as_deref().and_then(signer);
    let signers: BTreeSet<ArtifactSigner> = offered_by.into_iter().collect();
    let trust = if signers.is_empty() { Trust::Whoever } else { Trust::OneOf(&signers) };
    match signed.and_then(|signed| signed.verify(trust)) {
        Err(error) => ReceiptSeen::Invalid(error.into()),
        Ok(receipt) => match other(&receipt, settled, payment, url) {
            Some(member) => ReceiptSeen::Invalid(ReceiptFault::Other(member)),
            None => ReceiptSeen::Verified(Box::new(receipt)),
        },
    }
}

/// The member in which a receipt is that of another payment.
fn other(
    receipt: &VerifiedArtifact<Receipt>,
    settled: &SettleResponse,
    payment: &SignedPayment,
    url: &Url,
) -> Option<&'static str> {
    let network = &payment.requirements.value().network;
    let same =
        |one: &str, other: &str| one == other || (network.namespace() == "eip155" && one.eq_ignore_ascii_case(other));
    let resource = Url::parse(receipt.resource_url.as_str()).is_ok_and(|found| is_same_resource(url, &found));
    let transaction = receipt.transaction.as_ref().is_none_or(|found| same(found.as_str(), &settled.transaction));
    let members = [
        ("network", receipt.network == *network),
        ("payer", same(receipt.payer.as_str(), payment.payer.as_str())),
        ("resourceUrl", resource),
        ("transaction", transaction),
    ];
    members.into_iter().find(|(_, same)| !same).map(|(member, _)| member)
}

/// Who signed an offer, read back from its text.
fn signer(text: &str) -> Option<ArtifactSigner> {
    match text.strip_prefix("did:key:") {
        Some(key) => key.parse().ok().map(ArtifactSigner::Key),
        None => text.parse().ok().map(ArtifactSigner::Address),
    }
}
