//! What runs while peers pay and charge: a chain, our escrow and gateway, and the published servers.

use std::{fs, path::PathBuf, process::Command};

use anyhow::{Context, ensure};
use serde_json::Value;

use super::{
    install::{self, Installed},
    program::Program,
};
use crate::step::{self, root};

/// Everything that runs.
pub(super) struct Market {
    installed: Installed,
    town: Program,
    /// Where our services are, and who has an account.
    pub(super) card: Value,
    /// What the chain says of itself.
    pub(super) chain: Value,
    _chain: Program,
}

impl Market {
    pub(super) fn open(installed: Installed) -> anyhow::Result<Self> {
        let source = root().join("tests/chain");
        install::npm(&source)?;
        let mut node = Command::new("node");
        node.args(["start.mjs", "--until-stdin-ends"]).current_dir(&source);
        let (running, chain) = Program::start("the chain", &mut node)?;

        step::run(step::cargo_command().args(["build", "--quiet", "--package", "earnest-peers"]))?;
        let folder = root().join("target/peers-town");
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        let mut command = Command::new(root().join("target/debug/earnest-peers"));
        command.arg("--folder").arg(&folder).arg("--chain").arg(chain.to_string());
        let (town, card) = Program::start("our services", &mut command)?;
        Ok(Self { installed, town, card, chain, _chain: running })
    }

    /// A member of what the services say, by its pointer.
    pub(super) fn own(&self, pointer: &str) -> anyhow::Result<&str> {
        text(&self.card, pointer)
    }

    /// An account of the chain: its address or its key.
    pub(super) fn on_chain(&self, account: usize, member: &str) -> anyhow::Result<&str> {
        text(&self.chain, &format!("/accounts/{account}/{member}"))
    }

    /// A program of the peers, with its settings.
    pub(super) fn peer(&self, name: &str, settings: &[(&str, &str)]) -> Command {
        let is_python = name.ends_with(".py");
        let interpreter = if is_python { self.installed.python.clone() } else { PathBuf::from("node") };
        let mut command = Command::new(interpreter);
        command.arg(name).current_dir(&self.installed.programs).env("PYTHONPATH", &self.installed.python_path);
        command.envs(settings.iter().copied());
        command
    }

    /// Starts a published server; where it listens.
    pub(super) fn serve(&self, name: &str, settings: &[(&str, &str)]) -> anyhow::Result<(Program, String)> {
        let (program, said) = Program::start(name, &mut self.peer(name, settings))?;
        let url = text(&said, "/url")?.to_owned();
        Ok((program, url))
    }

    /// What an account of the ledger holds, in minor units.
    pub(super) fn available(&mut self, account: &str) -> anyhow::Result<u64> {
        let said = self.town.ask(account)?;
        ensure!(said["held"] == 0, "expected nothing to be held of {account}, found {said}");
        said["available"].as_u64().with_context(|| format!("expected a balance, found {said}"))
    }

    /// Has our client buy what a URL has; what it says.
    pub(super) fn buy(&mut self, url: &str) -> anyhow::Result<Value> {
        self.town.ask(&format!("buy {url}"))
    }

    /// What an account of the chain holds of the token.
    pub(super) fn held(&self, address: &str) -> anyhow::Result<u64> {
        let (rpc, token) = (text(&self.chain, "/rpcUrl")?, text(&self.chain, "/token")?);
        let settings = [("PEER_RPC_URL", rpc), ("PEER_TOKEN", token), ("PEER_ADDRESS", address)];
        let said = Program::once("token.mjs", &mut self.peer("token.mjs", &settings))?;
        said["held"].as_u64().with_context(|| format!("expected a balance, found {said}"))
    }

    /// Ends our services in good order.
    pub(super) fn close(self) -> anyhow::Result<()> {
        self.town.end()
    }
}

/// A text in what a program said.
pub(super) fn text<'a>(said: &'a Value, pointer: &str) -> anyhow::Result<&'a str> {
    said.pointer(pointer).and_then(Value::as_str).with_context(|| format!("expected a text at {pointer}, found {said}"))
}
