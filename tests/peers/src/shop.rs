//! A shop: the selling proxy, in front of an endpoint that knows nothing of payments.

use std::{path::Path, sync::Arc, time::Duration};

use anyhow::Context;
use axum::{Router, body::Bytes, routing::any};
use earnest_paywall::{GatewaySettler, Paywall, Sell, Till, Token};
use earnest_signing::SecretKey;
use serde_json::json;
use tokio::net::TcpListener;

use crate::{chain::Chain, town::FEDERATION};

/// Which account of the chain is paid.
const ON_CHAIN: usize = 3;

/// Opens the shop; where it is. `/work` costs 0.25 ORC, or 0.01 USDC.
pub(crate) async fn open(
    folder: &Path,
    gateway: &str,
    key: SecretKey,
    chain: Option<&Chain>,
) -> anyhow::Result<String> {
    let work = Router::new().route("/work", any(|body: Bytes| async move { worked(&body) }));
    let endpoint = serve(TcpListener::bind("127.0.0.1:0").await?, work)?;

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    let settler = GatewaySettler::new(gateway, Duration::from_secs(10))?;
    let mut building = Paywall::at(&url)?.ledger(FEDERATION.parse()?).signed_by(key);
    let mut accepts = Vec::new();
    if let Some(chain) = chain {
        building = building.token(Token { domain: chain.token()?, symbol: "USDC".to_owned(), decimals: 6 });
        accepts.push(json!({ "price": "0.01 USDC", "pay-to": chain.address(ON_CHAIN)? }));
    }
    let till = Till::open(&format!("sqlite:{}", folder.join("till.sqlite").display())).await?;
    let paywall = building.open(Arc::new(settler), till)?;
    let route = json!({
        "path": "/work",
        "methods": ["GET", "POST"],
        "upstream": endpoint,
        "price": "0.25 ORC",
        "pay-to": "account:fed-pl-main:ola",
        "accepts": accepts,
    });
    let sell: Sell = serde_json::from_value(json!({ "routes": [route] })).context("what is sold")?;
    serve(listener, sell.into_router(&paywall)?)
}

fn serve(listener: TcpListener, app: Router) -> anyhow::Result<String> {
    let url = format!("http://{}", listener.local_addr()?);
    // It ends with the process.
    tokio::spawn(async move { axum::serve(listener, app).await });
    Ok(url)
}

fn worked(body: &[u8]) -> String {
    json!({ "worked": String::from_utf8_lossy(body) }).to_string()
}
