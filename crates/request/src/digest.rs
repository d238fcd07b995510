//! The digest of a body: RFC 9530, SHA-256.

use base64::{Engine, engine::general_purpose::STANDARD};
use sfv::{BareItem, Dictionary, ListEntry, Parser};
use sha2::{Digest, Sha256};

use crate::RequestError;

/// The value of the header `Content-Digest` for a body; an empty body has one too.
#[must_use]
pub fn content_digest(body: &[u8]) -> String {
    format!("sha-256=:{}:", STANDARD.encode(Sha256::digest(body)))
}

/// Whether a body of this SHA-256 is the one that the header `Content-Digest` names. Other algorithms beside it are
/// passed over, as RFC 9530 says.
///
/// # Errors
/// [`RequestError::DigestMissing`] where the header holds no sha-256, [`RequestError::DigestMismatch`] where it is that of
/// another body.
pub fn check_digest(header: &str, sha256: &[u8; 32]) -> Result<(), RequestError> {
    let dictionary: Dictionary = Parser::new(header).parse().map_err(|_| RequestError::DigestMissing)?;
    let named = match dictionary.get("sha-256") {
        Some(ListEntry::Item(item)) => match &item.bare_item {
            BareItem::ByteSequence(bytes) => bytes,
            _ => return Err(RequestError::DigestMissing),
        },
        _ => return Err(RequestError::DigestMissing),
    };
    if named.as_slice() == sha256 { Ok(()) } else { Err(RequestError::DigestMismatch) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_of_rfc_9530_is_ours() {
        let body = b"{\"hello\": \"world\"}";
        assert_eq!(content_digest(body), "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:");
    }

    #[test]
    fn a_digest_is_of_its_body_and_of_no_other() {
        let sha256: [u8; 32] = Sha256::digest(b"body").into();
        let good = content_digest(b"body");
        for (header, verdict) in [
            (good.clone(), Ok(())),
            (format!("md5=:AAAA:, {good}"), Ok(())),
            (content_digest(b"other"), Err(RequestError::DigestMismatch)),
            ("sha-256=:AAAA:".to_owned(), Err(RequestError::DigestMismatch)),
            ("sha-512=:AAAA:".to_owned(), Err(RequestError::DigestMissing)),
            ("sha-256=1".to_owned(), Err(RequestError::DigestMissing)),
            ("sha-256=(1)".to_owned(), Err(RequestError::DigestMissing)),
            (String::new(), Err(RequestError::DigestMissing)),
            ("=".to_owned(), Err(RequestError::DigestMissing)),
        ] {
            assert_eq!(check_digest(&header, &sha256), verdict, "{header}");
        }
    }
}
