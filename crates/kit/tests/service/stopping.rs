//! Stopping in good order, and saying beforehand whether requests can be served.

use std::sync::atomic::Ordering;

use earnest_kit::{ServerSettings, Verifier};
use tokio::time::timeout;

use crate::{
    echo::{hasty, start},
    wire::{PATIENCE, Wire, ask, request},
};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_under_way_is_finished_and_nothing_new_is_taken() {
    let service = start(hasty(), Verifier::in_memory()).await;
    let mut under_way = Wire::open(service.address).await;
    under_way.send(request(service.address, "GET /held", "", "")).await;
    service.reached.notified().await;
    let mut idle = Wire::open(service.address).await;
    idle.send(request(service.address, "GET /note", "", "")).await;
    assert_eq!(idle.answer().await.unwrap().status, 200);
    let mut stream = Wire::open(service.address).await;
    stream.send(request(service.address, "GET /events", "", "")).await;
    stream.until("\r\n\r\n").await.unwrap();
    service.stopper.stop();
    assert!(idle.ends().await, "an idle connection ends at once");
    assert!(stream.until("0\r\n\r\n").await.is_some(), "a stream ends in good order");
    service.gate.notify_one();
    let answer = under_way.answer().await.unwrap();
    assert_eq!((answer.status, answer.body.as_str()), (200, "held"));
    timeout(PATIENCE, service.served).await.unwrap().unwrap();
    assert!(tokio::net::TcpStream::connect(service.address).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_finish_in_time_is_cut_off() {
    let service = start(ServerSettings { stop_within_ms: 100, ..hasty() }, Verifier::in_memory()).await;
    let mut under_way = Wire::open(service.address).await;
    under_way.send(request(service.address, "GET /held", "", "")).await;
    service.reached.notified().await;
    service.stopper.stop();
    timeout(PATIENCE, service.served).await.unwrap().unwrap();
    assert!(under_way.ends().await);
}

/// Under load, every request that was answered was answered whole, and the service stops while more come.
#[tokio::test(flavor = "multi_thread")]
async fn a_stop_under_load_breaks_no_answer() {
    let service = start(hasty(), Verifier::in_memory()).await;
    let callers: Vec<_> = (0..8)
        .map(|_| {
            let address = service.address;
            tokio::spawn(async move {
                let mut answered = 0_u32;
                let mut wire = Wire::open(address).await;
                loop {
                    wire.send(request(address, "POST /note", "content-type: application/json\r\n", "{\"text\":\"a\"}"))
                        .await;
                    match wire.answer().await {
                        Some(answer) => assert_eq!(answer.status, 200),
                        None => return (answered, wire.ends().await),
                    }
                    answered += 1;
                }
            })
        })
        .collect();
    for _ in 0..100 {
        assert_eq!(ask(service.address, "GET /note", "", "").await.status, 200);
    }
    service.stopper.stop();
    timeout(PATIENCE, service.served).await.unwrap().unwrap();
    for caller in callers {
        let (answered, whole) = caller.await.unwrap();
        assert!(answered > 0 && whole, "expected whole answers, and nothing after the last");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ready_means_that_a_request_could_be_served_now() {
    let service = start(hasty(), Verifier::in_memory()).await;
    let health = ask(service.address, "GET /health", "", "").await;
    assert_eq!((health.status, health.json()["ready"].as_bool()), (200, Some(true)));
    service.ready.store(false, Ordering::SeqCst);
    let health = ask(service.address, "GET /health/ready", "", "").await;
    assert_eq!((health.status, health.code().as_str()), (503, "not-ready"));
    assert_eq!(health.json()["checks"][1]["reason"], "the store does not answer");
    assert_eq!(ask(service.address, "GET /health/live", "", "").await.status, 200);
}
