//! The acceptance criteria, each checked by itself: by the escrow at delivery, and again where a rejection names one.

use earnest_artifacts::{Content, ResponseEnvelope, response_decision::Criterion, vocabulary::AnswerFormat};
use earnest_signing::{Limits, read};

use super::{DeliveryCode, DeliveryContext};
use crate::{Refusal, constraint};

/// The criteria, in the order in which they are checked.
const CRITERIA: &[Criterion] =
    &[Criterion::AnswerFormat, Criterion::MinLength, Criterion::MaxLength, Criterion::OutputConstraints];

pub(super) fn all(response: &ResponseEnvelope, context: &DeliveryContext<'_>) -> Result<(), Refusal<DeliveryCode>> {
    CRITERIA.iter().try_for_each(|criterion| one(*criterion, response, context))
}

pub(super) fn one(
    criterion: Criterion,
    response: &ResponseEnvelope,
    context: &DeliveryContext<'_>,
) -> Result<(), Refusal<DeliveryCode>> {
    let contract = context.contract;
    let length = u64::try_from(response.characters()).unwrap_or(u64::MAX);
    match criterion {
        Criterion::AnswerFormat => format(contract.answer_format, response),
        Criterion::MinLength if length < contract.min_length.value() => {
            let expected = format!("at least {} characters", contract.min_length);
            Err(Refusal::at(DeliveryCode::TooShort, "answer/content", expected, length))
        }
        Criterion::MaxLength if length > contract.max_length.value() => {
            let expected = format!("at most {} characters", contract.max_length);
            Err(Refusal::at(DeliveryCode::TooLong, "answer/content", expected, length))
        }
        Criterion::MinLength | Criterion::MaxLength => Ok(()),
        Criterion::OutputConstraints => {
            let (offer, order) = (&context.offer.output_constraints, &context.order.output_constraints);
            let promised = constraint::promised(offer.as_ref(), order.as_ref());
            constraint::kept(&promised, response, context.blobs).map_err(|broken| {
                let found = format!("{} ({})", broken.found, broken.name);
                Refusal::at(DeliveryCode::ConstraintBroken, "answer/content", broken.expected, found)
            })
        }
    }
}

/// The form is the one agreed on, and the content is of that form: JSON is an object or reads as JSON, text is text.
fn format(agreed: AnswerFormat, response: &ResponseEnvelope) -> Result<(), Refusal<DeliveryCode>> {
    let code = DeliveryCode::FormatBroken;
    if agreed != AnswerFormat::Mixed && response.format != agreed {
        let found = format!("{:?}", response.format);
        return Err(Refusal::at(code, "answer/format", format!("{agreed:?}"), found));
    }
    let fits = match (response.format, &response.content) {
        (AnswerFormat::Mixed, _) | (AnswerFormat::Json, Content::Object(_)) => true,
        (AnswerFormat::Json, Content::Text(text)) => read(text.as_bytes(), Limits::I_JSON).is_ok(),
        (AnswerFormat::PlainText | AnswerFormat::Markdown | AnswerFormat::Edn, content) => {
            matches!(content, Content::Text(_))
        }
    };
    if fits {
        return Ok(());
    }
    Err(Refusal::at(code, "answer/content", format!("content in the form {:?}", response.format), "another form"))
}
