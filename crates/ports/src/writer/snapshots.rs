//! When a writer has a snapshot made. The work is done beside it, from the journal: it costs the writer nothing but the
//! processor and the disk that they share.

use std::sync::Arc;

use tokio::task::JoinHandle;

use crate::{Genesis, Journal, Machine, Position, snapshot};

/// The task that makes a snapshot, and where the last one was begun.
pub(super) struct Snapshots {
    begun: u64,
    task: Option<JoinHandle<()>>,
}

impl Snapshots {
    pub(super) const fn from(place: Position) -> Self {
        Self { begun: place.seq.value(), task: None }
    }

    pub(super) fn make_where_due<M: Machine>(
        &mut self,
        place: Position,
        every: u64,
        journal: &Arc<dyn Journal>,
        genesis: &Genesis<M>,
    ) {
        let due = every > 0 && place.seq.value().saturating_sub(self.begun) >= every;
        if !due || self.task.as_ref().is_some_and(|task| !task.is_finished()) {
            return;
        }
        self.begun = place.seq.value();
        let (journal, genesis) = (journal.clone(), genesis.clone());
        self.task = Some(tokio::spawn(async move {
            match snapshot(&*journal, &genesis).await {
                Ok(place) => tracing::debug!(%place, "snapshot"),
                Err(error) => tracing::warn!(%error, "no snapshot; the next one is made in its time"),
            }
        }));
    }
}

impl Drop for Snapshots {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}
