//! The passphrase of a service's key file: in a file that only its owner can read, since nobody is there to type it.

use std::path::Path;

use age::secrecy::SecretString;
use zeroize::Zeroizing;

use super::{KeyFileError, contents};

/// Reads the passphrase that a private file holds: its first line, without the line's end.
///
/// # Errors
/// `file-unreadable`, `key-file-exposed` where others may read it, `passphrase-invalid`, `passphrase-missing`.
pub fn read_passphrase(path: &Path) -> Result<SecretString, KeyFileError> {
    let name = path.display().to_string();
    let read = || {
        let bytes = contents(path)?;
        let invalid = || KeyFileError::new("passphrase-invalid", "expected UTF-8");
        let text = Zeroizing::new(std::str::from_utf8(&bytes).map_err(|_| invalid())?.to_owned());
        match text.lines().next() {
            Some(line) if !line.is_empty() => Ok(SecretString::from(line.to_owned())),
            _ => Err(KeyFileError::new("passphrase-missing", "expected a passphrase, found an empty line")),
        }
    };
    read().map_err(|error: KeyFileError| error.in_file(&name))
}
