//! The scheme trait: what a rail states about itself so that payments over it can be demanded, judged and settled.
//!
//! ```text
//! Demand ── Scheme::requirements ──▶ what stands in `accepts`
//! Tender ── Scheme::verify ──▶ VerifiedPayment ── reservation() ──▶ reserved durably, once (decision X4)
//!                                       │ payer, sequence, lapses_at      what the relay queues it by
//!                                       ▼
//!                                     Binding                             what keeps it to this request
//! ```
//!
//! A rail joins by one implementation and touches no lifecycle (decision X2). What verifying cannot know stays with
//! others: whether the authorisation was used before (the reservation), whether the payer has the money (the ledger or
//! the chain), whether whoever signed may debit the account (the ledger).

mod error;
mod payment;
mod request;

use earnest_base::{Count, PaymentIdentifier, Timestamp};
use earnest_signing::JsonObject;

use crate::{
    Amount, AssetId, ErrorReason, Network, PayTo, SchemeName, SupportedKind, TimeoutSeconds, Verbatim,
    v1::{self, NetworkName},
    v2::{PaymentPayload, PaymentRequirements},
};

pub use error::SchemeError;
pub use payment::{Binding, Payer, PaymentNonce, ReservationKey, VerifiedPayment};
pub use request::{Asked, PaidRequest};

/// A way to pay on some networks: `exact` on a federation's ledger, `exact` on EVM chains.
pub trait Scheme: std::fmt::Debug + Send + Sync {
    /// The scheme, as requirements name it.
    fn name(&self) -> SchemeName;

    /// The networks that it serves, each with what `/supported` says of it: in a fixed order.
    fn kinds(&self) -> Vec<SchemeKind>;

    /// Whether it serves a network.
    fn serves(&self, network: &Network) -> bool;

    /// Whether a payload of version 1, which does not tell the requirements that it answers, is enough for it.
    fn takes_v1(&self) -> bool;

    /// The requirements that demand a payment, with what the client needs in `extra`. Where a request is given, they
    /// are made for that request alone, as far as the scheme can.
    ///
    /// # Errors
    /// Where the scheme cannot take such a payment: another network, asset or form of payee, or nothing to pay.
    fn requirements(&self, demand: &Demand, only_for: Option<&PaidRequest>)
    -> Result<PaymentRequirements, SchemeError>;

    /// Judges a payment: its signature first of all, then that it pays what was demanded, for what was asked, in time.
    /// It asks nobody: the same arguments have the same answer.
    ///
    /// # Errors
    /// The first fault, in the order that the scheme documents.
    fn verify(&self, tender: &Tender<'_>, now: Timestamp) -> Result<VerifiedPayment, SchemeError>;
}

/// A network that a scheme serves, as `/supported` tells it.
#[derive(Debug, Clone, PartialEq)]
pub struct SchemeKind {
    /// The network.
    pub network: Network,
    /// What a resource server needs to know of it.
    pub extra: Option<JsonObject>,
}

/// What a seller wants.
#[derive(Debug, Clone, PartialEq)]
pub struct Demand {
    /// Where it is settled.
    pub network: Network,
    /// What it is paid with.
    pub asset: AssetId,
    /// How much, in atomic units of the asset.
    pub amount: Amount,
    /// Who is paid.
    pub pay_to: PayTo,
    /// How long the payment may take.
    pub max_timeout: TimeoutSeconds,
}

/// A payment as it was tendered, beside what was demanded.
#[derive(Debug, Clone, Copy)]
pub struct Tender<'a> {
    /// What was demanded: the server's own, never the client's copy.
    pub requirements: &'a PaymentRequirements,
    /// What the client says it accepted; version 1 does not tell.
    pub accepted: Option<&'a Verbatim<PaymentRequirements>>,
    /// What the scheme signs.
    pub payload: &'a JsonObject,
    /// The client's key for the submission, where it sent one.
    pub identifier: Option<&'a PaymentIdentifier>,
    /// The request that is paid for.
    pub asked: Asked<'a>,
}

impl<'a> Tender<'a> {
    /// A payment of version 2, without a key for its submission.
    #[must_use]
    pub const fn v2(payment: &'a PaymentPayload, requirements: &'a PaymentRequirements, asked: Asked<'a>) -> Self {
        let (accepted, payload) = (Some(&payment.accepted), &payment.payload);
        Self { requirements, accepted, payload, identifier: None, asked }
    }

