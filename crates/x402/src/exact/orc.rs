//! `exact` on a federation's ledger: the payer signs a `payment-authorization.v1`, which names the request, the
//! requirements and the one account that is paid (decisions X2, X4, P11).
//!
//! The payload is `{"authorization": <the signed document>}`. The document binds the payment to method, URL, digest of
//! the body and digest of the requirements, so that it can pay for nothing else; whoever relays it can change nothing.

mod authorize;
mod payload;

use earnest_artifacts::{PaymentAuthorization, Verified};
use earnest_base::{AccountId, FederationId, Orc, OrcUnit, Sha256Digest, Timestamp};
use earnest_signing::{Document, Fault, Json, JsonObject, Lapse, Number, Object};

use super::{EXACT, TimeAllowance, agreement::first_difference};
use crate::{
    ErrorReason, Network, SchemeName, Verbatim,
    scheme::{
        Asked, Binding, Demand, PaidRequest, Payer, PaymentNonce, Scheme, SchemeError, SchemeKind, Tender,
        VerifiedPayment,
    },
    v2::PaymentRequirements,
};

pub use authorize::{AuthorizationTerms, OrcPayer};
pub use payload::OrcPayload;

/// The asset of every payment on a ledger.
const ORC: &str = "ORC";
/// The member of `extra` that names the federation as documents do.
const FEDERATION: &str = "federation";

/// `exact` on one federation's ledger.
#[derive(Debug, Clone)]
pub struct ExactOrc {
    federation: FederationId,
    network: Network,
    allowance: TimeAllowance,
}

impl ExactOrc {
    /// The scheme on the ledger of a federation, with [`TimeAllowance::LEDGER`].
    #[must_use]
    pub fn new(federation: FederationId) -> Self {
        let network = Network::ledger(&federation);
        Self { federation, network, allowance: TimeAllowance::LEDGER }
    }

    /// The same with another allowance.
    #[must_use]
    pub fn with_allowance(self, allowance: TimeAllowance) -> Self {
        Self { allowance, ..self }
    }

    /// The network: `orc:` and the federation.
    #[must_use]
    pub const fn network(&self) -> &Network {
        &self.network
    }

    /// Judges a payment, and hands out the authorization that the ledger is to be given. The faults in their order:
    /// requirements that are not this ledger's; a client that accepted others; a payload without authorization; its
    /// schema and rules; its signature; then network, payee, amount, requirements, request, identifier, end and
    /// beginning.
    ///
    /// # Errors
    /// The first fault.
    pub fn authorization(
        &self,
        tender: &Tender<'_>,
        now: Timestamp,
    ) -> Result<(Verified<PaymentAuthorization>, Binding), SchemeError> {
        let terms = Terms::of(self, tender.requirements)?;
        let accepted = accepted(tender)?;
        let authorization = OrcPayload::read(tender.payload)?.verify().map_err(|error| {
            let signature = error.code().fault() == Fault::Signature;
            let reason = if signature { SIGNATURE } else { ErrorReason::INVALID_PAYLOAD };
            SchemeError::new(reason, error.to_string())
        })?;
        let payer = Payer::from(&authorization.payer_account);
        let binding = terms.judge(&authorization, tender, accepted).map_err(|error| error.of(&payer))?;
        self.check_time(&authorization, tender.requirements, now).map_err(|error| error.of(&payer))?;
        Ok((authorization, binding))
    }

    fn check_time(
        &self,
        authorization: &PaymentAuthorization,
        requirements: &PaymentRequirements,
        now: Timestamp,
    ) -> Result<(), SchemeError> {
        let end = authorization.valid_before;
        self.allowance
            .check_end(end, requirements.max_timeout_seconds, now)
            .map_err(|message| SchemeError::new(ErrorReason::INVALID_EXACT_ORC_VALID_BEFORE, message))?;
        authorization.valid_at(now).map_err(|lapse| match lapse {
            Lapse::NotYet(from) => {
                let message = format!("expected an authorization that has begun at {now}, found {from}");
                SchemeError::new(ErrorReason::INVALID_EXACT_ORC_VALID_AFTER, message)
            }
            Lapse::Expired(since) => {
                let message = format!("expected an authorization that ends after {now}, found {since}");
                SchemeError::new(ErrorReason::INVALID_EXACT_ORC_VALID_BEFORE, message)
            }
        })
    }

    fn extra(&self) -> JsonObject {
        let text = |text: &str| Json::String(text.to_owned().into());
        let mut extra = Object::default();
        extra.insert("authorization", text(PaymentAuthorization::KIND));
        extra.insert("decimals", Number::from_i64(2).map_or(Json::Null, Json::Number));
        extra.insert(FEDERATION, text(self.federation.as_str()));
        extra.into()
    }
}

const SIGNATURE: ErrorReason = ErrorReason::INVALID_EXACT_ORC_SIGNATURE;

impl Scheme for ExactOrc {
    fn name(&self) -> SchemeName {
        SchemeName::from_valid(EXACT.to_owned())
    }

    fn kinds(&self) -> Vec<SchemeKind> {
        vec![SchemeKind { network: self.network.clone(), extra: Some(self.extra()) }]
    }

    fn serves(&self, network: &Network) -> bool {
        *network == self.network
    }

    fn takes_v1(&self) -> bool {
        false
    }

    /// The same with and without a request: the payer's signature names it anyway.
    fn requirements(&self, demand: &Demand, _: Option<&PaidRequest>) -> Result<PaymentRequirements, SchemeError> {
        let requirements = PaymentRequirements {
            scheme: self.name(),
            network: demand.network.clone(),
            amount: demand.amount.clone(),
            asset: demand.asset.clone(),
            pay_to: demand.pay_to.clone(),
            max_timeout_seconds: demand.max_timeout,
            extra: Some(self.extra()),
        };
        Terms::of(self, &requirements).map(|_| requirements)
    }

