//! Strings with a form: one macro makes a type, its parser and its JSON Schema from a single pattern.

/// Declares string types that are valid by construction.
///
/// Each takes a name, a pattern (anchored, ASCII classes only, so that Rust, JavaScript and Python read it alike), the
/// greatest length in characters, what it is in words, and an example.
macro_rules! string_types {
    ($($(#[$doc:meta])* $name:ident { pattern: $pattern:literal, max: $max:literal, what: $what:literal, example: $example:literal })*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Box<str>);

        impl $name {
            /// The pattern that every value matches.
            pub const PATTERN: &'static str = $pattern;

            /// The text, as it was given.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Takes a text that its maker built to match the pattern.
            #[allow(dead_code, reason = "most types are only ever parsed")]
            pub(crate) fn from_valid(text: String) -> Self {
                debug_assert!(Self::accepts(&text), "{text:?} does not match {}", Self::PATTERN);
                Self(text.into())
            }

            fn accepts(text: &str) -> bool {
                static PATTERN: std::sync::LazyLock<Option<regex::Regex>> =
                    std::sync::LazyLock::new(|| regex::Regex::new($pattern).ok());
                text.len() <= 4 * $max
                    && text.chars().count() <= $max
                    && PATTERN.as_ref().is_some_and(|pattern| pattern.is_match(text))
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::InvalidError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                if Self::accepts(text) {
                    Ok(Self(text.into()))
                } else {
                    let expected = concat!($what, " of at most ", $max, " characters that matches ", $pattern);
                    Err($crate::InvalidError::new(expected, text))
                }
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

        $crate::text::string_serde!($name);

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

/// Serialises a type by its `Display` and reads it by its `FromStr`, without a copy on the way in.
macro_rules! string_serde {
    ($name:ident) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Reader;
                impl serde::de::Visitor<'_> for Reader {
                    type Value = $name;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str("a string")
                    }

                    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<$name, E> {
                        text.parse().map_err(E::custom)
                    }
                }
                deserializer.deserialize_str(Reader)
            }
        }
    };
}

pub(crate) use {string_serde, string_types};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

use crate::InvalidError;

string_types! {
    /// Free text that is not blank: a description, a note, a reason. Line breaks and tabs are welcome; other control
    /// characters are refused, and so are the marks that reorder text, because people read it on terminals and pages.
    Text {
        pattern: r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]*[^\u0000-\u0020\u007f-\u00a0\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069][^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]*$",
        max: 20000, what: "text that is not blank", example: "Polish editorial redaction."
    }

    /// A reference or label made by somebody else: a payment reference, a run id, a tag. No white space, no control
    /// characters, nothing invisible.
    Name {
        pattern: r"^[^\u0000-\u0020\u007f-\u00a0\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+$",
        max: 256, what: "a name without white space", example: "arca-run:morning:2026-04-01"
    }

    /// A language tag (RFC 5646), such as `pl` or `pt-BR`.
    LanguageTag { pattern: r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$", max: 35, what: "a language tag", example: "pl" }

    /// A media type without parameters, such as `image/png`.
    MediaType { pattern: r"^[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*$", max: 127, what: "a media type", example: "image/png" }

    /// An operation that a participant may be barred from, such as `procurement/offer`.
    Operation { pattern: r"^[a-z0-9][a-z0-9-]*(/[a-z0-9][a-z0-9-]*)+$", max: 128, what: "an operation name", example: "procurement/offer" }

    /// What a reputation signal reports, below one of four headings, such as `contract/delivery-timeout`.
    SignalType { pattern: r"^(procedural|contract|community|incident)(/[a-z0-9][a-z0-9-]*)+$", max: 128, what: "a signal type", example: "contract/delivery-timeout" }

    /// Where a node listens: `wss` or `http`, a host, perhaps a port and a path. No user, no query, no escapes.
    EndpointUrl { pattern: r"^(wss|http)://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(:[0-9]{1,5})?(/[A-Za-z0-9._~!$&'()*+,;=:@/-]*)?$", max: 1000, what: "an endpoint URL", example: "wss://node.example/peer" }

    /// Bytes as unpadded base64url, for what a document carries itself.
    Base64Url { pattern: r"^([A-Za-z0-9_-]{4})*([A-Za-z0-9_-]{2,3})?$", max: 1000000000, what: "unpadded base64url", example: "aGVsbG8" }
}

impl Base64Url {
    /// The bytes.
    ///
    /// # Errors
    /// Where the last character has stray bits: every byte string has one form.
    pub fn decode(&self) -> Result<Vec<u8>, InvalidError> {
        let stray = || InvalidError::new("unpadded base64url without stray bits", self.as_str());
        BASE64_URL_SAFE_NO_PAD.decode(self.as_str()).map_err(|_| stray())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_have_one_form() {
        assert_eq!("aGVsbG8".parse::<Base64Url>().unwrap().decode().unwrap(), b"hello");
        assert!("aGVsbG9".parse::<Base64Url>().unwrap().decode().is_err());
        assert_eq!("".parse::<Base64Url>().unwrap().decode().unwrap(), b"");
    }

    #[test]
    fn an_endpoint_has_no_user_and_no_escapes() {
        for url in ["wss://node.example:443/peer", "http://127.0.0.1:8080", "http://[::1]:1/", "wss://a"] {
            assert!(url.parse::<EndpointUrl>().is_ok(), "{url}");
        }
        for url in [
            "http://127.0.0.1@evil.example/",
            r"http://127.0.0.1\.evil.example",
            "https://a",
            "wss://a?b",
            "wss://",
            "wss://a/%zz",
        ] {
            assert!(url.parse::<EndpointUrl>().is_err(), "{url}");
        }
    }

    #[test]
    fn blank_text_and_names_with_white_space_are_refused() {
        assert!("  \n".parse::<Text>().is_err());
        assert!("two words".parse::<Text>().is_ok());
        assert!("two words".parse::<Name>().is_err());
        assert!("line\n".parse::<Name>().is_err());
        assert!("".parse::<Name>().is_err());
    }

    #[test]
    fn what_would_disturb_a_terminal_or_reorder_a_page_is_refused() {
        for wrong in ["\u{1b}[31mred", "a\u{9b}31m", "pay\u{202e}txt.exe", "\u{2066}x", "nul\0"] {
            assert!(wrong.parse::<Text>().is_err(), "{wrong:?}");
            assert!(wrong.parse::<Name>().is_err(), "{wrong:?}");
        }
        assert!("first line\n\tsecond line: zażółć 😀".parse::<Text>().is_ok());
        assert!("zero\u{200b}width".parse::<Name>().is_err());
    }

    #[test]
    fn the_error_names_what_was_expected_and_found() {
        let error = "pl_PL".parse::<LanguageTag>().unwrap_err();
        assert_eq!(
            error.to_string(),
            r#"expected a language tag of at most 35 characters that matches ^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$, found "pl_PL""#
        );
    }
}
