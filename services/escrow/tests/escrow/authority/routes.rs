//! The routes, each with a request that is fit to be taken, its right caller, and what the wrong ones are told.

use std::path::Path;

use earnest_artifacts::{EscrowPolicy, PaymentAuthorization, vocabulary::ConfirmationMode::SelfConfirmed};
use earnest_base::Sha256Digest;
use earnest_kit::keys::{self, read_passphrase};
use earnest_signing::{Draft, SecretKey};
use http::Method;
use serde_json::{Value, json};

use crate::support::{
    ADAM, EWA, FEEDERS, GATEWAY, OLA, OPERATOR, Papers, Person, ROMAN, STRANGER, World, accept, account, action,
    confirmed, delivery, dispute, illustration, news, payment, png, receipt, ruling, signed, statement,
};

/// A request that is fit to be taken.
pub(super) struct Route {
    pub(super) method: Method,
    /// The path as the OpenAPI document has it.
    pub(super) template: &'static str,
    pub(super) path: String,
    pub(super) body: Vec<u8>,
    pub(super) right: Person,
    pub(super) wrong: Vec<(Person, u16, &'static str)>,
}

const NOT_CALLER: (u16, &str) = (403, "not-caller");
const NOT_CUSTODIAN: (u16, &str) = (403, "not-custodian");
const UNKNOWN: (u16, &str) = (404, "unknown");

fn wrong(callers: &[Person], (status, code): (u16, &'static str)) -> Vec<(Person, u16, &'static str)> {
    callers.iter().map(|by| (*by, status, code)).collect()
}

fn post(template: &'static str, body: Vec<u8>, right: Person, wrong: Vec<(Person, u16, &'static str)>) -> Route {
    Route { method: Method::POST, template, path: template.to_owned(), body, right, wrong }
}

fn bytes(body: &Value) -> Vec<u8> {
    serde_json::to_vec(body).unwrap()
}

/// One item of news, held.
async fn held(world: &World, name: &str) -> Papers {
    world.held_of(&confirmed(news(), SelfConfirmed), name, 1).await
}

/// The escrow's own key, from its data folder.
fn escrow_key(world: &World) -> SecretKey {
    let unasked = || read_passphrase(Path::new(""));
    keys::read(&world.config.data.join("escrow.key"), unasked).unwrap()
}

/// Everything that changes something.
pub(super) async fn posts(world: &World) -> Vec<Route> {
    let mut routes = money(world).await;
    routes.extend(holds(world).await);
    routes.extend(words(world).await);
    let now = world.now();
    let policy = EscrowPolicy { id: "escrow-policy:second-v1".parse().unwrap(), ..(*world.policy().await).clone() };
    let policy = Draft::new(&policy).unwrap().sign(None, &escrow_key(world)).unwrap().finish().unwrap().verify();
    let policy = policy.unwrap().bytes().to_vec();
    routes.push(post("/policies", policy, OPERATOR, wrong(&[ROMAN, STRANGER, GATEWAY], NOT_CALLER)));
    // Whoever brings a statement: the organisation signed it.
    let said = statement(ROMAN, &now.to_string()).bytes().to_vec();
    routes.push(post("/organisations", said, EWA, Vec::new()));
    routes
}

async fn money(world: &World) -> Vec<Route> {
    let mine = json!({ "account": account("ewa"), "owner": EWA.subject(), "purpose": "participant-settlement" });
    let adjust = json!({
        "transfer": "transfer:set-right:adjustment", "from": account("casualfeeders"), "to": account("adam"),
        "amount": 1, "author": OPERATOR.subject(), "reason": "agreed",
    });
    let paid: PaymentAuthorization = payment(world.now());
    let several = PaymentAuthorization { nonce: "pay-batch-1".parse().unwrap(), ..paid.clone() };
    let several: Value = serde_json::from_slice(signed(&several, ROMAN).bytes()).unwrap();
    let asked =
        json!({ "payer": ROMAN.participant(), "org": FEEDERS.org(), "account": account("casualfeeders"), "amount": 1 });
    let mut accounts = wrong(&[STRANGER, ROMAN], NOT_CUSTODIAN);
    accounts.extend(wrong(&[GATEWAY, FEEDERS], NOT_CALLER));
    vec![
        post("/accounts", bytes(&mine), EWA, accounts),
        post(
            "/gateway-receipts",
            receipt("second", 10).bytes().to_vec(),
            GATEWAY,
            wrong(&[ROMAN, OPERATOR, STRANGER], NOT_CALLER),
        ),
        post("/payments", signed(&paid, ROMAN).bytes().to_vec(), ROMAN, wrong(&[ADAM, OPERATOR, STRANGER], NOT_CALLER)),
        // Who may bring a payment is judged payment by payment.
        post("/payments/batch", bytes(&json!({ "payments": [several] })), ROMAN, Vec::new()),
        post(
            "/payments/check",
            bytes(&json!({ "payments": [asked] })),
            GATEWAY,
            wrong(&[ROMAN, OPERATOR, STRANGER, FEEDERS], NOT_CALLER),
        ),
        post("/adjustments", bytes(&adjust), OPERATOR, wrong(&[ROMAN, GATEWAY, STRANGER], NOT_CALLER)),
    ]
}

async fn holds(world: &World) -> Vec<Route> {
    let strangers = || wrong(&[STRANGER, OLA, EWA, GATEWAY], NOT_CALLER);
    let (one, two) = (world.agree(&news(), "one", 1).await, world.agree(&news(), "two", 1).await);
    let begun = held(world, "begun").await;
    let mut others = wrong(&[ROMAN, OLA, OPERATOR, STRANGER], NOT_CUSTODIAN);
    others.extend(wrong(&[GATEWAY], NOT_CALLER));
    let act = post("/holds/{hold}/actions", bytes(&action(&begun, "dispatch")), ADAM, others);
    vec![
        post("/holds", bytes(&one.body()), ROMAN, strangers()),
        post("/holds/batch", bytes(&json!({ "holds": [two.body()] })), ADAM, strangers()),
        Route { path: format!("/holds/{}/actions", begun.hold()), ..act },
    ]
}

async fn words(world: &World) -> Vec<Route> {
    let now = world.now();
    let (todo, done, disputed) = (held(world, "todo").await, held(world, "done").await, held(world, "disputed").await);
    let answered = world.delivered(&done).await;
    let judged = held(world, "judged").await;
    for papers in [&disputed, &judged] {
        world.delivered(papers).await;
    }
    assert_eq!(world.say(ROMAN, "/disputes", &dispute(&judged, now)).await.effect(), "disputed");
    let image = png(800, 600);
    // Where a blob belongs to is told by its path.
    let drawing = world.held_of(&illustration(), "drawing", 1).await;
    let digest = Sha256Digest::of(&image);
    let mut uploaders = wrong(&[OLA, STRANGER], UNKNOWN);
    uploaders.extend(wrong(&[ROMAN, EWA, OPERATOR, GATEWAY], NOT_CALLER));
    vec![
        post("/deliveries", delivery(&todo, now).bytes().to_vec(), ADAM, wrong(&[ROMAN, OLA, STRANGER], NOT_CALLER)),
        post(
            "/decisions",
            accept(&done, &answered, now).bytes().to_vec(),
            ROMAN,
            wrong(&[ADAM, EWA, OPERATOR, STRANGER], NOT_CALLER),
        ),
        post(
            "/disputes",
            dispute(&disputed, now).bytes().to_vec(),
            ROMAN,
            wrong(&[ADAM, EWA, OPERATOR, STRANGER], NOT_CALLER),
        ),
        post(
            "/dispute-decisions",
            ruling(&judged, 200, 0, now).bytes().to_vec(),
            EWA,
            wrong(&[ROMAN, ADAM, OPERATOR, STRANGER], NOT_CALLER),
        ),
        Route {
            method: Method::PUT,
            template: "/contracts/{contract}/blobs/{digest}",
            path: drawing.path(&format!("/blobs/{digest}")),
            body: image,
            right: drawing.provider,
            wrong: uploaders,
        },
    ]
}

fn get(template: &'static str, path: String, right: Person, refusal: (u16, &'static str)) -> Route {
    let wrong = wrong(&[STRANGER, OLA], refusal);
    Route { method: Method::GET, template, path, body: Vec::new(), right, wrong }
}

