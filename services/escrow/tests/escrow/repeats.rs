//! What comes again: the same request, the same id with other content, batches, and the same escrow after a restart.

mod batches;

use earnest_artifacts::{Content, vocabulary::ConfirmationMode::SelfConfirmed};
use serde_json::{Value, json};

use crate::support::{
    ADAM, Answer, EWA, GATEWAY, OPERATOR, Person, ROMAN, World, accept, account, action, at, cancel, delivery, dispute,
    news, receipt, response, ruling, signed, statement,
};

/// A post, another with the same id, and how the other is refused.
struct Twice {
    by: Person,
    path: String,
    body: Value,
    other: Option<Value>,
}

fn json_of(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap()
}

async fn check(world: &World, twice: &Twice) -> Answer {
    let first = world.post(twice.by, &twice.path, &twice.body).await;
    assert_eq!(first.status, 200, "{}: {}", twice.path, first.text());
    let before = world.head().await;
    let again = world.post(twice.by, &twice.path, &twice.body).await;
    assert_eq!((again.status, &again.body), (200, &first.body), "{}", twice.path);
    if let Some(other) = &twice.other {
        let conflict = world.post(twice.by, &twice.path, other).await;
        assert_eq!(conflict.refusal(), (409, "id-conflict".to_owned()), "{}: {}", twice.path, conflict.text());
    }
    assert_eq!(world.head().await, before, "{}", twice.path);
    first
}

/// Everything that has an id, in the order in which a morning does it.
async fn morning(world: &World) -> Vec<Twice> {
    let document = |bytes: &[u8]| json_of(bytes);
    let of = |by, path: &str, body: Value, other: Value| Twice { by, path: path.to_owned(), body, other: Some(other) };
    let open = |purpose: &str, owner: Person| json!({ "account": account("ewa"), "owner": owner.subject(), "purpose": purpose });
    let moved = |amount: u64| {
        json!({
            "transfer": "transfer:right:adjustment", "from": account("casualfeeders"), "to": account("adam"),
            "amount": amount, "author": OPERATOR.subject(), "reason": "agreed",
        })
    };
    let (papers, dear) = (world.agree(&news(), "a", 1).await, world.agree(&news(), "a", 2).await);
    let now = world.now();
    let hold = format!("/holds/{}/actions", papers.hold());
    let same_id = response(&papers, "a", Content::Text("Other, https://example.org".to_owned()), None, now);
    let paid = |name: &str| {
        let nonce = format!("nonce-{name}").parse().unwrap();
        signed(&earnest_artifacts::PaymentAuthorization { nonce, ..crate::support::payment(now) }, ROMAN)
    };
    let several = ["two", "one", "three"].map(|name| document(paid(name).bytes()));
    let kept = delivery(&papers, now);
    let decided = accept(&papers, &kept, now);
    // The same id, about another response.
    let mut other = (*decided).clone();
    other.response = Some("response:other".parse().unwrap());
    let mut failing = action(&papers, "fail");
    failing["decision"] = action(&papers, "dispatch")["decision"].clone();
    vec![
        of(EWA, "/accounts", open("participant-settlement", EWA), open("community-pool", EWA)),
        of(GATEWAY, "/gateway-receipts", document(receipt("x", 10).bytes()), document(receipt("x", 20).bytes())),
        of(OPERATOR, "/adjustments", moved(1), moved(2)),
        of(ROMAN, "/holds", papers.body(), dear.body()),
        of(ADAM, &hold, action(&papers, "dispatch"), failing),
        of(ADAM, "/deliveries", document(kept.bytes()), document(same_id.bytes())),
        of(ROMAN, "/decisions", document(decided.bytes()), document(signed(&other, ROMAN).bytes())),
        Twice { by: ROMAN, path: "/payments".to_owned(), body: document(paid("one").bytes()), other: None },
        Twice { by: ROMAN, path: "/payments/batch".to_owned(), body: json!({ "payments": several }), other: None },
        Twice {
            by: ROMAN,
            path: "/organisations".to_owned(),
            body: document(statement(ROMAN, "2026-04-01T06:05:00Z").bytes()),
            other: None,
        },
    ]
}

