//! Signatures cannot be moved: not to another kind, another role, another subject, or another set of members.

use earnest_artifacts::{Artifact, Fixture, Kind, example};
use earnest_base::{Subject, SubjectKind};
use earnest_signing::{Code, Json, Object, SecretKey, Signer, Slot};
use earnest_tests::{covered, object, signing_input, with_signature};

fn signed_example(kind: &Kind) -> Object<'static> {
    object(example(kind.name()).unwrap_or_else(|error| panic!("{}: {error}", kind.name())).as_bytes())
}

/// The signers whose signature stands in a document, each with the subject and the key that made it.
fn signers(kind: &'static Kind, members: &Object<'static>) -> Vec<(&'static Signer, Subject, SecretKey)> {
    let present = kind.signers().iter().filter(|signer| members.get(signer.member()).is_some());
    let with_key = present.map(|signer| {
        let subject = match (signer.slot, members.get(signer.member())) {
            (Slot::Each(_, by), Some(Json::Array(entries))) => {
                entries[0].as_object().unwrap().get(by).unwrap().as_str().unwrap().parse().unwrap()
            }
            _ => signer.subject(members).unwrap(),
        };
        (signer, subject, Fixture::of(subject.key()).expect("a fixture").secret_key())
    });
    with_key.collect()
}

fn verify(members: Object<'static>) -> Result<Artifact, earnest_signing::Error> {
    Artifact::verify(Json::Object(members).canonical().as_bytes())
}

fn refusal(members: Object<'static>) -> Option<Code> {
    verify(members).err().map(|error| error.code())
}

#[test]
fn a_signature_made_by_hand_under_the_right_tag_verifies() {
    for kind in Kind::ALL {
        let members = signed_example(kind);
        for (signer, subject, key) in signers(kind, &members) {
            let input = signing_input(kind.name(), signer.role, &covered(kind, &members));
            let again = with_signature(&members, signer, &subject, &key, &input);
            verify(again).unwrap_or_else(|error| panic!("{} {:?}: {error}", kind.name(), signer.role));
        }
    }
}

#[test]
fn a_signature_under_the_tag_of_any_other_kind_or_role_is_refused() {
    let roles: Vec<Option<&str>> =
        Kind::ALL.iter().flat_map(Kind::signers).map(|signer| signer.role).chain([None, Some("")]).collect();
    for kind in Kind::ALL {
        let members = signed_example(kind);
        let covered = covered(kind, &members);
        for (signer, subject, key) in signers(kind, &members) {
            for (other, role) in Kind::ALL.iter().flat_map(|other| roles.iter().map(move |role| (other, *role))) {
                if (other.name(), role) == (kind.name(), signer.role) {
                    continue;
                }
                let input = signing_input(other.name(), role, &covered);
                let moved = with_signature(&members, signer, &subject, &key, &input);
                let said = format!("{} {:?} signed as {} {role:?}", kind.name(), signer.role, other.name());
                assert_eq!(refusal(moved), Some(Code::SIGNATURE_INVALID), "{said}");
            }
            let untagged = with_signature(&members, signer, &subject, &key, covered.as_bytes());
            assert_eq!(refusal(untagged), Some(Code::SIGNATURE_INVALID), "{} without a tag", kind.name());
        }
    }
}

#[test]
fn a_document_of_one_kind_is_none_of_another() {
    for kind in Kind::ALL {
        for other in Kind::ALL.iter().filter(|other| other.name() != kind.name()) {
            let mut renamed = signed_example(kind);
            renamed.insert("schema", Json::String(other.name().into()));
            assert!(verify(renamed).is_err(), "{} as {}", kind.name(), other.name());
        }
    }
}

