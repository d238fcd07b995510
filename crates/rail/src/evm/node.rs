//! One node: requests over JSON-RPC, answers read whole within bounds, and faults sorted by whether anything was sent.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use earnest_base::Seconds;
use reqwest::{Client, Response, StatusCode, header, redirect::Policy};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use super::RpcUrl;

/// How long a connection may take to be made, and a request with its answer.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
const ANSWER_WITHIN: Duration = Duration::from_secs(20);
/// No answer is larger: a whole block is the largest that is asked for.
const ANSWER_BYTES: usize = 16 << 20;
/// How long the relay rests where a node asks it to slow down and does not say for how long.
const REST: u64 = 10;
/// The code with which nodes say that they were asked too often.
const LIMIT_EXCEEDED: i64 = -32_005;

/// A node of a chain.
#[derive(Debug)]
pub(super) struct Node {
    url: RpcUrl,
    client: Client,
    chain_id: u64,
    /// Whether it was asked which chain it is of.
    known: OnceCell<()>,
    requests: AtomicU64,
}

/// Why a node gave no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum NodeError {
    /// Nothing was sent.
    #[error("expected the node within reach: {0}")]
    Unreachable(String),
    /// It was asked too often, and did nothing.
    #[error("expected the node to take more requests, found that it wants a rest of {} s", .0.value())]
    RateLimited(Seconds),
    /// Something was sent, and no answer came that can be read.
    #[error("expected a whole answer: {0}")]
    Lost(String),
    /// It says that it did not do it.
    #[error("expected an answer, found the error {code}: {message}")]
    Said {
        /// The code of JSON-RPC.
        code: i64,
        /// In words.
        message: String,
        /// What a contract gave back, in hexadecimal digits, where one did.
        data: Option<String>,
    },
}

#[derive(Deserialize)]
struct Reply<T> {
    #[serde(default = "Option::default")]
    result: Option<T>,
    error: Option<ErrorReply>,
}

#[derive(Deserialize)]
struct ErrorReply {
    code: i64,
    #[serde(default)]
    message: String,
    data: Option<Value>,
}

impl Node {
    /// A node that has to be of this chain. Nothing is asked yet.
    pub(super) fn new(url: RpcUrl, chain_id: u64) -> Result<Self, String> {
        let tls = earnest_client::tls_config().map_err(|error| error.to_string())?;
        let client = Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(Policy::none())
            .no_proxy()
            .connect_timeout(CONNECT_WITHIN)
            .timeout(ANSWER_WITHIN)
            .build()
            .map_err(|error| told(&error))?;
        Ok(Self { url, client, chain_id, known: OnceCell::new(), requests: AtomicU64::new(0) })
    }

    pub(super) const fn url(&self) -> &RpcUrl {
        &self.url
    }

    /// Asks for something that may not be there.
    pub(super) async fn find<T: DeserializeOwned>(
        &self,
        method: &str,
        params: impl Serialize + Send,
    ) -> Result<Option<T>, NodeError> {
        self.is_of_the_chain().await?;
        self.request(method, params).await
    }

    /// Asks for something that is there.
    pub(super) async fn ask<T: DeserializeOwned>(
        &self,
        method: &str,
        params: impl Serialize + Send,
    ) -> Result<T, NodeError> {
        let found = self.find(method, params).await?;
        found.ok_or_else(|| NodeError::Lost(format!("{method}: null was found")))
    }

    /// A node of another chain is as good as none: what it says is about other accounts.
    pub(super) async fn is_of_the_chain(&self) -> Result<(), NodeError> {
        let known = async || {
            let found: Option<alloy_primitives::U64> = self.request("eth_chainId", json!([])).await?;
            let (expected, found) = (self.chain_id, found.map(|id| id.to::<u64>()));
            if found == Some(expected) {
                return Ok(());
            }
            let found = found.map_or_else(|| "none".to_owned(), |id| id.to_string());
            Err(NodeError::Unreachable(format!("expected a node of the chain {expected}, found {found}")))
        };
        self.known.get_or_try_init(known).await.copied()
    }

    async fn request<T: DeserializeOwned>(
        &self,
        method: &str,
        params: impl Serialize + Send,
    ) -> Result<Option<T>, NodeError> {
        let id = self.requests.fetch_add(1, Ordering::Relaxed);
        let body = json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params });
        let request = self.client.post(self.url.to_url());
        let request = request.header(header::CONTENT_TYPE, "application/json").body(body.to_string());
        let answer = request.send().await.map_err(|error| {
            if error.is_connect() || error.is_builder() {
                NodeError::Unreachable(told(&error))
            } else {
                NodeError::Lost(told(&error))
            }
        })?;
        let status = answer.status();
        let rest = answer.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
        if status == StatusCode::TOO_MANY_REQUESTS {
            return Err(NodeError::RateLimited(rest_of(rest)));
        }
        let bytes = whole(answer).await?;
        match serde_json::from_slice::<Reply<T>>(&bytes) {
            Ok(Reply { error: Some(error), .. }) => Err(said(error, rest)),
            Ok(Reply { result, error: None }) if status.is_success() => Ok(result),
            // A key that a provider does not know, or a path: the request went no further.
            _ if matches!(status.as_u16(), 401 | 403 | 404 | 405) => {
                Err(NodeError::Unreachable(format!("the node answers with status {status}")))
            }
            _ => Err(NodeError::Lost(format!("an answer of status {status} that is none of JSON-RPC"))),
        }
    }
}

fn said(error: ErrorReply, rest: Option<u64>) -> NodeError {
    let ErrorReply { code, message, data } = error;
    if code == LIMIT_EXCEEDED || code == 429 {
        return NodeError::RateLimited(rest_of(rest));
    }
    let data = data.and_then(|data| data.as_str().map(str::to_owned));
    NodeError::Said { code, message, data }
}

/// A rest of so many seconds, between one and ten minutes.
fn rest_of(seconds: Option<u64>) -> Seconds {
    #[expect(clippy::expect_used, reason = "within the bounds of the type")]
    Seconds::new(seconds.unwrap_or(REST).clamp(1, 600)).expect("from 1 to 600 seconds")
}

async fn whole(mut answer: Response) -> Result<Vec<u8>, NodeError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| NodeError::Lost(told(&error)))? {
        if bytes.len() + chunk.len() > ANSWER_BYTES {
            return Err(NodeError::Lost(format!("more than {ANSWER_BYTES} bytes were found")));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// The last cause of an error: without the URL, which may hold a key.
fn told(error: &reqwest::Error) -> String {
    let mut last: Option<&dyn std::error::Error> = None;
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        last = Some(error);
        cause = error.source();
    }
    last.map_or_else(|| "the request failed".to_owned(), ToString::to_string)
}
