//! Batches of holds: linked ones stand and fall together, others hold by hold.

use serde_json::{Value, json};

use crate::support::{ADAM, OLA, ROMAN, World, at, news, redaction};

async fn batch(world: &World, holds: &[Value], linked: bool) -> crate::support::Answer {
    world.post(ROMAN, "/holds/batch", &json!({ "holds": holds, "linked": linked })).await
}

#[tokio::test]
async fn a_linked_batch_stands_and_falls_together() {
    let world = World::open().await;
    let mut holds = Vec::new();
    for (name, units) in [("a", 3), ("b", 3), ("c", 4)] {
        holds.push(world.agree(&news(), name, units).await.body());
    }
    let before = world.head().await;
    let refused = batch(&world, &holds, true).await;
    assert_eq!(refused.refusal(), (409, "linked".to_owned()), "{}", refused.text());
    assert_eq!((&refused.json()["hold"], &refused.json()["refusal"]), (&json!(2), &json!("settlement-blocked")));
    assert_eq!((world.head().await, world.money().await), (before, [1_800, 0, 0]));

    let stands = batch(&world, &holds[..2], true).await;
    assert_eq!(stands.status, 200, "{}", stands.text());
    assert_eq!(world.money().await, [600, 1_200, 0]);
    assert_eq!(batch(&world, &holds[..2], true).await.text(), stands.text());
    every_place_is_the_holds_own(&world, &stands.json(), &["a", "b"]).await;
    assert_eq!(batch(&world, &[], true).await.refusal(), (422, "batch-size".to_owned()));
    let twice = [holds[0].clone(), holds[0].clone()];
    assert_eq!(batch(&world, &twice, true).await.refusal(), (422, "linked".to_owned()));
}

/// The number in an answer is the fact that opened that hold: its transfer names it, and nothing else's.
async fn every_place_is_the_holds_own(world: &World, answers: &Value, names: &[&str]) {
    for (answer, name) in answers.as_array().unwrap().iter().zip(names) {
        assert_eq!(answer["effect"], "held", "{answer}");
        let transfers = world.get(ROMAN, &format!("/facts/{}/transfers", answer["seq"])).await;
        assert_eq!(transfers.status, 200, "{}", transfers.text());
        assert_eq!(transfers.json()["transfers"][0]["hold/id"], format!("hold:{name}"), "{answer}");
    }
}

#[tokio::test]
async fn a_batch_that_is_not_linked_is_answered_hold_by_hold() {
    let world = World::open().await;
    let stale = world.agree(&news(), "stale", 1).await;
    world.set(at("06:10:01"));
    let mut holds = vec![stale.body()];
    for (offer, name, units) in [(news(), "a", 3), (news(), "dear", 7), (redaction(), "b", 1)] {
        holds.push(world.agree(&offer, name, units).await.body());
    }
    holds.push(holds[1].clone());
    let answered = batch(&world, &holds, false).await;
    assert_eq!(answered.status, 200, "{}", answered.text());
    let answers = answered.json();
    let codes: Vec<_> = (0..5).map(|index| answers[index]["code"].as_str().unwrap_or("-")).collect();
    assert_eq!(codes, ["acceptance-lapsed", "-", "settlement-blocked", "-", "twice-in-batch"], "{answers}");
    every_place_is_the_holds_own(&world, &json!([answers[1], answers[3]]), &["a", "b"]).await;
    assert_eq!(world.money().await, [200, 1_600, 0]);
    // Sent again, what stands is answered as before, also when its time to be funded is over.
    world.set(at("06:20:00"));
    let again = batch(&world, &holds[..4], false).await.json();
    assert_eq!((&again[1], &again[3]), (&answers[1], &answers[3]));
    assert_eq!(world.money().await, [200, 1_600, 0]);
    let nothing = batch(&world, &holds[..1], false).await;
    assert_eq!((nothing.status, &nothing.json()[0]["code"]), (200, &json!("acceptance-lapsed")));
}

#[tokio::test]
async fn a_batch_of_somebody_elses_contract_is_refused_as_a_whole() {
    let world = World::open().await;
    let (mine, not_mine) = (world.agree(&news(), "a", 1).await, world.agree(&redaction(), "b", 1).await);
    let before = world.head().await;
    let refused = world.post(ADAM, "/holds/batch", &json!({ "holds": [mine.body(), not_mine.body()] })).await;
    assert_eq!((refused.refusal(), &refused.json()["hold"]), ((403, "not-caller".to_owned()), &json!(1)));
    let mut forged = not_mine.body();
    forged["contract"]["payment/amount"] = json!(1);
    let refused = world.post(OLA, "/holds/batch", &json!({ "holds": [forged] })).await;
    assert_eq!(refused.status, 400, "{}", refused.text());
    assert_eq!(refused.json()["hold"], 0);
    assert_eq!(world.head().await, before);
}
