//! Payments in batches, their transaction ids, and what a gateway asks before it takes one.

use earnest_artifacts::{LedgerTransfer, PaymentAuthorization, Verified};
use earnest_base::Orc;
use earnest_ledger::transaction_id;
use serde_json::{Value, json};

use crate::support::{ADAM, Answer, FEEDERS, GATEWAY, OLA, Person, ROMAN, STRANGER, World, account, payment, signed};

fn orc(minor: u64) -> Orc {
    Orc::from_minor(minor).unwrap()
}

/// A payment of so much, told apart by its nonce.
fn paying(world: &World, nonce: &str, amount: u64) -> PaymentAuthorization {
    PaymentAuthorization { nonce: nonce.parse().unwrap(), amount: orc(amount), ..payment(world.now()) }
}

fn document(authorization: &PaymentAuthorization, by: Person) -> Value {
    serde_json::from_slice(signed(authorization, by).bytes()).unwrap()
}

async fn batch(world: &World, by: Person, payments: &[Value]) -> Answer {
    world.post(by, "/payments/batch", &json!({ "payments": payments })).await
}

fn codes(answer: &Answer) -> Vec<String> {
    let answers = answer.json();
    let code = |told: &Value| told["code"].as_str().unwrap_or("-").to_owned();
    answers.as_array().unwrap_or_else(|| panic!("{}", answer.text())).iter().map(code).collect()
}

/// The transaction id that the signed transfer of a fact has.
async fn signed_id(world: &World, seq: &Value) -> String {
    let transfers = world.get(ROMAN, &format!("/facts/{seq}/transfers")).await.json();
    let transfer = serde_json::to_vec(&transfers["transfers"][0]).unwrap();
    transaction_id(&Verified::<LedgerTransfer>::parse(&transfer).unwrap()).unwrap().as_str().to_owned()
}

#[tokio::test]
async fn of_a_batch_each_payment_is_made_or_refused_on_its_own() {
    let world = World::open().await;
    let mut forged = document(&paying(&world, "forged", 1), ROMAN);
    forged["amount"] = json!(2);
    let payments = [
        document(&paying(&world, "first", 1_000), ROMAN),
        document(&paying(&world, "dear", 5_000), ROMAN),
        forged,
        document(&paying(&world, "second", 800), ROMAN),
        document(&paying(&world, "broke", 1), ROMAN),
        document(&paying(&world, "first", 1_000), ROMAN),
        document(&paying(&world, "first", 999), ROMAN),
        json!({ "canary": 1 }),
    ];
    let (before, _) = world.head().await;
    let answer = batch(&world, GATEWAY, &payments).await;
    let expected = [
        "-",
        "settlement-blocked",
        "signature-invalid",
        "-",
        "settlement-blocked",
        "-",
        "nonce-used",
        "missing-member",
    ];
    assert_eq!(codes(&answer), expected, "{}", answer.text());
    assert!(!answer.text().contains("canary"), "{}", answer.text());
    let told = answer.json();
    assert_eq!((&told[1]["status"], &told[2]["status"], &told[1]["deficit"]), (&json!(409), &json!(400), &Value::Null));
    assert_eq!(told[0], told[5], "the same payment twice is one");
    assert_eq!(world.names(before).await, ["ledger/payment-applied.v1", "ledger/payment-applied.v1"]);
    assert_eq!((world.balance("casualfeeders").await.0, world.balance("ola").await.0), (0, 1_800));
    for place in [0, 3] {
        assert_eq!(told[place]["effect"], "paid");
        assert_eq!(told[place]["txid"], signed_id(&world, &told[place]["seq"]).await.as_str());
    }
    // Sent again, and one by one, the answers are the same.
    let head = world.head().await;
    assert_eq!(batch(&world, ROMAN, &payments).await.text(), answer.text());
    assert_eq!(world.post(ROMAN, "/payments", &payments[3]).await.json(), told[3]);
    assert_eq!(world.head().await, head);
}

#[tokio::test]
async fn a_payment_alone_says_its_transaction_id_the_first_time_and_every_time() {
    let mut world = World::open().await;
    let paid = document(&paying(&world, "alone", 25), ROMAN);
    let first = world.post(ROMAN, "/payments", &paid).await;
    assert_eq!(first.effect(), "paid");
    let told = first.json();
    assert_eq!(told["txid"], signed_id(&world, &told["seq"]).await.as_str());
    world.down().await;
    world.up().await;
    assert_eq!(world.post(GATEWAY, "/payments", &paid).await.body, first.body);
    assert_eq!(batch(&world, GATEWAY, &[paid]).await.json(), json!([told]));
}

