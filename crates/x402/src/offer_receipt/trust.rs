//! Who may sign for a resource: the extension leaves it open, so the caller says it.

use std::{collections::BTreeSet, fmt};

use earnest_base::PublicKey;

use crate::evm::EvmAddress;

/// Who signed an artifact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ArtifactSigner {
    /// A key on Ed25519, which a JWS names.
    Key(PublicKey),
    /// An address, which is recovered from an EIP-712 signature.
    Address(EvmAddress),
}

impl fmt::Display for ArtifactSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) => write!(f, "did:key:{key}"),
            Self::Address(address) => address.fmt(f),
        }
    }
}

/// Whose signature counts. There is no default: an artifact that anybody may have signed says nothing.
#[derive(Debug, Clone, Copy)]
pub enum Trust<'a> {
    /// The one who is paid, as the requirements name them: an EVM address, or a did:key. An account on a ledger names no
    /// key: its owner is looked up, and given as [`Trust::OneOf`].
    Payee(&'a str),
    /// One of these.
    OneOf(&'a BTreeSet<ArtifactSigner>),
    /// Whoever signed: the caller judges the signer of the
    /// [`VerifiedArtifact`](super::VerifiedArtifact), or only shows it.
    Whoever,
}

impl Trust<'_> {
    /// Whether this signer's signature counts.
    #[must_use]
    pub fn includes(&self, signer: &ArtifactSigner) -> bool {
        match (self, signer) {
            (Self::Whoever, _) => true,
            (Self::OneOf(signers), signer) => signers.contains(signer),
            (Self::Payee(payee), ArtifactSigner::Address(address)) => payee.parse() == Ok(*address),
            (Self::Payee(payee), ArtifactSigner::Key(key)) => {
                payee.strip_prefix("did:key:").and_then(|text| text.parse::<PublicKey>().ok()) == Some(*key)
            }
        }
    }
}
