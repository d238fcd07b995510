//! What an amount outside is inside, and what the fee takes of it: exact, or refused (decision D6).

use earnest_artifacts::{Document, GatewayPolicy, gateway_receipt::Direction};
use earnest_base::{BoundedDecimal, Currency, Decimal, NonNegativeDecimal, Orc, PositiveDecimal, Ratio, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Bar;

/// What an amount is at the terms in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub struct Quote {
    /// How many minor units of ORC one unit of the currency is.
    pub rate: PositiveDecimal,
    /// The amount before the fee, in units of the currency.
    pub external: PositiveDecimal,
    /// The fee as a share of it.
    pub fee_rate: Ratio,
    /// The fee, in units of the currency.
    pub fee_external: NonNegativeDecimal,
    /// What is left, in units of the currency.
    pub net_external: PositiveDecimal,
    /// The fee in minor units, rounded down.
    pub fee: Orc,
    /// What is credited, or leaves the ledger, in minor units.
    pub net: Orc,
}

impl Quote {
    /// What an amount is at these terms. The daily limit is not looked at here.
    ///
    /// # Errors
    /// The first bar, in the order of [`Bar`].
    pub fn of(
        policy: &GatewayPolicy,
        direction: Direction,
        external: PositiveDecimal,
        currency: &Currency,
        limits: bool,
    ) -> Result<Self, Bar> {
        let rate = policy.rate_of(currency).ok_or(Bar::CurrencyUnlisted)?;
        let quote = Self::exact(policy, direction, external, rate).ok_or(Bar::AmountInexact)?;
        let total = quote.total().ok_or(Bar::AmountInexact)?;
        if limits && policy.least.is_some_and(|least| total < least) {
            return Err(Bar::BelowLeast);
        }
        if limits && policy.most.is_some_and(|most| total > most) {
            return Err(Bar::AboveMost);
        }
        Ok(quote)
    }

    fn exact(
        policy: &GatewayPolicy,
        direction: Direction,
        external: PositiveDecimal,
        rate: PositiveDecimal,
    ) -> Option<Self> {
        let total = Orc::from_minor(external.value().times(rate.value())?.times_integer(1)?).ok()?;
        let points = match direction {
            Direction::Inbound if total < policy.ingress_fee_from => 0,
            Direction::Inbound => policy.ingress_fee.value(),
            Direction::Outbound => policy.egress_fee.map_or(0, earnest_base::Count::value),
        };
        let fee_rate = Decimal::new(i64::try_from(points).ok()?, -4).ok()?;
        let fee_external = external.value().times(fee_rate)?;
        let minus = Decimal::new(-1, 0).ok()?;
        let net_external = PositiveDecimal::new(external.value().plus(fee_external.times(minus)?)?).ok()?;
        let fee = match direction {
            Direction::Inbound => policy.ingress_fee(total),
            // What is paid out is paid in whole cents: a bank has nothing smaller, and nothing may be lost on the way.
            Direction::Outbound => {
                net_external.value().times_integer(100)?;
                Orc::from_minor(fee_external.times(rate.value())?.times_integer(1)?).ok()?
            }
        };
        let net = total.minus(fee).ok().filter(|net| !net.is_zero())?;
        let fee_external = NonNegativeDecimal::new(fee_external).ok()?;
        Some(Self { rate, external, fee_rate: Ratio::new(fee_rate).ok()?, fee_external, net_external, fee, net })
    }

    /// What crosses in minor units, the fee included.
    #[must_use]
    pub fn total(&self) -> Option<Orc> {
        self.net.plus(self.fee).ok()
    }
}

/// The terms, where they are in force and let money of this provider go this way.
pub(crate) fn in_force<'a>(
    policy: Option<&'a GatewayPolicy>,
    direction: Direction,
    provider: Option<&earnest_base::Name>,
    now: Timestamp,
) -> Result<&'a GatewayPolicy, Bar> {
    let policy = policy.filter(|policy| policy.valid_at(now).is_ok()).ok_or(Bar::PolicyNotInForce)?;
    if !policy.directions.contains(&direction) {
        return Err(Bar::DirectionClosed);
    }
    match (&policy.providers, provider) {
        (Some(listed), Some(provider)) if !listed.contains(provider) => Err(Bar::ProviderUnlisted),
        _ => Ok(policy),
    }
}
