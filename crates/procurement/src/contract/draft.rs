//! A contract as it follows from order, offer, policy and the moment of acceptance: nothing in it is chosen freely but ids.

use earnest_artifacts::{
    Draft, List, MAX_INLINE_BYTES, ProcurementContract,
    procurement_contract::{ContractStatus, MarketplaceRefs},
    service_offer::UnitKind,
    vocabulary::{AnswerFormat, ConfirmationMode},
};
use earnest_base::{ContractId, Count, HoldId, MinorUnits, ParticipantId, QuestionId, RoomId, Subject, Timestamp};

use super::{ContractCode, ContractIds, Deal, arbiters, confirmation, rail};
use crate::{
    Deadlines, Refusal,
    constraint::{self, Constraint},
};

/// Drafts the contract of an admitted order, for the provider to sign as `responder`. Its question is the order's: the
/// same id behind another prefix.
///
/// # Errors
/// [`ContractCode::DraftInvalid`] with the member that cannot be made; [`ContractCode::OrderMismatch`] where the order is
/// not of this offer; [`ContractCode::ArbiterMismatch`] where every arbiter of the policy is a side of the order.
pub fn draft_contract(
    deal: &Deal<'_>,
    ids: &ContractIds,
    accepted_at: Timestamp,
) -> Result<Draft<ProcurementContract>, Refusal<ContractCode>> {
    drafted(&contract_of(deal, &ids.contract, Some(&ids.hold), accepted_at)?)
}

/// The contract under these ids; one that is paid has a hold.
pub(super) fn contract_of(
    deal: &Deal<'_>,
    id: &ContractId,
    hold: Option<&HoldId>,
    accepted_at: Timestamp,
) -> Result<ProcurementContract, Refusal<ContractCode>> {
    let (order, offer, policy) = (deal.order, deal.offer, deal.policy);
    if order.offer != offer.id || order.offer_seq != offer.seq {
        let expected = format!("{} at seq {}", offer.id, offer.seq);
        let found = format!("{} at seq {}", order.offer, order.offer_seq);
        return Err(Refusal::at(ContractCode::OrderMismatch, "offer/id", expected, found));
    }
    let price = offer.total(order.units.value()).map_err(|error| invalid("payment/amount", error))?;
    let free = price.is_zero();
    if !free && hold.is_none() {
        return Err(Refusal::at(ContractCode::EscrowMismatch, "escrow/hold-ref", "a hold", "none"));
    }
    let deadlines = Deadlines::of(accepted_at, offer.max_duration, order.requested_by, policy)
        .map_err(|error| invalid("deadline-at", error))?;
    let deadlines = deal.accept_by.map_or(deadlines, |moment| deadlines.accepting_by(moment));
    let asker = order.signatory().ok_or_else(|| invalid("asker/participant-id", "an order that nobody signs"))?;
    let question = question(deal)?;
    let (answer_format, max_length) = acceptance(deal)?;
    Ok(ProcurementContract {
        id: id.clone(),
        room: question.as_str().parse::<RoomId>().map_err(|error| invalid("room/id", error))?,
        question,
        offer: offer.id.clone(),
        source: Some(MarketplaceRefs {
            offer: offer.id.clone(),
            offer_seq: offer.seq,
            order: order.id.clone(),
            catalog: None,
        }),
        created_at: accepted_at,
        asker_node: order.buyer_node,
        asker,
        responder_node: offer.provider_node,
        responder: offer.provider,
        price,
        currency: offer.currency.clone(),
        payer: Some(order.buyer),
        payee: Some(Subject::Participant(offer.provider)),
        rail: Some(rail(free)),
        deadline_at: deadlines.work_by,
        escrow_node: (!free).then_some(policy.escrow_node),
        hold: hold.filter(|_| !free).cloned(),
        escrow_policy: (!free).then(|| policy.id.clone()),
        work_by: (!free).then_some(deadlines.work_by),
        accept_by: (!free).then_some(deadlines.accept_by),
        dispute_by: (!free).then_some(deadlines.dispute_by),
        auto_release: (!free).then_some(deadlines.auto_release),
        answer_format,
        min_length: length(1)?,
        max_length,
        arbiters: who_decides(deal, price)?,
        confirmation: if free { ConfirmationMode::SelfConfirmed } else { confirmation(offer) },
        status: ContractStatus::Pending,
        encryption: None,
    })
}

/// A contract in the making, which keeps the rules of its kind.
pub(super) fn drafted(contract: &ProcurementContract) -> Result<Draft<ProcurementContract>, Refusal<ContractCode>> {
    Draft::new(contract).map_err(|error| Refusal {
        code: ContractCode::DraftInvalid,
        pointer: error.pointer().clone(),
        expected: "a contract that keeps its rules".to_owned(),
        found: error.message().to_owned(),
    })
}

fn invalid(member: &str, error: impl std::fmt::Display) -> Refusal<ContractCode> {
    Refusal::at(ContractCode::DraftInvalid, member, "a value that can be made", error)
}

/// The question that an order stands for.
fn question(deal: &Deal<'_>) -> Result<QuestionId, Refusal<ContractCode>> {
    let order = deal.order.id.as_str();
    let text = format!("question:{}", order.strip_prefix("order:").unwrap_or(order));
    text.parse().map_err(|error| invalid("question/id", error))
}

fn who_decides(deal: &Deal<'_>, price: MinorUnits) -> Result<Option<List<ParticipantId>>, Refusal<ContractCode>> {
    if price.is_zero() {
        return Ok(None);
    }
    let arbiters = List::new(arbiters(deal.order, deal.policy)).map_err(|_| {
        let expected = "an arbiter who is no side of the order";
        Refusal::at(ContractCode::ArbiterMismatch, "acceptance/arbiter-set", expected, "none")
    })?;
    Ok(Some(arbiters))
}

/// The form and the greatest length of the answer. Text is as long as the limit of characters says, for all items
/// together; anything else as long as fits into a response.
fn acceptance(deal: &Deal<'_>) -> Result<(AnswerFormat, Count<1>), Refusal<ContractCode>> {
    let order = deal.order.output_constraints.as_ref();
    let promised = constraint::promised(deal.offer.output_constraints.as_ref(), order);
    let word = promised.get(Constraint::Format.as_str()).and_then(|value| value.as_str());
    let format = word.and_then(constraint::answer_format).unwrap_or(AnswerFormat::Mixed);
    let most = u64::try_from(MAX_INLINE_BYTES).unwrap_or(u64::MAX);
    let limit = promised.get(Constraint::CharLimit.as_str()).and_then(constraint::whole);
    let items = if deal.offer.unit_kind == UnitKind::PerItem { deal.order.units.value() } else { 1 };
    let longest = match (format, limit) {
        (AnswerFormat::PlainText | AnswerFormat::Markdown, Some(limit)) => limit.saturating_mul(items).clamp(1, most),
        _ => most,
    };
    Ok((format, length(longest)?))
}

fn length(characters: u64) -> Result<Count<1>, Refusal<ContractCode>> {
    Count::new(characters).map_err(|error| invalid("acceptance/max-length", error))
}
