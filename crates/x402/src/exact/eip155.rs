//! `exact` on EVM chains by EIP-3009: the payer signs a `TransferWithAuthorization`, a relay's wallet brings it to the
//! token (decision X2; specification of x402, `scheme_exact_evm`). Nothing here asks a chain: whether the nonce is used
//! and the balance suffices, the rail finds out.
//!
//! Only tokens that the configuration lists are taken, with the EIP-712 domain that it lists for them: neither the payer
//! nor a resource server has a say in what a signature is checked against. Signatures of contracts (EIP-1271, ERC-6492)
//! cannot be judged without a chain and are refused; so are the methods `permit2` and `erc7710`.
//!
//! An EIP-3009 signature names no request. What is left of a binding is `extra.binding`, which the client echoes and
//! does not sign; see decision X4 and [`Binding`].

mod payload;
mod terms;

use std::collections::BTreeMap;

use earnest_base::{Sha256Digest, Timestamp};
use earnest_signing::{Json, JsonObject, Object};

use super::{EXACT, TimeAllowance, agreement::first_difference};
use crate::{
    AssetId, ErrorReason, Network, PayTo, SchemeName,
    evm::{EvmAddress, EvmSignatureError, TokenDomain},
    scheme::{
        Asked, Binding, Demand, PaidRequest, Payer, PaymentNonce, Scheme, SchemeError, SchemeKind, Tender,
        VerifiedPayment,
    },
    v2::PaymentRequirements,
};

pub use payload::Eip3009Payload;
use terms::Terms;

/// The member of `extra` that holds the digest of the request, and the one that holds the transfer method.
const BINDING: &str = "binding";
const METHOD: &str = "assetTransferMethod";

/// `exact` on EVM chains, for the tokens that it was given.
#[derive(Debug, Clone)]
pub struct ExactEip155 {
    tokens: BTreeMap<(u64, EvmAddress), TokenDomain>,
    allowance: TimeAllowance,
}

impl ExactEip155 {
    /// The scheme for these tokens, with [`TimeAllowance::CHAIN`]. Of two domains for one contract, the later counts.
    #[must_use]
    pub fn new(tokens: impl IntoIterator<Item = TokenDomain>) -> Self {
        let tokens = tokens.into_iter().map(|token| ((token.chain_id, token.contract), token)).collect();
        Self { tokens, allowance: TimeAllowance::CHAIN }
    }

    /// The same with another allowance.
    #[must_use]
    pub fn with_allowance(self, allowance: TimeAllowance) -> Self {
        Self { allowance, ..self }
    }

    /// Judges a payment, and hands out what the relay brings to the token. The faults in their order, which is that of
    /// the reference package where it has them: requirements that are not for a token listed here; a client that
    /// accepted others; a payload of another method; its members; the form of the signature; whose signature it is; then
    /// recipient, end, beginning, amount and request.
    ///
    /// # Errors
    /// The first fault.
    pub fn authorization(&self, tender: &Tender<'_>, now: Timestamp) -> Result<(Eip3009Payload, Binding), SchemeError> {
        let terms = Terms::of(self, tender.requirements)?;
        check_accepted(tender)?;
        let payload = Eip3009Payload::read(tender.payload)?;
        let from = payload.authorization.from;
        let signer = payload.authorization.signer(terms.token, &payload.signature);
        if signer != Ok(from) {
            let message = match signer {
                Ok(signer) => {
                    format!("expected the signature of {from} over this authorisation, found one of {signer}")
                }
                Err(error) => error.to_string(),
            };
            return Err(SchemeError::new(ErrorReason::INVALID_EXACT_EVM_SIGNATURE, message));
        }
        let timeout = tender.requirements.max_timeout_seconds;
        let judged = terms.judge(&payload.authorization, self.allowance, timeout, now);
        let bound = judged.and_then(|()| bind(tender));
        bound.map(|binding| (payload, binding)).map_err(|error| error.of(&Payer::from(from)))
    }
}

impl Scheme for ExactEip155 {
    fn name(&self) -> SchemeName {
        SchemeName::from_valid(EXACT.to_owned())
    }

    fn kinds(&self) -> Vec<SchemeKind> {
        let mut chains: Vec<u64> = self.tokens.keys().map(|(chain, _)| *chain).collect();
        chains.dedup();
        chains.into_iter().map(|chain| SchemeKind { network: Network::eip155(chain), extra: None }).collect()
    }

    fn serves(&self, network: &Network) -> bool {
        network.eip155_chain_id().is_some_and(|chain| self.tokens.keys().any(|(served, _)| *served == chain))
    }

