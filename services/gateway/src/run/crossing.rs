//! Outside money beside the relay: it has a journal and a lease of its own.

use std::sync::Arc;

use earnest_kit::{App, Stop, Verifier};
use earnest_ports::{Clock, Stopped};
use earnest_signing::SecretKey;
use tokio::task::JoinHandle;

use super::StartError;
use crate::{
    Config,
    funding::{Funding, FundingError, FundingParts, journal_name, operator_routes, public_routes},
    keys::Keys,
    wiring,
};

/// Starts funding, where the configuration opens it and names an escrow.
pub(super) async fn start(
    config: &Config,
    keys: &Keys,
    clock: &Arc<dyn Clock>,
    stop: &Stop,
) -> Result<Option<Funding>, StartError> {
    if !config.funding_open {
        return Ok(None);
    }
    let Some(escrow) = wiring::escrow(config, keys, clock)? else { return Ok(None) };
    let journal = earnest_store::open(&config.funding_url(), journal_name(&keys.node_id())?).await?;
    let parts = FundingParts {
        settings: config.funding.clone(),
        federation: config.federation.clone(),
        data: config.data.clone(),
        key: SecretKey::from_seed(&keys.node.seed()),
        operators: keys.operators.clone(),
        escrow,
        clock: Arc::clone(clock),
        journal,
        stop: stop.clone(),
    };
    Ok(Some(Funding::start(parts)?))
}

/// Adds funding's routes to both listeners.
pub(super) fn mount(app: App, operators: App, funding: Option<&Funding>, verifier: &Verifier) -> (App, App) {
    match funding {
        Some(funding) => (public_routes(app, funding, verifier), operator_routes(operators, funding, verifier)),
        None => (app, operators),
    }
}

/// Funding while it runs.
pub(super) struct Crossing(Option<JoinHandle<Result<(), FundingError>>>);

impl Crossing {
    /// Runs until the service stops.
    pub(super) fn of(funding: Option<Funding>, stop: &Stop) -> Self {
        let stop = stop.clone();
        Self(Some(tokio::spawn(async move {
            match funding {
                Some(funding) => funding.ended().await,
                None => {
                    stop.requested().await;
                    Ok(())
                }
            }
        })))
    }

    /// Waits for its end; at once where it has ended before.
    pub(super) async fn ended(&mut self) -> Result<(), StartError> {
        let Some(task) = &mut self.0 else { return Ok(()) };
        let ended = task.await;
        self.0 = None;
        match ended {
            Ok(ended) => Ok(ended?),
            Err(error) => Err(StartError::Stopped(Stopped::Fault(error.to_string()))),
        }
    }
}
