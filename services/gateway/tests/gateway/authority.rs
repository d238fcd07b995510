//! Who may call what: every route of both listeners is in the table, and one that is not fails it.

use http::{Method, Request};
use serde_json::{Value, json};

use crate::support::{ADAM, NEWS, OPERATOR, Pay, Person, STRANGER, World};

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    /// Anybody, signed or not.
    Anybody,
    /// The services of the configuration.
    Services,
    /// The operators.
    Operators,
}

/// Every route: method, path of the OpenAPI document, and who may call it.
const PUBLIC: &[(&str, &str, Who)] = &[
    ("post", "/payments", Who::Anybody),
    ("get", "/payments/{paymentId}", Who::Anybody),
    ("get", "/payments/{paymentId}/events", Who::Anybody),
    ("post", "/rpc", Who::Services),
    ("get", "/rpc/schema", Who::Anybody),
    ("post", "/verify", Who::Anybody),
    ("post", "/settle", Who::Anybody),
    ("get", "/supported", Who::Anybody),
    ("get", "/discovery/resources", Who::Anybody),
    ("get", "/discovery/search", Who::Anybody),
];
const OPERATED: &[(&str, &str, Who)] = &[("get", "/relay", Who::Operators), ("get", "/payments", Who::Operators)];

fn routes_of(document: &Value) -> Vec<(String, String)> {
    let paths = document["paths"].as_object().unwrap();
    let shared = ["/health", "/health/live", "/health/ready"];
    let own = paths.iter().filter(|(path, _)| !shared.contains(&path.as_str()));
    own.flat_map(|(path, item)| item.as_object().unwrap().keys().map(|method| (method.clone(), path.clone()))).collect()
}

fn sorted(table: &[(&str, &str, Who)]) -> Vec<(String, String)> {
    let mut routes: Vec<_> = table.iter().map(|(method, path, _)| ((*method).to_owned(), (*path).to_owned())).collect();
    routes.sort_by(|one, other| (&one.1, &one.0).cmp(&(&other.1, &other.0)));
    routes
}

#[tokio::test]
async fn every_route_of_both_listeners_stands_in_the_table() {
    let world = World::open().await;
    let served = world.ask("/openapi.json").await.json();
    assert_eq!(routes_of(&served), sorted(PUBLIC));
    assert_eq!(routes_of(&earnest_gateway::openapi().unwrap()), sorted(PUBLIC));
    assert_eq!(routes_of(&world.operate(None, "/openapi.json").await.json()), sorted(OPERATED));
    assert_eq!(routes_of(&earnest_gateway::operator_openapi().unwrap()), sorted(OPERATED));
}

/// A request that a route takes.
fn request(
    world: &World,
    by: Option<Person>,
    (method, path, who): &(&str, &str, Who),
    payment_id: &str,
) -> Request<Vec<u8>> {
    let address = if *who == Who::Operators { world.gateway().operator_address() } else { world.gateway().address() };
    let pay = Pay::adams("pending-1");
    let body = match *path {
        "/payments" if *method == "post" => pay.body(world.now()),
        "/rpc" => json!({ "jsonrpc": "2.0", "id": 1, "method": "getSponsorStatus" }),
        "/verify" | "/settle" => Pay::adams("confirmed-1").asked(world.now()),
        _ => Value::Null,
    };
    let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
    let query = if path.ends_with("/search") { "?query=x" } else { "" };
    let path = format!("{}{query}", path.replace("{paymentId}", payment_id));
    world.request_to(address, by, method.to_uppercase().parse::<Method>().unwrap(), &path, body)
}

