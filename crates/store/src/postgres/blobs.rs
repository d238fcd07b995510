//! Blobs in PostgreSQL: the process that takes a journal over, on another machine, has them too.

use std::{
    io::{Read, Seek},
    sync::Arc,
    time::Duration,
};

use async_trait::async_trait;
use earnest_base::Sha256Digest;
use earnest_ports::{BlobError, BlobWriter, Blobs, JournalError, MAX_BLOB_BYTES};
use sqlx::{Connection, PgConnection, Row};
use tempfile::SpooledTempFile;
use tokio::time::timeout;

use super::{PostgresOptions, database::Database};
use crate::{
    incoming::{Incoming, blocking, unavailable},
    slots::{Slots, Taken},
};

/// How many bytes a part has.
const PART: u64 = 256 << 10;

/// How many parts are read at a time.
const PAGE: i64 = 16;

/// How many bytes of a blob on its way are kept in memory; more of them go to a file.
const IN_MEMORY: usize = 1 << 20;

/// How many blobs are put or read at once; others wait.
const AT_ONCE: usize = 4;

/// How long a blob may take on its way to the database or from there.
const WITHIN: Duration = Duration::from_secs(60);

/// Whoever puts a blob that another is putting waits for that one. Who falls silent in the middle of it is not waited for.
const SETTINGS: [(&str, &str); 2] = [("lock_timeout", "30000"), ("idle_in_transaction_session_timeout", "10000")];

/// One that is there may be damaged, and is locked until it is mended.
const WHOLE: &str = "SELECT sha256(coalesce((
        SELECT string_agg(bytes, '' ORDER BY part) FROM blob_parts WHERE digest = $1
    ), '')) = digest FROM blobs WHERE digest = $1 FOR UPDATE";

/// Blobs in a schema of a PostgreSQL database, each in parts, put in one transaction. Clones share their connections; any
/// number of processes may share the schema, with a journal in it or without.
///
/// A blob on its way is here, in memory and then in a temporary file: a caller that sends slowly holds no transaction. A
/// database that takes more than a minute for a blob counts as out of reach.
#[derive(Debug, Clone)]
pub struct PostgresBlobs {
    store: Arc<Store>,
    limit: u64,
}

#[derive(Debug)]
struct Store {
    database: Database,
    connections: Slots<PgConnection>,
}

impl PostgresBlobs {
    /// Opens the database and the schema that the options name, and makes the tables where they are not there.
    ///
    /// # Errors
    /// Where the database is out of reach, or does not sync what it commits.
    pub async fn open(options: &PostgresOptions) -> Result<Self, BlobError> {
        Self::with_limit(options, MAX_BLOB_BYTES).await
    }

    /// As [`PostgresBlobs::open`], for blobs of at most so many bytes.
    ///
    /// # Errors
    /// As [`PostgresBlobs::open`].
    pub async fn with_limit(options: &PostgresOptions, limit: u64) -> Result<Self, BlobError> {
        let database = Database::new(options, "earnest blobs", &SETTINGS).map_err(unavailable)?;
        let store = Store { database, connections: Slots::new(AT_ONCE) };
        let mut taken = store.take().await.map_err(unavailable)?;
        store.database.prepare(&mut taken.connection).await.map_err(unavailable)?;
        taken.keep();
        Ok(Self { store: Arc::new(store), limit })
    }
}

impl Store {
    /// A connection that answers. The database may have restarted since it was used last.
    async fn take(&self) -> Result<Taken<'_, PgConnection>, JournalError> {
        let mut taken = self.connections.take(self.database.connect()).await?;
        if taken.connection.ping().await.is_err() {
            taken.connection = self.database.connect().await?;
        }
        Ok(taken)
    }

    async fn put(&self, digest: &Sha256Digest, file: SpooledTempFile) -> Result<(), BlobError> {
        let mut taken = self.take().await.map_err(unavailable)?;
        put(&mut taken.connection, digest, file).await?;
        taken.keep();
        Ok(())
    }

    async fn read(&self, digest: &Sha256Digest, limit: u64) -> Result<Option<Vec<u8>>, BlobError> {
        let mut taken = self.take().await.map_err(unavailable)?;
        let read = read(&mut taken.connection, digest, limit).await.map_err(unavailable)?;
        taken.keep();
        Ok(read)
    }
}

async fn in_time<T: Send>(work: impl Future<Output = Result<T, BlobError>> + Send) -> Result<T, BlobError> {
    timeout(WITHIN, work).await.unwrap_or_else(|_| Err(unavailable("no answer in time")))
}

