//! Projects our documents to their published form, and converts published ones to ours.

use std::borrow::Cow;

use earnest_signing::{Code, Error, Json, Object, Pointer};

use super::{Published, check};
use crate::{Artifact, Kind};

/// Projects a verified document to its published form. The signature that the projection carries verifies only over the
/// document itself.
///
/// # Errors
/// `no-published-form` where the kind has none; otherwise names the member that has no published form.
pub fn to_published(artifact: &Artifact) -> Result<Json<'static>, Error> {
    let kind = artifact.kind();
    let published = form_of(kind)?;
    let mut object = object_of(earnest_signing::read(artifact.bytes(), kind.limits())?.into_owned())?;
    object.remove("schema");
    for (ours, theirs) in published.renames {
        if let Some(value) = object.remove(ours) {
            object.insert(Cow::Borrowed(*theirs), value);
        }
    }
    (published.to)(&mut object)?;
    let projected = Json::Object(object);
    check(published, &projected)?;
    Ok(projected)
}

/// Converts a published document to a kind of ours: unsigned, under our names, kept to our rules.
///
/// # Errors
/// Names the member that the published rules, or ours, refuse.
pub fn from_published(kind: &Kind, text: &[u8]) -> Result<Json<'static>, Error> {
    let published = form_of(kind)?;
    let json = earnest_signing::read(text, kind.limits())?;
    let convert = || {
        check(published, &json)?;
        let mut object = object_of(json.clone().into_owned())?;
        (published.from)(&mut object)?;
        for (ours, theirs) in published.renames {
            if let Some(value) = object.remove(theirs) {
                object.insert(Cow::Borrowed(*ours), value);
            }
        }
        for signer in kind.signers() {
            object.remove(signer.member());
        }
        object.insert("schema", Json::String(kind.name().into()));
        kind.judge(object)
    };
    convert().map_err(|error: Error| error.located_in(text))
}

fn form_of(kind: &Kind) -> Result<&'static Published, Error> {
    kind.published().ok_or_else(|| {
        let message = format!("expected a kind with a published form, found {}", kind.name());
        Error::new(Code::caller("no-published-form"), Pointer::ROOT, message)
    })
}

fn object_of(json: Json<'static>) -> Result<Object<'static>, Error> {
    match json {
        Json::Object(object) => Ok(object),
        other => Err(Error::new(
            Code::NOT_AN_OBJECT,
            Pointer::ROOT,
            format!("expected an object, found {}", other.type_name()),
        )),
    }
}
