//! `earnest key new` and `earnest key show`.

use std::{fs, os::unix::fs::PermissionsExt};

use crate::support::{Place, set_mode};

const OLA: &str = "did:key:z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX";

#[test]
fn a_new_key_is_readable_by_its_owner_alone_and_shown_alike() {
    let place = Place::new();
    let made = place.run("key new --out ola.key").ok();
    assert_eq!(fs::metadata(place.path("ola.key")).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(place.run("key show ola.key").ok().out, made.out);
    let file: serde_json::Value = serde_json::from_str(&place.read("ola.key")).unwrap();
    assert!(made.out.contains(file["public"].as_str().unwrap()));
    assert!(!made.out.contains(file["seed"].as_str().unwrap()));
    let other = place.run("key new --json").ok().json();
    assert_eq!(other["file"], "earnest.key");
    assert_ne!(other["key"], file["public"]);
}

#[test]
fn a_key_file_is_never_overwritten() {
    let place = Place::new();
    place.write("ola.key", "precious");
    let run = place.run("key new --out ola.key --json");
    assert_eq!((run.exit, place.read("ola.key").as_str()), (2, "precious"));
    assert_eq!(run.error()["code"], "file-exists");
    assert_eq!(run.error()["file"], "ola.key");
}

#[test]
fn a_key_is_shown_as_each_subject() {
    let place = Place::new();
    place.fixture_key("ola.key", 1);
    for subject in ["node", "participant", "org", "council"] {
        let shown = place.run(&format!("key show ola.key --as {subject}")).ok();
        assert_eq!(shown.out, format!("{subject}:{OLA}\n"));
        assert_eq!(place.run("key show ola.key --json").ok().json()[subject], format!("{subject}:{OLA}"));
    }
    assert_eq!(place.run("key show ola.key --as nym").exit, 2);
}

#[test]
fn an_encrypted_key_opens_with_its_passphrase_only() {
    let place = Place::new();
    place.write("right", "correct horse\n").write("wrong", "battery\n").write("empty", "\n");
    let made = place.run("key new --out ola.key --passphrase-file right").ok();
    assert_eq!(fs::metadata(place.path("ola.key")).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(place.read("ola.key").starts_with("-----BEGIN AGE ENCRYPTED FILE-----\n"));
    assert_eq!(place.run("key show ola.key --passphrase-file right").ok().out, made.out);
    assert_eq!(place.run_with("key show ola.key --passphrase-file -", "correct horse", &[]).ok().out, made.out);
    let environment = [("EARNEST_PASSPHRASE_FILE", "right")];
    assert_eq!(place.run_with("key show ola.key", "", &environment).ok().out, made.out);
    for (file, code) in [("wrong", "passphrase-wrong"), ("empty", "passphrase-missing"), ("none", "file-unreadable")] {
        let run = place.run(&format!("key show ola.key --json --passphrase-file {file}"));
        assert_eq!((run.exit, run.error()["code"].as_str().unwrap()), (2, code));
    }
    let run = place.run("key show ola.key --json --passphrase-file none");
    assert_eq!(run.error()["file"], "none", "the file at fault is the passphrase's");
    place.run_with("key new --out too.key", "", &environment).ok();
    assert!(place.read("too.key").starts_with("-----BEGIN AGE"), "the environment asks for a passphrase too");
}

#[test]
fn a_key_file_that_others_can_read_is_refused_with_what_mends_it() {
    let place = Place::new();
    place.fixture_key("ola.key", 1).unsigned("offer.json", "service-offer.v1");
    for mode in [0o640, 0o604, 0o620, 0o644] {
        set_mode(&place.path("ola.key"), mode);
        for command in ["key show ola.key", "sign --key ola.key offer.json"] {
            let run = place.run(command);
            assert_eq!((run.exit, run.out.as_str()), (2, ""));
            assert!(run.err.contains(&format!("found mode {mode:04o}\nhint: chmod 600 ola.key\n")), "{}", run.err);
        }
    }
}

#[test]
fn the_command_that_mends_a_file_can_be_pasted() {
    let place = Place::new();
    place.fixture_key("ola's key", 1);
    set_mode(&place.path("ola's key"), 0o644);
    let run = place.run_words(&["key", "show", "ola's key"]);
    assert!(run.err.ends_with("hint: chmod 600 'ola'\\''s key'\n"), "{}", run.err);
}

#[test]
fn what_is_no_key_file_is_refused() {
    let place = Place::new();
    for (text, code) in [
        ("", "key-file-invalid"),
        ("{}", "key-file-invalid"),
        ("-----BEGIN AGE ENCRYPTED FILE-----\nAAAA\n-----END AGE ENCRYPTED FILE-----\n", "key-file-invalid"),
    ] {
        place.write("some.key", text).write("pass", "word");
        set_mode(&place.path("some.key"), 0o600);
        let run = place.run("key show some.key --json --passphrase-file pass");
        assert_eq!((run.exit, run.error()["code"].as_str().unwrap()), (2, code), "{text}");
    }
}
