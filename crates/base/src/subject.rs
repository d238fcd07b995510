//! Subjects: who serves, who acts, who is accountable. Each is a prefix and a did:key, and each is its own type.
//!
//! A node and a participant may share a key; nothing here assumes that they do, and neither is ever taken for the
//! other.

use std::{fmt, str::FromStr};

use crate::{PublicKey, PublicKeyError};

/// A text that is not the subject that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SubjectError {
    /// Another prefix than the one asked for, or no did:key.
    #[error("expected {expected}:did:key:z…, found {found:?}")]
    Prefix {
        /// The prefix, or the prefixes, that would do.
        expected: &'static str,
        /// The text that was given, cut to 80 characters.
        found: String,
    },
    /// The right prefix before a key that is none.
    #[error("expected {expected}:did:key:z… with an Ed25519 key: {source}")]
    Key {
        /// The prefix of the subject.
        expected: &'static str,
        /// What is wrong with the key.
        source: PublicKeyError,
    },
}

/// Declares the subjects, and the enum of all of them.
macro_rules! subjects {
    ($($(#[$doc:meta])* $name:ident, $variant:ident, $prefix:literal;)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub struct $name(PublicKey);

            impl $name {
                /// The subject with this key.
                #[must_use]
                pub const fn new(key: PublicKey) -> Self {
                    Self(key)
                }

                /// The key that signs for the subject.
                #[must_use]
                pub const fn key(&self) -> &PublicKey {
                    &self.0
                }
            }

            impl FromStr for $name {
                type Err = SubjectError;

                fn from_str(text: &str) -> Result<Self, SubjectError> {
                    let key = text.strip_prefix(concat!($prefix, ":did:key:")).ok_or_else(|| SubjectError::Prefix {
                        expected: $prefix,
                        found: text.chars().take(80).collect(),
                    })?;
                    PublicKey::from_multibase(key).map(Self).map_err(|source| SubjectError::Key { expected: $prefix, source })
                }
            }

            impl fmt::Display for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    write!(f, concat!($prefix, ":did:key:{}"), self.0)
                }
            }

            impl fmt::Debug for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    fmt::Display::fmt(self, f)
                }
            }

            impl From<$name> for Subject {
                fn from(id: $name) -> Self {
                    Self::$variant(id)
                }
            }

            crate::text::string_serde!($name);

            impl schemars::JsonSchema for $name {
                fn inline_schema() -> bool {
                    true
                }

                fn schema_name() -> std::borrow::Cow<'static, str> {
                    stringify!($name).into()
                }

                fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                    subject_schema($prefix)
                }
            }
        )*

        /// Any subject.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Subject {
            $($(#[$doc])* $variant($name),)*
        }

        /// The kinds of subject: the word before `did:key`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum SubjectKind {
            $($(#[$doc])* $variant,)*
        }

        impl SubjectKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The word before `:did:key:`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $prefix,)*
                }
            }
        }

        impl Subject {
            /// Which kind of subject it is.
            #[must_use]
            pub const fn kind(&self) -> SubjectKind {
                match self {
                    $(Self::$variant(_) => SubjectKind::$variant,)*
                }
            }

            /// The key that signs for the subject.
            #[must_use]
            pub const fn key(&self) -> &PublicKey {
                match self {
                    $(Self::$variant(id) => id.key(),)*
                }
            }

            /// The subject of this kind with this key.
            #[must_use]
            pub const fn new(kind: SubjectKind, key: PublicKey) -> Self {
                match kind {
                    $(SubjectKind::$variant => Self::$variant($name::new(key)),)*
                }
            }
        }

        impl FromStr for Subject {
            type Err = SubjectError;

            fn from_str(text: &str) -> Result<Self, SubjectError> {
                match text.split_once(':') {
                    $(Some(($prefix, _)) => text.parse().map(Self::$variant),)*
                    _ => Err(SubjectError::Prefix {
                        expected: "node, participant, org or council",
                        found: text.chars().take(80).collect(),
                    }),
                }
            }
        }

        impl fmt::Display for Subject {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(Self::$variant(id) => id.fmt(f),)*
                }
            }
        }
    };
}

subjects! {
    /// Infrastructure: signs transport artifacts, ledger facts and policies.
    NodeId, Node, "node";
    /// A person or agent that acts: signs offers, orders, contracts, responses and decisions.
    ParticipantId, Participant, "participant";
    /// An organisation: accountable for what its custodian signs.
    OrgId, Org, "org";
    /// A council: decides on restrictions and on the community pool.
    CouncilId, Council, "council";
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

crate::text::string_serde!(Subject);

impl schemars::JsonSchema for Subject {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Subject".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let prefixes: Vec<&str> = SubjectKind::ALL.iter().map(|kind| kind.as_str()).collect();
        subject_schema(&format!("({})", prefixes.join("|")))
    }
}

/// A schema can state the alphabet and the length; that the bytes are a key of large order is checked beyond it.
fn subject_schema(prefix: &str) -> schemars::Schema {
    schemars::json_schema!({
        "type": "string",
        "pattern": format!("^{prefix}:did:key:z6Mk[1-9A-HJ-NP-Za-km-z]{{44}}$"),
        "$comment": format!("{prefix}:did:key:z6Mk… with an Ed25519 key"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "did:key:z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX";

    #[test]
    fn a_subject_is_never_taken_for_another_kind() {
        let participant = format!("participant:{KEY}");
        assert!(participant.parse::<ParticipantId>().is_ok());
        assert!(participant.parse::<NodeId>().is_err());
        assert!(format!("org-id:{KEY}").parse::<Subject>().is_err());
        assert!(KEY.parse::<Subject>().is_err());
        assert_eq!(participant.parse::<Subject>().unwrap().to_string(), participant);
    }

    #[test]
    fn the_message_names_both_forms() {
        let error = format!("node:{KEY}").parse::<ParticipantId>().unwrap_err();
        assert_eq!(error.to_string(), format!("expected participant:did:key:z…, found \"node:{KEY}\""));
    }
}
