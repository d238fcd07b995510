//! What providers call. Who calls is told by the signature of the message alone.

use aide::{
    axum::{ApiRouter, routing::post_with},
    transform::TransformOperation,
};
use axum::{Json, body::Body, extract::State};
use earnest_base::Name;
use earnest_funding::Command;
use earnest_kit::{PathParameters, Problem, ServiceCode, read_body};
use http::HeaderMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::super::{Callback, CallbackError, counter::Counter, views::TakenNow};

pub(super) fn routes() -> ApiRouter<Counter> {
    ApiRouter::new().api_route("/webhooks/{provider}", post_with(webhook, describe))
}

fn describe(route: TransformOperation<'_>) -> TransformOperation<'_> {
    route.description(
        "A payment provider's message, in JSON. The header Webhook-Signature, `t=<unix seconds>,v1=<hexadecimal>`, holds \
         HMAC-SHA256 over `t`, a full stop, and the body.",
    )
}

#[derive(Debug, Deserialize, JsonSchema)]
struct ProviderPath {
    provider: Name,
}

/// A message is answered once what it says cannot be lost; a provider that hears nothing sends it again.
async fn webhook(
    State(counter): State<Counter>,
    PathParameters(path): PathParameters<ProviderPath>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<TakenNow>, Problem> {
    let provider = counter.providers.get(path.provider.as_str()).ok_or(ServiceCode::RouteUnknown)?;
    let body = read_body(body).await?;
    let heard = provider.callback(&Callback { headers: &headers, body: &body }, counter.now());
    let heard = heard.map_err(|error| match error {
        CallbackError::Unsigned => ServiceCode::Unauthorised.problem(),
        CallbackError::Silent => ServiceCode::RouteUnknown.problem(),
        CallbackError::Unreadable(expected) => {
            ServiceCode::BodyInvalid.problem().detail(format!("expected {expected}"))
        }
    })?;
    let taken = heard.len();
    for heard in heard {
        counter.submit(Command::from(heard)).await?;
    }
    Ok(Json(TakenNow { taken }))
}