#[tokio::test]
async fn every_post_twice_is_one_and_the_same_id_with_other_content_is_a_conflict() {
    let world = World::open().await;
    for twice in morning(&world).await {
        check(&world, &twice).await;
    }
    // Disputes and their decisions, of another hold.
    let papers = world.held("b", SelfConfirmed).await;
    world.delivered(&papers).await;
    let now = world.now();
    let case = dispute(&papers, now);
    let body = json_of(case.bytes());
    check(&world, &Twice { by: ROMAN, path: "/disputes".to_owned(), body, other: None }).await;
    let (body, other) = (ruling(&papers, 600, 0, now), ruling(&papers, 0, 600, now));
    let (body, other) = (json_of(body.bytes()), Some(json_of(other.bytes())));
    check(&world, &Twice { by: EWA, path: "/dispute-decisions".to_owned(), body, other }).await;
}

#[tokio::test]
async fn a_post_is_answered_as_the_first_time_whatever_has_passed_since() {
    let mut world = World::open().await;
    let mut answers = Vec::new();
    for twice in morning(&world).await {
        let first = check(&world, &twice).await;
        answers.push((twice, first));
    }
    let canceled = world.held("c", SelfConfirmed).await;
    let body = json_of(cancel(&canceled, world.now()).bytes());
    let twice = Twice { by: ROMAN, path: "/decisions".to_owned(), body, other: None };
    let first = check(&world, &twice).await;
    answers.push((twice, first));
    for moment in ["06:20:00", "09:30:00", "23:00:00"] {
        world.wait_until(at(moment)).await;
        let before = world.head().await;
        for (twice, first) in &answers {
            let again = world.post(twice.by, &twice.path, &twice.body).await;
            assert_eq!((again.status, again.text()), (200, first.text()), "{moment} {}", twice.path);
        }
        assert_eq!(world.head().await, before);
        world.down().await;
        world.up().await;
    }
}

#[tokio::test]
async fn a_restart_keeps_everything() {
    let mut world = World::open().await;
    let (open, done) = (world.held("open", SelfConfirmed).await, world.held("done", SelfConfirmed).await);
    let delivered = world.delivered(&done).await;
    assert_eq!(world.say(ROMAN, "/decisions", &accept(&done, &delivered, world.now())).await.effect(), "released");
    let paths = [
        open.path(""),
        done.path(""),
        done.path("/response"),
        done.path("/receipt"),
        format!("/accounts?owner={}", crate::support::FEEDERS.subject()),
        format!("/accounts/{}/statement", account("casualfeeders")),
        format!("/holds/{}", open.hold()),
        format!("/organisations/{}", crate::support::FEEDERS.org()),
        format!("/policies/{}", world.config.policy.id),
    ];
    let mut before = Vec::new();
    for path in &paths {
        before.push(world.get(ROMAN, path).await.body);
    }
    let (head, names) = (world.head().await, world.names(0).await);
    world.down().await;
    world.up().await;
    assert_eq!((world.head().await, world.names(0).await), (head, names), "an escrow adds nothing by starting again");
    for (path, before) in paths.iter().zip(before) {
        let after = world.get(ROMAN, path).await;
        assert_eq!((after.status, after.body), (200, before), "{path}");
    }
}

#[tokio::test]
async fn an_escrow_whose_terms_changed_under_the_same_id_does_not_start() {
    let mut world = World::open().await;
    world.down().await;
    world.config.policy.dispute_window = crate::support::secs(1);
    let (_stopper, stop) = earnest_kit::Stop::pair();
    let clock = std::sync::Arc::<earnest_ports::DrivenClock>::clone(&world.clock);
    let escrow = earnest_escrow::Escrow::start(world.config.clone(), clock, stop).await.unwrap();
    let ended = escrow.ended().await.unwrap_err();
    assert!(ended.to_string().contains("give the new terms an id of their own"), "{ended}");
    world.config.policy.id = "escrow-policy:second-v1".parse().unwrap();
    world.up().await;
    let policies = world.ask("/policies").await.json();
    assert_eq!(policies["policies"], json!(["escrow-policy:standard-v1", "escrow-policy:second-v1"]));
}
