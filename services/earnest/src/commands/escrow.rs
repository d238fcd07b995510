//! `earnest escrow`: runs an escrow, and checks its journal.

mod check;

use std::{sync::Arc, time::Duration};

use clap::{Args, Subcommand};
use earnest_base::Timestamp;
use earnest_escrow::{Config, StartError};
use earnest_kit::{Stop, telemetry};
use earnest_ports::{Clock, SystemClock};
use serde_json::{Value, json};

use crate::{announce, answer::Answer, failure::Failure, plain, runtime::block_on, settings::Settings};

/// Run an escrow: a federation's ledger, holds and deadlines over HTTP. It runs as it is, without any file.
///
/// At the first start it makes its keys and its database in a folder, `earnest-escrow` here. It stops on SIGTERM and SIGINT,
/// after it has answered what is under way. Its log goes to standard error.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = false,
    after_help = "\
Examples:
  earnest escrow
  earnest escrow --config escrow.toml
  earnest escrow --set data=/var/lib/earnest --set server.listen=127.0.0.1:9000
  EARNEST_ESCROW_JOURNAL=postgres://earnest@db/earnest earnest escrow --set log.format=text
  earnest escrow check --config escrow.toml
  earnest escrow --json

With --json one object on standard output says where it listens, as soon as it does.

Exit codes: 0 stopped by a signal; 1 it could not start, or cannot go on; 2 wrong usage, a wrong
configuration, or a file that cannot be read or written."
)]
pub(crate) struct Escrow {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Check),
}

/// How long the announcement waits for the lease: after that it says that the escrow stands by.
const LEASE_WITHIN: Duration = Duration::from_secs(5);

impl Escrow {
    pub(crate) fn run(&self, json: bool) -> Result<Answer, Failure> {
        let config = self.settings.escrow()?.value;
        match &self.command {
            Some(Command::Check(check)) => block_on(check.run(config, json)),
            None => block_on(serve(config, json)),
        }
    }
}

async fn serve(config: Config, json: bool) -> Result<Answer, Failure> {
    telemetry::install(&config.log).map_err(|error| Failure::usage("log-invalid", error.to_string()))?;
    let stop = Stop::on_signals();
    let mut escrow = earnest_escrow::Escrow::start(config.clone(), Arc::new(SystemClock), stop.clone()).await?;
    let leads = tokio::select! {
        biased;
        () = stop.requested() => Some(false),
        writes = tokio::time::timeout(LEASE_WITHIN, escrow.writes()) => writes.ok(),
    };
    if leads == Some(true) {
        // Whoever takes the lease refuses what was signed in that second or before. What is announced can be called.
        SystemClock.until(next_second(SystemClock.now())).await;
    }
    // Where it has ended already, its error says why.
    if leads != Some(false) {
        announce(&card(&escrow, &config, leads.is_some(), json), json);
    }
    escrow.ended().await?;
    Ok(Answer::default())
}

fn next_second(now: Timestamp) -> Timestamp {
    let millis = (now.unix_millis().div_euclid(1000) + 1) * 1000;
    Timestamp::from_unix_millis(millis).unwrap_or(now)
}

fn card(escrow: &earnest_escrow::Escrow, config: &Config, writes: bool, json: bool) -> String {
    let url = format!("http://{}", escrow.address());
    let identity = escrow.identity();
    let operators: Vec<String> = identity.operators.iter().map(ToString::to_string).collect();
    let journal = journal_shown(config);
    if json {
        let data = config.data.display().to_string();
        let value: Value = json!({
            "listens": url,
            "writes": writes,
            "federation": config.federation,
            "node": identity.node,
            "organisation": identity.organisation,
            "operators": operators,
            "data": data,
            "journal": journal,
        });
        return plain::in_json(&format!("{value}\n"));
    }
    let state = if writes { "writes" } else { "stands by: another process writes, or the journal is out of reach" };
    let rows = [
        ("listens", url),
        ("state", state.to_owned()),
        ("federation", config.federation.to_string()),
        ("node", identity.node.to_string()),
        ("organisation", identity.organisation.to_string()),
        ("operator", operators.join(", ")),
        ("data", config.data.display().to_string()),
        ("journal", journal),
    ];
    rows.iter().map(|(name, value)| format!("{name:12}  {}\n", plain::text(value))).collect()
}

/// The journal's place; of a database with a password only what it is.
pub(super) fn journal_shown(config: &Config) -> String {
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
            StartError::Name(_) => Self::usage("config-invalid", message),
            StartError::OperatorMissing => Self::usage("operator-missing", message),
            StartError::PolicyChanged(_) => {
                Self::usage("policy-changed", message).hint("earnest escrow --set policy.id=escrow-policy:standard-v2")
            }
            StartError::Store(error) => Self::told(error.code(), message).hint("`earnest doctor` tells what is wrong"),
            StartError::Blobs(error) => Self::told(error.code(), message),
            StartError::Writer(_) => {
                Self::told("journal-unfit", message).hint("`earnest escrow check` finds the fact that is at fault")
            }
            StartError::Document(error) => error.into(),
            StartError::Journal(_) | StartError::Refused(_) => Self::told("terms-refused", message),
            StartError::Stopped(_) => Self::told("writer-stopped", message),
        }
    }
}
