//! Signs a document with the test keys, whatever is wrong with it: vectors that must be refused are signed too.

use std::error::Error;

use earnest_artifacts::{FIXTURES, Fixture, Kind};
use earnest_base::{Subject, SubjectKind};
use earnest_signing::{Json, Member, Number, Object, SignatureBytes, Signer, Slot};
use serde_json::{Value, json};

use super::{json::canonical, recipe::Op};

/// Adds every signature that the kind asks for, and those that the steps ask for. A signature member that stands in
/// the document already is left as it is.
pub(super) fn sign(kind: &Kind, document: &mut Value, ops: &[Op]) -> Result<(), Box<dyn Error>> {
    for op in ops {
        if let Op::Sign { sign, .. } = op
            && !kind.signers().iter().any(|signer| signer.member() == sign)
        {
            return Err(format!("expected a signature member of {}, found {sign:?}", kind.name()).into());
        }
    }
    let covered = covered(kind, document);
    let Json::Object(object) = lenient(document) else { return Ok(()) };
    for signer in kind.signers().iter().filter(|signer| object.get(signer.member()).is_none()) {
        let asked: Vec<&Op> =
            ops.iter().filter(|op| matches!(op, Op::Sign { sign, .. } if sign == signer.member())).collect();
        let mut signatures = Vec::new();
        for op in &asked {
            if let Op::Sign { seed, role, by, .. } = op {
                let fixture = seeded(*seed)?;
                let role = role.as_deref().or(signer.role);
                signatures.push(signature(kind, signer, role, fixture, by.as_deref(), &covered));
            }
        }
        if asked.is_empty() && signer.needed(&object) {
            signatures.push(signature(kind, signer, signer.role, named(signer, &object), None, &covered));
        }
        let value = match signer.slot {
            _ if signatures.is_empty() => continue,
            Slot::One(_) => signatures.swap_remove(0),
            Slot::Each(..) => Value::Array(signatures),
        };
        if let Some(members) = document.as_object_mut() {
            members.insert(signer.member().to_owned(), value);
        }
    }
    Ok(())
}

fn covered(kind: &Kind, document: &Value) -> String {
    let mut covered = document.clone();
    if let Some(members) = covered.as_object_mut() {
        members.retain(|name, _| !kind.signers().iter().any(|signer| signer.member() == name));
    }
    canonical(&covered)
}

fn signature(
    kind: &Kind,
    signer: &Signer,
    role: Option<&str>,
    fixture: &Fixture,
    by: Option<&str>,
    covered: &str,
) -> Value {
    let tag = role.map_or_else(|| kind.name().to_owned(), |role| format!("{}:{role}", kind.name()));
    let message = format!("{tag}\0{covered}");
    let value = SignatureBytes(fixture.secret_key().sign(message.as_bytes())).to_string();
    match signer.slot {
        Slot::One(_) => json!({ "alg": "ed25519", "value": value }),
        Slot::Each(_, name) => {
            let prefix = signer.kinds.first().map_or("participant", |kind| kind.as_str());
            let subject = by.map_or_else(|| format!("{prefix}:{}", fixture.did_key), str::to_owned);
            json!({ "alg": "ed25519", "value": value, name: subject })
        }
    }
}

fn seeded(seed: u8) -> Result<&'static Fixture, Box<dyn Error>> {
    let found = FIXTURES.iter().find(|fixture| fixture.seed == seed);
    found.ok_or_else(|| format!("expected the seed of a test key, found {seed}").into())
}

/// The test key of the subject that the document names; where it names none of an admitted kind, that of whomever it
/// does name, so that only the kind of the subject is wrong.
fn named(signer: &Signer, object: &Object<'_>) -> &'static Fixture {
    let fallback = || {
        let any = Signer { kinds: SubjectKind::ALL, ..*signer };
        any.subject(object).ok()
    };
    let subject = match signer.slot {
        Slot::One(_) => signer.subject(object).ok().or_else(fallback),
        Slot::Each(..) => None,
    };
    let listed = || FIXTURES.iter().find(|fixture| fixture.name.contains("arbiter"));
    let found = subject.as_ref().map(Subject::key).and_then(Fixture::of).or_else(listed);
    found.unwrap_or(&FIXTURES[0])
}

/// The document as the product holds it; a number that it would refuse becomes null, since no signer depends on one.
fn lenient(value: &Value) -> Json<'static> {
    match value {
        Value::Null => Json::Null,
        Value::Bool(flag) => Json::Bool(*flag),
        Value::Number(number) => {
            let whole = number.as_i64().and_then(Number::from_i64);
            whole.or_else(|| number.as_f64().and_then(Number::from_f64)).map_or(Json::Null, Json::Number)
        }
        Value::String(text) => Json::String(text.clone().into()),
        Value::Array(items) => Json::Array(items.iter().map(lenient).collect()),
        Value::Object(members) => {
            let members =
                members.iter().map(|(name, value)| Member { name: name.clone().into(), value: lenient(value) });
            Json::Object(Object::new(members.collect()).unwrap_or_default())
        }
    }
}