#[test]
fn the_same_key_under_another_kind_of_subject_is_refused() {
    for kind in Kind::ALL {
        let members = signed_example(kind);
        for (signer, subject, key) in signers(kind, &members) {
            for wrong in SubjectKind::ALL.iter().filter(|wrong| !signer.kinds.contains(wrong)) {
                let other = Subject::new(*wrong, *subject.key());
                let mut renamed = members.clone();
                if let Slot::One(_) = signer.slot {
                    rename_subject(&mut renamed, signer, &subject, &other);
                }
                let input = signing_input(kind.name(), signer.role, &covered(kind, &renamed));
                let forged = with_signature(&renamed, signer, &other, &key, &input);
                assert!(verify(forged).is_err(), "{} {:?} by {other}", kind.name(), signer.role);
            }
        }
    }
}

/// Gives the signer another name in the members that may name them.
fn rename_subject(members: &mut Object<'static>, signer: &Signer, from: &Subject, to: &Subject) {
    let mut renamed = 0;
    for name in signer.by {
        let is_named = |value: &Json<'_>| value.as_str() == Some(&from.to_string());
        let new = Json::String(to.to_string().into());
        match members.get(name) {
            Some(value) if is_named(value) => members.insert(*name, new),
            Some(Json::Array(items)) if items.first().is_some_and(is_named) => {
                let mut items = items.clone();
                items[0] = new;
                members.insert(*name, Json::Array(items));
            }
            _ => continue,
        }
        renamed += 1;
    }
    assert!(renamed > 0, "expected {from} in {:?}", signer.by);
}

#[test]
fn a_signature_in_the_slot_of_another_role_is_refused() {
    for kind in Kind::ALL.iter().filter(|kind| kind.signers().len() > 1) {
        let members = signed_example(kind);
        let signers = signers(kind, &members);
        for (one, ..) in &signers {
            for (other, ..) in signers.iter().filter(|(other, ..)| other != one) {
                let mut moved = members.clone();
                moved.insert(one.member(), members.get(other.member()).unwrap().clone());
                assert!(verify(moved).is_err(), "{} {:?} for {:?}", kind.name(), other.role, one.role);
            }
        }
    }
}

#[test]
fn removing_or_renaming_any_member_is_refused() {
    for kind in Kind::ALL {
        let members = signed_example(kind);
        for member in &members {
            let mut without = members.clone();
            let value = without.remove(&member.name).unwrap();
            assert!(verify(without.clone()).is_err(), "{} without {}", kind.name(), member.name);
            for name in [format!("{}2", member.name), format!("x-{}", member.name), member.name.to_uppercase()] {
                let mut renamed = without.clone();
                renamed.insert(name.clone(), value.clone());
                assert!(verify(renamed).is_err(), "{} with {name} for {}", kind.name(), member.name);
            }
        }
    }
}

#[test]
fn adding_any_member_is_refused() {
    for kind in Kind::ALL {
        for (name, code) in [
            ("x-note", Some(Code::SIGNATURE_INVALID)),
            ("policy_annotations", Some(Code::SIGNATURE_INVALID)),
            ("unknown", Some(Code::UNKNOWN_MEMBER)),
        ] {
            let mut more = signed_example(kind);
            if more.get(name).is_none() {
                more.insert(name, Json::Object(Object::default()));
                assert_eq!(refusal(more), code, "{} with {name}", kind.name());
            }
        }
    }
}

#[test]
fn the_order_of_members_and_white_space_do_not_matter() {
    for kind in Kind::ALL {
        let members = signed_example(kind);
        let digest = verify(members.clone()).unwrap().content_digest();
        let mut reversed: Vec<String> = members
            .iter()
            .map(|member| {
                format!("\t{} :\r\n {}", Json::String(member.name.clone()).canonical(), member.value.canonical())
            })
            .collect();
        reversed.reverse();
        let text = format!("\n {{ {} }} \n", reversed.join(" , "));
        if kind.canonical() {
            assert_eq!(Artifact::verify(text.as_bytes()).unwrap_err().code(), Code::NOT_CANONICAL);
            continue;
        }
        let artifact = Artifact::verify(text.as_bytes()).unwrap_or_else(|error| panic!("{}: {error}", kind.name()));
        assert_eq!(artifact.content_digest(), digest);
        assert_eq!(artifact.bytes(), text.as_bytes());
    }
}
