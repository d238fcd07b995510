//! `earnest ledger` against an escrow that runs.

use earnest_artifacts::{LedgerHold, Verified};
use earnest_client::escrow::{Action, ActionKind, Page};
use serde_json::Value;

use crate::{
    running::{ADAM, FEEDERS, ROMAN, Running, account, block_on, effect},
    support::{Place, Run},
};

/// An escrow with two accounts, a hold that stands and one that was declined.
fn running(place: &Place) -> Running {
    let escrow = Running::start(place, "");
    place.fixture_key("adam.key", ADAM).fixture_key("roman.key", ROMAN).fixture_key("feeders.key", FEEDERS);
    place.fixture_key("stranger.key", 12);
    block_on(async {
        escrow.open_accounts().await;
        escrow.hold("one").await;
        let two = escrow.hold("two").await;
        let decline = Action { decision: "decision:two".parse().unwrap(), kind: ActionKind::Decline };
        let hold = two.contract.hold.clone().unwrap();
        assert_eq!(effect(escrow.participant(ADAM).act(&hold, &decline).await), "refunded");
    });
    escrow
}

fn ledger(place: &Place, escrow: &Running, arguments: &str) -> Run {
    place.run(&format!("ledger {arguments} --escrow {}", escrow.url()))
}

#[test]
fn what_an_account_has_is_shown_to_who_may_see_it() {
    let place = Place::new();
    let escrow = running(&place);
    let feeders = account("casualfeeders");
    let shown = ledger(&place, &escrow, &format!("balance {feeders} --key roman.key")).ok().out;
    assert_eq!(
        shown,
        format!("account    {feeders}\navailable  12.00 ORC\nheld       6.00 ORC\ntotal      18.00 ORC\n")
    );
    let json = ledger(&place, &escrow, &format!("balance {feeders} --key feeders.key --as org --json")).ok().json();
    assert_eq!((&json["available"], &json["held"], &json["total"]), (&1_200.into(), &600.into(), &1_800.into()));
    let nothing = ledger(&place, &escrow, "balance account:fed-pl-main:none --key adam.key --json").ok().json();
    assert_eq!(nothing["total"], 0);
    for command in ["balance", "statement", "statement --csv", "holds"] {
        for key in ["stranger.key", "roman.key --as node"] {
            let run = ledger(&place, &escrow, &format!("{command} {feeders} --key {key} --json"));
            assert_eq!((run.exit, run.error()["code"].as_str()), (1, Some("unknown")), "{command} {key}: {}", run.err);
        }
    }
}

