//! Standing by for the lease of a journal, with the state at hand.

use std::{sync::Arc, time::Duration};

use super::{Running, StartError, Writer, WriterOptions, limited::Limited, run::Run};
use crate::{Clock, Genesis, Journal, JournalError, Machine, ReplayError, replay};

/// How often the journal is followed, and its lease asked for.
const EVERY: Duration = Duration::from_millis(500);

/// Waits until the journal's lease is free, and starts a writer. Meanwhile it follows the journal, so that little is left
/// to read when its turn comes. A store that is out of reach is waited for too.
///
/// # Errors
/// Where the journal makes no state of this machine, or is another one.
pub async fn stand_by<M: Machine>(
    journal: Arc<dyn Journal>,
    clock: Arc<dyn Clock>,
    genesis: Genesis<M>,
    options: WriterOptions,
) -> Result<(Writer<M>, Running), StartError> {
    let journal = Limited::wrap(journal, options.write_within);
    let mut state = loop {
        match replay(&*journal, &genesis).await {
            Err(ReplayError::Journal(JournalError::Unavailable(error))) => pause(&*error).await,
            other => break other?,
        }
    };
    loop {
        let lease = match state.follow(&*journal).await {
            Ok(()) => journal.acquire().await,
            Err(ReplayError::Journal(error)) => Err(error),
            Err(error) => return Err(error.into()),
        };
        match lease {
            Ok(lease) => break Ok(Writer::run(Run::under(lease, journal, clock, genesis, options, state).await?)),
            Err(error @ (JournalError::Held { .. } | JournalError::Unavailable(_))) => pause(&error).await,
            Err(error) => return Err(error.into()),
        }
    }
}

async fn pause(error: &(dyn std::error::Error + Send + Sync)) {
    tracing::debug!(%error, "standing by");
    tokio::time::sleep(EVERY).await;
}
