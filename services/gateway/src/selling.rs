//! What is sold here: a paywall in front of somebody's endpoints, which settles through the relay in the same process.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use axum::Router;
use earnest_kit::{Class, Rate};
use earnest_payment::PublicUrl;
use earnest_paywall::{Limits, Paywall, Till, Token};
use earnest_ports::Clock;
use earnest_signing::SecretKey;
use earnest_x402::evm::TokenDomain;

use crate::{Config, RelaySettler, StartError, config::ChainSettings, keys::Keys};

/// Longer than a paid request takes: its check, the work and the settlement, each within the paywall's own limits.
const ANSWER_WITHIN: Duration = Duration::from_secs(50);

/// The routes of a configuration that are sold; none where there are none. Every offer and every receipt is signed with the
/// gateway's key.
pub(crate) async fn routes(
    config: &Config,
    keys: &Keys,
    clock: &Arc<dyn Clock>,
    settler: RelaySettler,
    url: &PublicUrl,
) -> Result<Option<Router>, StartError> {
    if config.sell.routes.is_empty() {
        return Ok(None);
    }
    let mut paywall = Paywall::at(url.as_str())?.signed_by(SecretKey::from_seed(&keys.node.seed()));
    if !config.escrow.url.is_empty() {
        paywall = paywall.ledger(config.federation.clone());
    }
    for token in config.chains.iter().flat_map(tokens) {
        paywall = paywall.token(token?);
    }
    let till = Till::open_with(&config.till_url(), Arc::clone(clock)).await?;
    let paywall = paywall.open(Arc::new(settler), till)?;
    Ok(Some(config.sell.clone().into_router(&paywall)?))
}

/// The tokens of a chain. A price names one by the name that it signs with, without spaces.
fn tokens(chain: &ChainSettings) -> impl Iterator<Item = Result<Token, StartError>> {
    let network = &chain.terms.network;
    chain.terms.tokens.iter().map(move |token| {
        let chain_id = network.reference().parse().map_err(|_| {
            earnest_base::InvalidError::new("a chain of the Ethereum kind, as eip155:8453", network.as_str())
        })?;
        let (name, version) = (token.name.clone(), token.version.clone());
        let domain = TokenDomain { name, version, chain_id, contract: token.address };
        Ok(Token { domain, symbol: token.name.replace(' ', ""), decimals: token.decimals })
    })
}

/// The class of what is sold: the paywall bounds bodies, payments and times itself.
pub(crate) fn class() -> Class {
    let often = Rate::per_minute(NonZeroU32::MIN.saturating_add(599_999));
    let body_max_bytes = u64::try_from(Limits::default().request_bytes).unwrap_or(u64::MAX);
    Class {
        rate: often,
        address_rate: often,
        at_once: 4_096,
        answer_within: ANSWER_WITHIN,
        body_max_bytes,
        takes_chunked: true,
        ..Class::open()
    }
}
