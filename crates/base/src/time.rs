//! Moments and spans: RFC 3339 in UTC, whole seconds.

use std::fmt;

use chrono::{DateTime, Datelike, Utc};

use crate::Count;

/// A moment that is not of the form `2026-04-01T06:00:00Z`, or out of range.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected a moment in UTC such as 2026-04-01T06:00:00Z, with at most three digits of fraction, found {0:?}")]
pub struct TimestampError(String);

/// A moment in UTC, to the millisecond, from year 0 to 9999 (RFC 3339 with `Z`).
///
/// ```
/// use earnest_base::{Seconds, Timestamp};
///
/// let published: Timestamp = "2026-04-01T06:00:00Z".parse()?;
/// let day: Seconds = Seconds::new(86_400)?;
/// let expires = published.after(day).ok_or("out of range")?;
/// assert_eq!(expires.to_string(), "2026-04-02T06:00:00Z");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    millis: i64,
}

impl Timestamp {
    /// The form of every timestamp; whether the day exists in its month is checked beyond it.
    pub const PATTERN: &'static str =
        r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,3})?Z$";

    /// 1970-01-01T00:00:00Z.
    pub const UNIX_EPOCH: Self = Self { millis: 0 };

    /// The last moment there is: 9999-12-31T23:59:59.999Z.
    pub const LAST: Self = Self { millis: 253_402_300_799_999 };

    /// The moment this many milliseconds after 1970-01-01T00:00:00Z, where it lies in the years 0 to 9999.
    #[must_use]
    pub fn from_unix_millis(millis: i64) -> Option<Self> {
        let year = DateTime::<Utc>::from_timestamp_millis(millis)?.year();
        (0..=9999).contains(&year).then_some(Self { millis })
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn unix_millis(self) -> i64 {
        self.millis
    }

    /// The moment a span later, where it lies in range.
    #[must_use]
    pub fn after<const MIN: u64>(self, span: Seconds<MIN>) -> Option<Self> {
        let millis = i64::try_from(span.value()).ok()?.checked_mul(1000)?;
        Self::from_unix_millis(self.millis.checked_add(millis)?)
    }

    /// Whole seconds from an earlier moment to this one; `None` where that moment is the later one.
    #[must_use]
    pub fn seconds_since(self, earlier: Self) -> Option<u64> {
        u64::try_from(self.millis.checked_sub(earlier.millis)?).ok().map(|millis| millis / 1000)
    }

    /// Reads any RFC 3339 moment, also one with an offset, to the millisecond: for what others publish.
    ///
    /// # Errors
    /// Where it is no such moment.
    pub fn from_rfc3339(text: &str) -> Result<Self, TimestampError> {
        let invalid = || TimestampError(text.chars().take(80).collect());
        // The library takes a blank for the `T`, which the grammar of RFC 3339 does not.
        if !matches!(text.as_bytes().get(10), Some(b'T' | b't')) {
            return Err(invalid());
        }
        let moment = DateTime::parse_from_rfc3339(text).map_err(|_| invalid())?;
        Self::from_unix_millis(moment.timestamp_millis()).ok_or_else(invalid)
    }

    fn is_canonical(text: &str) -> bool {
        let bytes = text.as_bytes();
        let digits = |range: std::ops::Range<usize>| bytes[range].iter().all(u8::is_ascii_digit);
        let fraction = match bytes.len() {
            20 => true,
            22..=24 => bytes[19] == b'.' && digits(20..bytes.len() - 1),
            _ => return false,
        };
        let marks = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':'), (bytes.len() - 1, b'Z')];
        let leap = &bytes[17..19] == b"60";
        fraction && !leap && marks.iter().all(|(place, mark)| bytes[*place] == *mark)
    }
}

