//! The facilitator of a gateway: what its answers are worth.

use earnest_client::GatewayClient;
use earnest_x402::{FacilitatorRequest, SettleOutcome, VerifyOutcome};

use crate::server::Gateway;

fn request() -> FacilitatorRequest {
    let requirements = r#"{"scheme": "exact", "network": "orc:fed-local", "amount": "25", "asset": "ORC",
        "payTo": "account:fed-local:ola", "maxTimeoutSeconds": 60}"#;
    let text = format!(
        r#"{{"x402Version": 2, "paymentPayload": {{"x402Version": 2, "payload": {{}}, "accepted": {requirements}}},
            "paymentRequirements": {requirements}}}"#
    );
    serde_json::from_str(&text).unwrap()
}

#[tokio::test]
async fn what_a_facilitator_answers_is_read_for_what_it_is_worth() {
    for (status, body, verified, settled) in [
        (
            200,
            r#"{"isValid": true, "success": true, "transaction": "t", "network": "orc:fed-local"}"#,
            "valid",
            "settled",
        ),
        (
            200,
            r#"{"isValid": false, "success": false, "transaction": "", "network": "orc:fed-local", "errorReason": "insufficient_funds"}"#,
            "invalid",
            "failed",
        ),
        (503, "busy", "unknown", "unknown"),
        (200, "{}", "unknown", "unknown"),
    ] {
        let gateway = Gateway::start(move |_, asked| {
            assert_eq!(serde_json::from_slice::<FacilitatorRequest>(&asked.body).unwrap(), request());
            assert!(asked.is_signed && matches!(asked.path.as_str(), "/verify" | "/settle"));
            (status, None, body.to_owned())
        })
        .await;
        let found = match gateway.client().verify(&request()).await.unwrap() {
            VerifyOutcome::Valid(_) => "valid",
            VerifyOutcome::Invalid(_) => "invalid",
            VerifyOutcome::Unknown(_) => "unknown",
        };
        assert_eq!(found, verified, "{status} {body}");
        let found = match gateway.client().settle(&request()).await.unwrap() {
            SettleOutcome::Settled(_) => "settled",
            SettleOutcome::Failed(_) => "failed",
            SettleOutcome::Pending(_) => "pending",
            SettleOutcome::Unknown(_) => "unknown",
        };
        assert_eq!(found, settled, "{status} {body}");
    }
    // Out of reach, nothing is known of a settlement.
    let nobody = GatewayClient::new("http://127.0.0.1:1", None).unwrap();
    assert!(matches!(nobody.settle(&request()).await.unwrap(), SettleOutcome::Unknown(_)));
}

#[tokio::test]
async fn what_it_settles_anybody_may_ask() {
    let gateway = Gateway::start(|_, asked| {
        assert!(!asked.is_signed && asked.path == "/supported");
        let kinds = r#"{"kinds": [{"x402Version": 2, "scheme": "exact", "network": "orc:fed-local"}]}"#;
        (200, None, kinds.to_owned())
    })
    .await;
    let supported = gateway.client().supported().await.unwrap();
    assert_eq!(supported.kinds[0].network, "orc:fed-local");
}
