//! Requests that are none: each is refused in its protocol's words, repeats nothing, and changes nothing.

use http::Method;
use serde_json::{Value, json};

use crate::support::{NEWS, OPERATOR, Pay, World};

/// What no answer may repeat.
const CANARY: &str = "canary";

async fn facts(world: &World) -> u64 {
    world.operate(Some(OPERATOR), "/relay").await.json()["seq"].as_u64().unwrap()
}

fn changed(pay: &Pay, world: &World, change: impl Fn(&mut Value)) -> String {
    let mut body = pay.body(world.now());
    change(&mut body);
    body.to_string()
}

#[tokio::test]
async fn what_is_no_payment_is_refused_and_changes_nothing() {
    let world = World::open().await;
    let before = facts(&world).await;
    let pay = Pay::adams("confirmed-1");
    let long = format!("{{\"payment\":\"{}\"}}", "x".repeat(300_000));
    let elsewhere = Pay { federation: "fed:elsewhere", ..pay.clone() }.body(world.now()).to_string();
    let lapsed = Pay { timeout: 1, ..pay.clone() }.body("2026-04-01T05:00:00Z".parse().unwrap()).to_string();
    let cases: Vec<(&str, String, u16, &str)> = vec![
        ("nothing", String::new(), 400, "syntax"),
        ("cut off", "{\"payment\":\"canary".to_owned(), 400, "syntax"),
        ("twice", "{\"payment\":{},\"payment\":{}}".to_owned(), 400, "duplicate-member"),
        ("unknown member", changed(&pay, &world, |body| body["extra"] = CANARY.into()), 400, "unknown-member"),
        ("too long", long, 413, "body-too-large"),
        ("no payload", "{\"payment\":{},\"requirements\":{}}".to_owned(), 400, "INVALID_TRANSACTION"),
        (
            "another amount",
            changed(&pay, &world, |body| body["requirements"]["amount"] = "26".into()),
            400,
            "INVALID_TRANSACTION",
        ),
        (
            "another nonce",
            changed(&pay, &world, |body| {
                body["payment"]["payload"]["authorization"]["nonce"] = CANARY.into();
            }),
            400,
            "INVALID_TRANSACTION",
        ),
        (
            "version 1",
            changed(&pay, &world, |body| body["payment"]["x402Version"] = 1.into()),
            400,
            "INVALID_TRANSACTION",
        ),
        ("another network", elsewhere, 400, "INVALID_TRANSACTION"),
        ("lapsed", lapsed, 400, "INVALID_TRANSACTION"),
    ];
    for (what, body, status, code) in cases {
        let request = world.request(None, Method::POST, "/payments", body.into_bytes());
        let answer = world.send(&request).await;
        assert_eq!(answer.refusal(), (status, code.to_owned()), "{what}: {}", answer.text());
        assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{what}");
        assert!(!answer.text().contains(CANARY), "{what}: {}", answer.text());
    }
    let mut plain = world.request(None, Method::POST, "/payments", b"{}".to_vec());
    plain.headers_mut().insert("content-type", "text/plain".parse().unwrap());
    assert_eq!(world.send(&plain).await.refusal(), (415, "media-type-unsupported".to_owned()));
    assert_eq!(facts(&world).await, before);
}

#[tokio::test]
async fn what_is_no_call_is_refused_with_the_codes_of_json_rpc() {
    let world = World::open().await;
    let before = facts(&world).await;
    let call = |id: Value, method: &str| json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": {} });
    for (body, code) in [
        ("{\"canary".to_owned(), -32700),
        (json!([call(1.into(), "getSponsorStatus")]).to_string(), -32600),
        (json!({ "jsonrpc": "2.0", "method": "getSponsorStatus" }).to_string(), -32600),
        (json!({ "jsonrpc": "1.0", "id": 1, "method": "getSponsorStatus" }).to_string(), -32600),
        (call(Value::Null, "getSponsorStatus").to_string(), -32600),
        (call(1.into(), CANARY).to_string(), -32601),
        (call(1.into(), "checkPayment").to_string(), -32602),
        (call(1.into(), "submitPayment").to_string(), -32602),
    ] {
        let answer = world.send(&world.request(Some(NEWS), Method::POST, "/rpc", body.clone().into_bytes())).await;
        let told = answer.json();
        assert_eq!((answer.status, told["error"]["code"].as_i64()), (200, Some(code)), "{body}: {}", answer.text());
        assert!(!answer.text().contains(CANARY), "{body}: {}", answer.text());
    }
    assert_eq!(facts(&world).await, before);
}

#[tokio::test]
async fn what_a_facilitator_cannot_read_is_invalid_and_no_fault_of_its_own() {
    let world = World::open().await;
    let before = facts(&world).await;
    for path in ["/verify", "/settle"] {
        for body in
            ["", "[]", "{}", "{\"x402Version\":3,\"canary\":1}", "{\"x402Version\":2,\"paymentPayload\":\"canary\"}"]
        {
            let answer = world.send(&world.request(None, Method::POST, path, body.as_bytes().to_vec())).await;
            let told = answer.json();
            assert_eq!(answer.status, 400, "{path} {body}: {}", answer.text());
            assert!(told["isValid"] == false || told["success"] == false, "{path} {body}: {}", answer.text());
            assert!(!answer.text().contains(CANARY), "{path} {body}: {}", answer.text());
        }
    }
    assert_eq!(facts(&world).await, before);
}
