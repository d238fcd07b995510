//! Blobs in a folder: a file for each, named by its digest.

use std::{
    fs, io,
    io::Read,
    path::{Path, PathBuf},
};

use async_trait::async_trait;
use earnest_base::Sha256Digest;
use earnest_ports::{BlobError, BlobWriter, Blobs, MAX_BLOB_BYTES};
use tempfile::NamedTempFile;

use crate::{
    durable_file,
    incoming::{Incoming, blocking, unavailable},
};

/// Blobs in a folder, each in `<first two digits>/<hexadecimal digest>`. Several processes may share it.
#[derive(Debug, Clone)]
pub struct FolderBlobs {
    folder: PathBuf,
    limit: u64,
}

impl FolderBlobs {
    /// Opens a folder, and makes it where it is not there.
    ///
    /// # Errors
    /// Where it cannot be made.
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self, BlobError> {
        Self::with_limit(folder, MAX_BLOB_BYTES)
    }

    /// As [`FolderBlobs::open`], for blobs of at most so many bytes.
    ///
    /// # Errors
    /// As [`FolderBlobs::open`].
    pub fn with_limit(folder: impl Into<PathBuf>, limit: u64) -> Result<Self, BlobError> {
        let folder = folder.into();
        durable_file::make_folder(&folder).map_err(unavailable)?;
        Ok(Self { folder, limit })
    }

    fn path(&self, digest: &Sha256Digest) -> PathBuf {
        path(&self.folder, digest)
    }
}

fn path(folder: &Path, digest: &Sha256Digest) -> PathBuf {
    let name: String = digest.to_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    folder.join(&name[..2]).join(name)
}

/// A blob on its way to the folder.
struct Writing {
    folder: PathBuf,
    incoming: Incoming<NamedTempFile>,
}

#[async_trait]
impl Blobs for FolderBlobs {
    async fn begin(&self) -> Result<Box<dyn BlobWriter>, BlobError> {
        let folder = self.folder.clone();
        let file = blocking(move || durable_file::begin(&folder)).await?;
        Ok(Box::new(Writing { folder: self.folder.clone(), incoming: Incoming::new(file, self.limit) }))
    }

    async fn read(&self, digest: &Sha256Digest) -> Result<Option<Vec<u8>>, BlobError> {
        let (path, limit) = (self.path(digest), self.limit);
        let read = blocking(move || match fs::File::open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
            Ok(file) => {
                let mut bytes = Vec::new();
                // A file that grew beyond the limit is not what was put: one byte more is enough to see it.
                file.take(limit + 1).read_to_end(&mut bytes)?;
                Ok(Some((Sha256Digest::of(&bytes), bytes)))
            }
        });
        match read.await? {
            None => Ok(None),
            Some((found, bytes)) if found == *digest => Ok(Some(bytes)),
            Some((found, _)) => Err(BlobError::Damaged { expected: digest.clone(), found }),
        }
    }
}

#[async_trait]
impl BlobWriter for Writing {
    async fn write(&mut self, bytes: &[u8]) -> Result<(), BlobError> {
        self.incoming.write(bytes).await
    }

    async fn finish(self: Box<Self>, expected: Option<&Sha256Digest>) -> Result<Sha256Digest, BlobError> {
        let (file, digest) = self.incoming.end(expected)?;
        let path = path(&self.folder, &digest);
        blocking(move || {
            durable_file::make_folder(path.parent().unwrap_or(&path))?;
            // Also where it is there: a file that was damaged is mended so.
            durable_file::finish(file, &path)
        })
        .await?;
        Ok(digest)
    }
}
