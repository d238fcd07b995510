//! Another implementation of RFC 9421 agrees with ours on the signature base, and shows why it is not the one we use.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use base64::{Engine, engine::general_purpose::STANDARD};
use earnest_base::{SubjectKind, Timestamp};
use earnest_request::{Claim, Target, Terms, Window, content_digest, sign};
use earnest_signing::SecretKey;
use httpsig::prelude::{
    AlgorithmName, HttpSignatureBase, HttpSignatureParams, PublicKey, VerifyingKey,
    message_component::HttpMessageComponent,
};

const TARGET: Target<'_> = Target { method: "POST", authority: "a.example", path: "/holds", query: None };

fn now() -> Timestamp {
    "2026-04-01T06:00:00Z".parse().unwrap()
}

/// The base that the other implementation makes of these parameters.
fn theirs(parameters: &str) -> String {
    let digest = content_digest(b"body");
    let lines = [
        "\"@method\": POST".to_owned(),
        "\"@authority\": a.example".to_owned(),
        "\"@path\": /holds".to_owned(),
        "\"@query\": ?".to_owned(),
        format!("\"content-digest\": {digest}"),
    ];
    let lines = lines.map(|line| HttpMessageComponent::try_from(line.as_str()).unwrap());
    HttpSignatureBase::try_new(&lines, &HttpSignatureParams::try_from(parameters).unwrap()).unwrap().to_string()
}

#[test]
fn what_we_sign_the_other_implementation_verifies_and_the_other_way_round() {
    let key = SecretKey::from_seed(&[1; 32]);
    let terms = Terms { kind: SubjectKind::Node, created: now(), lasts_secs: 60, nonce: "0123456789abcdef" };
    let headers = sign(&TARGET, b"body", terms, &key).unwrap();
    let base = theirs(headers.signature_input.strip_prefix("sig=").unwrap());
    let signature = STANDARD.decode(headers.signature.trim_start_matches("sig=").trim_matches(':')).unwrap();
    let public = PublicKey::from_bytes(&AlgorithmName::Ed25519, key.public().as_bytes()).unwrap();
    public.verify(base.as_bytes(), &signature).unwrap();

    let signed = format!("sig=:{}:", STANDARD.encode(key.sign(base.as_bytes())));
    let claim = Claim::parse(&headers.signature_input, &signed).unwrap();
    assert!(claim.verify(&TARGET, &headers.content_digest, Window::default(), now()).is_ok());
}

/// RFC 9421, section 2.3: the parameters stand in the order in which the signer wrote them. The other implementation
/// writes them in its own, so that a signature of another conforming signer fails there.
#[test]
fn the_other_implementation_loses_the_order_of_parameters() {
    let parameters = "(\"@method\" \"@authority\" \"@path\" \"@query\" \"content-digest\");keyid=\"k\";created=1";
    assert!(!theirs(parameters).ends_with(parameters));
}
