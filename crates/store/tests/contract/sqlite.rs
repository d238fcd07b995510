//! SQLite.

use std::sync::Arc;

use async_trait::async_trait;
use earnest_ports::{Journal, Seq, StoredBatch, journal_contract, testing::JournalSubject};
use earnest_store::SqliteJournal;
use sqlx::{Connection, SqliteConnection};
use tempfile::TempDir;

struct Sqlite(TempDir);

async fn sqlite() -> Option<Sqlite> {
    Some(Sqlite(TempDir::new().unwrap()))
}

#[async_trait]
impl JournalSubject for Sqlite {
    async fn open(&self, _: &str) -> Arc<dyn Journal> {
        let path = self.0.path().join("journal.db");
        Arc::new(SqliteJournal::open(path, "tests".parse().unwrap()).await.unwrap())
    }

    /// The lock ends with its process, and this process holds it. What remains is that somebody removes the file.
    async fn lapse(&self) {
        std::fs::remove_file(self.0.path().join("journal.db-lock")).unwrap();
    }

    async fn edit(&self, last: Seq, other: Option<StoredBatch>) {
        let url = format!("sqlite://{}", self.0.path().join("journal.db").display());
        let mut connection = SqliteConnection::connect(&url).await.unwrap();
        let last = i64::try_from(last.value()).unwrap();
        sqlx::query("DELETE FROM batches WHERE last_seq = ?1").bind(last).execute(&mut connection).await.unwrap();
        if let Some(other) = other {
            sqlx::query(
                "INSERT INTO batches (last_seq, first_seq, at_millis, head, facts) VALUES (?1, ?2, ?3, ?4, ?5)",
            )
            .bind(i64::try_from(other.last.value()).unwrap())
            .bind(i64::try_from(other.first.value()).unwrap())
            .bind(other.at.unix_millis())
            .bind(other.head.as_bytes().as_slice())
            .bind(other.bytes)
            .execute(&mut connection)
            .await
            .unwrap();
        }
        connection.close().await.unwrap();
    }
}

journal_contract!(sqlite());

#[tokio::test]
async fn a_journal_of_another_name_is_refused() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("journal.db");
    SqliteJournal::open(&path, "one".parse().unwrap()).await.unwrap();
    let error = SqliteJournal::open(&path, "two".parse().unwrap()).await.unwrap_err();
    assert_eq!(error.code(), "journal-damaged", "{error}");
}

#[tokio::test]
async fn a_snapshot_that_is_not_whole_counts_as_none() {
    let folder = TempDir::new().unwrap();
    let journal = SqliteJournal::open(folder.path().join("journal.db"), "one".parse().unwrap()).await.unwrap();
    let (place, at) = (journal.end().await.unwrap(), earnest_base::Timestamp::UNIX_EPOCH);
    let saved = earnest_ports::Snapshot { place, at, bytes: b"state".to_vec() };
    journal.save_snapshot(&saved).await.unwrap();
    let path = folder.path().join("journal.db-snapshot");
    let whole = std::fs::read(&path).unwrap();
    for index in 0..whole.len() {
        let mut changed = whole.clone();
        changed[index] ^= 1;
        for bytes in [&changed[..], &whole[..index]] {
            std::fs::write(&path, bytes).unwrap();
            assert_eq!(journal.load_snapshot().await.unwrap(), None, "byte {index}");
        }
    }
    std::fs::write(&path, &whole).unwrap();
    assert_eq!(journal.load_snapshot().await.unwrap(), Some(saved));
}