/// Everything that only reads, of a hold that has ended.
pub(super) async fn reads(world: &World) -> Vec<Route> {
    let papers = world.held_of(&illustration(), "read", 1).await;
    let image = png(640, 480);
    let digest = Sha256Digest::of(&image);
    let blob = papers.path(&format!("/blobs/{digest}"));
    assert_eq!(world.put(papers.provider, &blob, &image).await.status, 204);
    let response = crate::support::with_image(&papers, "read", &image, world.now());
    assert_eq!(world.say(papers.provider, "/deliveries", &response).await.effect(), "delivered");
    assert_eq!(world.say(ROMAN, "/decisions", &accept(&papers, &response, world.now())).await.effect(), "released");
    let (last, _) = world.head().await;
    let account = account("casualfeeders");
    // The release stands before the decision that it rests on.
    let transfers = format!("/facts/{}/transfers", last - 1);
    vec![
        get("/accounts", format!("/accounts?owner={}", FEEDERS.subject()), ROMAN, UNKNOWN),
        get("/accounts/{account}", format!("/accounts/{account}"), ROMAN, UNKNOWN),
        get("/accounts/{account}/balance", format!("/accounts/{account}/balance"), ROMAN, UNKNOWN),
        get("/accounts/{account}/statement", format!("/accounts/{account}/statement?limit=2"), ROMAN, UNKNOWN),
        get("/accounts/{account}/statement.csv", format!("/accounts/{account}/statement.csv"), ROMAN, UNKNOWN),
        get("/holds", format!("/holds?account={account}"), ROMAN, UNKNOWN),
        get("/holds/{hold}", format!("/holds/{}", papers.hold()), EWA, UNKNOWN),
        get("/contracts/{contract}", papers.path(""), papers.provider, UNKNOWN),
        get("/contracts/{contract}/hold", papers.path("/hold"), ROMAN, UNKNOWN),
        get("/contracts/{contract}/response", papers.path("/response"), EWA, UNKNOWN),
        get("/contracts/{contract}/receipt", papers.path("/receipt"), ROMAN, UNKNOWN),
        get("/contracts/{contract}/blobs/{digest}", blob, ROMAN, UNKNOWN),
        get("/facts/{seq}/transfers", transfers, ROMAN, UNKNOWN),
        get("/facts", "/facts".to_owned(), GATEWAY, NOT_CALLER),
    ]
}
