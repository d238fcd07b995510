//! A gateway over HTTP: submitted, polled, and believed only about the payment that was submitted.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use earnest_payment::{ErrorCode, FailedReason, RefusedSubmission, http::Problem};
use earnest_paywall::GatewaySettler;
use earnest_ports::{DrivenClock, MemoryStore};
use earnest_x402::header as x402;
use serde_json::{Value, json};

use crate::{
    buyer::{Buyer, encoded, get},
    market::{SELLER, Told, limits, long, memory_till, paywall, send, start},
    settler::underway,
    stub::{Heard, Says, Stub},
};

fn confirmed(id: &str) -> String {
    json!({ "status": "confirmed", "paymentId": id, "category": "terminal-success", "txid": "ab".repeat(32),
        "blockHeight": 7, "confirmedAt": "2026-04-01T06:10:01Z" })
    .to_string()
}

fn ended(status: &str) -> String {
    let status = match status {
        "failed" => earnest_payment::PaymentStatus::Failed(earnest_payment::FailedStatus {
            payment_id: "pay_01".parse().unwrap(),
            reason: FailedReason::ChainAbort,
            error: "the ledger refused the transfer".to_owned(),
            txid: None,
        }),
        "replaced" => earnest_payment::PaymentStatus::Replaced(earnest_payment::ReplacedStatus {
            payment_id: "pay_01".parse().unwrap(),
            reason: earnest_payment::ReplacedReason::Superseded,
            error: "another transaction took its place".to_owned(),
            txid: "cd".repeat(32).parse().unwrap(),
        }),
        _ => earnest_payment::PaymentStatus::NotFound(earnest_payment::NotFoundStatus {
            payment_id: "pay_01".parse().unwrap(),
            reason: earnest_payment::NotFoundReason::UnknownPaymentIdentity,
            error: "no such payment".to_owned(),
        }),
    };
    serde_json::to_string(&status).unwrap()
}

fn queued() -> String {
    serde_json::to_string(&underway("queued")).unwrap()
}

/// A gateway that takes submissions with this answer, and says these in turn of polls; the last one for ever.
async fn gateway(submitted: Says, polls: Vec<Says>) -> Stub {
    let next = AtomicUsize::new(0);
    Stub::start(move |heard: &Heard| match (heard.method.as_str(), heard.target.as_str()) {
        ("POST", "/verify") => Says::Json(200, json!({ "isValid": true, "payer": Buyer(1).account() }).to_string()),
        ("POST", "/payments") => submitted.clone(),
        ("GET", "/payments/pay_01") => {
            let index = next.fetch_add(1, Ordering::SeqCst);
            polls[index.min(polls.len() - 1)].clone()
        }
        _ => Says::Json(404, "{}".to_owned()),
    })
    .await
}

struct Shop {
    app: axum::Router,
}

async fn shop(gateway: &Stub, wait: Duration) -> Shop {
    let clock = Arc::new(DrivenClock::new(start()));
    let till = memory_till(&MemoryStore::new("till".parse().unwrap()), &clock);
    assert!(till.opened().await);
    let settler = GatewaySettler::new(&gateway.url, Duration::from_secs(5)).unwrap();
    let limits = earnest_paywall::Limits { settle_within: wait, ..limits() };
    let wall = paywall(&till, Arc::new(settler), limits);
    let route = wall.price("0.25 ORC").unwrap().pay_to(SELLER).unwrap();
    Shop { app: axum::Router::new().route("/report", axum::routing::get(|| async { "report" }).layer(route)) }
}

async fn pay(shop: &Shop) -> Told {
    let wanted = get("/report");
    let demand = send(&shop.app, &wanted, &[]).await.demand();
    let payment = Buyer(1).orc(&demand, &wanted, &long("a"), Some("report-of-adam-01"), start());
    send(&shop.app, &wanted, &[(x402::PAYMENT_SIGNATURE, &encoded(&payment))]).await
}

#[tokio::test]
async fn a_payment_is_submitted_and_looked_at_until_it_is_confirmed() {
    let polls = vec![Says::Json(200, queued()), Says::Json(503, "{}".to_owned()), Says::Json(200, confirmed("pay_01"))];
    let stub = gateway(Says::Json(202, queued()), polls).await;
    let told = pay(&shop(&stub, Duration::from_secs(20)).await).await;
    assert!(told.is_delivered(), "{told:?}");
    assert_eq!(told.settled().transaction, "ab".repeat(32));
    let submitted = stub.heard().into_iter().find(|heard| heard.target == "/payments").unwrap();
    let body: Value = serde_json::from_str(&submitted.body).unwrap();
    assert_eq!(body["paymentIdentifier"], "report-of-adam-01");
    assert_eq!(body["payment"]["accepted"], body["requirements"]);
}

#[tokio::test]
async fn no_end_but_confirmed_delivers_and_nobody_is_asked_again_after_one() {
    for status in ["failed", "replaced", "not_found"] {
        let code = if status == "not_found" { 404 } else { 200 };
        let stub = gateway(Says::Json(202, queued()), vec![Says::Json(code, ended(status))]).await;
        let shop = shop(&stub, Duration::from_secs(20)).await;
        let told = pay(&shop).await;
        assert_eq!((told.status.as_u16(), told.is_delivered()), (402, false), "{status}: {told:?}");
        let asked = stub.heard().len();
        assert_eq!(pay(&shop).await.status, 402);
        assert_eq!(stub.heard().len(), asked, "{status}");
    }
}

#[tokio::test]
async fn what_is_still_in_flight_when_the_wait_is_over_is_told_with_its_identity() {
    let stub = gateway(Says::Json(202, queued()), vec![Says::Json(200, queued())]).await;
    let told = pay(&shop(&stub, Duration::from_millis(300)).await).await;
    assert_eq!((told.status.as_u16(), told.json()["paymentId"].as_str()), (202, Some("pay_01")), "{told:?}");
}

#[tokio::test]
async fn refusals_are_told_apart_from_outages_and_answers_without_identity_are_none() {
    let problem = |code: ErrorCode| {
        let refused = RefusedSubmission { code, error: "refused".to_owned(), help: None };
        let problem = Problem::refused(&refused);
        Says::Json(problem.status(), serde_json::to_string(&problem).unwrap())
    };
    let without_id = json!({ "status": "queued", "category": "in-flight" }).to_string();
    for (case, submitted, status) in [
        ("a sender's fault", problem(ErrorCode::SenderNonceStale), 402),
        ("too little", problem(ErrorCode::InsufficientFunds), 402),
        ("a sponsor's trouble", problem(ErrorCode::SponsorExhausted), 502),
        ("a fault of the relay", problem(ErrorCode::InternalError), 502),
        ("no identity", Says::Json(202, without_id), 502),
        ("no status", Says::Json(200, "{}".to_owned()), 502),
        ("no reason", Says::Json(400, "{}".to_owned()), 502),
        ("nothing", Says::Nothing, 502),
    ] {
        let stub = gateway(submitted, vec![Says::Json(404, "{}".to_owned())]).await;
        let told = pay(&shop(&stub, Duration::from_secs(6)).await).await;
        assert_eq!((told.status.as_u16(), told.is_delivered()), (status, false), "{case}: {told:?}");
    }
}

#[tokio::test]
async fn a_status_of_another_payment_is_not_believed() {
    let stub = gateway(Says::Json(202, queued()), vec![Says::Json(200, confirmed("pay_02"))]).await;
    let told = pay(&shop(&stub, Duration::from_millis(300)).await).await;
    assert_eq!((told.status.as_u16(), told.is_delivered()), (202, false));
}
