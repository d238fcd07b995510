//! Operators' routes are on a listener of their own, and every request is signed by a listed operator.

use http::Method;
use serde_json::json;

use crate::support::{FEEDERS, OPERATOR, ROMAN, STRANGER, World, account};

#[tokio::test(flavor = "multi_thread")]
async fn only_listed_operators_read_and_decide() {
    let world = World::new().await;
    let reason = json!({ "reason": "x" }).to_string();
    let release = json!({ "account": account("ola"), "reason": "x" }).to_string();
    for (method, path, body) in [
        (Method::GET, "/operator/payments?state=held", ""),
        (Method::GET, "/operator/payouts?state=paid", ""),
        (Method::GET, "/operator/cases", ""),
        (Method::POST, "/operator/payments/gw:in:1/release", release.as_str()),
        (Method::POST, "/operator/payments/gw:in:1/send-back", &reason),
        (Method::POST, "/operator/payouts/payout:1/approve", &reason),
        (Method::POST, "/operator/payouts/payout:1/refuse", &reason),
        (Method::POST, "/operator/payouts/payout:1/give-back", &reason),
        (Method::POST, "/operator/cases/case:a/resolve", &reason),
        (Method::POST, "/operator/statements/bank", "booking"),
    ] {
        assert_eq!(world.operate(None, method.clone(), path, body).await.0, 401, "{path}");
        for person in [STRANGER, ROMAN, FEEDERS] {
            let (status, told) = world.operate(Some(person), method.clone(), path, body).await;
            assert_eq!((status, told["code"].as_str()), (403, Some("forbidden")), "{path}");
        }
        let (status, told) = world.operate(Some(OPERATOR), method.clone(), path, body).await;
        assert!(![401, 403].contains(&status), "{path}: {told}");
        // On the listener that everybody reaches there is no such route.
        if method == Method::GET {
            assert_eq!(world.get(OPERATOR, path).await.0, 404, "{path}");
        } else {
            assert_eq!(world.post(OPERATOR, path, &json!({})).await.0, 404, "{path}");
        }
    }
    assert_eq!(world.operate(Some(OPERATOR), Method::GET, "/policy", "").await.0, 404);
    for path in ["/top-ups/top-up:1", "/payouts/payout:1"] {
        assert_eq!(world.ask(path).await.0, 401);
    }
}
