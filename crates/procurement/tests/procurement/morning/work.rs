//! The provider's and the escrow's side: the work, its delivery, the acceptance, the release, the receipt.

use earnest_artifacts::{
    Content, ProcurementContract, ResponseDecision, SecretKey, ServiceOffer, ServiceOrder, Verified,
    response_decision::Decision, vocabulary::AnswerFormat,
};
use earnest_base::Timestamp;
use earnest_procurement::{
    Answer, Blobs, Deadlines, DeliveryContext, Execution, ExecutionCommand, ExecutionState, OrderRef, ReleaseCause,
    Role, Terms, apply_execution, check_delivery, contract_status, decide_execution, draft_receipt, draft_response,
    trace_execution,
};

use super::{Morning, image};
use crate::support::{ADAM, ESCROW, MARCIN, OLA, ROMAN, key, participant, signed, signed_by};

/// What is ordered, and what the provider will answer.
pub(super) struct Job {
    pub(super) order: ServiceOrder,
    pub(super) content: Content,
    pub(super) format: AnswerFormat,
    pub(super) image: Option<(u16, u16)>,
}

/// A job under a contract whose money is held.
pub(super) struct Started {
    pub(super) job: Job,
    pub(super) order: Verified<ServiceOrder>,
    pub(super) offer: Verified<ServiceOffer>,
    pub(super) contract: Verified<ProcurementContract>,
}

/// The key of an offer's provider.
pub(super) fn provider(offer: &ServiceOffer) -> SecretKey {
    [OLA, ADAM, MARCIN].map(key).into_iter().find(|key| key.public() == offer.provider.key()).unwrap()
}

/// Takes a step of an execution, with its traces.
fn step(morning: &mut Morning, execution: &mut Execution, command: &ExecutionCommand, now: Timestamp) {
    let event = decide_execution(execution, command, now).unwrap().event().unwrap();
    let next = apply_execution(execution, &event).unwrap();
    morning.traces.extend(trace_execution(execution, &event, &next));
    *execution = next;
}

fn terms(contract: &ProcurementContract, order: &ServiceOrder) -> Terms {
    Terms {
        order: OrderRef::from(order),
        contract: contract.id.clone(),
        hold: contract.hold.clone(),
        mode: contract.confirmation,
        deadlines: Deadlines {
            work_by: contract.work_by.unwrap(),
            accept_by: contract.accept_by.unwrap(),
            dispute_by: contract.dispute_by.unwrap(),
            auto_release: contract.auto_release.unwrap(),
        },
    }
}

/// The work of one contract, from its hold to its receipt.
pub(super) fn carry_out(morning: &mut Morning, started: &Started, now: Timestamp) {
    let Started { job, order, offer, contract } = started;
    let name = contract.id.as_str().trim_start_matches("contract:").to_owned();
    let mut execution = Execution::open(OrderRef::from(&**order));
    step(morning, &mut execution, &ExecutionCommand::Contract { terms: terms(contract, order) }, now);
    step(morning, &mut execution, &ExecutionCommand::Dispatch, now);

    let mut blobs = Blobs::new();
    let answer = Answer {
        id: format!("response:{name}").parse().unwrap(),
        content: job.content.clone(),
        format: job.format,
        blobs: job.image.map(|(width, height)| image(width, height, &mut blobs)).into_iter().collect(),
        provenance: Answer::provenance_of(offer),
        model: Some(if offer.hybrid { "bielik" } else { "gpt-5" }.parse().unwrap()),
        sequence: Vec::new(),
        confidence: "0.9".parse().unwrap(),
        made_at: now,
    };
    let draft = draft_response(contract, &answer).unwrap().sign(None, &provider(offer)).unwrap();
    let response = draft.finish().unwrap().verify().unwrap();
    let context = DeliveryContext { contract, order, offer, blobs: &blobs };
    let delivered = check_delivery(&response, &context, now).unwrap();
    step(morning, &mut execution, &ExecutionCommand::Deliver { delivered }, now);

    let decision = ResponseDecision {
        id: format!("decision:{name}").parse().unwrap(),
        contract: contract.id.clone(),
        hold: contract.hold.clone(),
        decision: Decision::Accept,
        response: Some(response.id.clone()),
        response_digest: Some(response.content_digest()),
        author: participant(ROMAN),
        created_at: now,
        criterion: None,
        reason: None,
    };
    let decision = signed(&decision, ROMAN);
    assert!(decision.is_about(&response));
    step(morning, &mut execution, &ExecutionCommand::RequestAccept { decision: decision.id.clone() }, now);
    let cause = ReleaseCause::Accepted { decision: decision.id.clone() };
    let transfer = format!("transfer:{name}:release").parse().unwrap();
    step(morning, &mut execution, &ExecutionCommand::HoldReleased { cause, transfer }, now);
    assert_eq!(execution.state(), ExecutionState::Released);
    morning.queues.get_mut(offer.id.as_str()).unwrap().free(&order.id);

    let made = draft_receipt(contract, &execution, format!("receipt:{name}").parse().unwrap(), now).unwrap();
    assert_eq!(made.signatories.roles(), [Role::Escrow, Role::Payer]);
    let receipt = signed_by(made.draft, &[(Some("escrow"), ESCROW), (Some("payer"), ROMAN)]);
    assert_eq!(contract_status(contract, std::slice::from_ref(&receipt)).unwrap().as_str(), "settled");
    step(morning, &mut execution, &ExecutionCommand::PersistReceipt { receipt: receipt.id.clone() }, now);
    morning.documents.extend([response.into(), decision.into(), receipt.into()]);
}
