//! The hash chain over facts (decision D16): each head covers every fact before it, so that a journal that was edited
//! shows it, and parties who kept a head can prove it.

use earnest_base::{FederationId, Sha256Digest};
use sha2::{Digest, Sha256};

/// Sets the heads of this chain apart from every other use of SHA-256. The number is the version of the chain.
const TAG: &[u8] = b"earnest-ledger-chain.v1\0";

/// A head: SHA-256 over the tag, the head before it and the bytes of the fact. The first head covers the federation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Head([u8; 32]);

impl Head {
    /// The head of a ledger without facts.
    #[must_use]
    pub fn genesis(federation: &FederationId) -> Self {
        let mut hash = Sha256::new_with_prefix(TAG);
        hash.update(federation.as_str());
        Self(hash.finalize().into())
    }

    /// The head after one more fact.
    #[must_use]
    pub fn after(&self, fact: &[u8]) -> Self {
        let mut hash = Sha256::new_with_prefix(TAG);
        hash.update(self.0);
        hash.update(fact);
        Self(hash.finalize().into())
    }

    /// The head with these bytes, as a journal stored it.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The head as documents carry it, in `fact/head`.
    #[must_use]
    pub fn digest(&self) -> Sha256Digest {
        Sha256Digest::from_bytes(&self.0)
    }
}

impl std::fmt::Debug for Head {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Head({})", self.digest())
    }
}

impl std::fmt::Display for Head {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.digest().fmt(f)
    }
}

/// The end of a chain: how many facts there are, and the head over them. Also the place of one fact, for documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chain {
    /// The number of the latest fact; the first fact has 1, none has 0.
    pub seq: u64,
    /// The head over all facts until it.
    pub head: Head,
}

impl Chain {
    /// The chain of a ledger without facts.
    #[must_use]
    pub fn genesis(federation: &FederationId) -> Self {
        Self { seq: 0, head: Head::genesis(federation) }
    }

    /// Adds a fact by its bytes ([`crate::Fact::to_bytes`]), and is its place from then on.
    pub fn extend(&mut self, fact: &[u8]) -> Self {
        *self = Self { seq: self.seq + 1, head: self.head.after(fact) };
        *self
    }
}

/// A fact as a journal stored it.
#[derive(Debug, Clone, Copy)]
pub struct Link<'a> {
    /// Its number.
    pub seq: u64,
    /// Its bytes.
    pub fact: &'a [u8],
    /// The head that was stored with it.
    pub head: Head,
}

/// The first link that does not hold: from this fact on, the journal is not the one that was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BrokenChainError {
    /// A fact is missing, doubled or out of place.
    #[error("expected fact {expected}, found fact {found}")]
    Seq {
        /// The number that comes next.
        expected: u64,
        /// The number that was stored.
        found: u64,
    },
    /// The fact, or a head, was changed.
    #[error("expected the head {expected} at fact {seq}, found {found}")]
    Head {
        /// The fact.
        seq: u64,
        /// The head over what is stored.
        expected: Head,
        /// The head that was stored.
        found: Head,
    },
}

/// Walks the links after `start`, and finds the first one that does not hold.
///
/// # Errors
/// That link.
///
/// ```
/// use earnest_ledger::{BrokenChainError, Chain, Link, verify_chain};
///
/// let start = Chain::genesis(&"fed:pl-main".parse()?);
/// let mut chain = start;
/// let [one, two] = [b"one", b"two"].map(|fact| (fact, chain.extend(fact)));
/// let link = |(fact, place): (&'static [u8; 3], Chain)| Link { seq: place.seq, fact, head: place.head };
/// assert_eq!(verify_chain(start, [link(one), link(two)]), Ok(chain));
///
/// let edited = Link { fact: b"six", ..link(two) };
/// assert!(matches!(verify_chain(start, [link(one), edited]), Err(BrokenChainError::Head { seq: 2, .. })));
/// # Ok::<(), earnest_base::InvalidError>(())
/// ```
pub fn verify_chain<'a>(start: Chain, links: impl IntoIterator<Item = Link<'a>>) -> Result<Chain, BrokenChainError> {
    let mut chain = start;
    for link in links {
        let place = chain.extend(link.fact);
        if link.seq != place.seq {
            return Err(BrokenChainError::Seq { expected: place.seq, found: link.seq });
        }
        if link.head != place.head {
            return Err(BrokenChainError::Head { seq: place.seq, expected: place.head, found: link.head });
        }
    }
    Ok(chain)
}
