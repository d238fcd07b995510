//! `gateway-policy.v1`: a gateway's terms — rates, fees and where they go, limits (seed 002).

use earnest_base::{
    AccountId, Count, Currency, FederationId, GatewayPolicyId, Name, NodeId, Orc, OrcUnit, OrgId, PositiveDecimal,
    SubjectKind, Text, Timestamp,
};
use earnest_signing::{Breach, Check, Document, Lapse, Rule, Signer};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{
    Family,
    gateway_receipt::Direction,
    published::{Published, gateway_policy},
    terms,
    vocabulary::{ServiceStatus, words},
};

/// The terms under which a gateway takes money in and pays it out.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GatewayPolicy {
    /// The terms.
    #[serde(rename = "policy/id")]
    pub id: GatewayPolicyId,
    /// When they were made.
    #[serde(rename = "created-at")]
    pub created_at: Timestamp,
    /// The federation whose ledger the gateway serves.
    #[serde(rename = "federation/id")]
    pub federation: FederationId,
    /// The gateway, and who signs.
    #[serde(rename = "gateway/node-id")]
    pub gateway_node: NodeId,
    /// The organisation that answers for the gateway.
    #[serde(rename = "operator/org-ref")]
    pub operator: OrgId,
    /// The unit of the ledger: always ORC.
    #[serde(rename = "settlement/unit")]
    pub unit: OrcUnit,
    /// Which ways money may go.
    #[serde(rename = "supported/directions")]
    #[schemars(length(min = 1), extend("uniqueItems" = true))]
    pub directions: Vec<Direction>,
    /// How the gateway learns who it deals with.
    #[serde(rename = "kyc/mode")]
    pub kyc: Option<KycMode>,
    /// Whether a person looks at every payout.
    #[serde(rename = "payout/manual-review")]
    pub payout_review: Option<bool>,
    /// The payment providers and banks that it works with.
    #[serde(rename = "external/providers")]
    #[schemars(extend("uniqueItems" = true))]
    pub providers: Option<Vec<Name>>,
    /// What a unit of each external currency is worth.
    pub rates: Option<Vec<ExchangeRate>>,
    /// The fee on money that comes in, in basis points.
    #[serde(rename = "fee/ingress-basis-points")]
    pub ingress_fee: Count<0, 10_000>,
    /// The account that is credited with the fee.
    #[serde(rename = "fee/ingress-destination-account-id")]
    pub ingress_fee_account: AccountId,
    /// The amount below which there is no fee, in minor units.
    #[serde(rename = "fee/ingress-min-internal-amount")]
    pub ingress_fee_from: Orc,
    /// The fee on money that goes out, in basis points; absent where there is none.
    #[serde(rename = "fee/egress-basis-points")]
    pub egress_fee: Option<Count<0, 10_000>>,
    /// The least that may cross at once, in minor units.
    #[serde(rename = "limits/min-internal-amount")]
    pub least: Option<Orc>,
    /// The most that may cross at once, in minor units.
    #[serde(rename = "limits/max-internal-amount")]
    pub most: Option<Orc>,
    /// The most that may cross for one account on one day (UTC), in minor units.
    #[serde(rename = "limits/daily-internal-amount")]
    pub most_daily: Option<Orc>,
    /// Whether the terms are in force.
    pub status: ServiceStatus,
    /// Since when they are suspended.
    #[serde(rename = "suspended-at")]
    pub suspended_at: Option<Timestamp>,
    /// Since when they are retired.
    #[serde(rename = "retired-at")]
    pub retired_at: Option<Timestamp>,
    /// A note for people.
    pub notes: Option<Text>,
}

/// What a unit of an external currency is worth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub struct ExchangeRate {
    /// The currency.
    pub currency: Currency,
    /// How many minor units of ORC one unit of it is.
    #[serde(rename = "minor-per-unit")]
    pub minor_per_unit: PositiveDecimal,
}

words! {
    /// How a gateway learns who it deals with.
    KycMode {
        /// It does not.
        None,
        /// Through its payment provider.
        ProviderManaged,
        /// A person looks.
        ManualReview,
    }
}

