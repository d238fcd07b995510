//! What operators see, on their own listener and nowhere else.

use crate::support::{OPERATOR, Pay, STRANGER, World};

#[tokio::test]
async fn operators_see_the_relay_and_its_payments_page_by_page() {
    let world = World::open().await;
    let mut ids = Vec::new();
    for number in 0..3 {
        ids.push(world.pay(&Pay::adams(&format!("pending-{number}")).body(world.now())).await);
    }
    for payment_id in &ids {
        world.until(payment_id, "mempool").await;
    }
    let paid = world.pay(&Pay::adams("confirmed-1").body(world.now())).await;
    world.until_ended(&paid).await;
    let relay = world.operate(Some(OPERATOR), "/relay").await.json();
    assert_eq!((relay["open"].as_u64(), relay["rails"].as_array().map(Vec::len)), (Some(3), Some(2)), "{relay}");
    let mut seen = Vec::new();
    let mut path = "/payments?status=mempool&limit=2".to_owned();
    loop {
        let page = world.operate(Some(OPERATOR), &path).await.json();
        seen.extend(
            page["payments"].as_array().unwrap().iter().map(|one| one["paymentId"].as_str().unwrap().to_owned()),
        );
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/payments?status=mempool&limit=2&after={next}");
    }
    assert_eq!(seen, ids);
    let all = world.operate(Some(OPERATOR), "/payments").await.json();
    assert_eq!(all["payments"].as_array().map(Vec::len), Some(4));
}

#[tokio::test]
async fn operators_routes_are_theirs_and_not_on_the_public_listener() {
    let world = World::open().await;
    for path in ["/relay", "/payments"] {
        assert_eq!(world.operate(None, path).await.refusal(), (401, "request-signature-missing".to_owned()));
        assert_eq!(world.operate(Some(STRANGER), path).await.refusal(), (403, "forbidden".to_owned()));
        assert_eq!(world.operate(Some(OPERATOR), path).await.status, 200);
        let public = world.send(&world.request(Some(OPERATOR), http::Method::GET, path, Vec::new())).await;
        assert!(matches!(public.status, 404 | 405), "{path} {}", public.status);
    }
}
