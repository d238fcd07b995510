//! Money that comes in by messages: once, whatever is sent, and never by who may not.

use earnest_artifacts::{GatewayPolicy, Verified};
use http::Method;
use serde_json::json;

use crate::support::{OLA, OPERATOR, ROMAN, SECRET, STRANGER, World, account, header, message};

fn paid(reference: &str, amount: &str) -> serde_json::Value {
    json!({ "id": "pi_0001", "reference": reference, "amount": amount, "currency": "PLN", "method": { "card": "visa" } })
}

#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_zloty_credit_four_hundred_and_fifty_orc_once_however_often_they_are_told() {
    let mut world = World::new().await;
    let announced = world.announce("1", "500.00").await;
    assert_eq!(announced["reference"], "top-up:1");
    // The fee is shown before anything is paid.
    let quote = &announced["quote"];
    assert_eq!((&quote["net"], &quote["fee"], &quote["fee-rate"]), (&json!(45_000), &json!(5_000), &json!(0.1)));
    let same = message("evt_0", "payment.confirmed", world.now(), &paid("top-up:1", "500.00"));
    let mut calls = Vec::new();
    for number in 0..20 {
        // Half of them are the same message again, half say the same in a message of their own.
        let own = message(&format!("evt_{number}"), "payment.confirmed", world.now(), &paid("top-up:1", "500.00"));
        calls.push(if number % 2 == 0 { same.clone() } else { own });
    }
    let told = futures_util::future::join_all(calls.iter().map(|body| world.callback(body))).await;
    assert!(told.iter().all(|(status, _)| *status == 200), "{told:?}");
    let credited = world.top_up_until("1", "credited").await;
    assert_eq!(credited["payments"].as_array().unwrap().len(), 1);
    assert_eq!(credited["payments"][0]["credited"], 45_000);
    assert_eq!(world.money().await, (45_000, 5_000));
    let head = world.head().await;
    world.down().await;
    world.up().await;
    for body in &calls {
        assert_eq!(world.callback(body).await.0, 200);
    }
    assert_eq!((world.money().await, world.head().await), ((45_000, 5_000), head));
    // And where the fee went stands in the ledger's own books.
    assert_eq!(world.look("/operator/payments?state=credited").await["payments"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_forged_old_or_changed_is_not_believed_and_changes_nothing() {
    let world = World::new().await;
    world.announce("1", "500.00").await;
    let body = message("evt_1", "payment.confirmed", world.now(), &paid("top-up:1", "500.00"));
    let now = world.now();
    let right = header(SECRET, body.as_bytes(), now);
    let minutes =
        |minutes: i64| earnest_base::Timestamp::from_unix_millis(now.unix_millis() + minutes * 60_000).unwrap();
    let other = body.replace("500.00", "900.00");
    for (header, body) in [
        (header("some other secret!", body.as_bytes(), now), &body),
        (right.clone(), &other),
        (header(SECRET, body.as_bytes(), minutes(-6)), &body),
        (header(SECRET, body.as_bytes(), minutes(6)), &body),
        (right.replace("v1=", "v2="), &body),
        (String::new(), &body),
    ] {
        let (status, told) = world.callback_as("psp", &header, body).await;
        assert_eq!((status, told["code"].as_str()), (401, Some("unauthorised")), "{header}");
    }
    assert_eq!(world.callback_as("nobody", &right, &body).await.0, 404);
    // The bank sends no messages.
    assert_eq!(world.callback_as("bank", &right, &body).await.0, 404);
    let (_, seen) = world.get(ROMAN, "/top-ups/top-up:1").await;
    assert_eq!((seen["payments"].as_array().unwrap().len(), world.money().await), (0, (0, 0)));
    // The same message, signed: it counts. Under its id something else is refused.
    assert_eq!(world.callback_as("psp", &right, &body).await.0, 200);
    let (status, told) = world.callback(&other).await;
    assert_eq!((status, told["code"].as_str()), (409, Some("event-conflict")));
    world.top_up_until("1", "credited").await;
    assert_eq!(world.money().await, (45_000, 5_000));
    // A signed message that cannot be read names what is missing, so that the provider's people can see it.
    let half = message("evt_2", "payment.confirmed", now, &json!({ "id": "pi_2", "amount": "0.30000000000000004" }));
    assert_eq!(world.callback(&half).await.0, 400);
    assert_eq!(world.callback(&message("evt_3", "customer.created", now, &json!({}))).await.1["taken"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_in_any_order_credit_once_and_what_is_taken_back_is_a_case() {
    let world = World::new().await;
    world.announce("1", "500.00").await;
    let earlier = "2026-04-01T05:50:00Z".parse().unwrap();
    let told = [
        ("evt_3", "payment.failed", earlier),
        ("evt_2", "payment.confirmed", world.now()),
        ("evt_1", "payment.pending", earlier),
    ];
    for (event, kind, at) in told {
        let body = message(event, kind, at, &paid("top-up:1", "500.00"));
        assert_eq!(world.callback(&body).await.0, 200);
    }
    world.top_up_until("1", "credited").await;
    let later = "2026-04-01T06:30:00Z".parse().unwrap();
    for event in ["evt_4", "evt_5"] {
        let reversed = message(event, "payment.reversed", later, &json!({ "id": "pi_0001" }));
        assert_eq!(world.callback(&reversed).await.0, 200);
    }
    assert_eq!(world.money().await, (45_000, 5_000));
    let cases = world.look("/operator/cases").await;
    let case = &cases["cases"][0];
    assert_eq!((cases["cases"].as_array().unwrap().len(), &case["kind"]), (1, &json!("charged-back")));
    // The escrow's operator makes the adjustment in their name, and closes the case with it.
    let proposal = &case["proposal"];
    let adjustment = json!({
        "transfer": proposal["transfer"], "from": proposal["from"], "to": proposal["to"], "amount": proposal["amount"],
        "author": OPERATOR.subject(), "reason": case["id"],
    });
    let (status, told) = world.escrow_post(OPERATOR, "/adjustments", &adjustment).await;
    assert_eq!(status, 200, "{told}");
    assert_eq!(world.money().await, (0, 5_000));
    let path = format!("/operator/cases/{}/resolve", case["id"].as_str().unwrap());
    let closing = json!({ "reason": "Chargeback of the card.", "adjustment": proposal["transfer"] });
    assert_eq!(world.rule(&path, &closing).await.0, 200);
    assert_eq!(world.look("/operator/cases").await["cases"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_breaks_a_limit_or_names_nobody_is_held_until_an_operator_releases_it() {
    let world = World::new().await;
    for (number, reference, amount, why) in [
        (1, "top-up:none", "500.00", "account-unknown"),
        (2, &*account("casualfeeders"), "0.99", "below-least"),
        (3, &*account("casualfeeders"), "10000.01", "above-most"),
        (4, &*account("casualfeeders"), "1.001", "amount-inexact"),
        (5, &*account("nobody"), "500.00", "account-unknown"),
    ] {
        let payment =
            json!({ "id": format!("pi_{number}"), "reference": reference, "amount": amount, "currency": "PLN" });
        let body = message(&format!("evt_{number}"), "payment.confirmed", world.now(), &payment);
        assert_eq!(world.callback(&body).await.0, 200);
        let asked = async || {
            let held = world.look("/operator/payments?state=held").await;
            let found = held["payments"].as_array().unwrap().iter().any(|payment| {
                let of = &payment["standing"]["why"];
                let code = of.as_str().or(of["barred"].as_str()).or(of["declined"].as_str());
                payment["reference"] == format!("pi_{number}") && code == Some(why)
            });
            if found { Ok(held) } else { Err(held) }
        };
        world.until(why, asked).await;
    }
    assert_eq!(world.money().await, (0, 0));
    let held = world.look("/operator/payments?state=held").await;
    let of = |reference: &str| {
        let payments = held["payments"].as_array().unwrap();
        let payment = payments.iter().find(|payment| payment["reference"] == reference).unwrap();
        payment["id"].as_str().unwrap().to_owned()
    };
    // The third breaks a limit, the fifth named an account that the escrow does not know.
    for (reference, to, sum) in [("pi_3", "casualfeeders", (900_001, 100_000)), ("pi_5", "ola", (900_001, 105_000))] {
        let path = format!("/operator/payments/{}/release", of(reference));
        let (status, told) =
            world.rule(&path, &json!({ "account": account(to), "reason": "Seen with the payer." })).await;
        assert_eq!(status, 200, "{told}");
        let asked = async || {
            let money = world.money().await;
            if money == sum { Ok(money) } else { Err(money) }
        };
        world.until("the released money", asked).await;
    }
    assert_eq!(world.balance("ola").await, 45_000);
    let path = format!("/operator/payments/{}/send-back", of("pi_1"));
    assert_eq!(
        world.rule(&path, &json!({ "reason": "Returned by transfer." })).await.1["standing"]["state"],
        "sent-back"
    );
    let (status, told) =
        world.rule(&path.replace("send-back", "release"), &json!({ "account": account("ola"), "reason": "x" })).await;
    assert_eq!((status, told["code"].as_str()), (409, Some("wrong-state")));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_terms_are_signed_and_suspended_terms_stop_top_ups_and_say_so() {
    let world = World::new().await;
    let (status, policy) = world.ask("/policy").await;
    let policy = Verified::<GatewayPolicy>::parse(policy.to_string().as_bytes()).unwrap();
    assert_eq!((status, policy.ingress_fee.value()), (200, 1_000));
    let mut terms = serde_json::to_value(&*policy).unwrap();
    terms["status"] = json!("suspended");
    terms["suspended-at"] = json!(world.now());
    let (status, told) = world.operate(Some(OPERATOR), Method::POST, "/operator/policy", &terms.to_string()).await;
    assert_eq!(status, 200, "{told}");
    let body = json!({ "account": account("casualfeeders"), "provider": "psp", "currency": "PLN" });
    let (status, told) = world.post(ROMAN, "/top-ups", &body).await;
    assert_eq!((status, told["code"].as_str()), (409, Some("policy-not-in-force")));
    assert_eq!(world.ask("/policy").await.1["status"], "suspended");
    terms["fee/ingress-basis-points"] = json!(1);
    let (status, told) = world.operate(Some(OPERATOR), Method::POST, "/operator/policy", &terms.to_string()).await;
    assert_eq!((status, told["code"].as_str()), (409, Some("policy-changed")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_top_up_is_its_announcer_s_and_the_account_its_owner_s() {
    let world = World::new().await;
    world.announce("1", "500.00").await;
    let body = json!({
        "id": "top-up:1", "account": account("casualfeeders"), "provider": "psp", "amount": 500, "currency": "PLN",
    });
    assert_eq!(world.post(ROMAN, "/top-ups", &body).await.0, 200);
    let other = json!({ "id": "top-up:1", "account": account("casualfeeders"), "provider": "psp", "currency": "PLN" });
    assert_eq!(world.post(ROMAN, "/top-ups", &other).await.1["code"], "id-conflict");
    for person in [OLA, STRANGER] {
        let (status, told) = world.post(person, "/top-ups", &body).await;
        assert_eq!((status, told["code"].as_str()), (404, Some("crossing-unknown")));
        assert_eq!(world.get(person, "/top-ups/top-up:1").await.0, 404);
    }
    // To who asks, an account that is somebody else's is as one that is not there.
    let mut nobody = body.clone();
    nobody["account"] = json!(account("nobody"));
    let mine = world.post(STRANGER, "/top-ups", &nobody).await.1;
    let others = world.post(STRANGER, "/top-ups", &body).await.1;
    assert_eq!((&mine["code"], &mine["detail"]), (&others["code"], &others["detail"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_whose_message_never_came_is_asked_and_credits_once_all_the_same() {
    let world = World::new().await;
    world.announce("1", "500.00").await;
    let asked = "/operator/top-ups/top-up:1/ask";
    assert_eq!(world.rule(asked, &json!({})).await, (200, json!({ "taken": 0 })));
    let confirmed = message("evt_1", "payment.confirmed", world.now(), &paid("top-up:1", "500.00"));
    let told: serde_json::Value = serde_json::from_str(&confirmed).unwrap();
    world.provider.knows(json!([told, { "type": "ping" }]));
    for _ in 0..3 {
        assert_eq!(world.rule(asked, &json!({})).await, (200, json!({ "taken": 1 })));
        assert_eq!(world.callback(&confirmed).await.0, 200);
    }
    world.top_up_until("1", "credited").await;
    assert_eq!(world.money().await, (45_000, 5_000));
    assert_eq!(world.rule("/operator/top-ups/top-up:none/ask", &json!({})).await.0, 404);
}
