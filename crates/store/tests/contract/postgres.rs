//! PostgreSQL.

use std::sync::Arc;

use async_trait::async_trait;
use earnest_ports::{Journal, Seq, StoredBatch, journal_contract, testing::JournalSubject};
use earnest_store::{PostgresJournal, PostgresOptions};
use sqlx::PgConnection;

use super::schema::{Schema, postgres};

#[async_trait]
impl JournalSubject for Schema {
    async fn open(&self, holder: &str) -> Arc<dyn Journal> {
        let options = PostgresOptions { holder: holder.to_owned(), ..self.options() };
        Arc::new(PostgresJournal::open(options, "tests".parse().unwrap()).await.unwrap())
    }

    async fn lapse(&self) {
        lapse(&mut self.connect().await).await;
    }

    async fn edit(&self, last: Seq, other: Option<StoredBatch>) {
        let mut connection = self.connect().await;
        let last = i64::try_from(last.value()).unwrap();
        sqlx::query("DELETE FROM batches WHERE last_seq = $1").bind(last).execute(&mut connection).await.unwrap();
        if let Some(other) = other {
            sqlx::query(
                "INSERT INTO batches (last_seq, first_seq, at_millis, head, facts) VALUES ($1, $2, $3, $4, $5)",
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
    }
}

async fn lapse(connection: &mut PgConnection) {
    let lapse = "UPDATE journal SET expires_at = clock_timestamp() - interval '1 millisecond'";
    sqlx::query(lapse).execute(connection).await.unwrap();
}

journal_contract!(postgres());

#[tokio::test]
async fn a_journal_of_another_name_is_refused() {
    let Some(schema) = postgres().await else { return };
    PostgresJournal::open(schema.options(), "one".parse().unwrap()).await.unwrap();
    let error = PostgresJournal::open(schema.options(), "two".parse().unwrap()).await.unwrap_err();
    assert_eq!(error.code(), "journal-damaged", "{error}");
}

#[tokio::test]
async fn a_holder_that_froze_inside_an_append_is_taken_over_from() {
    let Some(schema) = postgres().await else { return };
    let old = schema.open("old").await;
    old.acquire().await.unwrap();
    let new = schema.open("new").await;
    assert_eq!(new.acquire().await.unwrap_err().code(), "journal-held");
    schema.lapse().await;
    // What an append looks like whose client froze before its last word: its transaction holds the row.
    let mut frozen = schema.connect().await;
    sqlx::raw_sql("BEGIN; SELECT 1 FROM journal FOR SHARE").execute(&mut frozen).await.unwrap();
    assert!(new.acquire().await.unwrap().fence.value() > 1);
    assert!(sqlx::query("SELECT 1").execute(&mut frozen).await.is_err(), "expected the frozen connection to be ended");
}

#[tokio::test]
async fn a_lease_that_is_not_renewed_ends_by_itself() {
    let Some(schema) = postgres().await else { return };
    let options = PostgresOptions { lease: std::time::Duration::from_millis(200), ..schema.options() };
    let old = PostgresJournal::open(PostgresOptions { holder: "old".to_owned(), ..options }, "tests".parse().unwrap());
    let old = old.await.unwrap();
    let new = schema.open("new").await;
    let before = old.acquire().await.unwrap().fence;
    assert_eq!(new.acquire().await.unwrap_err().code(), "journal-held");
    let after = loop {
        match new.acquire().await {
            Ok(lease) => break lease.fence,
            Err(error) => assert_eq!(error.code(), "journal-held"),
        }
    };
    assert!(after > before);
    assert_eq!(old.renew(before).await.unwrap_err().code(), "journal-fenced");
}
