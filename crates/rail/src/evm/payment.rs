//! A payment as a chain has to see it, read out of what was submitted, and judged again before gas is spent on it.

use std::fmt;

use earnest_signing::Json;
use earnest_x402::{
    ErrorReason,
    evm::{EvmAddress, TransferAuthorization},
    exact::Eip3009Payload,
};

use super::{EvmTerms, Overload};
use crate::Carried;

/// A payment that the relay brings to its token.
#[derive(Debug, Clone, Copy)]
pub(super) struct Payment {
    pub(super) contract: EvmAddress,
    pub(super) overload: Overload,
    pub(super) payload: Eip3009Payload,
}

/// Why the relay brings a payment to no token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unfit {
    pub(super) reason: ErrorReason,
    pub(super) message: String,
}

impl Unfit {
    pub(super) fn new(reason: ErrorReason, message: impl Into<String>) -> Self {
        Self { reason, message: message.into() }
    }
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.reason, self.message)
    }
}

impl Payment {
    /// Reads a payment, whether or not the terms take it now: one that was sent is looked for under any terms.
    pub(super) fn read(carried: &Carried) -> Result<Self, Unfit> {
        let unfit = |message: String| Unfit::new(ErrorReason::INVALID_PAYMENT_REQUIREMENTS, message);
        let asset = carried.request.requirements.members().get("asset").and_then(Json::as_str);
        let contract =
            asset.unwrap_or_default().parse().map_err(|error| unfit(format!("requirements.asset: {error}")))?;
        let payload = match carried.request.payment.members().get("payload") {
            Some(Json::Object(payload)) => Eip3009Payload::read(&payload.clone().into()),
            _ => return Err(Unfit::new(ErrorReason::INVALID_PAYLOAD, "payment.payload: expected an object")),
        };
        let payload = payload.map_err(|error| Unfit::new(error.reason().clone(), error.message()))?;
        Ok(Self { contract, overload: Overload::default(), payload })
    }

    /// Reads a payment that is brought to its token: one that is listed, to a payee that is listed where any are, with the
    /// payer's signature.
    pub(super) fn of(terms: &EvmTerms, chain_id: u64, carried: &Carried) -> Result<Self, Unfit> {
        let payment = Self::read(carried)?;
        let unfit = |message: String| Unfit::new(ErrorReason::INVALID_PAYMENT_REQUIREMENTS, message);
        let (contract, signed) = (payment.contract, payment.signed());
        let token = terms.tokens.iter().find(|token| token.address == contract);
        let token = token.ok_or_else(|| unfit(format!("expected a token that is taken here, found {contract}")))?;
        if terms.payees.as_ref().is_some_and(|payees| !payees.contains(&signed.to)) {
            return Err(unfit(format!("expected a payee whose payments are sponsored here, found {}", signed.to)));
        }
        if signed.value.is_zero() {
            return Err(unfit("expected an amount of at least 1, found 0".to_owned()));
        }
        if signed.signer(&EvmTerms::domain(token, chain_id), &payment.payload.signature) != Ok(signed.from) {
            let message = format!("expected the signature of {} for {contract}", signed.from);
            return Err(Unfit::new(ErrorReason::INVALID_EXACT_EVM_SIGNATURE, message));
        }
        Ok(Self { overload: token.overload, ..payment })
    }

    pub(super) const fn signed(&self) -> &TransferAuthorization {
        &self.payload.authorization
    }

    /// The second from which on no block carries it out.
    pub(super) fn ends_at(&self) -> u64 {
        // Beyond 64 bits there is no block.
        self.signed().valid_before.to_u64().unwrap_or(u64::MAX)
    }
}
