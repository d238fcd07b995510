//! The gateway as paying clients see it: paid requests per second, end to end over loopback, with real signatures, every
//! payment reserved and settled durably, beside an empty axum route and beside published middleware.

mod buyers;
mod peers;
mod seller;

use std::{net::SocketAddr, path::Path};

use anyhow::Context;
use earnest_x402::header;

use self::{
    buyers::{Demanded, Purse},
    peers::Peers,
    seller::{Market, empty},
};
use crate::{
    callers::{Asked, Line, Round, ask_all},
    report::{Measured, Report, machine, percentile, ratio, rounded},
};

/// How often every row is measured; in each round everything once, so that a slow moment of the machine hits all alike.
const ROUNDS: usize = 3;
/// How many payments a round makes on the ledger, and at a paywall of ours.
const PAYMENTS: usize = 10_240;
/// How many requests a round sends to a peer.
const PEER_REQUESTS: usize = 2_048;
/// How many clients there are, each with a connection of its own.
const CLIENTS: usize = 64;

/// The figures of one row, a value a round.
#[derive(Debug, Default)]
struct Row {
    rates: Vec<f64>,
    waits: Vec<f64>,
}

impl Row {
    fn add(&mut self, requests: usize, asked: &Asked) {
        self.rates.push(requests as f64 / asked.seconds);
        self.waits.extend(asked.waits.iter().map(|wait| wait * 1_000.0));
    }

    fn measured(&self, name: &'static str) -> Measured {
        Measured {
            name,
            unit: "paid requests/s",
            value: rounded(percentile(&self.rates, 50)),
            p50: Some(rounded(percentile(&self.waits, 50))),
            p99: Some(rounded(percentile(&self.waits, 99))),
            ..Measured::default()
        }
    }

    fn beside(&self, name: &'static str, other: &'static str, baseline: &Self, aim: Option<f64>) -> Measured {
        let rate = ratio(&self.rates, &baseline.rates);
        self.measured(name).beside(other, percentile(&baseline.rates, 50), rate, aim)
    }
}

/// What is left to say of the figures.
const NOTES: [&str; 4] = [
    "ours: each payment is an authorization of its own, signed beforehand; the paywall verifies it and reserves it, the route \
     runs, the result is kept, the escrow verifies it again and moves the money, the grant is written; four durable writes, \
     shared by whoever pays at the same moment",
    "the peers verify no signature, remember nothing and settle nothing: they are sent one and the same header",
    "with the stub ours still verifies each signature and keeps each payment durably; its facilitator and that of x402-axum \
     are the same process",
    "clients, seller, gateway, escrow and peers share the machine's cores",
];

/// Measures, in a folder of its own.
pub(crate) fn measure() -> anyhow::Result<Report> {
    let folder = crate::root().join("target/bench-gateway");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let results = runtime.block_on(measured(&folder))?;
    std::fs::remove_dir_all(&folder)?;
    Ok(Report { bench: "gateway", machine: machine(), results, notes: NOTES.map(str::to_owned).to_vec() })
}

async fn measured(folder: &Path) -> anyhow::Result<Vec<Measured>> {
    let peers = Peers::start().await?;
    let market = Market::open(folder, &peers.stub).await?;
    let (bare, _bare) = empty().await?;
    let mut purse = Purse::default();
    let [mut ours, mut stubbed, mut empties, mut axum, mut http, mut process] = [(); 6].map(|()| Row::default());
    for _ in 0..ROUNDS {
        let demanded = Demanded::read(market.ledger).await?;
        empties.add(PAYMENTS, &ask_all(bare, round(purse.requests(&demanded, bare, PAYMENTS)?)).await?);
        ours.add(PAYMENTS, &ask_all(market.ledger, round(purse.requests(&demanded, market.ledger, PAYMENTS)?)).await?);
        let demanded = Demanded::read(market.stubbed).await?;
        let paid = purse.requests(&demanded, market.stubbed, PAYMENTS)?;
        stubbed.add(PAYMENTS, &ask_all(market.stubbed, round(paid)).await?);
        for (row, peer) in [(&mut axum, &peers.axum), (&mut http, &peers.http), (&mut process, &peers.process)] {
            let repeated = vec![vec![peer.request.clone()]; PEER_REQUESTS];
            row.add(PEER_REQUESTS, &ask_all(peer.address, Round::of(repeated, CLIENTS)).await?);
        }
    }
    let demand = Demanded::read(market.ledger).await?;
    market.close().await?;
    let size = Measured {
        name: "PAYMENT-REQUIRED, signed offer",
        unit: "bytes",
        value: header::encoded_len(&demand.required) as f64,
        ..Measured::default()
    };
    Ok(vec![
        ours.beside("paid in ORC", "@x402/express, facilitator over HTTP", &http, Some(15.0)),
        ours.beside("paid in ORC", "x402-axum with a stub", &axum, Some(1.0)),
        ours.beside("paid in ORC", "@x402/express, facilitator in its process", &process, None),
        ours.beside("paid in ORC", "an empty axum route", &empties, None),
        stubbed.beside("our paywall with the stub", "x402-axum with the same stub", &axum, Some(1.0)),
        size.at_most(4_096.0),
    ])
}

/// Deals requests out to the clients.
fn round(requests: Vec<Vec<u8>>) -> Round {
    Round::of(requests.into_iter().map(|request| Line::from([request])).collect(), CLIENTS)
}

/// The address of a URL without a path.
fn address_of(url: &str) -> anyhow::Result<SocketAddr> {
    let address = url.strip_prefix("http://").context("expected a URL over http")?;
    address.parse().with_context(|| format!("expected an address, found {address}"))
}
