//! The rail to the chain that `tests/chain` starts.

use anyhow::{Context, anyhow};
use earnest_base::Network;
use earnest_rail::{
    EvmRail,
    evm::{EvmTerms, EvmToken, Overload, SponsorKey},
};
use earnest_relay::Fee;
use serde::Deserialize;
use zeroize::Zeroizing;

/// What a first attempt pays: twice what the first block asks for.
const FEE: Fee = Fee(2_000_000_000);
const CAP: Fee = Fee(100_000_000_000);

/// What the chain says of itself, as far as it matters here.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Chain {
    rpc_url: String,
    chain_id: u64,
    token: String,
    accounts: Vec<Account>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Account {
    private_key: String,
}

impl Chain {
    /// The rail to it. The first account pays for gas.
    pub(crate) async fn rail(&self) -> anyhow::Result<EvmRail> {
        let token = EvmToken {
            address: self.token.parse()?,
            name: "USDC".to_owned(),
            version: "2".to_owned(),
            decimals: 6,
            overload: Overload::Parts,
        };
        let network = Network::eip155(self.chain_id);
        let mut terms = EvmTerms::new(network, vec![self.rpc_url.parse()?], vec![token], FEE, CAP);
        // Each transaction has a block of its own, and no block comes without one.
        terms.relay.finality_depth = 1;
        let sponsor = self.accounts.first().context("expected an account on the chain")?;
        let bytes = hex(&sponsor.private_key).context("expected a key of 32 bytes in hex")?;
        let key = SponsorKey::from_bytes(Zeroizing::new(bytes))?;
        EvmRail::start(terms, [key]).await.map_err(|error| anyhow!("{error}"))
    }
}

fn hex(text: &str) -> Option<[u8; 32]> {
    let digits = text.strip_prefix("0x")?;
    let mut bytes = [0; 32];
    if digits.len() != 64 || !digits.is_ascii() {
        return None;
    }
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).ok()?;
    }
    Some(bytes)
}
