//! The rail to the chain that `tests/chain` starts.

use anyhow::{Context, anyhow};
use earnest_base::Network;
use earnest_rail::{
    EvmRail,
    evm::{EvmTerms, EvmToken, Overload, SponsorKey},
};
use earnest_relay::Fee;
use earnest_x402::evm::TokenDomain;
use serde::Deserialize;
use zeroize::Zeroizing;

/// What a first attempt pays: twice what the first block asks for.
const FEE: Fee = Fee(2_000_000_000);
/// Which account pays for gas.
const SPONSOR: usize = 0;
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
    address: String,
    private_key: String,
}

impl Chain {
    /// The rail to it. Its first account pays for gas.
    pub(crate) async fn rail(&self) -> anyhow::Result<EvmRail> {
        let TokenDomain { name, version, contract, .. } = self.token()?;
        let token = EvmToken { address: contract, name, version, decimals: 6, overload: Overload::Parts };
        let network = Network::eip155(self.chain_id);
        let mut terms = EvmTerms::new(network, vec![self.rpc_url.parse()?], vec![token], FEE, CAP);
        // Each transaction has a block of its own, and no block comes without one.
        terms.relay.finality_depth = 1;
        let key = SponsorKey::from_bytes(Zeroizing::new(self.key(SPONSOR)?))?;
        EvmRail::start(terms, [key]).await.map_err(|error| anyhow!("{error}"))
    }

    /// The domain in which payers sign for the token.
    pub(crate) fn token(&self) -> anyhow::Result<TokenDomain> {
        let (name, version) = ("USDC".to_owned(), "2".to_owned());
        Ok(TokenDomain { name, version, chain_id: self.chain_id, contract: self.token.parse()? })
    }

    /// The address of an account.
    pub(crate) fn address(&self, account: usize) -> anyhow::Result<&str> {
        let account = self.accounts.get(account).context("expected an account on the chain")?;
        Ok(&account.address)
    }

    /// The key of an account.
    pub(crate) fn key(&self, account: usize) -> anyhow::Result<[u8; 32]> {
        let account = self.accounts.get(account).context("expected an account on the chain")?;
        hex(&account.private_key).context("expected a key of 32 bytes in hex")
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