impl std::str::FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, TimestampError> {
        if Self::is_canonical(text) {
            Self::from_rfc3339(text)
        } else {
            Err(TimestampError(text.chars().take(80).collect()))
        }
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(moment) = DateTime::<Utc>::from_timestamp_millis(self.millis) else { return Err(fmt::Error) };
        let form = if self.millis % 1000 == 0 { "%Y-%m-%dT%H:%M:%SZ" } else { "%Y-%m-%dT%H:%M:%S%.3fZ" };
        moment.format(form).fmt(f)
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Timestamp({self})")
    }
}

crate::text::string_serde!(Timestamp);

impl schemars::JsonSchema for Timestamp {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Timestamp".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": "date-time", "pattern": Self::PATTERN, "$comment": "a moment in UTC, such as 2026-04-01T06:00:00Z" })
    }
}

/// The longest span that a document may name: 100 years.
const MAX_SECONDS: u64 = 3_155_760_000;

/// A span of whole seconds, of at least `MIN` and at most 100 years.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(transparent)]
#[schemars(inline)]
pub struct Seconds<const MIN: u64 = 1>(Count<MIN, MAX_SECONDS>);

impl<const MIN: u64> Seconds<MIN> {
    /// Takes a span within the bounds.
    ///
    /// # Errors
    /// Where it is outside them.
    pub fn new(seconds: u64) -> Result<Self, crate::InvalidError> {
        Count::new(seconds).map(Self)
    }

    /// Whole seconds.
    #[must_use]
    pub const fn value(self) -> u64 {
        self.0.value()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_has_one_form() {
        for text in
            ["2026-04-01T06:00:00Z", "2024-02-29T23:59:59.125Z", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z"]
        {
            assert_eq!(text.parse::<Timestamp>().unwrap().to_string(), text);
        }
        for wrong in [
            "2026-04-01T06:00:00+00:00",
            "2026-04-01t06:00:00z",
            "2026-04-01 06:00:00Z",
            "2025-02-29T00:00:00Z",
            "2026-04-01T24:00:00Z",
            "2026-12-31T23:59:60Z",
            "2026-04-01T06:00:00.1234Z",
            "2026-04-01T06:00:00.Z",
            "2026-04-01T06:00Z",
            "10000-01-01T00:00:00Z",
            "-001-01-01T00:00:00Z",
            "",
        ] {
            assert!(wrong.parse::<Timestamp>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_others_publish_may_have_an_offset_but_no_blank() {
        for text in ["2026-04-01T06:00:00Z", "2026-04-01T08:00:00+02:00", "2026-04-01t06:00:00.000z"] {
            assert_eq!(Timestamp::from_rfc3339(text).unwrap().to_string(), "2026-04-01T06:00:00Z", "{text}");
        }
        for wrong in ["2026-04-01 06:00:00Z", "2026-04-01T06:00:00", "2026-04-01", ""] {
            assert!(Timestamp::from_rfc3339(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_pattern_accepts_what_the_parser_accepts() {
        let pattern = regex::Regex::new(Timestamp::PATTERN).unwrap();
        for text in ["2026-04-01T06:00:00Z", "2024-02-29T23:59:59.125Z"] {
            assert!(pattern.is_match(text));
        }
        for text in ["2026-04-01T24:00:00Z", "2026-12-31T23:59:60Z", "2026-04-01T06:00:00.Z", "2026-13-01T06:00:00Z"] {
            assert!(!pattern.is_match(text));
        }
    }

    #[test]
    fn spans_end_at_the_calendars_end() {
        assert_eq!(Timestamp::LAST.to_string(), "9999-12-31T23:59:59.999Z");
        assert_eq!(Timestamp::from_unix_millis(Timestamp::LAST.unix_millis() + 1), None);
        assert_eq!(Timestamp::UNIX_EPOCH.to_string(), "1970-01-01T00:00:00Z");
        let last: Timestamp = "9999-12-31T23:59:59Z".parse().unwrap();
        assert_eq!(last.after(Seconds::<1>::new(1).unwrap()), None);
        assert!(Seconds::<1>::new(0).is_err());
        assert!(Seconds::<0>::new(0).is_ok());
    }
}
