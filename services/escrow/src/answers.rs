//! What routes answer with.

use aide::{OperationOutput, generate::GenContext, openapi::Operation};
use axum::{
    Json,
    response::{IntoResponse, Response},
};
use earnest_base::Timestamp;
use earnest_ledger::{Answer as LedgerAnswer, Done};
use earnest_settlement::Answer;
use http::header;
use schemars::JsonSchema;
use serde::Serialize;

use crate::problem;

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
    ) -> Vec<(Option<aide::openapi::StatusCode>, aide::openapi::Response)> {
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

/// The answer to a command that does one thing.
pub(crate) fn receipt(answer: Answer) -> Json<Receipt> {
    Json(match answer {
        Answer::Ledger(LedgerAnswer::Done(done)) => done.into(),
        Answer::Stated { seq } => Receipt { seq, effect: "custody-stated" },
        // A batch is answered hold by hold, and has a route of its own.
        Answer::Ledger(LedgerAnswer::Each(each)) => {
            each.into_iter().find_map(Result::ok).map_or(Receipt { seq: 0, effect: "none" }, Receipt::from)
        }
    })
}

/// The answers to a batch, in its order.
pub(crate) fn each(answer: Answer) -> Json<Vec<Each>> {
    let of = |done: Result<Done, earnest_ledger::Refusal>| match done {
        Ok(done) => Each::Done(done.into()),
        Err(refusal) => {
            let told = problem::refused(refusal.into());
            Each::Refused { code: told.code(), detail: told.body(None).detail.unwrap_or_default() }
        }
    };
    Json(match answer {
        Answer::Ledger(LedgerAnswer::Each(each)) => each.into_iter().map(of).collect(),
        other => vec![Each::Done(receipt(other).0)],
    })
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
