//! Blobs in memory.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use earnest_base::Sha256Digest;

use crate::{BlobError, BlobWriter, Blobs, MAX_BLOB_BYTES};

/// Blobs in memory, for tests. Clones share them.
#[derive(Debug, Clone)]
pub struct MemoryBlobs {
    limit: u64,
    shared: Shared,
}

#[derive(Debug, Clone, Default)]
struct Shared(Arc<Mutex<BTreeMap<Sha256Digest, Vec<u8>>>>);

impl Shared {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<Sha256Digest, Vec<u8>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for MemoryBlobs {
    fn default() -> Self {
        Self::with_limit(MAX_BLOB_BYTES)
    }
}

impl MemoryBlobs {
    /// Takes blobs of at most so many bytes.
    #[must_use]
    pub fn with_limit(limit: u64) -> Self {
        Self { limit, shared: Shared::default() }
    }

    /// How many blobs there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shared.lock().len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Changes the bytes of a blob behind the port's back.
    pub fn edit(&self, digest: &Sha256Digest, edit: impl FnOnce(&mut Vec<u8>)) {
        if let Some(bytes) = self.shared.lock().get_mut(digest) {
            edit(bytes);
        }
    }
}

struct Writing {
    limit: u64,
    bytes: Vec<u8>,
    shared: Shared,
}

#[async_trait]
impl Blobs for MemoryBlobs {
    async fn begin(&self) -> Result<Box<dyn BlobWriter>, BlobError> {
        Ok(Box::new(Writing { limit: self.limit, bytes: Vec::new(), shared: self.shared.clone() }))
    }

    async fn read(&self, digest: &Sha256Digest) -> Result<Option<Vec<u8>>, BlobError> {
        let Some(bytes) = self.shared.lock().get(digest).cloned() else { return Ok(None) };
        let found = Sha256Digest::of(&bytes);
        if found == *digest { Ok(Some(bytes)) } else { Err(BlobError::Damaged { expected: digest.clone(), found }) }
    }
}

#[async_trait]
impl BlobWriter for Writing {
    async fn write(&mut self, bytes: &[u8]) -> Result<(), BlobError> {
        if (self.bytes.len() + bytes.len()) as u64 > self.limit {
            return Err(BlobError::TooLong { limit: self.limit });
        }
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    async fn finish(self: Box<Self>, expected: Option<&Sha256Digest>) -> Result<Sha256Digest, BlobError> {
        let digest = Sha256Digest::of(&self.bytes);
        BlobError::unless_expected(&digest, expected)?;
        // Also where it is there: bytes that were damaged are mended so.
        self.shared.lock().insert(digest.clone(), self.bytes);
        Ok(digest)
    }
}
