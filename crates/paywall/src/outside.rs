//! HTTP to others: settlers and upstreams. No redirects, no proxies of the environment, bounded answers.

use std::time::Duration;

use reqwest::{Client, Response, redirect::Policy};

/// How long a connection may take to be made.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);

/// HTTP to others cannot be set up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SetupError {
    /// Not the URL of a service.
    #[error("expected an absolute URL over http or https, without user, query and fragment, found {0:?}")]
    Url(String),
    /// TLS, or the client.
    #[error("expected to set up HTTP, found: {0}")]
    Client(String),
}

/// A client that goes where it is told and nowhere else.
pub(crate) fn client(within: Duration) -> Result<Client, SetupError> {
    let tls = earnest_client::tls_config().map_err(|error| SetupError::Client(error.to_string()))?;
    Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(Policy::none())
        .no_proxy()
        .connect_timeout(CONNECT_WITHIN)
        .timeout(within)
        .build()
        .map_err(|error| SetupError::Client(told(&error)))
}

/// The URL of a service, without a slash at its end.
pub(crate) fn base(url: &str) -> Result<String, SetupError> {
    let wrong = || SetupError::Url(url.chars().take(200).collect());
    let parsed = reqwest::Url::parse(url).map_err(|_| wrong())?;
    let is_plain = matches!(parsed.scheme(), "http" | "https")
        && parsed.username().is_empty()
        && parsed.password().is_none()
        && parsed.query().is_none()
        && parsed.fragment().is_none();
    if is_plain { Ok(parsed.as_str().trim_end_matches('/').to_owned()) } else { Err(wrong()) }
}

/// The whole body of an answer, at most so many bytes.
pub(crate) async fn whole(mut answer: Response, at_most: usize) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| told(&error))? {
        if bytes.len() + chunk.len() > at_most {
            return Err(format!("more than {at_most} bytes"));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// An error by its last cause, without the URL.
pub(crate) fn told(error: &reqwest::Error) -> String {
    let mut cause = std::error::Error::source(error);
    let Some(mut last) = cause else { return "the request failed".to_owned() };
    while let Some(error) = cause {
        last = error;
        cause = error.source();
    }
    last.to_string()
}
