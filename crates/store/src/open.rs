//! A journal by its URL, and the blobs beside it.

use std::{path::PathBuf, sync::Arc};

use earnest_ports::{BlobError, Blobs, Journal, JournalError, JournalName};

use crate::{FolderBlobs, PostgresBlobs, PostgresJournal, PostgresOptions, SqliteJournal};

/// Opens a journal: `sqlite:<path>`, or `postgres://…` as libpq writes it.
///
/// # Errors
/// Where the URL is neither, or the store is out of reach or holds something else.
pub async fn open(url: &str, name: JournalName) -> Result<Arc<dyn Journal>, JournalError> {
    if let Some(path) = url.strip_prefix("sqlite:") {
        return Ok(Arc::new(SqliteJournal::open(path.strip_prefix("//").unwrap_or(path), name).await?));
    }
    if is_postgres(url) {
        return Ok(Arc::new(PostgresJournal::open(PostgresOptions::new(url), name).await?));
    }
    let scheme = url.split_once(':').map_or("none", |(scheme, _)| scheme);
    Err(JournalError::Damaged(format!("a URL of scheme {scheme} where sqlite: or postgres: was expected")))
}

/// Opens the blobs that go with the journal of this URL: where it is in PostgreSQL they are there too, so that who takes
/// over from another machine has them; else they are in the folder.
///
/// # Errors
/// Where the database is out of reach, or the folder cannot be made.
pub async fn open_blobs(url: &str, folder: impl Into<PathBuf>) -> Result<Arc<dyn Blobs>, BlobError> {
    if is_postgres(url) {
        return Ok(Arc::new(PostgresBlobs::open(&PostgresOptions::new(url)).await?));
    }
    Ok(Arc::new(FolderBlobs::open(folder)?))
}

fn is_postgres(url: &str) -> bool {
    url.starts_with("postgres://") || url.starts_with("postgresql://")
}
