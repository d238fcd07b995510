//! Signed requests: what is signed holds for what was signed, in whatever order a signer writes its parameters.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use base64::{Engine, engine::general_purpose::STANDARD};
use earnest_base::{SubjectKind, Timestamp};
use earnest_request::{Claim, Headers, RequestError, Target, Terms, Verified, Window, sign};
use earnest_signing::SecretKey;

const TARGET: Target<'_> = Target { method: "POST", authority: "A.example:8402", path: "/holds", query: Some("a=b") };

fn now() -> Timestamp {
    "2026-04-01T06:00:00Z".parse().unwrap()
}

fn key() -> SecretKey {
    SecretKey::from_seed(&[1; 32])
}

fn signed() -> Headers {
    let terms = Terms { kind: SubjectKind::Node, created: now(), lasts_secs: 60, nonce: "0123456789abcdef" };
    sign(&TARGET, b"body", terms, &key()).unwrap()
}

fn verify(headers: &Headers, target: &Target<'_>) -> Result<Verified, RequestError> {
    let claim = Claim::parse(&headers.signature_input, &headers.signature)?;
    claim.verify(target, &headers.content_digest, Window::default(), now())
}

#[test]
fn what_was_signed_is_verified_and_nothing_else() {
    let headers = signed();
    let verified = verify(&headers, &TARGET).unwrap();
    assert_eq!(verified.subject.to_string(), format!("node:did:key:{}", key().public()));
    assert_eq!(verified.nonce, "0123456789abcdef");
    assert_eq!(verified.expires.seconds_since(verified.created), Some(60));
    assert!(verify(&headers, &Target { authority: "a.EXAMPLE:8402", ..TARGET }).is_ok(), "hosts have no case");
    for other in [
        Target { method: "post", ..TARGET },
        Target { authority: "b.example:8402", ..TARGET },
        Target { path: "/holds/", ..TARGET },
        Target { path: "/HOLDS", ..TARGET },
        Target { query: Some("a=c"), ..TARGET },
        Target { query: None, ..TARGET },
    ] {
        assert_eq!(verify(&headers, &other), Err(RequestError::SignatureInvalid), "{other:?}");
    }
}

/// RFC 9421 leaves the order of parameters and components to the signer, and the spaces between members to anybody.
#[test]
fn the_order_of_another_signer_is_as_good() {
    let digest = earnest_request::content_digest(b"body");
    let subject = format!("node:did:key:{}", key().public());
    let created = now().unix_millis() / 1000;
    let parameters = format!(
        "(\"content-digest\" \"@query\" \"@path\" \"@method\" \"@authority\");keyid=\"{subject}\";tag=\"earnest\"\
         ;expires={};nonce=\"0123456789abcdef\";created={created}",
        created + 30
    );
    let base = format!(
        "\"content-digest\": {digest}\n\"@query\": ?a=b\n\"@path\": /holds\n\"@method\": POST\n\
         \"@authority\": a.example:8402\n\"@signature-params\": {parameters}"
    );
    let signature = STANDARD.encode(key().sign(base.as_bytes()));
    let headers = Headers {
        content_digest: digest,
        signature_input: format!("other=();tag=\"else\",   theirs={parameters}"),
        signature: format!("other=:AAAA:, theirs=:{signature}:"),
    };
    assert!(verify(&headers, &TARGET).is_ok());
}

#[test]
fn every_changed_byte_of_the_headers_is_noticed() {
    let headers = signed();
    let changed = |text: &str, at: usize| {
        let mut bytes = text.as_bytes().to_vec();
        bytes[at] = if bytes[at] == b'x' { b'y' } else { b'x' };
        String::from_utf8(bytes).unwrap()
    };
    for at in 0..headers.signature_input.len() {
        let one = Headers { signature_input: changed(&headers.signature_input, at), ..headers.clone() };
        assert!(verify(&one, &TARGET).is_err(), "{}", one.signature_input);
    }
    for at in 0..headers.content_digest.len() {
        let one = Headers { content_digest: changed(&headers.content_digest, at), ..headers.clone() };
        assert_eq!(verify(&one, &TARGET), Err(RequestError::SignatureInvalid));
    }
}

#[test]
fn junk_is_refused_without_a_panic() {
    let good = signed();
    for junk in [
        "",
        ",",
        "sig",
        "sig=",
        "sig=()",
        "sig=(",
        "sig=();created=-1",
        "sig=1",
        "=?=",
        "sig=(\"@method\");created=99999999999999999",
    ] {
        assert!(Claim::parse(junk, &good.signature).is_err(), "{junk}");
        assert!(Claim::parse(&good.signature_input, junk).is_err(), "{junk}");
    }
    let terms = Terms { kind: SubjectKind::Node, created: now(), lasts_secs: 60, nonce: "short" };
    assert!(sign(&TARGET, b"", terms, &key()).is_err());
}
