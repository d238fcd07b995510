//! One service at one URL: requests signed and sent, answers read whole within bounds.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Method, header};
use reqwest::{Client, Response, Url, redirect::Policy};
use serde::de::DeserializeOwned;

use crate::{ClientError, Refused, RequestSigner, tls};

/// How long a connection may take to be made.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// How long nothing may come: longer than the pause between the heartbeats of a stream.
const SILENT_WITHIN: Duration = Duration::from_secs(45);
/// How long a request may take, its answer included.
const ANSWER_WITHIN: Duration = Duration::from_secs(40);
/// No answer but a blob is larger.
pub(crate) const ANSWER_BYTES: usize = 16 << 20;
/// No problem is larger.
const PROBLEM_BYTES: usize = 64 << 10;

/// A service at a URL, called by one subject or by nobody.
#[derive(Debug)]
pub struct Connection {
    base: Url,
    client: Client,
    signer: Option<RequestSigner>,
}

/// A request to be made.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    method: Method,
    path: &'a [&'a str],
    query: Vec<(&'static str, String)>,
    body: Bytes,
    media_type: &'static str,
    accept: &'static str,
    signing: Signing,
    last_event_id: Option<u64>,
    within: Option<Duration>,
}

/// Whether a request is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Signing {
    Never,
    WherePossible,
    Always,
}

/// An answer of whatever status, read whole.
#[derive(Debug)]
pub(crate) struct Whole {
    pub(crate) status: u16,
    pub(crate) retry_after: Option<String>,
    pub(crate) body: Vec<u8>,
}

impl<'a> Call<'a> {
    /// A request that reads. `path` is the path, segment by segment.
    pub(crate) const fn get(path: &'a [&'a str]) -> Self {
        Self {
            method: Method::GET,
            path,
            query: Vec::new(),
            body: Bytes::new(),
            media_type: "",
            accept: "application/json",
            signing: Signing::Always,
            last_event_id: None,
            within: Some(ANSWER_WITHIN),
        }
    }

    /// A request with a JSON text.
    pub(crate) fn post(path: &'a [&'a str], json: impl Into<Bytes>) -> Self {
        Self { method: Method::POST, body: json.into(), media_type: "application/json", ..Self::get(path) }
    }

    /// A request with bytes, which may take as long as it takes to send them.
    pub(crate) fn put(path: &'a [&'a str], bytes: Bytes, within: Duration) -> Self {
        let media_type = "application/octet-stream";
        Self { method: Method::PUT, body: bytes, media_type, within: Some(within), ..Self::get(path) }
    }

    /// The same, which anybody may ask.
    pub(crate) fn open(self) -> Self {
        Self { signing: Signing::Never, ..self }
    }

    /// The same, which anybody may ask, and which tells who asks where that is known.
    pub(crate) fn signed_where_possible(self) -> Self {
        Self { signing: Signing::WherePossible, ..self }
    }

    pub(crate) fn accept(self, accept: &'static str) -> Self {
        Self { accept, ..self }
    }

    pub(crate) fn query(mut self, name: &'static str, value: &impl ToString) -> Self {
        self.query.push((name, value.to_string()));
        self
    }

    /// The same, with as long a time.
    pub(crate) fn within(self, within: Duration) -> Self {
        Self { within: Some(within), ..self }
    }

    /// The same, for as long as something comes.
    pub(crate) fn stream(self, last_event_id: u64) -> Self {
        Self { accept: "text/event-stream", within: None, last_event_id: Some(last_event_id), ..self }
    }
}

impl Connection {
    /// Prepares calls to a service. Nothing is sent yet.
    ///
    /// # Errors
    /// [`ClientError::Url`] where it is no URL of a service, [`ClientError::Setup`].
    pub fn new(url: &str, signer: Option<RequestSigner>) -> Result<Self, ClientError> {
        let base = Url::parse(url).map_err(|_| ClientError::Url("no URL"))?;
        if !matches!(base.scheme(), "http" | "https") {
            return Err(ClientError::Url("another scheme"));
        }
        if base.query().is_some()
            || base.fragment().is_some()
            || !base.username().is_empty()
            || base.password().is_some()
        {
            return Err(ClientError::Url("one with a query, a fragment or a user"));
        }
        if base.path() != "/" {
            // What is signed is the path that the service sees.
            return Err(ClientError::Url("one with a path"));
        }
        let client = Client::builder()
            .tls_backend_preconfigured(tls::config()?)
            // A signed request is for one service: it is neither sent on nor led elsewhere.
            .redirect(Policy::none())
            .no_proxy()
            .connect_timeout(CONNECT_WITHIN)
            .read_timeout(SILENT_WITHIN)
            .build()
            .map_err(|error| ClientError::Setup(told(&error)))?;
        Ok(Self { base, client, signer })
    }

    /// Who signs.
    #[must_use]
    pub const fn signer(&self) -> Option<&RequestSigner> {
        self.signer.as_ref()
    }

