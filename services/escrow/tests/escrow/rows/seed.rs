//! The figures of the seed: 500.00 PLN are 450.00 and a fee of 50.00, the morning costs 102.00, and 348.00 are left.

use earnest_artifacts::{LedgerTransfer, ServiceOffer, Verified};
use serde_json::Value;

use crate::support::{
    GATEWAY, MARCIN, OPERATOR, ROMAN, World, accept, account, at, illustration, news, png, receipt, redaction,
};

/// Two researches of three items, six redactions, six illustrations (decision E2).
fn morning() -> Vec<(ServiceOffer, String, u64)> {
    let research = ["breakfast", "lunch"].map(|meal| (news(), meal.to_owned(), 3));
    let redactions = (1..=6).map(|number| (redaction(), format!("redaction-{number}"), 1));
    let drawings = (1..=6).map(|number| (illustration(), format!("drawing-{number}"), 1));
    research.into_iter().chain(redactions).chain(drawings).collect()
}

#[tokio::test]
async fn the_morning_of_the_seed_costs_102_00_of_450_00_and_leaves_348_00() {
    let world = World::empty(|_| {}).await;
    world.accounts().await;
    assert_eq!(world.say(GATEWAY, "/gateway-receipts", &receipt("01JVGW001", 500)).await.effect(), "topped-up");
    assert_eq!(
        (world.balance("casualfeeders").await, world.balance("community-pool").await),
        ((45_000, 0), (5_000, 0))
    );
    world.set(at("06:05:00"));
    let mut open = Vec::new();
    for (offer, name, units) in morning() {
        open.push(world.held_of(&offer, &name, units).await);
    }
    assert_eq!(world.balance("casualfeeders").await, (34_800, 10_200));
    let image = png(1_024, 768);
    for papers in &open {
        if papers.provider == MARCIN {
            let digest = earnest_base::Sha256Digest::of(&image);
            let put = world.put(MARCIN, &papers.path(&format!("/blobs/{digest}")), &image).await;
            assert_eq!(put.status, 204, "{}", put.text());
        }
        let response = world.delivered(papers).await;
        assert_eq!(world.say(ROMAN, "/decisions", &accept(papers, &response, world.now())).await.effect(), "released");
    }
    assert_eq!(world.balance("casualfeeders").await, (34_800, 0));
    for (name, earned) in [("adam", 1_200), ("ola", 6_000), ("marcin", 3_000), ("community-pool", 5_000)] {
        assert_eq!(world.balance(name).await, (earned, 0), "{name}");
    }
    transfers_are_documents(&world).await;
    every_spend_names_its_top_up(&world).await;
}

/// Every fact that moved money has its transfers, each signed by the escrow.
async fn transfers_are_documents(world: &World) {
    let (last, _) = world.head().await;
    let mut kinds = std::collections::BTreeMap::new();
    for seq in 1..=last {
        let answer = world.get(OPERATOR, &format!("/facts/{seq}/transfers")).await;
        for transfer in answer.json()["transfers"].as_array().into_iter().flatten() {
            let transfer: Verified<LedgerTransfer> = Verified::parse(transfer.to_string().as_bytes()).unwrap();
            assert_eq!(transfer.fact_seq.value(), seq);
            *kinds.entry(format!("{:?}", transfer.kind)).or_insert(0) += 1;
        }
    }
    let expected = [("EscrowHold", 14), ("Release", 14), ("TopUpCredit", 2)];
    assert_eq!(kinds, expected.map(|(kind, count)| (kind.to_owned(), count)).into());
}

/// 14 spends after the credit, each paid from the one top-up there was (decision E14).
async fn every_spend_names_its_top_up(world: &World) {
    let statement = world.get(ROMAN, &format!("/accounts/{}/statement", account("casualfeeders"))).await.json();
    let entries = statement["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 15);
    assert_eq!((&entries[0]["kind"], &entries[0]["credit"]), (&Value::from("top-up-credit"), &Value::from(true)));
    for entry in &entries[1..] {
        let paid = entry["paid-from"].as_array().unwrap();
        assert_eq!((paid.len(), paid[0]["source"]["id"].as_str()), (1, Some("gw:01JVGW001")), "{entry}");
    }
    assert_eq!(entries[14]["available"], 34_800);
}
