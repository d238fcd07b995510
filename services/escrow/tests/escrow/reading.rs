//! What is read: statements, the stream of facts, blobs, and what the service says of itself.

mod blobs;
mod statements;

use crate::support::{ADAM, GATEWAY, OPERATOR, ROMAN, World, at};
use earnest_artifacts::vocabulary::ConfirmationMode::SelfConfirmed;

#[tokio::test]
async fn the_facts_resume_where_a_reader_left_and_go_on_as_they_come() {
    let world = World::open().await;
    let (before, head) = world.head().await;
    let mut events = world.stream(GATEWAY, 0).await.unwrap_or_else(|refused| panic!("{}", refused.text()));
    for seq in 1..=before {
        let event = events.next().await.unwrap();
        assert_eq!(event.data["seq"], seq);
        if seq == before {
            assert_eq!(event.data["head"], head);
        }
    }
    let papers = world.held("a", SelfConfirmed).await;
    let opened = events.next().await.unwrap();
    assert_eq!((opened.id, opened.name.as_str()), (before + 1, "ledger/hold-created.v1"));
    assert_eq!(opened.data["fact"]["contract"], papers.contract.id.as_str());
    drop(events);

    // What happened while nobody read comes after the last event that was heard. Documents are not shown.
    let mut resumed = world.stream(OPERATOR, opened.id).await.unwrap_or_else(|refused| panic!("{}", refused.text()));
    for seq in opened.id + 1..=opened.id + 3 {
        let event = resumed.next().await.unwrap();
        assert_eq!((event.id, event.name.as_str()), (seq, "escrow/evidence.v1"));
        assert_eq!(event.data["fact"], serde_json::json!({}));
    }
    world.set(at("06:35:00"));
    let expired = resumed.next().await.unwrap();
    assert_eq!((expired.id, expired.name.as_str()), (opened.id + 4, "ledger/hold-refunded.v1"));
    assert_eq!(expired.data["at"], "2026-04-01T06:35:00Z");
}

#[tokio::test]
async fn a_reader_who_is_ahead_of_the_journal_waits_and_breaks_nothing() {
    let world = World::open().await;
    for after in [u64::MAX, u64::MAX - 1, 1 << 53] {
        let stream = world.stream(OPERATOR, after).await;
        assert!(stream.is_ok(), "{after}");
        let transfers = world.get(OPERATOR, &format!("/facts/{after}/transfers")).await;
        assert_eq!(transfers.status, 404, "{after}");
    }
    assert_eq!(world.get(OPERATOR, "/facts/0/transfers").await.status, 404);
    assert_eq!(world.ask("/health/live").await.status, 200);
}

#[tokio::test]
async fn a_stream_ends_when_the_service_stops() {
    let mut world = World::open().await;
    let mut events = world.stream(OPERATOR, world.head().await.0).await.unwrap_or_else(|_| panic!("a stream"));
    world.down().await;
    assert!(events.next().await.is_none());
}

#[tokio::test]
async fn the_service_describes_itself_and_counts() {
    let world = World::open().await;
    let document = world.ask("/openapi.json").await.json();
    let described = earnest_escrow::openapi().unwrap();
    for (path, operations) in described["paths"].as_object().unwrap() {
        assert!(document["paths"][path] == *operations, "{path}");
    }
    let facts = &document["paths"]["/facts"]["get"]["responses"]["200"]["content"];
    assert!(facts.get("text/event-stream").is_some(), "{facts}");
    let health = world.ask("/health").await.json();
    assert_eq!((&health["ready"], &health["checks"][1]["name"]), (&true.into(), &"writer".into()));
    let papers = world.held("a", SelfConfirmed).await;
    assert_eq!(world.get(ADAM, &papers.path("/hold")).await.status, 200);
    assert_eq!(world.get(ROMAN, "/accounts/account:fed-pl-main:nobody").await.status, 404);
    let metrics = world.ask("/metrics").await.text();
    let (last, _) = world.head().await;
    for line in [
        "earnest_escrow_answers_total{effect=\"held\"} 1".to_owned(),
        "earnest_escrow_answers_total{effect=\"account-opened\"} 5".to_owned(),
        format!("earnest_escrow_facts {last}"),
        "earnest_refusals_total{code=\"unknown\"} 1".to_owned(),
        "earnest_http_requests_total{route=\"/holds\",method=\"POST\",status=\"200\"} 1".to_owned(),
    ] {
        assert!(metrics.contains(&line), "{line}\n{metrics}");
    }
}
