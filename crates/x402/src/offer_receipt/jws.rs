//! JWS in its compact form (RFC 7515), by Ed25519 (RFC 8037), the key a did:key.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use earnest_base::PublicKey;
use earnest_signing::{Json, JsonObject, Limits, Object, SecretKey, read};
use serde::Deserialize;

use super::ArtifactError;

/// The one algorithm.
const EDDSA: &str = "EdDSA";

/// The members of a header. It is closed: `crit`, `b64`, `jwk` and their like change what a verifier has to do.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    #[serde(rename = "alg")]
    _algorithm: String,
    kid: String,
}

/// Signs the canonical form of an object.
pub(super) fn sign(payload: &JsonObject, key: &SecretKey) -> String {
    let mut header = Object::default();
    header.insert("alg", Json::String(EDDSA.into()));
    header.insert("kid", Json::String(kid(key.public()).into()));
    let header = JsonObject::from(header).canonical();
    let mut jws = BASE64_URL_SAFE_NO_PAD.encode(header);
    jws.push('.');
    BASE64_URL_SAFE_NO_PAD.encode_string(payload.canonical(), &mut jws);
    let signature = key.sign(jws.as_bytes());
    jws.push('.');
    BASE64_URL_SAFE_NO_PAD.encode_string(signature, &mut jws);
    jws
}

/// Verifies, and hands out the key and the payload. The payload is read as it was signed: it may be spelt in any way,
/// because the signature covers its bytes.
pub(super) fn verify(jws: &str) -> Result<(PublicKey, JsonObject), ArtifactError> {
    let parts = Parts::of(jws)?;
    let key = parts.key()?;
    let signature = parts.signature.as_slice().try_into().map_err(|_| ArtifactError::Signature)?;
    if !key.verifies(parts.covered.as_bytes(), signature) {
        return Err(ArtifactError::Signature);
    }
    Ok((key, object(&parts.payload).map_err(ArtifactError::Payload)?))
}

/// The payload, whoever signed it: to look for what is worth verifying, never to decide.
pub(super) fn unverified(jws: &str) -> Result<JsonObject, ArtifactError> {
    object(&Parts::of(jws)?.payload).map_err(ArtifactError::Payload)
}

/// How a key is named: the did:key, and as its fragment the key again.
fn kid(key: &PublicKey) -> String {
    format!("did:key:{key}#{key}")
}

struct Parts<'a> {
    covered: &'a str,
    header: Vec<u8>,
    payload: Vec<u8>,
    signature: Vec<u8>,
}

impl<'a> Parts<'a> {
    fn of(jws: &'a str) -> Result<Self, ArtifactError> {
        let (covered, signature) = jws.rsplit_once('.').ok_or(ArtifactError::Jws)?;
        let (header, payload) = covered.split_once('.').ok_or(ArtifactError::Jws)?;
        let decode = |part: &str| BASE64_URL_SAFE_NO_PAD.decode(part).map_err(|_| ArtifactError::Jws);
        Ok(Self { covered, header: decode(header)?, payload: decode(payload)?, signature: decode(signature)? })
    }

    fn key(&self) -> Result<PublicKey, ArtifactError> {
        let header = object(&self.header).map_err(ArtifactError::Header)?;
        match header.members().get("alg").and_then(Json::as_str) {
            Some(EDDSA) | None => {}
            Some(other) => return Err(ArtifactError::Algorithm(other.chars().take(80).collect())),
        }
        let Header { kid: named, .. } = header.decode().map_err(ArtifactError::Header)?;
        let key = named.strip_prefix("did:key:").and_then(|url| url.split_once('#'));
        let key = key.and_then(|(key, _)| key.parse::<PublicKey>().ok()).filter(|key| kid(key) == named);
        key.ok_or_else(|| ArtifactError::Key(named.chars().take(120).collect()))
    }
}

fn object(bytes: &[u8]) -> Result<JsonObject, earnest_signing::Error> {
    read(bytes, Limits::DOCUMENT)?.into_owned().decode()
}
