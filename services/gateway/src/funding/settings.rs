//! What funding is told by the configuration. It runs as it is: with a bank whose files an operator drops into a folder.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use earnest_artifacts::{
    GatewayPolicy,
    gateway_policy::{ExchangeRate, KycMode},
    gateway_receipt::Direction,
    vocabulary::ServiceStatus,
};
use earnest_base::{
    AccountId, Count, Currency, FederationId, GatewayPolicyId, InvalidError, Name, NodeId, Orc, OrcUnit, OrgId,
    PositiveDecimal, Timestamp,
};
use earnest_kit::Secret;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

/// What funding is told by the configuration. Times are in milliseconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct FundingSettings {
    /// The terms that come into force at the first start, or under a new id.
    pub policy: PolicySettings,
    /// The payment providers and banks, each under its name.
    pub providers: BTreeMap<String, ProviderSettings>,
    /// How soon what failed is tried again; the time doubles until `retry-most-ms`.
    pub retry_first_ms: u64,
    /// How long a try is put off at most.
    pub retry_most_ms: u64,
    /// How often providers are asked what became of payouts, and folders are looked into.
    pub ask_every_ms: u64,
}

/// The terms under which money crosses. Terms that were used do not change: other terms have another id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct PolicySettings {
    /// Their id.
    pub id: GatewayPolicyId,
    /// The organisation that answers for the gateway; without one, the gateway's own key stands for it.
    pub operator: Option<OrgId>,
    /// Which ways are open.
    pub directions: Vec<Direction>,
    /// How the gateway learns who it deals with.
    pub kyc: KycMode,
    /// Whether an operator looks at every payout.
    pub payout_review: bool,
    /// What a unit of each external currency is worth.
    pub rates: Vec<RateSettings>,
    /// The fee on money that comes in, in basis points.
    pub ingress_fee: Count<0, 10_000>,
    /// The account that fees go to; without one, the federation's `community-pool`.
    pub fee_account: Option<AccountId>,
    /// The amount below which there is no fee on money that comes in, in minor units.
    pub ingress_fee_from: Orc,
    /// The fee on money that goes out, in basis points.
    pub egress_fee: Option<Count<0, 10_000>>,
    /// The least that may cross at once, in minor units.
    pub least: Option<Orc>,
    /// The most that may cross at once, in minor units.
    pub most: Option<Orc>,
    /// The most that may cross for one account on one day (UTC), in minor units.
    pub most_daily: Option<Orc>,
}

/// What a unit of a currency is worth.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RateSettings {
    /// The currency.
    pub currency: Currency,
    /// How many minor units of ORC one unit of it is.
    pub minor_per_unit: PositiveDecimal,
}

/// A payment provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", deny_unknown_fields, rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum ProviderSettings {
    /// One that calls back over HTTP, and is told of payouts over HTTP.
    Webhook {
        /// The secret of its signatures, or several, the one to sign with first: a new one is put in front of the old one.
        #[serde(deserialize_with = "one_or_more")]
        #[schemars(with = "OneOrMore")]
        secrets: Vec<Secret>,
        /// Where payments of a top-up are asked for; where it is empty, they are not.
        #[serde(default)]
        payment_url: String,
        /// Where payouts are posted to; where it is empty, this provider pays nothing out.
        #[serde(default)]
        payout_url: String,
        /// How old a message may be, and how far ahead, in seconds.
        #[serde(default = "window")]
        window_secs: u64,
    },
    /// One whose statements an operator posts, or drops into a folder.
    File {
        /// The folder; where it is empty, one of the provider's name below the data folder.
        #[serde(default)]
        #[schemars(with = "String")]
        folder: PathBuf,
    },
}

/// One secret, or several. What is neither is not repeated in the error.
#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(inline)]
enum OneOrMore {
    One(Secret),
    More(Vec<Secret>),
}

fn one_or_more<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Secret>, D::Error> {
    match OneOrMore::deserialize(deserializer) {
        Ok(OneOrMore::One(secret)) => Ok(vec![secret]),
        Ok(OneOrMore::More(secrets)) => Ok(secrets),
        Err(_) => Err(serde::de::Error::custom("expected a secret, or a list of secrets")),
    }
}

/// Five minutes, as providers have it.
const fn window() -> u64 {
    300
}

impl Default for FundingSettings {
    fn default() -> Self {
        let bank = ProviderSettings::File { folder: PathBuf::new() };
        Self {
            policy: PolicySettings::default(),
            providers: BTreeMap::from([("bank".to_owned(), bank)]),
            retry_first_ms: 250,
            retry_most_ms: 30_000,
            ask_every_ms: 10_000,
        }
    }
}

/// A text of this program that is of its form: a test reads each.
fn own<T: std::str::FromStr<Err = InvalidError>>(text: &'static str) -> T {
    #[expect(clippy::expect_used, reason = "the texts stand below, and a test reads each")]
    text.parse().expect("a default of its form")
}

