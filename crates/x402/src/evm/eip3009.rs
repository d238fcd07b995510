//! EIP-3009: a payer's authorisation of one transfer, which anybody may bring to the token.

use std::borrow::Cow;

use alloy_primitives::U256;
use alloy_sol_types::{Eip712Domain, SolStruct};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{EvmAddress, EvmNonce, EvmSignature, EvmSignatureError, TypedDataDigest, Uint256, digest};

mod sol {
    alloy_sol_types::sol! {
        /// As EIP-3009 names it: the name and the members are part of what is signed.
        struct TransferWithAuthorization {
            address from;
            address to;
            uint256 value;
            uint256 validAfter;
            uint256 validBefore;
            bytes32 nonce;
        }
    }
}

/// The EIP-712 domain of a token: what keeps a signature for one token on one chain from being one for another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TokenDomain {
    /// The name that the token signs with, such as `USDC`. It is not always the name that it shows.
    pub name: String,
    /// The version that the token signs with, such as `2`.
    pub version: String,
    /// The chain.
    pub chain_id: u64,
    /// The token's contract.
    pub contract: EvmAddress,
}

impl TokenDomain {
    /// The hash of the domain, as the token's `DOMAIN_SEPARATOR()` tells it.
    #[must_use]
    pub fn separator(&self) -> TypedDataDigest {
        TypedDataDigest::from_bytes(self.to_alloy().separator().0)
    }

    fn to_alloy(&self) -> Eip712Domain {
        Eip712Domain::new(
            Some(Cow::Owned(self.name.clone())),
            Some(Cow::Owned(self.version.clone())),
            Some(U256::from(self.chain_id)),
            Some(self.contract.to_alloy()),
            None,
        )
    }
}

/// A payer's authorisation of one transfer (EIP-3009, `TransferWithAuthorization`), as x402 writes it: numbers as
/// decimal text. It is closed: a member that the signature does not cover would say something that nobody signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(inline)]
pub struct TransferAuthorization {
    /// Who pays, and signs.
    pub from: EvmAddress,
    /// Who is paid.
    pub to: EvmAddress,
    /// How much, in atomic units of the token.
    pub value: Uint256,
    /// The second after which the transfer may be made, since 1970.
    pub valid_after: Uint256,
    /// The second before which the transfer may be made, since 1970.
    pub valid_before: Uint256,
    /// What sets it apart from the payer's other authorisations.
    pub nonce: EvmNonce,
}

impl TransferAuthorization {
    /// The hash of the members (EIP-712, `hashStruct`).
    #[must_use]
    pub fn struct_hash(&self) -> TypedDataDigest {
        TypedDataDigest::from_bytes(self.to_alloy().eip712_hash_struct().0)
    }

    /// What the payer signs for this token.
    #[must_use]
    pub fn digest(&self, token: &TokenDomain) -> TypedDataDigest {
        digest(&self.to_alloy(), &token.to_alloy())
    }

    /// Who signed it for this token. Whether that is [`from`](Self::from), the caller compares.
    ///
    /// # Errors
    /// [`EvmSignatureError::NoKey`].
    pub fn signer(&self, token: &TokenDomain, signature: &EvmSignature) -> Result<EvmAddress, EvmSignatureError> {
        signature.recover(&self.digest(token))
    }

    fn to_alloy(self) -> sol::TransferWithAuthorization {
        sol::TransferWithAuthorization {
            from: self.from.to_alloy(),
            to: self.to.to_alloy(),
            value: self.value.to_alloy(),
            validAfter: self.valid_after.to_alloy(),
            validBefore: self.valid_before.to_alloy(),
            nonce: self.nonce.as_bytes().into(),
        }
    }
}
