//! `earnest config`: what a service is told, and by whom.

use clap::{Args, Subcommand, ValueEnum};
use earnest_kit::Configured;
use serde_json::{Value, json};

use crate::{answer::Answer, failure::Failure, plain, settings::Settings};

/// Show what services are told by their configuration.
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  earnest config show --service escrow --config escrow.toml
  earnest config show --service gateway")]
pub(crate) enum Config {
    Show(Show),
}

/// Show every value of a service's configuration, and where it comes from. Secrets are left out.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  earnest config show --service escrow
  earnest config show --service escrow --config escrow.toml --set server.listen=127.0.0.1:9000
  EARNEST_ESCROW_DATA=/var/lib/earnest earnest config show --service escrow --json

Exit codes: 0 done; 2 a value that is not of its form, a key that nobody knows, or a file that cannot
be read.")]
pub(crate) struct Show {
    /// The service.
    #[arg(long)]
    service: Service,
    #[command(flatten)]
    settings: Settings,
}

/// The services that have a configuration.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Service {
    Escrow,
    Gateway,
}

impl Config {
    pub(crate) fn run(&self, json: bool) -> Result<Answer, Failure> {
        match self {
            Self::Show(show) => show.run(json),
        }
    }
}

impl Show {
    fn run(&self, json: bool) -> Result<Answer, Failure> {
        let (settings, shown) = match self.service {
            Service::Escrow => told(&self.settings.escrow()?),
            Service::Gateway => told(&self.settings.gateway()?),
        };
        if json {
            return Ok(Answer::json(&settings));
        }
        Ok(Answer::text(shown.lines().map(|line| plain::text(line) + "\n").collect::<String>()))
    }
}

/// What is shown of a configuration, as JSON and as text.
fn told<T>(configured: &Configured<T>) -> (Value, String) {
    (json!(configured.settings()), configured.show())
}
