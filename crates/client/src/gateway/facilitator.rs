//! The facilitator: `POST /verify`, `POST /settle`, `GET /supported`.

use earnest_x402::{FacilitatorError, FacilitatorRequest, SettleOutcome, SupportedResponse, VerifyOutcome, read};

use super::{GatewayClient, http::refused};
use crate::{ClientError, connection::Call};

impl GatewayClient {
    /// Asks whether a payment is valid. An answer that decides nothing is [`VerifyOutcome::Unknown`].
    ///
    /// # Errors
    /// Where the request cannot be made.
    pub async fn verify(&self, request: &FacilitatorRequest) -> Result<VerifyOutcome, ClientError> {
        Ok(match self.ask("verify", request).await? {
            Ok((status, body)) => VerifyOutcome::of(status, &body),
            Err(error) => VerifyOutcome::Unknown(error),
        })
    }

    /// Has a payment settled. Where the answer decides nothing, money may have moved: the same request again tells.
    ///
    /// # Errors
    /// Where the request cannot be made.
    pub async fn settle(&self, request: &FacilitatorRequest) -> Result<SettleOutcome, ClientError> {
        Ok(match self.ask("settle", request).await? {
            Ok((status, body)) => SettleOutcome::of(status, &body),
            Err(error) => SettleOutcome::Unknown(error),
        })
    }

    /// What it settles.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn supported(&self) -> Result<SupportedResponse, ClientError> {
        let whole = self.connection.whole(Call::get(&["supported"]).open()).await?;
        if whole.status != 200 {
            return Err(refused(&whole));
        }
        read(&whole.body).map_err(|error| ClientError::Answer(error.to_string()))
    }

    async fn ask(
        &self,
        route: &str,
        request: &FacilitatorRequest,
    ) -> Result<Result<(u16, Vec<u8>), FacilitatorError>, ClientError> {
        let body = serde_json::to_vec(request).map_err(|error| ClientError::Setup(error.to_string()))?;
        match self.connection.whole(Call::post(&[route], body).signed_where_possible()).await {
            Ok(whole) => Ok(Ok((whole.status, whole.body))),
            Err(error @ (ClientError::Unreachable(_) | ClientError::Lost(_) | ClientError::TooLarge(_))) => {
                Ok(Err(FacilitatorError::NoAnswer(error.to_string())))
            }
            Err(error) => Err(error),
        }
    }
}
