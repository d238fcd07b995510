//! The buyer's side of a phase: orders out, contracts countersigned, what is saturated tried again.

use earnest_artifacts::{Draft, ProcurementContract, ServiceOffer, ServiceOrder, Verified};
use earnest_base::Timestamp;
use earnest_procurement::{
    Acceptance, Agreement, AgreementCommand, Blobs, Classifier, Deal, OrderContext, OrderRef, apply_agreement,
    check_contract, check_hold, check_order, decide_agreement, draft_contract, trace_agreement, trace_submission,
};

use super::{
    Morning,
    work::{self, Job, Started},
};
use crate::support::{ROMAN, at, feeders, ids, key, node, orc, policy, signed_offer, signed_order};

/// Submits orders at once; does the work of those that are admitted. Gives how many that were, and the others.
pub(super) fn batch(
    morning: &mut Morning,
    phase: &str,
    offer: &ServiceOffer,
    jobs: Vec<Job>,
    minute: u64,
) -> (usize, Vec<Job>) {
    let now = |second: u8| at(&format!("07:{minute:02}:{second:02}"));
    let (mut started, mut saturated) = (Vec::new(), Vec::new());
    for job in jobs {
        // A new try is a new order: what was refused is refused for good.
        let name = format!("{}-{minute}", job.order.id.as_str().trim_start_matches("order:"));
        let order = signed_order(&ServiceOrder {
            id: format!("order:{name}").parse().unwrap(),
            created_at: now(0),
            buyer_node: node(ROMAN),
            run: Some("arca-run:casualfeeders-morning-feed:2026-04-01".parse().unwrap()),
            phase: Some(phase.parse().unwrap()),
            ..job.order.clone()
        });
        match order_one(morning, offer, &order, &name, now(1)) {
            Some(contract) => started.push(Started { job, order, offer: signed_offer(offer), contract }),
            None => saturated.push(job),
        }
    }
    let done = started.len();
    started.iter().for_each(|started| work::carry_out(morning, started, now(30)));
    (done, saturated)
}

/// Takes a step of the signing order, with its traces.
fn agree(morning: &mut Morning, agreement: &mut Agreement, command: &AgreementCommand, now: Timestamp) {
    let event = decide_agreement(agreement, command, now).unwrap().event().unwrap();
    *agreement = apply_agreement(agreement, &event).unwrap();
    morning.traces.extend(trace_agreement(agreement, &event));
}

/// One order, from its submission to its hold. `None` where the queue was full.
fn order_one(
    morning: &mut Morning,
    offer: &ServiceOffer,
    order: &Verified<ServiceOrder>,
    name: &str,
    now: Timestamp,
) -> Option<Verified<ProcurementContract>> {
    let (signed, policy, feeders) = (signed_offer(offer), policy(), feeders());
    let answer_by = now.after(offer.max_duration).unwrap();
    let mut agreement = Agreement::submit(OrderRef::from(&**order), order.content_digest(), answer_by);
    morning.traces.push(trace_submission(agreement.order(), now));
    let (blobs, key_of_queue) = (Blobs::new(), offer.id.to_string());
    let context = OrderContext {
        offer: Some(&signed),
        organization: Some(&feeders),
        limits: &[],
        blobs: &blobs,
        queue: &morning.queues[&key_of_queue],
        available: orc(morning.available),
        policy: &policy,
        admitted: None,
    };
    if let Err(rejection) = check_order(order, &context, now) {
        assert_eq!(rejection.classifier(), Classifier::QueueSaturated, "{rejection}");
        agree(morning, &mut agreement, &AgreementCommand::Reject { classifier: rejection.classifier() }, now);
        return None;
    }
    let deal = Deal { order, offer: &signed, policy: &policy, accept_by: None };
    let draft =
        draft_contract(&deal, &ids(name), now).unwrap().sign(Some("responder"), &work::provider(offer)).unwrap();
    let (contract, acceptance) = countersigned(draft, &deal, now);
    let queue = morning.queues.get_mut(&key_of_queue).unwrap();
    queue.reserve(&order.id, offer.max_depth.value(), acceptance.funding_by).unwrap();
    queue.begin(&order.id);
    let Acceptance { digest, hold, .. } = acceptance.clone();
    agree(morning, &mut agreement, &AgreementCommand::Admit { acceptance }, now);
    agree(morning, &mut agreement, &AgreementCommand::Countersign { digest: digest.clone() }, now);
    agree(morning, &mut agreement, &AgreementCommand::Fund { digest, hold, created_at: now }, now);
    let terms = check_hold(&contract, &deal, Some(&feeders), now).unwrap().unwrap();
    morning.available = orc(morning.available).minus(terms.amount).unwrap().minor();
    morning.documents.push(order.clone().into());
    morning.documents.push(contract.clone().into());
    Some(contract)
}

/// What the buyer checks, and signs too.
fn countersigned(
    draft: Draft<ProcurementContract>,
    deal: &Deal<'_>,
    now: Timestamp,
) -> (Verified<ProcurementContract>, Acceptance) {
    check_contract(&draft, deal, now).unwrap();
    let contract = draft.sign(Some("asker"), &key(ROMAN)).unwrap().finish().unwrap().verify().unwrap();
    let funding_by = now.after(deal.policy.funding_by).unwrap();
    let acceptance = Acceptance {
        contract: contract.id.clone(),
        hold: contract.hold.clone(),
        digest: contract.content_digest(),
        funding_by,
    };
    (contract, acceptance)
}
