//! What an escrow is told by its configuration. It runs as it is: with no file it makes its keys, its database and terms
//! of its own in a folder beside it.

use std::path::{Path, PathBuf};

use earnest_artifacts::{escrow_policy::UndecidedOutcome, vocabulary::ConfirmationMode};
use earnest_base::{EscrowPolicyId, FederationId, InvalidError, NodeId, ParticipantId, Seconds};
use earnest_kit::{Secret, ServerSettings, telemetry::LogSettings};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An escrow's configuration. Times are in seconds, save those of `server`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    /// The federation whose ledger it keeps.
    pub federation: FederationId,
    /// The folder of its keys, its blobs and, where `journal` is empty, its database.
    #[schemars(with = "String")]
    pub data: PathBuf,
    /// The journal: `sqlite:<path>` or `postgres://…`; where it is empty, `ledger.sqlite` in the data folder. A second
    /// escrow on the same PostgreSQL stands by and takes over.
    pub journal: Secret,
    /// The key file of this escrow's node; where it is empty, `escrow.key` in the data folder, made at the first start.
    #[schemars(with = "String")]
    pub key: PathBuf,
    /// The key file of the organisation that answers for the escrow; where it is empty, `organisation.key` in the data
    /// folder.
    #[schemars(with = "String")]
    pub organisation_key: PathBuf,
    /// The file with the passphrase of key files that are encrypted.
    #[schemars(with = "String")]
    pub passphrase_file: PathBuf,
    /// The participants who operate it, the first one as the organisation's custodian; where there is none, the one of
    /// `operator.key` in the data folder.
    pub operators: Vec<ParticipantId>,
    /// The gateways whose receipts it takes.
    pub gateways: Vec<NodeId>,
    /// The terms that it holds money under.
    pub policy: PolicySettings,
    /// The listener.
    pub server: ServerSettings,
    /// The log.
    pub log: LogSettings,
}

/// The terms that money is held under. Terms that were used do not change: other terms have another id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct PolicySettings {
    /// Its id.
    pub id: EscrowPolicyId,
    /// How outcomes may be confirmed.
    pub modes: Vec<ConfirmationMode>,
    /// Who decides disputes; where there is nobody, the operators.
    pub arbiters: Vec<ParticipantId>,
    /// How long after an acceptance its hold must be funded.
    pub funding_by: Seconds,
    /// How long after `work-by` the buyer may dispute.
    pub dispute_window: Seconds<0>,
    /// How long after `dispute-by` a silent buyer's money is released.
    pub auto_release: Seconds,
    /// How long a dispute, an arbiter's confirmation or a manual release may stay undecided.
    pub decision_by: Seconds,
    /// What becomes of what nobody decided in time.
    pub undecided: UndecidedOutcome,
    /// Whether a decision may split the money.
    pub partial_release: bool,
}

/// A text of this program that is of its form: a test reads each.
fn own<T: std::str::FromStr<Err = InvalidError>>(text: &'static str) -> T {
    #[expect(clippy::expect_used, reason = "the texts stand below, and a test reads each")]
    text.parse().expect("a default of its form")
}

#[expect(clippy::expect_used, reason = "the numbers stand below, and a test reads each")]
fn seconds<const LEAST: u64>(count: u64) -> Seconds<LEAST> {
    Seconds::new(count).expect("a default in range")
}

impl Default for Config {
    fn default() -> Self {
        let listen = std::net::SocketAddr::from((std::net::Ipv4Addr::LOCALHOST, 8402));
        Self {
            federation: own("fed:local"),
            data: PathBuf::from("earnest-escrow"),
            journal: Secret::default(),
            key: PathBuf::new(),
            organisation_key: PathBuf::new(),
            passphrase_file: PathBuf::new(),
            operators: Vec::new(),
            gateways: Vec::new(),
            policy: PolicySettings::default(),
            server: ServerSettings { listen, ..ServerSettings::default() },
            log: LogSettings::default(),
        }
    }
}

impl Default for PolicySettings {
    fn default() -> Self {
        Self {
            id: own("escrow-policy:standard-v1"),
            modes: vec![
                ConfirmationMode::SelfConfirmed,
                ConfirmationMode::ArbiterConfirmed,
                ConfirmationMode::ManualReviewOnly,
            ],
            arbiters: Vec::new(),
            funding_by: seconds(300),
            dispute_window: seconds(86_400),
            auto_release: seconds(86_400),
            decision_by: seconds(7 * 86_400),
            undecided: UndecidedOutcome::Refund,
            partial_release: true,
        }
    }
}

impl Config {
    /// The URL of the journal.
    #[must_use]
    pub fn journal_url(&self) -> String {
        match self.journal.expose() {
            "" => format!("sqlite:{}", self.data.join("ledger.sqlite").display()),
            url => url.to_owned(),
        }
    }

    /// The name of the journal: it stands in the chain.
    ///
    /// # Errors
    /// Where the federation's name does not fit into one.
    pub fn journal_name(&self) -> Result<earnest_ports::JournalName, InvalidError> {
        format!("ledger:{}", self.federation).parse()
    }

    /// A key file: the one that is named, else the one of the data folder.
    #[must_use]
    pub fn key_file(&self, named: &Path, own: &str) -> PathBuf {
        if named.as_os_str().is_empty() { self.data.join(own) } else { named.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_of_their_form_and_come_back() {
        let config = Config::default();
        let text = serde_json::to_string(&config).unwrap();
        assert_eq!(serde_json::from_str::<Config>(&text).unwrap(), config);
        assert_eq!(config.journal_url(), "sqlite:earnest-escrow/ledger.sqlite");
        assert!(config.journal_name().is_ok());
    }
}
