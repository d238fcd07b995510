//! What every document has around its own members: its kind, its signatures, its extensions.

use earnest_base::Subject;

use crate::{Code, Document, Error, Json, Member, Object, Pointer, Signature, SignatureBytes, Signer, Slot};

/// A signature that stands in a document, with the subject who is to have made it.
#[derive(Debug, Clone)]
pub(crate) struct Claim {
    pub(crate) signer: &'static Signer,
    pub(crate) pointer: Pointer,
    pub(crate) subject: Subject,
    pub(crate) signature: [u8; 64],
}

/// A document that was read: its members, and the signatures that stand in it.
pub(crate) struct Envelope<T> {
    pub(crate) document: T,
    pub(crate) claims: Vec<Claim>,
}

/// Whether a name belongs to the envelope and not to the kind's own members.
fn is_envelope<T: Document>(name: &str) -> bool {
    matches!(name, "schema" | "schema/v") || is_extension(name) || is_signature::<T>(name)
}

/// Whether a member is one that its maker may add freely; the signature covers it.
pub(crate) fn is_extension(name: &str) -> bool {
    name == "policy_annotations" || name.starts_with("x-")
}

/// Whether a member holds signatures, which no signature covers.
pub(crate) fn is_signature<T: Document>(name: &str) -> bool {
    T::SIGNERS.iter().any(|signer| signer.member() == name)
}

/// Reads a document and judges it by its schema, rules and checks. Signatures are read, not verified, and may be absent.
pub(crate) fn open<T: Document>(json: &Json<'_>) -> Result<Envelope<T>, Error> {
    let Json::Object(object) = json else {
        let message = format!("expected an object, found {}", json.type_name());
        return Err(Error::new(Code::NOT_AN_OBJECT, Pointer::ROOT, message));
    };
    kind_of::<T>(object)?;
    if let Some(annotations) = object.get("policy_annotations").filter(|found| found.as_object().is_none()) {
        let message = format!("expected an object, found {}", annotations.type_name());
        return Err(Error::new(Code::WRONG_TYPE, Pointer::member("policy_annotations"), message));
    }
    let document: T = object.decode(|name| !is_envelope::<T>(name))?;
    T::RULES.iter().try_for_each(|rule| rule.apply(object))?;
    T::CHECKS.iter().try_for_each(|check| check.apply(&document))?;
    Ok(Envelope { document, claims: claims::<T>(object)? })
}

fn kind_of<T: Document>(object: &Object<'_>) -> Result<(), Error> {
    match object.get("schema").ok_or_else(|| Error::missing("schema"))? {
        Json::String(kind) if kind == T::KIND => {}
        other => {
            let message = format!("expected {:?}, found {}", T::KIND, other.canonical());
            return Err(Error::new(Code::KIND_MISMATCH, Pointer::member("schema"), message));
        }
    }
    match object.get("schema/v").ok_or_else(|| Error::missing("schema/v"))? {
        Json::Number(version) if version.to_i64() == Some(1) => Ok(()),
        other => {
            let message = format!("expected 1, found {}", other.canonical());
            Err(Error::new(Code::INVALID_VALUE, Pointer::member("schema/v"), message))
        }
    }
}

fn claims<T: Document>(object: &Object<'_>) -> Result<Vec<Claim>, Error> {
    let mut claims = Vec::with_capacity(T::SIGNERS.len());
    for signer in T::SIGNERS {
        let Some(value) = object.get(signer.member()) else { continue };
        match signer.slot {
            Slot::One(member) => {
                let signature: Signature = value.decode().map_err(|error| error.below(member))?;
                let subject = signer.subject(object)?;
                let pointer = Pointer::member(member);
                claims.push(Claim { signer, pointer, subject, signature: signature.value.0 });
            }
            Slot::Each(member, by) => each(signer, value, by, &mut claims).map_err(|error| error.below(member))?,
        }
    }
    Ok(claims)
}

