//! Numbers: the digits that arrived, and the binary double that every reader takes them for.

use std::borrow::Cow;

use earnest_base::MAX_SAFE_INTEGER;

/// The least number beyond which canonical form turns to exponents: integers below it are written out.
const FIRST_EXPONENT: f64 = 1e21;
/// 2^53 − 1 as a double.
const MAX_SAFE: f64 = MAX_SAFE_INTEGER as f64;

/// A JSON number: finite, and no integer beyond ±(2^53 − 1).
#[derive(Debug, Clone)]
pub struct Number<'a> {
    digits: Cow<'a, str>,
}

/// Why a number is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NumberFault {
    /// Infinite, zero only because it is too small, or an integer beyond ±(2^53 − 1).
    Range,
    /// More than 15 significant digits, where exactness is asked for.
    Precision,
}

impl<'a> Number<'a> {
    /// The number 1.
    pub(crate) const ONE: Number<'static> = Number { digits: Cow::Borrowed("1") };

    /// Takes a lexeme that the grammar has accepted.
    pub(super) fn from_lexeme(digits: &'a str, exact: bool) -> Result<Self, NumberFault> {
        if is_plain_integer(digits) {
            let magnitude = digits.trim_start_matches('-');
            let safe = magnitude.len() <= 16 && magnitude.parse::<u64>().is_ok_and(|value| value <= MAX_SAFE_INTEGER);
            return if safe { Ok(Self { digits: Cow::Borrowed(digits) }) } else { Err(NumberFault::Range) };
        }
        let value: f64 = digits.parse().map_err(|_| NumberFault::Range)?;
        let mantissa = digits.split(['e', 'E']).next().unwrap_or(digits);
        let significant = mantissa.bytes().any(|byte| matches!(byte, b'1'..=b'9'));
        let magnitude = value.abs();
        let unsafe_integer = magnitude > MAX_SAFE && magnitude < FIRST_EXPONENT;
        if !value.is_finite() || (significant && magnitude == 0.0) || unsafe_integer {
            return Err(NumberFault::Range);
        }
        if exact && digits.parse::<earnest_base::Decimal>().is_err() {
            return Err(NumberFault::Precision);
        }
        Ok(Self { digits: Cow::Borrowed(digits) })
    }

    /// A whole number, where it is within ±(2^53 − 1).
    #[must_use]
    pub fn from_i64(value: i64) -> Option<Number<'static>> {
        (value.unsigned_abs() <= MAX_SAFE_INTEGER).then(|| Number { digits: Cow::Owned(value.to_string()) })
    }

    /// A double, where it is finite and no integer beyond ±(2^53 − 1).
    #[must_use]
    pub fn from_f64(value: f64) -> Option<Number<'static>> {
        let magnitude = value.abs();
        let fits = !(magnitude > MAX_SAFE && magnitude < FIRST_EXPONENT);
        let digits = canonical_number(value).filter(|_| fits)?;
        Some(Number { digits: Cow::Owned(digits) })
    }

    /// The digits as they arrived.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.digits
    }

    /// The double that every JSON reader takes it for.
    #[must_use]
    pub fn to_f64(&self) -> f64 {
        self.digits.parse().unwrap_or(f64::NAN)
    }

    /// The whole number that it is, however it is spelt: `3`, `3.0` and `30e-1` are the same number.
    #[must_use]
    pub fn to_i64(&self) -> Option<i64> {
        if is_plain_integer(&self.digits) {
            return self.digits.parse().ok();
        }
        let value = self.to_f64();
        #[expect(clippy::cast_possible_truncation, reason = "a double within ±(2^53 − 1) without fraction is exact")]
        let whole = (value.fract() == 0.0 && value.abs() <= MAX_SAFE).then_some(value as i64);
        whole
    }

    pub(super) fn write_canonical(&self, out: &mut String) {
        if is_plain_integer(&self.digits) && &*self.digits != "-0" {
            out.push_str(&self.digits);
        } else {
            out.push_str(ryu_js::Buffer::new().format_finite(self.to_f64()));
        }
    }

    pub(super) fn into_owned(self) -> Number<'static> {
        Number { digits: Cow::Owned(self.digits.into_owned()) }
    }
}

impl PartialEq for Number<'_> {
    fn eq(&self, other: &Self) -> bool {
        let canonical = |number: &Self| {
            let mut out = String::new();
            number.write_canonical(&mut out);
            out
        };
        canonical(self) == canonical(other)
    }
}

/// The form in which RFC 8785 writes a number (that of ECMAScript); `None` for what JSON has no number for. Documents
/// admit fewer numbers than this: see [`Number::from_f64`].
///
/// ```
/// assert_eq!(earnest_signing::canonical_number(1e-7).as_deref(), Some("1e-7"));
/// assert_eq!(earnest_signing::canonical_number(f64::NAN), None);
/// ```
#[must_use]
pub fn canonical_number(value: f64) -> Option<String> {
    value.is_finite().then(|| ryu_js::Buffer::new().format_finite(value).to_owned())
}

fn is_plain_integer(digits: &str) -> bool {
    digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
}