#[tokio::test]
async fn a_batch_of_as_many_payments_as_there_may_be_is_made_and_answered_again() {
    let world = World::open().await;
    let paid = |count: usize| -> Vec<Value> {
        (0..count).map(|index| document(&paying(&world, &format!("n-{index}"), 1), ROMAN)).collect()
    };
    let most = paid(1_024);
    let answer = batch(&world, ROMAN, &most).await;
    assert!(codes(&answer).iter().all(|code| code == "-"), "{}", answer.text());
    assert_eq!(world.balance("ola").await.0, 1_024);
    assert_eq!(batch(&world, GATEWAY, &most).await.text(), answer.text());
    let more = batch(&world, ROMAN, &vec![most[0].clone(); 1_025]).await;
    assert_eq!(more.refusal(), (400, "body-invalid".to_owned()));
}

#[tokio::test]
async fn somebody_elses_payment_is_refused_and_the_others_are_made() {
    let world = World::open().await;
    let elsewhere = PaymentAuthorization {
        federation: "fed:other".parse().unwrap(),
        network: "orc:fed-other".parse().unwrap(),
        payer_account: "account:fed-other:a".parse().unwrap(),
        payee_account: "account:fed-other:b".parse().unwrap(),
        ..paying(&world, "elsewhere", 1)
    };
    let adams = PaymentAuthorization { payer: ADAM.participant(), ..paying(&world, "adams", 1) };
    let payments = [document(&paying(&world, "mine", 1), ROMAN), document(&adams, ADAM), document(&elsewhere, ROMAN)];
    assert_eq!(codes(&batch(&world, ROMAN, &payments).await), ["-", "not-caller", "elsewhere"]);
    assert_eq!(codes(&batch(&world, GATEWAY, &payments).await), ["-", "not-custodian", "elsewhere"]);
    assert_eq!(codes(&batch(&world, STRANGER, &payments).await), ["not-caller"; 3]);
}

#[tokio::test]
async fn a_gateway_learns_whether_a_payment_could_be_made_and_no_more() {
    let world = World::open().await;
    let check = |payer: Person, org: Option<Person>, name: &str, amount: u64| {
        let mut check = json!({ "payer": payer.participant(), "account": account(name), "amount": amount });
        if let Some(org) = org {
            check["org"] = json!(org.org());
        }
        check
    };
    let mut foreign = check(OLA, None, "ola", 1);
    foreign["account"] = json!("account:fed-other:ola");
    let checks = [
        (check(ROMAN, Some(FEEDERS), "casualfeeders", 1_800), "-"),
        (check(ROMAN, Some(FEEDERS), "casualfeeders", 1_801), "settlement-blocked"),
        (check(ROMAN, None, "casualfeeders", 1), "not-authorized"),
        (check(ADAM, Some(FEEDERS), "casualfeeders", 1), "not-custodian"),
        (check(ROMAN, Some(FEEDERS), "community-pool", 1), "council-only"),
        (check(OLA, None, "ola", 1), "settlement-blocked"),
        (check(OLA, None, "nobody", 1), "settlement-blocked"),
        (check(OLA, None, "ola", 0), "amount-zero"),
        (check(OLA, None, "escrow", 1), "account-reserved"),
        (foreign, "account-foreign"),
    ];
    let before = world.head().await;
    let body: Vec<&Value> = checks.iter().map(|(check, _)| check).collect();
    let answer = world.post(GATEWAY, "/payments/check", &json!({ "payments": body })).await;
    let expected: Vec<&str> = checks.iter().map(|(_, code)| *code).collect();
    assert_eq!(codes(&answer), expected, "{}", answer.text());
    assert_eq!(answer.json()[0], json!({}));
    assert!(!answer.text().contains("1800") && !answer.text().contains("deficit"), "{}", answer.text());
    assert_eq!(world.head().await, before, "nothing is reserved");
    // What a check says is what the ledger does.
    for (amount, code) in [(1_801, "settlement-blocked"), (1_800, "-")] {
        let paid = document(&paying(&world, &format!("n-{amount}"), amount), ROMAN);
        assert_eq!(codes(&batch(&world, GATEWAY, &[paid]).await), [code]);
    }
}
