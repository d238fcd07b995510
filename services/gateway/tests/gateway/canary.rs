//! What must never be seen: no key, signature or token in an answer to others, a metric, or a public page.

use serde_json::Value;

use crate::support::{NEWS, OPERATOR, Pay, TOKEN, World};

/// The texts of a payment that belong to its payer and to the gateway alone.
fn secrets(body: &Value) -> Vec<String> {
    let authorization = &body["payment"]["payload"]["authorization"];
    let signature = authorization["signature"]["value"].as_str().unwrap().to_owned();
    vec![signature, TOKEN.to_owned(), "wallet-one".to_owned(), "wallet-two".to_owned(), "secret-prompt".to_owned()]
}

#[tokio::test]
async fn nothing_that_is_secret_is_shown() {
    let world = World::open().await;
    let with_prompt = |nonce: &str| Pay {
        extensions: Some(serde_json::json!({ "note": { "info": { "prompt": "secret-prompt" } } })),
        ..Pay::adams(nonce)
    };
    world.wallets_seen().await;
    let mut secret = Vec::new();
    let mut shown = Vec::new();
    for nonce in ["confirmed-1", "refused-1", "aborted-1", "pending-1"] {
        let body = with_prompt(nonce).body(world.now());
        secret.extend(secrets(&body));
        shown.push(world.post_with(TOKEN, "/payments", &body).await);
        // The same with another signature, another amount, and once more.
        for (member, value) in
            [("signature", serde_json::json!({"alg": "ed25519", "value": "AA"})), ("amount", 26.into())]
        {
            let mut forged = body.clone();
            forged["payment"]["payload"]["authorization"][member] = value;
            shown.push(world.post(None, "/payments", &forged).await);
        }
        shown.push(world.post(Some(NEWS), "/payments", &body).await);
    }
    let sponsored = Pay { federation: "fed:sponsored", ..with_prompt("confirmed-2") };
    shown.push(world.post_with(TOKEN, "/settle", &sponsored.asked(world.now())).await);
    shown.push(world.post_with("wallet-one", "/settle", &sponsored.asked(world.now())).await);
    for path in
        ["/metrics", "/health", "/openapi.json", "/supported", "/discovery/resources", "/rpc/schema", "/schemas/"]
    {
        shown.push(world.ask(path).await);
    }
    shown.push(world.operate(Some(OPERATOR), "/relay").await);
    shown.push(world.operate(Some(OPERATOR), "/payments").await);
    for answer in &shown {
        for secret in &secret {
            assert!(!answer.text().contains(secret.as_str()), "{secret} in {} {}", answer.head, answer.text());
            assert!(!answer.head.contains(secret.as_str()), "{secret} in {}", answer.head);
        }
        assert!(!answer.text().contains("127.0.0.1"), "an address in {}", answer.text());
    }
}
