//! Where a fact stands: its number, and the head of the hash chain at it (decision D16).

use std::{fmt, str::FromStr};

use earnest_base::{InvalidError, MAX_SAFE_INTEGER, Sha256Digest, Timestamp};
use sha2::{Digest, Sha256};

/// The number of a fact, from 1; as the end of a journal, how many facts it holds. At most 2^53 − 1, so that a document
/// can carry it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Seq(u64);

impl Seq {
    /// Before the first fact.
    pub const START: Self = Self(0);

    /// Takes a number in range.
    #[must_use]
    pub const fn new(value: u64) -> Option<Self> {
        if value <= MAX_SAFE_INTEGER { Some(Self(value)) } else { None }
    }

    /// The number.
    #[must_use]
    pub const fn value(self) -> u64 {
        self.0
    }

    /// The number of the fact that follows, where there can be one.
    #[must_use]
    pub const fn next(self) -> Option<Self> {
        Self::new(self.0 + 1)
    }
}

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The head of a journal's hash chain: it commits to every fact before it, in order, and to the journal's name.
///
/// The first head is SHA-256 of `earnest-journal.v1` ‖ `0x00` ‖ name. Each fact makes the next: SHA-256 of
/// `earnest-fact.v1` ‖ `0x00` ‖ the head before ‖ the moment of its batch (milliseconds since 1970, 8 bytes, big-endian)
/// ‖ the fact's bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Head([u8; 32]);

impl Head {
    /// The head of a journal of this name that holds nothing.
    #[must_use]
    pub fn genesis(name: &JournalName) -> Self {
        Self(Sha256::new().chain_update(b"earnest-journal.v1\0").chain_update(name.as_str()).finalize().into())
    }

    /// The head after one more fact, decided at this moment.
    #[must_use]
    pub fn after(&self, at: Timestamp, fact: &[u8]) -> Self {
        let moment = at.unix_millis().to_be_bytes();
        let link = Sha256::new().chain_update(b"earnest-fact.v1\0").chain_update(self.0).chain_update(moment);
        Self(link.chain_update(fact).finalize().into())
    }

    /// The head of these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The head as documents carry it (`fact/head`).
    #[must_use]
    pub fn digest(&self) -> Sha256Digest {
        Sha256Digest::from_bytes(&self.0)
    }
}

impl From<&Sha256Digest> for Head {
    fn from(digest: &Sha256Digest) -> Self {
        Self(digest.to_bytes())
    }
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.digest().fmt(f)
    }
}

impl fmt::Debug for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Head({self})")
    }
}

/// A place in a journal: after how many facts, and the head there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// How many facts stand up to here.
    pub seq: Seq,
    /// The head after them.
    pub head: Head,
}

impl Position {
    /// The place before the first fact of a journal of this name.
    #[must_use]
    pub fn start(name: &JournalName) -> Self {
        Self { seq: Seq::START, head: Head::genesis(name) }
    }

    /// The place after one more fact; `None` where numbers end.
    #[must_use]
    pub fn after(&self, at: Timestamp, fact: &[u8]) -> Option<Self> {
        Some(Self { seq: self.seq.next()?, head: self.head.after(at, fact) })
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.seq, self.head)
    }
}

/// What a journal is called, such as `ledger:fed:pl-main`. It stands in the chain, so that no journal passes for another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JournalName(Box<str>);

impl JournalName {
    /// The text, as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for JournalName {
    type Err = InvalidError;

    fn from_str(text: &str) -> Result<Self, InvalidError> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'-' | b'_');
        if (1..=100).contains(&text.len()) && text.bytes().all(plain) {
            Ok(Self(text.into()))
        } else {
            Err(InvalidError::new("a journal's name of 1 to 100 letters, digits, `:`, `-` or `_`", text))
        }
    }
}

impl fmt::Display for JournalName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Which holder of the lease writes: greater with every change of hands, so that an earlier holder can be told and refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Fence(u64);

impl Fence {
    /// The fence of this number.
    #[must_use]
    pub const fn new(value: u64) -> Self {
        Self(value)
    }

    /// The number.
    #[must_use]
    pub const fn value(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Fence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(name: &str) -> Head {
        Head::genesis(&name.parse().unwrap())
    }

    #[test]
    fn heads_differ_by_name_moment_content_and_order() {
        let [early, late] = [1, 2].map(|millis| Timestamp::from_unix_millis(millis).unwrap());
        let all = [
            head("a"),
            head("b"),
            head("a").after(early, b"x"),
            head("b").after(early, b"x"),
            head("a").after(late, b"x"),
            head("a").after(early, b"y"),
            head("a").after(early, b"x").after(early, b"y"),
            head("a").after(early, b"y").after(early, b"x"),
            head("a").after(early, b"xy"),
        ];
        let different: std::collections::BTreeSet<_> = all.iter().collect();
        assert_eq!(different.len(), all.len());
    }

    #[test]
    fn the_chain_is_what_its_documentation_says() {
        let at = Timestamp::from_unix_millis(0x0102).unwrap();
        let name = "ledger:fed:pl-main";
        let first: [u8; 32] = Sha256::digest(format!("earnest-journal.v1\0{name}")).into();
        let link = [b"earnest-fact.v1\0".as_slice(), &first, &[0, 0, 0, 0, 0, 0, 1, 2], b"fact"].concat();
        assert_eq!(head(name).as_bytes(), &first);
        assert_eq!(head(name).after(at, b"fact").as_bytes(), &<[u8; 32]>::from(Sha256::digest(link)));
    }

    #[test]
    fn a_name_is_short_and_plain() {
        assert!("ledger:fed:pl-main".parse::<JournalName>().is_ok());
        for wrong in ["", "a b", "a/b", "ą", "a\0", &"a".repeat(101)] {
            assert!(wrong.parse::<JournalName>().is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn numbers_end_where_documents_cannot_carry_them() {
        assert_eq!(Seq::new(MAX_SAFE_INTEGER).unwrap().next(), None);
        assert_eq!(Seq::new(MAX_SAFE_INTEGER + 1), None);
    }
}