#[tokio::test]
async fn every_route_takes_its_callers_and_refuses_others() {
    let world = World::open().await;
    let payment_id = world.pay(&Pay::adams("confirmed-done").body(world.now())).await;
    world.until_ended(&payment_id).await;
    for route in PUBLIC.iter().chain(OPERATED) {
        let (right, wrong): (Vec<Option<Person>>, Vec<Option<Person>>) = match route.2 {
            Who::Anybody => (vec![None, Some(STRANGER)], vec![]),
            Who::Services => (vec![Some(NEWS)], vec![None, Some(STRANGER), Some(OPERATOR), Some(ADAM)]),
            Who::Operators => (vec![Some(OPERATOR)], vec![None, Some(STRANGER), Some(NEWS), Some(ADAM)]),
        };
        for by in right {
            let answer = answer_of(&world, &request(&world, by, route, &payment_id)).await;
            assert!(matches!(answer, 200 | 202), "{route:?} {by:?} {answer}");
        }
        for by in wrong {
            let answer = world.send(&request(&world, by, route, &payment_id)).await;
            let expected = if by.is_some() { 403 } else { 401 };
            assert_eq!(answer.status, expected, "{route:?} {by:?}: {}", answer.text());
        }
        if route.2 != Who::Anybody {
            let by = if route.2 == Who::Services { NEWS } else { OPERATOR };
            replayed_or_changed(&world, &request(&world, Some(by), route, &payment_id)).await;
        }
    }
}

/// The status; of a stream its head's.
async fn answer_of(world: &World, request: &Request<Vec<u8>>) -> u16 {
    if request.uri().path().ends_with("/events") {
        return world.stream_of(request).await;
    }
    world.send(request).await.status
}

async fn replayed_or_changed(world: &World, right: &Request<Vec<u8>>) {
    assert_eq!(world.send(right).await.status, 200);
    assert_eq!(world.send(right).await.refusal(), (401, "nonce-reused".to_owned()));
    let mut other = right.clone();
    *other.uri_mut() = format!("{}?x=1", right.uri()).parse().unwrap();
    assert_eq!(world.send(&other).await.refusal(), (401, "request-signature-invalid".to_owned()));
}

#[tokio::test]
async fn the_relays_wallets_pay_for_callers_that_it_knows() {
    let world = World::open().await;
    let pay = |number: u8| Pay { federation: "fed:sponsored", ..Pay::adams(&format!("confirmed-{number}")) };
    let refused = world.post(None, "/payments", &pay(1).body(world.now())).await;
    assert_eq!((refused.status, refused.json()["code"].as_str()), (422, Some("NOT_SPONSORED")));
    let verdict = world.post(None, "/verify", &pay(1).asked(world.now())).await.json();
    assert_eq!((verdict["isValid"].as_bool(), verdict["invalidReason"].as_str()), (Some(false), Some("not_sponsored")));
    let settled = world.post(None, "/settle", &pay(1).asked(world.now())).await;
    assert_eq!((settled.status, settled.json()["errorReason"].as_str()), (200, Some("not_sponsored")));
    for token in ["", "another-token", crate::support::TOKEN.split_at(5).0] {
        let answer = world.post_with(token, "/settle", &pay(1).asked(world.now())).await;
        assert_eq!(answer.refusal(), (401, "unauthorised".to_owned()), "{token:?}");
    }
    world.wallets_seen().await;
    let settled = world.post_with(crate::support::TOKEN, "/settle", &pay(1).asked(world.now())).await;
    assert_eq!((settled.status, settled.json()["success"].as_bool()), (200, Some(true)), "{}", settled.text());
    let over_rpc = world.rpc("submitPayment", &pay(2).body(world.now())).await;
    assert_eq!(over_rpc["result"]["accepted"], true, "{over_rpc}");
    let open = World::with(|config| config.facilitator.open = true).await;
    open.wallets_seen().await;
    let settled = open.post(None, "/settle", &pay(3).asked(open.now())).await;
    assert_eq!(settled.json()["success"], true, "{}", settled.text());
}

#[tokio::test]
async fn no_payer_takes_the_place_of_all_others() {
    let world = World::with(|config| config.payments.sender_limit = 2).await;
    for number in 0..2 {
        world.pay(&Pay::adams(&format!("pending-{number}")).body(world.now())).await;
    }
    let refused = world.post(None, "/payments", &Pay::adams("pending-2").body(world.now())).await;
    assert_eq!((refused.status, refused.json()["code"].as_str()), (429, Some("ORIGIN_CHAINING_LIMIT")));
    let other = Pay { account: "ewa".to_owned(), by: STRANGER, ..Pay::adams("confirmed-1") };
    let payment_id = world.pay(&other.body(world.now())).await;
    assert_eq!(world.until_ended(&payment_id).await.last().unwrap().name, "confirmed");
}
