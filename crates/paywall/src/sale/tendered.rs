//! A payment, as it was tendered for a request: matched, and verified by its scheme. Nobody is asked.

use earnest_base::{PaymentIdentifier, Timestamp};
use earnest_grant::{Identified, PayerKey, PayloadKey, PaymentKey, RequestKey, Show, Terms, Worker};
use earnest_payment::PaymentRequest;
use earnest_signing::{Json, JsonObject, Number, Object};
use earnest_x402::{
    ErrorReason, Fingerprint, Outcome, PaidBy, Presented, Verbatim, check_echo, find_accepted, identifier_of,
    scheme::{Asked as AskedFor, SchemeError, Tender, VerifiedPayment},
    v1,
    v2::{PaymentPayload, PaymentRequirements},
};

use super::asked::Asked;
use crate::{Tendered, route::PaidRoute};

/// The word of the published servers for a payment that answers nothing that is offered.
const NO_MATCH: ErrorReason = ErrorReason::known("No matching payment requirements");
/// The client's payment says that it is for another resource.
const OTHER_RESOURCE: ErrorReason = ErrorReason::known("resource_mismatch");

/// A payment that was verified for this request.
#[derive(Debug)]
pub(crate) struct Taken {
    pub(crate) tendered: Tendered,
    pub(crate) requirements: PaymentRequirements,
    pub(crate) paid_by: PaidBy,
    pub(crate) payload: PayloadKey,
}

/// Why a payment is not taken.
#[derive(Debug)]
pub(crate) enum Untaken {
    /// The client is asked to pay, and told why.
    Demand(Option<ErrorReason>),
    /// Something else is answered.
    Outcome(Box<Outcome>),
}

/// A payment and the requirements that it answers, before its scheme has judged it.
struct Candidate<'p> {
    payload: &'p JsonObject,
    accepted: Option<&'p Verbatim<PaymentRequirements>>,
    identifier: Option<PaymentIdentifier>,
    fitting: Vec<&'p PaymentRequirements>,
}

impl PaidRoute {
    /// Takes a payment, or says why not: match, echo, identifier, then the scheme's own order.
    pub(crate) async fn take(
        &self,
        presented: &Presented,
        asked: &Asked,
        offered: &[PaymentRequirements],
        now: Timestamp,
    ) -> Result<Taken, Untaken> {
        match presented {
            Presented::None => Err(Untaken::Demand(None)),
            Presented::Undecodable(_) => Err(Untaken::Demand(Some(ErrorReason::INVALID_PAYLOAD))),
            Presented::Confused(confusion) => Err(Untaken::Outcome(Box::new(Outcome::Confused(confusion.clone())))),
            Presented::V2(payment) => {
                let candidate = self.candidate_v2(payment, asked, offered)?;
                let (payment_object, identifier) = (object_of(payment), candidate.identifier.clone());
                let (requirements, verified, payload) = self.judge(&candidate, asked, now).await?;
                Ok(taken(payment_object, requirements, identifier, verified, PaidBy::V2, payload))
            }
            Presented::V1(payment) => {
                let candidate = self.candidate_v1(payment, offered)?;
                let (requirements, verified, payload) = self.judge(&candidate, asked, now).await?;
                let risen = payment.to_v2(Verbatim::from(requirements.clone()));
                let risen = risen.map_err(|_| Untaken::Demand(Some(ErrorReason::INVALID_NETWORK)))?;
                Ok(taken(object_of(&risen), requirements, None, verified, PaidBy::V1, payload))
            }
        }
    }

