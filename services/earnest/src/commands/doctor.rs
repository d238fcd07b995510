//! `earnest doctor`: what a set-up needs, what is wrong with it, and the command that mends it.

mod finding;
mod journal;
mod local;
mod service;

use clap::Args;
use earnest_escrow::Config;
use serde_json::json;

use self::finding::Finding;
use crate::{
    answer::Answer,
    failure::{Failure, REFUSED},
    runtime::block_on,
    settings::Settings,
};

/// Check a set-up: configuration, keys, journal, escrow, clocks, room on the disk; and tell what mends it.
///
/// Nothing is changed, and nothing is made.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  earnest doctor
  earnest doctor --config escrow.toml
  earnest doctor --set data=/var/lib/earnest --escrow https://escrow.example
  earnest doctor --json

With --json a list of objects: check, ok, finding, and mend where there is something to do.

Exit codes: 0 all is well; 1 something is broken; 2 wrong usage.")]
pub(crate) struct Doctor {
    /// The URL under which others reach the escrow; without it the address that it listens at.
    #[arg(long, value_name = "URL")]
    escrow: Option<String>,
    #[command(flatten)]
    settings: Settings,
}

impl Doctor {
    pub(crate) fn run(&self, json: bool) -> Result<Answer, Failure> {
        let findings = match self.settings.escrow() {
            Ok(configured) => block_on(async { Ok(self.examine(&configured.value).await) })?,
            Err(failure) => vec![
                Finding::broken("configuration", failure.line()).mend("earnest config show --service escrow --help"),
            ],
        };
        let exit = if findings.iter().all(|finding| finding.ok) { 0 } else { REFUSED };
        let answer = if json {
            Answer::json(&json!(findings))
        } else {
            Answer::text(findings.iter().map(Finding::to_text).collect::<String>())
        };
        Ok(Answer { exit, ..answer })
    }

    async fn examine(&self, config: &Config) -> Vec<Finding> {
        let flags = self.settings.as_flags();
        let mut findings = vec![Finding::well("configuration", "it can be read")];
        findings.extend(local::folder(config));
        let (keys, node) = local::keys(config);
        findings.extend(keys);
        findings.push(local::room(config));
        findings.extend(journal::journal(config, &flags).await);
        findings.extend(journal::roles(config));
        let url = self.escrow.clone().unwrap_or_else(|| format!("http://{}", config.server.listen));
        findings.extend(service::service(config, &url, node, &flags).await);
        findings
    }
}
