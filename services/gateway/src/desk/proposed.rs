//! A payment as somebody proposes it: read strictly, not verified yet.

use std::sync::Arc;

use earnest_base::{PaymentId, PaymentIdentifier, Sha256Digest, Timestamp};
use earnest_payment::{PaymentRequest, RefusedSubmission};
use earnest_rail::Carried;
use earnest_relay::{Identifier, Sequence, Submission};
use earnest_signing::JsonObject;
use earnest_x402::{
    Extensions, FacilitatorRequest, LastUpdated, NormalPayment, Verbatim,
    bazaar::{BAZAAR, CatalogueEntry, CatalogueError, DiscoveryInput},
    identifier_of,
    scheme::{Asked, SchemeError, Tender, VerifiedPayment},
    v1,
    v2::{PaymentPayload, PaymentRequirements},
};

use super::{Refusal, Standing, refusal::expected, unreadable};
use crate::machine::{Entry, Listing};

/// The longest request that is kept, in bytes.
const MAX_REQUEST_BYTES: usize = 64 * 1024;

/// A payment that somebody proposes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Proposed {
    pub(crate) requirements: PaymentRequirements,
    pub(crate) identifier: Option<PaymentIdentifier>,
    request: PaymentRequest,
    payload: PaymentPayload,
    /// The payment as version 1 has it, where it came so: it does not tell the requirements that it answers.
    v1: Option<v1::PaymentPayload>,
}

impl Proposed {
    /// Reads a submission.
    pub(crate) fn of(request: PaymentRequest) -> Result<Self, RefusedSubmission> {
        let malformed = |member: &'static str| {
            move |error: earnest_signing::Error| {
                let error = error.below(member);
                let what = expected(error.message());
                unreadable(format!("{}: {what}", error.pointer().as_str()), None)
            }
        };
        let payload: PaymentPayload = request.payment.decode().map_err(malformed("payment"))?;
        let requirements: PaymentRequirements = request.requirements.decode().map_err(malformed("requirements"))?;
        let identifier = identifier(request.payment_identifier.clone(), payload.extensions.as_ref())?;
        Ok(Self { requirements, identifier, request, payload, v1: None })
    }

    /// Reads what a facilitator is asked.
    pub(crate) fn of_facilitator(asked: FacilitatorRequest) -> Result<Self, RefusedSubmission> {
        match asked {
            FacilitatorRequest::V2(asked) => {
                let requirements = asked.payment_requirements;
                let payment = object(&asked.payment_payload)?;
                let request =
                    PaymentRequest { payment, requirements: requirements.original().clone(), payment_identifier: None };
                let identifier = identifier(None, asked.payment_payload.extensions.as_ref())?;
                let (payload, requirements) = (asked.payment_payload, requirements.into_value());
                Ok(Self { requirements, identifier, request, payload, v1: None })
            }
            FacilitatorRequest::V1(asked) => {
                let unnamed = |error: v1::ConvertError| unreadable(expected(&error.to_string()).to_owned(), None);
                let (requirements, _) = asked.payment_requirements.to_v2().map_err(unnamed)?;
                let accepted = Verbatim::from(requirements.clone());
                let payload = asked.payment_payload.to_v2(accepted).map_err(unnamed)?;
                let request = PaymentRequest {
                    payment: object(&payload)?,
                    requirements: requirements.to_object(),
                    payment_identifier: None,
                };
                Ok(Self { requirements, identifier: None, request, payload, v1: Some(asked.payment_payload) })
            }
        }
    }

    /// The payment beside what was demanded. The request that it pays for is somebody else's.
    pub(super) fn tender(&self) -> Result<Tender<'_>, Refusal> {
        let tender = match &self.v1 {
            Some(payment) => Tender::v1(payment, &self.requirements, Asked::Elsewhere)
                .map_err(|error: SchemeError| Refusal::of_scheme(&error))?,
            None => Tender::v2(&self.payload, &self.requirements, Asked::Elsewhere),
        };
        Ok(match &self.identifier {
            Some(identifier) => tender.under(identifier),
            None => tender,
        })
    }

    /// What makes two submissions the same, whatever spelling they came in.
    pub(super) fn digest(&self) -> Sha256Digest {
        let NormalPayment { payment, requirements } = NormalPayment::of(&self.payload, &self.requirements);
        PaymentRequest { payment, requirements, payment_identifier: None }.digest()
    }

    /// The payment as it travels to a rail, under this id.
    pub(crate) fn carried(
        &self,
        payment_id: PaymentId,
        verified: &VerifiedPayment,
        standing: &Standing,
    ) -> Result<Carried, RefusedSubmission> {
        let unnamed = |_| unreadable("expected a payer whose name the relay can keep".to_owned(), None);
        let key = verified.reservation();
        let authorization = [key.asset.as_str(), key.payer.as_str(), key.nonce.as_str()].join("\0");
        let scope = standing.scope(Some(&verified.payer));
        let identifier = self.identifier.clone().zip(scope).map(|(key, scope)| Identifier { scope, key });
        let submission = Submission {
            payment_id,
            network: verified.network.clone(),
            sender: verified.payer.as_str().parse().map_err(unnamed)?,
            sequence: verified.sequence.map(|sequence| Sequence(sequence.value())),
            digest: self.digest(),
            authorization: Sha256Digest::of(authorization.as_bytes()).as_str().parse().map_err(unnamed)?,
            identifier,
            lapses_at: verified.lapses_at,
        };
        Ok(Carried { request: self.request.clone(), submission })
    }

    /// What goes into the journal.
    pub(crate) fn entry(
        &self,
        verified: &VerifiedPayment,
        standing: &Standing,
        now: Timestamp,
    ) -> Result<Entry, RefusedSubmission> {
        let text = serde_json::to_vec(&self.request).unwrap_or_default();
        if text.len() > MAX_REQUEST_BYTES {
            return Err(unreadable(format!("expected a payment of at most {MAX_REQUEST_BYTES} bytes"), None));
        }
        let carried = self.carried(new_id(), verified, standing)?;
        let listing = self.listing(now).ok().flatten();
        Ok(Entry { carried: Arc::new(carried), text: text.into(), listing: listing.map(Arc::new) })
    }

    /// What a catalogue takes of it, where it says something for one.
    pub(crate) fn listing(&self, now: Timestamp) -> Result<Option<Listing>, CatalogueError> {
        let Some(entry) = CatalogueEntry::of(&self.payload)? else { return Ok(None) };
        let key = entry.key();
        let r#type = match &entry.info.input {
            DiscoveryInput::Http(_) => "http",
            DiscoveryInput::Mcp(_) => "mcp",
        };
        let described = self.payload.extensions.as_ref().and_then(|extensions| extensions.get(BAZAAR)).cloned();
        let resource = entry.resource;
        let Ok(x402_version) = earnest_base::Count::new(2) else { return Ok(None) };
        Ok(Some(Listing {
            key,
            resource: earnest_x402::DiscoveredResource {
                resource: entry.url,
                r#type: r#type.to_owned(),
                x402_version,
                accepts: vec![self.requirements.to_object()],
                last_updated: LastUpdated(now),
                description: resource.description,
                mime_type: resource.mime_type,
                service_name: resource.service_name,
                tags: resource.tags,
                icon_url: resource.icon_url,
                extensions: described.map(|described| Extensions::default().with(BAZAAR, described)),
                metadata: None,
            },
        }))
    }

    /// Whether it came in version 1.
    pub(crate) const fn is_v1(&self) -> bool {
        self.v1.is_some()
    }
}

