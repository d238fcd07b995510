//! Places for connections. Whoever takes one puts it back after success; after an error, and where the work was dropped
//! half way, it is closed, and the next one connects anew: no connection is used whose state is unknown.

use std::sync::{Mutex, MutexGuard, PoisonError};

use earnest_ports::JournalError;
use tokio::sync::{Semaphore, SemaphorePermit};

/// Places for so many connections. Who finds none free waits.
#[derive(Debug)]
pub(crate) struct Slots<C> {
    places: Semaphore,
    idle: Mutex<Vec<C>>,
}

/// A connection that was taken out.
pub(crate) struct Taken<'a, C> {
    pub(crate) connection: C,
    slots: &'a Slots<C>,
    // The last to go: who waits for the place finds the connection put back, or closed.
    _place: SemaphorePermit<'a>,
}

impl<C> Slots<C> {
    pub(crate) fn new(places: usize) -> Self {
        Self { places: Semaphore::new(places), idle: Mutex::default() }
    }

    /// Takes a connection that was put back, or makes one.
    pub(crate) async fn take(
        &self,
        connect: impl Future<Output = Result<C, JournalError>> + Send,
    ) -> Result<Taken<'_, C>, JournalError> {
        let place = self.places.acquire().await.map_err(JournalError::unavailable)?;
        let idle = self.idle().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => connect.await?,
        };
        Ok(Taken { connection, slots: self, _place: place })
    }

    fn idle(&self) -> MutexGuard<'_, Vec<C>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<C> Taken<'_, C> {
    /// Puts the connection back.
    pub(crate) fn keep(self) {
        self.slots.idle().push(self.connection);
    }
}
