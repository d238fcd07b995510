//! Requirements that a listed token can meet, and whether an authorisation meets them.

use earnest_base::Timestamp;
use earnest_signing::Json;

use super::{EXACT, ExactEip155, METHOD, payload::check_method};
use crate::{
    AssetId, ErrorReason, Network, TimeoutSeconds,
    evm::{EvmAddress, TokenDomain, TransferAuthorization, Uint256},
    exact::TimeAllowance,
    scheme::SchemeError,
    v2::PaymentRequirements,
};

/// Requirements that can be met here.
pub(super) struct Terms<'a> {
    pub(super) token: &'a TokenDomain,
    payee: EvmAddress,
    amount: Uint256,
}

impl<'a> Terms<'a> {
    pub(super) fn of(scheme: &'a ExactEip155, requirements: &PaymentRequirements) -> Result<Self, SchemeError> {
        if requirements.scheme.as_str() != EXACT {
            let message = format!("expected the scheme {EXACT:?}, found {:?}", requirements.scheme.as_str());
            return Err(SchemeError::new(ErrorReason::INVALID_EXACT_EVM_SCHEME, message));
        }
        let token = token(scheme, &requirements.network, &requirements.asset)?;
        check_method(requirements.extra(METHOD))?;
        check_domain(token, requirements)?;
        let payee = requirements.pay_to.as_str().parse().map_err(|error| unfit(format!("payTo: {error}")))?;
        let amount: Uint256 =
            requirements.amount.as_str().parse().map_err(|error| unfit(format!("amount: {error}")))?;
        if amount.is_zero() {
            return Err(unfit("amount: expected at least 1, found 0".to_owned()));
        }
        Ok(Self { token, payee, amount })
    }

    /// Whether an authorisation, whose signature is good, pays what was demanded, in time.
    pub(super) fn judge(
        &self,
        authorization: &TransferAuthorization,
        allowance: TimeAllowance,
        timeout: TimeoutSeconds,
        now: Timestamp,
    ) -> Result<(), SchemeError> {
        if authorization.to != self.payee {
            let message = format!("expected {} to be paid, found {}", self.payee, authorization.to);
            return Err(SchemeError::new(ErrorReason::INVALID_EXACT_EVM_RECIPIENT_MISMATCH, message));
        }
        allowance.check_end(end(authorization)?, timeout, now).map_err(too_early_or_late)?;
        if authorization.valid_after.to_timestamp().is_none_or(|start| start > now) {
            let reason = ErrorReason::INVALID_EXACT_EVM_PAYLOAD_AUTHORIZATION_VALID_AFTER;
            let found = authorization.valid_after;
            return Err(SchemeError::new(reason, format!("expected validAfter until {now}, found second {found}")));
        }
        if authorization.value != self.amount {
            let message = format!("expected the value {}, found {}", self.amount, authorization.value);
            return Err(SchemeError::new(ErrorReason::INVALID_EXACT_EVM_AUTHORIZATION_VALUE, message));
        }
        Ok(())
    }
}

/// The moment at which an authorisation ends.
pub(super) fn end(authorization: &TransferAuthorization) -> Result<Timestamp, SchemeError> {
    let end = authorization.valid_before.to_timestamp();
    end.ok_or_else(|| {
        too_early_or_late(format!("expected a year before 10000, found second {}", authorization.valid_before))
    })
}

/// The token that requirements name, where it is listed.
pub(super) fn token<'a>(
    scheme: &'a ExactEip155,
    network: &Network,
    asset: &AssetId,
) -> Result<&'a TokenDomain, SchemeError> {
    let chain = network.eip155_chain_id().filter(|chain| scheme.tokens.keys().any(|(served, _)| served == chain));
    let chain = chain.ok_or_else(|| {
        let message = format!("expected a chain that is served here, found {:?}", network.as_str());
        SchemeError::new(ErrorReason::INVALID_NETWORK, message)
    })?;
    let contract = contract(asset)?;
    let listed = scheme.tokens.get(&(chain, contract));
    listed.ok_or_else(|| unfit(format!("asset: expected a token that is taken on {network}, found {contract}")))
}

/// The contract that an asset names.
pub(super) fn contract(asset: &AssetId) -> Result<EvmAddress, SchemeError> {
    asset.as_str().parse().map_err(|error| unfit(format!("asset: {error}")))
}

/// Whether requirements tell payers the token's own domain: what they sign with another is nobody's payment.
fn check_domain(token: &TokenDomain, requirements: &PaymentRequirements) -> Result<(), SchemeError> {
    let told = |name: &str| requirements.extra(name).and_then(Json::as_str).filter(|text| !text.is_empty());
    let (Some(name), Some(version)) = (told("name"), told("version")) else {
        let message = "expected the token's EIP-712 domain in extra.name and extra.version, found none";
        return Err(SchemeError::new(ErrorReason::INVALID_EXACT_EVM_MISSING_EIP712_DOMAIN, message));
    };
    if name != token.name {
        let message = format!("expected extra.name {:?}, found {name:?}", token.name);
        return Err(SchemeError::new(ErrorReason::INVALID_EXACT_EVM_TOKEN_NAME_MISMATCH, message));
    }
    if version != token.version {
        let message = format!("expected extra.version {:?}, found {version:?}", token.version);
        return Err(SchemeError::new(ErrorReason::INVALID_EXACT_EVM_TOKEN_VERSION_MISMATCH, message));
    }
    Ok(())
}

fn unfit(message: String) -> SchemeError {
    SchemeError::new(ErrorReason::INVALID_PAYMENT_REQUIREMENTS, message)
}

fn too_early_or_late(message: String) -> SchemeError {
    SchemeError::new(ErrorReason::INVALID_EXACT_EVM_PAYLOAD_AUTHORIZATION_VALID_BEFORE, message)
}
