//! `gateway-receipt.v1`: money that crossed between the ledger and the outside (seed 002; decisions D6, E5).

use earnest_base::{
    AccountId, BoundedDecimal, Currency, Decimal, GatewayPolicyId, GatewayReceiptId, MoneyError, Name, NodeId,
    NonNegativeDecimal, Orc, OrcUnit, PositiveDecimal, Ratio, SubjectKind, Text, Timestamp,
};
use earnest_signing::{Breach, Check, Cond, Document, Rule, Signer, Then, Value};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{
    Family,
    amount::at_least_one,
    published::{Published, gateway_receipt},
    vocabulary::words,
};

/// Money that crossed between the ledger and the outside. The same receipt credits an account at most once.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GatewayReceipt {
    /// The receipt.
    #[serde(rename = "receipt/id")]
    pub id: GatewayReceiptId,
    /// The node that saw the money cross, and signs.
    #[serde(rename = "gateway/node-id")]
    pub gateway_node: NodeId,
    /// Which way it went.
    pub direction: Direction,
    /// What moved outside before the fee, in units of the external currency.
    #[serde(rename = "external/amount")]
    pub external_amount: PositiveDecimal,
    /// The currency outside.
    #[serde(rename = "external/currency")]
    pub external_currency: Currency,
    /// What the account is credited or debited after the fee, in minor units: at least one.
    #[serde(rename = "internal/amount", deserialize_with = "at_least_one")]
    #[schemars(range(min = 1))]
    pub internal_amount: Orc,
    /// The unit of the ledger: always ORC.
    #[serde(rename = "internal/currency")]
    pub internal_currency: OrcUnit,
    /// The account.
    #[serde(rename = "account/id")]
    pub account: AccountId,
    /// When it crossed.
    pub ts: Timestamp,
    /// The payment outside, as its provider calls it.
    #[serde(rename = "external/payment-ref")]
    pub payment_ref: Name,
    /// The gateway's terms in force.
    #[serde(rename = "gateway-policy/ref")]
    pub gateway_policy: GatewayPolicyId,
    /// The fee, in units of the external currency.
    #[serde(rename = "fee/external-amount")]
    pub fee_external: Option<NonNegativeDecimal>,
    /// The fee as a share of what moved outside.
    #[serde(rename = "fee/rate")]
    pub fee_rate: Option<Ratio>,
    /// The account that is credited with the fee.
    #[serde(rename = "fee/destination-account-id")]
    pub fee_account: Option<AccountId>,
    /// What moved outside less the fee, in units of the external currency.
    #[serde(rename = "net/external-amount")]
    pub net_external: Option<PositiveDecimal>,
    /// How many minor units of ORC one unit of the external currency is.
    #[serde(rename = "rate/applied")]
    pub rate: Option<PositiveDecimal>,
    /// The fee in minor units: the fee outside at the rate, rounded down.
    #[serde(rename = "internal/fee-amount")]
    pub internal_fee: Option<Orc>,
    /// Who moved the money outside: a payment provider, a bank.
    #[serde(rename = "external/provider")]
    pub provider: Option<Name>,
    /// The terms from which the rate comes.
    #[serde(rename = "exchange-policy/ref")]
    pub exchange_policy: Option<Name>,
    /// A note for people.
    pub notes: Option<Text>,
}

words! {
    /// Which way money crosses the gateway.
    Direction {
        /// Into the ledger.
        Inbound,
        /// Out of the ledger.
        Outbound,
    }
}

impl GatewayReceipt {
    /// What crossed in minor units, the fee included.
    ///
    /// # Errors
    /// Above 2^53 − 1 minor units.
    pub fn total(&self) -> Result<Orc, MoneyError> {
        self.internal_amount.plus(self.fee())
    }

    /// The fee in minor units; nothing where the receipt names none.
    #[must_use]
    pub fn fee(&self) -> Orc {
        self.internal_fee.unwrap_or(Orc::ZERO)
    }
}

