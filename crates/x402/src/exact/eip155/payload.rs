//! What an EIP-3009 payment carries.

use earnest_signing::{Json, JsonObject};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    ErrorReason,
    evm::{EvmSignature, TransferAuthorization},
    scheme::SchemeError,
};

/// The transfer method, and what requirements mean that name none.
pub(super) const EIP_3009: &str = "eip3009";
/// The members by which the payloads of other transfer methods are known.
const OTHER_METHODS: [(&str, &str); 3] =
    [("permit2Authorization", "permit2"), ("delegationManager", "erc7710"), ("permissionContext", "erc7710")];

/// What an EIP-3009 payment carries. It is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub struct Eip3009Payload {
    /// The payer's signature over the authorisation, in the domain of the token.
    pub signature: EvmSignature,
    /// What the payer signs.
    pub authorization: TransferAuthorization,
}

impl Eip3009Payload {
    /// Reads a payload. Nothing is verified by it.
    ///
    /// # Errors
    /// [`ErrorReason::UNSUPPORTED_PAYLOAD_TYPE`] where it is one of another transfer method,
    /// [`ErrorReason::INVALID_PAYLOAD`] where it is none, and what
    /// [`EvmSignatureError`](crate::evm::EvmSignatureError) says of the signature.
    pub fn read(payload: &JsonObject) -> Result<Self, SchemeError> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Unread {
            signature: String,
            authorization: TransferAuthorization,
        }
        if let Some((_, method)) = OTHER_METHODS.iter().find(|(member, _)| payload.members().get(member).is_some()) {
            return Err(unsupported(method));
        }
        let Unread { signature, authorization } =
            payload.decode().map_err(|error| SchemeError::new(ErrorReason::INVALID_PAYLOAD, error.to_string()))?;
        Ok(Self { signature: signature.parse().map_err(SchemeError::from)?, authorization })
    }
}

/// Refuses requirements of another transfer method.
pub(super) fn check_method(method: Option<&Json<'_>>) -> Result<(), SchemeError> {
    match method.map(Json::as_str) {
        None | Some(Some(EIP_3009)) => Ok(()),
        Some(other) => Err(unsupported(other.unwrap_or_default())),
    }
}

fn unsupported(method: &str) -> SchemeError {
    let found: String = method.chars().take(80).collect();
    let message = format!("expected the transfer method {EIP_3009:?}, found {found:?}");
    SchemeError::new(ErrorReason::UNSUPPORTED_PAYLOAD_TYPE, message)
}
