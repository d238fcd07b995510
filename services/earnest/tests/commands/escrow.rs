//! `earnest escrow` and `earnest escrow check`.

use sqlx::{Connection, SqliteConnection};

use crate::{
    running::{FLAGS, Running, block_on},
    support::Place,
};

fn check(place: &Place, more: &str) -> crate::support::Run {
    place.run(&format!("escrow check {FLAGS} {more}"))
}

#[test]
fn an_escrow_runs_without_a_file_says_who_it_is_and_stops_on_a_signal() {
    let place = Place::new();
    let mut keys = Vec::new();
    for signal in ["TERM", "INT"] {
        let escrow = Running::start(&place, "");
        assert!(escrow.url().starts_with("http://127.0.0.1:"), "{}", escrow.card);
        assert_eq!(escrow.card["federation"], "fed:pl-main");
        assert_eq!(escrow.card["writes"], true);
        assert!(escrow.card["operators"][0].as_str().unwrap().starts_with("participant:did:key:"));
        assert_eq!(block_on(escrow.participant(1).head()).unwrap().seq, 3);
        keys.push(escrow.node());
        assert_eq!(escrow.stop(signal).code(), Some(0), "{signal}");
    }
    assert_eq!(keys[0], keys[1], "the keys of the first start stay");
}

#[test]
fn a_second_process_on_the_same_journal_stands_by() {
    let place = Place::new();
    let first = Running::start(&place, "");
    let second = Running::start(&place, "");
    assert_eq!((&first.card["writes"], &second.card["writes"]), (&true.into(), &false.into()));
    let refused = block_on(second.participant(1).head()).unwrap_err();
    assert_eq!((refused.code(), refused.is_outcome_unknown()), ("not-ready", false));
}

#[test]
fn what_keeps_an_escrow_from_starting_is_named_with_what_mends_it() {
    let place = Place::new();
    place.write("wrong.toml", "[policy]\nfunding = 3\n").write("some.key", "{}");
    drop(Running::start(&place, ""));
    for (arguments, exit, code) in [
        ("--config none.toml", 2, "config-invalid"),
        ("--config wrong.toml", 2, "config-invalid"),
        ("--set nothing=1", 2, "config-invalid"),
        ("--set key=none.key", 2, "file-unreadable"),
        ("--set server.listen=192.0.2.1:80", 2, "listen-failed"),
        ("--set log.filter=[", 2, "log-invalid"),
        ("--set policy.decision-by=60", 2, "policy-changed"),
        ("--set federation=fed:other", 1, "journal-damaged"),
        ("--set journal=mysql://x", 1, "journal-damaged"),
    ] {
        let run = place.run(&format!("escrow --json {FLAGS} --set log.filter=off {arguments}"));
        let error = run.error();
        assert_eq!((run.exit, error["code"].as_str()), (exit, Some(code)), "{arguments}: {error}");
    }
    let run = place.run(&format!("escrow {FLAGS} --config wrong.toml"));
    assert!(run.err.contains("wrong.toml:2") && run.err.contains("funding-by"), "{}", run.err);
}

#[test]
fn a_whole_journal_is_found_whole_while_the_escrow_runs_and_after() {
    let place = Place::new();
    let escrow = Running::start(&place, "");
    let (early, late) = block_on(async {
        let client = escrow.participant(1);
        let early = client.head().await.unwrap();
        escrow.open_accounts().await;
        escrow.hold("whole").await;
        (early, client.head().await.unwrap())
    });
    let kept = format!("--head {}:{} --head {}:{}", early.seq, early.head, late.seq, late.head);
    let found = check(&place, &format!("--json {kept}")).ok().json();
    assert_eq!((found["whole"].as_bool(), found["seq"].as_u64()), (Some(true), Some(late.seq)));
    assert_eq!((&found["accounts"], &found["holds"], &found["heads-compared"]), (&3.into(), &1.into(), &2.into()));
    escrow.stop("TERM");
    let text = check(&place, &kept).ok().out;
    assert!(text.starts_with(&format!("whole: {} facts\nhead     {}:{}\n", late.seq, late.seq, late.head)), "{text}");
}

#[test]
fn a_head_that_somebody_kept_tells_another_journal_and_a_shorter_one() {
    let place = Place::new();
    let kept = block_on(Running::start(&place, "").participant(1).head()).unwrap();
    let other = "sha256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    for (heads, exit, code, fact) in [
        (format!("--head 2:{other}"), 1, "other-head", Some(2)),
        (format!("--head 99:{}", kept.head), 1, "journal-shorter", Some(99)),
        (format!("--head {}:{}", kept.seq, kept.head), 0, "", None),
        ("--head 2".to_owned(), 2, "usage", None),
        ("--head two:sha256:x".to_owned(), 2, "usage", None),
    ] {
        let run = check(&place, &format!("--json {heads}"));
        assert_eq!(run.exit, exit, "{heads}: {}", run.err);
        if exit > 0 {
            assert_eq!((run.error()["code"].as_str(), run.error()["fact"].as_u64()), (Some(code), fact), "{heads}");
        }
    }
}

#[test]
fn a_row_that_was_edited_is_named() {
    let place = Place::new();
    let escrow = Running::start(&place, "");
    block_on(escrow.open_accounts());
    let end = block_on(escrow.participant(1).head()).unwrap();
    escrow.stop("TERM");
    let edited = block_on(edit(&place));
    let run = check(&place, "--json");
    let (error, exit) = (run.error(), run.exit);
    assert_eq!((exit, error["code"].as_str()), (1, Some("journal-broken")), "{error}");
    let fact = error["fact"].as_u64().unwrap();
    assert!((1..=edited).contains(&fact) && edited <= end.seq, "{fact} of {edited}: {error}");
    assert!(check(&place, "").err.contains(&format!("between fact {fact} and fact {edited}")));
}

/// Changes the last byte of a row in the middle; answers the last fact of that row.
async fn edit(place: &Place) -> u64 {
    let url = format!("sqlite:{}", place.path("earnest-escrow/ledger.sqlite").display());
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    let (seq, mut facts): (i64, Vec<u8>) =
        sqlx::query_as("SELECT last_seq, facts FROM batches WHERE last_seq > 3 ORDER BY last_seq LIMIT 1")
            .fetch_one(&mut connection)
            .await
            .unwrap();
    *facts.last_mut().unwrap() ^= 1;
    let update = sqlx::query("UPDATE batches SET facts = ?1 WHERE last_seq = ?2").bind(facts).bind(seq);
    assert_eq!(update.execute(&mut connection).await.unwrap().rows_affected(), 1);
    connection.close().await.unwrap();
    seq.unsigned_abs()
}

#[test]
fn where_there_is_no_journal_none_is_made() {
    let place = Place::new();
    let run = check(&place, "--json");
    assert_eq!((run.exit, run.error()["code"].as_str().unwrap()), (2, "journal-missing"));
    assert!(!place.path("earnest-escrow").exists());
    let run = check(&place, "--json --set journal=postgres://nobody@127.0.0.1:1/none");
    assert_eq!((run.exit, run.error()["code"].as_str().unwrap()), (2, "journal-unavailable"));
}
