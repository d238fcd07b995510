//! The rails and the clients of a configuration.

use std::{path::PathBuf, sync::Arc};

use earnest_base::SubjectKind;
use earnest_client::{Clock as ClientClock, EscrowClient, RequestSigner};
use earnest_kit::keys::{self, read_passphrase};
use earnest_ports::Clock;
use earnest_rail::{EvmRail, OrcRail, Rail, evm::SponsorKey};
use earnest_relay::RailTerms;
use earnest_signing::SecretKey;

use crate::{Config, StartError, config::ChainSettings, keys::Keys};

/// The escrow of a configuration, called in the name of the gateway's node; none where no URL is named.
pub(crate) fn escrow(config: &Config, keys: &Keys, clock: &Arc<dyn Clock>) -> Result<Option<EscrowClient>, StartError> {
    if config.escrow.url.is_empty() {
        return Ok(None);
    }
    let told = Arc::clone(clock);
    let key = SecretKey::from_seed(&keys.node.seed());
    let signer = RequestSigner::new(SubjectKind::Node, key, ClientClock::new(move || told.now()));
    let client = EscrowClient::new(&config.escrow.url, Some(signer))?;
    Ok(Some(match config.escrow.node {
        Some(node) => client.of_node(node),
        None => client,
    }))
}

/// The rails that a configuration names: the federation's ledger, and each chain.
pub(crate) async fn rails(
    config: &Config,
    keys: &Keys,
    clock: &Arc<dyn Clock>,
) -> Result<Vec<Arc<dyn Rail>>, StartError> {
    let mut rails: Vec<Arc<dyn Rail>> = Vec::new();
    if let Some(escrow) = escrow(config, keys, clock)? {
        rails.push(Arc::new(OrcRail::new(config.federation.clone(), escrow, RailTerms::ledger())));
    }
    for chain in &config.chains {
        rails.push(Arc::new(EvmRail::start(chain.terms.clone(), sponsors(chain, config)?).await?));
    }
    Ok(rails)
}

/// The keys of a chain's wallets: in files that are encrypted, and in no others (decision 18).
fn sponsors(chain: &ChainSettings, config: &Config) -> Result<Vec<SponsorKey>, StartError> {
    let read = |file: &PathBuf| {
        let mut is_encrypted = false;
        let key = keys::read(file, || {
            is_encrypted = true;
            read_passphrase(&config.passphrase_file)
        })?;
        if !is_encrypted {
            return Err(StartError::SponsorPlain(file.clone()));
        }
        SponsorKey::from_bytes(key.seed()).map_err(|error| StartError::Sponsor { file: file.clone(), error })
    };
    chain.sponsor_keys.iter().map(read).collect()
}
