//! A payment provider over HTTP: signs its messages, and keeps what it is told of payouts.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use axum::{
    body::Body,
    extract::{Path, State},
    response::IntoResponse,
    routing::{get, post},
};
use earnest_base::Timestamp;
use earnest_kit::{App, Class, Server, ServerSettings, Stop, Stopper, read_body};
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use sha2::Sha256;

/// What provider and gateway share.
pub(crate) const SECRET: &str = "a secret of the provider";

/// The header of a message, as its documentation has it.
pub(crate) fn header(secret: &str, body: &[u8], now: Timestamp) -> String {
    let seconds = now.unix_millis() / 1_000;
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("{seconds}.").as_bytes());
    mac.update(body);
    let mut header = format!("t={seconds},v1=");
    mac.finalize().into_bytes().iter().for_each(|byte| write!(header, "{byte:02x}").unwrap());
    header
}

/// A message of the provider.
pub(crate) fn message(event: &str, kind: &str, at: Timestamp, inner: &Value) -> String {
    let about = kind.split_once('.').unwrap().0;
    json!({ "id": event, "type": kind, "at": at, "livemode": false, about: inner }).to_string()
}

/// How the provider answers instructions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answers {
    Taken,
    /// It takes them, and its answer is an outage.
    TakenSilently,
    Refused,
    Unavailable,
}

/// The provider.
#[derive(Clone)]
pub(crate) struct Stub(Arc<Mutex<Inner>>);

struct Inner {
    answers: Answers,
    asked: Option<Value>,
    payments: Value,
    payouts: BTreeMap<String, Value>,
    calls: usize,
}

impl Stub {
    /// A provider that listens.
    pub(crate) async fn start() -> (Self, SocketAddr, Stopper) {
        let inner =
            Inner { answers: Answers::Taken, asked: None, payments: json!([]), payouts: BTreeMap::new(), calls: 0 };
        let stub = Self(Arc::new(Mutex::new(inner)));
        let routes = aide::axum::ApiRouter::new()
            .route("/payouts", post(instructed))
            .route("/payouts/{payout}", get(asked))
            .route("/payments/{top_up}", get(payments))
            .with_state(stub.clone());
        let app = App::new("provider", "0").routes(Class::open(), routes);
        let server = Server::bind(&ServerSettings::default()).await.unwrap();
        let (address, (stopper, stop)) = (server.address(), Stop::pair());
        tokio::spawn(server.serve(app, stop));
        (stub, address, stopper)
    }

    pub(crate) fn answers(&self, answers: Answers) {
        self.0.lock().unwrap().answers = answers;
    }

    /// What it says from now on of a payout that it is asked about.
    pub(crate) fn says(&self, said: Value) {
        self.0.lock().unwrap().asked = Some(said);
    }

    /// What it knows of payments from now on, as messages.
    pub(crate) fn knows(&self, messages: Value) {
        self.0.lock().unwrap().payments = messages;
    }

    /// What it was told to pay, each payout once.
    pub(crate) fn payouts(&self) -> Vec<Value> {
        self.0.lock().unwrap().payouts.values().cloned().collect()
    }

    pub(crate) fn calls(&self) -> usize {
        self.0.lock().unwrap().calls
    }
}

/// Whether a request is signed, whenever it was: the tests drive the clock.
fn is_signed(headers: &HeaderMap, body: &[u8]) -> bool {
    let given = headers.get("webhook-signature").unwrap().to_str().unwrap();
    let seconds: i64 = given.strip_prefix("t=").unwrap().split_once(',').unwrap().0.parse().unwrap();
    header(SECRET, body, Timestamp::from_unix_millis(seconds * 1_000).unwrap()) == given
}

async fn instructed(State(stub): State<Stub>, headers: HeaderMap, body: Body) -> impl IntoResponse {
    let body = read_body(body).await.unwrap();
    let mut inner = stub.0.lock().unwrap();
    inner.calls += 1;
    if !is_signed(&headers, &body) {
        return (StatusCode::UNAUTHORIZED, String::new());
    }
    match inner.answers {
        Answers::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, String::new()),
        Answers::Refused => (StatusCode::UNPROCESSABLE_ENTITY, json!({ "code": "destination-unknown" }).to_string()),
        Answers::Taken | Answers::TakenSilently => {
            let key = headers.get("idempotency-key").unwrap().to_str().unwrap().to_owned();
            let told: Value = serde_json::from_slice(&body).unwrap();
            assert_eq!(told["id"], key);
            assert_eq!(*inner.payouts.entry(key).or_insert_with(|| told.clone()), told);
            let silent = inner.answers == Answers::TakenSilently;
            let status = if silent { StatusCode::BAD_GATEWAY } else { StatusCode::OK };
            (status, json!({ "reference": "po_1" }).to_string())
        }
    }
}

async fn asked(State(stub): State<Stub>, Path(payout): Path<String>, headers: HeaderMap) -> impl IntoResponse {
    let inner = stub.0.lock().unwrap();
    if !is_signed(&headers, payout.as_bytes()) {
        return (StatusCode::UNAUTHORIZED, String::new());
    }
    (StatusCode::OK, inner.asked.clone().unwrap_or_else(|| json!({ "state": "pending" })).to_string())
}

async fn payments(State(stub): State<Stub>, Path(top_up): Path<String>, headers: HeaderMap) -> impl IntoResponse {
    if !is_signed(&headers, top_up.as_bytes()) {
        return (StatusCode::UNAUTHORIZED, String::new());
    }
    (StatusCode::OK, stub.0.lock().unwrap().payments.to_string())
}
