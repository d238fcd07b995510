//! The result of the work, kept until its payment is settled.

use earnest_base::Sha256Digest;

/// The longest body that is kept in line, in bytes; longer ones are blobs.
pub const MAX_INLINE_BYTES: usize = 16 * 1024;
/// How long the names and values of all headers may be together, in bytes.
pub const MAX_HEAD_BYTES: usize = 16 * 1024;

/// An HTTP answer that is kept.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Kept {
    status: u16,
    headers: Vec<(Box<str>, Box<[u8]>)>,
    body: KeptBody,
}

/// The body of an answer that is kept.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum KeptBody {
    /// The bytes.
    Inline(Box<[u8]>),
    /// A blob: its digest, and its length in bytes.
    Blob {
        /// The digest.
        digest: Sha256Digest,
        /// The length.
        size: u64,
    },
}

/// An answer that is too long to be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeptError {
    /// A body in line that should be a blob.
    #[error("expected a body of at most {MAX_INLINE_BYTES} bytes in line, found {0}")]
    Body(usize),
    /// More headers than are kept.
    #[error("expected headers of at most {MAX_HEAD_BYTES} bytes, found {0}")]
    Head(usize),
}

impl Kept {
    /// Takes an answer within the bounds.
    ///
    /// # Errors
    /// [`KeptError`].
    pub fn new(status: u16, headers: Vec<(Box<str>, Box<[u8]>)>, body: KeptBody) -> Result<Self, KeptError> {
        let head = headers.iter().map(|(name, value)| name.len() + value.len()).sum();
        if head > MAX_HEAD_BYTES {
            return Err(KeptError::Head(head));
        }
        match &body {
            KeptBody::Inline(bytes) if bytes.len() > MAX_INLINE_BYTES => Err(KeptError::Body(bytes.len())),
            KeptBody::Inline(_) | KeptBody::Blob { .. } => Ok(Self { status, headers, body }),
        }
    }

    /// The status.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// The headers, as they stood.
    #[must_use]
    pub fn headers(&self) -> &[(Box<str>, Box<[u8]>)] {
        &self.headers
    }

    /// The body.
    #[must_use]
    pub const fn body(&self) -> &KeptBody {
        &self.body
    }

    /// How much room it takes here, in bytes; a blob lies elsewhere.
    pub(crate) fn weight(&self) -> u64 {
        let head: usize = self.headers.iter().map(|(name, value)| name.len() + value.len() + 32).sum();
        let body = match &self.body {
            KeptBody::Inline(bytes) => bytes.len(),
            KeptBody::Blob { .. } => 64,
        };
        (head + body) as u64
    }
}
