//! What media types a route answers in, and whether the request accepts one of them.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, header};

use crate::problem::ServiceCode;

/// A layer's function: refuses, with 406, requests that accept none of these media types. A request without `Accept`
/// accepts all.
///
/// ```
/// use aide::axum::{ApiRouter, routing::get};
/// use earnest_kit::produces;
///
/// let statement = || async { "at,amount\n" };
/// let only_csv = axum::middleware::from_fn_with_state(&["text/csv"][..], produces);
/// let routes: ApiRouter = ApiRouter::new().route("/statement.csv", get(statement)).layer(only_csv);
/// ```
pub async fn produces(State(types): State<&'static [&'static str]>, request: Request, next: Next) -> Response {
    if accepts(request.headers(), types) {
        next.run(request).await
    } else {
        let detail = format!("expected a request that accepts {}", types.join(" or "));
        ServiceCode::NotAcceptable.problem().detail(detail).into_response()
    }
}

fn accepts(headers: &HeaderMap, types: &[&str]) -> bool {
    let mut ranges = headers.get_all(header::ACCEPT).iter().flat_map(|line| line.to_str().unwrap_or("*/*").split(','));
    headers.get(header::ACCEPT).is_none()
        || ranges.any(|range| {
            let mut parts = range.split(';').map(str::trim);
            let range = parts.next().unwrap_or_default().to_ascii_lowercase();
            let refused = parts.any(|part| {
                let weight = part.strip_prefix("q=").map(|weight| weight.trim_end_matches('0'));
                matches!(weight, Some("" | "0." | "0"))
            });
            !refused && types.iter().any(|media_type| covers(&range, media_type))
        })
}

fn covers(range: &str, media_type: &str) -> bool {
    let major = media_type.split_once('/').map_or(media_type, |(major, _)| major);
    range == "*/*" || range == media_type || range.strip_suffix("/*") == Some(major)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn a_range_covers_its_types() {
        for (accept, verdict) in [
            ("text/csv", true),
            ("text/*", true),
            ("*/*", true),
            ("application/json, text/csv;q=0.5", true),
            ("text/csv;q=0", false),
            ("text/csv; q=0.0", false),
            ("application/json", false),
            ("", false),
        ] {
            let headers = HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(accept))]);
            assert_eq!(accepts(&headers, &["text/csv"]), verdict, "{accept}");
        }
        assert!(accepts(&HeaderMap::new(), &["text/csv"]));
    }
}
