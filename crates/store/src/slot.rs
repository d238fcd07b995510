//! A place for one connection. Whoever takes it puts it back after success; after an error, and where the work was dropped
//! half way, it is closed, and the next one connects anew: no connection is used whose state is unknown.

use earnest_ports::JournalError;
use tokio::sync::{Mutex, MutexGuard};

/// A place for a connection.
#[derive(Debug)]
pub(crate) struct Slot<C>(Mutex<Option<C>>);

/// A connection that was taken out.
pub(crate) struct Taken<'a, C> {
    place: MutexGuard<'a, Option<C>>,
    pub(crate) connection: C,
}

impl<C> Slot<C> {
    pub(crate) fn empty() -> Self {
        Self(Mutex::new(None))
    }

    /// Takes the connection, or makes one.
    pub(crate) async fn take(
        &self,
        connect: impl Future<Output = Result<C, JournalError>> + Send,
    ) -> Result<Taken<'_, C>, JournalError> {
        let mut place = self.0.lock().await;
        let connection = match place.take() {
            Some(connection) => connection,
            None => connect.await?,
        };
        Ok(Taken { place, connection })
    }
}

impl<C> Taken<'_, C> {
    /// Puts the connection back.
    pub(crate) fn keep(mut self) {
        *self.place = Some(self.connection);
    }
}
