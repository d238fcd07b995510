//! The wallet of a key on chains of the Ethereum kind, by EIP-3009.

use std::{collections::BTreeMap, fmt};

use async_trait::async_trait;
use earnest_signing::{Json, JsonObject};
use earnest_x402::{
    evm::{EvmAddress, EvmNonce, EvmSignature, TokenDomain, TransferAuthorization, TypedDataDigest, Uint256},
    exact::{Eip3009Payload, ExactEip155, TimeAllowance},
    scheme::{Payer, Scheme},
    v2::PaymentRequirements,
};
use secp256k1::{
    Message, SecretKey,
    ecdsa::{RecoverableSignature, RecoveryId},
};
use zeroize::Zeroizing;

use super::{SigningOrder, Wallet, WalletError};

/// A key that is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected 32 bytes of a key on secp256k1")]
pub struct EvmKeyError;

/// Pays with listed tokens from the address of one key: signs a `TransferWithAuthorization` for each request.
pub struct EvmWallet {
    key: Zeroizing<[u8; 32]>,
    address: EvmAddress,
    tokens: BTreeMap<(u64, EvmAddress), TokenDomain>,
    scheme: ExactEip155,
}

impl EvmWallet {
    /// Pays with these tokens by the key of these bytes.
    ///
    /// # Errors
    /// [`EvmKeyError`].
    pub fn new(key: &[u8; 32], tokens: impl IntoIterator<Item = TokenDomain>) -> Result<Self, EvmKeyError> {
        let tokens: BTreeMap<_, _> =
            tokens.into_iter().map(|token| ((token.chain_id, token.contract), token)).collect();
        let scheme = ExactEip155::new(tokens.values().cloned());
        // The address of a key is the one to which its signatures lead.
        let probe = TypedDataDigest::from_bytes([1; 32]);
        let address = sign(key, &probe)?.recover(&probe).map_err(|_| EvmKeyError)?;
        Ok(Self { key: Zeroizing::new(*key), address, tokens, scheme })
    }

    /// The address that pays.
    #[must_use]
    pub const fn address(&self) -> EvmAddress {
        self.address
    }

    fn token(&self, requirements: &PaymentRequirements) -> Result<&TokenDomain, WalletError> {
        let unfit = |what: &str| WalletError::Unfit(what.to_owned());
        let chain = requirements.network.eip155_chain_id().ok_or_else(|| unfit("expected a chain of eip155"))?;
        let contract = requirements.asset.as_str().parse().map_err(|_| unfit("expected a contract's address"))?;
        let token = self.tokens.get(&(chain, contract)).ok_or_else(|| unfit("expected a token that is listed"))?;
        let told = |name: &str| requirements.extra(name).and_then(Json::as_str);
        if (told("name"), told("version")) != (Some(token.name.as_str()), Some(token.version.as_str())) {
            return Err(unfit("expected the token's own EIP-712 domain in extra.name and extra.version"));
        }
        Ok(token)
    }
}

fn sign(key: &[u8; 32], digest: &TypedDataDigest) -> Result<EvmSignature, EvmKeyError> {
    let mut key = SecretKey::from_secret_bytes(*key).map_err(|_| EvmKeyError)?;
    let signature = RecoverableSignature::sign_ecdsa_recoverable(Message::from_digest(*digest.as_bytes()), &key);
    key.non_secure_erase();
    let (recovery, compact) = signature.serialize_compact();
    let mut bytes = [0_u8; 65];
    bytes[..64].copy_from_slice(&compact);
    bytes[64] = match recovery {
        RecoveryId::Zero => 27,
        RecoveryId::One => 28,
        _ => return Err(EvmKeyError),
    };
    EvmSignature::from_bytes(&bytes).map_err(|_| EvmKeyError)
}

#[async_trait]
impl Wallet for EvmWallet {
    fn scheme(&self) -> &dyn Scheme {
        &self.scheme
    }

    fn payer(&self) -> Payer {
        Payer::from(self.address)
    }

    async fn sign(&self, order: &SigningOrder) -> Result<JsonObject, WalletError> {
        let requirements = order.accepted.value();
        let token = self.token(requirements)?;
        let unfit = |error: earnest_base::InvalidError| WalletError::Unfit(error.to_string());
        let mut nonce = [0_u8; 32];
        getrandom::fill(&mut nonce).map_err(|error| WalletError::Unavailable(error.to_string()))?;
        let now = u64::try_from(order.now.unix_millis().div_euclid(1000)).unwrap_or_default();
        let authorization = TransferAuthorization {
            from: self.address,
            to: requirements.pay_to.as_str().parse().map_err(unfit)?,
            value: requirements.amount.as_str().parse().map_err(unfit)?,
            // A seller's clock may be behind.
            valid_after: Uint256::from(now.saturating_sub(TimeAllowance::CHAIN.clocks_secs.into())),
            valid_before: Uint256::from(now.saturating_add(requirements.max_timeout_seconds.whole_seconds())),
            nonce: EvmNonce::from_bytes(nonce),
        };
        let signature = sign(&self.key, &authorization.digest(token))
            .map_err(|error| WalletError::Unavailable(error.to_string()))?;
        let payload = serde_json::to_vec(&Eip3009Payload { signature, authorization });
        let payload = payload.ok().and_then(|text| serde_json::from_slice(&text).ok());
        payload.ok_or_else(|| WalletError::Unavailable("expected a payload that is JSON".to_owned()))
    }
}

impl fmt::Debug for EvmWallet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EvmWallet").field("address", &self.address).finish_non_exhaustive()
    }
}
