//! What is counted, and how much of it may be spent.

use std::fmt;

use earnest_base::{InvalidError, Network, Timestamp};
use earnest_x402::{Amount, AssetId};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What is counted: an asset on a network, each in its one spelling. A symbol names nothing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Unit {
    /// The network.
    pub network: Network,
    /// The asset.
    pub asset: AssetId,
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} on {}", self.asset, self.network)
    }
}

/// Atomic units of an asset; on the wire a decimal text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Units(pub u128);

impl Units {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// The sum, where it can be told.
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// What is left; nothing where there is less.
    #[must_use]
    pub const fn less(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// Reads a price such as `0.25` of an asset that has so many decimals.
    ///
    /// ```
    /// use earnest_client::budget::Units;
    ///
    /// assert_eq!(Units::parse("0.25", 2)?, Units(25));
    /// assert_eq!(Units::parse("3", 6)?, Units(3_000_000));
    /// assert!(Units::parse("0.255", 2).is_err());
    /// # Ok::<(), earnest_base::InvalidError>(())
    /// ```
    ///
    /// # Errors
    /// Where it is no such number, has more decimals, or is too large.
    pub fn parse(text: &str, decimals: u8) -> Result<Self, InvalidError> {
        let invalid = || InvalidError::new(format!("an amount of at most {decimals} decimals, such as 0.25"), text);
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let digits = |text: &str| text.bytes().all(|digit| digit.is_ascii_digit());
        let ends_in_point = text.contains('.') && part.is_empty();
        if whole.is_empty() || ends_in_point || !digits(whole) || !digits(part) || part.len() > usize::from(decimals) {
            return Err(invalid());
        }
        let padded = format!("{whole}{part:0<width$}", width = usize::from(decimals));
        padded.parse().map(Self).map_err(|_| invalid())
    }

    /// The amount as people write it, for an asset of so many decimals: never fewer than the asset has.
    #[must_use]
    pub fn shown(self, decimals: u8) -> String {
        let width = usize::from(decimals);
        if width == 0 {
            return self.0.to_string();
        }
        let digits = format!("{:0>width$}", self.0, width = width + 1);
        let (whole, part) = digits.split_at(digits.len() - width);
        format!("{whole}.{part}")
    }
}

impl From<Units> for Amount {
    fn from(units: Units) -> Self {
        Self::from(units.0)
    }
}

impl fmt::Display for Units {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Units {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Units {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map(Self).map_err(serde::de::Error::custom)
    }
}

/// How much may be spent in a unit. They come with every reservation, because they are configuration and no fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// What one payment may be.
    pub per_call: Units,
    /// What one payee may get on a day.
    pub per_payee: Units,
    /// What all payees together may get on a day.
    pub per_day: Units,
}

impl Limits {
    /// At most so much for a call, a payee's day and a day.
    #[must_use]
    pub const fn new(per_call: Units, per_payee: Units, per_day: Units) -> Self {
        Self { per_call, per_payee, per_day }
    }
}

/// A day in UTC, since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Day(i64);

impl Day {
    /// The day of a moment.
    #[must_use]
    pub const fn of(moment: Timestamp) -> Self {
        Self(moment.unix_millis().div_euclid(86_400_000))
    }

    /// So many days before.
    pub(super) const fn before(self, days: i64) -> Self {
        Self(self.0.saturating_sub(days))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_written_as_it_is_read() {
        for (text, decimals, units) in
            [("0", 2, 0), ("0.01", 2, 1), ("1.50", 2, 150), ("12", 0, 12), ("0.000001", 6, 1), ("1.5", 6, 1_500_000)]
        {
            assert_eq!(Units::parse(text, decimals).unwrap(), Units(units), "{text}");
            let shown = Units(units).shown(decimals);
            assert_eq!(Units::parse(&shown, decimals).unwrap(), Units(units), "{shown}");
        }
        for wrong in ["", ".", "1.", ".5", "-1", "+1", "1,5", "1e2", " 1", "0.001", "1.0.0", "４"] {
            assert!(Units::parse(wrong, 2).is_err(), "{wrong}");
        }
        assert!(Units::parse(&"9".repeat(40), 2).is_err());
        assert_eq!(Units(5).shown(2), "0.05");
        assert_eq!(Units(1_234_567).shown(6), "1.234567");
    }

    #[test]
    fn a_day_begins_at_midnight_in_utc() {
        let day = |text: &str| Day::of(text.parse().unwrap());
        assert_eq!(day("2026-04-01T00:00:00Z"), day("2026-04-01T23:59:59.999Z"));
        assert!(day("2026-03-31T23:59:59.999Z") < day("2026-04-01T00:00:00Z"));
    }
}
