//! A provider that calls back over HTTP, and is told of payouts over HTTP. Both ways carry the same signature.

mod message;
pub(crate) mod signature;

use async_trait::async_trait;
use earnest_base::{Name, Timestamp};
use earnest_client::ClientError;
use earnest_funding::{PayoutId, PayoutReport, PayoutTold};
use earnest_kit::Secret;
use reqwest::{Client, StatusCode, Url, redirect::Policy};
use serde::Deserialize;

use super::{Callback, CallbackError, Heard, Instruction, Provider, ProviderError, Taken, notice};
use signature::{HEADER, sign, verify};

/// How long a provider may take to answer.
const ANSWER_WITHIN: std::time::Duration = std::time::Duration::from_secs(20);
/// No answer of a provider is larger.
const ANSWER_BYTES: usize = 64 << 10;

/// A provider over HTTP. Its messages are signed by HMAC-SHA256 over time and body; see
/// [`HEADER`](signature::HEADER) for the form.
#[derive(Debug)]
pub struct WebhookProvider {
    name: Name,
    secrets: Vec<Secret>,
    window_secs: u64,
    payouts: Option<Url>,
    client: Client,
}

impl WebhookProvider {
    /// A provider with these secrets, the one to sign with first.
    ///
    /// # Errors
    /// Where there is no secret of 16 bytes or more, the URL is none, or no HTTP client can be made.
    pub fn new(name: Name, secrets: Vec<Secret>, window_secs: u64, payout_url: &str) -> Result<Self, ProviderError> {
        if secrets.is_empty() || secrets.iter().any(|secret| secret.expose().len() < 16) {
            return Err(ProviderError(format!("{name} needs secrets of 16 bytes at least, and one at least")));
        }
        let payouts = match payout_url {
            "" => None,
            url => Some(Url::parse(url).map_err(|_| ProviderError(format!("the payout URL of {name} is none")))?),
        };
        let tls = earnest_client::tls_config().map_err(|error: ClientError| ProviderError(error.to_string()))?;
        let client = Client::builder()
            .tls_backend_preconfigured(tls)
            // What is signed is for the provider alone.
            .redirect(Policy::none())
            .no_proxy()
            .timeout(ANSWER_WITHIN)
            .build()
            .map_err(|error| ProviderError(error.to_string()))?;
        Ok(Self { name, secrets, window_secs, payouts, client })
    }

    fn payouts(&self) -> Result<&Url, ProviderError> {
        self.payouts.as_ref().ok_or_else(|| ProviderError(format!("{} has no payout URL", self.name)))
    }

    /// The newest secret signs.
    fn sign(&self, signed: &[u8], now: Timestamp) -> String {
        self.secrets.first().map_or_else(String::new, |secret| sign(secret, signed, now))
    }
}

/// What a provider answers of a payout.
#[derive(Debug, Default, Deserialize)]
struct Said {
    reference: Option<String>,
    state: Option<String>,
    code: Option<String>,
    at: Option<String>,
}

#[async_trait]
impl Provider for WebhookProvider {
    fn name(&self) -> &Name {
        &self.name
    }

    fn callback(&self, callback: &Callback<'_>, now: Timestamp) -> Result<Vec<Heard>, CallbackError> {
        let headers = callback.headers.get_all(HEADER);
        verify(&self.secrets, headers, callback.body, self.window_secs, now)?;
        Ok(message::read(&self.name, callback.body)?.into_iter().collect())
    }

    async fn instruct(&self, payout: &Instruction, now: Timestamp) -> Result<Taken, ProviderError> {
        let body = message::instruction(payout);
        let request = self
            .client
            .post(self.payouts()?.clone())
            .header("content-type", "application/json")
            .header("idempotency-key", payout.payout.as_str())
            .header(HEADER, self.sign(&body, now))
            .body(body);
        let (status, said) = answer(request).await?;
        match status {
            status if status.is_success() => {
                Ok(Taken::Yes { reference: said.reference.and_then(|reference| reference.parse().ok()) })
            }
            // What a provider says of the content, it says for good. All else may be different later.
            StatusCode::BAD_REQUEST | StatusCode::PAYMENT_REQUIRED | StatusCode::UNPROCESSABLE_ENTITY => {
                let code = notice::code(said.code.as_deref(), "refused");
                code.map(|code| Taken::No { code }).ok_or_else(|| ProviderError("no code".to_owned()))
            }
            status => Err(ProviderError(format!("status {} was answered", status.as_u16()))),
        }
    }

    async fn ask(&self, payout: &PayoutId, now: Timestamp) -> Result<Option<PayoutReport>, ProviderError> {
        let mut url = self.payouts()?.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().push(payout.as_str());
        }
        let request = self.client.get(url).header(HEADER, self.sign(payout.as_str().as_bytes(), now));
        let (status, said) = answer(request).await?;
        if !status.is_success() {
            return Err(ProviderError(format!("status {} was answered", status.as_u16())));
        }
        let told = match said.state.as_deref() {
            Some("paid") => PayoutTold::Paid,
            Some("failed") => match notice::code(said.code.as_deref(), "failed") {
                Some(code) => PayoutTold::Failed { code },
                None => return Ok(None),
            },
            _ => return Ok(None),
        };
        let at = said.at.as_deref().and_then(notice::moment).unwrap_or(now);
        Ok(Some(PayoutReport { provider: self.name.clone(), payout: payout.clone(), at, told, seen: None }))
    }
}

/// The status of an answer, and what it says where it is JSON of this form.
async fn answer(request: reqwest::RequestBuilder) -> Result<(StatusCode, Said), ProviderError> {
    let failed = |error: reqwest::Error| ProviderError(error.without_url().to_string());
    let mut answer = request.send().await.map_err(failed)?;
    let status = answer.status();
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(failed)? {
        if bytes.len() + chunk.len() > ANSWER_BYTES {
            return Err(ProviderError("an answer that is too large".to_owned()));
        }
        bytes.extend_from_slice(&chunk);
    }
    // A success without a text is a success.
    Ok((status, serde_json::from_slice(&bytes).unwrap_or_default()))
}
