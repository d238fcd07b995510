//! Settles over any facilitator of x402: `/verify`, `/settle`, `/supported`.

use std::time::Duration;

use async_trait::async_trait;
use earnest_x402::{
    ErrorReason, MAX_BODY_BYTES, SettleOutcome, SupportedResponse, VerifyOutcome, VerifyResponse, read,
};
use http::{HeaderValue, header};
use reqwest::Client;
use serde_json::json;

use crate::{
    Settler, SettlerError, Settling, Tendered,
    outside::{self, SetupError},
};

/// Settles over a facilitator at one URL.
#[derive(Debug)]
pub struct FacilitatorSettler {
    base: String,
    client: Client,
    authorization: Option<HeaderValue>,
}

impl FacilitatorSettler {
    /// A facilitator at this URL. A call that takes longer than `within` counts as one of which nothing is known.
    ///
    /// # Errors
    /// [`SetupError`].
    pub fn new(url: &str, within: Duration) -> Result<Self, SetupError> {
        Ok(Self { base: outside::base(url)?, client: outside::client(within)?, authorization: None })
    }

    /// The same, with the value of `Authorization` that the facilitator asks for.
    ///
    /// # Errors
    /// Where no header can hold it.
    pub fn authorized(self, value: &str) -> Result<Self, SetupError> {
        let value = HeaderValue::from_str(value);
        let mut value = value.map_err(|_| SetupError::Client("a header that HTTP cannot carry".to_owned()))?;
        value.set_sensitive(true);
        Ok(Self { authorization: Some(value), ..self })
    }

    /// What the facilitator serves.
    ///
    /// # Errors
    /// Where it does not say.
    pub async fn supported(&self) -> Result<SupportedResponse, SettlerError> {
        let mut request = self.client.get(format!("{}/supported", self.base));
        if let Some(authorization) = &self.authorization {
            request = request.header(header::AUTHORIZATION, authorization);
        }
        let (status, body) = answer(request).await?;
        if status != 200 {
            return Err(SettlerError::Unavailable(format!("status {status}")));
        }
        read(&body).map_err(|error| SettlerError::Unavailable(error.to_string()))
    }

    /// The body that both calls take: the same bytes every time.
    fn body(tendered: &Tendered) -> String {
        let (payment, requirements) = (&tendered.request.payment, &tendered.request.requirements);
        json!({ "x402Version": 2, "paymentPayload": payment, "paymentRequirements": requirements }).to_string()
    }

    async fn post(&self, path: &str, body: String) -> Result<(u16, Vec<u8>), SettlerError> {
        let request = self.client.post(format!("{}{path}", self.base));
        let mut request = request.header(header::CONTENT_TYPE, "application/json").body(body);
        if let Some(authorization) = &self.authorization {
            request = request.header(header::AUTHORIZATION, authorization);
        }
        answer(request).await
    }

    async fn ask(&self, body: String) -> Result<SettleOutcome, SettlerError> {
        let (status, body) = self.post("/settle", body).await?;
        Ok(SettleOutcome::of(status, &body))
    }
}

async fn answer(request: reqwest::RequestBuilder) -> Result<(u16, Vec<u8>), SettlerError> {
    let unavailable = |error: &reqwest::Error| SettlerError::Unavailable(outside::told(error));
    let answer = request.send().await.map_err(|error| unavailable(&error))?;
    let status = answer.status().as_u16();
    Ok((status, outside::whole(answer, MAX_BODY_BYTES).await.map_err(SettlerError::Unavailable)?))
}

#[async_trait]
impl Settler for FacilitatorSettler {
    async fn check(&self, tendered: &Tendered) -> Result<(), SettlerError> {
        let (status, body) = self.post("/verify", Self::body(tendered)).await?;
        match VerifyOutcome::of(status, &body) {
            VerifyOutcome::Valid(valid) => believed(&valid, tendered),
            VerifyOutcome::Invalid(invalid) => Err(SettlerError::Refused {
                reason: invalid.invalid_reason.unwrap_or(ErrorReason::UNEXPECTED_VERIFY_ERROR),
                message: invalid.invalid_message.unwrap_or_default(),
            }),
            VerifyOutcome::Unknown(error) => Err(SettlerError::Unavailable(error.to_string())),
        }
    }

    /// `settlement_pending` is asked once more with the same bytes; what is then pending still is in flight, and known by
    /// the payment alone. A used nonce is no failure: whoever used it may have brought this very payment to the chain
    /// (threat X02), which a facilitator does not tell.
    async fn settle(&self, tendered: &Tendered, within: Duration) -> Result<Settling, SettlerError> {
        let body = Self::body(tendered);
        let late = || SettlerError::Unavailable("nothing in time".to_owned());
        let asked = tokio::time::timeout(within, async {
            match self.ask(body.clone()).await? {
                SettleOutcome::Pending(_) => self.ask(body).await,
                other => Ok(other),
            }
        });
        match asked.await.map_err(|_| late())?? {
            SettleOutcome::Settled(settled) => Ok(Settling::Confirmed(settled)),
            SettleOutcome::Failed(failed) if failed.error_reason.as_ref().is_some_and(says_used) => {
                Err(SettlerError::Unavailable("a nonce that is used, and not by whom".to_owned()))
            }
            SettleOutcome::Failed(failed) => Ok(Settling::Failed(failed)),
            SettleOutcome::Pending(_) => Ok(Settling::InFlight(None)),
            SettleOutcome::Unknown(error) => Err(SettlerError::Unavailable(error.to_string())),
        }
    }
}

fn says_used(reason: &ErrorReason) -> bool {
    *reason == ErrorReason::INVALID_EXACT_EVM_NONCE_ALREADY_USED
}

/// A yes to another payer's payment is none.
fn believed(valid: &VerifyResponse, tendered: &Tendered) -> Result<(), SettlerError> {
    let payer = tendered.payment.payer.as_str();
    match &valid.payer {
        Some(other) if !other.eq_ignore_ascii_case(payer) => {
            Err(SettlerError::Unavailable("an answer about another payer".to_owned()))
        }
        _ => Ok(()),
    }
}
