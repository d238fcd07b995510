//! Blobs of deliveries: the provider of a contract puts them before it delivers; the sides and arbiters read them.

use aide::{
    axum::{
        ApiRouter,
        routing::{get_with, put_with},
    },
    transform::TransformOperation,
};
use axum::{
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
};
use earnest_base::{ContractId, Sha256Digest};
use earnest_kit::{Caller, PathParameters, Problem, ServiceCode};
use earnest_ledger::Refusal as LedgerRefusal;
use earnest_settlement::Refusal;
use futures_util::StreamExt;
use http::{StatusCode, header};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{holds::seen, words::response_of};
use crate::{answers::in_media_type, office::Office, problem};

pub(super) fn writing() -> ApiRouter<Office> {
    ApiRouter::new().api_route("/contracts/{contract}/blobs/{digest}", put_with(put, putting))
}

pub(super) fn reading() -> ApiRouter<Office> {
    ApiRouter::new().api_route("/contracts/{contract}/blobs/{digest}", get_with(get, getting))
}

fn putting(route: TransformOperation<'_>) -> TransformOperation<'_> {
    route.description("The bytes of a blob, by the provider of the contract; the digest is that of the bytes.")
}

fn getting(route: TransformOperation<'_>) -> TransformOperation<'_> {
    let route = route.description("A blob that the delivered response names, for the sides and the arbiters.");
    in_media_type(route, "application/octet-stream", "The bytes, in the media type that the response names.")
}

#[derive(Debug, Deserialize, JsonSchema)]
struct BlobPath {
    contract: ContractId,
    digest: Sha256Digest,
}

async fn put(
    State(office): State<Office>,
    caller: Caller,
    PathParameters(path): PathParameters<BlobPath>,
    body: Body,
) -> Result<StatusCode, Problem> {
    let hold = seen(&office, &caller, path.contract).await?;
    let agreed = office.agreed(&hold).await?;
    let provider = office.intake_of(&caller);
    provider.callers().is(agreed.contract.responder, "provider of the contract").map_err(problem::refused)?;
    let phase = office.read(move |settlement, _| settlement.ledger().hold(&hold).map(|hold| hold.phase())).await?;
    if let Some(phase) = phase.filter(|phase| phase.is_terminal()) {
        return Err(problem::refused(LedgerRefusal::HoldEnded { phase }.into()));
    }
    let mut blob = office.blobs.begin().await.map_err(|error| problem::blob(&error))?;
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|error| earnest_kit::problem_of(&error))?;
        blob.write(&chunk).await.map_err(|error| problem::blob(&error))?;
    }
    blob.finish(Some(&path.digest)).await.map_err(|error| problem::blob(&error))?;
    Ok(StatusCode::NO_CONTENT)
}

async fn get(
    State(office): State<Office>,
    caller: Caller,
    PathParameters(path): PathParameters<BlobPath>,
) -> Result<Response, Problem> {
    let hold = seen(&office, &caller, path.contract).await?;
    let response = response_of(&office, &hold).await?;
    let unknown = || problem::refused(Refusal::Unknown("a blob of the delivered response"));
    let named = response.as_ref().and_then(|response| {
        let mut blobs = response.blobs.iter().flat_map(|blobs| blobs.iter());
        blobs.find(|blob| blob.digest == path.digest)
    });
    let named = named.ok_or_else(unknown)?;
    let bytes = office.blob(&path.digest).await?.ok_or_else(unknown)?;
    // What a stranger made is never shown as a page of this service.
    let headers = [
        (header::CONTENT_TYPE, named.media_type.as_str().to_owned()),
        (header::CONTENT_DISPOSITION, "attachment".to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    if headers.iter().any(|(_, value)| http::HeaderValue::from_str(value).is_err()) {
        return Err(ServiceCode::Internal.into());
    }
    Ok((headers, bytes).into_response())
}
