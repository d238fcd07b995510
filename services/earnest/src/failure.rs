//! What a command that fails tells: what was wrong, where, and the command that mends it.

use std::{fmt::Write, io};

use earnest_kit::keys::KeyFileError;
use earnest_signing::Error;
use serde_json::{Map, Value};

use crate::plain;

/// The exit code where a document or a request was refused, or a check failed.
pub(crate) const REFUSED: u8 = 1;
/// The exit code where the command was used wrongly, or a file cannot be read or written.
pub(crate) const USAGE: u8 = 2;

/// A failure: of a document, a file, or a call.
#[derive(Debug)]
pub(crate) struct Failure {
    cause: Cause,
    file: Option<String>,
    hint: Option<String>,
    fact: Option<u64>,
}

#[derive(Debug)]
enum Cause {
    /// The library refused a document.
    Refused(Error),
    /// Something around it went wrong.
    Usage { code: &'static str, message: String },
    /// A service refused, or what was checked is not as it should be.
    Told { code: String, message: String },
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let hint = match error.code().as_str() {
            "kind-unknown" => Some("`earnest kinds` lists the kinds that this version knows"),
            "role-unknown" => Some("name the role with `--role`; `earnest kinds` lists the roles of each kind"),
            "key-mismatch" => Some("`earnest key show FILE` prints whose key a file holds"),
            "no-published-form" => Some("`earnest kinds --json` says which kinds have a published form"),
            _ => None,
        };
        Self { cause: Cause::Refused(error), file: None, hint: hint.map(str::to_owned), fact: None }
    }
}

impl From<KeyFileError> for Failure {
    fn from(error: KeyFileError) -> Self {
        let cause = Cause::Usage { code: error.code(), message: error.message().to_owned() };
        Self { cause, file: error.file().map(str::to_owned), hint: error.hint().map(str::to_owned), fact: None }
    }
}

impl Failure {
    /// A failure that no document is to blame for.
    pub(crate) fn usage(code: &'static str, message: impl Into<String>) -> Self {
        Self { cause: Cause::Usage { code, message: message.into() }, file: None, hint: None, fact: None }
    }

    /// A service refused, or what was checked is not as it should be.
    pub(crate) fn told(code: impl Into<String>, message: impl Into<String>) -> Self {
        let cause = Cause::Told { code: code.into(), message: message.into() };
        Self { cause, file: None, hint: None, fact: None }
    }

    /// The same failure, with the number of the fact that is at fault.
    pub(crate) fn at_fact(mut self, fact: u64) -> Self {
        self.fact = Some(fact);
        self
    }

    /// A file that cannot be read or written.
    pub(crate) fn io(code: &'static str, doing: &str, error: &io::Error) -> Self {
        Self::usage(code, format!("cannot {doing}: {error}"))
    }

    /// The same failure, with the file that it is about, where it does not name one yet.
    pub(crate) fn in_file(mut self, name: &str) -> Self {
        self.file.get_or_insert_with(|| name.to_owned());
        self
    }

    /// The same failure, with what mends it.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The exit code.
    pub(crate) const fn exit(&self) -> u8 {
        match self.cause {
            Cause::Refused(_) | Cause::Told { .. } => REFUSED,
            Cause::Usage { .. } => USAGE,
        }
    }

    /// The failure on one line, the file before it: `offer.json: signature-invalid at /signature (line 3, column 16): …`.
    pub(crate) fn line(&self) -> String {
        let message = match &self.cause {
            Cause::Refused(error) => error.to_string(),
            Cause::Usage { message, .. } | Cause::Told { message, .. } => message.clone(),
        };
        let line = self.file.as_ref().map_or_else(|| message.clone(), |file| format!("{file}: {message}"));
        plain::text(&line)
    }

    /// The failure as a JSON object: code, pointer, line, column, message, fact, file, hint, so far as there are any.
    pub(crate) fn to_json(&self) -> Map<String, Value> {
        let mut members = Map::new();
        match &self.cause {
            Cause::Refused(error) => {
                members.insert("code".into(), error.code().as_str().into());
                members.insert("pointer".into(), error.pointer().as_str().into());
                if let Some(position) = error.position() {
                    members.insert("line".into(), position.line.into());
                    members.insert("column".into(), position.column.into());
                }
                members.insert("message".into(), error.message().into());
            }
            Cause::Usage { code, message } => {
                members.insert("code".into(), (*code).into());
                members.insert("message".into(), message.clone().into());
            }
            Cause::Told { code, message } => {
                members.insert("code".into(), code.clone().into());
                members.insert("message".into(), message.clone().into());
            }
        }
        if let Some(fact) = self.fact {
            members.insert("fact".into(), fact.into());
        }
        for (name, value) in [("file", &self.file), ("hint", &self.hint)] {
            if let Some(value) = value {
                members.insert(name.into(), value.clone().into());
            }
        }
        members
    }

    /// The failure as standard error shows it.
    pub(crate) fn to_text(&self, json: bool) -> String {
        if json {
            return plain::in_json(&format!("{}\n", Value::Object(self.to_json())));
        }
        let mut text = format!("error: {}\n", self.line());
        if let Some(hint) = &self.hint {
            // Writing to a string does not fail.
            let _ = writeln!(text, "hint: {}", plain::text(hint));
        }
        text
    }
}
