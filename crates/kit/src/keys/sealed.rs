//! Encryption of key files with a passphrase: age, scrypt, armored.

use std::{
    io::{self, Read, Write},
    iter,
};

use age::{
    DecryptError, Decryptor, Encryptor,
    armor::{ArmoredReader, ArmoredWriter, Format},
    scrypt,
    secrecy::SecretString,
};
use zeroize::Zeroizing;

use super::KeyFileError;

const BEGIN: &[u8] = b"-----BEGIN AGE ENCRYPTED FILE-----";
/// 2^17 rounds with 128 MiB, the least that OWASP recommends for scrypt: part of a second.
const WORK_FACTOR: u8 = 17;
/// A file that asks for more than 1 GiB is refused.
const MAX_WORK_FACTOR: u8 = 20;

/// Whether the bytes are an encrypted file.
pub(super) fn is_sealed(bytes: &[u8]) -> bool {
    bytes.starts_with(BEGIN)
}

/// Encrypts a text.
pub(super) fn seal(text: &str, passphrase: &SecretString) -> Result<Zeroizing<Vec<u8>>, KeyFileError> {
    let mut recipient = scrypt::Recipient::new(passphrase.clone());
    recipient.set_work_factor(WORK_FACTOR);
    let encryptor = Encryptor::with_recipients(iter::once(&recipient as &dyn age::Recipient))
        .map_err(|error| KeyFileError::new("key-file-unsealed", format!("cannot encrypt the key: {error}")))?;
    let write = || -> io::Result<Vec<u8>> {
        let armor = ArmoredWriter::wrap_output(Vec::new(), Format::AsciiArmor)?;
        let mut stream = encryptor.wrap_output(armor)?;
        stream.write_all(text.as_bytes())?;
        stream.finish()?.finish()
    };
    write().map(Zeroizing::new).map_err(|error| KeyFileError::io("key-file-unsealed", "encrypt the key", &error))
}

/// Decrypts a file.
pub(super) fn open(bytes: &[u8], passphrase: &SecretString) -> Result<Zeroizing<Vec<u8>>, KeyFileError> {
    let mut identity = scrypt::Identity::new(passphrase.clone());
    identity.set_max_work_factor(MAX_WORK_FACTOR);
    let decryptor = Decryptor::new_buffered(ArmoredReader::new(bytes)).map_err(|error| refusal(&error))?;
    let mut stream = decryptor.decrypt(iter::once(&identity as &dyn age::Identity)).map_err(|error| refusal(&error))?;
    let mut text = Zeroizing::new(Vec::with_capacity(bytes.len()));
    stream.read_to_end(&mut text).map_err(|error| KeyFileError::io("key-file-invalid", "decrypt it", &error))?;
    Ok(text)
}

fn refusal(error: &DecryptError) -> KeyFileError {
    match error {
        DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed => {
            KeyFileError::new("passphrase-wrong", "expected the passphrase of this key file, found another")
        }
        DecryptError::NoMatchingKeys => KeyFileError::new(
            "key-file-invalid",
            "expected a file encrypted with a passphrase, found one for an age key",
        ),
        other => KeyFileError::new("key-file-invalid", format!("expected an age file: {other}")),
    }
}
