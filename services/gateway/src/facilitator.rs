//! The facilitator API of x402 (decision X5): other people's servers have their payments verified and settled here.

mod discovery;

use std::sync::Arc;

use earnest_base::Network;
use earnest_kit::{Problem, ServiceCode};
use earnest_payment::{Answer, ErrorCode, Owner, PaymentStatus, PublicUrl};
use earnest_rail::CheckError;
use earnest_signing::JsonObject;
use earnest_x402::{
    ErrorReason, ExtensionResponse, ExtensionResponses, ExtensionStatus, PAYMENT_IDENTIFIER, SettleResponse,
    SupportedResponse, VerifyResponse, bazaar::BAZAAR,
};

use crate::{
    desk::{Desk, Proposed, Refusal, Seen, Standing, Taken},
    office::Office,
    problem,
};

pub(crate) use discovery::{page, refused, search};

/// What became of a payment, as `/settle` answers it.
pub(crate) struct Settled {
    pub(crate) response: SettleResponse,
    /// Whether its identifier belongs to another payment: then the answer is 409.
    pub(crate) conflict: bool,
    pub(crate) extensions: ExtensionResponses,
}

/// What the gateway serves.
pub(crate) fn supported(desk: &Desk) -> SupportedResponse {
    SupportedResponse {
        kinds: desk.rails.schemes().kinds(),
        extensions: vec![BAZAAR.to_owned(), PAYMENT_IDENTIFIER.to_owned()],
        // Whose transactions carry payments is told by the chain; no client of these schemes needs it beforehand.
        signers: std::collections::BTreeMap::default(),
    }
}

/// Whether a payment is valid, its payer can pay, and the relay would take it. It promises nothing.
pub(crate) async fn verify(
    office: &Office,
    proposed: Proposed,
    standing: &Standing,
) -> Result<VerifyResponse, Problem> {
    let desk = &office.desk;
    let verified = match desk.verify(&proposed, standing) {
        Ok(verified) => verified,
        Err(refusal) => return Ok(invalid(&refusal)),
    };
    let payer = verified.payer.to_string();
    let entry = match proposed.entry(&verified, standing, desk.now()) {
        Ok(entry) => entry,
        Err(told) => return Ok(invalid(&told.into())),
    };
    if let Some(told) = desk.would_refuse(entry.clone()).await.map_err(problem::outage)? {
        let refusal = Refusal { told, reason: None, payer: Some(verified.payer) };
        return if is_relays(&refusal) { Err(relays(&refusal)) } else { Ok(invalid(&refusal)) };
    }
    match office.checks.check(&verified.network, Arc::clone(&entry.carried)).await {
        Some(Ok(())) => Ok(VerifyResponse::valid(payer)),
        Some(Err(CheckError::Refused { reason, message })) => {
            Ok(VerifyResponse::invalid(reason, Some(crate::desk::expected(&message).to_owned()), Some(payer)))
        }
        Some(Err(CheckError::Outage(outage))) => {
            tracing::warn!(network = %outage.network, reason = outage.reason, "a rail is out of reach");
            Err(problem::rail_outage())
        }
        None => Err(problem::rail_outage()),
    }
}

