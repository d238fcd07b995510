//! A bank whose files an operator carries: posted, dropped, and what becomes of them.

use std::{fs, path::PathBuf};

use http::Method;
use serde_json::{Value, json};

use crate::support::{OPERATOR, ROMAN, STRANGER, World, account};

const STATEMENT: &str = "booking,amount,currency,account,date\n\
    20260401-17,500.00,PLN,account:fed-pl-main:casualfeeders,2026-04-01\n\
    20260401-18,10.00,PLN,\"rent, April\",2026-04-01\n";

fn bank(world: &World) -> PathBuf {
    world.folder.path().join("gateway/funding/bank")
}

async fn until_money(world: &World, sum: (u64, u64)) {
    let asked = async || {
        let money = world.money().await;
        if money == sum { Ok(money) } else { Err(money) }
    };
    world.until("the money of the statement", asked).await;
}

async fn until_there(world: &World, path: PathBuf) {
    let asked = async || {
        if path.exists() {
            Ok(true)
        } else {
            world.head().await;
            Err(false)
        }
    };
    world.until(&path.display().to_string(), asked).await;
}

async fn post(world: &World, statement: &str) -> (u16, Value) {
    world.operate(Some(OPERATOR), Method::POST, "/operator/statements/bank", statement).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_line_of_a_statement_counts_once_and_one_that_cannot_be_read_refuses_all_of_it() {
    let world = World::new().await;
    let (status, told) = post(&world, &STATEMENT.replace("10.00", "ten")).await;
    assert_eq!((status, told["code"].as_str()), (400, Some("body-invalid")));
    assert_eq!(told["detail"], "expected an amount above 0 of at most 15 digits as `amount` in line 3");
    assert_eq!(world.look("/operator/payments?state=held").await["payments"], json!([]));
    for _ in 0..3 {
        assert_eq!(post(&world, STATEMENT).await, (200, json!({ "taken": 2 })));
    }
    until_money(&world, (45_000, 5_000)).await;
    let lines = r#"{"booking":"20260401-17","amount":500.00,"currency":"PLN","account":"x","date":"2026-04-01"}"#;
    assert_eq!(post(&world, lines).await.0, 200);
    let held = world.look("/operator/payments?state=held").await;
    assert_eq!(
        (held["payments"].as_array().unwrap().len(), &held["payments"][0]["reference"]),
        (1, &json!("20260401-18"))
    );
    assert_eq!(world.money().await, (45_000, 5_000));
    // The same booking with another amount is a case.
    assert_eq!(post(&world, &STATEMENT.replace("500.00", "600.00")).await.0, 200);
    assert_eq!(world.look("/operator/cases").await["cases"][0]["kind"], "amount-differs");
    let (status, _) = world.operate(Some(STRANGER), Method::POST, "/operator/statements/bank", STATEMENT).await;
    assert_eq!(status, 403);
    let (status, _) = world.operate(Some(OPERATOR), Method::POST, "/operator/statements/psp", STATEMENT).await;
    assert_eq!(status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_are_dropped_are_taken_and_put_away() {
    let mut world = World::new().await;
    let folder = bank(&world);
    fs::write(folder.join("statements/april.csv"), STATEMENT).unwrap();
    until_money(&world, (45_000, 5_000)).await;
    until_there(&world, folder.join("statements/done/april.csv")).await;
    fs::write(folder.join("statements/broken.csv"), "booking,amount\n1,2\n").unwrap();
    until_there(&world, folder.join("statements/refused/broken.csv")).await;
    let reason = fs::read_to_string(folder.join("statements/refused/broken.csv.reason")).unwrap();
    assert_eq!(reason, "expected a column `currency` in line 1\n");
    // A payout is a file in the outbox, and a line of a confirmation ends it.
    let request = json!({
        "id": "payout:1", "account": account("casualfeeders"), "provider": "bank",
        "destination": "PL61109010140000071219812874", "amount": 100, "currency": "PLN",
    });
    assert_eq!(world.post(ROMAN, "/payouts", &request).await.0, 200);
    world.payout_until("1", "instructed").await;
    let written: Value = serde_json::from_str(&fs::read_to_string(folder.join("outbox/1.json")).unwrap()).unwrap();
    assert_eq!((&written["amount"], &written["payout"]), (&json!("100"), &json!("payout:1")));
    world.down().await;
    world.up().await;
    fs::write(folder.join("confirmations/a.csv"), "payout,state,date\npayout:1,paid,2026-04-02\n").unwrap();
    world.payout_until("1", "paid").await;
    fs::write(folder.join("confirmations/b.csv"), "payout,state,date\npayout:none,paid,2026-04-02\n").unwrap();
    until_there(&world, folder.join("confirmations/refused/b.csv")).await;
    assert_eq!(world.money().await, (35_000, 5_000));
}