    /// The answer as JSON.
    pub(crate) async fn json<T: DeserializeOwned>(&self, call: Call<'_>) -> Result<T, ClientError> {
        let answer = self.bytes(call, ANSWER_BYTES).await?;
        // What the reader found is the service's; its place is enough.
        serde_json::from_slice(&answer).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            ClientError::Answer(format!("another form was found at line {line}, column {column}"))
        })
    }

    /// The answer's bytes, at most so many.
    pub(crate) async fn bytes(&self, call: Call<'_>, at_most: usize) -> Result<Vec<u8>, ClientError> {
        let answer = self.send(call).await?;
        whole(answer, at_most).await
    }

    /// The scheme, the host and the port.
    pub(crate) fn origin(&self) -> String {
        self.base.origin().ascii_serialization()
    }

    /// The answer of whatever status, read whole.
    pub(crate) async fn whole(&self, call: Call<'_>) -> Result<Whole, ClientError> {
        let answer = self.answer(call).await?;
        let (status, retry_after) = (answer.status().as_u16(), retry_after(&answer));
        Ok(Whole { status, retry_after, body: whole(answer, ANSWER_BYTES).await? })
    }

    /// The answer, its body still to be read; a refusal is an error.
    pub(crate) async fn send(&self, call: Call<'_>) -> Result<Response, ClientError> {
        let answer = self.answer(call).await?;
        if answer.status().is_success() {
            return Ok(answer);
        }
        let status = answer.status().as_u16();
        let retry = retry_after(&answer);
        let body = whole(answer, PROBLEM_BYTES).await.unwrap_or_default();
        Err(ClientError::Refused(Box::new(Refused::of(status, retry.as_deref(), &body))))
    }

    async fn answer(&self, call: Call<'_>) -> Result<Response, ClientError> {
        self.client.execute(self.request(call)?).await.map_err(|error| {
            if error.is_connect() || error.is_builder() {
                ClientError::Unreachable(told(&error))
            } else {
                ClientError::Lost(told(&error))
            }
        })
    }

    fn request(&self, call: Call<'_>) -> Result<reqwest::Request, ClientError> {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.clear().extend(call.path);
        }
        if !call.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&call.query);
        }
        let (signing, within) = (call.signing, call.within);
        let mut request = http::Request::new(call.body);
        *request.method_mut() = call.method;
        *request.uri_mut() = url.as_str().parse().map_err(|_| ClientError::Url("one that HTTP cannot carry"))?;
        let headers = request.headers_mut();
        headers.insert(header::ACCEPT, HeaderValue::from_static(call.accept));
        if !call.media_type.is_empty() {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(call.media_type));
        }
        if let Some(id) = call.last_event_id {
            headers.insert("last-event-id", HeaderValue::from(id));
        }
        match (&self.signer, signing) {
            (_, Signing::Never) | (None, Signing::WherePossible) => {}
            (Some(signer), _) => signer.sign(&mut request)?,
            (None, Signing::Always) => return Err(ClientError::KeyMissing),
        }
        let mut request = reqwest::Request::try_from(request).map_err(|error| ClientError::Setup(told(&error)))?;
        *request.timeout_mut() = within;
        Ok(request)
    }
}

fn retry_after(answer: &Response) -> Option<String> {
    answer.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

/// The whole body of an answer, at most so many bytes.
async fn whole(mut answer: Response, at_most: usize) -> Result<Vec<u8>, ClientError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| ClientError::Lost(told(&error)))? {
        if bytes.len() + chunk.len() > at_most {
            return Err(ClientError::TooLarge(at_most));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// An error with its causes, without the URL: that one stands in the caller's hands already.
pub(crate) fn told(error: &reqwest::Error) -> String {
    let mut cause = std::error::Error::source(error);
    let Some(mut last) = cause else { return "the request failed".to_owned() };
    while let Some(error) = cause {
        last = error;
        cause = error.source();
    }
    last.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_service_s_own_url_is_taken() {
        for (url, taken) in [
            ("http://127.0.0.1:8402", true),
            ("https://escrow.example/", true),
            ("http://[::1]:8402", true),
            ("ftp://escrow.example", false),
            ("https://escrow.example/escrow", false),
            ("https://a:b@escrow.example", false),
            ("https://escrow.example/?a=1", false),
            ("escrow.example", false),
        ] {
            assert_eq!(Connection::new(url, None).is_ok(), taken, "{url}");
        }
    }

    #[test]
    fn ids_stay_one_segment_of_the_path() {
        let connection = Connection::new("http://127.0.0.1:1", None).unwrap();
        let call = Call::get(&["accounts", "a/../b?c#d"]).open().query("after", &7).query("status", &"a&b");
        let request = connection.request(call).unwrap();
        assert_eq!(request.url().as_str(), "http://127.0.0.1:1/accounts/a%2F..%2Fb%3Fc%23d?after=7&status=a%26b");
        let signed = connection.request(Call::get(&["accounts"]));
        assert!(matches!(signed, Err(ClientError::KeyMissing)));
    }
}
