//! The facilitator API: what other people's resource servers are answered.

use earnest_x402::{DiscoveryResources, DiscoverySearch, SettleOutcome, SupportedResponse, VerifyOutcome, read};
use serde_json::{Value, json};

use crate::support::{Fate, Pay, World};

async fn settle(world: &World, pay: &Pay) -> SettleOutcome {
    settle_again(world, &pay.asked(world.now())).await
}

/// The very body, as a server sends it again.
async fn settle_again(world: &World, asked: &Value) -> SettleOutcome {
    let answer = world.post(None, "/settle", asked).await;
    SettleOutcome::of(answer.status, &answer.body)
}

async fn verify(world: &World, pay: &Pay) -> VerifyOutcome {
    let answer = world.post(None, "/verify", &pay.asked(world.now())).await;
    VerifyOutcome::of(answer.status, &answer.body)
}

#[tokio::test]
async fn a_payment_is_verified_and_settled_once_however_often_it_is_asked() {
    let world = World::open().await;
    let pay = Pay::adams("confirmed-1");
    let VerifyOutcome::Valid(valid) = verify(&world, &pay).await else { panic!("expected a valid payment") };
    assert_eq!(valid.payer.as_deref(), Some("account:fed-pl-main:adam"));
    assert_eq!(world.rail.sent("confirmed-1"), 0, "to verify is not to settle");
    let SettleOutcome::Settled(first) = settle(&world, &pay).await else { panic!("expected a settled payment") };
    assert_eq!((first.network.as_str(), first.transaction.len()), ("orc:fed-pl-main", 64));
    for _ in 0..3 {
        assert_eq!(settle(&world, &pay).await, SettleOutcome::Settled(first.clone()));
    }
    assert_eq!((world.rail.sent("confirmed-1"), world.rail.paid("confirmed-1")), (1, 1));
}

#[tokio::test]
async fn every_end_of_a_payment_has_its_answer() {
    let world = World::open().await;
    let failed = |outcome: SettleOutcome| match outcome {
        SettleOutcome::Failed(response) => response.error_reason.unwrap().as_str().to_owned(),
        other => panic!("expected a failure, found {other:?}"),
    };
    assert_eq!(failed(settle(&world, &Pay::adams("refused-1")).await), "invalid_transaction");
    assert_eq!(failed(settle(&world, &Pay::adams("aborted-1")).await), "chain_abort");
    assert_eq!(failed(settle(&world, &Pay::adams("replaced-1")).await), "nonce_replacement");
    // Adam has nothing: the payment is signed well, and he cannot pay it.
    world.rail.impoverish("account:fed-pl-main:adam");
    let VerifyOutcome::Invalid(poor) = verify(&world, &Pay::adams("confirmed-2")).await else { panic!("expected no") };
    assert_eq!(poor.invalid_reason.unwrap().as_str(), "insufficient_funds");
}

#[tokio::test]
async fn a_payment_under_way_is_pending_with_its_transaction_and_is_sent_once() {
    let world = World::with(|config| config.facilitator.settle_within_ms = 300).await;
    let pay = Pay::adams("pending-1").asked(world.now());
    let SettleOutcome::Pending(pending) = settle_again(&world, &pay).await else {
        panic!("expected a pending payment")
    };
    let status = pending.extra.unwrap().members().get("status").and_then(|status| status.as_str().map(str::to_owned));
    assert_eq!(status.as_deref(), Some("mempool"));
    let SettleOutcome::Pending(again) = settle_again(&world, &pay).await else { panic!("expected a pending payment") };
    assert_eq!(again.transaction, pending.transaction);
    world.rail.set("pending-1", Fate::Confirmed);
    world.pass(5);
    let SettleOutcome::Settled(settled) = settle_again(&world, &pay).await else {
        panic!("expected a settled payment")
    };
    assert_eq!(settled.transaction, pending.transaction);
    assert_eq!(world.rail.sent("pending-1"), 1);
}

#[tokio::test]
async fn a_rail_out_of_reach_is_nobodys_bad_signature() {
    let world = World::with(|config| config.facilitator.settle_within_ms = 300).await;
    let answer = world.post(None, "/verify", &Pay::adams("away-1").asked(world.now())).await;
    assert_eq!(answer.refusal(), (503, "outage".to_owned()));
    assert!(answer.header("retry-after").is_some());
    let settled = world.post(None, "/settle", &Pay::adams("away-1").asked(world.now())).await;
    assert_eq!((settled.status, settled.json()["errorReason"].as_str()), (200, Some("settlement_pending")));
}

