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
        if held.is_some() {
            return Ok(true);
        }
        let file = open(&self.path)?;
        match file.try_lock() {
            Ok(()) => {
                *held = Some(file);
                Ok(true)
            }
            Err(TryLockError::WouldBlock) => Ok(false),
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

/// A path beside a database: its own, with this behind it.
pub(super) fn beside(database: &Path, ending: &str) -> PathBuf {
    let mut path = database.as_os_str().to_owned();
    path.push(ending);
    path.into()
}
