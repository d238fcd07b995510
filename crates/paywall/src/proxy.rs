//! A reverse proxy: puts a price on an endpoint that knows nothing of it.
//!
//! What is not priced is not forwarded. A path is taken only in its plain spelling, so that no spelling of a dear path
//! passes as a cheap one.

mod path;
mod upstream;

use std::{convert::Infallible, sync::Arc};

use axum::{
    Router,
    extract::Request,
    response::{IntoResponse, Response},
};
use http::{Method, StatusCode};
use tower::{Layer, Service, service_fn};

use crate::{PaidRoute, sale::Problem};

pub(crate) use path::Pattern;
pub use upstream::Upstream;

/// The priced routes of upstreams.
#[derive(Debug, Clone, Default)]
pub struct Proxy {
    routes: Vec<Arc<Priced>>,
}

#[derive(Debug)]
struct Priced {
    pattern: Pattern,
    methods: Vec<Method>,
    paid: PaidRoute,
    upstream: Upstream,
}

/// The pattern that a request matched, for what is bound to it.
#[derive(Debug, Clone)]
pub(crate) struct SoldPath(pub(crate) String);

impl Proxy {
    /// Adds a route: a path such as `/report`, `/users/{id}` or `/files/{*rest}`, its methods, its price, and where its
    /// requests go. `None` where the path is no pattern.
    #[must_use]
    pub fn route(mut self, path: &str, methods: Vec<Method>, paid: PaidRoute, upstream: Upstream) -> Option<Self> {
        let pattern = Pattern::new(path)?;
        self.routes.push(Arc::new(Priced { pattern, methods, paid, upstream }));
        Some(self)
    }

    /// The proxy as a router, to be served or merged as its fallback.
    pub fn into_router(self) -> Router {
        let proxy = Arc::new(self);
        Router::new().fallback(move |request: Request| {
            let proxy = Arc::clone(&proxy);
            async move { proxy.serve(request).await }
        })
    }

    async fn serve(&self, mut request: Request) -> Response {
        let priced = match self.find(request.method(), request.uri().path()) {
            Ok(priced) => Arc::clone(priced),
            Err(problem) => return problem.into_response(),
        };
        request.extensions_mut().insert(SoldPath(priced.pattern.as_str().to_owned()));
        let upstream = priced.upstream.clone();
        let work = service_fn(move |request: Request| {
            let upstream = upstream.clone();
            async move { Ok::<_, Infallible>(upstream.forward(request).await) }
        });
        let Ok(response) = priced.paid.layer(work).call(request).await;
        response
    }

    /// The route of a request: the most particular pattern that it matches, in every spelling the same.
    fn find(&self, method: &Method, path: &str) -> Result<&Arc<Priced>, Problem> {
        if !path::is_plain(path) {
            return Err(refused(StatusCode::BAD_REQUEST, "path-not-plain", "expected a path in its plain spelling"));
        }
        let unknown = || refused(StatusCode::NOT_FOUND, "route-unknown", "expected a path that is sold here");
        let best = |path: &str, folded: bool| {
            let matching = self.routes.iter().filter(|priced| priced.pattern.matches(path, folded));
            matching.map(|priced| priced.pattern.rank()).max()
        };
        let found = best(path, false).ok_or_else(unknown)?;
        // Another letter case, or a slash at the end, is the same path to some servers.
        if best(&path::folded(path), true).as_ref() != Some(&found) {
            return Err(refused(StatusCode::BAD_REQUEST, "path-ambiguous", "expected a path as it is priced"));
        }
        let mut fitting =
            self.routes.iter().filter(|priced| priced.pattern.rank() == found && priced.pattern.matches(path, false));
        let unserved =
            || refused(StatusCode::METHOD_NOT_ALLOWED, "method-unsupported", "expected a method that is sold here");
        fitting.find(|priced| priced.methods.contains(method)).ok_or_else(unserved)
    }
}

fn refused(status: StatusCode, code: &'static str, error: &str) -> Problem {
    Problem::new(status, code, error)
}
