//! The escrow's check: delivered means that the answer is there, whole, in time, and keeps its criteria (decision E1).

use earnest_artifacts::{
    ResponseEnvelope, Verified, procurement_contract::EncryptionMode, response_envelope::Provenance,
    service_offer::ServiceOffer,
};
use earnest_base::Timestamp;

use super::{DeliveryCode, DeliveryContext, criteria};
use crate::{Blobs, Delivered, Refusal, refusal::same};

/// Checks a delivery. Its signature is verified, which its type proves; what it is for, who answers, when, with which
/// blobs, made by whom, and the acceptance criteria are checked here, in the order of [`DeliveryCode`].
///
/// Of content that is encrypted to its recipient the escrow sees the blobs' digests and sizes, and no criteria.
///
/// # Errors
/// The first check that fails. A refused delivery is none: the provider may deliver again until `work-by`.
pub fn check_delivery(
    response: &Verified<ResponseEnvelope>,
    context: &DeliveryContext<'_>,
    now: Timestamp,
) -> Result<Delivered, Refusal<DeliveryCode>> {
    is_for(response, context)?;
    let contract = context.contract;
    same(DeliveryCode::SourceMismatch, "source/participant-id", &contract.responder, &response.source)?;
    same(DeliveryCode::SourceMismatch, "source/node-id", &contract.responder_node, &response.source_node)?;
    let work_by = contract.work_by.unwrap_or(contract.deadline_at);
    if now >= work_by {
        let expected = format!("a delivery before {work_by}");
        return Err(Refusal::at(DeliveryCode::WorkByPassed, "delivery/ts", expected, now));
    }
    blobs_at_hand(response, context.blobs)?;
    provenance(response, context.offer)?;
    if is_readable(context) {
        criteria::all(response, context)?;
    }
    Ok(Delivered { response: response.id.clone(), digest: response.content_digest(), at: now })
}

/// Whether the escrow sees the content.
pub(super) fn is_readable(context: &DeliveryContext<'_>) -> bool {
    context.contract.encryption != Some(EncryptionMode::RecipientKey)
}

fn is_for(response: &ResponseEnvelope, context: &DeliveryContext<'_>) -> Result<(), Refusal<DeliveryCode>> {
    let (code, contract) = (DeliveryCode::ContractMismatch, context.contract);
    match &response.contract {
        Some(found) => same(code, "contract/id", &contract.id, found)?,
        None => return Err(Refusal::at(code, "contract/id", &contract.id, "none")),
    }
    same(code, "question/id", &contract.question, &response.question)?;
    match &contract.source {
        Some(source) => {
            same(code, "contract/id", &source.order, &context.order.id)?;
            same(code, "contract/id", &source.offer, &context.offer.id)?;
            same(code, "contract/id", &source.offer_seq, &context.offer.seq)
        }
        None => Err(Refusal::at(code, "contract/id", "a contract of an order", "another")),
    }
}

fn blobs_at_hand(response: &ResponseEnvelope, blobs: &Blobs) -> Result<(), Refusal<DeliveryCode>> {
    for (index, blob) in response.blobs.iter().flat_map(|blobs| blobs.iter()).enumerate() {
        let at = |mut refusal: Refusal<DeliveryCode>| {
            refusal.pointer = refusal.pointer.join(&index.to_string());
            refusal
        };
        let Some(bytes) = blobs.get(blob) else {
            return Err(at(Refusal::at(DeliveryCode::BlobMissing, "answer/blobs", &blob.digest, "no such blob")));
        };
        if u64::try_from(bytes.len()) != Ok(blob.size.value()) {
            let expected = format!("{} bytes", blob.size);
            return Err(at(Refusal::at(DeliveryCode::BlobSize, "answer/blobs", expected, bytes.len())));
        }
    }
    Ok(())
}

/// An offer that is not hybrid promises a model alone; one that is promises a person, and with `model-first` both.
fn provenance(response: &ResponseEnvelope, offer: &ServiceOffer) -> Result<(), Refusal<DeliveryCode>> {
    let fits = match response.provenance {
        Provenance::ModelOnly => !offer.hybrid,
        Provenance::Hybrid => offer.hybrid,
        Provenance::HumanOnly => offer.hybrid && offer.model_first != Some(true),
    };
    if fits {
        return Ok(());
    }
    let expected = match (offer.hybrid, offer.model_first) {
        (false, _) => "a model alone",
        (true, Some(true)) => "a model and then a person",
        (true, _) => "a person's part",
    };
    let found = format!("{:?}", response.provenance);
    Err(Refusal::at(DeliveryCode::ProvenanceMismatch, "provenance/type", expected, found))
}
