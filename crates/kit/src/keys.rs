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

mod error;
mod passphrase;
mod sealed;
mod sponsor;
mod text;

use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Write},
    path::Path,
};

use age::secrecy::SecretString;
use earnest_signing::SecretKey;
use zeroize::Zeroizing;

pub use error::KeyFileError;
pub use passphrase::read_passphrase;
pub use sponsor::{SponsorSecret, read_sponsor, write_sponsor};

/// No key file is larger.
const MAX_BYTES: u64 = 16 * 1024;

/// A new key, from the randomness of the operating system.
///
/// # Errors
/// `random-unavailable`
pub fn generate() -> Result<SecretKey, KeyFileError> {
    let mut seed = Zeroizing::new([0_u8; 32]);
    getrandom::fill(&mut *seed)
        .map_err(|error| KeyFileError::new("random-unavailable", format!("cannot get randomness: {error}")))?;
    Ok(SecretKey::from_seed(&seed))
}

/// Writes a key file that was not there before.
///
/// # Errors
/// `file-exists`, `file-unwritable`, `key-file-unsealed`
pub fn write(path: &Path, key: &SecretKey, passphrase: Option<&SecretString>) -> Result<(), KeyFileError> {
    let text = text::of(key);
    let bytes = match passphrase {
        Some(passphrase) => {
            sealed::seal(&text, passphrase).map_err(|error| error.in_file(&path.display().to_string()))?
        }
        None => Zeroizing::new(text.as_bytes().to_vec()),
    };
    write_new(path, &bytes)
}

/// Writes a file that was not there before, whole, for its owner only.
fn write_new(path: &Path, bytes: &[u8]) -> Result<(), KeyFileError> {
    let name = path.display().to_string();
    let mut file = create(path).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            KeyFileError::new("file-exists", "expected no such file yet: keys are never overwritten")
                .in_file(&name)
                .with_hint("name another file: --out FILE")
        }
        _ => KeyFileError::io("file-unwritable", "create it", &error).in_file(&name),
    })?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(|error| {
        // Half a key is worse than none; that it cannot be removed either changes nothing in what the caller learns.
        let _ = std::fs::remove_file(path);
        KeyFileError::io("file-unwritable", "write it", &error).in_file(&name)
    })
}

fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Reads a key file that nobody else can read. The passphrase is asked for where the file is encrypted.
///
/// # Errors
/// `file-unreadable`, `key-file-exposed`, `key-file-invalid`, `passphrase-wrong`, or what asking for the passphrase says.
pub fn read<E: From<KeyFileError>>(
    path: &Path,
    passphrase: impl FnOnce() -> Result<SecretString, E>,
) -> Result<SecretKey, E> {
    let name = path.display().to_string();
    let bytes = contents(path).map_err(|error| error.in_file(&name))?;
    let key = if sealed::is_sealed(&bytes) {
        let passphrase = passphrase()?;
        sealed::open(&bytes, &passphrase).and_then(|text| text::parse(&text))
    } else {
        text::parse(&bytes)
    };
    key.map_err(|error| error.in_file(&name).into())
}

/// The bytes of a private file.
fn contents(path: &Path) -> Result<Zeroizing<Vec<u8>>, KeyFileError> {
    let unreadable = |error: io::Error| KeyFileError::io("file-unreadable", "read it", &error);
    let file = File::open(path).map_err(unreadable)?;
    private(&file, path)?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(MAX_BYTES).unwrap_or_default() + 1));
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    Ok(bytes)
}

/// Refuses a file that the group or others may read or write.
#[cfg(unix)]
fn private(file: &File, path: &Path) -> Result<(), KeyFileError> {
    use std::os::unix::fs::PermissionsExt;

    let metadata = file.metadata().map_err(|error| KeyFileError::io("file-unreadable", "read its mode", &error))?;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 == 0 {
        return Ok(());
    }
    let message = format!("expected a key file that only its owner can read, found mode {mode:04o}");
    Err(KeyFileError::new("key-file-exposed", message).with_hint(format!("chmod 600 {}", quoted(path))))
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
fn private(_: &File, _: &Path) -> Result<(), KeyFileError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked() -> Result<SecretString, KeyFileError> {
        Ok(SecretString::from("correct horse".to_owned()))
    }

    #[test]
    fn a_key_file_comes_back_plain_or_sealed() {
        let folder = tempfile::tempdir().unwrap();
        let key = generate().unwrap();
        for (name, passphrase) in [("plain", None), ("sealed", Some(asked().unwrap()))] {
            let path = folder.path().join(name);
            write(&path, &key, passphrase.as_ref()).unwrap();
            assert_eq!(read(&path, asked).unwrap().public(), key.public());
            assert_eq!(write(&path, &key, None).unwrap_err().code(), "file-exists");
        }
        let other = || Ok::<_, KeyFileError>(SecretString::from("another".to_owned()));
        assert_eq!(read(&folder.path().join("sealed"), other).unwrap_err().code(), "passphrase-wrong");
        assert_eq!(read(&folder.path().join("none"), asked).unwrap_err().code(), "file-unreadable");
    }

    #[cfg(unix)]
    #[test]
    fn a_key_file_that_others_may_read_is_refused_with_what_mends_it() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        write(&path, &generate().unwrap(), None).unwrap();
        for mode in [0o640, 0o604, 0o620, 0o660] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            let error = read(&path, asked).unwrap_err();
            assert_eq!(error.code(), "key-file-exposed", "{mode:o}");
            assert!(error.hint().unwrap().starts_with("chmod 600 "));
        }
    }
}
