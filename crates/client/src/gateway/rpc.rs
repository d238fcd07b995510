//! The relay over JSON-RPC 2.0: `POST /rpc`, every request signed.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use async_trait::async_trait;
use earnest_base::PaymentId;
use earnest_payment::{
    PaymentRequest, PaymentStatus,
    rpc::{CheckPayment, RpcCall, RpcId, RpcRequest, RpcResponse, SponsorStatus, SubmitResult},
};
use serde::de::DeserializeOwned;

use super::{
    Relay, RelayError, Told,
    http::{decoded, refused, retry_after},
};
use crate::{
    ClientError, Connection,
    connection::{Call, Whole},
};

/// The relay of a gateway over JSON-RPC.
#[derive(Debug, Clone)]
pub struct RpcRelay {
    connection: Arc<Connection>,
    origin: String,
    next: Arc<AtomicI64>,
}

impl RpcRelay {
    pub(super) fn new(connection: Arc<Connection>) -> Self {
        let origin = connection.origin();
        Self { connection, origin, next: Arc::new(AtomicI64::new(1)) }
    }

    /// Whether the relay could take a payment now.
    ///
    /// # Errors
    /// [`RelayError`].
    pub async fn sponsor_status(&self) -> Result<SponsorStatus, RelayError> {
        self.call(RpcCall::GetSponsorStatus).await.map(|(status, _)| status)
    }

    async fn call<T: DeserializeOwned>(&self, call: RpcCall) -> Result<(T, Whole), RelayError> {
        let id = RpcId::Number(self.next.fetch_add(1, Ordering::Relaxed));
        let request = RpcRequest { id: id.clone(), call };
        let body = serde_json::to_vec(&request).map_err(|error| ClientError::Setup(error.to_string()))?;
        let whole = self.connection.whole(Call::post(&["rpc"], body)).await?;
        // An error of JSON-RPC says more than the status above it.
        let response = match decoded::<RpcResponse<T>>(&whole) {
            Ok(response) => response,
            Err(error) if whole.status == 200 => return Err(error.into()),
            Err(_) => return Err(refused(&whole).into()),
        };
        match response.outcome {
            Err(error) => Err(RelayError::Rpc(error)),
            Ok(_) if response.id != Some(id) => Err(RelayError::Other("request")),
            Ok(_) if whole.status != 200 => Err(refused(&whole).into()),
            Ok(result) => Ok((result, whole)),
        }
    }
}

#[async_trait]
impl Relay for RpcRelay {
    fn origin(&self) -> &str {
        &self.origin
    }

    async fn submit(&self, request: &PaymentRequest) -> Result<SubmitResult, RelayError> {
        self.call(RpcCall::SubmitPayment(request.clone())).await.map(|(result, _)| result)
    }

    async fn status(&self, payment: &PaymentId) -> Result<Told, RelayError> {
        let call = RpcCall::CheckPayment(CheckPayment { payment_id: payment.clone() });
        let (status, whole): (PaymentStatus, _) = self.call(call).await?;
        Ok(Told { status, retry_after: retry_after(&whole) })
    }
}
