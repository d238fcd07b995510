//! Money that goes out: reviewed, debited, instructed once, paid, or given back.

use earnest_base::Count;
use serde_json::{Value, json};

use crate::support::{Answers, OLA, ROMAN, STRANGER, World, account, message};

fn request(own: &str, amount: &str) -> Value {
    json!({
        "id": format!("payout:{own}"), "account": account("casualfeeders"), "provider": "psp",
        "destination": "PL61109010140000071219812874", "amount": amount.parse::<f64>().unwrap(), "currency": "PLN",
    })
}

async fn told(world: &World, event: &str, kind: &str, payout: &str, at: &str) -> (u16, Value) {
    let inner = json!({ "id": format!("payout:{payout}"), "code": "account-closed" });
    let at = format!("2026-04-01T{at}Z").parse().unwrap();
    world.callback(&message(event, kind, at, &inner)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payout_waits_for_an_operator_where_the_terms_say_so_and_is_paid_once() {
    let mut world = World::with(|settings| settings.policy.payout_review = true).await;
    world.funded().await;
    let (status, asked) = world.post(ROMAN, "/payouts", &request("1", "100")).await;
    assert_eq!((status, &asked["state"]["state"]), (200, &json!("awaiting-review")), "{asked}");
    assert_eq!(world.post(ROMAN, "/payouts", &request("1", "100")).await.1, asked);
    assert_eq!(world.post(ROMAN, "/payouts", &request("1", "200")).await.1["code"], "id-conflict");
    assert_eq!(world.post(ROMAN, "/payouts", &request("2", "50")).await.0, 200);
    assert_eq!((world.money().await.0, world.provider.calls()), (45_000, 0));
    let waiting = world.look("/operator/payouts?state=awaiting-review&limit=1").await;
    assert_eq!((waiting["payouts"].as_array().unwrap().len(), &waiting["next"]), (1, &json!("payout:1")));
    let reason = json!({ "reason": "Known customer." });
    assert_eq!(world.rule("/operator/payouts/payout:1/approve", &reason).await.0, 200);
    assert_eq!(world.rule("/operator/payouts/payout:2/refuse", &json!({ "reason": "Unclear." })).await.0, 200);
    let instructed = world.payout_until("1", "instructed").await;
    assert_eq!((&instructed["debited"], &instructed["state"]["reference"]), (&json!(10_000), &json!("po_1")));
    assert_eq!(world.money().await.0, 35_000);
    let payouts = world.provider.payouts();
    assert_eq!((payouts.len(), &payouts[0]["amount"]), (1, &json!("100")));
    world.down().await;
    world.up().await;
    assert_eq!(told(&world, "evt_1", "payout.paid", "1", "06:01:00").await.0, 200);
    world.payout_until("1", "paid").await;
    assert_eq!(world.get(ROMAN, "/payouts/payout:2").await.1["state"]["state"], "refused");
    assert_eq!((world.money().await.0, world.provider.payouts().len(), world.provider.calls()), (35_000, 1, 1));
    let (status, refused) = world.rule("/operator/payouts/payout:2/approve", &reason).await;
    assert_eq!((status, refused["code"].as_str()), (409, Some("wrong-state")));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_after_the_debit_comes_back_by_a_receipt_that_names_it_and_the_fee_is_a_case() {
    let world = World::with(|settings| settings.policy.egress_fee = Some(Count::new(100).unwrap())).await;
    world.funded().await;
    world.post(ROMAN, "/payouts", &request("1", "100")).await;
    let instructed = world.payout_until("1", "instructed").await;
    assert_eq!((&instructed["arrives"], &instructed["fee"]), (&json!(99), &json!(100)));
    assert_eq!(world.money().await, (35_000, 5_100));
    for _ in 0..3 {
        assert_eq!(told(&world, "evt_1", "payout.failed", "1", "06:01:00").await.0, 200);
    }
    world.payout_until("1", "returned").await;
    assert_eq!(world.money().await, (44_900, 5_100));
    let cases = world.look("/operator/cases").await;
    assert_eq!((&cases["cases"][0]["kind"], &cases["cases"][0]["about"]), (&json!("fee-kept"), &json!("payout:1")));
    // Its provider says afterwards that it was paid: nothing moves, and somebody has to look.
    assert_eq!(told(&world, "evt_2", "payout.paid", "1", "06:02:00").await.0, 200);
    let kinds: Vec<Value> = world.look("/operator/cases").await["cases"]
        .as_array()
        .unwrap()
        .iter()
        .map(|case| case["kind"].clone())
        .collect();
    assert_eq!((kinds, world.money().await), (vec![json!("fee-kept"), json!("paid-after-return")], (44_900, 5_100)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_refuses_for_good_has_the_money_given_back_and_one_that_is_away_is_told_again() {
    let world = World::new().await;
    world.funded().await;
    world.provider.answers(Answers::Unavailable);
    world.post(ROMAN, "/payouts", &request("1", "100")).await;
    let asked = async || if world.provider.calls() >= 3 { Ok(0) } else { Err(world.provider.calls()) };
    world.until("three calls", asked).await;
    assert_eq!(world.get(ROMAN, "/payouts/payout:1").await.1["state"]["state"], "instructing");
    world.provider.answers(Answers::Taken);
    world.payout_until("1", "instructed").await;
    assert_eq!((world.provider.payouts().len(), world.money().await.0), (1, 35_000));
    world.provider.answers(Answers::Refused);
    world.post(ROMAN, "/payouts", &request("2", "100")).await;
    world.payout_until("2", "returned").await;
    assert_eq!((world.provider.payouts().len(), world.money().await.0), (1, 35_000));
    // A provider that sends no message is asked.
    world.provider.says(json!({ "state": "paid", "at": "2026-04-01T06:00:30Z" }));
    let paid = world.payout_until("1", "paid").await;
    assert_eq!(paid["state"]["at"], "2026-04-01T06:00:30Z");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_paid_out_what_the_account_does_not_have_or_what_is_not_theirs() {
    let world = World::new().await;
    world.funded().await;
    world.post(ROMAN, "/payouts", &request("1", "450.01")).await;
    let declined = world.payout_until("1", "declined").await;
    assert_eq!((&declined["state"]["code"], world.money().await.0), (&json!("settlement-blocked"), 45_000));
    for person in [OLA, STRANGER] {
        let (status, refused) = world.post(person, "/payouts", &request("2", "10")).await;
        assert_eq!((status, refused["code"].as_str()), (404, Some("crossing-unknown")));
        assert_eq!(world.get(person, "/payouts/payout:1").await.0, 404);
    }
    for (amount, status, code) in
        [("0.5", 422, "below-least"), ("10000.01", 422, "above-most"), ("1.001", 422, "amount-inexact")]
    {
        let (found, refused) = world.post(ROMAN, "/payouts", &request("3", amount)).await;
        assert_eq!((found, refused["code"].as_str()), (status, Some(code)), "{amount}");
    }
    let mut euros = request("3", "10");
    euros["currency"] = json!("EUR");
    assert_eq!(world.post(ROMAN, "/payouts", &euros).await.1["code"], "currency-unlisted");
    // The provider cannot tell of what it was never told.
    assert_eq!(told(&world, "evt_1", "payout.paid", "9", "06:01:00").await.0, 404);
    assert_eq!(told(&world, "evt_1", "payout.paid", "1", "06:01:00").await.0, 409);
    assert_eq!((world.provider.calls(), world.money().await.0), (0, 45_000));
}
