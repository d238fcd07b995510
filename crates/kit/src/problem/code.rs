//! The codes that every service shares: what the server, its layers and its extractors refuse.

use std::fmt::Write as _;

use earnest_request::RequestError;
use http::StatusCode;

use super::{Problem, Refusal};

/// Declares the codes: variant, word, status, seconds after which to try again (0: it changes nothing), and what it says.
macro_rules! codes {
    ($($name:ident = $word:literal, $status:ident, $retry:literal, $says:literal;)*) => {
        /// What the kit itself refuses, whatever the service.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ServiceCode {
            $(#[doc = $says] $name,)*
        }

        impl ServiceCode {
            /// Every code, by status.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// What it means, in a sentence.
            #[must_use]
            pub const fn says(self) -> &'static str {
                match self { $(Self::$name => $says,)* }
            }
        }

        impl Refusal for ServiceCode {
            fn code(&self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }

            fn status(&self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status,)* }
            }

            fn title(&self) -> &'static str {
                self.says()
            }

            fn retry_after_secs(&self) -> Option<u32> {
                match self { $(Self::$name => if $retry == 0 { None } else { Some($retry) },)* }
            }
        }
    };
}

codes! {
    RequestMalformed = "request-malformed", BAD_REQUEST, 0, "The request is not HTTP that this service takes.";
    BodyInvalid = "body-invalid", BAD_REQUEST, 0, "The body is not what this route takes.";
    BodyBroken = "body-broken", BAD_REQUEST, 0, "The body ended before its end.";
    PathInvalid = "path-invalid", BAD_REQUEST, 0, "A parameter of the path is not of its form.";
    QueryInvalid = "query-invalid", BAD_REQUEST, 0, "A parameter of the query is unknown, missing, or not of its form.";
    LastEventIdInvalid = "last-event-id-invalid", BAD_REQUEST, 0, "The header Last-Event-ID is none that this stream gave.";
    Unauthorised = "unauthorised", UNAUTHORIZED, 0, "The request does not say who sends it.";
    NonceReused = "nonce-reused", UNAUTHORIZED, 0, "The nonce of the request's signature was used before.";
    Forbidden = "forbidden", FORBIDDEN, 0, "The caller may not do this.";
    RouteUnknown = "route-unknown", NOT_FOUND, 0, "Nothing stands under this path.";
    MethodUnsupported = "method-unsupported", METHOD_NOT_ALLOWED, 0, "The route does not take this method.";
    NotAcceptable = "not-acceptable", NOT_ACCEPTABLE, 0, "The route answers in no media type that the request accepts.";
    BodySlow = "body-slow", REQUEST_TIMEOUT, 1, "The body did not arrive in time.";
    EventsGone = "events-gone", GONE, 0, "The events after Last-Event-ID are no longer kept.";
    LengthRequired = "length-required", LENGTH_REQUIRED, 0, "The body needs a Content-Length; chunked bodies are not taken here.";
    BodyTooLarge = "body-too-large", PAYLOAD_TOO_LARGE, 0, "The body is larger than the route takes.";
    UriTooLong = "uri-too-long", URI_TOO_LONG, 0, "The request's URI is too long.";
    MediaTypeUnsupported = "media-type-unsupported", UNSUPPORTED_MEDIA_TYPE, 0, "The body is in a media type that the route does not take.";
    Misdirected = "misdirected", MISDIRECTED_REQUEST, 0, "The request names another host than this service.";
    RateLimited = "rate-limited", TOO_MANY_REQUESTS, 1, "More requests than this caller may send.";
    HeadersTooLarge = "headers-too-large", REQUEST_HEADER_FIELDS_TOO_LARGE, 0, "The request's headers are larger than 32 KiB, or too many.";
    Internal = "internal", INTERNAL_SERVER_ERROR, 0, "The service failed; it is not the request's fault.";
    Busy = "busy", SERVICE_UNAVAILABLE, 1, "As many requests as the service takes are under way.";
    ConnectionsExhausted = "connections-exhausted", SERVICE_UNAVAILABLE, 1, "As many connections as the service takes are open.";
    AnswerSlow = "answer-slow", SERVICE_UNAVAILABLE, 1, "The service did not answer in time; whether the request took effect is not said.";
    NotReady = "not-ready", SERVICE_UNAVAILABLE, 1, "The service cannot serve requests now.";
    Outage = "outage", SERVICE_UNAVAILABLE, 1, "What the service depends on is out of reach; it is not the request's fault.";
}

