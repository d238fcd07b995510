//! What a gateway is told by its configuration. It runs as it is: with no file it makes its keys and its database in a
//! folder beside it, and settles payments in ORC at an escrow on the same machine.

use std::path::{Path, PathBuf};

use earnest_base::{FederationId, InvalidError, Name, NodeId, ParticipantId, Sha256Digest, Subject};
use earnest_kit::{Secret, ServerSettings, telemetry::LogSettings};
use earnest_paywall::Sell;
use earnest_rail::evm::EvmTerms;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::funding::FundingSettings;

/// A gateway's configuration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    /// The federation on whose ledger it settles.
    pub federation: FederationId,
    /// The folder of its keys and, where `journal` is empty, its database.
    #[schemars(with = "String")]
    pub data: PathBuf,
    /// The journal: `sqlite:<path>` or `postgres://…`; where it is empty, `relay.sqlite` in the data folder. A second
    /// gateway on the same PostgreSQL stands by and takes over.
    pub journal: Secret,
    /// The key file of this gateway's node; where it is empty, `gateway.key` in the data folder, made at the first start.
    #[schemars(with = "String")]
    pub key: PathBuf,
    /// The file with the passphrase of key files that are encrypted.
    #[schemars(with = "String")]
    pub passphrase_file: PathBuf,
    /// The URL under which others reach it: where payments are asked after. Without it, the address that it listens at.
    pub public_url: String,
    /// The escrow that keeps the federation's ledger.
    pub escrow: EscrowSettings,
    /// The chains that payments are taken on besides.
    pub chains: Vec<ChainSettings>,
    /// Limits on payments.
    pub payments: PaymentSettings,
    /// The facilitator API.
    pub facilitator: FacilitatorSettings,
    /// The RPC.
    pub rpc: RpcSettings,
    /// Whether outside money comes in and goes out here, at the escrow above.
    pub funding_open: bool,
    /// Outside money: providers and terms.
    pub funding: FundingSettings,
    /// What is sold here: routes of somebody's endpoints, each with its price, under the public URL.
    pub sell: Sell,
    /// The participants who operate it; where there is none, the one of `operator.key` in the data folder.
    pub operators: Vec<ParticipantId>,
    /// The listener for everybody.
    pub server: ServerSettings,
    /// The listener for its operators.
    pub operator: ServerSettings,
    /// The log.
    pub log: LogSettings,
}

/// The escrow that keeps the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct EscrowSettings {
    /// Its URL; where it is empty, no payments in ORC are taken.
    pub url: String,
    /// Its node: documents that another node signed are refused. Without it, whoever answers at the URL is believed.
    pub node: Option<NodeId>,
}

/// A chain that payments are taken on, whose transactions this gateway pays for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ChainSettings {
    /// The key files of the wallets that pay for transactions, as `earnest key new --passphrase` makes them: each must be
    /// encrypted.
    #[schemars(with = "Vec<String>")]
    pub sponsor_keys: Vec<PathBuf>,
    /// Its nodes, tokens, fees and limits.
    pub terms: EvmTerms,
}

/// Limits on payments, on each rail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct PaymentSettings {
    /// How many payments may be under way.
    pub backlog_limit: usize,
    /// How many of those may be one payer's.
    pub sender_limit: usize,
}

/// The facilitator API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct FacilitatorSettings {
    /// Who may use rails whose transactions this gateway pays for: bearer tokens, by their digest.
    pub keys: Vec<FacilitatorKey>,
    /// Whether anybody may.
    pub open: bool,
    /// How long `/settle` waits for the end of a payment, in milliseconds: at most 25000.
    pub settle_within_ms: u64,
}

/// A bearer token that is taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FacilitatorKey {
    /// Whose it is: their payment identifiers are their own.
    pub name: Name,
    /// The SHA-256 of the token.
    pub digest: Sha256Digest,
}

/// The RPC.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct RpcSettings {
    /// The services that may call it, by whom their requests are signed.
    pub callers: Vec<Subject>,
}

/// A text of this program that is of its form: a test reads each.
fn own<T: std::str::FromStr<Err = InvalidError>>(text: &'static str) -> T {
    #[expect(clippy::expect_used, reason = "the texts stand below, and a test reads each")]
    text.parse().expect("a default of its form")
}

fn loopback(port: u16) -> ServerSettings {
    let listen = std::net::SocketAddr::from((std::net::Ipv4Addr::LOCALHOST, port));
    ServerSettings { listen, ..ServerSettings::default() }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            federation: own("fed:local"),
            data: PathBuf::from("earnest-gateway"),
            journal: Secret::default(),
            key: PathBuf::new(),
            passphrase_file: PathBuf::new(),
            public_url: String::new(),
            escrow: EscrowSettings::default(),
            chains: Vec::new(),
            payments: PaymentSettings::default(),
            facilitator: FacilitatorSettings::default(),
            rpc: RpcSettings::default(),
            funding_open: true,
            funding: FundingSettings::default(),
            sell: Sell::default(),
            operators: Vec::new(),
            server: loopback(8403),
            operator: loopback(8404),
            log: LogSettings::default(),
        }
    }
}

impl Default for EscrowSettings {
    fn default() -> Self {
        Self { url: "http://127.0.0.1:8402".to_owned(), node: None }
    }
}

impl Default for PaymentSettings {
    fn default() -> Self {
        Self { backlog_limit: 100_000, sender_limit: 1_000 }
    }
}

impl Default for FacilitatorSettings {
    fn default() -> Self {
        Self { keys: Vec::new(), open: false, settle_within_ms: 20_000 }
    }
}

impl FacilitatorSettings {
    /// How long `/settle` waits.
    pub(crate) fn settle_within(&self) -> std::time::Duration {
        std::time::Duration::from_millis(self.settle_within_ms.min(25_000))
    }
}

impl Config {
    /// The URL of the journal.
    #[must_use]
    pub fn journal_url(&self) -> String {
        match self.journal.expose() {
            "" => format!("sqlite:{}", self.data.join("relay.sqlite").display()),
            url => url.to_owned(),
        }
    }

    /// The URL of the journal of outside money: the same database, or a file of its own in the data folder.
    #[must_use]
    pub fn funding_url(&self) -> String {
        match self.journal.expose() {
            url if url.starts_with("postgres") => url.to_owned(),
            _ => format!("sqlite:{}", self.data.join("funding.sqlite").display()),
        }
    }

    /// The URL of the till, which keeps what was paid for: the same database, or a file of its own in the data folder.
    #[must_use]
    pub fn till_url(&self) -> String {
        match self.journal.expose() {
            url if url.starts_with("postgres") => url.to_owned(),
            _ => format!("sqlite:{}", self.data.join("till.sqlite").display()),
        }
    }

    /// The name of the journal: it stands in the chain.
    ///
    /// # Errors
    /// Where the federation's name does not fit into one.
    pub fn journal_name(&self) -> Result<earnest_ports::JournalName, InvalidError> {
        format!("relay:{}", self.federation).parse()
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
        assert_eq!(config.journal_url(), "sqlite:earnest-gateway/relay.sqlite");
        assert!(config.journal_name().is_ok());
        assert!(config.server.listen.ip().is_loopback() && config.operator.listen.ip().is_loopback());
    }
}
