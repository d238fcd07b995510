//! A blob on its way: it is measured and hashed as it comes, and written away from the runtime's threads.

use std::io::{self, Write};

use earnest_base::Sha256Digest;
use earnest_ports::BlobError;
use sha2::{Digest, Sha256};

/// The bytes that have come so far, in a file of some kind.
pub(crate) struct Incoming<F> {
    limit: u64,
    length: u64,
    part: Option<Part<F>>,
}

struct Part<F> {
    file: F,
    digest: Sha256,
}

impl<F: Write + Send + 'static> Incoming<F> {
    /// A blob of at most so many bytes, of which none has come.
    pub(crate) fn new(file: F, limit: u64) -> Self {
        Self { limit, length: 0, part: Some(Part { file, digest: Sha256::new() }) }
    }

    /// Takes the next bytes.
    pub(crate) async fn write(&mut self, bytes: &[u8]) -> Result<(), BlobError> {
        self.length += bytes.len() as u64;
        if self.length > self.limit {
            self.part = None;
            return Err(BlobError::TooLong { limit: self.limit });
        }
        let mut part = self.part.take().ok_or_else(failed)?;
        let bytes = bytes.to_vec();
        let written = blocking(move || {
            part.digest.update(&bytes);
            part.file.write_all(&bytes)?;
            Ok(part)
        });
        self.part = Some(written.await?);
        Ok(())
    }

    /// The file with all of them, and their digest, where that is the expected one.
    pub(crate) fn end(self, expected: Option<&Sha256Digest>) -> Result<(F, Sha256Digest), BlobError> {
        let part = self.part.ok_or_else(failed)?;
        let digest = Sha256Digest::from_bytes(&part.digest.finalize().into());
        BlobError::unless_expected(&digest, expected)?;
        Ok((part.file, digest))
    }
}

fn failed() -> BlobError {
    unavailable("a blob whose writing failed before")
}

pub(crate) fn unavailable(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> BlobError {
    BlobError::Unavailable(error.into())
}

/// Does what keeps a thread busy where no other task waits for it.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, BlobError> {
    tokio::task::spawn_blocking(work).await.map_err(unavailable)?.map_err(unavailable)
}
