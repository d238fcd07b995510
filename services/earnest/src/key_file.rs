//! Key files: a small JSON text that only its owner can read, or the same text encrypted with a passphrase as an armored
//! age file (`age --decrypt FILE` reads it).
//!
//! ```text
//! {
//!   "earnest-key": 1,
//!   "public": "did:key:z6Mk…",
//!   "seed": "<the 32 bytes of RFC 8032, base64url without padding>"
//! }
//! ```

mod sealed;
mod text;

use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Write},
    path::Path,
};

use age::secrecy::SecretString;
use earnest_signing::SecretKey;
use zeroize::Zeroizing;

use crate::{failure::Failure, passphrase::PassphraseFile};

/// No key file is larger.
const MAX_BYTES: u64 = 16 * 1024;

/// A new key, from the randomness of the operating system.
pub(crate) fn generate() -> Result<SecretKey, Failure> {
    let mut seed = Zeroizing::new([0_u8; 32]);
    getrandom::fill(&mut *seed)
        .map_err(|error| Failure::usage("random-unavailable", format!("cannot get randomness: {error}")))?;
    Ok(SecretKey::from_seed(&seed))
}

/// Writes a key file that was not there before.
pub(crate) fn write(path: &Path, key: &SecretKey, passphrase: Option<&SecretString>) -> Result<(), Failure> {
    let name = path.display().to_string();
    let text = text::of(key);
    let bytes = match passphrase {
        Some(passphrase) => sealed::seal(&text, passphrase).map_err(|failure| failure.in_file(&name))?,
        None => Zeroizing::new(text.as_bytes().to_vec()),
    };
    let mut file = create(path).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            Failure::usage("file-exists", "expected no such file yet: keys are never overwritten")
                .in_file(&name)
                .hint("name another file: --out FILE")
        }
        _ => Failure::io("file-unwritable", "create it", &error).in_file(&name),
    })?;
    file.write_all(&bytes).and_then(|()| file.sync_all()).map_err(|error| {
        // Half a key is worse than none; that it cannot be removed either changes nothing in what the caller learns.
        let _ = std::fs::remove_file(path);
        Failure::io("file-unwritable", "write it", &error).in_file(&name)
    })
}

fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Reads a key file that nobody else can read.
pub(crate) fn read(path: &Path, passphrase: &PassphraseFile) -> Result<SecretKey, Failure> {
    let name = path.display().to_string();
    let unreadable = |error: io::Error| Failure::io("file-unreadable", "read it", &error);
    let read = || {
        let file = File::open(path).map_err(unreadable)?;
        private(&file, path)?;
        let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(MAX_BYTES).unwrap_or_default() + 1));
        file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        if sealed::is_sealed(&bytes) {
            text::parse(&sealed::open(&bytes, &passphrase.get()?)?)
        } else {
            text::parse(&bytes)
        }
    };
    read().map_err(|failure: Failure| failure.in_file(&name))
}

/// Refuses a file that the group or others may read or write.
#[cfg(unix)]
fn private(file: &File, path: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::PermissionsExt;

    let metadata = file.metadata().map_err(|error| Failure::io("file-unreadable", "read its mode", &error))?;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 == 0 {
        return Ok(());
    }
    let message = format!("expected a key file that only its owner can read, found mode {mode:04o}");
    Err(Failure::usage("key-file-exposed", message).hint(format!("chmod 600 {}", quoted(path))))
}

/// A path as a shell takes it.
#[cfg(unix)]
fn quoted(path: &Path) -> String {
    let path = path.display().to_string();
    let plain = |character: char| character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '-' | '/');
    if path.chars().all(plain) && !path.starts_with('-') {
        return path;
    }
    let sheltered = if path.starts_with('-') { format!("./{path}") } else { path };
    format!("'{}'", sheltered.replace('\'', "'\\''"))
}

#[cfg(not(unix))]
fn private(_: &File, _: &Path) -> Result<(), Failure> {
    Ok(())
}
