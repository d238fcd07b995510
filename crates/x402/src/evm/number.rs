//! Numbers of 256 bits, as decimal text.

use std::{fmt, str::FromStr};

use alloy_primitives::U256;
use earnest_base::{InvalidError, Timestamp};

/// A whole number from 0 to 2^256 − 1, on the wire a decimal text without sign, leading zeros or exponent.
///
/// ```
/// use earnest_x402::evm::Uint256;
///
/// let value: Uint256 = "10000".parse()?;
/// assert_eq!(value, Uint256::from(10_000));
/// assert!("0x2710".parse::<Uint256>().is_err());
/// assert!("010000".parse::<Uint256>().is_err());
/// # Ok::<(), earnest_base::InvalidError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uint256(U256);

impl Uint256 {
    /// Nothing.
    pub const ZERO: Self = Self(U256::ZERO);
    /// The greatest one: 2^256 − 1.
    pub const MAX: Self = Self(U256::MAX);

    /// Whether it is nothing.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.0.is_zero()
    }

    /// The 32 bytes, the most significant first.
    #[must_use]
    pub const fn to_be_bytes(&self) -> [u8; 32] {
        self.0.to_be_bytes()
    }

    /// The number, where 64 bits hold it.
    #[must_use]
    pub fn to_u64(&self) -> Option<u64> {
        self.0.try_into().ok()
    }

    /// The moment that it names as seconds since 1970, where it lies before the year 10000.
    #[must_use]
    pub fn to_timestamp(&self) -> Option<Timestamp> {
        Timestamp::from_unix_millis(i64::try_from(self.to_u64()?).ok()?.checked_mul(1000)?)
    }

    pub(super) const fn to_alloy(self) -> U256 {
        self.0
    }
}

impl From<u64> for Uint256 {
    fn from(number: u64) -> Self {
        Self(U256::from(number))
    }
}

impl FromStr for Uint256 {
    type Err = InvalidError;

    fn from_str(text: &str) -> Result<Self, InvalidError> {
        let plain = text.bytes().all(|digit| digit.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
        let number = (plain && (1..=78).contains(&text.len())).then(|| U256::from_str_radix(text, 10).ok()).flatten();
        number.map(Self).ok_or_else(|| InvalidError::new("a whole number below 2^256 in decimal digits", text))
    }
}

impl fmt::Display for Uint256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

super::evm_text!(Uint256, "^(0|[1-9][0-9]{0,77})$", "a whole number below 2^256 in decimal digits");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_one_text_and_256_bits() {
        let greatest = "115792089237316195423570985008687907853269984665640564039457584007913129639935";
        for right in ["0", "1", "10000", greatest] {
            assert_eq!(right.parse::<Uint256>().unwrap().to_string(), right);
        }
        assert_eq!(greatest.parse(), Ok(Uint256::MAX));
        let above = "115792089237316195423570985008687907853269984665640564039457584007913129639936";
        for wrong in ["", "-1", "+1", "00", "01", "1_0", "1.0", "1e3", " 1", "0x1", "１", above, &"9".repeat(79)] {
            assert!(wrong.parse::<Uint256>().is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_number_of_seconds_is_a_moment_until_the_year_9999() {
        assert_eq!(Uint256::from(253_402_300_799).to_timestamp().unwrap().to_string(), "9999-12-31T23:59:59Z");
        for none in [Uint256::from(253_402_300_800), Uint256::from(u64::MAX), Uint256::MAX] {
            assert_eq!(none.to_timestamp(), None, "{none}");
        }
    }
}
