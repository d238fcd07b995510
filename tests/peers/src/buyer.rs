//! Our client, which buys at published servers: in ORC from Adam's account, and on the chain from its third account.

use std::sync::Arc;

use earnest_base::ParticipantId;
use earnest_client::{
    PayingClient,
    budget::{Limits, Purse, Units},
    paying::{AssetRule, EvmWallet, OrcWallet, Policy, Reach, Wallet},
};
use earnest_ports::SystemClock;
use earnest_signing::SecretKey;
use earnest_x402::exact::OrcPayer;
use serde_json::{Value, json};

use crate::chain::Chain;

/// Which account of the chain pays.
const ON_CHAIN: usize = 2;

/// Buys what a URL has, and says what was answered and what was paid.
pub(crate) async fn buy(url: &str, key: SecretKey, chain: Option<&Chain>) -> anyhow::Result<Value> {
    let federation = crate::town::FEDERATION.parse()?;
    let limits = Limits::new(Units(100), Units(10_000), Units(10_000));
    let participant = ParticipantId::new(*key.public());
    let payer = OrcPayer { participant, org: None, account: "account:fed-pl-main:adam".parse()? };
    // Published servers sign no offers by themselves.
    let mut assets = vec![AssetRule { offer_required: false, ..AssetRule::orc(&federation, limits) }];
    let mut wallets: Vec<Arc<dyn Wallet>> = vec![Arc::new(OrcWallet::new(federation, payer, key))];
    if let Some(chain) = chain {
        let (token, limits) = (chain.token()?, Limits::new(Units(10_000), Units(1_000_000), Units(1_000_000)));
        assets.push(AssetRule::token(&token, 6, limits));
        wallets.push(Arc::new(EvmWallet::new(&chain.key(ON_CHAIN)?, [token])?));
    }
    let policy = Policy { reach: Reach::Loopback, ..Policy::new(assets) };
    let (purse, _running) = Purse::in_memory(Arc::new(SystemClock)).await?;
    Ok(match PayingClient::new(purse, policy, wallets)?.get(url).await {
        Ok(bought) => json!({
            "status": bought.reply.status,
            "body": String::from_utf8_lossy(&bought.reply.body),
            "paid": bought.payment.map(|paid| json!({
                "network": paid.unit.network,
                "amount": paid.amount.0.to_string(),
                "payer": paid.payer.to_string(),
                "payee": paid.payee.to_string(),
                "transaction": paid.transaction,
                "stated": paid.is_stated,
            })),
        }),
        Err(error) => json!({ "error": error.to_string() }),
    })
}
