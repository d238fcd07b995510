//! What names a payment's way outside: the client's key for it, its transaction, a place to ask.

use crate::text::string_types;

string_types! {
    /// The key under which a client submits a payment, so that sending it again is not paying again. It names a
    /// submission; the relay's own `PaymentId` names the payment.
    PaymentIdentifier { pattern: r"^[a-zA-Z0-9_-]{16,128}$", max: 128, what: "a payment identifier", example: "research-2026-04-01-0001" }

    /// A transaction: its hash on a chain, or the SHA-256 of the transfer document on the ledger.
    TransactionId { pattern: r"^(0x)?[0-9a-fA-F]{64}$", max: 66, what: "a transaction id", example: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" }

    /// An absolute URL over HTTP or HTTPS, without user and password.
    HttpUrl {
        pattern: r"^https?://([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9a-fA-F:.]+\])(:[0-9]{1,5})?([/?#][!#-;=?-Z\[\]_a-z~]*)?$",
        max: 2048, what: "an absolute URL over http or https", example: "https://gateway.example/payments/pay_01"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_absolute_and_carries_no_password() {
        for right in ["https://a.example", "http://127.0.0.1:8402/payments/pay_1", "https://[::1]:1/x?y=1#z"] {
            assert!(right.parse::<HttpUrl>().is_ok(), "{right}");
        }
        for wrong in ["/payments/pay_1", "a.example", "ftp://a", "https://u:p@a.example", "https://", "https://a/ b"] {
            assert!(wrong.parse::<HttpUrl>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_transaction_id_is_a_hash_with_or_without_its_mark() {
        let hash = "ab".repeat(32);
        assert!(hash.parse::<TransactionId>().is_ok());
        assert!(format!("0x{hash}").parse::<TransactionId>().is_ok());
        assert!(format!("0X{hash}").parse::<TransactionId>().is_err());
        assert!("ab".parse::<TransactionId>().is_err());
    }
}
