//! The caller's side: the three headers of a signed request.

use base64::{Engine, engine::general_purpose::STANDARD};
use earnest_base::{Subject, SubjectKind, Timestamp};
use earnest_signing::SecretKey;

use crate::{RequestError, TAG, Target, content_digest};

/// What we cover, in this order.
pub(crate) const COVERED: [&str; 5] = ["@method", "@authority", "@path", "@query", "content-digest"];

/// Who signs a request, from when to when, and the nonce that is used once.
#[derive(Debug, Clone, Copy)]
pub struct Terms<'a> {
    /// In which capacity the key's holder signs.
    pub kind: SubjectKind,
    /// Now.
    pub created: Timestamp,
    /// For how many seconds the signature is in force: at most 60 at our own services.
    pub lasts_secs: u32,
    /// Sixteen to 64 characters of base64url that were never used before by this key.
    pub nonce: &'a str,
}

/// The headers that a signed request carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Headers {
    /// `Content-Digest`
    pub content_digest: String,
    /// `Signature-Input`
    pub signature_input: String,
    /// `Signature`
    pub signature: String,
}

/// Signs a request.
///
/// # Errors
/// [`RequestError::SignatureMalformed`] where the nonce is not of its form.
pub fn sign(target: &Target<'_>, body: &[u8], terms: Terms<'_>, key: &SecretKey) -> Result<Headers, RequestError> {
    if !is_nonce(terms.nonce) {
        return Err(NONCE_FORM);
    }
    let content_digest = content_digest(body);
    let created = terms.created.unix_millis().div_euclid(1000);
    let covered = COVERED.map(|name| format!("\"{name}\"")).join(" ");
    let parameters = format!(
        "({covered});created={created};expires={};nonce=\"{}\";alg=\"ed25519\";keyid=\"{}\";tag=\"{TAG}\"",
        created + i64::from(terms.lasts_secs),
        terms.nonce,
        Subject::new(terms.kind, *key.public()),
    );
    let base = base(&COVERED, target, &content_digest, &parameters).unwrap_or_default();
    let signature = format!("sig=:{}:", STANDARD.encode(key.sign(base.as_bytes())));
    Ok(Headers { content_digest, signature_input: format!("sig={parameters}"), signature })
}

pub(crate) const NONCE_FORM: RequestError =
    RequestError::SignatureMalformed("a nonce of 16 to 64 characters of base64url");

/// Long enough to be guessed by nobody, short enough to be kept.
pub(crate) fn is_nonce(nonce: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (16..=64).contains(&nonce.len()) && nonce.bytes().all(plain)
}

/// The signature base (RFC 9421, section 2.5); `None` where a component is none that we know.
pub(crate) fn base(
    covered: &[impl AsRef<str>],
    target: &Target<'_>,
    content_digest: &str,
    parameters: &str,
) -> Option<String> {
    let mut base = String::with_capacity(512);
    for name in covered {
        let name = name.as_ref();
        let value = if name == "content-digest" { content_digest.to_owned() } else { target.component(name)? };
        base.extend(["\"", name, "\": ", &value, "\n"]);
    }
    base.extend(["\"@signature-params\": ", parameters]);
    Some(base)
}
