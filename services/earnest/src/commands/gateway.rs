//! `earnest gateway`: runs a gateway, and checks its journal.

mod check;
mod proxy;

use std::{sync::Arc, time::Duration};

use clap::{Args, Subcommand};
use earnest_base::Timestamp;
use earnest_gateway::{Config, StartError};
use earnest_kit::{Stop, telemetry};
use earnest_ports::{Clock, SystemClock};
use serde_json::{Value, json};

use crate::{announce, answer::Answer, failure::Failure, plain, runtime::block_on, settings::Settings};

/// Run a gateway: payments over HTTP and RPC, a facilitator for other people's servers, outside money. It runs as it is,
/// without any file, beside an escrow on the same machine.
///
/// At the first start it makes its keys and its databases in a folder, `earnest-gateway` here. It stops on SIGTERM and
/// SIGINT, after it has answered what is under way. Its log goes to standard error.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = false,
    after_help = "\
Examples:
  earnest gateway
  earnest gateway --config gateway.toml
  earnest gateway --set escrow.url=http://127.0.0.1:8402 --set server.listen=127.0.0.1:9000
  EARNEST_GATEWAY_JOURNAL=postgres://earnest@db/earnest earnest gateway --set log.format=text
  earnest gateway proxy --upstream http://127.0.0.1:8000 --path /report --price '0.25 ORC' --pay-to account:fed-local:ola
  earnest gateway check --config gateway.toml
  earnest gateway --json

With --json one object on standard output says where it listens, as soon as it does.

Exit codes: 0 stopped by a signal; 1 it could not start, or cannot go on; 2 wrong usage, a wrong
configuration, or a file that cannot be read or written."
)]
pub(crate) struct Gateway {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Check),
    Proxy(proxy::Proxy),
}

/// How long the announcement waits for the lease: after that it says that the gateway stands by.
const LEASE_WITHIN: Duration = Duration::from_secs(5);

impl Gateway {
    pub(crate) fn run(&self, json: bool) -> Result<Answer, Failure> {
        let config = self.settings.gateway()?.value;
        match &self.command {
            Some(Command::Check(check)) => block_on(check.run(config, json)),
            Some(Command::Proxy(proxy)) => block_on(serve(proxy.sell(config), json)),
            None => block_on(serve(config, json)),
        }
    }
}

async fn serve(config: Config, json: bool) -> Result<Answer, Failure> {
    telemetry::install(&config.log).map_err(|error| Failure::usage("log-invalid", error.to_string()))?;
    let stop = Stop::on_signals();
    let clock = Arc::new(SystemClock);
    let mut gateway = earnest_gateway::Gateway::start(config.clone(), clock, None, stop.clone()).await?;
    let leads = tokio::select! {
        biased;
        () = stop.requested() => Some(false),
        writes = tokio::time::timeout(LEASE_WITHIN, gateway.writes()) => writes.ok(),
    };
    if leads == Some(true) {
        // Whoever takes the lease refuses what was signed in that second or before. What is announced can be called.
        SystemClock.until(next_second(SystemClock.now())).await;
    }
    // Where it has ended already, its error says why.
    if leads != Some(false) {
        announce(&card(&gateway, &config, leads.is_some(), json), json);
    }
    gateway.ended().await?;
    Ok(Answer::default())
}

fn next_second(now: Timestamp) -> Timestamp {
    let millis = (now.unix_millis().div_euclid(1000) + 1) * 1000;
    Timestamp::from_unix_millis(millis).unwrap_or(now)
}

fn card(gateway: &earnest_gateway::Gateway, config: &Config, writes: bool, json: bool) -> String {
    let (url, operator_url) =
        (format!("http://{}", gateway.address()), format!("http://{}", gateway.operator_address()));
    let identity = gateway.identity();
    let operators: Vec<String> = identity.operators.iter().map(ToString::to_string).collect();
    let journal = journal_shown(config);
    let sold: Vec<String> =
        config.sell.routes.iter().map(|route| format!("{url}{} for {}", route.path, route.price)).collect();
    if json {
        let data = config.data.display().to_string();
        let value: Value = json!({
            "listens": url,
            "operators-listen": operator_url,
            "writes": writes,
            "federation": config.federation,
            "node": identity.node,
            "operators": operators,
            "escrow": config.escrow.url,
            "sells": sold,
            "data": data,
            "journal": journal,
        });
        return plain::in_json(&format!("{value}\n"));
    }
    let state = if writes { "writes" } else { "stands by: another process writes, or the journal is out of reach" };
    let rows = [
        ("listens", url),
        ("for operators", operator_url),
        ("state", state.to_owned()),
        ("federation", config.federation.to_string()),
        ("node", identity.node.to_string()),
        ("operator", operators.join(", ")),
        ("escrow", config.escrow.url.clone()),
        ("data", config.data.display().to_string()),
        ("journal", journal),
    ];
    let rows = rows.into_iter().chain(sold.into_iter().map(|sold| ("sells", sold)));
    rows.map(|(name, value)| format!("{name:13}  {}\n", plain::text(&value))).collect()
}

/// The journal's place; of a database with a password only what it is.
fn journal_shown(config: &Config) -> String {
    let url = config.journal_url();
    match url.split_once("://") {
        Some((scheme, _)) if scheme.starts_with("postgres") => "PostgreSQL".to_owned(),
        _ => url,
    }
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        let message = error.to_string();
        match error {
            StartError::Key(error) => error.into(),
            StartError::Folder { .. } => {
                Self::usage("folder-unwritable", message).hint("name another folder: --set data=FOLDER")
            }
            StartError::Server(_) => {
                Self::usage("listen-failed", message).hint("name another address: --set server.listen=127.0.0.1:PORT")
            }
            StartError::Name(_) | StartError::Sponsor { .. } | StartError::Sell(_) => {
                Self::usage("config-invalid", message)
            }
            StartError::SponsorPlain(_) => {
                Self::usage("key-file-plain", message).hint("earnest key new --passphrase --out FILE")
            }
            StartError::Escrow(error) => error.into(),
            StartError::Chain(_) => Self::told("chain-unfit", message),
            StartError::Till(_) => Self::told("till-unfit", message),
            StartError::Funding(_) => Self::told("funding-refused", message),
            StartError::Store(error) => Self::told(error.code(), message),
            StartError::Writer(_) => {
                Self::told("journal-unfit", message).hint("`earnest gateway check` finds the fact that is at fault")
            }
            StartError::Journal(_) => Self::told("terms-refused", message),
            StartError::Stopped(_) => Self::told("writer-stopped", message),
        }
    }
}
