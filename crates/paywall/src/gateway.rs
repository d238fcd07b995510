//! Settles over a gateway: `POST /payments`, then its status until the end, or for as long as a request waits.

use std::time::Duration;

use async_trait::async_trait;
use earnest_payment::{PaymentStatus, http::Problem};
use earnest_x402::{ErrorReason, SettleResponse};
use http::header;
use reqwest::Client;

use crate::{
    FacilitatorSettler, Settler, SettlerError, Settling, Tendered,
    outside::{self, SetupError},
};

/// The first pause between two looks at a payment, and the longest.
const PAUSES: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));
/// No status is longer.
const STATUS_BYTES: usize = 64 << 10;

/// Settles over a gateway at one URL.
#[derive(Debug)]
pub struct GatewaySettler {
    base: String,
    client: Client,
    /// The gateway is a facilitator too: whether a payer has what was promised is asked there.
    facilitator: FacilitatorSettler,
}

impl GatewaySettler {
    /// A gateway at this URL. A call that takes longer than `within` counts as one of which nothing is known.
    ///
    /// # Errors
    /// [`SetupError`].
    pub fn new(url: &str, within: Duration) -> Result<Self, SetupError> {
        let facilitator = FacilitatorSettler::new(url, within)?;
        Ok(Self { base: outside::base(url)?, client: outside::client(within)?, facilitator })
    }

    async fn submit(&self, tendered: &Tendered) -> Result<PaymentStatus, SettlerError> {
        let body = serde_json::to_string(&tendered.request);
        let body = body.map_err(|error| SettlerError::Unavailable(error.to_string()))?;
        let request = self.client.post(format!("{}/payments", self.base));
        status(request.header(header::CONTENT_TYPE, "application/json").body(body)).await
    }

    async fn look(&self, known: &PaymentStatus) -> Result<PaymentStatus, SettlerError> {
        let id = known.payment_id();
        let found = status(self.client.get(format!("{}/payments/{id}", self.base))).await?;
        if found.payment_id() == id {
            Ok(found)
        } else {
            Err(SettlerError::Unavailable("an answer about another payment".to_owned()))
        }
    }
}

/// What the gateway says: a status, or why there is none.
async fn status(request: reqwest::RequestBuilder) -> Result<PaymentStatus, SettlerError> {
    let answer = request.send().await.map_err(|error| SettlerError::Unavailable(outside::told(&error)))?;
    let code = answer.status().as_u16();
    let body = outside::whole(answer, STATUS_BYTES).await.map_err(SettlerError::Unavailable)?;
    // An unknown payment is told with 404, and is a status all the same.
    if matches!(code, 200 | 202 | 404)
        && let Ok(status) = serde_json::from_slice::<PaymentStatus>(&body)
    {
        return Ok(status);
    }
    match serde_json::from_slice::<Problem>(&body) {
        // A sender's fault is told to the sender; a sponsor's, or an outage, is nobody's payment's end.
        Ok(problem) if code < 500 && !problem.code().retryable() => Err(SettlerError::Refused {
            reason: ErrorReason::new(problem.code().as_str().to_ascii_lowercase()),
            message: problem.code().says().to_owned(),
        }),
        Ok(problem) => Err(SettlerError::Unavailable(problem.code().as_str().to_owned())),
        Err(_) => Err(SettlerError::Unavailable(format!("status {code} without a reason"))),
    }
}

#[async_trait]
impl Settler for GatewaySettler {
    async fn check(&self, tendered: &Tendered) -> Result<(), SettlerError> {
        self.facilitator.check(tendered).await
    }

    async fn settle(&self, tendered: &Tendered, within: Duration) -> Result<Settling, SettlerError> {
        let mut known = self.submit(tendered).await?;
        let waited = tokio::time::timeout(within, async {
            let (mut pause, longest) = PAUSES;
            while !known.state().is_terminal() {
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(longest);
                // A look that fails says nothing; the next one may.
                if let Ok(found) = self.look(&known).await {
                    known = found;
                }
            }
        });
        // What is known when the wait is over is what is told.
        drop(waited.await);
        Ok(settling(known, tendered))
    }
}

fn settling(status: PaymentStatus, tendered: &Tendered) -> Settling {
    let (network, payer) = (tendered.payment.network.to_string(), tendered.payment.payer.to_string());
    let failed = |txid: Option<String>, error: &str| {
        let reason = status.reason().map_or("settle_failed", earnest_payment::Reason::as_str);
        let reason = ErrorReason::new(reason.to_owned());
        let message = Some(error.to_owned());
        Settling::Failed(SettleResponse::failed(reason, message, txid.unwrap_or_default(), network.clone()))
    };
    match &status {
        PaymentStatus::Queued(_) | PaymentStatus::Broadcasting(_) | PaymentStatus::Mempool(_) => {
            Settling::InFlight(Some(Box::new(status)))
        }
        PaymentStatus::Confirmed(confirmed) => {
            Settling::Confirmed(SettleResponse::settled(confirmed.txid.to_string(), network, payer))
        }
        PaymentStatus::Failed(ended) => failed(ended.txid.as_ref().map(ToString::to_string), &ended.error),
        PaymentStatus::Replaced(ended) => failed(Some(ended.txid.to_string()), &ended.error),
        PaymentStatus::NotFound(ended) => failed(None, &ended.error),
    }
}
