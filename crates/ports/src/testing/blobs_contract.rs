//! What every store of blobs does, as a suite that each adapter runs: [`blobs_contract!`](crate::blobs_contract).

use async_trait::async_trait;
use earnest_base::Sha256Digest;

use super::join_all;
use crate::{BlobError, Blobs};

/// An adapter under test: an empty store that takes blobs of at most [`BlobsSubject::LIMIT`] bytes.
#[async_trait]
pub trait BlobsSubject: Send + Sync {
    /// The longest blob.
    const LIMIT: usize = 100_000;

    /// Opens the store, as another process would.
    async fn open(&self) -> Box<dyn Blobs>;

    /// Changes a byte of a blob behind the store's back.
    async fn edit(&self, digest: &Sha256Digest);

    /// How many blobs, or parts of blobs, are kept.
    async fn count(&self) -> usize;
}

/// Runs every case of the contract over an adapter, each as a test of its own. The argument is a future of a fresh
/// [`BlobsSubject`], or of `None` where what it needs is not on this machine and that has been said.
#[macro_export]
macro_rules! blobs_contract {
    ($subject:expr) => {
        $crate::blobs_contract!(@each $subject;
            what_is_put_is_read,
            the_same_bytes_are_one_blob,
            the_same_bytes_may_come_from_many_at_once,
            a_blob_that_is_too_long_is_refused,
            another_digest_is_refused,
            a_blob_that_is_not_finished_is_not_there,
            a_changed_byte_is_found,
            what_was_damaged_is_mended_by_putting_it_again,
        );
    };
    (@each $subject:expr; $($case:ident,)*) => {$(
        #[tokio::test(flavor = "multi_thread")]
        async fn $case() {
            if let Some(subject) = $subject.await {
                $crate::testing::blobs_cases::$case(&subject).await;
            }
        }
    )*};
}

/// The cases.
pub mod blobs_cases {
    use super::*;

    /// What is put is read, also after the store is opened again.
    pub async fn what_is_put_is_read<S: BlobsSubject>(subject: &S) {
        let store = subject.open().await;
        for length in [0, 1, 70_000, S::LIMIT] {
            let bytes = vec![7; length];
            let digest = store.put(&bytes).await.unwrap();
            assert_eq!(digest, Sha256Digest::of(&bytes));
            assert!(store.read(&digest).await.unwrap().as_ref() == Some(&bytes));
            assert!(subject.open().await.read(&digest).await.unwrap() == Some(bytes));
        }
        assert_eq!(store.read(&Sha256Digest::of(b"another")).await.unwrap(), None);
    }

    /// In one piece or in many, once or twice.
    pub async fn the_same_bytes_are_one_blob<S: BlobsSubject>(subject: &S) {
        let store = subject.open().await;
        let first = store.put(b"abc").await.unwrap();
        let mut pieces = store.begin().await.unwrap();
        for piece in [&b"a"[..], b"", b"bc"] {
            pieces.write(piece).await.unwrap();
        }
        assert_eq!(pieces.finish(Some(&first)).await.unwrap(), first);
        assert_eq!(subject.count().await, 1);
    }

    /// Many put the same bytes at the same moment: each is told that they are there, and they are there once.
    pub async fn the_same_bytes_may_come_from_many_at_once<S: BlobsSubject>(subject: &S) {
        let bytes = vec![7; S::LIMIT];
        let mut stores = Vec::new();
        for _ in 0..8 {
            stores.push(subject.open().await);
        }
        let puts = join_all(stores.iter().map(|store| store.put(&bytes)).collect()).await;
        assert!(puts.iter().all(|put| matches!(put, Ok(digest) if *digest == Sha256Digest::of(&bytes))), "{puts:?}");
        assert_eq!(subject.count().await, 1);
        assert!(stores[0].read(&Sha256Digest::of(&bytes)).await.unwrap() == Some(bytes));
    }

    /// One byte too many, in one piece or at the end of many.
    pub async fn a_blob_that_is_too_long_is_refused<S: BlobsSubject>(subject: &S) {
        let store = subject.open().await;
        let error = store.put(&vec![0; S::LIMIT + 1]).await.unwrap_err();
        assert_eq!(error.code(), "blob-too-long");
        let mut pieces = store.begin().await.unwrap();
        pieces.write(&vec![0; S::LIMIT]).await.unwrap();
        assert_eq!(pieces.write(&[0]).await.unwrap_err().code(), "blob-too-long");
        drop(pieces);
        assert_eq!(subject.count().await, 0);
    }

    /// What was announced is what has to come.
    pub async fn another_digest_is_refused<S: BlobsSubject>(subject: &S) {
        let store = subject.open().await;
        let mut blob = store.begin().await.unwrap();
        blob.write(b"abc").await.unwrap();
        let error = blob.finish(Some(&Sha256Digest::of(b"abd"))).await.unwrap_err();
        assert!(matches!(error, BlobError::OtherDigest { .. }), "{error}");
        assert_eq!(store.read(&Sha256Digest::of(b"abc")).await.unwrap(), None);
        assert_eq!(subject.count().await, 0);
    }

    /// A blob is there when it is finished, and not before.
    pub async fn a_blob_that_is_not_finished_is_not_there<S: BlobsSubject>(subject: &S) {
        let store = subject.open().await;
        let mut blob = store.begin().await.unwrap();
        blob.write(b"abc").await.unwrap();
        assert_eq!(store.read(&Sha256Digest::of(b"abc")).await.unwrap(), None);
        drop(blob);
        assert_eq!(subject.count().await, 0);
    }

    /// What is not what was put is not returned.
    pub async fn a_changed_byte_is_found<S: BlobsSubject>(subject: &S) {
        let store = subject.open().await;
        let digest = store.put(b"abc").await.unwrap();
        subject.edit(&digest).await;
        let error = store.read(&digest).await.unwrap_err();
        assert_eq!(error.code(), "blob-damaged", "{error}");
    }

    /// Nobody who still has the bytes is held up by a store that lost them.
    pub async fn what_was_damaged_is_mended_by_putting_it_again<S: BlobsSubject>(subject: &S) {
        let store = subject.open().await;
        let digest = store.put(b"abc").await.unwrap();
        subject.edit(&digest).await;
        assert_eq!(store.put(b"abc").await.unwrap(), digest);
        assert_eq!(store.read(&digest).await.unwrap().as_deref(), Some(&b"abc"[..]));
        assert_eq!(subject.count().await, 1);
    }
}
