//! Signatures made by hand, past the way of a draft: what a forger would try.

use earnest_artifacts::{Artifact, Kind};
use earnest_base::Subject;
use earnest_signing::{Code, Error, Json, Limits, Member, Object, SecretKey, SignatureBytes, Signer, Slot, read};

/// The members of a text.
///
/// # Panics
/// Where it is no JSON object.
#[must_use]
pub fn object(text: &[u8]) -> Object<'static> {
    match read(text, Limits::BUNDLE).expect("readable JSON").into_owned() {
        Json::Object(members) => members,
        other => panic!("expected an object, found {other:?}"),
    }
}

/// What the signatures of a document cover, less their tag: the canonical form of all members but the signatures.
#[must_use]
pub fn covered(kind: &Kind, members: &Object<'static>) -> String {
    let mut rest = members.clone();
    for signer in kind.signers() {
        rest.remove(signer.member());
    }
    Json::Object(rest).canonical()
}

/// What is signed, as decisions D7 and D9 say it: `<kind>` or `<kind>:<role>`, a zero byte, the covered text.
#[must_use]
pub fn signing_input(kind: &str, role: Option<&str>, covered: &str) -> Vec<u8> {
    let role = role.map_or_else(String::new, |role| format!(":{role}"));
    [kind.as_bytes(), role.as_bytes(), &[0], covered.as_bytes()].concat()
}

/// The same document with a signature of this key over this input in a signer's slot.
#[must_use]
pub fn with_signature(
    members: &Object<'static>,
    signer: &Signer,
    by: &Subject,
    key: &SecretKey,
    input: &[u8],
) -> Object<'static> {
    let text = |text: String| Json::String(text.into());
    let mut entry = vec![
        Member { name: "alg".into(), value: text("ed25519".to_owned()) },
        Member { name: "value".into(), value: text(SignatureBytes(key.sign(input)).to_string()) },
    ];
    if let Slot::Each(_, name) = signer.slot {
        entry.push(Member { name: name.into(), value: text(by.to_string()) });
    }
    let signature = Json::Object(Object::new(entry).expect("three names"));
    let mut signed = members.clone();
    match signer.slot {
        Slot::One(member) => signed.insert(member, signature),
        Slot::Each(member, _) => signed.insert(member, Json::Array(vec![signature])),
    }
    signed
}

/// Whether the parser takes a text for a document of the kind that it names, whatever its signatures are worth.
///
/// # Errors
/// Why it does not.
pub fn parse_verdict(text: &[u8]) -> Result<(), Error> {
    match Artifact::verify(text) {
        Err(error) if error.code() != Code::SIGNATURE_INVALID => Err(error),
        _ => Ok(()),
    }
}
