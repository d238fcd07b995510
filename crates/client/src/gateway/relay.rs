//! Whoever settles payments, over whichever transport: submitted to, and asked for the status, within bounds.

use std::{fmt, time::Duration};

use async_trait::async_trait;
use earnest_base::{PaymentId, Timestamp};
use earnest_payment::{Category, PaymentRequest, PaymentStatus, RefusedSubmission, rpc::RpcError, rpc::SubmitResult};
use earnest_ports::Clock;

use crate::{ClientError, paying::Persistence};

/// A relay, over HTTP or over RPC: the same answers.
#[async_trait]
pub trait Relay: fmt::Debug + Send + Sync + 'static {
    /// The origin under which it tells the status of payments.
    fn origin(&self) -> &str;

    /// Submits a payment. The same one again is the same payment.
    async fn submit(&self, request: &PaymentRequest) -> Result<SubmitResult, RelayError>;

    /// Asks for the status of a payment.
    async fn status(&self, payment: &PaymentId) -> Result<Told, RelayError>;
}

/// The status of a payment, as it was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The status.
    pub status: PaymentStatus,
    /// How long the relay asks to wait before it is asked again.
    pub retry_after: Option<Duration>,
}

/// Why a relay told nothing. It says nothing about any payment.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// There was no answer, or none of the route.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The call could not be served.
    #[error("expected a result, found error {}: {}", .0.code, .0.message)]
    Rpc(RpcError),
    /// The answer is to another request, or about another payment.
    #[error("expected an answer about the {0} that was asked about, found another")]
    Other(&'static str),
}

impl RelayError {
    /// The stable code: the relay's own where it told one.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Client(error) => error.code(),
            Self::Rpc(error) => error.data.code.as_str(),
            Self::Other(_) => "answer-other",
        }
    }

    /// Whether asking the same again makes sense. What is submitted twice is one payment.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Client(ClientError::Refused(refused)) => refused.status >= 500 || refused.status == 429,
            Self::Client(ClientError::Unreachable(_) | ClientError::Lost(_)) => true,
            Self::Client(_) | Self::Other(_) => false,
            Self::Rpc(error) => error.data.code.retryable(),
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Client(ClientError::Refused(refused)) => {
                refused.retry_after_secs.map(|seconds| Duration::from_secs(seconds.into()))
            }
            _ => None,
        }
    }
}

/// Why a payment was not seen to its end.
#[derive(Debug, thiserror::Error)]
pub enum SettleError {
    /// The relay does not take it: it has no identity, and was not carried out by this relay.
    #[error("{}: {}", .0.code, .0.error)]
    Refused(RefusedSubmission),
    /// The relay told nothing, however often it was asked. The payment may be carried out.
    #[error(transparent)]
    Relay(#[from] RelayError),
    /// It is under way for longer than was asked.
    #[error("expected the payment to end, found it under way")]
    UnderWay(Box<PaymentStatus>),
}

/// Submits a payment and asks for its status until it ends: at most so often as the bounds let it.
///
/// # Errors
/// [`SettleError`]. Only [`PaymentStatus::Confirmed`] lets work be delivered.
pub async fn settle(
    relay: &dyn Relay,
    request: &PaymentRequest,
    bounds: &Persistence,
    clock: &dyn Clock,
) -> Result<PaymentStatus, SettleError> {
    let mut tries = 0;
    let status = loop {
        tries += 1;
        match relay.submit(request).await {
            Ok(SubmitResult::Accepted(status)) => break status,
            Ok(SubmitResult::Refused(refused)) if refused.code.retryable() && tries < bounds.sends => {
                pause(clock, bounds.pause(tries, None)).await;
            }
            Ok(SubmitResult::Refused(refused)) => return Err(SettleError::Refused(refused)),
            Err(error) if error.is_retryable() && tries < bounds.sends => {
                pause(clock, bounds.pause(tries, error.retry_after())).await;
            }
            Err(error) => return Err(error.into()),
        }
    };
    if status.state().category() != Category::InFlight {
        return Ok(status);
    }
    wait(relay, status.payment_id(), bounds, clock).await
}

/// Asks for the status of a payment until it ends: at most so often as the bounds let it.
///
/// # Errors
/// [`SettleError::Relay`] and [`SettleError::UnderWay`].
pub async fn wait(
    relay: &dyn Relay,
    payment: &PaymentId,
    bounds: &Persistence,
    clock: &dyn Clock,
) -> Result<PaymentStatus, SettleError> {
    let (mut polls, mut silences) = (0, 0);
    let mut asked = None;
    loop {
        polls += 1;
        pause(clock, bounds.pause(silences + 1, asked)).await;
        match relay.status(payment).await {
            Ok(told) if told.status.payment_id() != payment => return Err(RelayError::Other("payment").into()),
            Ok(told) if told.status.state().category() != Category::InFlight => return Ok(told.status),
            Ok(told) if polls >= bounds.polls => return Err(SettleError::UnderWay(Box::new(told.status))),
            Ok(told) => (silences, asked) = (0, told.retry_after),
            Err(error) => {
                silences += 1;
                if !error.is_retryable() || silences >= bounds.sends || polls >= bounds.polls {
                    return Err(error.into());
                }
                asked = error.retry_after();
            }
        }
    }
}

/// Waits for so long, by the clock that is given.
pub(crate) async fn pause(clock: &dyn Clock, span: Duration) {
    let millis = i64::try_from(span.as_millis()).unwrap_or(i64::MAX);
    let until = clock.now().unix_millis().saturating_add(millis);
    clock.until(Timestamp::from_unix_millis(until).unwrap_or(Timestamp::LAST)).await;
}
