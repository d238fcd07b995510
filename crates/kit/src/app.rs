//! A service's routes, each in its class, with what every service serves besides: health, metrics, OpenAPI, schemas.

use std::sync::Arc;

use aide::axum::{ApiRouter, routing::get};
use axum::{
    Extension, Json, Router,
    extract::Path,
    middleware::from_fn_with_state,
    response::{IntoResponse, Response},
};
use http::header;
use serde_json::Value;

use crate::{
    auth::Authority,
    class::{Class, Gate, pass},
    front::{Front, receive},
    health::{Check, Checks, Health, Unready},
    openapi::{AppError, Document},
    problem::{Problem, ServiceCode},
    server::{Peer, ServerSettings, Stop},
    telemetry::Metrics,
};

/// A service that is being put together. Routes come in with a class, and there is no other way for them to come in.
#[derive(Debug)]
pub struct App {
    name: &'static str,
    router: Router,
    document: Document,
    checks: Vec<Check>,
    metrics: Metrics,
    otherwise: Option<Router>,
}

/// What is served.
pub(crate) struct Started {
    pub(crate) name: &'static str,
    pub(crate) router: Router,
    pub(crate) metrics: Metrics,
}

impl App {
    /// A service of this name and version, with nothing of its own yet.
    #[must_use]
    pub fn new(name: &'static str, version: &'static str) -> Self {
        let document = Document::new(name, version);
        let (checks, metrics) = (Vec::new(), Metrics::default());
        Self { name, router: Router::new(), document, checks, metrics, otherwise: None }
    }

    /// Adds routes of a class.
    #[must_use]
    pub fn routes(mut self, class: Class, routes: ApiRouter) -> Self {
        let is_signed = matches!(class.access, crate::class::Access::Signed(_));
        let router = self.document.take(routes, is_signed);
        let gate = Arc::new(Gate::new(class));
        self.router = self.router.merge(router.layer(from_fn_with_state(gate, pass)));
        self
    }

    /// Sends what no route of the service names to these, in a class: somebody else's routes, which no document describes.
    #[must_use]
    pub fn otherwise(self, class: Class, routes: Router) -> Self {
        let gate = Arc::new(Gate::new(class));
        Self { otherwise: Some(routes.layer(from_fn_with_state(gate, pass))), ..self }
    }

    /// Adds something without which the service is not ready.
    #[must_use]
    pub fn check<F>(mut self, name: &'static str, probe: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<(), Unready>> + Send + 'static,
    {
        self.checks.push(Check { name, probe: Box::new(move || Box::pin(probe())) });
        self
    }

    /// Adds schemas of the service's own to those of the documents, each under its name.
    #[must_use]
    pub fn schemas(mut self, schemas: impl IntoIterator<Item = (&'static str, Value)>) -> Self {
        self.document.schemas.extend(schemas);
        self
    }

    /// The service's metrics, to count in.
    #[must_use]
    pub fn metrics(&self) -> Metrics {
        self.metrics.clone()
    }

    /// The OpenAPI document.
    ///
    /// # Errors
    /// [`AppError`]: a body's type that takes members it does not know, or two types under one name.
    pub fn openapi(&self) -> Result<Value, AppError> {
        self.document.to_json()
    }

    pub(crate) fn start(
        mut self,
        settings: &ServerSettings,
        authority: Authority,
        stop: Stop,
    ) -> Result<Started, AppError> {
        let checks = Arc::new(Checks { checks: std::mem::take(&mut self.checks), stop: stop.clone() });
        let (name, metrics) = (self.name, self.metrics.clone());
        let app = self.routes(Class::open(), shared_routes());
        let shared = Arc::new(Shared {
            openapi: app.document.to_json()?,
            schemas: app.document.schemas.clone(),
            checks,
            metrics: metrics.clone(),
        });
        let max_head_bytes = settings.max_head_bytes;
        let front = Arc::new(Front { authority, max_head_bytes, metrics: metrics.clone() });
        let router = match app.otherwise {
            Some(routes) => app.router.fallback_service(routes),
            None => app.router.fallback(|| async { ServiceCode::RouteUnknown.problem() }),
        };
        let router = router.layer(Extension(shared)).layer(Extension(stop)).layer(from_fn_with_state(front, receive));
        Ok(Started { name, router, metrics })
    }
}

/// What the shared routes answer from.
struct Shared {
    openapi: Value,
    schemas: std::collections::BTreeMap<&'static str, Value>,
    checks: Arc<Checks>,
    metrics: Metrics,
}

fn shared_routes() -> ApiRouter {
    ApiRouter::new()
        .api_route("/health", get(ready))
        .api_route("/health/live", get(live))
        .api_route("/health/ready", get(ready))
        .route("/metrics", axum::routing::get(metrics))
        .route("/openapi.json", axum::routing::get(openapi))
        .route("/schemas/", axum::routing::get(schemas))
        .route("/schemas/{file}", axum::routing::get(schema))
}

/// The process answers.
async fn live() -> Json<Health> {
    Json(Health { live: true, ready: true, checks: Vec::new() })
}

async fn ready(Extension(shared): Extension<Arc<Shared>>) -> Result<Json<Health>, Problem> {
    shared.checks.ready().await.map(Json)
}

/// The metrics, for this machine only: what they count is the operator's.
async fn metrics(Extension(shared): Extension<Arc<Shared>>, peer: Option<Extension<Peer>>) -> Response {
    if !peer.is_some_and(|Extension(peer)| peer.is_local()) {
        return ServiceCode::RouteUnknown.problem().into_response();
    }
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], shared.metrics.render()).into_response()
}

async fn openapi(Extension(shared): Extension<Arc<Shared>>) -> Json<Value> {
    Json(shared.openapi.clone())
}

async fn schemas(Extension(shared): Extension<Arc<Shared>>) -> Json<Value> {
    let list: Vec<Value> = shared.schemas.keys().map(|name| format!("/schemas/{name}.schema.json").into()).collect();
    Json(serde_json::json!({ "schemas": list }))
}

async fn schema(Extension(shared): Extension<Arc<Shared>>, Path(file): Path<String>) -> Response {
    match file.strip_suffix(".schema.json").and_then(|name| shared.schemas.get(name)) {
        Some(schema) => {
            let content_type = [(header::CONTENT_TYPE, "application/schema+json")];
            (content_type, serde_json::to_string(schema).unwrap_or_default()).into_response()
        }
        None => ServiceCode::RouteUnknown.problem().into_response(),
    }
}
