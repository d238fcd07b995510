//! A journal by its URL.

use std::sync::Arc;

use earnest_ports::{Journal, JournalError, JournalName};

use crate::{PostgresJournal, PostgresOptions, SqliteJournal};

/// Opens a journal: `sqlite:<path>`, or `postgres://…` as libpq writes it.
///
/// # Errors
/// Where the URL is neither, or the store is out of reach or holds something else.
pub async fn open(url: &str, name: JournalName) -> Result<Arc<dyn Journal>, JournalError> {
    if let Some(path) = url.strip_prefix("sqlite:") {
        return Ok(Arc::new(SqliteJournal::open(path.strip_prefix("//").unwrap_or(path), name).await?));
    }
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        return Ok(Arc::new(PostgresJournal::open(PostgresOptions::new(url), name).await?));
    }
    let scheme = url.split_once(':').map_or("none", |(scheme, _)| scheme);
    Err(JournalError::Damaged(format!("a URL of scheme {scheme} where sqlite: or postgres: was expected")))
}
