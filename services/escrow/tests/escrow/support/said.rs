//! What parties say: deliveries, decisions, disputes, rulings, receipts of the gateway, statements of organisations.

use earnest_artifacts::{
    Content, DisputeCase, DisputeDecision, GatewayReceipt, OrganizationSubject, PaymentAuthorization, ResponseDecision,
    ResponseEnvelope, Verified,
    dispute_decision::DisputeOutcome,
    response_decision::{Criterion, Decision},
    vocabulary::{AnswerFormat, BlobRef},
};
use earnest_base::{Sha256Digest, Timestamp};
use earnest_procurement::{Answer, draft_response};
use serde_json::{Value, json};

use super::{
    papers::{Papers, example, object},
    people::{ADAM, EWA, FEEDERS, GATEWAY, OLA, Person, ROMAN, count, orc, signed},
};

/// Three news, each with its source.
pub(crate) fn items() -> Content {
    let item = r#"{"text": "Krótka wiadomość.", "urls": ["https://example.org/wiadomosc"]}"#;
    Content::Object(object(&format!(r#"{{"items": [{item}, {item}, {item}]}}"#)))
}

/// An image of this size, as far as anybody looks.
pub(crate) fn png(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend([0, 0]);
    bytes.extend(height.to_be_bytes());
    bytes
}

/// A response of this name, with this content.
pub(crate) fn response(
    papers: &Papers,
    name: &str,
    content: Content,
    image: Option<&[u8]>,
    now: Timestamp,
) -> Verified<ResponseEnvelope> {
    let format = match content {
        Content::Text(_) => AnswerFormat::Markdown,
        Content::Object(_) => AnswerFormat::Json,
    };
    let blob = image.map(|bytes| BlobRef {
        digest: Sha256Digest::of(bytes),
        media_type: "image/png".parse().unwrap(),
        size: count(bytes.len() as u64),
    });
    let answer = Answer {
        id: format!("response:{name}").parse().unwrap(),
        content,
        format,
        blobs: blob.into_iter().collect(),
        provenance: Answer::provenance_of(&papers.offer),
        model: Some("gpt-5".parse().unwrap()),
        sequence: Vec::new(),
        confidence: "0.9".parse().unwrap(),
        made_at: now,
    };
    let draft = draft_response(&papers.contract, &answer).unwrap().sign(None, &papers.provider.key()).unwrap();
    draft.finish().unwrap().verify().unwrap()
}

/// The response that keeps what the offer promises.
pub(crate) fn delivery(papers: &Papers, now: Timestamp) -> Verified<ResponseEnvelope> {
    let text = || Content::Text("Śniadanie, które zmienia poranek.".to_owned());
    match papers.provider {
        ADAM => response(papers, papers.name(), items(), None, now),
        OLA => response(papers, papers.name(), text(), None, now),
        _ => response(papers, papers.name(), text(), Some(&png(1_024, 768)), now),
    }
}

/// A response with this image.
pub(crate) fn with_image(papers: &Papers, name: &str, image: &[u8], now: Timestamp) -> Verified<ResponseEnvelope> {
    response(papers, name, Content::Text("Śniadanie na tarasie.".to_owned()), Some(image), now)
}

fn word(papers: &Papers, decision: Decision, now: Timestamp) -> ResponseDecision {
    ResponseDecision {
        id: format!("decision:{}", papers.name()).parse().unwrap(),
        contract: papers.contract.id.clone(),
        hold: papers.contract.hold.clone(),
        decision,
        response: None,
        response_digest: None,
        author: ROMAN.participant(),
        created_at: now,
        criterion: None,
        reason: None,
    }
}

/// The buyer accepts.
pub(crate) fn accept(
    papers: &Papers,
    response: &Verified<ResponseEnvelope>,
    now: Timestamp,
) -> Verified<ResponseDecision> {
    let (id, digest) = (Some(response.id.clone()), Some(response.content_digest()));
    signed(&ResponseDecision { response: id, response_digest: digest, ..word(papers, Decision::Accept, now) }, ROMAN)
}

/// The buyer rejects for a criterion.
pub(crate) fn reject(
    papers: &Papers,
    response: &Verified<ResponseEnvelope>,
    criterion: Criterion,
    now: Timestamp,
) -> Verified<ResponseDecision> {
    let decision = ResponseDecision {
        response: Some(response.id.clone()),
        response_digest: Some(response.content_digest()),
        criterion: Some(criterion),
        reason: Some("No source is named.".parse().unwrap()),
        ..word(papers, Decision::Reject, now)
    };
    signed(&decision, ROMAN)
}

/// The buyer cancels.
pub(crate) fn cancel(papers: &Papers, now: Timestamp) -> Verified<ResponseDecision> {
    signed(&word(papers, Decision::Cancel, now), ROMAN)
}

/// The buyer disputes.
pub(crate) fn dispute(papers: &Papers, now: Timestamp) -> Verified<DisputeCase> {
    let case = DisputeCase {
        id: format!("dispute:{}", papers.name()).parse().unwrap(),
        contract: papers.contract.id.clone(),
        hold: papers.contract.hold.clone().unwrap(),
        response: None,
        filed_by: ROMAN.participant(),
        filed_at: now,
        evidence: None,
        evidence_blobs: None,
        ..example()
    };
    signed(&case, ROMAN)
}

/// The arbiter decides the dispute.
pub(crate) fn ruling(papers: &Papers, released: u64, refunded: u64, now: Timestamp) -> Verified<DisputeDecision> {
    let outcome = match (released, refunded) {
        (_, 0) => DisputeOutcome::FullRelease,
        (0, _) => DisputeOutcome::FullRefund,
        _ => DisputeOutcome::PartialRelease,
    };
    let decision = DisputeDecision {
        id: format!("decision:{}-ruling", papers.name()).parse().unwrap(),
        dispute: format!("dispute:{}", papers.name()).parse().unwrap(),
        contract: papers.contract.id.clone(),
        hold: papers.contract.hold.clone().unwrap(),
        author: EWA.participant(),
        decided_at: now,
        outcome,
        released: orc(released),
        refunded: orc(refunded),
        ..example()
    };
    signed(&decision, EWA)
}

/// An action for which there is no document.
pub(crate) fn action(papers: &Papers, action: &str) -> Value {
    json!({ "decision": format!("decision:{}-{action}", papers.name()), "action": action })
}

/// Money came in: so many whole units outside, a tenth of them as the fee.
pub(crate) fn receipt(name: &str, units: u64) -> Verified<GatewayReceipt> {
    let number = |units: u64| units.to_string();
    let receipt = GatewayReceipt {
        id: format!("gw:{name}").parse().unwrap(),
        gateway_node: GATEWAY.as_node(),
        external_amount: number(units).parse().unwrap(),
        fee_external: Some(number(units / 10).parse().unwrap()),
        net_external: Some(number(units - units / 10).parse().unwrap()),
        internal_amount: orc((units - units / 10) * 100),
        internal_fee: Some(orc(units / 10 * 100)),
        payment_ref: format!("psp:{name}").parse().unwrap(),
        ..example()
    };
    signed(&receipt, GATEWAY)
}

/// CasualFeeders says who acts for it.
pub(crate) fn statement(custodian: Person, since: &str) -> Verified<OrganizationSubject> {
    let said = OrganizationSubject {
        id: FEEDERS.org(),
        custodian: custodian.participant(),
        created_at: since.parse().unwrap(),
        ..example()
    };
    signed(&said, FEEDERS)
}

/// CasualFeeders pays Ola 0.25 ORC, by Roman.
pub(crate) fn payment(now: Timestamp) -> PaymentAuthorization {
    let later = now.after(super::people::secs::<1>(300)).unwrap();
    PaymentAuthorization { created_at: now, valid_after: now, valid_before: later, payer_seq: None, ..example() }
}
