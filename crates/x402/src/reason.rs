//! Why a payment is not valid, or was not settled: open words, since every implementation has its own.

use std::{borrow::Cow, fmt};

use serde::{Deserialize, Serialize};

/// A facilitator's word for what went wrong. The list is open: read it as text, and decide on the few known words only.
///
/// ```
/// use earnest_x402::ErrorReason;
///
/// let reason: ErrorReason = serde_json::from_str(r#""settlement_pending""#)?;
/// assert_eq!(reason, ErrorReason::SETTLEMENT_PENDING);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(transparent)]
#[schemars(inline)]
pub struct ErrorReason(Cow<'static, str>);

impl ErrorReason {
    /// A word.
    pub fn new(word: impl Into<Cow<'static, str>>) -> Self {
        Self(word.into())
    }

    /// A word that this program knows.
    #[must_use]
    pub const fn known(word: &'static str) -> Self {
        Self(Cow::Borrowed(word))
    }

    /// The word.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ErrorReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Declares the known words, and the list of them.
macro_rules! reasons {
    ($($name:ident = $word:literal, $says:literal;)*) => {
        impl ErrorReason {
            $(#[doc = $says] pub const $name: Self = Self::known($word);)*

            /// The words that this program knows, and what they mean.
            pub const KNOWN: &'static [(Self, &'static str)] = &[$((Self::$name, $says)),*];
        }
    };
}

reasons! {
    INSUFFICIENT_FUNDS = "insufficient_funds", "The payer has too little.";
    INVALID_NETWORK = "invalid_network", "The network is not the one that is asked for, or is not served.";
    INVALID_PAYLOAD = "invalid_payload", "The payload cannot be read.";
    INVALID_PAYMENT_REQUIREMENTS = "invalid_payment_requirements", "The requirements cannot be read, or contradict the payload.";
    INVALID_SCHEME = "invalid_scheme", "The scheme is not the one that is asked for.";
    UNSUPPORTED_SCHEME = "unsupported_scheme", "The facilitator does not serve this scheme.";
    INVALID_X402_VERSION = "invalid_x402_version", "The facilitator does not serve this version of x402.";
    INVALID_TRANSACTION_STATE = "invalid_transaction_state", "The transaction failed, or was not carried out.";
    UNEXPECTED_VERIFY_ERROR = "unexpected_verify_error", "The facilitator failed while it verified.";
    UNEXPECTED_SETTLE_ERROR = "unexpected_settle_error", "The facilitator failed while it settled.";
    SETTLEMENT_PENDING = "settlement_pending", "The transaction is sent and not confirmed: asking again with the same body is safe.";
    PERMIT2_ALLOWANCE_REQUIRED = "permit2_allowance_required", "The payer must let Permit2 spend the token first.";
    EXTENSION_ECHO_MISMATCH = "extension_echo_mismatch", "The client changed what the server declared in an extension.";
    UNSUPPORTED_PAYLOAD_TYPE = "unsupported_payload_type", "The scheme knows no payload of this form.";
    INVALID_EXACT_EVM_SIGNATURE = "invalid_exact_evm_signature", "The signature is not the payer's (reference package).";
    INVALID_EXACT_EVM_PAYLOAD_SIGNATURE = "invalid_exact_evm_payload_signature", "The signature is not the payer's (specification).";
    INVALID_EXACT_EVM_INSUFFICIENT_BALANCE = "invalid_exact_evm_insufficient_balance", "The payer has too little of the token.";
    INVALID_EXACT_EVM_NETWORK_MISMATCH = "invalid_exact_evm_network_mismatch", "The payload is for another chain.";
    INVALID_EXACT_EVM_NONCE_ALREADY_USED = "invalid_exact_evm_nonce_already_used", "The authorisation's nonce is used up.";
    INVALID_EXACT_EVM_RECIPIENT_MISMATCH = "invalid_exact_evm_recipient_mismatch", "The authorisation pays somebody else (reference package).";
    INVALID_EXACT_EVM_PAYLOAD_RECIPIENT_MISMATCH = "invalid_exact_evm_payload_recipient_mismatch", "The authorisation pays somebody else (specification).";
    INVALID_EXACT_EVM_AUTHORIZATION_VALUE = "invalid_exact_evm_authorization_value", "The authorisation is for another amount (reference package).";
    INVALID_EXACT_EVM_PAYLOAD_AUTHORIZATION_VALUE_MISMATCH = "invalid_exact_evm_payload_authorization_value_mismatch", "The authorisation is for another amount (specification).";
    INVALID_EXACT_EVM_PAYLOAD_AUTHORIZATION_VALID_AFTER = "invalid_exact_evm_payload_authorization_valid_after", "The authorisation is not valid yet.";
    INVALID_EXACT_EVM_PAYLOAD_AUTHORIZATION_VALID_BEFORE = "invalid_exact_evm_payload_authorization_valid_before", "The authorisation is over, or will be before it settles.";
    INVALID_EXACT_EVM_MISSING_EIP712_DOMAIN = "invalid_exact_evm_missing_eip712_domain", "The requirements do not name the token's EIP-712 domain.";
    INVALID_EXACT_EVM_SCHEME = "invalid_exact_evm_scheme", "The payload was made for another scheme.";
    INVALID_EXACT_EVM_FAILED_TO_PARSE_SIGNATURE = "invalid_exact_evm_failed_to_parse_signature", "The signature is not the 65 bytes of a key's.";
    INVALID_EXACT_EVM_TOKEN_NAME_MISMATCH = "invalid_exact_evm_token_name_mismatch", "The requirements name another EIP-712 name than the token's.";
    INVALID_EXACT_EVM_TOKEN_VERSION_MISMATCH = "invalid_exact_evm_token_version_mismatch", "The requirements name another EIP-712 version than the token's.";
    INVALID_EXACT_EVM_CONTRACT_SIGNATURE = "invalid_exact_evm_contract_signature_unsupported", "The signature is a contract's (EIP-1271, ERC-6492), which is not taken (ours).";
    INVALID_EXACT_EVM_BINDING_MISMATCH = "invalid_exact_evm_binding_mismatch", "The payment was meant for another request (ours).";
    INVALID_EXACT_ORC_SIGNATURE = "invalid_exact_orc_signature", "The signature is not the payer's.";
    INVALID_EXACT_ORC_NETWORK_MISMATCH = "invalid_exact_orc_network_mismatch", "The authorisation is for another ledger.";
    INVALID_EXACT_ORC_RECIPIENT_MISMATCH = "invalid_exact_orc_recipient_mismatch", "The authorisation pays another account.";
    INVALID_EXACT_ORC_AUTHORIZATION_VALUE = "invalid_exact_orc_authorization_value", "The authorisation is for another amount.";
    INVALID_EXACT_ORC_REQUIREMENTS_MISMATCH = "invalid_exact_orc_requirements_mismatch", "The authorisation answers other requirements than those sent with it.";
    INVALID_EXACT_ORC_BINDING_MISMATCH = "invalid_exact_orc_binding_mismatch", "The authorisation is for another request.";
    INVALID_EXACT_ORC_IDENTIFIER_MISMATCH = "invalid_exact_orc_identifier_mismatch", "The authorisation names another payment id than the submission.";
    INVALID_EXACT_ORC_VALID_AFTER = "invalid_exact_orc_valid_after", "The authorisation is not valid yet.";
    INVALID_EXACT_ORC_VALID_BEFORE = "invalid_exact_orc_valid_before", "The authorisation is over, or will be before it settles, or outlasts what was asked.";
    INVALID_EXACT_EVM_TRANSACTION_FAILED = "invalid_exact_evm_transaction_failed", "The transaction was carried out and failed.";
    INVALID_EXACT_EVM_TRANSACTION_SIMULATION_FAILED = "invalid_exact_evm_transaction_simulation_failed", "The transaction would fail.";
}
