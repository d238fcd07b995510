//! Facts and states as bytes: JSON with a version. What was written once is read by every later version.

use serde::{Deserialize, Serialize};

use crate::{
    Fact, Workflows,
    workflows::{Runs, Timetables},
};

/// The version of both forms.
const VERSION: u32 = 1;

/// Bytes that are no fact, or no state, of a version that is known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    /// It is not of the form.
    #[error("expected a fact or a state of workflows, found otherwise: {0}")]
    Form(String),
    /// It is of another version.
    #[error("expected version {VERSION}, found {0}")]
    Version(u32),
}

#[derive(Serialize, Deserialize)]
struct Versioned<T> {
    v: u32,
    #[serde(flatten)]
    content: T,
}

#[derive(Deserialize)]
struct Version {
    v: u32,
}

#[derive(Serialize, Deserialize)]
struct State {
    runs: Runs,
    timetables: Timetables,
}

impl Fact {
    /// Writes the fact.
    pub fn encode(&self, bytes: &mut Vec<u8>) {
        write(self, bytes);
    }

    /// Reads a fact.
    ///
    /// # Errors
    /// Where the bytes are no fact of this version.
    pub fn decode(bytes: &[u8]) -> Result<Self, CodecError> {
        read(bytes)
    }
}

impl Workflows {
    /// Writes the state: the same state, the same bytes.
    #[must_use]
    pub fn save(&self) -> Vec<u8> {
        let (runs, timetables) = self.parts();
        let mut bytes = Vec::new();
        write(&State { runs: runs.clone(), timetables: timetables.clone() }, &mut bytes);
        bytes
    }

    /// Reads a state.
    ///
    /// # Errors
    /// Where the bytes are no state of this version.
    pub fn load(bytes: &[u8]) -> Result<Self, CodecError> {
        let State { runs, timetables } = read(bytes)?;
        Ok(Self::of_parts(runs, timetables, None))
    }
}

fn write<T: Serialize>(content: &T, bytes: &mut Vec<u8>) {
    // Every type here has text keys and no way to fail; a failure would leave bytes that no reader takes.
    let written = serde_json::to_writer(&mut *bytes, &Versioned { v: VERSION, content });
    debug_assert!(written.is_ok(), "{written:?}");
}

fn read<T: for<'de> Deserialize<'de>>(bytes: &[u8]) -> Result<T, CodecError> {
    let form = |error: serde_json::Error| CodecError::Form(error.to_string());
    let Version { v } = serde_json::from_slice(bytes).map_err(form)?;
    if v != VERSION {
        return Err(CodecError::Version(v));
    }
    serde_json::from_slice(bytes).map(|read: Versioned<T>| read.content).map_err(form)
}
