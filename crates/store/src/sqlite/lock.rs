//! Locks of the operating system: they end with the process, whatever ends it.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use earnest_ports::JournalError;

/// The lock of the one process that writes.
#[derive(Debug)]
pub(super) struct WriterLock {
    path: PathBuf,
    held: Mutex<Option<File>>,
}

impl WriterLock {
    /// The lock of the database at this path.
    pub(super) fn beside(database: &Path) -> Self {
        Self { path: beside(database, "-lock"), held: Mutex::new(None) }
    }

    /// Takes the lock, or has it already. `false` where another has it.
    pub(super) fn take(&self) -> Result<bool, JournalError> {
        let mut held = self.held();
        if held.as_ref().is_some_and(|file| stands_at(file, &self.path)) {
            return Ok(true);
        }
        // Where somebody removed the file, the lock on it keeps nobody out any more.
        *held = None;
        let file = open(&self.path)?;
        match file.try_lock() {
            Ok(()) if stands_at(&file, &self.path) => {
                *held = Some(file);
                Ok(true)
            }
            Ok(()) | Err(TryLockError::WouldBlock) => Ok(false),
            Err(TryLockError::Error(error)) => Err(JournalError::unavailable(error)),
        }
    }

    /// Lets the lock go.
    pub(super) fn release(&self) {
        *self.held() = None;
    }

    fn held(&self) -> MutexGuard<'_, Option<File>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Waits until no other process prepares this database, and keeps others from it until the file is dropped.
pub(super) async fn alone(database: &Path) -> Result<File, JournalError> {
    let path = beside(database, "-prepare");
    let locked = tokio::task::spawn_blocking(move || {
        let file = open(&path)?;
        file.lock().map_err(JournalError::unavailable)?;
        Ok(file)
    });
    locked.await.map_err(JournalError::unavailable)?
}

fn open(path: &Path) -> Result<File, JournalError> {
    let opened: io::Result<File> = OpenOptions::new().create(true).truncate(false).write(true).open(path);
    opened.map_err(JournalError::unavailable)
}

/// Whether an open file is still the one that stands at this path.
#[cfg(unix)]
fn stands_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let place = |metadata: &std::fs::Metadata| (metadata.dev(), metadata.ino());
    matches!((file.metadata(), path.metadata()), (Ok(ours), Ok(there)) if place(&ours) == place(&there))
}

/// Elsewhere an open file cannot be removed.
#[cfg(not(unix))]
fn stands_at(_: &File, _: &Path) -> bool {
    true
}

/// A path beside a database: its own, with this behind it.
pub(super) fn beside(database: &Path, ending: &str) -> PathBuf {
    let mut path = database.as_os_str().to_owned();
    path.push(ending);
    path.into()
}
