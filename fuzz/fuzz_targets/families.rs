//! The first byte picks a kind, the rest is a document: nothing panics, and what is accepted survives its type.
#![no_main]

use earnest_artifacts::{Artifact, Kind};
use earnest_signing::{Json, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some((first, text)) = input.split_first() else { return };
    let kind = &Kind::ALL[usize::from(*first) % Kind::ALL.len()];
    let _ = Artifact::verify(text);
    let Ok(Json::Object(members)) = read(text, kind.limits()).map(Json::into_owned) else { return };
    if kind.judge(members.clone()).is_err() {
        return;
    }
    let Json::Object(rewritten) = kind.rewrite(members).expect("an accepted document is written anew") else {
        panic!("expected an object")
    };
    let again = kind.rewrite(rewritten.clone()).expect("what was written anew is accepted");
    assert_eq!(again.canonical(), Json::Object(rewritten).canonical());
});
