//! Blobs in PostgreSQL.

use async_trait::async_trait;
use earnest_base::Sha256Digest;
use earnest_ports::{Blobs, Journal, MAX_BLOB_BYTES, blobs_contract, testing::BlobsSubject};
use earnest_store::{PostgresBlobs, PostgresJournal};
use sqlx::Row;

use super::schema::{Schema, postgres};

#[async_trait]
impl BlobsSubject for Schema {
    async fn open(&self) -> Box<dyn Blobs> {
        Box::new(PostgresBlobs::with_limit(&self.options(), <Self as BlobsSubject>::LIMIT as u64).await.unwrap())
    }

    async fn edit(&self, digest: &Sha256Digest) {
        let edit = "UPDATE blob_parts SET bytes = set_byte(bytes, 0, get_byte(bytes, 0) # 1) WHERE digest = $1";
        let edit = sqlx::query(edit).bind(digest.to_bytes().to_vec());
        assert_eq!(edit.execute(&mut self.connect().await).await.unwrap().rows_affected(), 1);
    }

    async fn count(&self) -> usize {
        let count = sqlx::query("SELECT count(*) FROM blobs").fetch_one(&mut self.connect().await).await.unwrap();
        usize::try_from(count.get::<i64, _>(0)).unwrap()
    }
}

blobs_contract!(postgres());

/// Bytes of which no two parts are alike.
fn long(length: usize) -> Vec<u8> {
    let numbered = |number: usize| [number.to_le_bytes(); 512].concat();
    let mut bytes: Vec<u8> = Vec::with_capacity(length);
    (0..length.div_ceil(4_096)).for_each(|number| bytes.extend_from_slice(&numbered(number)));
    bytes.truncate(length);
    bytes
}

#[tokio::test(flavor = "multi_thread")]
async fn the_longest_blob_comes_back_in_order() {
    let Some(schema) = postgres().await else { return };
    let blobs = PostgresBlobs::open(&schema.options()).await.unwrap();
    let longest = usize::try_from(MAX_BLOB_BYTES).unwrap();
    let bytes = long(longest + 1);
    for length in [(256 << 10) - 1, 256 << 10, (256 << 10) + 1, longest] {
        let digest = blobs.put(&bytes[..length]).await.unwrap();
        assert!(blobs.read(&digest).await.unwrap().as_deref() == Some(&bytes[..length]), "{length} bytes");
    }
    assert_eq!(blobs.put(&bytes).await.unwrap_err().code(), "blob-too-long");
}

#[tokio::test]
async fn a_blob_that_lost_or_gained_parts_is_found_and_mended() {
    let Some(schema) = postgres().await else { return };
    let blobs = PostgresBlobs::open(&schema.options()).await.unwrap();
    let bytes = long(1_000_000);
    let digest = blobs.put(&bytes).await.unwrap();
    for edit in [
        "DELETE FROM blob_parts WHERE part = 1",
        "DELETE FROM blob_parts",
        "UPDATE blob_parts SET part = -part",
        "INSERT INTO blob_parts SELECT digest, 1000, bytes FROM blob_parts WHERE part = 0",
    ] {
        sqlx::query(edit).execute(&mut schema.connect().await).await.unwrap();
        assert_eq!(blobs.read(&digest).await.unwrap_err().code(), "blob-damaged", "{edit}");
        assert_eq!(blobs.put(&bytes).await.unwrap(), digest);
        assert!(blobs.read(&digest).await.unwrap().as_ref() == Some(&bytes), "{edit}");
    }
}

#[tokio::test]
async fn a_blob_whose_putting_breaks_off_leaves_nothing() {
    let Some(schema) = postgres().await else { return };
    let blobs = PostgresBlobs::open(&schema.options()).await.unwrap();
    // What a put looks like that waits for another to commit: its connection is ended meanwhile.
    let mut other = schema.connect().await;
    let digest = Sha256Digest::of(b"abc");
    sqlx::raw_sql("BEGIN").execute(&mut other).await.unwrap();
    let insert = sqlx::query("INSERT INTO blobs (digest) VALUES ($1)").bind(digest.to_bytes().to_vec());
    insert.execute(&mut other).await.unwrap();
    let (put, ended) = tokio::join!(blobs.put(b"abc"), end_the_waiting(&schema));
    assert_eq!((put.unwrap_err().code(), ended), ("blobs-out-of-reach", 1));
    sqlx::raw_sql("ROLLBACK").execute(&mut other).await.unwrap();
    assert_eq!(BlobsSubject::count(&schema).await, 0);
    assert_eq!(blobs.read(&digest).await.unwrap(), None);
    // Nothing of it is in the way, and no connection is used that is dead.
    assert_eq!(blobs.put(b"abc").await.unwrap(), digest);
}

/// Ends the connection that waits for a lock in this schema, once there is one.
async fn end_the_waiting(schema: &Schema) -> u64 {
    let mut connection = schema.connect().await;
    loop {
        let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE wait_event_type = 'Lock' AND application_name = 'earnest blobs' AND pid IN (
                SELECT pid FROM pg_locks WHERE relation = 'blobs'::regclass)";
        let ended = sqlx::query(end).fetch_all(&mut connection).await.unwrap().len();
        if ended > 0 {
            return ended as u64;
        }
    }
}

#[tokio::test]
async fn blobs_and_a_journal_share_a_schema() {
    let Some(schema) = postgres().await else { return };
    let blobs = PostgresBlobs::open(&schema.options()).await.unwrap();
    let journal = PostgresJournal::open(schema.options(), "tests".parse().unwrap()).await.unwrap();
    journal.acquire().await.unwrap();
    let digest = blobs.put(b"abc").await.unwrap();
    let elsewhere = PostgresBlobs::open(&schema.options()).await.unwrap();
    assert_eq!(elsewhere.read(&digest).await.unwrap().as_deref(), Some(&b"abc"[..]));
}

#[tokio::test]
async fn blobs_beside_a_journal_in_postgres_are_in_no_folder() {
    let folder = tempfile::TempDir::new().unwrap();
    let opened = earnest_store::open_blobs("postgres://127.0.0.1:1/nobody", folder.path().join("blobs")).await;
    assert_eq!(opened.err().map(|error| error.code()), Some("blobs-out-of-reach"));
    assert!(!folder.path().join("blobs").exists());
}
