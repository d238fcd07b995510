//! Requests that are none: each is refused as a problem, names its place, repeats nothing, and changes nothing.

use earnest_artifacts::vocabulary::ConfirmationMode::SelfConfirmed;
use http::{Method, Request};

use crate::support::{ADAM, ROMAN, World, delivery};

/// What no answer may repeat. Names of members are the place that it names.
const CANARY: &str = "canary";

fn posted(world: &World, path: &str, body: &str) -> Request<Vec<u8>> {
    world.request(Some(ROMAN), Method::POST, path, body.as_bytes().to_vec())
}

#[tokio::test]
async fn what_is_no_request_is_refused_as_a_problem_and_changes_nothing() {
    let world = World::open().await;
    let papers = world.held("a", SelfConfirmed).await;
    let document = String::from_utf8(delivery(&papers, world.now()).bytes().to_vec()).unwrap();
    let (actions, before) = (format!("/holds/{}/actions", papers.hold()), world.head().await);
    let deep = format!("{}{}", "[".repeat(40), "]".repeat(40));
    let long = format!("{{\"reason\":\"{}\"}}", "x".repeat(300_000));
    for (path, body, status, code) in [
        ("/accounts", "", 400, "syntax"),
        ("/accounts", "{\"account\":\"canary", 400, "syntax"),
        ("/accounts", "{\"account\":1,\"account\":2}", 400, "duplicate-member"),
        ("/accounts", "{\"extra\":\"canary\"}", 400, "unknown-member"),
        ("/accounts", "{\"account\":\"canary\"}", 400, "invalid-value"),
        ("/accounts", deep.as_str(), 400, "too-deep"),
        ("/accounts", long.as_str(), 413, "body-too-large"),
        (actions.as_str(), "{\"decision\":\"decision:a\",\"action\":\"canary\"}", 400, "invalid-value"),
        (actions.as_str(), "{\"decision\":\"decision:a\",\"action\":\"release\"}", 422, "incomplete"),
        ("/holds/canary/actions", "{\"decision\":\"decision:a\",\"action\":\"fail\"}", 400, "path-invalid"),
        ("/holds/hold:none/actions", "{\"decision\":\"decision:a\",\"action\":\"fail\"}", 404, "unknown"),
        ("/disputes", document.as_str(), 400, "kind-mismatch"),
        ("/deliveries", "{\"schema\":\"canary\"}", 400, "kind-mismatch"),
        ("/payments/batch", "{\"payments\":[]}", 400, "body-invalid"),
        ("/payments/batch", "{\"payments\":{\"canary\":1}}", 400, "wrong-type"),
        ("/payments/check", "{\"payments\":[{\"payer\":\"canary\"}]}", 400, "invalid-value"),
        ("/payments/check", "{\"payments\":[]}", 403, "not-caller"),
        ("/canary", "{}", 404, "route-unknown"),
        ("/head", "{}", 405, "method-unsupported"),
    ] {
        let answer = world.send(&posted(&world, path, body)).await;
        let shown: String = body.chars().take(60).collect();
        assert_eq!(answer.refusal(), (status, code.to_owned()), "{path} {shown}: {}", answer.text());
        assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{path} {shown}");
        assert!(!answer.text().contains(CANARY), "{path} {shown}: {}", answer.text());
    }
    let mut plain = posted(&world, "/accounts", "{}");
    plain.headers_mut().insert("content-type", "text/plain".parse().unwrap());
    assert_eq!(world.send(&plain).await.refusal(), (415, "media-type-unsupported".to_owned()));
    assert_eq!(world.head().await, before);
}

#[tokio::test]
async fn a_contract_that_does_not_follow_is_refused_by_the_member_at_fault() {
    let world = World::open().await;
    let (one, other) = (world.agree(&crate::support::news(), "a", 1).await, world.held("b", SelfConfirmed).await);
    let before = world.head().await;
    let mut crossed = one.body();
    crossed["order"] = other.body()["order"].clone();
    let refused = world.post(ADAM, "/holds", &crossed).await;
    assert_eq!(refused.status, 422, "{}", refused.text());
    assert!(refused.json()["pointer"].is_string(), "{}", refused.text());
    // A contract that both sides signed under terms of another escrow.
    let mut policy = (*world.policy().await).clone();
    policy.escrow_node = ADAM.node();
    let node = crate::support::Person { kind: earnest_base::SubjectKind::Node, seed: ADAM.seed + 1 };
    let policy = crate::support::signed(&policy, node);
    let elsewhere = crate::support::Papers::new(&crate::support::news(), "c", 1, &policy, world.now());
    let refused = world.post(ADAM, "/holds", &elsewhere.body()).await;
    let told = refused.json();
    assert_eq!(
        (refused.status, told["code"].as_str(), told["pointer"].as_str()),
        (422, Some("elsewhere"), Some("/escrow~1node-id"))
    );
    assert_eq!(world.head().await, before);
}
