//! The extension `offer-receipt`: a server signs what it demands, and afterwards that it was paid
//! (specification of x402, `extension-offer-and-receipt`, version 1; decision X3).
//!
//! ```text
//! Offer ── sign ──▶ SignedArtifact ── offers_extension ──▶ extensions["offer-receipt"].info.offers[]     of a demand
//! Receipt ── sign ──▶ SignedArtifact ── receipt_extension ──▶ extensions["offer-receipt"].info.receipt  of a settlement
//! SignedArtifact ── verify(trust) ──▶ VerifiedArtifact
//! ```
//!
//! What is signed here is a JWS by Ed25519, its key named as a did:key. What others sign by EIP-712 is verified too; the
//! algorithms ES256K and ES256, and keys that would have to be looked up (did:web), are refused as unsupported.
//!
//! The published package differs from RFC 8785 in one place: it escapes control characters in another way. No text of an
//! offer or receipt can hold one here, so the two never meet.
//!
//! An offer says what its signer would take; a receipt says who paid for which resource, and neither how much nor for
//! which request. That the signer may speak for the resource, the extension leaves open: see [`Trust`].

mod artifact;
mod eip712;
mod error;
mod extension;
mod jws;
mod matching;
mod payload;
mod trust;

pub use artifact::{SignedArtifact, VerifiedArtifact};
pub use error::ArtifactError;
pub use extension::{offers_extension, offers_of, receipt_extension, receipt_of};
pub use matching::find_offer;
pub use payload::{ArtifactPayload, Offer, Receipt, TransactionText};
pub use trust::{ArtifactSigner, Trust};

/// The key under which the extension stands.
pub const KEY: &str = "offer-receipt";
