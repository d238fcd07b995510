//! Who may do what: every route, called by nobody, by somebody else, twice, and with another body than was signed.

mod routes;

use http::Request;
use routes::{Route, posts, reads};

use crate::support::{
    ADAM, EWA, GATEWAY, OPERATOR, Person, ROMAN, STRANGER, World, action, at, dispute, receipt, ruling, secs, statement,
};

fn request(world: &World, by: Option<Person>, route: &Route) -> Request<Vec<u8>> {
    world.request(by, route.method.clone(), &route.path, route.body.clone())
}

/// A request that the right caller signed, made another one afterwards.
fn changed(world: &World, route: &Route, change: impl FnOnce(&mut Request<Vec<u8>>)) -> Request<Vec<u8>> {
    let mut request = request(world, Some(route.right), route);
    change(&mut request);
    request
}

/// Sends what must be refused, and sees that nothing happened.
async fn refused(world: &World, route: &Route, what: &str, request: &Request<Vec<u8>>, expected: (u16, &str)) {
    let before = world.head().await;
    let answer = world.send(request).await;
    let expected = (expected.0, expected.1.to_owned());
    assert_eq!(answer.refusal(), expected, "{} {}, {what}: {}", route.method, route.path, answer.text());
    assert_eq!(world.head().await, before, "{} {}, {what}", route.method, route.path);
}

/// What no route takes, whoever calls.
async fn never(world: &World, route: &Route) {
    let unsigned = request(world, None, route);
    refused(world, route, "unsigned", &unsigned, (401, "request-signature-missing")).await;
    let path = changed(world, route, |request| {
        let uri = format!("{}{}", request.uri(), if route.path.contains('?') { "&x=1" } else { "?x=1" });
        *request.uri_mut() = uri.parse().unwrap();
    });
    refused(world, route, "another path", &path, (401, "request-signature-invalid")).await;
    let body = changed(world, route, |request| request.body_mut().push(b' '));
    refused(world, route, "another body", &body, (400, "digest-mismatch")).await;
    // The name of one and the key of another.
    let claimed = changed(world, route, |request| {
        let (own, other) = (route.right.subject().to_string(), STRANGER.subject().to_string());
        let input = request.headers()["signature-input"].to_str().unwrap().replace(&own, &other);
        request.headers_mut().insert("signature-input", input.parse().unwrap());
    });
    refused(world, route, "another's name", &claimed, (401, "request-signature-invalid")).await;
    let (late, now) = (changed(world, route, |_| {}), world.now());
    world.set(now.after(secs::<1>(60)).unwrap());
    refused(world, route, "late", &late, (401, "request-signature-expired")).await;
    world.set(now);
}

#[tokio::test]
async fn every_route_refuses_the_unsigned_the_changed_the_replayed_and_the_wrong_caller() {
    let world = rich().await;
    let routes = posts(&world).await;
    for route in &routes {
        refused_wrong(&world, route).await;
        never(&world, route).await;
        let right = request(&world, Some(route.right), route);
        let answer = world.send(&right).await;
        assert!(matches!(answer.status, 200 | 204), "{} {}: {}", route.method, route.path, answer.text());
        refused(&world, route, "replayed", &right, (401, "nonce-reused")).await;
    }
    for route in reads(&world).await {
        refused_wrong(&world, &route).await;
        if route.path != "/facts" {
            let right = request(&world, Some(route.right), &route);
            let answer = world.send(&right).await;
            assert_eq!(answer.status, 200, "{} {}: {}", route.method, route.path, answer.text());
            refused(&world, &route, "replayed", &right, (401, "nonce-reused")).await;
        }
        never(&world, &route).await;
    }
}

/// An escrow whose buyer can pay for every route.
async fn rich() -> World {
    let world = World::open().await;
    assert_eq!(world.say(GATEWAY, "/gateway-receipts", &receipt("more", 100)).await.effect(), "topped-up");
    world
}

async fn refused_wrong(world: &World, route: &Route) {
    for (by, status, code) in &route.wrong {
        let wrong = request(world, Some(*by), route);
        refused(world, route, "the wrong caller", &wrong, (*status, code)).await;
    }
}