    /// A payment of version 1, which does not tell the requirements that it answers: a payment that was brought to
    /// version 2 must not be taken for one that does.
    ///
    /// # Errors
    /// [`ErrorReason::INVALID_SCHEME`] and [`ErrorReason::INVALID_NETWORK`] where it is a payment of another kind.
    pub fn v1(
        payment: &'a v1::PaymentPayload,
        requirements: &'a PaymentRequirements,
        asked: Asked<'a>,
    ) -> Result<Self, SchemeError> {
        let differs = |reason: ErrorReason, expected: &str, found: &str| {
            Err(SchemeError::new(reason, format!("expected {expected:?}, found {found:?}")))
        };
        if payment.scheme != requirements.scheme {
            let (expected, found) = (requirements.scheme.as_str(), payment.scheme.as_str());
            return differs(ErrorReason::INVALID_SCHEME, expected, found);
        }
        if payment.network.to_network().as_ref() != Some(&requirements.network) {
            let (expected, found) = (requirements.network.as_str(), payment.network.as_str());
            return differs(ErrorReason::INVALID_NETWORK, expected, found);
        }
        Ok(Self { requirements, accepted: None, payload: &payment.payload, identifier: None, asked })
    }

    /// The same payment, submitted under a key.
    #[must_use]
    pub const fn under(self, identifier: &'a PaymentIdentifier) -> Self {
        Self { identifier: Some(identifier), ..self }
    }
}

/// The schemes that a program serves.
#[derive(Debug, Default)]
pub struct Schemes(Vec<Box<dyn Scheme>>);

impl Schemes {
    /// Takes schemes; where two serve the same network under the same name, the first one does.
    #[must_use]
    pub fn new(schemes: Vec<Box<dyn Scheme>>) -> Self {
        Self(schemes)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &dyn Scheme> {
        self.0.iter().map(|scheme| &**scheme)
    }

    /// What `/supported` says of them: each network for version 2, and for version 1 where the scheme takes it and the
    /// network has a name there.
    #[must_use]
    pub fn kinds(&self) -> Vec<SupportedKind> {
        let mut kinds = Vec::new();
        for scheme in self.iter() {
            for SchemeKind { network, extra } in scheme.kinds() {
                let name = NetworkName::of(&network).filter(|_| scheme.takes_v1()).map(|name| (1, name.to_string()));
                for (version, network) in [(2, network.to_string())].into_iter().chain(name) {
                    let kind = |x402_version: Count| SupportedKind {
                        x402_version,
                        scheme: scheme.name().to_string(),
                        network,
                        extra: extra.clone(),
                    };
                    kinds.extend(Count::new(version).ok().map(kind));
                }
            }
        }
        kinds
    }

    /// The one that requirements ask for.
    ///
    /// # Errors
    /// [`ErrorReason::UNSUPPORTED_SCHEME`] where none has the name, [`ErrorReason::INVALID_NETWORK`] where none of that
    /// name serves the network.
    pub fn find(&self, name: &SchemeName, network: &Network) -> Result<&dyn Scheme, SchemeError> {
        let mut named = self.iter().filter(|scheme| scheme.name() == *name).peekable();
        if named.peek().is_none() {
            let message = format!("expected a scheme that is served here, found {:?}", name.as_str());
            return Err(SchemeError::new(ErrorReason::UNSUPPORTED_SCHEME, message));
        }
        named.find(|scheme| scheme.serves(network)).ok_or_else(|| {
            let message = format!("expected a network that {name} is served on here, found {:?}", network.as_str());
            SchemeError::new(ErrorReason::INVALID_NETWORK, message)
        })
    }

    /// Judges a payment by the scheme that its requirements ask for.
    ///
    /// # Errors
    /// As [`Schemes::find`] and [`Scheme::verify`].
    pub fn verify(&self, tender: &Tender<'_>, now: Timestamp) -> Result<VerifiedPayment, SchemeError> {
        self.find(&tender.requirements.scheme, &tender.requirements.network)?.verify(tender, now)
    }
}
