//! The outermost layer: every request gets its id, its span and its checks; every answer its headers, every refusal its
//! problem, every panic its 500; and one line of the log says how it went.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Instant};

use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;
use http::{HeaderMap, HeaderValue, Version, header};
use tracing::{Instrument, Span, field};

use crate::{
    auth::{Authority, Caller},
    problem::{MEDIA_TYPE, Problem, ServiceCode},
    request_id::{HEADER, RequestId},
    telemetry::{Metrics, Pseudonym, method_label},
};

/// The longest path and query: what RFC 9110 recommends to take, in bytes.
const MAX_TARGET_BYTES: usize = 8_000;

/// What the outermost layer knows.
#[derive(Debug)]
pub(crate) struct Front {
    pub(crate) authority: Authority,
    pub(crate) max_head_bytes: usize,
    pub(crate) metrics: Metrics,
}

/// Lets a request through to its route, and sees to its answer.
pub(crate) async fn receive(State(front): State<Arc<Front>>, mut request: Request, next: Next) -> Response {
    let started = now();
    let id = RequestId::new();
    let method = request.method().clone();
    let route =
        request.extensions().get::<MatchedPath>().map_or_else(|| Arc::from("unmatched"), |path| path.as_str().into());
    request.extensions_mut().insert(id);
    let span = tracing::info_span!("request", request_id = %id, method = method_label(&method), route = &*route);
    let handled = async {
        match front.head(&request) {
            Ok(()) => next.run(request).await,
            Err(problem) => problem.into_response(),
        }
    };
    // A handler that panics leaves nothing behind that another request reads: state is behind locks that recover.
    let handled = AssertUnwindSafe(handled).catch_unwind().instrument(span.clone()).await;
    let response = handled.unwrap_or_else(|_| ServiceCode::Internal.problem().into_response());
    let response = finished(response, id);
    let took = started.elapsed();
    front.metrics.request(&method, &route, response.status(), took);
    log(&span, &response, took.as_micros());
    if let Some(problem) = response.extensions().get::<Problem>() {
        front.metrics.count_by("earnest_refusals_total", &[("code", problem.code())]);
    }
    response
}

#[expect(clippy::disallowed_methods, reason = "measures how long a request took")]
fn now() -> Instant {
    Instant::now()
}

fn log(span: &Span, response: &Response, micros: u128) {
    let status = response.status().as_u16();
    let code = response.extensions().get::<Problem>().map(Problem::code);
    let caller = response.extensions().get::<Caller>().map(|caller| Pseudonym::of(&caller.subject().to_string()));
    let caller = caller.map(field::display);
    if response.status().is_server_error() {
        tracing::error!(target: "earnest::access", parent: span, status, code, caller, micros);
    } else {
        tracing::info!(target: "earnest::access", parent: span, status, code, caller, micros);
    }
}

impl Front {
    /// Refuses a head that is too large, or that is meant for another host.
    fn head(&self, request: &Request) -> Result<(), Problem> {
        let bytes: usize = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
        if bytes > self.max_head_bytes {
            return Err(ServiceCode::HeadersTooLarge.into());
        }
        if request.uri().path_and_query().is_some_and(|target| target.as_str().len() > MAX_TARGET_BYTES) {
            return Err(ServiceCode::UriTooLong.into());
        }
        let mut hosts = request.headers().get_all(header::HOST).iter();
        let (host, another) = (hosts.next(), hosts.next());
        let host = host.map(HeaderValue::to_str).transpose().map_err(|_| ServiceCode::RequestMalformed)?;
        let named = request.uri().authority().map(http::uri::Authority::as_str);
        let authority = match (named, host, another) {
            (Some(named), Some(host), None) if named.eq_ignore_ascii_case(host) => named,
            (Some(named), None, _) if request.version() > Version::HTTP_11 => named,
            (None, Some(host), None) => host,
            _ => return Err(ServiceCode::RequestMalformed.problem().detail("expected one host")),
        };
        if self.authority.takes(authority) { Ok(()) } else { Err(ServiceCode::Misdirected.into()) }
    }
}

/// The answer as it goes out: refusals as problems, with the request's id, and nothing that is kept or guessed at.
fn finished(response: Response, id: RequestId) -> Response {
    let header = id.header();
    let problem = match response.extensions().get::<Problem>() {
        Some(problem) => Some(problem.clone()),
        None if is_frameworks(&response) => Some(ServiceCode::of_status(response.status()).problem()),
        None => None,
    };
    let mut response = match problem {
        Some(problem) => retold(response, problem, header.to_str().ok()),
        None => response,
    };
    let headers = response.headers_mut();
    headers.insert(HEADER, header);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Whether a refusal is the framework's own: a text for people, or nothing at all.
fn is_frameworks(response: &Response) -> bool {
    let status = response.status();
    let content_type = response.headers().get(header::CONTENT_TYPE).and_then(|named| named.to_str().ok());
    (status.is_client_error() || status.is_server_error())
        && content_type.is_none_or(|named| named.starts_with("text/plain"))
}

/// The problem as the answer, with what else the answer's headers say.
fn retold(response: Response, problem: Problem, id: Option<&str>) -> Response {
    let (parts, _) = response.into_parts();
    let mut told = problem.response(id);
    let kept = |name: &header::HeaderName| ![header::CONTENT_TYPE, header::CONTENT_LENGTH].contains(name);
    let headers: HeaderMap = parts.headers.into_iter().filter_map(|(name, value)| Some((name?, value))).collect();
    for (name, value) in headers.iter().filter(|(name, _)| kept(name)) {
        told.headers_mut().insert(name, value.clone());
    }
    debug_assert!(told.headers().get(header::CONTENT_TYPE).is_some_and(|named| named == MEDIA_TYPE));
    let extensions = std::mem::take(told.extensions_mut());
    *told.extensions_mut() = parts.extensions;
    told.extensions_mut().extend(extensions);
    told
}