#[test]
fn a_statement_is_one_list_however_it_is_cut() {
    let place = Place::new();
    let escrow = running(&place);
    let feeders = account("casualfeeders");
    let statement = |more: &str| ledger(&place, &escrow, &format!("statement {feeders} --key roman.key {more}")).ok();
    let whole = statement("--json").json();
    let kinds: Vec<&str> =
        whole["entries"].as_array().unwrap().iter().map(|entry| entry["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["top-up-credit", "escrow-hold", "escrow-hold", "refund"]);
    assert_eq!(whole["entries"][1]["paid-from"][0]["source"]["id"], "gw:opening");
    assert_eq!((&whole["entries"][3]["available"], &whole["next"]), (&1_200.into(), &Value::Null));

    let mut cut = Vec::new();
    let mut after = 0;
    loop {
        let page = statement(&format!("--json --limit 1 --after {after}")).json();
        cut.extend(page["entries"].as_array().unwrap().clone());
        match page["next"].as_u64() {
            Some(next) => after = next,
            None => break,
        }
    }
    assert_eq!(Value::from(cut), whole["entries"]);

    let text = statement("").out;
    assert_eq!(text.lines().count(), 4);
    assert!(text.lines().nth(1).unwrap().contains("-6.00 ORC") && text.contains("+18.00 ORC"), "{text}");
    assert!(statement("--limit 1").out.ends_with(", or --all\n"));

    let csv = statement("--csv --all").out;
    assert!(csv.starts_with("seq,at,transfer,kind,counterpart,change,available,paid-from\n"), "{csv}");
    assert_eq!((csv.lines().count(), csv.matches("seq,at").count()), (5, 1));
    assert_eq!(statement("--csv --limit 1").out.lines().count(), 2);
    assert_eq!(statement("--csv --after 9999").out.lines().count(), 1);
}

#[test]
fn holds_are_listed_by_status_page_by_page_as_signed_documents() {
    let place = Place::new();
    let escrow = running(&place);
    for (name, key) in [("casualfeeders", "roman.key"), ("adam", "adam.key")] {
        let holds = |more: &str| {
            let command = format!("holds {} --key {key} --node {} {more}", account(name), escrow.node());
            ledger(&place, &escrow, &command).ok()
        };
        let listed = holds("--json").json();
        let ids: Vec<&str> =
            listed["holds"].as_array().unwrap().iter().map(|hold| hold["hold/id"].as_str().unwrap()).collect();
        assert_eq!((ids, &listed["next"]), (vec!["hold:one", "hold:two"], &Value::Null));
        for hold in listed["holds"].as_array().unwrap() {
            Verified::<LedgerHold>::parse(hold.to_string().as_bytes()).unwrap();
        }
        let active = holds("--status active").out;
        assert!(active.contains("  6.00 ORC  hold:one  contract:one\n") && active.lines().count() == 1, "{active}");
        assert_eq!(holds("--status disputed").out, "");
        let page = holds("--json --limit 1").json();
        assert_eq!((&page["holds"][0], &page["next"]), (&listed["holds"][0], &1.into()));
        let page = holds("--json --limit 1 --after 1").json();
        assert_eq!((&page["holds"][0]["hold/id"], &page["next"]), (&"hold:two".into(), &Value::Null));
        assert_eq!(holds("--all").out.lines().count(), 2);
    }
}

#[test]
fn the_client_reads_what_the_escrow_signs() {
    let place = Place::new();
    let escrow = running(&place);
    block_on(async {
        let adam = escrow.participant(ADAM);
        let contract = "contract:two".parse().unwrap();
        let hold = adam.hold_of(&contract).await.unwrap();
        assert_eq!(adam.hold(&hold.id).await.unwrap().content_digest(), hold.content_digest());
        assert_eq!(adam.contract(&contract).await.unwrap().hold.as_ref(), Some(&hold.id));
        let owner = adam.account(&account("adam").parse().unwrap()).await.unwrap();
        assert_eq!(adam.account_of(&owner.owner).await.unwrap().id, owner.id);
        let ended = adam.receipt(&contract).await.unwrap();
        assert_eq!(ended.receipt.document().hold.as_ref(), Some(&hold.id));
        let feeders = escrow.participant(ROMAN);
        let entries = feeders.statement(&account("casualfeeders").parse().unwrap(), Page::default()).await.unwrap();
        for entry in &entries.entries {
            let transfers = feeders.transfers(entry.seq).await.unwrap();
            assert!(transfers.iter().any(|transfer| transfer.id == entry.transfer), "{entry:?}");
        }
        let end = adam.head().await.unwrap();
        let gateway = escrow.client(earnest_base::SubjectKind::Node, crate::running::GATEWAY);
        let mut facts = gateway.facts(end.seq - 1).await.unwrap();
        let last = facts.next().await.unwrap().unwrap();
        assert_eq!((last.seq, &last.head), (end.seq, &end.head));
        assert_eq!(adam.facts(0).await.unwrap_err().code(), "not-caller");
        let other = escrow.participant(ADAM).of_node(earnest_base::NodeId::new(*crate::running::key(40).public()));
        assert_eq!(other.hold(&hold.id).await.unwrap_err().code(), "signer-other");
        // The same request again is answered as the first time.
        let deal = escrow.agree("three").await;
        let first = adam.create_holds(std::slice::from_ref(&deal), false).await.unwrap();
        assert_eq!(adam.create_holds(std::slice::from_ref(&deal), false).await.unwrap(), first);
    });
}

#[test]
fn who_calls_nobody_or_with_nothing_learns_what_mends_it() {
    let place = Place::new();
    place.fixture_key("adam.key", ADAM);
    for (arguments, code, hint) in [
        ("--key adam.key --escrow http://127.0.0.1:1", "service-unreachable", "earnest escrow"),
        ("--key adam.key --escrow ftp://127.0.0.1", "url-invalid", ""),
        ("--key none.key", "file-unreadable", ""),
        ("", "usage", ""),
    ] {
        let run = place.run(&format!("ledger balance account:fed-pl-main:adam --json {arguments}"));
        let error = run.error();
        assert_eq!((run.exit, error["code"].as_str()), (2, Some(code)), "{error}");
        assert!(error["hint"].as_str().unwrap_or_default().contains(hint), "{error}");
    }
}