impl GatewayPolicy {
    /// The fee on an amount that comes in, in minor units: its share rounded down, nothing for a small amount.
    #[must_use]
    pub fn ingress_fee(&self, total: Orc) -> Orc {
        if total < self.ingress_fee_from {
            return Orc::ZERO;
        }
        let share = u128::from(total.minor()) * u128::from(self.ingress_fee.value()) / 10_000;
        // At most all of the amount, so it is an amount again.
        u64::try_from(share).ok().and_then(|share| Orc::from_minor(share).ok()).unwrap_or(total)
    }

    /// How many minor units of ORC one unit of a currency is, where the terms say.
    #[must_use]
    pub fn rate_of(&self, currency: &Currency) -> Option<PositiveDecimal> {
        self.rates.iter().flatten().find(|rate| rate.currency == *currency).map(|rate| rate.minor_per_unit)
    }
}

impl Document for GatewayPolicy {
    const KIND: &'static str = "gateway-policy.v1";
    const SIGNERS: &'static [Signer] = &[Signer::sole(&["gateway/node-id"], &[SubjectKind::Node])];
    const RULES: &'static [Rule] = &[terms::SUSPENDED, terms::RETIRED];
    const CHECKS: &'static [Check<Self>] = &[
        Check {
            code: "directions",
            says: "at least one way is open, each named once",
            test: |policy| terms::some_and_different("supported/directions", &policy.directions),
        },
        Check {
            code: "providers",
            says: "each provider is named once",
            test: |policy| terms::all_differ("external/providers", policy.providers.as_deref().unwrap_or_default()),
        },
        Check {
            code: "rates",
            says: "each currency has one rate",
            test: |policy| {
                let currencies: Vec<&Currency> = policy.rates.iter().flatten().map(|rate| &rate.currency).collect();
                terms::all_differ("rates", &currencies)
            },
        },
        Check {
            code: "fee-account-federation",
            says: "the fee goes to an account of the federation",
            test: |policy| {
                let member = "fee/ingress-destination-account-id";
                terms::account_of(member, &policy.ingress_fee_account, &policy.federation)
            },
        },
        Check { code: "limit-order", says: "the limits do not cross", test: limits_in_order },
    ];

    fn id(&self) -> String {
        self.id.to_string()
    }

    fn valid_at(&self, now: Timestamp) -> Result<(), Lapse> {
        terms::in_force(self.created_at, self.status, self.suspended_at, self.retired_at, now)
    }
}

fn limits_in_order(policy: &GatewayPolicy) -> Result<(), Breach> {
    let GatewayPolicy { least, most, most_daily, .. } = policy;
    let pairs = [
        ("limits/max-internal-amount", least, most),
        ("limits/daily-internal-amount", most, most_daily),
        ("limits/daily-internal-amount", least, most_daily),
    ];
    for (member, lower, upper) in pairs {
        if let (Some(lower), Some(upper)) = (lower, upper)
            && upper < lower
        {
            return Err(Breach::at(member, format!("expected at least {lower}, found {upper}")));
        }
    }
    Ok(())
}

impl Family for GatewayPolicy {
    const EXAMPLE: &'static str = r#"{
        "schema": "gateway-policy.v1",
        "schema/v": 1,
        "policy/id": "gateway-policy:pl-main-prepaid-v1",
        "created-at": "2026-03-28T08:30:00Z",
        "federation/id": "fed:pl-main",
        "gateway/node-id": "node:did:key:z6Mkfmm57fsb6VL7zVusP8zeA9SYkCKdvUhby2G7Yh8vvQ1P",
        "operator/org-ref": "org:did:key:z6MkfDSNRs2i9S6LZ5vd4RbpZ6754H7R3btDqRTeHhamqvuJ",
        "settlement/unit": "ORC",
        "supported/directions": ["inbound", "outbound"],
        "kyc/mode": "provider-managed",
        "payout/manual-review": true,
        "external/providers": ["psp", "sepa"],
        "rates": [{"currency": "PLN", "minor-per-unit": 100}],
        "fee/ingress-basis-points": 1000,
        "fee/ingress-destination-account-id": "account:fed-pl-main:community-pool",
        "fee/ingress-min-internal-amount": 1,
        "limits/min-internal-amount": 100,
        "limits/max-internal-amount": 1000000,
        "limits/daily-internal-amount": 5000000,
        "status": "active",
        "notes": "Prepaid terms of the federation."
    }"#;
    const PUBLISHED: Option<&'static Published> = Some(&gateway_policy::FORM);
}

#[cfg(test)]
mod tests;