/// A blob on its way to the database.
struct Writing {
    store: Arc<Store>,
    incoming: Incoming<SpooledTempFile>,
}

#[async_trait]
impl Blobs for PostgresBlobs {
    async fn begin(&self) -> Result<Box<dyn BlobWriter>, BlobError> {
        let incoming = Incoming::new(SpooledTempFile::new(IN_MEMORY), self.limit);
        Ok(Box::new(Writing { store: self.store.clone(), incoming }))
    }

    async fn read(&self, digest: &Sha256Digest) -> Result<Option<Vec<u8>>, BlobError> {
        let Some(bytes) = in_time(self.store.read(digest, self.limit)).await? else { return Ok(None) };
        let (found, bytes) = blocking(move || Ok((Sha256Digest::of(&bytes), bytes))).await?;
        if found == *digest { Ok(Some(bytes)) } else { Err(BlobError::Damaged { expected: digest.clone(), found }) }
    }
}

#[async_trait]
impl BlobWriter for Writing {
    async fn write(&mut self, bytes: &[u8]) -> Result<(), BlobError> {
        self.incoming.write(bytes).await
    }

    async fn finish(self: Box<Self>, expected: Option<&Sha256Digest>) -> Result<Sha256Digest, BlobError> {
        let (file, digest) = self.incoming.end(expected)?;
        in_time(self.store.put(&digest, file)).await?;
        Ok(digest)
    }
}

/// Puts a blob, where it is not there and whole.
async fn put(connection: &mut PgConnection, digest: &Sha256Digest, file: SpooledTempFile) -> Result<(), BlobError> {
    let key = digest.to_bytes();
    let mut transaction = connection.begin().await.map_err(unavailable)?;
    let put = sqlx::query("INSERT INTO blobs (digest) VALUES ($1) ON CONFLICT DO NOTHING").bind(&key[..]);
    let new = put.execute(&mut *transaction).await.map_err(unavailable)?.rows_affected() == 1;
    if new || !whole(&mut transaction, &key).await.map_err(unavailable)? {
        put_parts(&mut transaction, &key, file).await?;
    }
    transaction.commit().await.map_err(unavailable)
}

async fn whole(connection: &mut PgConnection, key: &[u8]) -> Result<bool, sqlx::Error> {
    match sqlx::query(WHOLE).bind(key).fetch_optional(connection).await? {
        Some(row) => row.try_get(0),
        None => Ok(false),
    }
}

async fn put_parts(connection: &mut PgConnection, key: &[u8], mut file: SpooledTempFile) -> Result<(), BlobError> {
    let clear = sqlx::query("DELETE FROM blob_parts WHERE digest = $1").bind(key);
    clear.execute(&mut *connection).await.map_err(unavailable)?;
    file.rewind().map_err(unavailable)?;
    for part in 0_i64.. {
        let (rest, bytes) = blocking(move || {
            let mut bytes = Vec::new();
            file.by_ref().take(PART).read_to_end(&mut bytes)?;
            Ok((file, bytes))
        })
        .await?;
        if bytes.is_empty() {
            break;
        }
        let insert = sqlx::query("INSERT INTO blob_parts (digest, part, bytes) VALUES ($1, $2, $3)");
        insert.bind(key).bind(part).bind(bytes).execute(&mut *connection).await.map_err(unavailable)?;
        file = rest;
    }
    Ok(())
}

/// The parts of a blob. Whether they make it, its digest tells.
async fn read(
    connection: &mut PgConnection,
    digest: &Sha256Digest,
    limit: u64,
) -> Result<Option<Vec<u8>>, sqlx::Error> {
    let key = digest.to_bytes();
    let found = sqlx::query("SELECT 1 FROM blobs WHERE digest = $1").bind(&key[..]);
    if found.fetch_optional(&mut *connection).await?.is_none() {
        return Ok(None);
    }
    let (mut bytes, mut last) = (Vec::new(), -1_i64);
    // A blob that grew beyond the limit is not what was put.
    while bytes.len() as u64 <= limit {
        let page = "SELECT part, bytes FROM blob_parts WHERE digest = $1 AND part > $2 ORDER BY part LIMIT $3";
        let page = sqlx::query(page).bind(&key[..]).bind(last).bind(PAGE).fetch_all(&mut *connection).await?;
        let Some(row) = page.last() else { break };
        last = row.try_get(0)?;
        for row in &page {
            bytes.extend_from_slice(row.try_get(1)?);
        }
    }
    Ok(Some(bytes))
}