#[tokio::test]
async fn every_route_of_the_openapi_document_is_tried_here() {
    let world = rich().await;
    let document = world.ask("/openapi.json").await.json();
    let mut tried: Vec<(String, String)> = Vec::new();
    for route in posts(&world).await.into_iter().chain(reads(&world).await) {
        tried.push((route.method.as_str().to_lowercase(), route.template.to_owned()));
    }
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let is_signed = operation["security"].is_array();
            let found = tried.contains(&(method.clone(), path.clone()));
            assert_eq!(is_signed, found, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn who_signed_a_document_has_to_be_who_it_names() {
    let world = World::open().await;
    let papers = world.held("a", earnest_artifacts::vocabulary::ConfirmationMode::SelfConfirmed).await;
    world.delivered(&papers).await;
    let before = world.head().await;
    // The provider in the buyer's place, the buyer in the arbiter's.
    let mut case = (*dispute(&papers, world.now())).clone();
    case.filed_by = ADAM.participant();
    let filed = world.say(ADAM, "/disputes", &crate::support::signed(&case, ADAM)).await;
    assert_eq!(filed.refusal(), (403, "not-custodian".to_owned()));
    assert_eq!(world.say(ROMAN, "/disputes", &dispute(&papers, world.now())).await.effect(), "disputed");
    let mut decision = (*ruling(&papers, 0, 600, world.now())).clone();
    for by in [ROMAN, OPERATOR, STRANGER] {
        decision.author = by.participant();
        let decided = world.say(by, "/dispute-decisions", &crate::support::signed(&decision, by)).await;
        assert_eq!(decided.refusal(), (403, "not-authorized".to_owned()), "{by:?}");
    }
    // A document that was changed after it was signed.
    let forged = String::from_utf8(ruling(&papers, 0, 600, world.now()).bytes().to_vec()).unwrap();
    let forged: serde_json::Value = serde_json::from_str(&forged.replace("quality", "other")).unwrap();
    let mut forged = forged;
    forged["reason"] = "another one".into();
    let refused = world.post(EWA, "/dispute-decisions", &forged).await;
    assert_eq!(refused.refusal(), (400, "signature-invalid".to_owned()));
    // Only the dispute was new.
    assert_eq!(world.head().await.0, before.0 + 2);
}

#[tokio::test]
async fn a_custodian_who_was_replaced_acts_no_more_and_an_old_statement_brings_none_back() {
    let world = World::open().await;
    let papers = world.held("a", earnest_artifacts::vocabulary::ConfirmationMode::SelfConfirmed).await;
    let first = statement(ROMAN, "2026-03-28T11:15:00Z");
    let again = world.say(STRANGER, "/organisations", &first).await;
    assert_eq!(again.effect(), "custody-stated");
    let second = statement(EWA, "2026-04-01T06:05:00Z");
    assert_eq!(world.say(STRANGER, "/organisations", &second).await.effect(), "custody-stated");
    let before = world.head().await;
    // What was taken before is answered as it was then; what is older and was never brought is refused.
    assert_eq!(world.say(ROMAN, "/organisations", &first).await.json(), again.json());
    let older = world.say(ROMAN, "/organisations", &statement(ROMAN, "2026-03-30T11:15:00Z")).await;
    assert_eq!(older.refusal(), (409, "statement-superseded".to_owned()));
    let ended = world.act(ROMAN, &papers, &action(&papers, "end-workflow")).await;
    assert_eq!(ended.refusal(), (403, "not-custodian".to_owned()));
    assert_eq!(world.head().await, before);
    assert_eq!(world.get(ROMAN, &papers.path("")).await.status, 404);
    assert_eq!(world.get(EWA, &papers.path("")).await.status, 200);
    world.set(at("06:06:00"));
    assert_eq!(world.act(EWA, &papers, &action(&papers, "end-workflow")).await.effect(), "refunded");
}

#[tokio::test]
async fn an_account_is_seen_by_its_owner_the_operator_and_the_gateways_alone() {
    let world = World::open().await;
    let path = format!("/accounts/{}", crate::support::account("adam"));
    for (by, status) in [(ADAM, 200), (OPERATOR, 200), (GATEWAY, 200), (ROMAN, 404), (EWA, 404), (STRANGER, 404)] {
        assert_eq!(world.get(by, &path).await.status, status, "{by:?}");
        assert_eq!(world.get(by, &format!("{path}/balance")).await.status, status, "{by:?}");
    }
    let nobodys = world.get(STRANGER, "/accounts/account:fed-pl-main:nobody/balance").await;
    assert_eq!((nobodys.status, nobodys.json()["total"].as_u64()), (200, Some(0)));
}
