//! HTTP for others, RPC for our own services: what one tells, the other tells.

use std::{sync::Arc, time::Duration};

use earnest_base::{Count, PaymentId, Timestamp};
use earnest_client::{
    gateway::{Relay, SettleError, settle},
    paying::Persistence,
};
use earnest_payment::{
    Cause, ErrorCode, Event, FailedReason, Lookup, Outage, Payment, PaymentRequest, PaymentStatus, PublicUrl,
    RefusedSubmission, State, Submission, Waits, answer, apply, http,
    rpc::{self, RpcCall, RpcRequest, SubmitResult},
};
use earnest_ports::{Clock, DrivenClock};
use serde::Serialize;

use crate::server::{Answered, Asked, Gateway};

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix_millis(1_775_023_800_000 + seconds * 1000).unwrap()
}

fn id() -> PaymentId {
    "pay_01".parse().unwrap()
}

/// A payment in each state in which a relay tells one.
fn payments() -> Vec<Payment> {
    let event = |seconds, cause| Event { payment_id: id(), at: at(seconds), cause };
    let txid = || "ab".repeat(32).parse().unwrap();
    let submitted = Payment::submit(id(), at(0), at(30), at(60)).unwrap();
    let held = Waits::SenderGap { provided: Count::new(7).unwrap(), expected: Count::new(5).unwrap() };
    let queued = apply(&submitted, &event(1, Cause::Enqueued { waits: held, deadline: at(30) })).unwrap();
    let failed =
        apply(&queued, &event(2, Cause::Failed { reason: FailedReason::SenderNonceStale, detail: None })).unwrap();
    let sending = apply(&queued, &event(2, Cause::Dispatched { deadline: at(30) })).unwrap();
    let mempool = apply(&sending, &event(3, Cause::Accepted { txid: txid() })).unwrap();
    let height = Count::new(9).unwrap();
    let confirmed =
        apply(&mempool, &event(4, Cause::Confirmed { txid: txid(), block_height: height, explorer_url: None }))
            .unwrap();
    vec![queued, failed, sending, mempool, confirmed]
}