impl ServiceCode {
    /// The code that stands for a status of the framework's own.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::UNAUTHORIZED => Self::Unauthorised,
            StatusCode::FORBIDDEN => Self::Forbidden,
            StatusCode::NOT_FOUND => Self::RouteUnknown,
            StatusCode::METHOD_NOT_ALLOWED => Self::MethodUnsupported,
            StatusCode::NOT_ACCEPTABLE => Self::NotAcceptable,
            StatusCode::REQUEST_TIMEOUT => Self::BodySlow,
            StatusCode::LENGTH_REQUIRED => Self::LengthRequired,
            StatusCode::PAYLOAD_TOO_LARGE => Self::BodyTooLarge,
            StatusCode::URI_TOO_LONG => Self::UriTooLong,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::MediaTypeUnsupported,
            StatusCode::UNPROCESSABLE_ENTITY => Self::BodyInvalid,
            StatusCode::TOO_MANY_REQUESTS => Self::RateLimited,
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => Self::HeadersTooLarge,
            StatusCode::SERVICE_UNAVAILABLE => Self::Busy,
            other if other.is_client_error() => Self::RequestMalformed,
            _ => Self::Internal,
        }
    }

    /// The problem of this code.
    #[must_use]
    pub fn problem(self) -> Problem {
        self.into()
    }
}

/// A request that is not signed as it must be: 401, or 400 where the body is not the signed one.
impl Refusal for RequestError {
    fn code(&self) -> &'static str {
        self.code()
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::DigestMissing | Self::DigestMismatch => StatusCode::BAD_REQUEST,
            _ => StatusCode::UNAUTHORIZED,
        }
    }

    fn title(&self) -> &'static str {
        self.says()
    }

    fn detail(&self) -> Option<String> {
        super::expected(&self.to_string())
    }
}

/// The codes of the kit as a table, for the reference.
#[must_use]
pub fn codes_markdown() -> String {
    let mut rows: Vec<(u16, &str, Option<u32>, &str)> = ServiceCode::ALL
        .iter()
        .map(|code| (code.status().as_u16(), code.code(), code.retry_after_secs(), code.says()))
        .chain(RequestError::ALL.iter().map(|error| (error.status().as_u16(), error.code(), None, error.says())))
        .collect();
    rows.sort_by_key(|(status, code, ..)| (*status, *code));
    let mut out = "| status | code | try again | what it says |\n| --- | --- | --- | --- |\n".to_owned();
    for (status, code, retry, says) in rows {
        let retry = if retry.is_some() { "yes" } else { "no" };
        // Writing to a string does not fail.
        let _ = writeln!(out, "| {status} | `{code}` | {retry} | {says} |");
    }
    out
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use earnest_signing::Code;

    use super::*;

    #[test]
    fn no_code_means_two_things() {
        let ours = ServiceCode::ALL.iter().map(Refusal::code).chain(RequestError::ALL.iter().map(Refusal::code));
        let documents = Code::SHARED.iter().map(|(code, _)| code.as_str());
        let all: Vec<&str> = ours.chain(documents).collect();
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
    }

    #[test]
    fn every_refusing_status_has_a_code_of_its_own_class() {
        for status in (400..600).filter_map(|status| StatusCode::from_u16(status).ok()) {
            let code = ServiceCode::of_status(status);
            assert_eq!(code.status().is_server_error(), status.is_server_error(), "{status}: {code:?}");
        }
    }

    #[test]
    fn the_table_of_codes_is_what_the_reference_shows() {
        insta::assert_snapshot!(codes_markdown());
    }
}
