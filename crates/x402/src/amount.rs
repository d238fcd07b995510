//! Amounts: whole atomic units of an asset, as decimal text.

use std::{cmp::Ordering, fmt, str::FromStr};

use earnest_base::{InvalidError, Orc};

crate::text::texts! {
    /// The text of an amount.
    Digits { pattern: "^(0|[1-9][0-9]*)$", max: 78, what: "an amount in atomic units", example: "10000" }
}

/// Whole atomic units of an asset, as decimal text without leading zeros, of at most 78 digits: every unsigned integer
/// of 256 bits fits. The published schema takes any text that is not empty; what is no number is refused here, because
/// it can be neither compared nor paid.
///
/// ```
/// use earnest_x402::Amount;
///
/// let price: Amount = "10000".parse()?;
/// assert!(price > "9999".parse()?);
/// assert_eq!(price.to_u128(), Some(10_000));
/// assert!("1.5".parse::<Amount>().is_err());
/// # Ok::<(), earnest_base::InvalidError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(transparent)]
#[schemars(inline)]
pub struct Amount(Digits);

impl Amount {
    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Whether it is nothing.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.as_str() == "0"
    }

    /// The number, where 128 bits hold it.
    #[must_use]
    pub fn to_u128(&self) -> Option<u128> {
        self.as_str().parse().ok()
    }

    /// The same number of ORC's minor units, where ORC has that many.
    #[must_use]
    pub fn to_orc(&self) -> Option<Orc> {
        self.as_str().parse().ok().and_then(|minor| Orc::from_minor(minor).ok())
    }
}

impl From<u128> for Amount {
    fn from(units: u128) -> Self {
        Self(Digits::from_valid(units.to_string()))
    }
}

impl From<Orc> for Amount {
    /// The minor units of ORC are its atomic units.
    fn from(orc: Orc) -> Self {
        Self::from(u128::from(orc.minor()))
    }
}

impl FromStr for Amount {
    type Err = InvalidError;

    fn from_str(text: &str) -> Result<Self, InvalidError> {
        text.parse().map(Self)
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl PartialOrd for Amount {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Amount {
    /// By number: without leading zeros, the longer text is the greater number.
    fn cmp(&self, other: &Self) -> Ordering {
        let (one, other) = (self.as_str(), other.as_str());
        one.len().cmp(&other.len()).then_with(|| one.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_written_in_one_way() {
        let largest = "115792089237316195423570985008687907853269984665640564039457584007913129639935";
        for right in ["0", "1", "10000", largest] {
            assert_eq!(right.parse::<Amount>().unwrap().as_str(), right);
        }
        let long = "9".repeat(79);
        for wrong in ["", "-1", "+1", "01", "1.0", "1e3", " 1", "1 ", "0x1", "１", "$1", long.as_str()] {
            assert!(wrong.parse::<Amount>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn amounts_compare_by_number() {
        let amounts: Vec<Amount> = ["0", "9", "10", "99", "100"].iter().map(|text| text.parse().unwrap()).collect();
        assert!(amounts.is_sorted());
        assert_eq!(Amount::from(Orc::from_minor(1000).unwrap()), "1000".parse().unwrap());
        assert_eq!("9007199254740992".parse::<Amount>().unwrap().to_orc(), None);
    }
}