fn request() -> PaymentRequest {
    serde_json::from_str(r#"{"payment": {"x402Version": 2}, "requirements": {"scheme": "exact"}}"#).unwrap()
}

fn text(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap()
}

/// A gateway whose every answer comes from one outcome, over both transports.
fn serving(submission: Result<Submission, Outage>) -> impl Fn(&str, &Asked) -> Answered + Send + Sync {
    move |base, asked| {
        let gateway = PublicUrl::new(&base.parse().unwrap()).unwrap();
        let told = match &submission {
            Ok(Submission::Accepted(payment)) => Ok(answer(Lookup::Record(payment))),
            Ok(Submission::Refused(_)) => Ok(answer(Lookup::Nothing(&id()))),
            Err(outage) => Err(*outage),
        };
        let over_http = |answer: http::HttpAnswer| (answer.status, answer.retry_after_secs, text(&answer.body));
        match (asked.method.as_str(), asked.path.as_str()) {
            ("POST", "/payments") => {
                assert_eq!(serde_json::from_slice::<PaymentRequest>(&asked.body).unwrap(), request());
                over_http(http::submitted(&submission, &gateway))
            }
            ("GET", "/payments/pay_01") => over_http(http::polled(&told, &gateway)),
            ("POST", "/rpc") => {
                assert!(asked.is_signed);
                let RpcRequest { id, call } = RpcRequest::parse(&asked.body).unwrap();
                match call {
                    RpcCall::SubmitPayment(found) => {
                        assert_eq!(found, request());
                        (200, None, text(&rpc::submitted(id, &submission, &gateway)))
                    }
                    RpcCall::CheckPayment(_) => (200, None, text(&rpc::polled(id, &told, &gateway))),
                    RpcCall::GetSponsorStatus => (404, None, String::new()),
                }
            }
            other => panic!("{other:?}"),
        }
    }
}

/// Every outcome of a submission, with what a client has to read from it.
async fn reads_every_outcome(relay_of: impl Fn(&Gateway) -> Arc<dyn Relay>) {
    for payment in payments() {
        let gateway = Gateway::start(serving(Ok(Submission::Accepted(payment.clone())))).await;
        let public = PublicUrl::new(&gateway.base.parse().unwrap()).unwrap();
        let expected = PaymentStatus::new(&answer(Lookup::Record(&payment)), &public);
        let relay = relay_of(&gateway);
        assert_eq!(relay.submit(&request()).await.unwrap(), SubmitResult::Accepted(expected.clone()));
        assert_eq!(relay.status(&id()).await.unwrap().status, expected);
        assert_eq!(relay.origin(), gateway.base);
    }
    for code in ErrorCode::ALL {
        let refused = RefusedSubmission { code: *code, error: "no".to_owned(), help: Some("wait".to_owned()) };
        let gateway = Gateway::start(serving(Ok(Submission::Refused(refused.clone())))).await;
        let relay = relay_of(&gateway);
        assert_eq!(relay.submit(&request()).await.unwrap(), SubmitResult::Refused(refused), "{code}");
        assert_eq!(relay.status(&id()).await.unwrap().status.state(), State::NotFound);
    }
    // An outage says nothing about any payment.
    let gateway = Gateway::start(serving(Err(Outage))).await;
    let relay = relay_of(&gateway);
    assert!(relay.submit(&request()).await.unwrap_err().is_retryable());
    assert!(relay.status(&id()).await.unwrap_err().is_retryable());
}

#[tokio::test]
async fn adapter_external_client_uses_shared_types() {
    reads_every_outcome(|gateway| Arc::new(gateway.client().http())).await;
}

#[tokio::test]
async fn adapter_internal_service_uses_shared_types() {
    reads_every_outcome(|gateway| Arc::new(gateway.client().rpc())).await;
}

#[tokio::test]
async fn adapter_fails_closed_without_polling_identity() {
    for body in [
        "{}",
        r#"{"status": "queued", "category": "in-flight", "checkStatusUrl": "http://127.0.0.1:1/payments/pay_01"}"#,
        r#"{"status": "queued", "category": "in-flight", "paymentId": "pay_01"}"#,
        r#"{"status": "queued", "category": "in-flight", "paymentId": "pay_01", "checkStatusUrl": "/payments/pay_01"}"#,
        r#"{"status": "submitted", "paymentId": "pay_01"}"#,
    ] {
        let gateway = Gateway::start(move |_, asked| match asked.path.as_str() {
            "/payments" => (202, None, body.to_owned()),
            _ => (200, None, format!(r#"{{"jsonrpc": "2.0", "id": {}, "result": {body}}}"#, asked.number)),
        })
        .await;
        let clock = DrivenClock::new(at(0));
        for relay in [Arc::new(gateway.client().http()) as Arc<dyn Relay>, Arc::new(gateway.client().rpc())] {
            let before = gateway.asked().len();
            let error = settle(&*relay, &request(), &Persistence::default(), &clock).await.unwrap_err();
            let SettleError::Relay(error) = error else { panic!("{error}") };
            assert_eq!((error.code(), gateway.asked().len()), ("answer-invalid", before + 1), "{body}");
        }
    }
}

/// A clock that is where it is waited for.
struct Leaping(DrivenClock);

#[async_trait::async_trait]
impl Clock for Leaping {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    async fn until(&self, moment: Timestamp) {
        self.0.set(moment.max(self.0.now()));
    }
}

#[tokio::test]
async fn retry_bounded_client() {
    let bounds = Persistence { sends: 4, polls: 6, ..Persistence::default() };
    let queued = payments().remove(0);
    type Serve = Box<dyn Fn(&str, &Asked) -> Answered + Send + Sync>;
    let busy = RefusedSubmission { code: ErrorCode::SponsorExhausted, error: "full".to_owned(), help: None };
    let stale = RefusedSubmission { code: ErrorCode::SenderNonceStale, error: "old".to_owned(), help: None };
    let silent = serving(Ok(Submission::Accepted(queued.clone())));
    let cases: Vec<(Serve, usize, &str)> = vec![
        (Box::new(serving(Ok(Submission::Accepted(queued)))), 1 + 6, "under way"),
        (Box::new(serving(Ok(Submission::Refused(busy)))), 4, "refused"),
        // What the sender has to mend is not sent again.
        (Box::new(serving(Ok(Submission::Refused(stale)))), 1, "refused"),
        (Box::new(serving(Err(Outage))), 4, "relay"),
        (Box::new(|_, _| (502, Some(31_536_000), "<html>".to_owned())), 4, "relay"),
        (Box::new(|_, _| (401, None, r#"{"code": "request-signature-missing", "title": "x"}"#.to_owned())), 1, "relay"),
        (
            Box::new(
                move |base, asked| if asked.number == 0 { silent(base, asked) } else { (503, None, String::new()) },
            ),
            1 + 4,
            "relay",
        ),
    ];
    for (index, (serve, calls, end)) in cases.into_iter().enumerate() {
        let gateway = Gateway::start(serve).await;
        let clock = Leaping(DrivenClock::new(at(0)));
        let relay = gateway.client().http();
        let found = match settle(&relay, &request(), &bounds, &clock).await.unwrap_err() {
            SettleError::UnderWay(_) => "under way",
            SettleError::Refused(_) => "refused",
            SettleError::Relay(_) => "relay",
        };
        assert_eq!((found, gateway.asked().len()), (end, calls), "case {index}");
        // No pause is longer than the longest, whatever a server asks for.
        let longest = bounds.longest_pause * u32::try_from(calls).unwrap();
        let waited = Duration::from_millis((clock.now().unix_millis() - at(0).unix_millis()).unsigned_abs());
        assert!(waited <= longest, "case {index}: {waited:?}");
    }
}

#[tokio::test]
async fn a_service_settles_over_either_transport() {
    let [queued, .., confirmed] = <[Payment; 5]>::try_from(payments()).unwrap();
    for over_rpc in [false, true] {
        let (first, then) =
            (serving(Ok(Submission::Accepted(queued.clone()))), serving(Ok(Submission::Accepted(confirmed.clone()))));
        let gateway =
            Gateway::start(move |base, asked| if asked.number < 3 { first(base, asked) } else { then(base, asked) })
                .await;
        let relay: Arc<dyn Relay> =
            if over_rpc { Arc::new(gateway.client().rpc()) } else { Arc::new(gateway.client().http()) };
        let clock = Leaping(DrivenClock::new(at(0)));
        let status = settle(&*relay, &request(), &Persistence::default(), &clock).await.unwrap();
        assert!(matches!(status, PaymentStatus::Confirmed(_)), "{status:?}");
        assert_eq!(gateway.asked().len(), 4);
    }
}

#[tokio::test]
async fn an_answer_to_another_call_is_not_believed() {
    let gateway = Gateway::start(|_, asked| {
        let RpcRequest { call, .. } = RpcRequest::parse(&asked.body).unwrap();
        assert!(matches!(call, RpcCall::CheckPayment(_)));
        let status = r#"{"status": "not_found", "paymentId": "pay_01", "category": "terminal-failure",
            "terminalReason": "unknown_payment_identity", "reasonCategory": "identity", "recoveryOwner": "caller",
            "clientAction": "restart-higher-level-flow-with-new-payment-identity", "retryable": false, "error": "no"}"#;
        (200, None, format!(r#"{{"jsonrpc": "2.0", "id": 999, "result": {status}}}"#))
    })
    .await;
    assert_eq!(gateway.client().rpc().status(&id()).await.unwrap_err().code(), "answer-other");
}
