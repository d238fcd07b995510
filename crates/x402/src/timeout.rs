//! How long a payment may take, in seconds.

use std::fmt;

use earnest_base::{Count, InvalidError, MAX_SAFE_INTEGER};
use earnest_signing::{Json, Number};

/// A span of seconds above zero. The wire lets it have a fraction; ours have none.
///
/// ```
/// use earnest_x402::TimeoutSeconds;
///
/// assert_eq!(TimeoutSeconds::new(60)?.whole_seconds(), 60);
/// # Ok::<(), earnest_base::InvalidError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TimeoutSeconds(f64);

impl TimeoutSeconds {
    /// A span of whole seconds.
    ///
    /// # Errors
    /// Where it is nothing.
    pub fn new(seconds: u32) -> Result<Self, InvalidError> {
        Count::<1>::new(seconds.into()).map(|_| Self(f64::from(seconds)))
    }

    /// Whole seconds; a fraction of a second is dropped.
    #[must_use]
    pub fn whole_seconds(self) -> u64 {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within 0 and 2^53 − 1")]
        let seconds = self.0.floor() as u64;
        seconds
    }

    /// The number on the wire.
    pub(crate) fn to_json(self) -> Json<'static> {
        // Finite and within ±(2^53 − 1) by construction.
        Number::from_f64(self.0).map_or(Json::Null, Json::Number)
    }
}

impl fmt::Display for TimeoutSeconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl serde::Serialize for TimeoutSeconds {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(serializer)
    }
}

impl<'de> serde::Deserialize<'de> for TimeoutSeconds {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let seconds = f64::deserialize(deserializer)?;
        if seconds > 0.0 && seconds <= MAX_SAFE_INTEGER as f64 {
            Ok(Self(seconds))
        } else {
            let error = InvalidError::new("a number of seconds above zero", &seconds.to_string());
            Err(serde::de::Error::custom(error))
        }
    }
}

impl schemars::JsonSchema for TimeoutSeconds {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "TimeoutSeconds".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "number", "exclusiveMinimum": 0, "maximum": MAX_SAFE_INTEGER })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeout_is_above_zero_and_keeps_its_number() {
        for (text, whole) in [("60", 60), ("60.0", 60), ("1.5", 1), ("0.25", 0), ("9007199254740991", MAX_SAFE_INTEGER)]
        {
            let timeout: TimeoutSeconds = serde_json::from_str(text).unwrap();
            assert_eq!(timeout.whole_seconds(), whole, "{text}");
        }
        let written = serde_json::to_string(&serde_json::from_str::<TimeoutSeconds>("60.0").unwrap()).unwrap();
        assert_eq!(written, "60");
        for wrong in ["0", "-1", "0.0", "1e300", "\"60\"", "null"] {
            assert!(serde_json::from_str::<TimeoutSeconds>(wrong).is_err(), "{wrong}");
        }
        assert!(TimeoutSeconds::new(0).is_err());
    }
}
