//! The values of constraints: whole numbers, exact decimals, words.

use earnest_base::Decimal;
use earnest_signing::Json;

/// A whole number that is not below zero.
pub(crate) fn whole(value: &Json<'_>) -> Option<u64> {
    match value {
        Json::Number(number) => number.to_i64().and_then(|value| u64::try_from(value).ok()),
        _ => None,
    }
}

/// An exact decimal.
pub(super) fn decimal(value: &Json<'_>) -> Option<Decimal> {
    match value {
        Json::Number(number) => number.as_str().parse().ok(),
        _ => None,
    }
}

/// The bytes of so many millions of bytes, rounded down.
pub(super) fn megabytes(value: &Json<'_>) -> Option<u64> {
    let millions = decimal(value)?;
    let bytes = |millionths: u64| Decimal::new(i64::try_from(millionths).ok()?, -6).ok();
    // The greatest number of bytes that is not above the limit, found by halving: exact for any decimal.
    let (mut low, mut high) = (0_u64, 1_u64 << 40);
    if bytes(0)? > millions {
        return None;
    }
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        if bytes(middle).is_some_and(|bytes| bytes <= millions) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    Some(low)
}

pub(super) const fn flag(value: &Json<'_>) -> Option<bool> {
    match value {
        Json::Bool(value) => Some(*value),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use earnest_signing::{Limits, read};

    use super::*;

    #[test]
    fn megabytes_are_millions_of_bytes_exactly() {
        for (text, bytes) in [
            ("10", Some(10_000_000)),
            ("0.5", Some(500_000)),
            ("1.0000019", Some(1_000_001)),
            ("0", Some(0)),
            ("-1", None),
            ("\"10\"", None),
        ] {
            assert_eq!(megabytes(&read(text.as_bytes(), Limits::DOCUMENT).unwrap()), bytes, "{text}");
        }
    }
}
