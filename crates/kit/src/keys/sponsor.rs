//! Key files of wallets that pay for other people's transactions: always encrypted, since what they hold is money.
//!
//! ```text
//! {
//!   "earnest-sponsor-key": 1,
//!   "address": "0x…",
//!   "secret": "<the 32 bytes of a key on secp256k1, base64url without padding>"
//! }
//! ```

use std::{fmt, path::Path};

use age::secrecy::SecretString;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use zeroize::{Zeroize, Zeroizing};

use super::{KeyFileError, contents, sealed, write_new};

/// The secret of a wallet, and the address that it is said to be of: whoever uses it compares. It is wiped when it goes.
pub struct SponsorSecret {
    /// The address of the wallet, with the checksum of EIP-55.
    pub address: String,
    /// The secret key.
    pub bytes: Zeroizing<[u8; 32]>,
}

impl fmt::Debug for SponsorSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SponsorSecret({})", self.address)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SponsorText {
    #[serde(rename = "earnest-sponsor-key")]
    version: u64,
    address: String,
    secret: String,
}

impl Drop for SponsorText {
    fn drop(&mut self) {
        self.secret.zeroize();
    }
}

/// Writes the key file of a wallet, which was not there before, encrypted with a passphrase.
///
/// # Errors
/// `file-exists`, `file-unwritable`, `key-file-unsealed`, `key-file-invalid` where the address is none.
pub fn write_sponsor(path: &Path, secret: &SponsorSecret, passphrase: &SecretString) -> Result<(), KeyFileError> {
    let name = path.display().to_string();
    if !is_address(&secret.address) {
        return Err(invalid("expected an address of `0x` and 40 hexadecimal digits").in_file(&name));
    }
    // Long enough from the start, so that no shorter copy with the secret is left behind.
    let mut text = Zeroizing::new(String::with_capacity(256));
    text.push_str("{\n  \"earnest-sponsor-key\": 1,\n  \"address\": \"");
    text.push_str(&secret.address);
    text.push_str("\",\n  \"secret\": \"");
    URL_SAFE_NO_PAD.encode_string(*secret.bytes, &mut text);
    text.push_str("\"\n}\n");
    let bytes = sealed::seal(&text, passphrase).map_err(|error| error.in_file(&name))?;
    write_new(path, &bytes)
}

/// Reads the key file of a wallet. One that is not encrypted, or that others can read, is refused.
///
/// # Errors
/// `file-unreadable`, `key-file-exposed`, `key-file-plain`, `key-file-invalid`, `passphrase-wrong`, or what asking for the
/// passphrase says.
pub fn read_sponsor<E: From<KeyFileError>>(
    path: &Path,
    passphrase: impl FnOnce() -> Result<SecretString, E>,
) -> Result<SponsorSecret, E> {
    let name = path.display().to_string();
    let bytes = contents(path).map_err(|error| error.in_file(&name))?;
    if !sealed::is_sealed(&bytes) {
        let message = "expected the key of a wallet to be encrypted with a passphrase, found another file";
        return Err(KeyFileError::new("key-file-plain", message).in_file(&name).into());
    }
    let passphrase = passphrase()?;
    let secret = sealed::open(&bytes, &passphrase).and_then(|text| parse(&text));
    secret.map_err(|error| error.in_file(&name).into())
}

fn parse(text: &[u8]) -> Result<SponsorSecret, KeyFileError> {
    // What was found is not repeated: it may be a part of the secret.
    let read: SponsorText =
        serde_json::from_slice(text).map_err(|_| invalid("expected the key file of a wallet, found another text"))?;
    if read.version != 1 {
        return Err(invalid("expected version 1 of the key files of wallets, found another"));
    }
    if !is_address(&read.address) {
        return Err(invalid("expected an address of `0x` and 40 hexadecimal digits"));
    }
    let mut bytes = Zeroizing::new([0_u8; 32]);
    if URL_SAFE_NO_PAD.decode_slice(&read.secret, &mut *bytes).ok() != Some(bytes.len()) {
        return Err(invalid("expected a secret of 32 bytes in base64url without padding"));
    }
    Ok(SponsorSecret { address: read.address.clone(), bytes })
}

fn is_address(text: &str) -> bool {
    let digits = text.strip_prefix("0x");
    digits.is_some_and(|digits| digits.len() == 40 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
}

fn invalid(message: &str) -> KeyFileError {
    KeyFileError::new("key-file-invalid", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADDRESS: &str = "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf";

    fn secret() -> SponsorSecret {
        SponsorSecret { address: ADDRESS.to_owned(), bytes: Zeroizing::new([7; 32]) }
    }

    fn asked() -> Result<SecretString, KeyFileError> {
        Ok(SecretString::from("correct horse".to_owned()))
    }

    #[test]
    fn the_key_of_a_wallet_comes_back_from_its_file_and_stands_there_encrypted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("wallet");
        write_sponsor(&path, &secret(), &asked().unwrap()).unwrap();
        let file = std::fs::read_to_string(&path).unwrap();
        assert!(file.starts_with("-----BEGIN AGE ENCRYPTED FILE-----") && !file.contains("BwcHBwcH"), "{file}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        let read = read_sponsor(&path, asked).unwrap();
        assert_eq!((read.address.as_str(), *read.bytes), (ADDRESS, [7; 32]));
        assert_eq!(format!("{read:?}"), format!("SponsorSecret({ADDRESS})"));
        assert_eq!(write_sponsor(&path, &secret(), &asked().unwrap()).unwrap_err().code(), "file-exists");
        let other = || Ok::<_, KeyFileError>(SecretString::from("another".to_owned()));
        assert_eq!(read_sponsor(&path, other).unwrap_err().code(), "passphrase-wrong");
    }

    #[test]
    fn a_file_that_is_not_encrypted_is_no_key_of_a_wallet() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plain");
        write_new(&path, b"{\"earnest-sponsor-key\": 1}").unwrap();
        assert_eq!(read_sponsor(&path, asked).unwrap_err().code(), "key-file-plain");
    }

    #[test]
    fn a_text_that_is_no_key_is_refused_without_repeating_it() {
        let good = format!(
            "{{\"earnest-sponsor-key\":1,\"address\":\"{ADDRESS}\",\"secret\":\"{}\"}}",
            "BwcH".repeat(10) + "Bwc"
        );
        assert!(parse(good.as_bytes()).is_ok());
        for (from, to) in
            [("key\":1", "key\":2"), ("0x7E", "7E"), ("BwcHBwcH", "BwcH"), ("\"secret\":", "\"secret\": 1,\"x\":")]
        {
            let text = good.replacen(from, to, 1);
            assert_ne!(text, good);
            let error = parse(text.as_bytes()).err().unwrap();
            assert_eq!(error.code(), "key-file-invalid");
            assert!(!error.to_string().contains("BwcH"), "{error}");
        }
    }
}
