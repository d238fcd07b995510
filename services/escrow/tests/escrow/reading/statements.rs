//! Statements: page by page, as JSON and as CSV, with the top-ups that paid for each spend (decision E14).

use earnest_artifacts::vocabulary::ConfirmationMode::SelfConfirmed;
use serde_json::Value;

use crate::support::{GATEWAY, Papers, ROMAN, World, account, action, confirmed, news, receipt};

/// Two top-ups of 18.00 and 9.00, and five holds of 6.00, 2.00 and 18.00: the second is given up, and comes back.
async fn spent(world: &World) -> Vec<Papers> {
    assert_eq!(world.say(GATEWAY, "/gateway-receipts", &receipt("second", 10)).await.effect(), "topped-up");
    let mut holds = Vec::new();
    for (name, units) in [("a", 3), ("b", 3), ("c", 9)] {
        let papers = world.held_of(&confirmed(news(), SelfConfirmed), name, units).await;
        if name == "b" {
            assert_eq!(world.act(papers.provider, &papers, &action(&papers, "decline")).await.effect(), "refunded");
        }
        holds.push(papers);
    }
    holds
}

fn path(rest: &str) -> String {
    format!("/accounts/{}/statement{rest}", account("casualfeeders"))
}

fn paid(entry: &Value) -> Vec<(String, u64)> {
    let parts = entry["paid-from"].as_array().unwrap();
    let part = |part: &Value| (part["source"]["id"].as_str().unwrap().to_owned(), part["amount"].as_u64().unwrap());
    parts.iter().map(part).collect()
}

#[tokio::test]
async fn a_statement_names_the_top_ups_that_paid_for_each_spend() {
    let world = World::open().await;
    spent(&world).await;
    let statement = world.get(ROMAN, &path("")).await.json();
    assert_eq!(statement.get("next"), None);
    let entries = statement["entries"].as_array().unwrap();
    let kinds: Vec<_> = entries.iter().map(|entry| entry["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["top-up-credit", "top-up-credit", "escrow-hold", "escrow-hold", "refund", "escrow-hold"]);
    let available: Vec<_> = entries.iter().map(|entry| entry["available"].as_u64().unwrap()).collect();
    assert_eq!(available, [1_800, 2_700, 2_100, 1_500, 2_100, 300]);
    let one = |amount| vec![("gw:opening".to_owned(), amount)];
    assert_eq!((paid(&entries[2]), paid(&entries[3])), (one(600), one(600)));
    // What came back keeps its place in line: 12.00 of the first top-up are left, the rest is of the second.
    assert_eq!(paid(&entries[5]), [("gw:opening".to_owned(), 1_200), ("gw:second".to_owned(), 600)]);
    assert_eq!(entries[2]["counterpart-account"], account("escrow"));
}

#[tokio::test]
async fn pages_are_the_statement_whatever_their_size() {
    let world = World::open().await;
    spent(&world).await;
    let whole = world.get(ROMAN, &path("")).await.json()["entries"].as_array().unwrap().clone();
    for limit in [1, 2, 4, 5, 6, 7] {
        let (mut pages, mut after) = (Vec::new(), 0);
        loop {
            let page = world.get(ROMAN, &path(&format!("?after={after}&limit={limit}"))).await.json();
            let entries = page["entries"].as_array().unwrap();
            assert!(!entries.is_empty() && entries.len() <= limit, "{limit} {page}");
            pages.extend(entries.clone());
            match page["next"].as_u64() {
                Some(next) => after = next,
                None => break,
            }
        }
        assert_eq!(pages, whole, "{limit}");
    }
    let (last, _) = world.head().await;
    let beyond = world.get(ROMAN, &path(&format!("?after={last}"))).await.json();
    assert_eq!((beyond["entries"].as_array().unwrap().len(), beyond.get("next")), (0, None));
    for wrong in ["?limit=0", "?limit=1001", "?limit=many", "?offset=1", "?after=-1"] {
        assert_eq!(world.get(ROMAN, &path(wrong)).await.refusal(), (400, "query-invalid".to_owned()), "{wrong}");
    }
}

#[tokio::test]
async fn a_statement_as_csv_has_the_same_entries() {
    let world = World::open().await;
    spent(&world).await;
    let csv = world.get(ROMAN, &path(".csv")).await;
    assert_eq!(csv.header("content-type"), Some("text/csv; charset=utf-8"));
    let text = csv.text();
    let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!(rows[0], ["seq", "at", "transfer", "kind", "counterpart", "change", "available", "paid-from"]);
    assert_eq!(rows.len(), 7);
    let entries = world.get(ROMAN, &path("")).await.json()["entries"].as_array().unwrap().clone();
    for (row, entry) in rows[1..].iter().zip(&entries) {
        assert_eq!(row.len(), 8);
        assert_eq!(row[0], entry["seq"].to_string());
        assert_eq!((row[2], row[3]), (entry["transfer"].as_str().unwrap(), entry["kind"].as_str().unwrap()));
        let sign = if entry["credit"] == true { "" } else { "-" };
        assert_eq!((row[5], row[6]), (format!("{sign}{}", entry["amount"]).as_str(), &*entry["available"].to_string()));
    }
    assert_eq!(rows[6][7], "gw:opening 1200; gw:second 600");
    let page = world.get(ROMAN, &path(".csv?limit=2")).await;
    assert_eq!(page.text().lines().count(), 3);
    assert!(page.header("link").is_some_and(|link| link.contains("rel=\"next\"")), "{}", page.head);
}
