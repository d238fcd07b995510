//! The journal, who may write it, and whom the configuration names.

use earnest_escrow::Config;
use earnest_ports::JournalError;
use earnest_store::inspect;

use super::Finding;
use crate::commands::escrow::journal_shown;

/// The journal: in reach, the right one, durable; and who holds its lease.
pub(super) async fn journal(config: &Config, flags: &str) -> Vec<Finding> {
    const CHECK: &str = "journal";
    let shown = journal_shown(config);
    let url = config.journal_url();
    let found = match inspect(&url).await {
        Ok(Some(found)) => found,
        Ok(None) => {
            let finding = format!("{shown} is not there yet: the first start makes it");
            return vec![Finding::well(CHECK, finding).mend(format!("earnest escrow{flags}"))];
        }
        Err(error) => {
            let mend = match (&error, url.strip_prefix("sqlite:")) {
                (JournalError::Damaged(_), None) => {
                    "psql -c \"ALTER SYSTEM SET fsync = on\" -c \"SELECT pg_reload_conf()\"".to_owned()
                }
                (_, None) => "pg_isready".to_owned(),
                (JournalError::Unavailable(_), Some(path)) => format!("ls -l {}", super::local::quoted(path.as_ref())),
                (_, Some(_)) => format!("earnest escrow check{flags}"),
            };
            return vec![Finding::broken(CHECK, format!("{shown}: {error}")).mend(mend)];
        }
    };
    let expected = config.journal_name().map(|name| name.to_string()).unwrap_or_default();
    if found.name != expected {
        let finding = format!("{shown}: expected the journal {expected}, found {}", found.name);
        let mend = found.name.strip_prefix("ledger:").unwrap_or(&found.name);
        return vec![Finding::broken(CHECK, finding).mend(format!("earnest escrow --set federation={mend}"))];
    }
    let lease = match &found.holder {
        Some(holder) => Finding::well("lease", format!("{holder} writes")),
        None => Finding::well("lease", "free: no escrow writes").mend(format!("earnest escrow{flags}")),
    };
    vec![Finding::well(CHECK, format!("{shown} can be written and holds {} facts", found.end.seq)), lease]
}

/// Whom the configuration names: arbiters and gateways.
pub(super) fn roles(config: &Config) -> Vec<Finding> {
    let arbiters = match config.policy.arbiters.len() {
        0 => Finding::well("arbiters", "none are named: the operators decide disputes"),
        count => Finding::well("arbiters", format!("{count} decide disputes")),
    };
    let gateways = match config.gateways.len() {
        0 => Finding::well("gateways", "none are named: no account can be topped up")
            .mend("earnest escrow --set 'gateways=[\"node:did:key:…\"]'"),
        count => Finding::well("gateways", format!("the receipts of {count} are taken")),
    };
    vec![arbiters, gateways]
}
