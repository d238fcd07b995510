//! What a document that is refused is told: a stable code, the place, what was expected and what was found.

use std::fmt;

use crate::Pointer;

/// Whose fault a refusal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// The text is no document: it cannot be read.
    Read,
    /// The members are not those of the schema.
    Schema,
    /// The members contradict each other.
    Check,
    /// A signature is missing, wrong, or somebody else's.
    Signature,
    /// The document was good, or will be, but is not now.
    Time,
    /// The caller asked for something that makes no sense, such as a role that a kind does not have.
    Caller,
}

impl Fault {
    /// The word that vectors and `--json` use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Schema => "schema",
            Self::Check => "check",
            Self::Signature => "signature",
            Self::Time => "time",
            Self::Caller => "caller",
        }
    }
}

/// A stable word for a fault. The codes of rules and checks are named by the documents that state them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code {
    text: &'static str,
    fault: Fault,
}

/// Declares the codes that every document shares, and the list of them.
macro_rules! codes {
    ($($name:ident = $text:literal, $fault:ident, $says:literal;)*) => {
        impl Code {
            $(#[doc = $says] pub const $name: Self = Self { text: $text, fault: Fault::$fault };)*

            /// Every code that documents share, and what it says: for the reference.
            pub const SHARED: &'static [(Self, &'static str)] = &[$((Self::$name, $says)),*];
        }
    };
}

codes! {
    NOT_UTF8 = "not-utf8", Read, "The text is not UTF-8.";
    SYNTAX = "syntax", Read, "The text is not JSON.";
    DUPLICATE_MEMBER = "duplicate-member", Read, "A member stands twice, be one of them escaped.";
    LONE_SURROGATE = "lone-surrogate", Read, "Half of a surrogate pair.";
    NONCHARACTER = "noncharacter", Read, "A code point that is no character.";
    NUMBER_RANGE = "number-range", Read, "An integer beyond ±(2^53 − 1), or a number that no double holds.";
    NUMBER_PRECISION = "number-precision", Read, "A number of more than 15 significant digits.";
    TOO_DEEP = "too-deep", Read, "More levels of arrays and objects than documents may have.";
    NOT_CANONICAL = "not-canonical", Read, "The text of a kind that must be canonical is not its canonical form.";
    TOO_LARGE = "too-large", Read, "More bytes than documents may have.";
    NOT_AN_OBJECT = "not-an-object", Schema, "The document is no JSON object.";
    KIND_UNKNOWN = "kind-unknown", Schema, "The member `schema` names no kind that this version knows.";
    KIND_MISMATCH = "kind-mismatch", Schema, "The document is of another kind than the one asked for.";
    MISSING_MEMBER = "missing-member", Schema, "A member that the kind requires is absent.";
    UNKNOWN_MEMBER = "unknown-member", Schema, "A member that the kind does not know.";
    WRONG_TYPE = "wrong-type", Schema, "Another JSON type than the member's.";
    INVALID_VALUE = "invalid-value", Schema, "A value outside the member's pattern, bounds or list.";
    SIGNER_UNNAMED = "signer-unnamed", Signature, "The document names nobody who could sign it in this role.";
    SIGNATURE_MISSING = "signature-missing", Signature, "A signature that the document needs is absent.";
    SIGNATURE_UNEXPECTED = "signature-unexpected", Signature, "A signature in a role that the document does not have.";
    SIGNATURE_INVALID = "signature-invalid", Signature, "The signature is not the named signer's over this document.";
    EXPIRED = "expired", Time, "The document's time is over.";
    NOT_YET_VALID = "not-yet-valid", Time, "The document's time has not come.";
    ROLE_UNKNOWN = "role-unknown", Caller, "The kind has no such role.";
    KEY_MISMATCH = "key-mismatch", Caller, "The key is not that of the subject who must sign.";
}

impl Code {
    /// The code of a rule or check that a document states.
    #[must_use]
    pub const fn check(text: &'static str) -> Self {
        Self { text, fault: Fault::Check }
    }

    /// The code of a call that makes no sense.
    #[must_use]
    pub const fn caller(text: &'static str) -> Self {
        Self { text, fault: Fault::Caller }
    }

    /// The word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.text
    }

    /// Whose fault it is.
    #[must_use]
    pub const fn fault(self) -> Fault {
        self.fault
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text)
    }
}

/// A place in a text: line and column, both from 1, the column in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The character of the line, from 1.
    pub column: usize,
}

impl Position {
    /// The position of the byte at an offset.
    pub(crate) fn of(bytes: &[u8], offset: usize) -> Self {
        let before = &bytes[..offset.min(bytes.len())];
        let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |place| place + 1);
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        let column = String::from_utf8_lossy(&before[line_start..]).chars().count() + 1;
        Self { line, column }
    }
}

/// A refusal: code, place, and what was expected and found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error(Box<Inner>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Inner {
    code: Code,
    pointer: Pointer,
    position: Option<Position>,
    message: String,
}

impl Error {
    /// A refusal with its code, its place and its message.
    pub fn new(code: Code, pointer: Pointer, message: impl Into<String>) -> Self {
        Self(Box::new(Inner { code, pointer, position: None, message: message.into() }))
    }

    /// The refusal of an object without a member that it must have.
    #[must_use]
    pub fn missing(member: &str) -> Self {
        let message = format!("expected the member {member:?}, found none");
        Self::new(Code::MISSING_MEMBER, Pointer::member(member), message)
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// The member at fault; the root where it is the document as a whole.
    #[must_use]
    pub fn pointer(&self) -> &Pointer {
        &self.0.pointer
    }

    /// Line and column, where the text is at hand.
    #[must_use]
    pub fn position(&self) -> Option<Position> {
        self.0.position
    }

    /// What was expected and what was found.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The same refusal, seen from the value around.
    #[must_use]
    pub fn below(mut self, token: &str) -> Self {
        self.prepend(token);
        self
    }

    pub(crate) fn prepend(&mut self, token: &str) {
        self.0.pointer = self.0.pointer.below(token);
    }

    pub(crate) fn at(mut self, position: Position) -> Self {
        self.0.position = Some(position);
        self
    }

    /// The same refusal with line and column in the text that it is about.
    #[must_use]
    pub fn located_in(self, bytes: &[u8]) -> Self {
        match crate::json::locate(bytes, self.pointer()) {
            Some(position) if self.position().is_none() => self.at(position),
            _ => self,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { code, pointer, position, message } = &*self.0;
        f.write_str(code.as_str())?;
        if !pointer.as_str().is_empty() {
            write!(f, " at {pointer}")?;
        }
        if let Some(Position { line, column }) = position {
            write!(f, " (line {line}, column {column})")?;
        }
        write!(f, ": {message}")
    }
}

impl std::error::Error for Error {}