    fn takes_v1(&self) -> bool {
        true
    }

    /// With a request, `extra.binding` holds its digest: a client that repeats it says which request it meant. Such a
    /// demand fits no other request, one of another method or body included, so a client that asks for the price
    /// without the body that it then sends is asked again.
    fn requirements(
        &self,
        demand: &Demand,
        only_for: Option<&PaidRequest>,
    ) -> Result<PaymentRequirements, SchemeError> {
        let token = terms::token(self, &demand.network, &demand.asset)?;
        let mut extra = Object::default();
        let mut tell = |name: &'static str, value: &str| extra.insert(name, Json::String(value.to_owned().into()));
        tell(METHOD, payload::EIP_3009);
        tell("name", &token.name);
        tell("version", &token.version);
        if let Some(request) = only_for {
            tell(BINDING, request.digest().as_str());
        }
        let requirements = PaymentRequirements {
            scheme: self.name(),
            network: demand.network.clone(),
            amount: demand.amount.clone(),
            asset: demand.asset.clone(),
            pay_to: demand.pay_to.clone(),
            max_timeout_seconds: demand.max_timeout,
            extra: Some(JsonObject::from(extra)),
        };
        Terms::of(self, &requirements).map(|_| requirements)
    }

    fn verify(&self, tender: &Tender<'_>, now: Timestamp) -> Result<VerifiedPayment, SchemeError> {
        let (payload, binding) = self.authorization(tender, now)?;
        let authorization = payload.authorization;
        let contract = terms::contract(&tender.requirements.asset)?;
        Ok(VerifiedPayment {
            scheme: self.name(),
            network: tender.requirements.network.clone(),
            asset: AssetId::from_valid(contract.to_string()),
            amount: tender.requirements.amount.clone(),
            payer: Payer::from(authorization.from),
            pay_to: PayTo::from_valid(authorization.to.to_string()),
            nonce: PaymentNonce::from(authorization.nonce),
            sequence: None,
            lapses_at: terms::end(&authorization)?,
            binding,
        })
    }
}

/// Whether the client accepted what was demanded, where it tells.
fn check_accepted(tender: &Tender<'_>) -> Result<(), SchemeError> {
    let Some(accepted) = tender.accepted else { return Ok(()) };
    let Some(member) = first_difference(tender.requirements, accepted) else { return Ok(()) };
    let reason = match member {
        "scheme" => ErrorReason::INVALID_EXACT_EVM_SCHEME,
        "network" => ErrorReason::INVALID_EXACT_EVM_NETWORK_MISMATCH,
        _ => ErrorReason::INVALID_PAYMENT_REQUIREMENTS,
    };
    Err(SchemeError::new(reason, format!("expected the client to accept what was demanded, found another {member:?}")))
}

/// Whether the request is the one that the client echoes, where it echoes one. A demand that was made for one request
/// is not met by a payment that says nothing of it.
fn bind(tender: &Tender<'_>) -> Result<Binding, SchemeError> {
    let echoed = tender.accepted.and_then(|accepted| accepted.value().extra(BINDING));
    let demanded = tender.requirements.extra(BINDING);
    let mismatch = |message: String| SchemeError::new(ErrorReason::INVALID_EXACT_EVM_BINDING_MISMATCH, message);
    if tender.accepted.is_some() && demanded.is_some() && demanded != echoed {
        return Err(mismatch(format!("expected extra.{BINDING} as it was demanded, found another or none")));
    }
    let (Some(echoed), Asked::Here(request)) = (echoed, tender.asked) else { return Ok(Binding::Unbound) };
    let expected: Sha256Digest = request.digest();
    if echoed.as_str() == Some(expected.as_str()) {
        return Ok(Binding::Echoed);
    }
    Err(mismatch(format!("expected extra.{BINDING} to be {expected}, found another")))
}

impl From<EvmSignatureError> for SchemeError {
    fn from(error: EvmSignatureError) -> Self {
        let reason = match error {
            EvmSignatureError::Form | EvmSignatureError::RecoveryId(_) => {
                ErrorReason::INVALID_EXACT_EVM_FAILED_TO_PARSE_SIGNATURE
            }
            EvmSignatureError::Erc6492 | EvmSignatureError::Contract(_) => {
                ErrorReason::INVALID_EXACT_EVM_CONTRACT_SIGNATURE
            }
            EvmSignatureError::HighS | EvmSignatureError::NoKey => ErrorReason::INVALID_EXACT_EVM_SIGNATURE,
        };
        Self::new(reason, format!("signature: {error}"))
    }
}
