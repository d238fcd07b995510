//! Texts of the wire: one macro makes a type, its parser and its JSON Schema from a single pattern.

/// Declares string types that are valid by construction: a pattern that Rust and JavaScript read alike, the greatest
/// length in characters, what it is in words, and an example.
macro_rules! texts {
    ($($(#[$doc:meta])* $visible:vis $name:ident { pattern: $pattern:literal, max: $max:literal, what: $what:literal, example: $example:literal })*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $visible struct $name(Box<str>);

        impl $name {
            /// The pattern that every value matches.
            $visible const PATTERN: &'static str = $pattern;

            /// The text, as it arrived.
            #[must_use]
            $visible fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl $name {
            /// Takes a text that its maker built to match the pattern.
            #[allow(dead_code, reason = "most types are only ever parsed")]
            pub(crate) fn from_valid(text: String) -> Self {
                debug_assert!(text.parse::<Self>().is_ok(), "{text:?} does not match {}", Self::PATTERN);
                Self(text.into())
            }
        }

        impl std::str::FromStr for $name {
            type Err = earnest_base::InvalidError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                static PATTERN: std::sync::LazyLock<Option<regex::Regex>> =
                    std::sync::LazyLock::new(|| regex::Regex::new($pattern).ok());
                let fits = text.len() <= 4 * $max
                    && text.chars().count() <= $max
                    && PATTERN.as_ref().is_some_and(|pattern| pattern.is_match(text));
                if fits {
                    Ok(Self(text.into()))
                } else {
                    let expected = concat!($what, " of at most ", $max, " characters that matches ", $pattern);
                    Err(earnest_base::InvalidError::new(expected, text))
                }
            }
        }

        impl TryFrom<String> for $name {
            type Error = earnest_base::InvalidError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}({:?})", stringify!($name), &*self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
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
                schemars::json_schema!({
                    "type": "string",
                    "pattern": $pattern,
                    "maxLength": $max,
                    "$comment": concat!($what, ", such as ", $example),
                    "examples": [$example],
                })
            }
        }
    )*};
}
pub(crate) use texts;

texts! {
    /// How a payment is made, such as `exact`.
    pub SchemeName { pattern: r"^[^\u0000-\u001f\u007f]+$", max: 128, what: "a scheme", example: "exact" }

    /// What is paid with: a contract's address, a currency code, `ORC`.
    pub AssetId { pattern: r"^[^\u0000-\u001f\u007f]+$", max: 512, what: "an asset", example: "ORC" }

    /// Who is paid: an address, an account, or a role such as `merchant`.
    pub PayTo { pattern: r"^[^\u0000-\u001f\u007f]+$", max: 512, what: "a payee", example: "account:fed-pl-main:adam" }

    /// What is paid for, as the server names it: a URL, `mcp://tool/<name>` included.
    pub ResourceUrl { pattern: r"^[^\u0000-\u001f\u007f]+$", max: 2048, what: "a resource URL", example: "https://api.example/report" }
}