#[tokio::test]
async fn an_identifier_of_another_payment_is_a_conflict() {
    let world = World::open().await;
    let under = |nonce: &str| Pay {
        extensions: Some(json!({ "payment-identifier": { "info": { "id": "order-0000000001" } } })),
        ..Pay::adams(nonce)
    };
    assert!(matches!(settle(&world, &under("confirmed-1")).await, SettleOutcome::Settled(_)));
    let conflict = world.post(None, "/settle", &under("confirmed-2").asked(world.now())).await;
    assert_eq!((conflict.status, conflict.json()["errorReason"].as_str()), (409, Some("payment_identifier_conflict")));
    assert_eq!(world.rail.sent("confirmed-2"), 0);
}

#[tokio::test]
async fn what_is_served_is_told() {
    let world = World::open().await;
    let supported: SupportedResponse = read(&world.ask("/supported").await.body).unwrap();
    let networks: Vec<_> =
        supported.kinds.iter().map(|kind| (kind.x402_version.value(), kind.network.as_str())).collect();
    assert_eq!(networks, [(2, "orc:fed-pl-main"), (2, "orc:fed-sponsored")]);
    assert_eq!(supported.extensions, ["bazaar", "payment-identifier"]);
}

/// A payment for a resource that describes itself.
fn described(nonce: &str, url: &str, description: &str) -> Pay {
    let input = json!({ "type": "http", "method": "GET", "queryParams": { "city": "Wroclaw" } });
    let schema = json!({ "type": "object", "properties": { "input": { "type": "object" } }, "required": ["input"] });
    Pay {
        resource: Some(json!({ "url": url, "description": description, "mimeType": "application/json" })),
        extensions: Some(json!({ "bazaar": { "info": { "input": input }, "schema": schema } })),
        ..Pay::adams(nonce)
    }
}

#[tokio::test]
async fn what_was_paid_for_is_catalogued_and_found_after_a_restart_too() {
    let mut world = World::open().await;
    let weather = described("confirmed-1", "https://weather.example/today", "The weather of today");
    let answer = world.post(None, "/settle", &weather.asked(world.now())).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(answer.header("extension-responses").is_some());
    world.pass(1);
    assert!(matches!(
        settle(&world, &described("confirmed-2", "https://news.example/", "News")).await,
        SettleOutcome::Settled(_)
    ));
    // Of what was not paid nothing is kept, nor of what contradicts its own schema.
    settle(&world, &described("refused-1", "https://free.example/", "Never paid")).await;
    let mut misfit = described("confirmed-3", "https://misfit.example/", "Misfit");
    misfit.extensions.as_mut().unwrap()["bazaar"]["schema"]["required"] = json!(["output"]);
    assert!(matches!(settle(&world, &misfit).await, SettleOutcome::Settled(_)));
    for _ in 0..2 {
        let all: DiscoveryResources = read(&world.ask("/discovery/resources").await.body).unwrap();
        let urls: Vec<_> = all.items.iter().map(|item| item.resource.as_str()).collect();
        assert_eq!(urls, ["https://news.example/", "https://weather.example/today"]);
        assert_eq!((all.pagination.total.value(), all.items[1].accepts.len()), (2, 1));
        world.down().await;
        world.up().await;
    }
    let page: DiscoveryResources =
        read(&world.ask("/discovery/resources?limit=1&offset=1&type=http").await.body).unwrap();
    assert_eq!(page.items[0].resource, "https://weather.example/today");
    let found: DiscoverySearch = read(&world.ask("/discovery/search?query=WEATHER%20today").await.body).unwrap();
    assert_eq!(found.resources.len(), 1);
    for (query, count) in [
        ("payTo=account:fed-pl-main:ola", 2),
        ("payTo=account:fed-pl-main:adam", 0),
        ("network=eip155:1", 0),
        ("extensions=bazaar", 2),
    ] {
        let some: DiscoveryResources = read(&world.ask(&format!("/discovery/resources?{query}")).await.body).unwrap();
        assert_eq!(some.items.len(), count, "{query}");
    }
    for wrong in ["/discovery/resources?limit=0", "/discovery/search", "/discovery/search?query=x&cursor=canary"] {
        let refused = world.ask(wrong).await;
        assert_eq!(refused.refusal(), (400, "query-invalid".to_owned()), "{wrong}");
        assert!(!refused.text().contains("canary"));
    }
}