impl Document for GatewayReceipt {
    const KIND: &'static str = "gateway-receipt.v1";
    const SIGNERS: &'static [Signer] = &[Signer::sole(&["gateway/node-id"], &[SubjectKind::Node])];
    const RULES: &'static [Rule] = &[Rule {
        code: "inbound-incomplete",
        says: "money that comes in names its rate, its fee and where the fee goes",
        when: &[Cond::Is("direction", Value::Text("inbound"))],
        then: &[Then::Has(&[
            "fee/external-amount",
            "fee/rate",
            "fee/destination-account-id",
            "net/external-amount",
            "rate/applied",
            "internal/fee-amount",
        ])],
    }];
    const CHECKS: &'static [Check<Self>] = &[
        Check { code: "fee-share", says: "the fee is its share of what moved outside", test: fee_is_its_share },
        Check {
            code: "net-amount",
            says: "the fee and what is left are what moved outside",
            test: net_is_what_is_left,
        },
        Check {
            code: "internal-total",
            says: "what moved outside, at the rate, is what was credited and the fee",
            test: total_is_at_the_rate,
        },
        Check {
            code: "internal-fee",
            says: "the fee inside is the fee outside at the rate, rounded down",
            test: internal_fee_is_at_the_rate,
        },
    ];

    fn id(&self) -> String {
        self.id.to_string()
    }
}

fn unequal(member: &str, expected: Option<Decimal>, found: impl std::fmt::Display) -> Breach {
    let expected = expected.map_or_else(|| "a number of at most 15 digits".to_owned(), |number| number.to_string());
    Breach::at(member, format!("expected {expected}, found {found}"))
}

fn fee_is_its_share(receipt: &GatewayReceipt) -> Result<(), Breach> {
    let (Some(fee), Some(rate)) = (receipt.fee_external, receipt.fee_rate) else { return Ok(()) };
    let share = receipt.external_amount.value().times(rate.value());
    if share == Some(fee.value()) { Ok(()) } else { Err(unequal("fee/external-amount", share, fee)) }
}

fn net_is_what_is_left(receipt: &GatewayReceipt) -> Result<(), Breach> {
    let (Some(fee), Some(net)) = (receipt.fee_external, receipt.net_external) else { return Ok(()) };
    let external = receipt.external_amount;
    if fee.value().plus(net.value()) == Some(external.value()) {
        Ok(())
    } else {
        Err(Breach::at("net/external-amount", format!("expected {external} less {fee}, found {net}")))
    }
}

fn total_is_at_the_rate(receipt: &GatewayReceipt) -> Result<(), Breach> {
    let total = receipt.total().map_err(|error| Breach::at("internal/amount", error.to_string()))?;
    let Some(rate) = receipt.rate else { return Ok(()) };
    let crossed = receipt.external_amount.value().times(rate.value());
    if crossed.is_some() && crossed == minor(total.minor()) {
        Ok(())
    } else {
        let found = format!("{} and a fee of {}", receipt.internal_amount.minor(), receipt.fee().minor());
        Err(unequal("internal/amount", crossed, found))
    }
}

fn internal_fee_is_at_the_rate(receipt: &GatewayReceipt) -> Result<(), Breach> {
    let (Some(fee), Some(rate), Some(found)) = (receipt.fee_external, receipt.rate, receipt.internal_fee) else {
        return Ok(());
    };
    let exact = fee.value().times(rate.value());
    let fits = match (exact, minor(found.minor()), minor(found.minor() + 1)) {
        (Some(exact), Some(least), Some(above)) => least <= exact && exact < above,
        _ => false,
    };
    if fits { Ok(()) } else { Err(unequal("internal/fee-amount", exact, found.minor())) }
}

/// Whole minor units as a decimal, where it has at most 15 digits.
fn minor(units: u64) -> Option<Decimal> {
    Decimal::new(i64::try_from(units).ok()?, 0).ok()
}

impl Family for GatewayReceipt {
    const EXAMPLE: &'static str = r#"{
        "schema": "gateway-receipt.v1",
        "schema/v": 1,
        "receipt/id": "gw:01JVGW001",
        "gateway/node-id": "node:did:key:z6Mkfmm57fsb6VL7zVusP8zeA9SYkCKdvUhby2G7Yh8vvQ1P",
        "direction": "inbound",
        "external/amount": 500,
        "external/currency": "PLN",
        "fee/external-amount": 50,
        "fee/rate": 0.1,
        "fee/destination-account-id": "account:fed-pl-main:community-pool",
        "net/external-amount": 450,
        "rate/applied": 100,
        "internal/amount": 45000,
        "internal/fee-amount": 5000,
        "internal/currency": "ORC",
        "account/id": "account:fed-pl-main:casualfeeders",
        "ts": "2026-04-01T06:00:00Z",
        "external/payment-ref": "psp:pi_0001",
        "external/provider": "psp",
        "gateway-policy/ref": "gateway-policy:pl-main-prepaid-v1"
    }"#;
    const PUBLISHED: Option<&'static Published> = Some(&gateway_receipt::FORM);
}

#[cfg(test)]
mod tests;
