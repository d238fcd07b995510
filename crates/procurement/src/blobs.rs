//! Bytes that travel beside documents, at hand by their digests (decision D5).

use std::collections::BTreeMap;

use earnest_artifacts::vocabulary::BlobRef;
use earnest_base::Sha256Digest;

/// Blobs that are at hand. A blob is found by the digest of its bytes, so none can stand under another's name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Blobs(BTreeMap<Sha256Digest, Vec<u8>>);

impl Blobs {
    /// None.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes bytes, and gives the digest under which they are found.
    pub fn insert(&mut self, bytes: Vec<u8>) -> Sha256Digest {
        let digest = Sha256Digest::of(&bytes);
        self.0.insert(digest.clone(), bytes);
        digest
    }

    /// The bytes that a document refers to, where they are at hand; their length may still differ from what it states.
    #[must_use]
    pub fn get(&self, blob: &BlobRef) -> Option<&[u8]> {
        self.0.get(&blob.digest).map(Vec::as_slice)
    }

    /// The text of a blob whose media type is text, where it is at hand and UTF-8.
    pub(crate) fn text(&self, blob: &BlobRef) -> Option<&str> {
        let is_text = blob.media_type.as_str().starts_with("text/");
        self.get(blob).filter(|_| is_text).and_then(|bytes| std::str::from_utf8(bytes).ok())
    }
}