fn each(signer: &'static Signer, value: &Json<'_>, by: &str, claims: &mut Vec<Claim>) -> Result<(), Error> {
    let wrong = |message: String| Error::new(Code::WRONG_TYPE, Pointer::ROOT, message);
    let Json::Array(items) = value else {
        return Err(wrong(format!("expected an array of signatures, found {}", value.type_name())));
    };
    if items.is_empty() {
        return Err(Error::new(Code::INVALID_VALUE, Pointer::ROOT, "expected at least one signature, found none"));
    }
    for (index, item) in items.iter().enumerate() {
        let (subject, signature) = signed_by(signer, item, by).map_err(|error| error.below(&index.to_string()))?;
        if claims.iter().any(|claim| claim.signer == signer && claim.subject == subject) {
            let message = format!("expected each signer once, found {subject} again");
            return Err(Error::new(Code::INVALID_VALUE, Pointer::member(&index.to_string()), message));
        }
        let pointer = Pointer::member(signer.member()).join(&index.to_string());
        claims.push(Claim { signer, pointer, subject, signature });
    }
    Ok(())
}

/// Reads an entry of a list of signatures: the signer's own member beside `alg` and `value`.
fn signed_by(signer: &Signer, item: &Json<'_>, by: &str) -> Result<(Subject, [u8; 64]), Error> {
    let Json::Object(entry) = item else {
        let message = format!("expected an object, found {}", item.type_name());
        return Err(Error::new(Code::WRONG_TYPE, Pointer::ROOT, message));
    };
    let named = entry.get(by).ok_or_else(|| Error::missing(by))?;
    let subject: Subject = named.decode().map_err(|error| error.below(by))?;
    if !signer.kinds.contains(&subject.kind()) {
        let kinds: Vec<&str> = signer.kinds.iter().map(|kind| kind.as_str()).collect();
        let message = format!("expected a {}, found {subject}", kinds.join(" or "));
        return Err(Error::new(Code::INVALID_VALUE, Pointer::member(by), message));
    }
    let signature: Signature = entry.decode(|name| name != by)?;
    Ok((subject, signature.value.0))
}

/// Sees to it that every signature that the document needs stands in it.
pub(crate) fn complete<T: Document>(object: &Object<'_>) -> Result<(), Error> {
    let missing = T::SIGNERS.iter().find(|signer| signer.needed(object) && object.get(signer.member()).is_none());
    missing.map_or(Ok(()), |signer| {
        let member = signer.member();
        let message = format!("expected the signature {member:?}, found none");
        Err(Error::new(Code::SIGNATURE_MISSING, Pointer::member(member), message))
    })
}

/// What a signature covers, less the tag: the canonical form of everything but the signatures.
pub(crate) fn covered<T: Document>(object: &Object<'_>) -> String {
    object.canonical_without(is_signature::<T>)
}

/// The bytes that a signer of a document signs.
pub(crate) fn signing_input(signer: &Signer, kind: &str, covered: &str) -> Vec<u8> {
    let mut input = signer.tag(kind).into_bytes();
    input.reserve(covered.len() + 1);
    input.push(0);
    input.extend_from_slice(covered.as_bytes());
    input
}

impl Claim {
    /// Whether the named subject made the signature.
    pub(crate) fn verify(&self, kind: &str, covered: &str) -> Result<(), Error> {
        let input = signing_input(self.signer, kind, covered);
        if self.subject.key().verifies(&input, &self.signature) {
            return Ok(());
        }
        let message = format!("expected the signature of {} over this document, found another", self.subject);
        Err(Error::new(Code::SIGNATURE_INVALID, self.pointer.clone(), message))
    }
}

/// A signature as a member of its document.
pub(crate) fn to_json(signature: [u8; 64], by: Option<(&'static str, &Subject)>) -> Json<'static> {
    let text = |text: String| Json::String(text.into());
    let mut members = vec![
        Member { name: "alg".into(), value: text("ed25519".to_owned()) },
        Member { name: "value".into(), value: text(SignatureBytes(signature).to_string()) },
    ];
    if let Some((name, subject)) = by {
        members.push(Member { name: name.into(), value: text(subject.to_string()) });
    }
    Json::Object(Object::new(members).unwrap_or_default())
}

/// The members that the maker of a document added: `policy_annotations` and names that begin `x-`.
pub(crate) fn extensions(object: &Object<'_>) -> Object<'static> {
    let mut kept = Object::default();
    for member in object.iter().filter(|member| is_extension(&member.name)) {
        kept.insert(member.name.clone().into_owned(), member.value.clone().into_owned());
    }
    kept
}
