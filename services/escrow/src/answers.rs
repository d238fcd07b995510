//! What routes answer with.

use aide::{
    OperationOutput,
    generate::GenContext,
    openapi::{MediaType, Operation, ReferenceOr, StatusCode},
    transform::TransformOperation,
};
use axum::{
    Json,
    response::{IntoResponse, Response},
};
use earnest_base::Timestamp;
use earnest_ledger::{Answer as LedgerAnswer, Done};
use earnest_settlement::{Answer, Refusal};
use http::header;
use schemars::JsonSchema;
use serde::Serialize;

use crate::problem;

/// Says of a route what no type of its handler tells: that it answers with bytes of this media type.
pub(crate) fn in_media_type<'t>(
    mut route: TransformOperation<'t>,
    media_type: &str,
    says: &str,
) -> TransformOperation<'t> {
    let content = [(media_type.to_owned(), MediaType::default())].into_iter().collect();
    let answer = aide::openapi::Response { description: says.to_owned(), content, ..Default::default() };
    let responses = route.inner_mut().responses.get_or_insert_with(Default::default);
    responses.responses.insert(StatusCode::Code(200), ReferenceOr::Item(answer));
    route
}

/// A signed document, as its bytes.
pub(crate) struct SignedDocument(pub(crate) Vec<u8>);

impl IntoResponse for SignedDocument {
    fn into_response(self) -> Response {
        ([(header::CONTENT_TYPE, "application/json")], self.0).into_response()
    }
}

impl OperationOutput for SignedDocument {
    type Inner = serde_json::Value;

    fn operation_response(context: &mut GenContext, operation: &mut Operation) -> Option<aide::openapi::Response> {
        Json::<serde_json::Value>::operation_response(context, operation)
    }

    fn inferred_responses(
        context: &mut GenContext,
        operation: &mut Operation,
    ) -> Vec<(Option<StatusCode>, aide::openapi::Response)> {
        Json::<serde_json::Value>::inferred_responses(context, operation)
    }
}

/// What was done, and where it stands in the journal. The same request is answered the same, every time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Receipt {
    /// The number of the fact.
    pub(crate) seq: u64,
    /// What it did.
    pub(crate) effect: &'static str,
}

/// What became of one hold of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum Each {
    /// It stands.
    Done(Receipt),
    /// It was refused.
    Refused {
        /// Why.
        code: &'static str,
        /// What was expected.
        detail: String,
    },
}

impl From<Done> for Receipt {
    fn from(done: Done) -> Self {
        Self { seq: done.seq, effect: done.effect.as_str() }
    }
}

/// What an answer says was done, now or before.
pub(crate) fn effects(answer: &Answer) -> impl Iterator<Item = &'static str> {
    let (one, each) = match answer {
        Answer::Ledger(LedgerAnswer::Done(done)) => (Some(done.effect.as_str()), [].as_slice()),
        Answer::Ledger(LedgerAnswer::Each(each)) => (None, each.as_slice()),
        Answer::Stated { .. } => (Some(STATED), [].as_slice()),
    };
    one.into_iter().chain(each.iter().flatten().map(|done| done.effect.as_str()))
}

/// What a statement of who acts for whom does.
const STATED: &str = "custody-stated";

/// The answer to a command that does one thing.
pub(crate) fn receipt(answer: Answer) -> Json<Receipt> {
    Json(match answer {
        Answer::Ledger(LedgerAnswer::Done(done)) => done.into(),
        Answer::Stated { seq } => Receipt { seq, effect: STATED },
        // A batch is answered hold by hold, and has a route of its own.
        Answer::Ledger(LedgerAnswer::Each(each)) => {
            each.into_iter().find_map(Result::ok).map_or(Receipt { seq: 0, effect: "none" }, Receipt::from)
        }
    })
}

impl Each {
    pub(crate) fn refused(refusal: Refusal) -> Self {
        let told = problem::refused(refusal);
        Self::Refused { code: told.code(), detail: told.body(None).detail.unwrap_or_default() }
    }
}

/// The answers to a batch, in its order.
pub(crate) fn each(answer: Answer) -> Vec<Each> {
    let of = |done: Result<Done, earnest_ledger::Refusal>| match done {
        Ok(done) => Each::Done(done.into()),
        Err(refusal) => Each::refused(refusal.into()),
    };
    match answer {
        Answer::Ledger(LedgerAnswer::Each(each)) => each.into_iter().map(of).collect(),
        other => vec![Each::Done(receipt(other).0)],
    }
}

/// A place in the journal, for whoever keeps heads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct HeadNow {
    /// The number of the latest fact.
    pub(crate) seq: u64,
    /// The head of the chain after it.
    pub(crate) head: String,
    /// The escrow's clock.
    pub(crate) now: Timestamp,
}
