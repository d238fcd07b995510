//! Requests a second over loopback: an empty axum route, the same behind the kit, and behind the kit's signature check.

use std::{net::SocketAddr, num::NonZeroU32, time::Instant};

use aide::axum::{ApiRouter, routing::post};
use anyhow::{Context, ensure};
use axum::Router;
use earnest_base::SubjectKind;
use earnest_kit::{App, Class, Clock, Rate, RequestSigner, Server, ServerSettings, Stop, Stopper, Verifier};
use earnest_signing::SecretKey;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::report::{Measured, Report, machine, percentile, rounded};

/// How many connections ask at once.
const CONNECTIONS: usize = 16;
/// How many requests each sends in a round, one after the other.
const REQUESTS: usize = 250;
/// How many rounds; in each, everything is measured once, so that a slow moment of the machine hits all alike.
const ROUNDS: usize = 15;
const BODY: &str = "{\"amount\":1000}";

/// Measures.
pub(crate) fn measure() -> anyhow::Result<Report> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(rounds())
}

async fn rounds() -> anyhow::Result<Report> {
    let (bare, _bare) = bare().await?;
    let (open, _open) = kit(unlimited(Class::open())).await?;
    let (signed, _signed) = kit(unlimited(Class::signed(Verifier::in_memory()))).await?;
    let signer = RequestSigner::new(SubjectKind::Participant, SecretKey::from_seed(&[1; 32]), Clock::system());
    let (mut bares, mut opens, mut signeds) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        bares.push(round(bare, None).await?);
        opens.push(round(open, None).await?);
        signeds.push(round(signed, Some(&signer)).await?);
    }
    let result = |name, rates: &[f64]| Measured {
        name,
        unit: "requests/s",
        value: rounded(percentile(rates, 50)),
        ..Measured::default()
    };
    let beside = |name, rates: &[f64]| {
        let ratios: Vec<f64> = rates.iter().zip(&bares).map(|(rate, bare)| rate / bare).collect();
        result(name, rates).beside("an empty axum route", percentile(&bares, 50), percentile(&ratios, 50), None)
    };
    let results = vec![
        result("an empty axum route", &bares),
        beside("behind the kit", &opens),
        beside("behind the kit, signed", &signeds),
    ];
    let notes = vec![format!("{CONNECTIONS} connections; client and server share the machine's cores")];
    Ok(Report { bench: "kit", machine: machine(), results, notes })
}

fn unlimited(class: Class) -> Class {
    let rate = Rate::per_minute(NonZeroU32::MAX);
    Class { rate, address_rate: rate, ..class }
}

async fn empty() -> &'static str {
    "{}"
}

async fn bare() -> anyhow::Result<(SocketAddr, tokio::task::JoinHandle<std::io::Result<()>>)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let router = Router::new().route("/holds", axum::routing::post(empty));
    Ok((address, tokio::spawn(async move { axum::serve(listener, router).await })))
}

async fn kit(class: Class) -> anyhow::Result<(SocketAddr, Stopper)> {
    let server = Server::bind(&ServerSettings::default()).await?;
    let address = server.address();
    let (stopper, stop) = Stop::pair();
    let app = App::new("bench", "0.0.0").routes(class, ApiRouter::new().api_route("/holds", post(empty)));
    tokio::spawn(server.serve(app, stop));
    Ok((address, stopper))
}

/// Requests a second of one round. The requests are made, and signed, before the clock runs.
async fn round(address: SocketAddr, signer: Option<&RequestSigner>) -> anyhow::Result<f64> {
    let mut work = Vec::new();
    for _ in 0..CONNECTIONS {
        let requests = (0..REQUESTS).map(|_| request(address, signer)).collect::<anyhow::Result<Vec<_>>>()?;
        work.push((TcpStream::connect(address).await?, requests));
    }
    let start = now();
    let callers: Vec<_> = work.into_iter().map(|(stream, requests)| tokio::spawn(call(stream, requests))).collect();
    for caller in callers {
        caller.await??;
    }
    Ok((CONNECTIONS * REQUESTS) as f64 / start.elapsed().as_secs_f64())
}

#[expect(clippy::disallowed_methods, reason = "a bench measures time")]
fn now() -> Instant {
    Instant::now()
}

fn request(address: SocketAddr, signer: Option<&RequestSigner>) -> anyhow::Result<String> {
    let mut request = http::Request::post(format!("http://{address}/holds")).body(BODY)?;
    if let Some(signer) = signer {
        signer.sign(&mut request)?;
    }
    let mut text = format!("POST /holds HTTP/1.1\r\nhost: {address}\r\ncontent-length: {}\r\n", BODY.len());
    for (name, value) in request.headers() {
        text.push_str(&format!("{name}: {}\r\n", value.to_str()?));
    }
    Ok(text + "\r\n" + BODY)
}

async fn call(mut stream: TcpStream, requests: Vec<String>) -> anyhow::Result<()> {
    stream.set_nodelay(true)?;
    let mut answer = Vec::with_capacity(4096);
    for request in requests {
        stream.write_all(request.as_bytes()).await?;
        answer.clear();
        // Every answer is a head and the two bytes of the body.
        while !answer.ends_with(b"\r\n\r\n{}") {
            ensure!(stream.read_buf(&mut answer).await? > 0, "expected an answer, found the end: {}", text(&answer));
            let head = answer.get(..12).context("expected a status line")?;
            ensure!(head == b"HTTP/1.1 200", "expected 200, found {}", text(&answer));
        }
    }
    Ok(())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