    fn verify(&self, tender: &Tender<'_>, now: Timestamp) -> Result<VerifiedPayment, SchemeError> {
        let (authorization, binding) = self.authorization(tender, now)?;
        Ok(VerifiedPayment {
            scheme: self.name(),
            network: self.network.clone(),
            asset: tender.requirements.asset.clone(),
            amount: tender.requirements.amount.clone(),
            payer: Payer::from(&authorization.payer_account),
            pay_to: tender.requirements.pay_to.clone(),
            nonce: PaymentNonce::from(&authorization.nonce),
            sequence: authorization.payer_seq,
            lapses_at: authorization.valid_before,
            binding,
        })
    }
}

/// Requirements that this ledger can meet.
struct Terms<'a> {
    network: &'a Network,
    payee: AccountId,
    amount: Orc,
}

impl<'a> Terms<'a> {
    fn of(scheme: &'a ExactOrc, requirements: &PaymentRequirements) -> Result<Self, SchemeError> {
        if requirements.scheme.as_str() != EXACT {
            let message = format!("expected the scheme {EXACT:?}, found {:?}", requirements.scheme.as_str());
            return Err(SchemeError::new(ErrorReason::INVALID_SCHEME, message));
        }
        if requirements.network != scheme.network {
            let message = format!("expected the network {}, found {:?}", scheme.network, requirements.network.as_str());
            return Err(SchemeError::new(ErrorReason::INVALID_NETWORK, message));
        }
        let unfit = |message: String| SchemeError::new(ErrorReason::INVALID_PAYMENT_REQUIREMENTS, message);
        if requirements.asset.as_str() != ORC {
            return Err(unfit(format!("expected the asset {ORC}, found {:?}", requirements.asset.as_str())));
        }
        let payee: AccountId =
            requirements.pay_to.as_str().parse().map_err(|error| unfit(format!("payTo: {error}")))?;
        let kept_here = format!("account:{}:", scheme.network.reference());
        if !payee.as_str().starts_with(&kept_here) {
            return Err(unfit(format!("payTo: expected an account that begins {kept_here:?}, found {payee}")));
        }
        match requirements.amount.to_orc() {
            Some(amount) if !amount.is_zero() => Ok(Self { network: &scheme.network, payee, amount }),
            _ => Err(unfit(format!("amount: expected from 1 to 2^53 − 1 minor units, found {}", requirements.amount))),
        }
    }

    /// Whether an authorization, whose signature is good, pays what was demanded for what was asked.
    fn judge(
        &self,
        authorization: &PaymentAuthorization,
        tender: &Tender<'_>,
        accepted: &Verbatim<PaymentRequirements>,
    ) -> Result<Binding, SchemeError> {
        let OrcUnit::Orc = authorization.unit;
        expect(ErrorReason::INVALID_EXACT_ORC_NETWORK_MISMATCH, self.network, &authorization.network)?;
        expect(ErrorReason::INVALID_EXACT_ORC_RECIPIENT_MISMATCH, &self.payee, &authorization.payee_account)?;
        expect(ErrorReason::INVALID_EXACT_ORC_AUTHORIZATION_VALUE, &self.amount, &authorization.amount)?;
        let requirements = Sha256Digest::of(accepted.original().canonical().as_bytes());
        expect(ErrorReason::INVALID_EXACT_ORC_REQUIREMENTS_MISMATCH, &requirements, &authorization.requirements)?;
        let binding = bind(authorization, tender.asked)?;
        if let (Some(signed), Some(submitted)) = (&authorization.payment, tender.identifier) {
            expect(ErrorReason::INVALID_EXACT_ORC_IDENTIFIER_MISMATCH, submitted, signed)?;
        }
        Ok(binding)
    }
}

/// What the client accepted, where it is what was demanded.
fn accepted<'a>(tender: &Tender<'a>) -> Result<&'a Verbatim<PaymentRequirements>, SchemeError> {
    let accepted = tender.accepted.ok_or_else(|| {
        let message = "expected a payment of version 2, which tells the requirements that it answers";
        SchemeError::new(ErrorReason::INVALID_X402_VERSION, message)
    })?;
    match first_difference(tender.requirements, accepted) {
        None => Ok(accepted),
        Some(member) => {
            let message = format!("expected the client to accept what was demanded, found another {member:?}");
            Err(SchemeError::new(ErrorReason::INVALID_PAYMENT_REQUIREMENTS, message))
        }
    }
}

/// Whether the payer signed for the request that was asked.
fn bind(authorization: &PaymentAuthorization, asked: Asked<'_>) -> Result<Binding, SchemeError> {
    const REASON: ErrorReason = ErrorReason::INVALID_EXACT_ORC_BINDING_MISMATCH;
    let (method, url) = (authorization.request_method.as_str(), authorization.request_url.as_str());
    let signed = PaidRequest::new(method, url, authorization.request_body.clone())
        .map_err(|error| SchemeError::new(REASON, error.to_string()))?;
    let Asked::Here(asked) = asked else { return Ok(Binding::SignedFor(signed)) };
    expect(REASON, asked.method(), signed.method())?;
    expect(REASON, asked.url(), signed.url())?;
    expect(REASON, asked.body(), signed.body())?;
    Ok(Binding::Signed)
}

/// Refuses what reads otherwise than what was expected.
fn expect(reason: ErrorReason, expected: &impl ToString, found: &impl ToString) -> Result<(), SchemeError> {
    let (expected, found) = (expected.to_string(), found.to_string());
    if expected == found {
        return Ok(());
    }
    Err(SchemeError::new(reason, format!("expected {expected}, found {found}")))
}
