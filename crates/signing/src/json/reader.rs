//! The strict reader: RFC 8259 as RFC 7493 (I-JSON) narrows it, with bounds, and with the place of every fault.

use std::borrow::Cow;

use super::{
    Json, Member, Number, Object,
    number::NumberFault,
    object::canonical_order,
    text::{self, TextFault},
};
use crate::{Code, Error, Pointer, Position};

/// How large, how deep and how exact a text may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The greatest length in bytes.
    pub max_bytes: usize,
    /// The greatest number of arrays and objects around a value.
    pub max_depth: usize,
    /// Whether a number that is no integer must have at most 15 significant digits, so that no reader rounds it.
    pub exact_numbers: bool,
}

impl Limits {
    /// A document: 64 KiB, 32 deep, exact.
    pub const DOCUMENT: Self = Self { max_bytes: 64 * 1024, max_depth: 32, exact_numbers: true };
    /// An audit bundle: 64 MiB, two levels deeper than the documents in it, exact.
    pub const BUNDLE: Self = Self { max_bytes: 64 * 1024 * 1024, max_depth: 34, exact_numbers: true };
    /// Any I-JSON text of at most 64 MiB and 32 deep; numbers are taken for the nearest double.
    pub const I_JSON: Self = Self { max_bytes: 64 * 1024 * 1024, max_depth: 32, exact_numbers: false };
}

/// A fault of the text itself, where it stands.
pub type ReadError = Error;

/// Reads one JSON value and nothing after it.
///
/// # Errors
/// Names code, line, column and JSON pointer of the first fault: broken syntax, a member that stands twice (also where
/// one of the two is escaped), a lone surrogate, a noncharacter, an integer beyond ±(2^53 − 1), too much depth, too
/// many bytes.
///
/// ```
/// use earnest_signing::{Limits, read};
///
/// let error = read(b"{\"a\": {\"b\": 1,\n \"\\u0062\": 2}}", Limits::DOCUMENT).unwrap_err();
/// assert_eq!(error.to_string(), "duplicate-member at /a/b (line 2, column 2): expected each member once, found \"b\" again");
/// ```
pub fn read(bytes: &[u8], limits: Limits) -> Result<Json<'_>, ReadError> {
    if bytes.len() > limits.max_bytes {
        let message = format!("expected at most {} bytes, found {}", limits.max_bytes, bytes.len());
        return Err(Error::new(Code::TOO_LARGE, Pointer::ROOT, message));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        Error::new(Code::NOT_UTF8, Pointer::ROOT, "expected UTF-8").at(Position::of(bytes, error.valid_up_to()))
    })?;
    let mut reader = Reader { text, at: 0, limits };
    let value = reader.value(0).and_then(|value| {
        reader.white_space();
        if reader.at == text.len() { Ok(value) } else { Err(reader.fault(Code::SYNTAX, "the end of the text")) }
    });
    value.map_err(|halt| halt.error.at(Position::of(bytes, halt.at)))
}

pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    pub(super) limits: Limits,
}

/// A fault on its way up through the values around it, which each add their step to its pointer.
pub(super) struct Halt {
    error: Error,
    at: usize,
}

impl Halt {
    fn below(mut self, token: &str) -> Self {
        self.error.prepend(token);
        self
    }
}

impl<'a> Reader<'a> {
    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    pub(super) fn white_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    pub(super) fn start(&mut self) -> usize {
        self.white_space();
        self.at
    }

    fn fault(&self, code: Code, expected: &str) -> Halt {
        let found = match self.text.get(self.at..).and_then(|rest| rest.chars().next()) {
            Some(found) => format!("{found:?}"),
            None => "the end of the text".to_owned(),
        };
        let error = Error::new(code, Pointer::ROOT, format!("expected {expected}, found {found}"));
        Halt { error, at: self.at }
    }

    fn halt(at: usize, code: Code, message: String) -> Halt {
        Halt { error: Error::new(code, Pointer::ROOT, message), at }
    }

