//! Settles over a gateway: a payment is submitted, and looked at until its end, or for as long as a request waits.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use earnest_client::{
    ClientError, GatewayClient,
    gateway::{Relay, RelayError},
};
use earnest_payment::{PaymentStatus, rpc::SubmitResult};
use earnest_x402::{ErrorReason, SettleResponse};

use crate::{FacilitatorSettler, Settler, SettlerError, Settling, SetupError, Tendered};

/// The first pause between two looks at a payment, and the longest.
const PAUSES: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));

/// Settles over a gateway.
#[derive(Debug)]
pub struct GatewaySettler {
    relay: Arc<dyn Relay>,
    /// The gateway is a facilitator too: whether a payer has what was promised is asked there.
    facilitator: FacilitatorSettler,
    within: Duration,
}

impl GatewaySettler {
    /// The gateway at this URL, as anybody may use it. A call that takes longer than `within` counts as one of which
    /// nothing is known.
    ///
    /// # Errors
    /// [`SetupError`].
    pub fn new(url: &str, within: Duration) -> Result<Self, SetupError> {
        let facilitator = FacilitatorSettler::new(url, within)?;
        let client = GatewayClient::new(url, None).map_err(|error| SetupError::Client(error.to_string()))?;
        Ok(Self { relay: Arc::new(client.http()), facilitator, within })
    }

    /// The same, with payments submitted another way, such as over RPC.
    #[must_use]
    pub fn over(self, relay: Arc<dyn Relay>) -> Self {
        Self { relay, ..self }
    }

    async fn submit(&self, tendered: &Tendered) -> Result<PaymentStatus, SettlerError> {
        let submitted = tokio::time::timeout(self.within, self.relay.submit(&tendered.request)).await;
        match submitted.map_err(|_| SettlerError::Unavailable("nothing in time".to_owned()))? {
            Ok(SubmitResult::Accepted(status)) => Ok(status),
            // A sponsor's trouble, or the relay's, is no payment's end.
            Ok(SubmitResult::Refused(refused)) if refused.code.retryable() => {
                Err(SettlerError::Unavailable(refused.code.as_str().to_owned()))
            }
            // A sender's fault is told to the sender.
            Ok(SubmitResult::Refused(refused)) => Err(SettlerError::Refused {
                reason: ErrorReason::new(refused.code.as_str().to_ascii_lowercase()),
                message: refused.code.says().to_owned(),
            }),
            Err(error) => Err(SettlerError::Unavailable(told(&error))),
        }
    }

    /// The status as it is now, where it can be learnt.
    async fn look(&self, known: &PaymentStatus) -> Option<PaymentStatus> {
        let found = self.relay.status(known.payment_id()).await.ok()?.status;
        (found.payment_id() == known.payment_id()).then_some(found)
    }
}

/// An error by its code: what a service said is not for others.
fn told(error: &RelayError) -> String {
    match error {
        RelayError::Client(ClientError::Refused(refused)) => format!("status {} ({})", refused.status, refused.code),
        other => other.code().to_owned(),
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
                if let Some(found) = self.look(&known).await {
                    known = found;
                }
            }
        });
        // What is known when the wait is over is what is told.
        let _ = waited.await;
        Ok(settling(known, tendered))
    }
}

fn settling(status: PaymentStatus, tendered: &Tendered) -> Settling {
    let (network, payer) = (tendered.payment.network.to_string(), tendered.payment.payer.to_string());
    let failed = |txid: Option<String>, error: &str| {
        let reason = status.reason().map_or("settle_failed", earnest_payment::Reason::as_str);
        let (reason, message) = (ErrorReason::new(reason), Some(error.to_owned()));
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
