//! Keys of the index that are no ids of their own.

use earnest_base::Name;

use crate::AccountNumber;

/// The nonce of a payer's account. No id has this form, since every id has its own prefix.
pub(crate) fn nonce(payer: AccountNumber, nonce: &Name) -> Vec<u8> {
    let mut key = Vec::with_capacity(18 + nonce.as_str().len());
    key.extend_from_slice(b"nonce\0");
    key.extend_from_slice(&payer.value().to_be_bytes());
    key.extend_from_slice(nonce.as_str().as_bytes());
    key
}
