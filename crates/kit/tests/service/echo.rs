//! The service: it echoes, and fails in every way that a service can.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use aide::axum::{
    ApiRouter,
    routing::{get, post},
};
use axum::{Extension, Json, body::Body, middleware::from_fn_with_state, response::Response};
use earnest_artifacts::ServiceOffer;
use earnest_base::{OfferId, Orc};
use earnest_kit::{
    App, Caller, Class, PathParameters, Posted, Problem, QueryParameters, Server, ServerSettings, ServiceCode, Stop,
    Stopper, Strict, Unready, Verifier, produces, read_body,
    sse::{LastEventId, MemoryEvents, follow},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::{sync::Notify, task::JoinHandle};

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Note {
    text: String,
    #[serde(default)]
    price: Option<Orc>,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Page {
    limit: u16,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct OfferPath {
    offer: OfferId,
}

/// What a test holds of the service.
pub(crate) struct Service {
    pub(crate) address: SocketAddr,
    pub(crate) ready: Arc<AtomicBool>,
    pub(crate) events: Arc<MemoryEvents>,
    /// Lets one request of `/held` go on.
    pub(crate) gate: Arc<Notify>,
    /// Says that a request reached `/held`.
    pub(crate) reached: Arc<Notify>,
    pub(crate) stopper: Stopper,
    pub(crate) served: JoinHandle<()>,
}

/// Settings whose times end soon.
pub(crate) fn hasty() -> ServerSettings {
    ServerSettings { head_within_ms: 150, write_within_ms: 300, stop_within_ms: 3_000, ..ServerSettings::default() }
}

pub(crate) async fn start(settings: ServerSettings, verifier: Verifier) -> Service {
    start_with(settings, verifier, |class| class).await
}

pub(crate) async fn start_with(
    settings: ServerSettings,
    verifier: Verifier,
    change: impl Fn(Class) -> Class,
) -> Service {
    let (ready, events) = (Arc::new(AtomicBool::new(true)), Arc::new(MemoryEvents::new(1_000)));
    let (gate, reached) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let open = Class { body_max_bytes: 1_000, body_within: Duration::from_millis(150), ..Class::open() };
    let asked = Arc::clone(&ready);
    let app = App::new("echo", "0.0.0")
        .routes(change(open.clone()), open_routes())
        .routes(change(Class { answer_within: Duration::from_millis(100), ..open.clone() }), slow_routes())
        .routes(change(Class { at_once: 1, ..open.clone() }), held_routes(&gate, &reached))
        .routes(
            change(Class { takes_chunked: true, ..open.clone() }),
            ApiRouter::new().api_route("/chunked", post(length)),
        )
        .routes(change(Class::open()), ApiRouter::new().api_route("/offers", post(posted)))
        .routes(change(open.clone().streams()), stream_routes(&events))
        .routes(change(Class::signed(verifier.clone())), signed_routes())
        .routes(
            change(Class { streams_bodies: true, ..Class::signed(verifier) }),
            ApiRouter::new().api_route("/signed/stream", post(length)),
        )
        .check("store", move || {
            let ready = asked.load(Ordering::SeqCst);
            async move { if ready { Ok(()) } else { Err(Unready("the store does not answer")) } }
        });
    let server = Server::bind(&settings).await.unwrap();
    let address = server.address();
    let (stopper, stop) = Stop::pair();
    let served = tokio::spawn(async move { server.serve(app, stop).await.unwrap() });
    Service { address, ready, events, gate, reached, stopper, served }
}

fn open_routes() -> ApiRouter {
    let csv = from_fn_with_state(&["text/csv"][..], produces);
    ApiRouter::new()
        .api_route("/note", post(note).get(|| async { "a note" }))
        .api_route("/page", get(page))
        .api_route("/offers/{offer}", get(offer))
        .api_route("/length", post(length))
        .api_route("/panic", get(fail))
        .route("/own-402", axum::routing::get(|| async { (http::StatusCode::PAYMENT_REQUIRED, Json(["pay"])) }))
        .route("/plain-500", axum::routing::get(|| async { (http::StatusCode::INTERNAL_SERVER_ERROR, "details") }))
        .merge(ApiRouter::new().api_route("/statement.csv", get(|| async { "at,amount\n" })).layer(csv))
}

fn slow_routes() -> ApiRouter {
    ApiRouter::new().api_route("/never", get(never))
}

async fn never() -> &'static str {
    std::future::pending().await
}

fn held_routes(gate: &Arc<Notify>, reached: &Arc<Notify>) -> ApiRouter {
    let (gate, reached) = (Arc::clone(gate), Arc::clone(reached));
    let held = move || {
        let (gate, reached) = (Arc::clone(&gate), Arc::clone(&reached));
        async move {
            reached.notify_one();
            gate.notified().await;
            "held"
        }
    };
    ApiRouter::new().api_route("/held", get(held))
}

fn stream_routes(events: &Arc<MemoryEvents>) -> ApiRouter {
    let events = Arc::clone(events);
    let stream = move |after: LastEventId, Extension(stop): Extension<Stop>| {
        let events = Arc::clone(&events);
        async move { follow(events, after, stop, Duration::from_millis(50)).await }
    };
    ApiRouter::new().route("/events", axum::routing::get(stream))
}

fn signed_routes() -> ApiRouter {
    ApiRouter::new().api_route("/signed/note", post(signed_note)).api_route("/signed/me", get(me))
}

async fn note(Strict(note): Strict<Note>) -> Json<Note> {
    Json(note)
}

async fn page(QueryParameters(page): QueryParameters<Page>) -> Json<Page> {
    Json(page)
}

async fn offer(PathParameters(path): PathParameters<OfferPath>) -> Json<OfferPath> {
    Json(path)
}

async fn posted(Posted(offer): Posted<ServiceOffer>) -> String {
    earnest_signing::Document::id(&*offer)
}

async fn length(body: Body) -> Result<String, Problem> {
    Ok(read_body(body).await?.len().to_string())
}

async fn fail() -> Response {
    panic!("canary-panic: {}", ServiceCode::Internal.says());
}

async fn signed_note(caller: Caller, Strict(note): Strict<Note>) -> String {
    format!("{}: {}", caller.subject(), note.text)
}

async fn me(caller: Caller) -> String {
    caller.subject().to_string()
}
