//! The peers, each a process of its own that ends with its input.

use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use anyhow::{Context, ensure};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use earnest_x402::header::{PAYMENT_REQUIRED, PAYMENT_SIGNATURE};
use serde_json::{Value, json};

use super::{
    address_of,
    buyers::{ask, header_of},
};

/// A peer, and the request that pays it.
pub(super) struct Peer {
    pub(super) address: SocketAddr,
    pub(super) request: Vec<u8>,
    _process: Process,
}

/// All of them.
pub(super) struct Peers {
    /// The facilitator that says yes, by its URL.
    pub(super) stub: String,
    pub(super) axum: Peer,
    pub(super) http: Peer,
    pub(super) process: Peer,
    _stub: Process,
}

impl Peers {
    /// Builds, installs and starts them.
    pub(super) async fn start() -> anyhow::Result<Self> {
        let program = build()?;
        install()?;
        let stub = Process::start(Command::new(&program).arg("stub"))?;
        let url = stub.card["url"].as_str().context("expected the stub's URL")?.to_owned();
        let axum = x402_axum(Process::start(Command::new(&program).args(["x402-axum", &url]))?).await?;
        Ok(Self { stub: url, axum, http: express("http")?, process: express("process")?, _stub: stub })
    }
}

/// The peer that is built here, for release.
fn build() -> anyhow::Result<PathBuf> {
    let root = crate::root();
    let manifest = root.join("tests/bench/peers/Cargo.toml");
    let target = root.join("target/bench-peers");
    let built = Command::new("cargo")
        .args(["build", "--release", "--quiet", "--manifest-path"])
        .arg(manifest)
        .arg("--target-dir")
        .arg(&target)
        .status()
        .context("cannot start cargo")?;
    ensure!(built.success(), "the peers could not be built");
    Ok(target.join("release/earnest-bench-peers"))
}

/// The packages of the peers in Node.
fn install() -> anyhow::Result<()> {
    let installed = Command::new("npm")
        .args(["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"])
        .current_dir(crate::root().join("tests/peers"))
        .status()
        .context("cannot start npm")?;
    ensure!(installed.success(), "npm could not install what tests/peers asks for");
    Ok(())
}

/// The header that pays at x402-axum: what it demanded, accepted. Nobody looks at the signature.
async fn x402_axum(process: Process) -> anyhow::Result<Peer> {
    let address = address_of(process.card["url"].as_str().context("expected the server's URL")?)?;
    let answer = ask(address, "").await?;
    let demand = header_of(&answer, PAYMENT_REQUIRED).with_context(|| format!("expected a demand in {answer}"))?;
    let demand: Value = serde_json::from_slice(&STANDARD.decode(demand)?)?;
    let accepted = &demand["accepts"][0];
    let authorization = json!({
        "from": "0x70997970C51812dc3A010C7d01b50e0d17dc79C8", "to": accepted["payTo"], "value": accepted["amount"],
        "validAfter": "0", "validBefore": "9999999999", "nonce": format!("0x{}", "ef".repeat(32)),
    });
    let payload = json!({ "signature": format!("0x{}", "cd".repeat(65)), "authorization": authorization });
    let payment = json!({ "x402Version": 2, "payload": payload, "accepted": accepted, "resource": demand["resource"] });
    let header = format!("{PAYMENT_SIGNATURE}: {}\r\n", STANDARD.encode(payment.to_string()));
    let served = ask(address, &header).await?;
    ensure!(served.starts_with("HTTP/1.1 200"), "expected x402-axum to serve, found {served}");
    let request = format!("GET /paid HTTP/1.1\r\nhost: {address}\r\n{header}\r\n").into_bytes();
    Ok(Peer { address, request, _process: process })
}

fn express(facilitator: &str) -> anyhow::Result<Peer> {
    let folder = crate::root().join("tests/peers");
    let process = Process::start(
        Command::new("node").args(["bench-express.mjs", "--facilitator", facilitator]).current_dir(folder),
    )?;
    let address = address_of(process.card["url"].as_str().context("expected the server's URL")?)?;
    let headers = process.card["headers"].as_object().context("expected the headers that pay")?;
    let lines = headers.iter().map(|(name, value)| Some(format!("{name}: {}\r\n", value.as_str()?)));
    let lines = lines.collect::<Option<String>>().context("expected headers of texts")?;
    let request = format!("GET /paid HTTP/1.1\r\nhost: {address}\r\n{lines}\r\n").into_bytes();
    Ok(Peer { address, request, _process: process })
}

/// A process that says in a line where it is, and ends with its input.
struct Process {
    child: Child,
    card: Value,
}

impl Process {
    fn start(command: &mut Command) -> anyhow::Result<Self> {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().context("cannot start a peer")?;
        let out = child.stdout.take().context("expected an output")?;
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line)?;
        let card = serde_json::from_str(&line).with_context(|| format!("expected a line of JSON, found {line:?}"));
        Ok(Self { card: card.inspect_err(|_| drop(child.kill()))?, child })
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Its input ends with it; where it does not listen, it is killed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
