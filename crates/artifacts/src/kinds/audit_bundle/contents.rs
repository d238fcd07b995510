//! What an audit bundle carries, verified piece by piece.

use std::collections::{BTreeMap, BTreeSet};

use earnest_base::Sha256Digest;
use earnest_signing::{Breach, Code, Document, Error, Json, JsonObject, Object, Pointer, in_parallel};

use super::AuditBundle;
use crate::{Artifact, vocabulary::BlobRef};

/// The documents, verified over their canonical form; the first that does not verify, with its place in the bundle.
pub(super) fn verified(documents: &[JsonObject]) -> Result<Vec<Artifact>, Error> {
    let verify = |document: &JsonObject| {
        // A bundle in a bundle would be a file of its own depth and size limits, without end.
        if document.members().get("schema").and_then(Json::as_str) == Some(AuditBundle::KIND) {
            let message = "expected a document of another kind, found a bundle in a bundle";
            return Err(Error::new(Code::KIND_MISMATCH, Pointer::member("schema"), message));
        }
        Artifact::verify(document.canonical().as_bytes())
    };
    let verified = in_parallel(documents, None, verify).into_iter().enumerate();
    verified
        .map(|(index, artifact)| artifact.map_err(|error| error.below(&index.to_string()).below("documents")))
        .collect()
}

pub(super) fn documents_verify(bundle: &AuditBundle) -> Result<(), Breach> {
    verified(&bundle.documents).map(|_| ()).map_err(|error| {
        let message = format!("expected a document that verifies, found {}: {}", error.code(), error.message());
        Breach { pointer: error.pointer().clone(), message }
    })
}

pub(super) fn documents_differ(bundle: &AuditBundle) -> Result<(), Breach> {
    let mut seen = BTreeSet::new();
    let texts = bundle.documents.iter().map(JsonObject::canonical);
    let again = texts.enumerate().find_map(|(index, text)| (!seen.insert(text)).then_some(index));
    again.map_or(Ok(()), |index| {
        let message = "expected another document, found one again".to_owned();
        Err(Breach { pointer: Pointer::member("documents").join(&index.to_string()), message })
    })
}

pub(super) fn blobs_match(bundle: &AuditBundle) -> Result<(), Breach> {
    let faults = in_parallel(&bundle.blobs, None, |blob| {
        let bytes = match blob.data.decode() {
            Ok(bytes) => bytes,
            Err(error) => return Some(("data", error.to_string())),
        };
        let (digest, size) = (Sha256Digest::of(&bytes), u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        if blob.size.value() != size {
            return Some(("size", format!("expected {size}, found {}", blob.size)));
        }
        (blob.digest != digest).then(|| ("digest", format!("expected {digest}, found {}", blob.digest)))
    });
    let fault = faults.into_iter().enumerate().find_map(|(index, fault)| Some((index, fault?)));
    fault.map_or(Ok(()), |(index, (member, message))| Err(Breach { pointer: place(index).join(member), message }))
}

pub(super) fn blobs_differ(bundle: &AuditBundle) -> Result<(), Breach> {
    let mut seen = BTreeSet::new();
    let again = bundle.blobs.iter().position(|blob| !seen.insert(&blob.digest));
    again.map_or(Ok(()), |index| {
        Err(Breach {
            pointer: place(index).join("digest"),
            message: "expected another blob, found one again".to_owned(),
        })
    })
}

pub(super) fn blobs_are_named(bundle: &AuditBundle) -> Result<(), Breach> {
    let named = named_blobs(&bundle.documents);
    let unnamed = bundle.blobs.iter().position(|blob| {
        !named.contains_key(&(blob.digest.to_string(), blob.media_type.to_string(), blob.size.value()))
    });
    unnamed.map_or(Ok(()), |index| {
        let message = "expected a blob that a document names, found one that none does".to_owned();
        Err(Breach { pointer: place(index), message })
    })
}

fn place(blob: usize) -> Pointer {
    Pointer::member("blobs").join(&blob.to_string())
}

/// Every blob that the documents name, by digest, media type and size: wherever an object with these three stands.
pub(super) fn named_blobs(documents: &[JsonObject]) -> BTreeMap<(String, String, u64), BlobRef> {
    let mut named = BTreeMap::new();
    for document in documents {
        collect(document.members(), &mut named);
    }
    named
}

fn collect(object: &Object<'_>, named: &mut BTreeMap<(String, String, u64), BlobRef>) {
    if object.get("digest").is_some()
        && let Ok(blob) = Json::Object(object.clone()).decode::<BlobRef>()
    {
        named.insert((blob.digest.to_string(), blob.media_type.to_string(), blob.size.value()), blob);
    }
    object.iter().for_each(|member| within(&member.value, named));
}

fn within(value: &Json<'_>, named: &mut BTreeMap<(String, String, u64), BlobRef>) {
    match value {
        Json::Object(object) => collect(object, named),
        Json::Array(items) => items.iter().for_each(|item| within(item, named)),
        _ => {}
    }
}
