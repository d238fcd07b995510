//! Bodies in JSON, read strictly: no member twice, none that the type does not know, 32 levels deep at most, no number
//! that a reader would round.

use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use earnest_signing::{Document, Limits, Signed, Verified, read};
use http::{HeaderMap, header};
use serde::de::DeserializeOwned;

use crate::{
    body::read_body,
    problem::{Problem, ServiceCode},
};

/// A body in JSON, read strictly into a type. The type refuses members that it does not know
/// (`#[serde(deny_unknown_fields)]`); [`App`](crate::App) does not start with one that takes them.
#[derive(Debug, Clone, Copy)]
pub struct Strict<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Strict<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let bytes = json_bytes(request).await?;
        // The route bounds the bytes, so the reader does not.
        let json = read(&bytes, Limits { max_bytes: usize::MAX, ..Limits::DOCUMENT })?;
        json.decode().map(Self).map_err(|error| error.located_in(&bytes).into())
    }
}

/// A signed document of one kind, as a body: parsed and verified. What it means, and who may send it, is the handler's to
/// judge.
#[derive(Debug, Clone)]
pub struct Posted<T: Document>(pub Verified<T>);

impl<T: Document, S: Send + Sync> FromRequest<S> for Posted<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let bytes = json_bytes(request).await?;
        Ok(Self(Signed::<T>::parse(&bytes)?.verify()?))
    }
}

async fn json_bytes(request: Request) -> Result<Bytes, Problem> {
    if !is_json(request.headers()) {
        return Err(ServiceCode::MediaTypeUnsupported.problem().detail("expected application/json"));
    }
    read_body(request.into_body()).await
}

/// Whether the body is said to be JSON: `application/json`, or a type whose name ends in `+json`; in UTF-8, if it says.
fn is_json(headers: &HeaderMap) -> bool {
    let mut named = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(named), None) = (named.next(), named.next()) else { return false };
    let Ok(named) = named.to_str() else { return false };
    let named = named.to_ascii_lowercase();
    let mut parts = named.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default();
    let is_json = essence == "application/json"
        || essence.strip_prefix("application/").is_some_and(|name| name.ends_with("+json"));
    let utf8 = ["charset=utf-8", "charset=\"utf-8\""];
    is_json && parts.all(|parameter| !parameter.starts_with("charset") || utf8.contains(&parameter))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn json_is_told_by_its_media_type() {
        for (named, verdict) in [
            ("application/json", true),
            ("Application/JSON; charset=UTF-8", true),
            ("application/ld+json", true),
            ("application/json; charset=utf-16", false),
            ("text/json", false),
            ("text/plain", false),
            ("", false),
        ] {
            let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static(named))]);
            assert_eq!(is_json(&headers), verdict, "{named}");
        }
        assert!(!is_json(&HeaderMap::new()));
        let mut twice = HeaderMap::new();
        twice.append(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        twice.append(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
        assert!(!is_json(&twice));
    }
}