#[expect(clippy::expect_used, reason = "the numbers stand below, and a test reads each")]
fn orc(minor: u64) -> Orc {
    Orc::from_minor(minor).expect("a default in range")
}

impl Default for PolicySettings {
    fn default() -> Self {
        #[expect(clippy::expect_used, reason = "the number stands here, and a test reads it")]
        let ingress_fee = Count::new(1_000).expect("a default in range");
        Self {
            id: own("gateway-policy:standard-v1"),
            operator: None,
            directions: vec![Direction::Inbound, Direction::Outbound],
            kyc: KycMode::ProviderManaged,
            payout_review: true,
            rates: vec![RateSettings { currency: own("PLN"), minor_per_unit: own("100") }],
            ingress_fee,
            fee_account: None,
            ingress_fee_from: orc(1),
            egress_fee: None,
            least: Some(orc(100)),
            most: Some(orc(1_000_000)),
            most_daily: Some(orc(5_000_000)),
        }
    }
}

impl FundingSettings {
    /// The terms, as the gateway of this node would sign them now.
    ///
    /// # Errors
    /// Where a name of a provider is none, or the federation makes no account id.
    pub fn policy_at(
        &self,
        node: NodeId,
        federation: &FederationId,
        now: Timestamp,
    ) -> Result<GatewayPolicy, InvalidError> {
        let terms = self.policy.clone();
        let pool = || format!("account:{}:community-pool", federation.as_str().replace(':', "-")).parse();
        let providers: Result<Vec<Name>, InvalidError> = self.providers.keys().map(|name| name.parse()).collect();
        let rate = |rate: RateSettings| ExchangeRate { currency: rate.currency, minor_per_unit: rate.minor_per_unit };
        Ok(GatewayPolicy {
            id: terms.id,
            created_at: now,
            federation: federation.clone(),
            gateway_node: node,
            operator: terms.operator.unwrap_or_else(|| OrgId::new(*earnest_base::Subject::from(node).key())),
            unit: OrcUnit::Orc,
            directions: terms.directions,
            kyc: Some(terms.kyc),
            payout_review: Some(terms.payout_review),
            providers: Some(providers?),
            rates: Some(terms.rates.into_iter().map(rate).collect()),
            ingress_fee: terms.ingress_fee,
            ingress_fee_account: terms.fee_account.map_or_else(pool, Ok)?,
            ingress_fee_from: terms.ingress_fee_from,
            egress_fee: terms.egress_fee,
            least: terms.least,
            most: terms.most,
            most_daily: terms.most_daily,
            status: ServiceStatus::Active,
            suspended_at: None,
            retired_at: None,
            notes: None,
        })
    }
}

/// The folder of a provider.
pub(crate) fn folder_of(named: &Path, data: &Path, name: &str) -> PathBuf {
    if named.as_os_str().is_empty() { data.join("funding").join(name) } else { named.to_owned() }
}

#[cfg(test)]
mod tests {
    use earnest_signing::{Draft, SecretKey};

    use super::*;

    #[test]
    fn the_defaults_come_back_and_make_terms_that_can_be_signed() {
        let settings = FundingSettings::default();
        let text = serde_json::to_string(&settings).unwrap();
        assert_eq!(serde_json::from_str::<FundingSettings>(&text).unwrap(), settings);
        let node = NodeId::new(*SecretKey::from_seed(&[8; 32]).public());
        let now = "2026-04-01T06:00:00Z".parse().unwrap();
        Draft::new(&settings.policy_at(node, &"fed:local".parse().unwrap(), now).unwrap()).unwrap();
    }

    #[test]
    fn one_secret_or_several_are_read_and_what_is_neither_is_not_repeated() {
        let read = |secrets: &str| {
            serde_json::from_str::<ProviderSettings>(&format!(r#"{{"kind": "webhook", "secrets": {secrets}}}"#))
        };
        for (secrets, count) in [(r#""canary""#, 1), (r#"["canary", "old"]"#, 2), ("[]", 0)] {
            let Ok(ProviderSettings::Webhook { secrets, .. }) = read(secrets) else { panic!("{secrets}") };
            assert_eq!(secrets.len(), count);
        }
        for wrong in [r#"{"canary": 1}"#, r#"["canary", 5]"#, r#"[["canary"]]"#, "5"] {
            let error = read(wrong).unwrap_err().to_string();
            assert!(error.starts_with("expected a secret, or a list of secrets"), "{error}");
            assert!(!error.contains("canary"), "{error}");
        }
    }

    #[test]
    fn a_secret_is_not_shown() {
        let settings = ProviderSettings::Webhook {
            secrets: vec![Secret::new("canary".to_owned())],
            payment_url: String::new(),
            payout_url: String::new(),
            window_secs: 300,
        };
        assert!(!format!("{settings:?}{}", serde_json::to_string(&settings).unwrap()).contains("canary"));
    }
}
