//! Somebody's endpoint, called for a request that is paid.

use std::{net::SocketAddr, time::Duration};

use axum::{
    body::Body,
    extract::{ConnectInfo, Request},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use http_body_util::BodyExt;
use reqwest::{Client, Url};

use crate::{
    outside::{self, SetupError},
    sale::Problem,
};

/// An endpoint, and what it is sent.
#[derive(Debug, Clone)]
pub struct Upstream {
    base: String,
    client: Client,
    forwards_authorization: bool,
    answer_bytes: usize,
}

/// What is never forwarded: headers of one connection, payments, who the client says it is, conditions under which there
/// would be no answer to sell, and what makes another method of a request than the one that is priced.
const NOT_FORWARDED: &[&str] = &[
    "connection",
    "content-length",
    "expect",
    "forwarded",
    "host",
    "if-modified-since",
    "if-none-match",
    "keep-alive",
    "payment-signature",
    "proxy-authorization",
    "proxy-connection",
    "sign-in-with-x",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-forwarded-proto",
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
    "x-original-url",
    "x-payment",
    "x-real-ip",
    "x-rewrite-url",
];

impl Upstream {
    /// An endpoint at this URL; the path of a request is added to it. An answer that takes longer than `within` is none.
    ///
    /// # Errors
    /// [`SetupError`].
    pub fn new(url: &str, within: Duration) -> Result<Self, SetupError> {
        let (base, client) = (outside::base(url)?, outside::client(within)?);
        Ok(Self { base, client, forwards_authorization: false, answer_bytes: 4 << 20 })
    }

    /// The same, with the client's `Authorization` forwarded.
    #[must_use]
    pub fn forwarding_authorization(self) -> Self {
        Self { forwards_authorization: true, ..self }
    }

    /// The same, for answers of so many bytes at most.
    #[must_use]
    pub fn answer_bytes(self, answer_bytes: usize) -> Self {
        Self { answer_bytes, ..self }
    }

    /// Forwards a request. Whatever goes wrong upstream is 502, so that nothing is settled for it.
    pub(crate) async fn forward(&self, request: Request) -> Response {
        let (parts, body) = request.into_parts();
        let Some(url) = self.url(&parts.uri) else {
            return Problem::new(StatusCode::BAD_REQUEST, "path-not-plain", "expected a path in its plain spelling")
                .into_response();
        };
        // The paywall has read it within its bounds.
        let Ok(body) = body.collect().await else {
            return Problem::new(StatusCode::BAD_REQUEST, "body-broken", "expected the whole body").into_response();
        };
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip());
        let mut headers = self.forwarded(&parts.headers);
        if let Some(address) = peer.and_then(|peer| HeaderValue::from_str(&peer.to_string()).ok()) {
            headers.insert("x-forwarded-for", address);
        }
        let sent = self.client.request(parts.method, url).headers(headers).body(body.to_bytes()).send().await;
        match sent {
            Ok(answer) => self.answered(answer).await,
            Err(error) => unreachable(&outside::told(&error)),
        }
    }

    async fn answered(&self, answer: reqwest::Response) -> Response {
        if answer.status().is_redirection() {
            return unreachable("a redirect, which is not followed");
        }
        let mut response = Response::new(Body::empty());
        *response.status_mut() = answer.status();
        *response.headers_mut() = without_connection(answer.headers());
        response.headers_mut().remove(header::CONTENT_LENGTH);
        match outside::whole(answer, self.answer_bytes).await {
            Ok(body) => {
                *response.body_mut() = Body::from(body);
                response
            }
            Err(error) => unreachable(&error),
        }
    }

    /// The URL of a request upstream; `None` where the URL's parser reads another path than was priced.
    fn url(&self, uri: &http::Uri) -> Option<Url> {
        let target = uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
        let text = format!("{}{target}", self.base);
        let url = Url::parse(&text).ok()?;
        let prefix = Url::parse(&self.base).ok()?;
        let expected = format!("{}{}", prefix.path().trim_end_matches('/'), uri.path());
        (url.path() == expected && url.origin() == prefix.origin()).then_some(url)
    }

    fn forwarded(&self, headers: &HeaderMap) -> HeaderMap {
        let mut forwarded = without_connection(headers);
        for name in NOT_FORWARDED {
            forwarded.remove(*name);
        }
        if !self.forwards_authorization {
            forwarded.remove(header::AUTHORIZATION);
        }
        if let Some(host) = headers.get(header::HOST) {
            forwarded.insert("x-forwarded-host", host.clone());
        }
        forwarded
    }
}

/// Headers without those of one connection, also those that `Connection` names.
fn without_connection(headers: &HeaderMap) -> HeaderMap {
    let named: Vec<HeaderName> = headers
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    let mut kept = headers.clone();
    for name in named {
        kept.remove(name);
    }
    for name in [
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    ] {
        kept.remove(name);
    }
    kept
}

/// Where it is, and what it said, is no business of the client's.
fn unreachable(reason: &str) -> Response {
    tracing::warn!(reason, "an upstream did not answer");
    let error = "expected an answer of the service behind, found none; nothing is charged";
    Problem::new(StatusCode::BAD_GATEWAY, "upstream-out-of-reach", error).into_response()
}
