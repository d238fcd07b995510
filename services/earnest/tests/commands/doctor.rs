//! `earnest doctor` and `earnest config show`.

use serde_json::Value;

use crate::{
    running::{FLAGS, Running},
    support::{Place, set_mode},
};

/// The checks that a doctor found broken, each with what mends it.
fn broken(place: &Place, arguments: &str) -> (i32, Vec<(String, String)>) {
    let run = place.run(&format!("doctor --json {FLAGS} {arguments}"));
    assert_eq!(run.err, "");
    let text = |finding: &Value, name: &str| finding[name].as_str().unwrap_or_default().to_owned();
    let findings = run.json().as_array().unwrap().clone();
    assert!(findings.iter().all(|finding| !text(finding, "check").is_empty() && !text(finding, "finding").is_empty()));
    let broken = findings.iter().filter(|finding| finding["ok"] == false);
    (run.exit, broken.map(|finding| (text(finding, "check"), text(finding, "mend"))).collect())
}

fn names(found: &[(String, String)]) -> Vec<&str> {
    found.iter().map(|(check, _)| check.as_str()).collect()
}

#[test]
fn a_healthy_set_up_has_nothing_to_mend() {
    let place = Place::new();
    let escrow = Running::start(&place, "");
    assert_eq!(broken(&place, &format!("--escrow {}", escrow.url())), (0, Vec::new()));
    let text = place.run(&format!("doctor {FLAGS} --escrow {}", escrow.url())).ok().out;
    for line in ["ok      journal ", "ok      lease ", "ok      clock ", "ok      policy ", "ok      disk "] {
        assert!(text.contains(line), "{line} in {text}");
    }
}

#[test]
fn before_the_first_start_only_the_escrow_is_missing_and_nothing_is_made() {
    let place = Place::new();
    let (exit, found) = broken(&place, "--escrow http://127.0.0.1:1");
    assert_eq!((exit, names(&found)), (1, vec!["escrow"]));
    assert!(found[0].1.starts_with("earnest escrow --set server.listen="), "{found:?}");
    assert!(!place.path("earnest-escrow").exists());
}

#[test]
fn each_thing_that_is_broken_is_found_with_what_mends_it() {
    let place = Place::new();
    let escrow = Running::start(&place, "");
    let here = format!("--escrow {}", escrow.url());
    let mends = |more: &str, check: &str, mend: &str| {
        let (exit, found) = broken(&place, &format!("{here} {more}"));
        let is_found = found.iter().any(|(broken, command)| broken == check && command.contains(mend));
        assert!(exit == 1 && is_found, "{more}: {found:?}");
    };
    set_mode(&place.path("earnest-escrow"), 0o755);
    mends("", "data folder", "chmod 700 earnest-escrow");
    set_mode(&place.path("earnest-escrow"), 0o700);
    set_mode(&place.path("earnest-escrow/operator.key"), 0o644);
    mends("", "keys", "chmod 600 earnest-escrow/operator.key");
    set_mode(&place.path("earnest-escrow/operator.key"), 0o600);
    place.write("other.key", "{}");
    set_mode(&place.path("other.key"), 0o600);
    mends("--set key=other.key", "keys", "earnest key show other.key");
    mends("--set key=none.key", "keys", "earnest key new --out none.key");
    mends("--set federation=fed:other", "journal", "federation=fed:pl-main");
    mends("--set policy.id=escrow-policy:none", "policy", "earnest escrow");
    mends("--set journal=postgres://nobody@127.0.0.1:1/none", "journal", "pg_isready");
    place.write("text.sqlite", "this is no database, however long it is made to look like one");
    mends("--set journal=sqlite:text.sqlite", "journal", "ls -l text.sqlite");
    place.write("wrong.toml", "lisen = 1\n");
    mends("--config wrong.toml", "configuration", "earnest config show");
    // Another escrow than the one whose key is here: what it signs is not taken for ours.
    let other = Place::new();
    let stranger = Running::start(&other, "");
    let (exit, found) = broken(&place, &format!("--escrow {}", stranger.url()));
    assert_eq!((exit, names(&found)), (1, vec!["policy"]));
}

#[test]
fn every_value_of_a_configuration_is_shown_with_its_origin_and_no_secret() {
    let place = Place::new();
    place.write("escrow.toml", "data = \"here\"\n\n[server]\nmax-connections = 64\n");
    let command = "config show --service escrow --config escrow.toml --set policy.funding-by=60";
    let environment = [("EARNEST_ESCROW_JOURNAL", "postgres://a:canary@db/x"), ("EARNEST_OTHER", "1")];
    let shown = place.run_with(command, "", &environment).ok().out;
    for line in [
        "data = \"here\" # escrow.toml:1\n",
        "server.max-connections = 64 # escrow.toml:4\n",
        "policy.funding-by = 60 # --set policy.funding-by\n",
        "journal = [redacted] # EARNEST_ESCROW_JOURNAL\n",
        "federation = \"fed:local\" # default\n",
    ] {
        assert!(shown.contains(line), "{line} in {shown}");
    }
    let json = place.run_with(&format!("{command} --json"), "", &environment).ok();
    assert!(!shown.contains("canary") && !json.out.contains("canary"));
    let settings = json.json();
    let of = |key: &str| settings.as_array().unwrap().iter().find(|setting| setting["key"] == key).unwrap().clone();
    assert_eq!((&of("data")["value"], &of("data")["origin"]), (&"here".into(), &"escrow.toml:1".into()));
    assert_eq!(settings.as_array().unwrap().len(), shown.lines().count());
}
