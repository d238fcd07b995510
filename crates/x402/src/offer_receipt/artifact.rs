//! Signed offers and receipts: as they stand on the wire, and once they are verified.

use std::{marker::PhantomData, ops::Deref};

use earnest_base::Count;
use earnest_signing::{Json, JsonObject, Number, Object, SecretKey};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::{ArtifactError, ArtifactPayload, ArtifactSigner, Trust, jws};
use crate::evm::EvmSignature;

/// A signed [`Offer`](super::Offer) or [`Receipt`](super::Receipt) as it stands on the wire: nothing in it is judged
/// before [`verify`](Self::verify), so that one that cannot be verified spoils no message.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", bound = "")]
pub struct SignedArtifact<P> {
    /// How it is signed: `jws` or `eip712`.
    pub format: String,
    /// Where in `accepts` the server says that the offer's requirements stand. It is not signed, and nothing here
    /// follows it.
    pub accept_index: Option<Count>,
    /// What is signed by EIP-712; a JWS carries its own.
    pub payload: Option<JsonObject>,
    /// The compact JWS, or the 65 bytes of an EIP-712 signature.
    pub signature: String,
    #[serde(skip)]
    says: PhantomData<fn() -> P>,
}

/// How an artifact is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Jws,
    Eip712,
}

impl<P: ArtifactPayload> SignedArtifact<P> {
    /// Signs by Ed25519, as a compact JWS that names the key as a did:key.
    ///
    /// ```
    /// use earnest_artifacts::SecretKey;
    /// use earnest_x402::offer_receipt::{Receipt, SignedArtifact, Trust};
    ///
    /// let receipt: Receipt = serde_json::from_str(
    ///     r#"{"version": 1, "network": "orc:fed-pl-main", "resourceUrl": "https://ola.example/report",
    ///         "payer": "account:fed-pl-main:adam", "issuedAt": 1775023800}"#,
    /// )?;
    /// let key = SecretKey::from_seed(&[7; 32]);
    /// let signed = SignedArtifact::sign(&receipt, &key);
    /// let verified = signed.verify(Trust::Payee(&format!("did:key:{}", key.public())))?;
    /// assert_eq!(verified.payer.as_str(), "account:fed-pl-main:adam");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn sign(payload: &P, key: &SecretKey) -> Self {
        let signature = jws::sign(&payload.to_object(), key);
        Self { format: "jws".to_owned(), accept_index: None, payload: None, signature, says: PhantomData }
    }

    /// Takes an EIP-712 signature that whoever holds the key made over
    /// [`ArtifactPayload::digest`].
    #[must_use]
    pub fn with_signature(payload: &P, signature: &EvmSignature) -> Self {
        let (format, payload, signature) = ("eip712".to_owned(), payload.to_full_object(), signature.to_string());
        Self { format, accept_index: None, payload: Some(payload), signature, says: PhantomData }
    }

    /// The same artifact with the unsigned hint where in `accepts` its requirements stand.
    #[must_use]
    pub fn at(self, accept_index: Count) -> Self {
        Self { accept_index: Some(accept_index), ..self }
    }

    /// Verifies the signature, and that whoever made it is trusted to. Whether an offer is in force, and of what,
    /// [`find_offer`](super::find_offer) judges.
    ///
    /// # Errors
    /// See [`ArtifactError`]. Nothing that stands on the wire makes it panic: the members that a payload may leave out
    /// may be left out in both formats.
    pub fn verify(&self, trust: Trust<'_>) -> Result<VerifiedArtifact<P>, ArtifactError> {
        let (signer, payload) = match self.format()? {
            Format::Jws => {
                let (key, payload) = jws::verify(&self.signature)?;
                (ArtifactSigner::Key(key), decode(&payload)?)
            }
            Format::Eip712 => {
                let payload: P = decode(self.payload.as_ref().ok_or(ArtifactError::PayloadPlace)?)?;
                let signature: EvmSignature = self.signature.parse()?;
                (ArtifactSigner::Address(signature.recover(&payload.digest())?), payload)
            }
        };
        if trust.includes(&signer) {
            Ok(VerifiedArtifact { payload, signer })
        } else {
            Err(ArtifactError::Signer(Box::new(signer)))
        }
    }

    /// What it says, whoever signed it: for showing and for seeking, never for deciding.
    ///
    /// # Errors
    /// Where it says nothing that can be read.
    pub fn unverified(&self) -> Result<P, ArtifactError> {
        match self.format()? {
            Format::Jws => decode(&jws::unverified(&self.signature)?),
            Format::Eip712 => decode(self.payload.as_ref().ok_or(ArtifactError::PayloadPlace)?),
        }
    }

    fn format(&self) -> Result<Format, ArtifactError> {
        match (self.format.as_str(), &self.payload) {
            ("jws", None) => Ok(Format::Jws),
            ("eip712", Some(_)) => Ok(Format::Eip712),
            ("jws" | "eip712", _) => Err(ArtifactError::PayloadPlace),
            (other, _) => Err(ArtifactError::Format(other.chars().take(80).collect())),
        }
    }

    pub(super) fn to_json(&self) -> Json<'static> {
        let mut object = Object::default();
        let index = self.accept_index.and_then(|index| i64::try_from(index.value()).ok()).and_then(Number::from_i64);
        if let Some(index) = index {
            object.insert("acceptIndex", Json::Number(index));
        }
        object.insert("format", Json::String(self.format.clone().into()));
        if let Some(payload) = &self.payload {
            object.insert("payload", Json::Object(payload.members().clone()));
        }
        object.insert("signature", Json::String(self.signature.clone().into()));
        Json::Object(object)
    }
}

fn decode<P: ArtifactPayload>(payload: &JsonObject) -> Result<P, ArtifactError> {
    payload.decode().map_err(ArtifactError::Payload)
}

/// An offer or receipt that somebody who is trusted signed. Only [`SignedArtifact::verify`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedArtifact<P> {
    payload: P,
    signer: ArtifactSigner,
}

impl<P> VerifiedArtifact<P> {
    /// Who signed. An address is recovered from the signature: some address always is, so it means something only
    /// against a [`Trust`] that knows it.
    #[must_use]
    pub const fn signer(&self) -> &ArtifactSigner {
        &self.signer
    }
}

impl<P> Deref for VerifiedArtifact<P> {
    type Target = P;

    fn deref(&self) -> &P {
        &self.payload
    }
}
