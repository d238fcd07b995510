//! The ids that a gateway keeps its own records under.

use earnest_base::InvalidError;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Ids of a prefix and a part that their maker chose; the greatest length leaves room for ids that follow from them.
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident { prefix: $prefix:literal, max: $max:literal, what: $what:literal })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Box<str>);

        impl $name {
            /// The text, as it was given.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The part behind the prefix.
            #[must_use]
            pub fn own(&self) -> &str {
                self.0.strip_prefix($prefix).unwrap_or(&self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = InvalidError;

            fn from_str(text: &str) -> Result<Self, InvalidError> {
                let own = text.strip_prefix($prefix).filter(|own| text.len() <= $max && is_own(own));
                let expected = concat!($what, " of at most ", $max, " characters such as ", $prefix, "01JV-7");
                own.map(|_| Self(text.into())).ok_or_else(|| InvalidError::new(expected, text))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                let pattern = concat!("^", $prefix, "[A-Za-z0-9][A-Za-z0-9:-]*$");
                json_schema!({ "type": "string", "pattern": pattern, "maxLength": $max })
            }
        }
    )*};
}

fn is_own(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphanumeric())
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'-'))
}

ids! {
    /// A top-up that was announced. It is the reference that the payment outside carries.
    TopUpId { prefix: "top-up:", max: 100, what: "a top-up id" }
    /// A payout.
    PayoutId { prefix: "payout:", max: 100, what: "a payout id" }
    /// Something that an operator has to look at.
    CaseId { prefix: "case:", max: 200, what: "a case id" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_takes_its_own_prefix_only() {
        assert_eq!("payout:01JV-7".parse::<PayoutId>().unwrap().own(), "01JV-7");
        for wrong in ["payout:", "payout:-a", "top-up:1", "payout:a b", "payout:ą", "1"] {
            assert!(wrong.parse::<PayoutId>().is_err(), "{wrong}");
        }
        assert!(format!("payout:{}", "a".repeat(94)).parse::<PayoutId>().is_err());
    }
}
