//! The provider's side: the response that fulfils a contract.

use earnest_artifacts::{
    Content, Draft, Error, List, ProcurementContract, ResponseEnvelope, ServiceOffer, Verified,
    response_envelope::Provenance,
    vocabulary::{AnswerFormat, BlobRef, OriginClass},
};
use earnest_base::{InvalidError, Name, Ratio, ResponseId, Timestamp};
use earnest_signing::{Code, Pointer};

/// What a provider delivers, without what follows from its contract.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The response.
    pub id: ResponseId,
    /// The answer itself.
    pub content: Content,
    /// Its form.
    pub format: AnswerFormat,
    /// What of it is binary or large.
    pub blobs: Vec<BlobRef>,
    /// Who made it.
    pub provenance: Provenance,
    /// The model that took part, where one did.
    pub model: Option<Name>,
    /// In which order model and person worked.
    pub sequence: Vec<Name>,
    /// How sure it is, from 0 to 1.
    pub confidence: Ratio,
    /// When it was made, and is delivered.
    pub made_at: Timestamp,
}

impl Answer {
    /// Who made an answer of this offer, as the offer says it: a model, or a model and a person.
    #[must_use]
    pub fn provenance_of(offer: &ServiceOffer) -> Provenance {
        if offer.hybrid { Provenance::Hybrid } else { Provenance::ModelOnly }
    }
}

/// Drafts the response to a contract, for the provider to sign.
///
/// # Errors
/// Names the rule or check that it breaks.
pub fn draft_response(
    contract: &Verified<ProcurementContract>,
    answer: &Answer,
) -> Result<Draft<ResponseEnvelope>, Error> {
    let human = answer.provenance != Provenance::ModelOnly;
    let origins = match answer.provenance {
        Provenance::ModelOnly => vec![OriginClass::NodeGenerated],
        Provenance::Hybrid => vec![OriginClass::NodeGenerated, OriginClass::NodeMediatedHuman],
        Provenance::HumanOnly => vec![OriginClass::NodeMediatedHuman],
    };
    let unnamed =
        |error: InvalidError| Error::new(Code::INVALID_VALUE, Pointer::member("answer/blobs"), error.to_string());
    Draft::new(&ResponseEnvelope {
        id: answer.id.clone(),
        question: contract.question.clone(),
        room: Some(contract.room.clone()),
        contract: Some(contract.id.clone()),
        receipt: None,
        summary: None,
        created_at: answer.made_at,
        delivered_at: Some(answer.made_at),
        source_node: contract.responder_node,
        source: contract.responder,
        gateway_node: None,
        content: answer.content.clone(),
        blobs: list(&answer.blobs).map_err(unnamed)?,
        format: answer.format,
        confidence: answer.confidence,
        uncertainty: None,
        human_linked: human,
        origins: List::new(origins).map_err(unnamed)?,
        provenance: answer.provenance,
        model: answer.model.clone(),
        human: Some(human),
        sequence: list(&answer.sequence).map_err(unnamed)?,
    })
}

fn list<T: Clone>(items: &[T]) -> Result<Option<List<T>>, InvalidError> {
    if items.is_empty() { Ok(None) } else { List::new(items.to_vec()).map(Some) }
}
