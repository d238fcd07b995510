//! Why an offer or a receipt is not taken.

use earnest_base::Timestamp;
use earnest_signing::Error;

use super::ArtifactSigner;
use crate::evm::EvmSignatureError;

/// Why an offer or a receipt is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArtifactError {
    /// No artifact of this extension.
    #[error("expected an artifact of `offer-receipt`: {0}")]
    Artifact(Error),
    /// A format that the extension does not have.
    #[error("expected the format \"jws\" or \"eip712\", found {0:?}")]
    Format(String),
    /// A payload beside a JWS, which has its own; or none beside an EIP-712 signature.
    #[error("expected a payload beside an EIP-712 signature and none beside a JWS")]
    PayloadPlace,
    /// A payload that is no offer, or no receipt, of version 1.
    #[error("expected a payload of version 1: {0}")]
    Payload(Error),
    /// No compact JWS: three parts of unpadded base64url, the first an object.
    #[error("expected a compact JWS of three parts in unpadded base64url")]
    Jws,
    /// An algorithm that is not verified here, `none` among them.
    #[error("expected the algorithm \"EdDSA\", found {0:?}")]
    Algorithm(String),
    /// Other members in a JWS header than `alg` and `kid`.
    #[error("expected the members \"alg\" and \"kid\" in the header: {0}")]
    Header(Error),
    /// A key that is not an Ed25519 did:key, the fragment naming the same key.
    #[error("expected a kid of the form did:key:z6Mk…#z6Mk…, found {0:?}")]
    Key(String),
    /// Not the signature of the key that is named.
    #[error("expected the signature of the key that the header names")]
    Signature,
    /// No EIP-712 signature of a key.
    #[error("expected an EIP-712 signature: {0}")]
    Eip712Signature(#[from] EvmSignatureError),
    /// Somebody signed who is not trusted to.
    #[error("expected a signer who may speak for the resource, found {0}")]
    Signer(Box<ArtifactSigner>),
    /// The offer is over.
    #[error("expected an offer in force at {now}, found one that ended at second {until}")]
    Expired {
        /// The last second in which it was in force, since 1970.
        until: u64,
        /// The moment that was asked about.
        now: Timestamp,
    },
    /// The offer is for something else than what is demanded.
    #[error("expected the {0:?} of the demand, found another in the offer")]
    Differs(&'static str),
    /// No offer for what is demanded.
    #[error("expected a signed offer of what is demanded, found none")]
    Absent,
}

impl ArtifactError {
    /// A stable word.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Artifact(_) => "artifact-invalid",
            Self::Format(_) => "format-unsupported",
            Self::PayloadPlace => "payload-place",
            Self::Payload(_) => "payload-invalid",
            Self::Jws => "jws-malformed",
            Self::Algorithm(_) => "algorithm-unsupported",
            Self::Header(_) => "header-invalid",
            Self::Key(_) => "key-unsupported",
            Self::Signature | Self::Eip712Signature(_) => "signature-invalid",
            Self::Signer(_) => "signer-untrusted",
            Self::Expired { .. } => "offer-expired",
            Self::Differs(_) => "offer-differs",
            Self::Absent => "offer-absent",
        }
    }
}
