//! Peers of the gateway's bench. `stub` is a facilitator that says yes to everything at once; `x402-axum URL` sells `/paid`
//! through a facilitator at that URL. Either prints one JSON line with its address, and ends with its input.

use std::net::SocketAddr;

use axum::{
    Json, Router,
    routing::{get, post},
};
use serde_json::{Value, json};
use tokio::{io::AsyncReadExt, net::TcpListener};
use x402_axum::X402Middleware;
use x402_chain_eip155::{KnownNetworkEip155, V2Eip155Exact};
use x402_types::networks::USDC;

const PAY_TO: alloy_primitives::Address = alloy_primitives::address!("0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC");

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut line = std::env::args().skip(1);
    let app = match (line.next().as_deref(), line.next()) {
        (Some("stub"), None) => stub(),
        (Some("x402-axum"), Some(facilitator)) => x402_axum(&facilitator),
        _ => return Err("expected `stub` or `x402-axum URL`".into()),
    };
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
    println!("{}", json!({ "url": format!("http://{}", listener.local_addr()?) }));
    tokio::select! {
        served = axum::serve(listener, app).into_future() => served?,
        ended = async { tokio::io::stdin().read(&mut [0]).await } => drop(ended?),
    }
    Ok(())
}

/// Sells for a cent, and remembers nothing.
fn x402_axum(facilitator: &str) -> Router {
    let x402 = X402Middleware::new(facilitator);
    let price = V2Eip155Exact::price_tag(PAY_TO, USDC::base_sepolia().amount(10_000_u64));
    Router::new().route("/paid", get(async || "ok").layer(x402.with_price_tag(price)))
}

/// Says yes, of the network and the payer that it is asked about.
fn stub() -> Router {
    Router::new()
        .route("/supported", get(async || Json(supported())))
        .route(
            "/verify",
            post(async |Json(asked): Json<Value>| Json(json!({ "isValid": true, "payer": payer(&asked) }))),
        )
        .route("/settle", post(async |Json(asked): Json<Value>| Json(settled(&asked))))
}

fn supported() -> Value {
    let kinds = ["eip155:84532", "orc:fed-bench"]
        .map(|network| json!({ "x402Version": 2, "scheme": "exact", "network": network }));
    json!({ "kinds": kinds, "extensions": [], "signers": {} })
}

fn payer(asked: &Value) -> &Value {
    let authorization = &asked["paymentPayload"]["payload"]["authorization"];
    let account = &authorization["payer/account-id"];
    if account.is_null() { &authorization["from"] } else { account }
}

fn settled(asked: &Value) -> Value {
    let network = &asked["paymentRequirements"]["network"];
    json!({ "success": true, "transaction": "ab".repeat(32), "network": network, "payer": payer(asked) })
}
