//! Payments from their submission to their end, over both transports.

use serde_json::{Value, json};

use crate::support::{Fate, Pay, World};

/// A transport: how a payment is submitted and asked after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Transport {
    Http,
    Rpc,
}

impl Transport {
    /// Submits, and answers the status that is told at once.
    async fn submit(self, world: &World, body: &Value) -> Value {
        match self {
            Self::Http => {
                let answer = world.post(None, "/payments", body).await;
                let status = answer.json();
                let ended = status["category"] != "in-flight";
                assert_eq!(answer.status, if ended { 200 } else { 202 }, "{}", answer.text());
                assert_eq!(answer.header("retry-after").is_some(), !ended, "{}", answer.head);
                status
            }
            Self::Rpc => {
                let mut result = world.rpc("submitPayment", body).await["result"].take();
                assert_eq!(result["accepted"], true, "{result}");
                result.as_object_mut().unwrap().remove("accepted");
                result
            }
        }
    }

    async fn check(self, world: &World, payment_id: &str) -> Value {
        match self {
            Self::Http => {
                let answer = world.ask(&format!("/payments/{payment_id}")).await;
                let status = answer.json();
                let found = status["status"] != "not_found";
                assert_eq!(answer.status, if found { 200 } else { 404 }, "{}", answer.text());
                status
            }
            Self::Rpc => world.rpc("checkPayment", &json!({ "paymentId": payment_id })).await["result"].take(),
        }
    }
}

const BOTH: [Transport; 2] = [Transport::Http, Transport::Rpc];

/// The status of a payment without what differs from payment to payment.
fn told(mut status: Value) -> Value {
    for name in ["paymentId", "txid", "confirmedAt"] {
        if let Some(member) = status.get_mut(name) {
            *member = "…".into();
        }
    }
    status
}

/// A payment that ends so, submitted and asked after over one transport; what is true in the end.
async fn slice(world: &World, transport: Transport, fate: &str) -> Value {
    let pay = Pay::adams(&format!("{fate}-{transport:?}"));
    let at_first = transport.submit(world, &pay.body(world.now())).await;
    let payment_id = at_first["paymentId"].as_str().unwrap();
    if at_first["category"] == "in-flight" {
        assert_eq!(at_first["checkStatusUrl"], format!("http://gateway.example/payments/{payment_id}"));
    }
    world.until_ended(payment_id).await;
    let ended = transport.check(world, payment_id).await;
    for asks in BOTH {
        assert_eq!(asks.check(world, payment_id).await, ended, "{asks:?} of a payment by {transport:?}");
    }
    ended
}

async fn slices(fate: &str, status: &str, reason: Option<&str>) {
    let world = World::open().await;
    let [http, rpc] = [Transport::Http, Transport::Rpc].map(|transport| slice(&world, transport, fate));
    let (http, rpc) = (http.await, rpc.await);
    assert_eq!((http["status"].as_str(), http["terminalReason"].as_str()), (Some(status), reason), "{http}");
    assert_eq!(told(http), told(rpc));
}

#[tokio::test]
async fn e2e_http_client_pays_and_confirms() {
    let world = World::open().await;
    let ended = slice(&world, Transport::Http, "confirmed").await;
    assert_eq!((ended["status"].as_str(), ended["blockHeight"].as_u64()), (Some("confirmed"), Some(7)));
    assert_eq!((world.rail.sent("confirmed-Http"), world.rail.paid("confirmed-Http")), (1, 1));
}

#[tokio::test]
async fn e2e_rpc_service_pays_and_confirms() {
    let world = World::open().await;
    let ended = slice(&world, Transport::Rpc, "confirmed").await;
    assert_eq!((ended["status"].as_str(), ended["blockHeight"].as_u64()), (Some("confirmed"), Some(7)));
    assert_eq!((world.rail.sent("confirmed-Rpc"), world.rail.paid("confirmed-Rpc")), (1, 1));
}

