//! What routes take and answer beside the kit's types: bodies of other people's protocols, and the payment contract.

use aide::{
    OperationInput, OperationOutput,
    generate::GenContext,
    openapi::{
        MediaType, Operation, ReferenceOr, RequestBody, Response as Described, SchemaObject, StatusCode as Code,
    },
    transform::TransformOperation,
};
use axum::{
    Json,
    extract::{FromRequest, Request},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use earnest_kit::{Problem, ServiceCode, problem::MEDIA_TYPE, read_body};
use earnest_payment::{PaymentStatus, http::HttpAnswer, rpc::RpcResponse};
use http::{HeaderValue, StatusCode, header};
use schemars::JsonSchema;
use serde::Serialize;

/// A body in JSON as it arrived: its protocol's own reader reads it, and its own answer refuses it.
pub(crate) struct Raw<P>(pub(crate) Bytes, std::marker::PhantomData<P>);

/// What a body in JSON is, for the OpenAPI document.
pub(crate) trait Protocol {
    /// In words.
    const SAYS: &'static str;
}

/// Calls of JSON-RPC.
pub(crate) struct Rpc;

impl Protocol for Rpc {
    const SAYS: &'static str = "A JSON-RPC 2.0 request: /schemas/payment-rpc-request.v1.schema.json";
}

/// What a facilitator is asked.
pub(crate) struct X402;

impl Protocol for X402 {
    const SAYS: &'static str =
        "x402Version, paymentPayload and paymentRequirements, as x402 has them in version 2 or 1";
}

impl<P, S: Send + Sync> FromRequest<S> for Raw<P> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let named = request.headers().get(header::CONTENT_TYPE).and_then(|named| named.to_str().ok());
        let essence = named.and_then(|named| named.split(';').next()).map(|named| named.trim().to_ascii_lowercase());
        if essence.as_deref() != Some("application/json") {
            return Err(ServiceCode::MediaTypeUnsupported.problem().detail("expected application/json"));
        }
        read_body(request.into_body()).await.map(|bytes| Self(bytes, std::marker::PhantomData))
    }
}

impl<P: Protocol> OperationInput for Raw<P> {
    fn operation_input(_: &mut GenContext, operation: &mut Operation) {
        let schema = schemars::json_schema!({ "type": "object", "description": P::SAYS });
        let media = MediaType { schema: Some(schema_of(schema)), ..MediaType::default() };
        operation.request_body = Some(ReferenceOr::Item(RequestBody {
            content: [("application/json".to_owned(), media)].into_iter().collect(),
            required: true,
            ..RequestBody::default()
        }));
    }
}

fn schema_of(json_schema: schemars::Schema) -> SchemaObject {
    SchemaObject { json_schema, example: None, external_docs: None }
}

/// An answer of the payment contract.
pub(crate) struct PaymentAnswer(pub(crate) HttpAnswer);

impl IntoResponse for PaymentAnswer {
    fn into_response(self) -> Response {
        let Self(answer) = self;
        let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&answer.body).unwrap_or_default();
        let mut response = (status, [(header::CONTENT_TYPE, answer.content_type())], body).into_response();
        if let Some(seconds) = answer.retry_after_secs {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl OperationOutput for PaymentAnswer {
    type Inner = PaymentStatus;

    fn operation_response(context: &mut GenContext, operation: &mut Operation) -> Option<Described> {
        Json::<PaymentStatus>::operation_response(context, operation)
    }

    fn inferred_responses(context: &mut GenContext, operation: &mut Operation) -> Vec<(Option<Code>, Described)> {
        let described = |says: &str, media_type: &str, schema| Described {
            description: says.to_owned(),
            content: [(media_type.to_owned(), MediaType { schema: Some(schema_of(schema)), ..MediaType::default() })]
                .into_iter()
                .collect(),
            ..Described::default()
        };
        let status = context.schema.subschema_for::<PaymentStatus>();
        let _ = operation;
        let mut found: Vec<_> = [
            (200, "The payment has ended, or is asked after."),
            (202, "The payment is under way: ask again at checkStatusUrl."),
            (404, "Nothing stands under this id."),
        ]
        .into_iter()
        .map(|(code, says)| (Some(Code::Code(code)), described(says, "application/json", status.clone())))
        .collect();
        let problem = earnest_payment::http::Problem::json_schema(&mut context.schema);
        let says = "The submission is refused, or the journal is out of reach: a problem of the payment contract.";
        for code in [402, 409, 422, 429, 502, 503] {
            found.push((Some(Code::Code(code)), described(says, MEDIA_TYPE, problem.clone())));
        }
        found
    }
}

/// An answer of JSON-RPC.
pub(crate) struct RpcAnswer(Vec<u8>);

impl<T: Serialize> From<RpcResponse<T>> for RpcAnswer {
    fn from(response: RpcResponse<T>) -> Self {
        Self(serde_json::to_vec(&response).unwrap_or_default())
    }
}

impl IntoResponse for RpcAnswer {
    fn into_response(self) -> Response {
        ([(header::CONTENT_TYPE, "application/json")], self.0).into_response()
    }
}

impl OperationOutput for RpcAnswer {
    type Inner = serde_json::Value;

    fn operation_response(_: &mut GenContext, _: &mut Operation) -> Option<Described> {
        None
    }

    fn inferred_responses(_: &mut GenContext, _: &mut Operation) -> Vec<(Option<Code>, Described)> {
        let says = "A JSON-RPC 2.0 response: /schemas/payment-rpc-response.v1.schema.json";
        let schema = schemars::json_schema!({ "type": "object", "description": says });
        let media = MediaType { schema: Some(schema_of(schema)), ..MediaType::default() };
        let content = [("application/json".to_owned(), media)].into_iter().collect();
        vec![(Some(Code::Code(200)), Described { description: says.to_owned(), content, ..Described::default() })]
    }
}

/// Says of a route what no type of its handler tells: that it answers with a stream of events.
pub(crate) fn streams<'t>(mut route: TransformOperation<'t>, says: &str) -> TransformOperation<'t> {
    let content = [("text/event-stream".to_owned(), MediaType::default())].into_iter().collect();
    let answer = Described { description: says.to_owned(), content, ..Described::default() };
    let responses = route.inner_mut().responses.get_or_insert_with(Default::default);
    responses.responses.insert(Code::Code(200), ReferenceOr::Item(answer));
    let ended = Described { description: "The end was told before.".to_owned(), ..Described::default() };
    responses.responses.insert(Code::Code(204), ReferenceOr::Item(ended));
    route
}
