//! The escrow as its callers see it: durable holds and their ends per second through the real service on SQLite, beside
//! an empty route that checks the same request signature.

pub(crate) mod parties;

use std::{num::NonZeroU32, path::Path, sync::Arc, time::Duration};

use aide::axum::{ApiRouter, routing::post};
use anyhow::Context;
use earnest_escrow::{Config, Escrow};
use earnest_kit::{App, Class, Rate, Server, ServerSettings, Stop, Verifier};
use earnest_ports::SystemClock;

use self::parties::Parties;
use crate::{
    callers::{Asked, Round, ask_all},
    report::{Measured, Report, machine, percentile, ratio, rounded},
};

/// How often every cell is measured.
const ROUNDS: usize = 3;

/// A cell: how many call at once, and how many holds each request opens.
struct Cell {
    name: &'static str,
    callers: usize,
    /// How many pairs of a hold and its end are measured.
    pairs: usize,
    /// How many holds a request brings; 1 is the route of a single one.
    batch: usize,
    /// What the rate is to be, beside the empty route.
    aim: Option<f64>,
}

const CELLS: [Cell; 4] = [
    Cell { name: "service, 1 caller", callers: 1, pairs: 400, batch: 1, aim: None },
    Cell { name: "service, 16 callers", callers: 16, pairs: 2_000, batch: 1, aim: None },
    Cell { name: "service, 256 callers", callers: 256, pairs: 5_120, batch: 1, aim: Some(0.5) },
    Cell { name: "service, batches of 64", callers: 16, pairs: 5_120, batch: 64, aim: None },
];

/// What is left to say of the figures.
const NOTES: [&str; 2] = [
    "an operation is a hold, or its end by the buyer; a hold brings four signatures of documents besides the request's own, its \
     end none; of a batch the holds come in one request, their ends one by one",
    "callers and service share the machine's cores; the empty route is sent the same requests, and checks their signatures",
];

/// Measures, in a folder of its own.
pub(crate) fn measure() -> anyhow::Result<Report> {
    let folder = crate::root().join("target/bench-escrow");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let results = runtime.block_on(measured(&folder))?;
    std::fs::remove_dir_all(&folder)?;
    Ok(Report { bench: "escrow", machine: machine(), results, notes: NOTES.map(str::to_owned).to_vec() })
}

async fn measured(folder: &Path) -> anyhow::Result<Vec<Measured>> {
    let mut parties = Parties::new()?;
    let config = Config {
        federation: parties.federation.clone(),
        data: folder.join("service"),
        operators: vec![parties.operator()],
        gateways: vec![parties.gateway()],
        server: ServerSettings { max_connections: 2_048, ..ServerSettings::default() },
        ..Config::default()
    };
    let (stopper, stop) = Stop::pair();
    let mut escrow = Escrow::start(config, Arc::new(SystemClock), stop).await?;
    escrow.writes().await;
    // Signatures of the second in which a writer begins are refused.
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    let address = escrow.address();
    parties.meet(address).await?;
    let (empty, stop_empty) = empty().await?;
    let mut results = Vec::new();
    for cell in &CELLS {
        let (mut rates, mut bares, mut waits) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let papers = parties.papers(cell.pairs)?;
            // Requests are signed just before: a signature is in force for a minute.
            let bare = Round::of(parties.requests(empty, &papers, cell.batch)?, cell.callers);
            bares.push(operations(cell, &ask_all(empty, bare).await?));
            let round = Round::of(parties.requests(address, &papers, cell.batch)?, cell.callers);
            let asked = ask_all(address, round).await?;
            waits.extend(asked.waits.iter().map(|wait| wait * 1_000.0));
            rates.push(operations(cell, &asked));
        }
        let measured = Measured {
            name: cell.name,
            unit: "operations/s",
            value: rounded(percentile(&rates, 50)),
            p50: Some(rounded(percentile(&waits, 50))),
            p99: Some(rounded(percentile(&waits, 99))),
            ..Measured::default()
        };
        let name = "the same requests to an empty signed route";
        results.push(measured.beside(name, percentile(&bares, 50), ratio(&rates, &bares), cell.aim));
    }
    stopper.stop();
    stop_empty.stop();
    escrow.ended().await.context("expected the escrow to stop in good order")?;
    Ok(results)
}

/// Holds and ends of holds per second.
fn operations(cell: &Cell, asked: &Asked) -> f64 {
    (2 * cell.pairs) as f64 / asked.seconds
}

/// A service whose routes check the signature, and do nothing.
async fn empty() -> anyhow::Result<(std::net::SocketAddr, earnest_kit::Stopper)> {
    let settings = ServerSettings { max_connections: 2_048, ..ServerSettings::default() };
    let server = Server::bind(&settings).await?;
    let address = server.address();
    let (stopper, stop) = Stop::pair();
    let rate = Rate::per_minute(NonZeroU32::MAX);
    let signed = Class::signed(Verifier::in_memory());
    let class = Class { rate, address_rate: rate, body_max_bytes: 16 << 20, ..signed };
    let nothing = || async { "{}" };
    let routes = ApiRouter::new()
        .api_route("/holds", post(nothing))
        .api_route("/holds/batch", post(nothing))
        .api_route("/holds/{hold}/actions", post(nothing));
    tokio::spawn(server.serve(App::new("empty", "0.0.0").routes(class, routes), stop));
    Ok((address, stopper))
}
