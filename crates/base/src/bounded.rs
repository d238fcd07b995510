//! Whole numbers with bounds that the type states, so that parser and schema cannot disagree.

use crate::InvalidError;

/// The greatest integer that every JSON reader holds exactly: 2^53 − 1.
pub const MAX_SAFE_INTEGER: u64 = 9_007_199_254_740_991;

/// A whole number from `MIN` to `MAX`, both included.
///
/// ```
/// use earnest_base::Count;
///
/// assert_eq!(Count::<1>::new(3)?.value(), 3);
/// assert!(Count::<1>::new(0).is_err());
/// # Ok::<(), earnest_base::InvalidError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Count<const MIN: u64 = 0, const MAX: u64 = MAX_SAFE_INTEGER>(u64);

impl<const MIN: u64, const MAX: u64> Count<MIN, MAX> {
    /// Takes a number within the bounds.
    ///
    /// # Errors
    /// Where it is outside them.
    pub fn new(value: u64) -> Result<Self, InvalidError> {
        if (MIN..=MAX).contains(&value) {
            Ok(Self(value))
        } else {
            Err(InvalidError::new(format!("a whole number from {MIN} to {MAX}"), &value.to_string()))
        }
    }

    /// The number.
    #[must_use]
    pub const fn value(self) -> u64 {
        self.0
    }
}

impl<const MIN: u64, const MAX: u64> std::fmt::Display for Count<MIN, MAX> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl<const MIN: u64, const MAX: u64> serde::Serialize for Count<MIN, MAX> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(self.0)
    }
}

impl<'de, const MIN: u64, const MAX: u64> serde::Deserialize<'de> for Count<MIN, MAX> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Whole<const MIN: u64, const MAX: u64>;
        impl<const MIN: u64, const MAX: u64> serde::de::Visitor<'_> for Whole<MIN, MAX> {
            type Value = Count<MIN, MAX>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "a whole number from {MIN} to {MAX}")
            }

            fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Self::Value, E> {
                Count::new(value).map_err(E::custom)
            }

            fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Self::Value, E> {
                let value = u64::try_from(value).map_err(|_| {
                    E::custom(InvalidError::new(format!("a whole number from {MIN} to {MAX}"), &value.to_string()))
                })?;
                self.visit_u64(value)
            }
        }
        deserializer.deserialize_u64(Whole)
    }
}

impl<const MIN: u64, const MAX: u64> schemars::JsonSchema for Count<MIN, MAX> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("Count_{MIN}_{MAX}").into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "integer", "minimum": MIN, "maximum": MAX })
    }
}
