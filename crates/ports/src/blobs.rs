//! The port to blobs: bytes that travel beside documents, addressed by their SHA-256 (decision D5).

use async_trait::async_trait;
use earnest_base::Sha256Digest;

/// The longest blob: as long as the longest bundle, 64 MiB.
pub const MAX_BLOB_BYTES: u64 = 64 << 20;

/// Blobs by their digest. The same bytes are the same blob, however often they are put.
#[async_trait]
pub trait Blobs: Send + Sync + 'static {
    /// Begins a blob. Its bytes are hashed as they come, and nobody sees it before it is finished.
    ///
    /// # Errors
    /// Where the store is out of reach.
    async fn begin(&self) -> Result<Box<dyn BlobWriter>, BlobError>;

    /// The bytes of a blob, where it is there. They are hashed again: what is returned is what was put.
    ///
    /// # Errors
    /// Where the store is out of reach, or holds other bytes under that digest.
    async fn read(&self, digest: &Sha256Digest) -> Result<Option<Vec<u8>>, BlobError>;

    /// Puts a blob that is at hand.
    ///
    /// # Errors
    /// Where it is too long, or the store is out of reach.
    async fn put(&self, bytes: &[u8]) -> Result<Sha256Digest, BlobError> {
        let mut blob = self.begin().await?;
        blob.write(bytes).await?;
        blob.finish(None).await
    }
}

/// A blob on its way. Where it is dropped, nothing of it stays.
#[async_trait]
pub trait BlobWriter: Send {
    /// Takes the next bytes.
    ///
    /// # Errors
    /// Where the blob becomes too long, or the store is out of reach.
    async fn write(&mut self, bytes: &[u8]) -> Result<(), BlobError>;

    /// Ends the blob, durably, and says its digest; where one is expected, another is refused and nothing kept. A blob that is
    /// there, and damaged, is mended.
    ///
    /// # Errors
    /// Where the digest is another, or the store is out of reach.
    async fn finish(self: Box<Self>, expected: Option<&Sha256Digest>) -> Result<Sha256Digest, BlobError>;
}

/// Why a blob was not put or read.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// The blob is longer than the store takes.
    #[error("expected at most {limit} bytes, found more")]
    TooLong {
        /// How many bytes it takes.
        limit: u64,
    },
    /// The bytes that came are not those that were announced.
    #[error("expected bytes of digest {expected}, found {found}")]
    OtherDigest {
        /// The digest that was announced.
        expected: Sha256Digest,
        /// The digest of what came.
        found: Sha256Digest,
    },
    /// The store holds other bytes than were put.
    #[error("expected the bytes of {expected} in the store, found those of {found}")]
    Damaged {
        /// The digest that was asked for.
        expected: Sha256Digest,
        /// The digest of what is there.
        found: Sha256Digest,
    },
    /// The store is out of reach.
    #[error("expected the store to answer, found: {0}")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl BlobError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "blob-too-long",
            Self::OtherDigest { .. } => "blob-other-digest",
            Self::Damaged { .. } => "blob-damaged",
            Self::Unavailable(_) => "blobs-out-of-reach",
        }
    }

    /// Refuses a digest that is not the expected one.
    ///
    /// # Errors
    /// [`BlobError::OtherDigest`] where they differ.
    pub fn unless_expected(found: &Sha256Digest, expected: Option<&Sha256Digest>) -> Result<(), Self> {
        match expected {
            Some(expected) if expected != found => {
                Err(Self::OtherDigest { expected: expected.clone(), found: found.clone() })
            }
            _ => Ok(()),
        }
    }
}
