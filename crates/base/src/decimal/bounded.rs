//! Decimals with bounds: amounts and ratios.

use super::Decimal;
use crate::InvalidError;

/// A decimal whose type states its bounds.
pub trait BoundedDecimal: Copy {
    /// The number itself.
    fn value(self) -> Decimal;
}

/// Declares decimals with bounds that parser and schema share.
macro_rules! bounded {
    ($($(#[$doc:meta])* $name:ident { what: $what:literal, schema: $schema:tt, accepts: $accepts:expr })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        #[serde(transparent)]
        pub struct $name(Decimal);

        impl $name {
            /// Takes a number within the bounds.
            ///
            /// # Errors
            /// Where it is outside them.
            pub fn new(number: Decimal) -> Result<Self, InvalidError> {
                let accepts: fn(Decimal) -> bool = $accepts;
                if accepts(number) { Ok(Self(number)) } else { Err(InvalidError::new($what, &number.to_string())) }
            }
        }

        impl BoundedDecimal for $name {
            fn value(self) -> Decimal {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = InvalidError;

            fn from_str(text: &str) -> Result<Self, InvalidError> {
                Self::new(text.parse()?)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::new(Decimal::deserialize(deserializer)?).map_err(serde::de::Error::custom)
            }
        }

        impl schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!($schema)
            }
        }
    )*};
}

bounded! {
    /// A share of one: from 0 to 1, both included.
    Ratio {
        what: "a number from 0 to 1",
        schema: { "type": "number", "minimum": 0, "maximum": 1 },
        accepts: |number| !number.is_negative() && number <= Decimal::ONE
    }
    /// A share of one that is more than nothing.
    PositiveRatio {
        what: "a number above 0, at most 1",
        schema: { "type": "number", "exclusiveMinimum": 0, "maximum": 1 },
        accepts: |number| number > Decimal::ZERO && number <= Decimal::ONE
    }
    /// A number above zero.
    PositiveDecimal {
        what: "a number above 0",
        schema: { "type": "number", "exclusiveMinimum": 0 },
        accepts: |number| number > Decimal::ZERO
    }
    /// A number that is not below zero.
    NonNegativeDecimal {
        what: "a number of at least 0",
        schema: { "type": "number", "minimum": 0 },
        accepts: |number| !number.is_negative()
    }
}
