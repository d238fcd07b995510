//! The relay over HTTP: `POST /payments` and `GET /payments/{paymentId}`.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use earnest_base::PaymentId;
use earnest_payment::{PaymentRequest, RefusedSubmission, http::Problem, rpc::SubmitResult};
use serde::de::DeserializeOwned;

use super::{Relay, RelayError, Told};
use crate::{
    ClientError, Connection, Refused,
    connection::{Call, Whole},
};

/// The relay of a gateway over HTTP.
#[derive(Debug, Clone)]
pub struct HttpRelay {
    connection: Arc<Connection>,
    origin: String,
}

impl HttpRelay {
    pub(super) fn new(connection: Arc<Connection>) -> Self {
        let origin = connection.origin();
        Self { connection, origin }
    }
}

#[async_trait]
impl Relay for HttpRelay {
    fn origin(&self) -> &str {
        &self.origin
    }

    async fn submit(&self, request: &PaymentRequest) -> Result<SubmitResult, RelayError> {
        let body = serde_json::to_vec(request).map_err(|error| ClientError::Setup(error.to_string()))?;
        let whole = self.connection.whole(Call::post(&["payments"], body).signed_where_possible()).await?;
        if matches!(whole.status, 200 | 202) {
            return Ok(SubmitResult::Accepted(decoded(&whole)?));
        }
        let problem = serde_json::from_slice::<Problem>(&whole.body).ok();
        // A store that is out of reach refuses nothing: its 503 carries a code that has another status.
        let refusal = problem.filter(|problem| problem.code().http_status() == whole.status);
        let refusal = refusal.ok_or_else(|| refused(&whole))?;
        let (code, error) = (refusal.code(), refusal.error().to_owned());
        Ok(SubmitResult::Refused(RefusedSubmission { code, error, help: refusal.hint().map(str::to_owned) }))
    }

    async fn status(&self, payment: &PaymentId) -> Result<Told, RelayError> {
        let path = ["payments", payment.as_str()];
        let whole = self.connection.whole(Call::get(&path).signed_where_possible()).await?;
        if !matches!(whole.status, 200 | 404) {
            return Err(refused(&whole).into());
        }
        let status = decoded(&whole).map_err(|error| if whole.status == 404 { refused(&whole) } else { error })?;
        Ok(Told { status, retry_after: retry_after(&whole) })
    }
}

pub(super) fn retry_after(whole: &Whole) -> Option<Duration> {
    whole.retry_after.as_deref().and_then(|seconds| seconds.parse().ok()).map(Duration::from_secs)
}

/// The body, where it is what the route answers.
pub(super) fn decoded<T: DeserializeOwned>(whole: &Whole) -> Result<T, ClientError> {
    serde_json::from_slice(&whole.body).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        ClientError::Answer(format!("another form was found at line {line}, column {column}"))
    })
}

pub(super) fn refused(whole: &Whole) -> ClientError {
    ClientError::Refused(Box::new(Refused::of(whole.status, whole.retry_after.as_deref(), &whole.body)))
}
