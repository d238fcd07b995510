//! Streams of events: from the beginning, from where they broke off, and for readers who do not read.

use earnest_kit::{ServerSettings, Verifier};
use tokio::time::timeout;

use crate::{
    echo::{hasty, start},
    wire::{PATIENCE, Wire, ask, request},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_gets_each_event_once_across_a_break() {
    let service = start(ServerSettings { head_within_ms: 5_000, ..hasty() }, Verifier::in_memory()).await;
    let mut first = Wire::open(service.address).await;
    first.send(request(service.address, "GET /events", "", "")).await;
    first.until("\r\n\r\n").await.unwrap();
    for n in 1..=200 {
        service.events.push("tick", format!("{{\"n\":{n}}}"));
    }
    first.until("data: {\"n\":150}\n\n").await.unwrap();
    drop(first);
    let mut second = Wire::open(service.address).await;
    second.send(request(service.address, "GET /events", "last-event-id: 150\r\n", "")).await;
    let next = second.until("data: {\"n\":151}\n\n").await.unwrap();
    assert!(next.contains("id: 151") && !next.contains("id: 150"), "{next}");
    second.until("data: {\"n\":200}\n\n").await.unwrap();
    second.until(":\n\n").await.expect("a heartbeat while nothing happens");
    service.events.push("tick", "late".to_owned());
    second.until("data: late\n\n").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_who_was_away_for_too_long_is_told() {
    let service = start(hasty(), Verifier::in_memory()).await;
    for _ in 0..1_500 {
        service.events.push("tick", String::new());
    }
    let answer = ask(service.address, "GET /events", "last-event-id: 10\r\n", "").await;
    assert_eq!((answer.status, answer.code().as_str()), (410, "events-gone"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_who_does_not_read_is_cut_off() {
    let service = start(hasty(), Verifier::in_memory()).await;
    let mut reader = Wire::open(service.address).await;
    reader.send(request(service.address, "GET /events", "", "")).await;
    reader.until("\r\n\r\n").await.unwrap();
    // More than the sockets' buffers hold: what is not taken stays in the source, and the connection ends.
    for _ in 0..900 {
        service.events.push("tick", "x".repeat(64 * 1024));
    }
    let metrics = || async { ask(service.address, "GET /metrics", "", "").await.body };
    let open = |metrics: &str| metrics.lines().find_map(|line| line.strip_prefix("earnest_connections ")?.parse().ok());
    let cut_off = async { while open(&metrics().await) != Some(1_u32) {} };
    timeout(PATIENCE, cut_off).await.expect("the reader to be cut off");
}
