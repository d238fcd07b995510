//! What may stand in a log in place of what may not.

use std::fmt;

use sha2::{Digest, Sha256};

/// A value that is never shown: its `Debug` and `Display` say that it is left out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Redacted<T>(pub T);

impl<T> fmt::Debug for Redacted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl<T> fmt::Display for Redacted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// A stand-in for an identifier: the same one every time, which tells two apart and names neither. It hides no text that
/// could be guessed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Pseudonym([u8; 6]);

impl Pseudonym {
    /// The stand-in of a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let digest = Sha256::digest(text.as_bytes());
        let mut start = [0; 6];
        start.copy_from_slice(&digest[..6]);
        Self(start)
    }
}

impl fmt::Display for Pseudonym {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Pseudonym {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_secret_is_shown() {
        let secret = Redacted("canary");
        assert!(!format!("{secret} {secret:?} {:?}", Some(secret)).contains("canary"));
        assert_eq!(Pseudonym::of("canary").to_string().len(), 12);
        assert_ne!(Pseudonym::of("canary"), Pseudonym::of("canaries"));
    }
}
