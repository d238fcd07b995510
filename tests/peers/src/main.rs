//! `cargo xtask peers` starts this: an escrow and a gateway of ours, with accounts that hold money, until the input ends. The
//! first line of the output says where they are; then an account in a line is answered with its balance, and
//! `buy <URL>` with what our client bought there.

mod buyer;
mod chain;
mod shop;
mod town;

use std::path::PathBuf;

use anyhow::Context;
use clap::Parser;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, stdin, stdout};

use crate::{chain::Chain, town::Town};

#[derive(Parser)]
struct Line {
    /// The folder of keys and databases.
    #[arg(long)]
    folder: PathBuf,
    /// What `tests/chain/start.mjs` says of a chain: payments on it are taken too.
    #[arg(long)]
    chain: Option<String>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let line = Line::parse();
    let chain = line.chain.as_deref().map(serde_json::from_str::<Chain>).transpose().context("expected a chain")?;
    let town = Town::start(&line.folder, chain.as_ref()).await?;
    say(&town.card()).await?;
    let mut asked = BufReader::new(stdin()).lines();
    while let Some(account) = asked.next_line().await? {
        if let Some(url) = account.strip_prefix("buy ") {
            say(&buyer::buy(url, town.adam(), chain.as_ref()).await?).await?;
            continue;
        }
        let balance = town.balance(&account.parse()?).await?;
        say(&json!({ "account": account, "available": balance.available.minor(), "held": balance.held.minor() }))
            .await?;
    }
    town.stop().await
}

async fn say(what: &Value) -> anyhow::Result<()> {
    let mut out = stdout();
    out.write_all(format!("{what}\n").as_bytes()).await?;
    Ok(out.flush().await?)
}