    pub(super) fn value(&mut self, depth: usize) -> Result<Json<'a>, Halt> {
        self.white_space();
        match self.peek() {
            Some(b'{' | b'[') if depth == self.limits.max_depth => {
                let message = format!("expected at most {} levels of arrays and objects", self.limits.max_depth);
                Err(Self::halt(self.at, Code::TOO_DEEP, message))
            }
            Some(b'{') => self.object(depth + 1),
            Some(b'[') => self.array(depth + 1),
            Some(b'"') => self.string().map(Json::String),
            Some(b'-' | b'0'..=b'9') => self.number().map(Json::Number),
            Some(b't') => self.word("true", Json::Bool(true)),
            Some(b'f') => self.word("false", Json::Bool(false)),
            Some(b'n') => self.word("null", Json::Null),
            _ => Err(self.fault(Code::SYNTAX, "a value")),
        }
    }

    fn word(&mut self, word: &str, value: Json<'a>) -> Result<Json<'a>, Halt> {
        if self.text.as_bytes()[self.at..].starts_with(word.as_bytes()) {
            self.at += word.len();
            Ok(value)
        } else {
            Err(self.fault(Code::SYNTAX, word))
        }
    }

    fn array(&mut self, depth: usize) -> Result<Json<'a>, Halt> {
        self.at += 1;
        let mut items = Vec::new();
        self.white_space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Json::Array(items));
        }
        loop {
            items.push(self.value(depth).map_err(|halt| halt.below(&items.len().to_string()))?);
            self.white_space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return Ok(Json::Array(items));
                }
                _ => return Err(self.fault(Code::SYNTAX, "`,` or `]`")),
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Json<'a>, Halt> {
        self.at += 1;
        let mut members: Vec<(Member<'a>, usize)> = Vec::with_capacity(8);
        let mut more = self.first_name()?;
        while more {
            let at = self.at;
            let name = self.name()?;
            let value = self.value(depth).map_err(|halt| halt.below(&name))?;
            members.push((Member { name, value }, at));
            self.white_space();
            more = match self.peek() {
                Some(b',') => true,
                Some(b'}') => false,
                _ => return Err(self.fault(Code::SYNTAX, "`,` or `}`")),
            };
            self.at += 1;
            if more && self.start() < self.text.len() && self.peek() != Some(b'"') {
                return Err(self.fault(Code::SYNTAX, "a member name"));
            }
        }
        Self::sorted(members)
    }

    /// Steps to the first member's name; `false`, and past the brace, where there is none.
    fn first_name(&mut self) -> Result<bool, Halt> {
        self.white_space();
        match self.peek() {
            Some(b'"') => Ok(true),
            Some(b'}') => {
                self.at += 1;
                Ok(false)
            }
            _ => Err(self.fault(Code::SYNTAX, "a member name or `}`")),
        }
    }

    pub(super) fn name(&mut self) -> Result<Cow<'a, str>, Halt> {
        if self.peek() != Some(b'"') {
            return Err(self.fault(Code::SYNTAX, "a member name"));
        }
        let name = self.string()?;
        self.white_space();
        if self.peek() == Some(b':') {
            self.at += 1;
            Ok(name)
        } else {
            Err(self.fault(Code::SYNTAX, "`:`"))
        }
    }

    fn sorted(mut members: Vec<(Member<'a>, usize)>) -> Result<Json<'a>, Halt> {
        members.sort_by(|(one, _), (other, _)| canonical_order(&one.name, &other.name));
        let twice = members.windows(2).filter(|pair| pair[0].0.name == pair[1].0.name).map(|pair| &pair[1]);
        if let Some((member, at)) = twice.min_by_key(|(_, at)| *at) {
            let message = format!("expected each member once, found {:?} again", member.name);
            return Err(Self::halt(*at, Code::DUPLICATE_MEMBER, message).below(&member.name));
        }
        Ok(Json::Object(Object::from_sorted(members.into_iter().map(|(member, _)| member).collect())))
    }

    fn string(&mut self) -> Result<Cow<'a, str>, Halt> {
        let start = self.at + 1;
        match text::scan(self.text, start) {
            Ok((text, end)) => {
                self.at = end;
                Ok(text)
            }
            Err(TextFault { code, message, at }) => Err(Self::halt(at, code, message)),
        }
    }

    fn number(&mut self) -> Result<Number<'a>, Halt> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        match self.peek() {
            Some(b'0') => self.at += 1,
            Some(b'1'..=b'9') => self.digits(),
            _ => return Err(self.fault(Code::SYNTAX, "a digit")),
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.some_digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.some_digits()?;
        }
        let lexeme = &self.text[start..self.at];
        Number::from_lexeme(lexeme, self.limits.exact_numbers).map_err(|fault| {
            let (code, expected) = match fault {
                NumberFault::Range => (Code::NUMBER_RANGE, "an integer within ±(2^53 − 1), or a finite number"),
                NumberFault::Precision => (Code::NUMBER_PRECISION, "at most 15 significant digits"),
            };
            let shown: String = lexeme.chars().take(40).collect();
            Self::halt(start, code, format!("expected {expected}, found {shown}"))
        })
    }

    fn digits(&mut self) {
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
    }

    fn some_digits(&mut self) -> Result<(), Halt> {
        let start = self.at;
        self.digits();
        if self.at > start { Ok(()) } else { Err(self.fault(Code::SYNTAX, "a digit")) }
    }
}