    fn candidate_v2<'p>(
        &self,
        payment: &'p PaymentPayload,
        asked: &Asked,
        offered: &'p [PaymentRequirements],
    ) -> Result<Candidate<'p>, Untaken> {
        let demand = |reason| Untaken::Demand(Some(reason));
        let found = find_accepted(offered, payment.accepted.original(), &[]).ok_or_else(|| demand(NO_MATCH))?;
        check_echo(Some(&self.declared()), payment.extensions.as_ref())
            .map_err(|_| demand(ErrorReason::EXTENSION_ECHO_MISMATCH))?;
        if payment.resource.as_ref().is_some_and(|resource| resource.url != asked.resource) {
            return Err(demand(OTHER_RESOURCE));
        }
        let identifier = identifier_of(payment.extensions.as_ref(), self.is_identifier_required);
        let identifier = identifier.map_err(|error| Untaken::Outcome(Box::new(Outcome::Identifier(error))))?;
        Ok(Candidate { payload: &payment.payload, accepted: Some(&payment.accepted), identifier, fitting: vec![found] })
    }

    /// Version 1 tells neither requirements nor extensions: whatever it may answer is tried.
    fn candidate_v1<'p>(
        &self,
        payment: &'p v1::PaymentPayload,
        offered: &'p [PaymentRequirements],
    ) -> Result<Candidate<'p>, Untaken> {
        if let Err(error) = identifier_of(None, self.is_identifier_required) {
            return Err(Untaken::Outcome(Box::new(Outcome::Identifier(error))));
        }
        let network = payment.network.to_network();
        let fits = |requirements: &&PaymentRequirements| {
            let scheme = self.paywall.0.schemes.find(&requirements.scheme, &requirements.network);
            scheme.is_ok_and(|scheme| scheme.takes_v1())
                && requirements.scheme == payment.scheme
                && Some(&requirements.network) == network.as_ref()
        };
        let fitting: Vec<_> = offered.iter().filter(fits).collect();
        if fitting.is_empty() {
            return Err(Untaken::Demand(Some(NO_MATCH)));
        }
        Ok(Candidate { payload: &payment.payload, accepted: None, identifier: None, fitting })
    }

    /// Has the scheme judge a payment now; where it does not take it now, as of the moment at which it was reserved. The
    /// till reserves nothing whose time is over, so that the past opens nothing but a kept answer.
    async fn judge(
        &self,
        candidate: &Candidate<'_>,
        asked: &Asked,
        now: Timestamp,
    ) -> Result<(PaymentRequirements, VerifiedPayment, PayloadKey), Untaken> {
        let payload = PayloadKey::of(&candidate.payload.canonical());
        let error = match self.verify(candidate, asked, now) {
            Ok((requirements, verified)) => return Ok((requirements, verified, payload)),
            Err(error) => error,
        };
        if let Some(then) = self.paywall.0.till.reserved_at(payload).await
            && let Ok((requirements, verified)) = self.verify(candidate, asked, then)
        {
            return Ok((requirements, verified, payload));
        }
        Err(Untaken::Demand(Some(error.reason().clone())))
    }

    fn verify(
        &self,
        candidate: &Candidate<'_>,
        asked: &Asked,
        now: Timestamp,
    ) -> Result<(PaymentRequirements, VerifiedPayment), SchemeError> {
        let mut fault = SchemeError::new(NO_MATCH, "expected requirements that the payment answers, found none");
        for requirements in &candidate.fitting {
            let tender = Tender {
                requirements,
                accepted: candidate.accepted,
                payload: candidate.payload,
                identifier: candidate.identifier.as_ref(),
                asked: AskedFor::Here(&asked.paid),
            };
            match self.paywall.0.schemes.verify(&tender, now) {
                Ok(verified) => return Ok(((*requirements).clone(), verified)),
                Err(error) => fault = error,
            }
        }
        Err(fault)
    }

    /// What the till is shown.
    pub(crate) fn show(&self, taken: &Taken, asked: &Asked, worker: Worker, terms: Terms) -> Show {
        let payment = &taken.tendered.payment;
        let (request, payer) = (RequestKey::from(&asked.paid), PayerKey::of(&payment.network, &payment.payer));
        let identified = taken.tendered.request.payment_identifier.as_ref().map(|identifier| {
            let fingerprint = Fingerprint {
                requirements: &taken.requirements,
                method: asked.paid.method().as_str(),
                path: &asked.path,
                operation: self.operation.as_deref(),
            };
            Identified::new(&self.tenant, identifier, &fingerprint.digest(), payer, request)
        });
        Show {
            payment: PaymentKey::from(&payment.reservation()),
            request,
            payload: taken.payload,
            payer,
            lapses_at: payment.lapses_at,
            identified,
            worker,
            terms,
        }
    }
}

fn taken(
    payment: JsonObject,
    requirements: PaymentRequirements,
    payment_identifier: Option<PaymentIdentifier>,
    verified: VerifiedPayment,
    paid_by: PaidBy,
    payload: PayloadKey,
) -> Taken {
    let request = PaymentRequest { payment, requirements: requirements.to_object(), payment_identifier };
    Taken { tendered: Tendered { request, payment: verified }, requirements, paid_by, payload }
}

/// The payment as an object: what was signed and what was accepted as they arrived.
fn object_of(payment: &PaymentPayload) -> JsonObject {
    let mut object = Object::default();
    object.insert("accepted", Json::Object(payment.accepted.original().members().clone()));
    if let Some(extensions) = &payment.extensions {
        object.insert("extensions", Json::Object(extensions.members().clone()));
    }
    object.insert("payload", Json::Object(payment.payload.members().clone()));
    let resource = payment.resource.as_ref().and_then(|resource| serde_json::to_value(resource).ok());
    if let Some(resource) = resource.and_then(|resource| serde_json::from_value(resource).ok()) {
        object.insert("resource", resource);
    }
    object.insert("x402Version", Number::from_i64(2).map_or(Json::Null, Json::Number));
    object.into()
}
