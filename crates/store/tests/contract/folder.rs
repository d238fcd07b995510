//! Blobs in a folder.

use async_trait::async_trait;
use earnest_base::Sha256Digest;
use earnest_ports::{Blobs, blobs_contract, testing::BlobsSubject};
use earnest_store::FolderBlobs;
use tempfile::TempDir;

struct Folder(TempDir);

impl Folder {
    fn files(&self) -> Vec<std::path::PathBuf> {
        let folders = std::fs::read_dir(self.0.path()).unwrap().map(|entry| entry.unwrap().path());
        let (folders, mut files): (Vec<_>, Vec<_>) = folders.partition(|path| path.is_dir());
        for folder in folders {
            files.extend(std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()));
        }
        files
    }
}

#[async_trait]
impl BlobsSubject for Folder {
    async fn open(&self) -> Box<dyn Blobs> {
        Box::new(FolderBlobs::with_limit(self.0.path(), Self::LIMIT as u64).unwrap())
    }

    async fn edit(&self, digest: &Sha256Digest) {
        let name: String = digest.to_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        let path = self.files().into_iter().find(|path| path.ends_with(&name)).unwrap();
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[0] ^= 1;
        std::fs::write(path, bytes).unwrap();
    }

    async fn count(&self) -> usize {
        self.files().len()
    }
}

blobs_contract!(std::future::ready(Some(Folder(TempDir::new().unwrap()))));

#[tokio::test]
async fn blobs_beside_a_journal_that_is_no_postgres_are_in_the_folder() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("deep/blobs");
    let digest = earnest_store::open_blobs("sqlite:ledger.db", &path).await.unwrap().put(b"abc").await.unwrap();
    assert_eq!(FolderBlobs::open(path).unwrap().read(&digest).await.unwrap().as_deref(), Some(&b"abc"[..]));
}
