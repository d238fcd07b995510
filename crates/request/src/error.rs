//! Why a signed request is not taken.

/// Why a signed request is not taken. Messages name what was expected, and repeat nothing of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// No signature with our tag.
    #[error("expected a request signature with the tag \"earnest\", found none")]
    SignatureMissing,
    /// The headers are not those of one signature, or name what nobody here knows.
    #[error("expected {0}")]
    SignatureMalformed(&'static str),
    /// Something that must be covered is not.
    #[error("expected a signature that covers {0}")]
    NotCovered(&'static str),
    /// The key id is no subject.
    #[error("expected a key id such as participant:did:key:z6Mk…")]
    KeyIdInvalid,
    /// The signature is not the named subject's over this request.
    #[error("expected a signature by the key of the key id over this request")]
    SignatureInvalid,
    /// Its time is over, or is longer than a signature may last.
    #[error("expected a signature that is in force: made at most a minute ago, and not yet expired")]
    SignatureExpired,
    /// It was made later than now.
    #[error("expected a signature that was made before now; is the caller's clock ahead?")]
    SignatureNotYetValid,
    /// The body's digest is absent.
    #[error("expected the header Content-Digest with sha-256")]
    DigestMissing,
    /// The body is not what the digest says.
    #[error("expected a body with the digest that Content-Digest names")]
    DigestMismatch,
}

impl RequestError {
    /// Every one, with what it says: for the reference.
    pub const ALL: &'static [Self] = &[
        Self::SignatureMissing,
        Self::SignatureMalformed("headers that RFC 9421 knows"),
        Self::NotCovered("method, authority, path, query and content digest"),
        Self::KeyIdInvalid,
        Self::SignatureInvalid,
        Self::SignatureExpired,
        Self::SignatureNotYetValid,
        Self::DigestMissing,
        Self::DigestMismatch,
    ];

    /// The stable code. The codes of signatures begin with `request-`, since a document's signature has codes too.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::SignatureMissing => "request-signature-missing",
            Self::SignatureMalformed(_) => "request-signature-malformed",
            Self::NotCovered(_) => "request-signature-coverage",
            Self::KeyIdInvalid => "request-key-id-invalid",
            Self::SignatureInvalid => "request-signature-invalid",
            Self::SignatureExpired => "request-signature-expired",
            Self::SignatureNotYetValid => "request-signature-not-yet-valid",
            Self::DigestMissing => "digest-missing",
            Self::DigestMismatch => "digest-mismatch",
        }
    }

    /// What it says of any request, in a sentence.
    #[must_use]
    pub const fn says(&self) -> &'static str {
        match self {
            Self::SignatureMissing => "The request carries no signature of ours.",
            Self::SignatureMalformed(_) => "The signature's headers are not those of one signature of ours.",
            Self::NotCovered(_) => "The signature leaves out what it must cover.",
            Self::KeyIdInvalid => "The key id is no subject.",
            Self::SignatureInvalid => "The signature is not the named subject's over this request.",
            Self::SignatureExpired => "The signature's time is over, or longer than it may be.",
            Self::SignatureNotYetValid => "The signature was made later than now.",
            Self::DigestMissing => "The body's digest is absent.",
            Self::DigestMismatch => "The body is not what its digest says.",
        }
    }
}
