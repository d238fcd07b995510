//! Exact decimals of at most 15 significant digits: what JSON carries as a number without losing a digit.

use std::{cmp::Ordering, fmt};

use crate::InvalidError;

/// The greatest number of significant digits that a JSON number carries exactly through every reader.
const MAX_DIGITS: u32 = 15;
/// Exponents beyond this would leave the range in which 15 digits survive a binary double.
const MAX_EXPONENT: i32 = 290;

/// An exact decimal number: a coefficient of at most 15 digits times a power of ten.
///
/// Its JSON form is a number. At most 15 significant digits survive the way through a binary double unchanged, so the
/// value that a signer wrote is the value that every reader holds.
///
/// ```
/// use earnest_base::Decimal;
///
/// let rate: Decimal = "0.10".parse()?;
/// assert_eq!(rate.to_string(), "0.1");
/// assert_eq!(rate.times_integer(50_000), Some(5_000));
/// assert!("0.1234567890123456".parse::<Decimal>().is_err());
/// # Ok::<(), earnest_base::InvalidError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Decimal {
    /// Without trailing zeros; zero has exponent zero.
    coefficient: i64,
    exponent: i32,
}

impl Decimal {
    /// Zero.
    pub const ZERO: Self = Self { coefficient: 0, exponent: 0 };
    /// One.
    pub const ONE: Self = Self { coefficient: 1, exponent: 0 };

    /// The number `coefficient × 10^exponent`.
    ///
    /// # Errors
    /// Where it has more than 15 significant digits, or an exponent out of range.
    pub fn new(coefficient: i64, exponent: i32) -> Result<Self, InvalidError> {
        let (mut digits, mut power) = (coefficient, i64::from(exponent));
        while digits != 0 && digits % 10 == 0 {
            digits /= 10;
            power += 1;
        }
        if digits == 0 {
            return Ok(Self::ZERO);
        }
        let too_long = digits.unsigned_abs() >= 10_u64.pow(MAX_DIGITS);
        match i32::try_from(power) {
            Ok(power) if !too_long && power.abs() <= MAX_EXPONENT => Ok(Self { coefficient: digits, exponent: power }),
            _ => Err(InvalidError::new(
                format!("a number of at most {MAX_DIGITS} significant digits"),
                &format!("{coefficient}e{exponent}"),
            )),
        }
    }

    /// Whether it is below zero.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.coefficient < 0
    }

    /// Whether it is zero.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.coefficient == 0
    }

    /// The exact product with a whole number, where that product is whole and fits.
    #[must_use]
    pub fn times_integer(self, factor: u64) -> Option<u64> {
        let product = i128::from(self.coefficient).checked_mul(i128::from(factor))?;
        u64::try_from(scaled(product, self.exponent)?).ok()
    }

    /// The exact product of two decimals, where it has at most 15 significant digits.
    #[must_use]
    pub fn times(self, other: Self) -> Option<Self> {
        let product = i128::from(self.coefficient) * i128::from(other.coefficient);
        Self::from_wide(product, self.exponent + other.exponent)
    }

    /// The exact sum of two decimals, where it has at most 15 significant digits.
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        let exponent = self.exponent.min(other.exponent);
        let left = scaled(i128::from(self.coefficient), self.exponent - exponent)?;
        let right = scaled(i128::from(other.coefficient), other.exponent - exponent)?;
        Self::from_wide(left.checked_add(right)?, exponent)
    }

    fn from_wide(mut coefficient: i128, mut exponent: i32) -> Option<Self> {
        while coefficient != 0 && coefficient % 10 == 0 {
            coefficient /= 10;
            exponent += 1;
        }
        Self::new(i64::try_from(coefficient).ok()?, exponent).ok()
    }

    /// Its JSON number: the binary double whose shortest digits are these digits.
    fn to_f64(self) -> f64 {
        format!("{}e{}", self.coefficient, self.exponent).parse().unwrap_or(f64::NAN)
    }

    fn from_f64(number: f64) -> Result<Self, InvalidError> {
        format!("{number:e}").parse()
    }
}

/// `coefficient × 10^exponent` as a whole number, where it is one and fits.
fn scaled(coefficient: i128, exponent: i32) -> Option<i128> {
    let power = 10_i128.checked_pow(exponent.unsigned_abs());
    match (coefficient, exponent, power) {
        (0, _, _) => Some(0),
        (_, 0.., Some(power)) => coefficient.checked_mul(power),
        (_, _, Some(power)) if coefficient % power == 0 => Some(coefficient / power),
        _ => None,
    }
}