/// A new payment id.
pub(crate) fn new_id() -> PaymentId {
    #[expect(clippy::expect_used, reason = "a prefix and 32 hexadecimal digits are a payment id")]
    format!("pay_{}", uuid::Uuid::now_v7().simple()).parse().expect("a payment id")
}

/// The one identifier of a submission: what is named beside the payment and what the payment carries must agree.
fn identifier(
    named: Option<PaymentIdentifier>,
    sent: Option<&Extensions>,
) -> Result<Option<PaymentIdentifier>, RefusedSubmission> {
    let carried =
        identifier_of(sent, false).map_err(|error| unreadable(expected(&error.to_string()).to_owned(), None))?;
    match (named, carried) {
        (Some(named), Some(carried)) if named != carried => {
            Err(unreadable("expected one payment identifier".to_owned(), None))
        }
        (named, carried) => Ok(named.or(carried)),
    }
}

/// A message as an object.
fn object(message: &PaymentPayload) -> Result<JsonObject, RefusedSubmission> {
    let value = serde_json::to_value(message).and_then(serde_json::from_value);
    value.map_err(|_| unreadable("expected a payment that is an object".to_owned(), None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_new_and_of_their_form() {
        let (one, other) = (new_id(), new_id());
        assert_ne!(one, other);
        assert_eq!(one.as_str().len(), 36);
    }

    #[test]
    fn two_identifiers_that_differ_are_refused() {
        let sent = Extensions::default().declaring_identifier(false);
        let id = |text: &str| text.parse::<PaymentIdentifier>().unwrap();
        let sent = sent.with_identifier(&id("order-0000000001"));
        assert_eq!(identifier(None, Some(&sent)).unwrap(), Some(id("order-0000000001")));
        assert_eq!(identifier(Some(id("order-0000000001")), Some(&sent)).unwrap(), Some(id("order-0000000001")));
        assert!(identifier(Some(id("order-0000000002")), Some(&sent)).is_err());
    }
}
