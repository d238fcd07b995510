//! The contract suites over what is kept in memory.
#![allow(clippy::unwrap_used, reason = "this is test code")]

use std::sync::Arc;

use async_trait::async_trait;
use earnest_base::Sha256Digest;
use earnest_ports::{
    Blobs, Journal, MemoryBlobs, MemoryStore, Seq, StoredBatch, blobs_contract, journal_contract,
    testing::{BlobsSubject, JournalSubject},
};

struct Memory(MemoryStore);

async fn memory() -> Option<Memory> {
    Some(Memory(MemoryStore::new("tests".parse().unwrap())))
}

#[async_trait]
impl JournalSubject for Memory {
    async fn open(&self, holder: &str) -> Arc<dyn Journal> {
        Arc::new(self.0.open(holder))
    }

    async fn lapse(&self) {
        self.0.lapse();
    }

    async fn edit(&self, last: Seq, other: Option<StoredBatch>) {
        self.0.edit(|batches| {
            batches.retain(|batch| batch.last != last);
            batches.extend(other);
            batches.sort_by_key(|batch| batch.last);
        });
    }
}

journal_contract!(memory());

struct BlobsInMemory(MemoryBlobs);

#[async_trait]
impl BlobsSubject for BlobsInMemory {
    async fn open(&self) -> Box<dyn Blobs> {
        Box::new(self.0.clone())
    }

    async fn edit(&self, digest: &Sha256Digest) {
        self.0.edit(digest, |bytes| bytes[0] ^= 1);
    }

    async fn count(&self) -> usize {
        self.0.len()
    }
}

blobs_contract!(std::future::ready(Some(BlobsInMemory(MemoryBlobs::with_limit(BlobsInMemory::LIMIT as u64)))));
