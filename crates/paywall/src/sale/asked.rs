//! A request, read within bounds: what is sold is known by method, URL and body.

use axum::{
    body::Body,
    extract::{MatchedPath, OriginalUri, Request},
};
use bytes::Bytes;
use earnest_base::Sha256Digest;
use earnest_x402::{
    ResourceUrl,
    header::{PAYMENT_SIGNATURE, X_PAYMENT},
    scheme::{PaidRequest, VerifiedPayment},
};
use http::{HeaderMap, StatusCode, header, request::Parts};
use http_body_util::{BodyExt, LengthLimitError, Limited};

use super::told::Problem;
use crate::{paywall::Inner, proxy::SoldPath};

/// A request to a paid route, without its payment.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) parts: Parts,
    pub(crate) body: Bytes,
    pub(crate) paid: PaidRequest,
    pub(crate) resource: ResourceUrl,
    /// The path as the router matched it.
    pub(crate) path: String,
    pub(crate) is_browser: bool,
}

/// What a handler finds among the request's extensions: the payment that it is paid by.
#[derive(Debug, Clone)]
pub struct PaidFor(pub VerifiedPayment);

impl Asked {
    /// Reads a request.
    pub(crate) async fn read(paywall: &Inner, request: Request) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        for name in [PAYMENT_SIGNATURE, X_PAYMENT] {
            parts.headers.remove(name);
        }
        let body = collect(paywall, body).await?;
        // Within a nested router the URL is cut; payers sign for the whole.
        let uri = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |OriginalUri(uri)| uri);
        let target = uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
        let url = format!("{}{target}", paywall.public);
        let unfit =
            |_| Problem::new(StatusCode::BAD_REQUEST, "request-unsellable", "expected a request that can be paid for");
        let paid = PaidRequest::new(parts.method.as_str(), &url, Sha256Digest::of(&body)).map_err(unfit)?;
        let resource = paid.url().as_str().parse().map_err(|_| {
            Problem::new(StatusCode::URI_TOO_LONG, "uri-too-long", "expected a URL of at most 2048 characters")
        })?;
        let sold = parts.extensions.get::<SoldPath>().map(|SoldPath(path)| path.as_str());
        let matched = || parts.extensions.get::<MatchedPath>().map_or(uri.path(), MatchedPath::as_str);
        let path = sold.unwrap_or_else(matched).to_owned();
        let is_browser = is_browser(&parts.headers);
        Ok(Self { parts, body, paid, resource, path, is_browser })
    }

    /// The request as the handler sees it.
    pub(crate) fn to_request(&self, payment: &VerifiedPayment) -> Request {
        let mut parts = self.parts.clone();
        // The body is whole now.
        parts.headers.remove(header::TRANSFER_ENCODING);
        parts.extensions.insert(PaidFor(payment.clone()));
        Request::from_parts(parts, Body::from(self.body.clone()))
    }
}

async fn collect(paywall: &Inner, body: Body) -> Result<Bytes, Problem> {
    let limits = &paywall.limits;
    let read = Limited::new(body, limits.request_bytes).collect();
    match tokio::time::timeout(limits.body_within, read).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            let expected = format!("expected a body of at most {} bytes", limits.request_bytes);
            Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body-too-large", expected))
        }
        Ok(Err(_)) => Err(Problem::new(StatusCode::BAD_REQUEST, "body-broken", "expected the whole body")),
        Err(_) => Err(Problem::new(StatusCode::REQUEST_TIMEOUT, "body-slow", "expected the whole body in time")),
    }
}

/// Whether a person is asked to pay: as the published servers tell.
fn is_browser(headers: &HeaderMap) -> bool {
    let says = |name, word: &str| {
        headers.get_all(name).iter().any(|value| value.to_str().is_ok_and(|value| value.contains(word)))
    };
    says(header::ACCEPT, "text/html") && says(header::USER_AGENT, "Mozilla")
}
