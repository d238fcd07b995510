//! Help, `earnest kinds`, `earnest schema` and `earnest completions`.

use earnest_artifacts::Kind;

use crate::support::Place;

#[test]
fn every_command_shows_an_example_in_its_help() {
    let place = Place::new();
    for command in [
        "demo",
        "kinds",
        "schema",
        "key",
        "key new",
        "key show",
        "sign",
        "verify",
        "project",
        "escrow",
        "escrow check",
        "ledger",
        "ledger balance",
        "ledger statement",
        "ledger holds",
        "pay",
        "doctor",
        "config",
        "config show",
        "completions",
    ] {
        let help = place.run(&format!("{command} --help")).ok().out;
        assert!(help.contains(&format!("Examples:\n  earnest {command}")), "{help}");
        assert!(help.contains("--json"), "{help}");
    }
    assert!(place.run("--help").ok().out.contains("Exit codes: "));
}

#[test]
fn kinds_are_listed_with_signers_and_a_sentence() {
    let place = Place::new();
    let table = place.run("kinds").ok().out;
    let list = place.run("kinds --json").ok().json();
    for (index, kind) in Kind::ALL.iter().enumerate() {
        let entry = &list[index];
        assert_eq!(entry["kind"], kind.name());
        let says = entry["says"].as_str().unwrap();
        assert!(says.len() > 10 && says.ends_with('.'), "{says}");
        let line = table.lines().find(|line| line.starts_with(&format!("{} ", kind.name()))).unwrap();
        assert!(line.ends_with(says) && line.contains(kind.signers()[0].by[0]), "{line}");
        assert_eq!(entry["signers"].as_array().unwrap().len(), kind.signers().len());
    }
}

#[test]
fn a_schema_is_printed_by_its_name_with_or_without_version() {
    let place = Place::new();
    for kind in Kind::ALL {
        let schema = place.run(&format!("schema {}", kind.name())).ok().json();
        assert_eq!(schema, kind.schema());
        assert_eq!(place.run(&format!("schema {}", kind.name().split_once(".v").unwrap().0)).ok().json(), schema);
    }
}

#[test]
fn an_unknown_kind_is_answered_with_a_close_one() {
    let place = Place::new();
    let run = place.run("schema servce-offer");
    assert_eq!((run.exit, run.out.as_str()), (2, ""));
    assert!(run.err.contains("service-offer.v1"), "{}", run.err);
    let error = place.run("schema servce-offer --json").error();
    assert_eq!(error["code"], "usage");
    assert!(error["message"].as_str().unwrap().contains("'service-offer.v1'"), "{error}");
}

#[test]
fn wrong_usage_ends_with_2_and_says_what_is_missing() {
    let place = Place::new();
    for (arguments, names) in
        [("verify", "<FILE>"), ("sign x", "--key"), ("project --from orbiplex x", "--kind"), ("nonsense", "nonsense")]
    {
        let run = place.run(arguments);
        assert_eq!((run.exit, run.err.contains(names)), (2, true), "{}", run.err);
        let error = place.run(&format!("{arguments} --json")).error();
        assert!(error["message"].as_str().unwrap().contains(names), "{error}");
    }
}

#[test]
fn each_shell_gets_its_completions() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(place.run(&format!("completions {shell}")).ok().out.contains("earnest"));
        assert_eq!(place.run(&format!("completions {shell} --json")).ok().json()["shell"], shell);
    }
}