impl std::str::FromStr for Decimal {
    type Err = InvalidError;

    /// Reads a JSON number, exactly.
    fn from_str(text: &str) -> Result<Self, InvalidError> {
        let invalid = || InvalidError::new(format!("a number of at most {MAX_DIGITS} significant digits"), text);
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().map_err(|_| invalid())?),
            None => (text, 0),
        };
        let (negative, mantissa) = mantissa.strip_prefix('-').map_or((false, mantissa), |rest| (true, rest));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
        let plain = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !plain(whole) || !plain(fraction) || (whole.len() > 1 && whole.starts_with('0')) {
            return Err(invalid());
        }
        let digits = format!("{whole}{fraction}");
        let kept = digits.trim_end_matches('0');
        let dropped = i32::try_from(digits.len() - kept.len()).map_err(|_| invalid())?;
        let fraction_len = i32::try_from(fraction.len()).map_err(|_| invalid())?;
        let magnitude: i64 = match kept.trim_start_matches('0') {
            "" => 0,
            significant => significant.parse().map_err(|_| invalid())?,
        };
        let exponent =
            exponent.checked_sub(fraction_len).and_then(|power| power.checked_add(dropped)).ok_or_else(invalid)?;
        Self::new(if negative { -magnitude } else { magnitude }, exponent).map_err(|_| invalid())
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.coefficient < 0 { "-" } else { "" };
        let digits = self.coefficient.unsigned_abs().to_string();
        let point = i64::try_from(digits.len()).unwrap_or(i64::MAX) + i64::from(self.exponent);
        match (self.exponent, usize::try_from(point)) {
            (0..=20, _) => write!(f, "{sign}{digits}{}", "0".repeat(self.exponent.unsigned_abs() as usize)),
            (-30..0, Ok(0) | Err(_)) => write!(f, "{sign}0.{}{digits}", "0".repeat(point.unsigned_abs() as usize)),
            (-30..0, Ok(point)) => write!(f, "{sign}{}.{}", &digits[..point], &digits[point..]),
            _ => write!(f, "{sign}{digits}e{}", self.exponent),
        }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let signs = self.coefficient.signum().cmp(&other.coefficient.signum());
        if signs != Ordering::Equal || self.coefficient == 0 {
            return signs;
        }
        let magnitude = |number: &Self| {
            let digits = number.coefficient.unsigned_abs();
            let length = digits.ilog10();
            (i64::from(number.exponent) + i64::from(length), digits * 10_u64.pow(MAX_DIGITS - 1 - length))
        };
        let order = magnitude(self).cmp(&magnitude(other));
        if self.coefficient < 0 { order.reverse() } else { order }
    }
}

mod bounded;
mod wire;
pub use bounded::{BoundedDecimal, NonNegativeDecimal, PositiveDecimal, PositiveRatio, Ratio};

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn a_number_is_held_exactly_and_shown_plainly() {
        for (given, shown) in [
            ("500.00", "500"),
            ("0.10", "0.1"),
            ("-0.0", "0"),
            ("1e-7", "0.0000001"),
            ("12.5e1", "125"),
            ("1.23E+2", "123"),
            ("123456789012345", "123456789012345"),
            ("0.000123", "0.000123"),
            ("100000000000000000000", "100000000000000000000"),
            ("1e40", "1e40"),
        ] {
            assert_eq!(decimal(given).to_string(), shown);
            let json = serde_json::to_string(&decimal(given)).unwrap();
            assert_eq!(serde_json::from_str::<Decimal>(&json).unwrap(), decimal(given), "{json}");
        }
    }

    #[test]
    fn what_a_double_could_not_hold_is_refused() {
        for wrong in [
            "1234567890123456",
            "0.1234567890123456",
            "1e400",
            "1e-400",
            "",
            "-",
            "01",
            "1.",
            ".5",
            "+1",
            "1e",
            "NaN",
            "0x1",
        ] {
            assert!(wrong.parse::<Decimal>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn order_and_arithmetic_are_exact() {
        let sorted = ["-2", "-1.5", "-0.001", "0", "1e-9", "0.1", "0.10001", "1", "9.99", "10", "1e3"];
        for pair in sorted.windows(2) {
            assert!(decimal(pair[0]) < decimal(pair[1]), "{pair:?}");
        }
        assert_eq!(decimal("0.1").plus(decimal("0.2")), Some(decimal("0.3")));
        assert_eq!(decimal("500.00").times(decimal("0.10")), Some(decimal("50")));
        assert_eq!(decimal("0.333").times_integer(10), None);
        assert_eq!(decimal("1e200").times_integer(10), None);
    }
}
