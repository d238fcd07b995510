//! Key files, as this program's commands read and write them; what a key file is stands in `earnest_kit::keys`.

use std::path::Path;

use age::secrecy::SecretString;
use earnest_kit::keys;
use earnest_signing::SecretKey;

use crate::{failure::Failure, passphrase::PassphraseFile};

/// A new key, from the randomness of the operating system.
pub(crate) fn generate() -> Result<SecretKey, Failure> {
    Ok(keys::generate()?)
}

/// Writes a key file that was not there before.
pub(crate) fn write(path: &Path, key: &SecretKey, passphrase: Option<&SecretString>) -> Result<(), Failure> {
    Ok(keys::write(path, key, passphrase)?)
}

/// Reads a key file that nobody else can read.
pub(crate) fn read(path: &Path, passphrase: &PassphraseFile) -> Result<SecretKey, Failure> {
    keys::read(path, || passphrase.get().map_err(|failure| failure.in_file(&path.display().to_string())))
}