/// Settles a payment, and waits for its end for some time. The same payment again is the same settlement.
pub(crate) async fn settle(office: &Office, proposed: Proposed, standing: &Standing) -> Result<Settled, Problem> {
    let desk = &office.desk;
    let (network, is_v1) = (proposed.requirements.network.clone(), proposed.is_v1());
    let listing = proposed.listing(desk.now());
    let (payment, payer) = match desk.submit(proposed, standing).await.map_err(problem::outage)? {
        Taken::Accepted { payment, payer } => (payment, payer),
        Taken::Refused(refusal) if is_relays(&refusal) => return Err(relays(&refusal)),
        Taken::Refused(refusal) => {
            let conflict = refusal.told.code == ErrorCode::PaymentIdentifierConflict;
            let (reason, message) = (reason_of(&refusal), refusal.told.error);
            let mut response = SettleResponse::failed(reason, Some(message), String::new(), network.to_string());
            response.payer = refusal.payer.map(|payer| payer.to_string());
            return Ok(Settled {
                response: in_version(response, is_v1),
                conflict,
                extensions: ExtensionResponses::default(),
            });
        }
    };
    let seen = desk.wait_for_end(payment.payment_id(), office.settle_within).await.map_err(problem::outage)?;
    let response = settled(&seen, &network, payer.map(|payer| payer.to_string()), &desk.url);
    let listed = match listing {
        Ok(None) => None,
        Ok(Some(_)) if response.success => {
            Some(ExtensionResponse { status: ExtensionStatus::Success, rejected_reason: None })
        }
        Ok(Some(_)) => Some(ExtensionResponse { status: ExtensionStatus::Processing, rejected_reason: None }),
        Err(error) => Some(ExtensionResponse {
            status: ExtensionStatus::Rejected,
            rejected_reason: Some(error.code().to_owned()),
        }),
    };
    let extensions = ExtensionResponses(listed.map(|listed| (BAZAAR.to_owned(), listed)).into_iter().collect());
    Ok(Settled { response: in_version(response, is_v1), conflict: false, extensions })
}

/// What a payment's status is as an answer of `/settle`.
pub(crate) fn settled(seen: &Seen, network: &Network, payer: Option<String>, url: &PublicUrl) -> SettleResponse {
    let txid = seen.txid.as_ref().map(ToString::to_string).unwrap_or_default();
    let network = network.to_string();
    let failed = |reason: ErrorReason, message: String, txid| {
        SettleResponse::failed(reason, Some(message), txid, network.clone())
    };
    let mut response = match &seen.answer {
        Answer::Confirmed(_) => {
            SettleResponse { payer: None, ..SettleResponse::settled(txid, network.clone(), String::new()) }
        }
        Answer::InFlight(_) => {
            let message = "the payment is under way; the same request again tells what became of it".to_owned();
            failed(ErrorReason::SETTLEMENT_PENDING, message, txid)
        }
        ended => {
            let reason = ended.reason().map_or("not_found", earnest_payment::Reason::as_str);
            failed(ErrorReason::new(reason), format!("the payment ended without being paid: {reason}"), txid)
        }
    };
    response.payer = payer;
    response.extra = extra(&PaymentStatus::new(&seen.answer, url));
    response
}

/// The relay's own status of the payment, beside what x402 has.
fn extra(status: &PaymentStatus) -> Option<JsonObject> {
    let status = serde_json::to_value(status).ok()?;
    let kept = ["paymentId", "status", "checkStatusUrl", "retryable"];
    let kept: serde_json::Map<String, serde_json::Value> =
        kept.iter().filter_map(|name| Some(((*name).to_owned(), status.get(*name)?.clone()))).collect();
    serde_json::from_value(kept.into()).ok()
}

fn in_version(response: SettleResponse, is_v1: bool) -> SettleResponse {
    if is_v1 { response.for_v1() } else { response }
}

fn invalid(refusal: &Refusal) -> VerifyResponse {
    let payer = refusal.payer.as_ref().map(ToString::to_string);
    VerifyResponse::invalid(reason_of(refusal), Some(refusal.told.error.clone()), payer)
}

/// The word of x402 for a refusal: its scheme's where there is one, else the code of the contract.
pub(crate) fn reason_of(refusal: &Refusal) -> ErrorReason {
    match (&refusal.reason, refusal.told.code) {
        (Some(reason), _) => reason.clone(),
        (None, ErrorCode::InvalidTransaction) => ErrorReason::INVALID_PAYLOAD,
        (None, code) => ErrorReason::new(code.as_str().to_ascii_lowercase()),
    }
}

/// Whether the relay is at fault, and not the payment.
pub(crate) const fn is_relays(refusal: &Refusal) -> bool {
    refusal.reason.is_none() && matches!(refusal.told.code.owner(), Owner::Relay)
}

/// The relay cannot take a payment now: it may be sent again as it is.
fn relays(refusal: &Refusal) -> Problem {
    ServiceCode::Busy
        .problem()
        .detail(refusal.told.error.clone())
        .with("error", refusal.told.code.as_str())
        .retry_after(10)
}