#[tokio::test]
async fn both_transports_tell_a_confirmed_payment_alike() {
    slices("confirmed", "confirmed", None).await;
}

#[tokio::test]
async fn both_transports_tell_a_failed_payment_alike() {
    slices("refused", "failed", Some("invalid_transaction")).await;
    slices("aborted", "failed", Some("chain_abort")).await;
}

#[tokio::test]
async fn both_transports_tell_a_replaced_payment_alike() {
    slices("replaced", "replaced", Some("nonce_replacement")).await;
}

#[tokio::test]
async fn both_transports_tell_alike_of_what_was_never_given_and_of_what_has_aged_out() {
    let world = World::open().await;
    let mut aged_out = Vec::new();
    for transport in BOTH {
        let pay = Pay::adams(&format!("refused-{transport:?}"));
        let status = transport.submit(&world, &pay.body(world.now())).await;
        let payment_id = status["paymentId"].as_str().unwrap().to_owned();
        world.until_ended(&payment_id).await;
        aged_out.push(payment_id);
    }
    world.pass(31 * 86_400);
    // Any command lets what is due come first.
    let asks = Pay::adams("confirmed-later");
    world.pay(&asks.body(world.now())).await;
    for (payment_id, reason) in
        aged_out.iter().map(|id| (id.as_str(), "expired")).chain([("pay_never", "unknown_payment_identity")])
    {
        let [http, rpc] =
            [Transport::Http.check(&world, payment_id).await, Transport::Rpc.check(&world, payment_id).await];
        assert_eq!((http["status"].as_str(), http["terminalReason"].as_str()), (Some("not_found"), Some(reason)));
        assert_eq!(http, rpc);
    }
}

#[tokio::test]
async fn e2e_covers_confirmed_failed_replaced_not_found() {
    let world = World::open().await;
    for (fate, status) in [("confirmed", "confirmed"), ("aborted", "failed"), ("replaced", "replaced")] {
        for transport in BOTH {
            assert_eq!(slice(&world, transport, fate).await["status"], status);
        }
    }
    for transport in BOTH {
        assert_eq!(transport.check(&world, "pay_nobody").await["status"], "not_found");
    }
}

#[tokio::test]
async fn e2e_terminal_failure_stable_across_repeated_polls() {
    let mut world = World::open().await;
    let ended = slice(&world, Transport::Http, "refused").await;
    let payment_id = ended["paymentId"].as_str().unwrap().to_owned();
    world.rail.set("refused-Http", Fate::Confirmed);
    for _ in 0..3 {
        world.pass(60);
        for transport in BOTH {
            assert_eq!(transport.check(&world, &payment_id).await, ended);
        }
        world.down().await;
        world.up().await;
    }
    assert_eq!(world.rail.paid("refused-Http"), 0);
}

#[tokio::test]
async fn a_stream_tells_each_status_and_ends_with_the_payment() {
    let world = World::open().await;
    let pay = Pay::adams("pending-1");
    let payment_id = world.pay(&pay.body(world.now())).await;
    let there = world.until(&payment_id, "mempool").await;
    assert_eq!(there.data["paymentId"], payment_id.as_str());
    let mut follows =
        world.events(&payment_id, Some(there.id)).await.unwrap_or_else(|refused| panic!("{}", refused.text()));
    world.rail.set("pending-1", Fate::Confirmed);
    world.pass(2);
    let ended = follows.next().await.unwrap();
    assert_eq!((ended.name.as_str(), ended.data), ("confirmed", world.status(&payment_id).await));
    assert_eq!(follows.next().await, None, "the stream ends");
    let again = world.events(&payment_id, Some(ended.id)).await.err().map(|refused| refused.status);
    assert_eq!(again, Some(204), "who comes again after the end is told to stay away");
    let from_the_beginning = world.until_ended(&payment_id).await;
    assert_eq!(from_the_beginning.last().map(|event| event.name.clone()), Some("confirmed".to_owned()));
    assert_eq!(world.events("pay_nobody", None).await.err().map(|refused| refused.status), Some(404));
}
