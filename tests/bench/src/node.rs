//! The same document in Node: `JSON.parse`, ajv with the exported schema, canonicalize, and @noble/ed25519.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use anyhow::{Context, ensure};
use serde_json::json;

use crate::corpus::{self, Offer};

const SCRIPT: &str = include_str!("verify.mjs");
const PACKAGES: &str = r#"{
  "private": true,
  "type": "module",
  "dependencies": { "@noble/ed25519": "2.3.0", "ajv": "8.17.1", "ajv-formats": "3.0.1", "canonicalize": "2.1.0" }
}
"#;

/// A Node process that measures a round whenever it is asked to.
pub(crate) struct Node {
    process: Child,
    asks: ChildStdin,
    answers: BufReader<ChildStdout>,
}

/// Installs the packages below `target`, and starts Node.
pub(crate) fn start(offer: &Offer) -> anyhow::Result<Node> {
    let folder = crate::root().join("target/bench-node");
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("package.json"), PACKAGES)?;
    fs::write(folder.join("verify.mjs"), SCRIPT)?;
    let hex: String = offer.key.iter().map(|byte| format!("{byte:02x}")).collect();
    let given = json!({ "schema": corpus::kind()?.schema(), "text": offer.text, "key": hex });
    fs::write(folder.join("given.json"), given.to_string())?;
    install(&folder)?;
    let mut process = Command::new("node")
        .arg("verify.mjs")
        .current_dir(&folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start node")?;
    let asks = process.stdin.take().context("expected an input")?;
    let answers = BufReader::new(process.stdout.take().context("expected an output")?);
    let mut node = Node { process, asks, answers };
    node.round().context("the first round warms up")?;
    Ok(node)
}

fn install(folder: &Path) -> anyhow::Result<()> {
    let output = Command::new("npm")
        .args(["install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"])
        .current_dir(folder)
        .output()
        .context("cannot start npm")?;
    ensure!(output.status.success(), "npm install failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    Ok(())
}

impl Node {
    /// Documents verified per second, over one round.
    pub(crate) fn round(&mut self) -> anyhow::Result<f64> {
        self.asks.write_all(b"round\n")?;
        let mut answer = String::new();
        self.answers.read_line(&mut answer)?;
        answer.trim().parse().with_context(|| format!("expected documents per second, found {answer:?}"))
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
