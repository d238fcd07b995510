//! What is wrong with a configuration: all of it at once, each with its place.

use std::fmt;

use super::Origin;

/// What is wrong with a configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    faults: Vec<(Option<Origin>, String)>,
}

impl ConfigError {
    pub(super) fn one(origin: Option<Origin>, message: String) -> Self {
        Self { faults: vec![(origin, message)] }
    }

    pub(super) fn of(faults: Vec<(Option<Origin>, String)>) -> Result<(), Self> {
        if faults.is_empty() { Ok(()) } else { Err(Self { faults }) }
    }
}

/// A line for each fault, its place before it.
impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (origin, message)) in self.faults.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            match origin {
                Some(origin) => write!(f, "{origin}: {message}")?,
                None => f.write_str(message)?,
            }
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}
