//! A provider that calls back over HTTP, and is told of payouts over HTTP. Both ways carry the same signature.

mod message;
pub(crate) mod signature;

use async_trait::async_trait;
use earnest_base::{Name, Timestamp};
use earnest_client::ClientError;
use earnest_funding::{PayoutId, PayoutReport, PayoutTold, TopUpId};
use earnest_kit::Secret;
use reqwest::{Client, StatusCode, Url, redirect::Policy};
use serde::Deserialize;

use super::{Callback, CallbackError, Heard, Instruction, Provider, ProviderError, Taken, notice};
use signature::{HEADER, sign, verify};

/// How long a provider may take to answer.
const ANSWER_WITHIN: std::time::Duration = std::time::Duration::from_secs(20);
/// No answer of a provider is larger.
const ANSWER_BYTES: usize = 64 << 10;

/// A provider over HTTP. Its messages, and what it is told, carry the header `Webhook-Signature` with
/// `t=<unix seconds>,v1=<hexadecimal>`: HMAC-SHA256, under a shared secret, over the digits of `t`, a full stop and the body.
/// Where there is no body, the id that is asked about stands in its place.
#[derive(Debug)]
pub struct WebhookProvider {
    name: Name,
    secrets: Vec<Secret>,
    window_secs: u64,
    payments: Option<Url>,
    payouts: Option<Url>,
    client: Client,
}

impl WebhookProvider {
    /// A provider with these secrets, the one to sign with first. Payments are asked for at the first URL, payouts are told
    /// to the second; where one is empty, they are not.
    ///
    /// # Errors
    /// Where there is no secret of 16 bytes or more, the URL is none, or no HTTP client can be made.
    pub fn new(
        name: Name,
        secrets: Vec<Secret>,
        window_secs: u64,
        [payment_url, payout_url]: [&str; 2],
    ) -> Result<Self, ProviderError> {
        if secrets.is_empty() || secrets.iter().any(|secret| secret.expose().len() < 16) {
            return Err(ProviderError(format!("{name} needs secrets of 16 bytes at least, and one at least")));
        }
        let url = |url: &str| match url {
            "" => Ok(None),
            url => Url::parse(url).map(Some).map_err(|_| ProviderError(format!("a URL of {name} is none"))),
        };
        let (payments, payouts) = (url(payment_url)?, url(payout_url)?);
        let tls = earnest_client::tls_config().map_err(|error: ClientError| ProviderError(error.to_string()))?;
        let client = Client::builder()
            .tls_backend_preconfigured(tls)
            // What is signed is for the provider alone.
            .redirect(Policy::none())
            .no_proxy()
            .timeout(ANSWER_WITHIN)
            .build()
            .map_err(|error| ProviderError(error.to_string()))?;
        Ok(Self { name, secrets, window_secs, payments, payouts, client })
    }

    fn payouts(&self) -> Result<&Url, ProviderError> {
        self.payouts.as_ref().ok_or_else(|| ProviderError(format!("{} has no payout URL", self.name)))
    }

    /// A signed question about what stands under this id at a URL.
    fn question(&self, url: &Url, id: &str, now: Timestamp) -> reqwest::RequestBuilder {
        let mut url = url.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().push(id);
        }
        self.client.get(url).header(HEADER, self.sign(id.as_bytes(), now))
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

impl Said {
    /// A success without a text is a success.
    fn of(bytes: &[u8]) -> Self {
        serde_json::from_slice(bytes).unwrap_or_default()
    }
}

#[async_trait]
impl Provider for WebhookProvider {
    fn name(&self) -> &Name {
        &self.name
    }

    fn callback(&self, callback: &Callback<'_>, now: Timestamp) -> Result<Vec<Heard>, CallbackError> {
        let headers = callback.headers.get_all(HEADER);
        verify(&self.secrets, &headers, callback.body, self.window_secs, now)?;
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
        let (status, bytes) = answer(request).await?;
        let said = Said::of(&bytes);
        match status {
            status if status.is_success() => {
                Ok(Taken::Yes { reference: said.reference.and_then(|reference| reference.parse().ok()) })
            }
            // What a provider says of the content, it says for good. All else may be different later.
            StatusCode::BAD_REQUEST | StatusCode::PAYMENT_REQUIRED | StatusCode::UNPROCESSABLE_ENTITY => {
                let code = notice::code(said.code.as_deref(), "refused");
                code.map(|code| Taken::No { code }).ok_or_else(|| ProviderError("no code".to_owned()))
            }
            status => Err(status_error(status)),
        }
    }

    async fn ask(&self, payout: &PayoutId, now: Timestamp) -> Result<Option<PayoutReport>, ProviderError> {
        let (status, bytes) = answer(self.question(self.payouts()?, payout.as_str(), now)).await?;
        let said = Said::of(&bytes);
        if !status.is_success() {
            return Err(status_error(status));
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

    async fn ask_payments(&self, top_up: &TopUpId, now: Timestamp) -> Result<Vec<Heard>, ProviderError> {
        let missing = || ProviderError(format!("{} has no payment URL", self.name));
        let request = self.question(self.payments.as_ref().ok_or_else(missing)?, top_up.as_str(), now);
        let (status, bytes) = answer(request).await?;
        if !status.is_success() {
            return Err(status_error(status));
        }
        message::read_all(&self.name, &bytes).map_err(|error| ProviderError(error.to_string()))
    }
}

fn status_error(status: StatusCode) -> ProviderError {
    ProviderError(format!("status {} was answered", status.as_u16()))
}

/// The status of an answer, and its bytes.
async fn answer(request: reqwest::RequestBuilder) -> Result<(StatusCode, Vec<u8>), ProviderError> {
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
    Ok((status, bytes))
}
