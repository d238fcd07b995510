//! A contract against its order and offer: member by member against the one that follows from them.

use earnest_artifacts::{Draft, OrganizationSubject, ProcurementContract, Verified, vocabulary::ConfirmationMode};
use earnest_base::{ContractId, EscrowPolicyId, HoldId, NodeId, Orc, ParticipantId, QuestionId, Subject, Timestamp};
use earnest_signing::{Document, Json, Object, read};

use super::{
    ContractCode, Deal,
    draft::{contract_of, drafted},
    with_skew,
};
use crate::{Deadlines, Refusal, funding_by, refusal::same};

/// The roles of a contract's signers.
const ASKER: &str = "asker";
const RESPONDER: &str = "responder";

/// Which code tells of a member, by the beginning of its name. What no line names is an extension.
const MEMBERS: &[(&str, ContractCode)] = &[
    ("question/", ContractCode::QuestionMismatch),
    ("room/", ContractCode::QuestionMismatch),
    ("selected-offer/", ContractCode::OfferMismatch),
    ("source/marketplace-refs", ContractCode::OfferMismatch),
    ("asker/", ContractCode::PartyMismatch),
    ("responder/", ContractCode::PartyMismatch),
    ("payment/", ContractCode::PriceMismatch),
    ("payer/", ContractCode::AccountMismatch),
    ("payee/", ContractCode::AccountMismatch),
    ("settlement/", ContractCode::EscrowMismatch),
    ("escrow/", ContractCode::EscrowMismatch),
    ("escrow-policy/", ContractCode::EscrowMismatch),
    ("deadline-at", ContractCode::DeadlineMismatch),
    ("deadlines/", ContractCode::DeadlineMismatch),
    ("acceptance/arbiter-set", ContractCode::ArbiterMismatch),
    ("acceptance/", ContractCode::AcceptanceMismatch),
    ("confirmation/", ContractCode::ConfirmationMismatch),
    ("transport/", ContractCode::EncryptionMismatch),
];

/// What the escrow needs to know to create exactly the hold of a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldTerms {
    /// The hold.
    pub hold: HoldId,
    /// The contract that it pays.
    pub contract: ContractId,
    /// The question that the contract answers.
    pub question: QuestionId,
    /// The owner of the account that is debited.
    pub payer: Subject,
    /// The owner of the account that is credited.
    pub payee: Subject,
    /// What is held, in minor units of ORC.
    pub amount: Orc,
    /// The node that holds it.
    pub escrow: NodeId,
    /// The terms in force.
    pub policy: EscrowPolicyId,
    /// The deadlines.
    pub deadlines: Deadlines,
    /// How the outcome is confirmed.
    pub mode: ConfirmationMode,
    /// Who may decide a dispute.
    pub arbiters: Vec<ParticipantId>,
}

/// The buyer's check before countersigning: the provider's signature stands, and every member is the one that follows
/// from order, offer, policy and the moment of acceptance.
///
/// # Errors
/// The first of: the responder's signature, the moment of acceptance, its lapse, then the members in the order of the
/// document.
pub fn check_contract(
    found: &Draft<ProcurementContract>,
    deal: &Deal<'_>,
    now: Timestamp,
) -> Result<(), Refusal<ContractCode>> {
    found.verify_role(Some(RESPONDER)).map_err(|error| Refusal {
        code: ContractCode::SignatureMismatch,
        pointer: error.pointer().clone(),
        expected: "the responder's signature".to_owned(),
        found: error.message().to_owned(),
    })?;
    let json = found.to_json();
    follows(found.document(), json.as_object(), deal, now)
}

/// The escrow's check before the hold: both sides signed (which its type proves), every member follows, and who signed
/// for the buyer may act for the payer. Gives the hold to create: `None` where nothing is paid.
///
/// # Errors
/// As [`check_contract`], then [`ContractCode::CustodianMismatch`].
pub fn check_hold(
    found: &Verified<ProcurementContract>,
    deal: &Deal<'_>,
    organization: Option<&Verified<OrganizationSubject>>,
    now: Timestamp,
) -> Result<Option<HoldTerms>, Refusal<ContractCode>> {
    let both = |role| found.signers_in(Some(role)).count() == 1;
    if !both(ASKER) || !both(RESPONDER) {
        let code = ContractCode::SignatureMismatch;
        return Err(Refusal::at(code, "asker/signature", "the signatures of both sides", "fewer"));
    }
    // Both sides signed the end of the time to reject, so whatever they chose within the window is agreed.
    let deal = Deal { accept_by: found.accept_by.or(deal.accept_by), ..*deal };
    let json = read(found.bytes(), ProcurementContract::LIMITS).map_err(|error| Refusal {
        code: ContractCode::DraftInvalid,
        pointer: error.pointer().clone(),
        expected: "a contract that can be read".to_owned(),
        found: error.message().to_owned(),
    })?;
    follows(found, json.as_object(), &deal, now)?;
    may_pay(found, organization, now)?;
    Ok(hold_terms(found))
}

fn follows(
    found: &ProcurementContract,
    members: Option<&Object<'_>>,
    deal: &Deal<'_>,
    now: Timestamp,
) -> Result<(), Refusal<ContractCode>> {
    let accepted_at = found.created_at;
    let expected = contract_of(deal, &found.id, found.hold.as_ref(), accepted_at)?;
    in_time(accepted_at, deal, now)?;
    let empty = Object::default();
    let wanted = Draft::members_of(&expected).unwrap_or_default();
    if let Err(refusal) = compare(&wanted, members.unwrap_or(&empty)) {
        // What was found keeps the rules of its kind. Where what follows does not, that is said first.
        drafted(&expected)?;
        return Err(refusal);
    }
    let deadlines = Deadlines::of(accepted_at, deal.offer.max_duration, deal.order.requested_by, deal.policy);
    let lapses = deadlines.map(|deadlines| funding_by(accepted_at, &deadlines, deal.policy));
    match lapses {
        Ok(lapses) if now < lapses => Ok(()),
        _ => {
            let expected = "a moment before the policy's `funding-by`";
            Err(Refusal::at(ContractCode::AcceptanceLapsed, "created-at", expected, now))
        }
    }
}

fn in_time(accepted_at: Timestamp, deal: &Deal<'_>, now: Timestamp) -> Result<(), Refusal<ContractCode>> {
    let code = ContractCode::AcceptedOutOfTime;
    let ordered = deal.order.created_at;
    if with_skew(accepted_at) < ordered {
        return Err(Refusal::at(code, "created-at", format!("a moment not before {ordered}"), accepted_at));
    }
    if accepted_at > with_skew(now) {
        return Err(Refusal::at(code, "created-at", format!("a moment not after {now}"), accepted_at));
    }
    deal.offer.valid_at(accepted_at).map_err(|lapse| {
        let expected = "a moment at which the offer is in force";
        Refusal::at(code, "created-at", expected, format!("{accepted_at} ({lapse:?})"))
    })
}

/// Compares two documents member by member, signatures aside.
fn compare(expected: &Object<'_>, found: &Object<'_>) -> Result<(), Refusal<ContractCode>> {
    let names = expected.iter().chain(found).map(|member| member.name.as_ref());
    for name in names.filter(|name| !matches!(*name, "asker/signature" | "responder/signature")) {
        let (wanted, given) = (expected.get(name), found.get(name));
        if wanted != given {
            let shown = |value: Option<&Json<'_>>| value.map_or_else(|| "none".to_owned(), Json::canonical);
            return Err(Refusal::at(code_of(name), name, shown(wanted), shown(given)));
        }
    }
    Ok(())
}

fn code_of(member: &str) -> ContractCode {
    let line = MEMBERS.iter().find(|(beginning, _)| member.starts_with(beginning));
    line.map_or(ContractCode::ExtensionUnexpected, |(_, code)| *code)
}

fn may_pay(
    found: &ProcurementContract,
    organization: Option<&Verified<OrganizationSubject>>,
    now: Timestamp,
) -> Result<(), Refusal<ContractCode>> {
    let Some(Subject::Org(org)) = found.payer else { return Ok(()) };
    let code = ContractCode::CustodianMismatch;
    let Some(organization) = organization else {
        return Err(Refusal::at(code, "payer/account-ref", "an organisation that has said who acts for it", org));
    };
    same(code, "payer/account-ref", &organization.id, &org)?;
    if organization.may_act(&found.asker, now) {
        return Ok(());
    }
    Err(Refusal::at(code, "asker/participant-id", organization.custodian, found.asker))
}

fn hold_terms(found: &ProcurementContract) -> Option<HoldTerms> {
    Some(HoldTerms {
        hold: found.hold.clone()?,
        contract: found.id.clone(),
        question: found.question.clone(),
        payer: found.payer?,
        payee: found.payee?,
        amount: Orc::from_minor(found.price.minor()).ok()?,
        escrow: found.escrow_node?,
        policy: found.escrow_policy.clone()?,
        deadlines: Deadlines {
            work_by: found.work_by?,
            accept_by: found.accept_by?,
            dispute_by: found.dispute_by?,
            auto_release: found.auto_release?,
        },
        mode: found.confirmation,
        arbiters: found.arbiters.iter().flat_map(|arbiters| arbiters.iter()).copied().collect(),
    })
}

#[cfg(test)]
mod tests {
    use earnest_artifacts::Kind;

    use super::*;

    #[test]
    fn every_member_of_a_contract_has_a_code_of_its_own_sort() {
        let schema = Kind::named(ProcurementContract::KIND).unwrap().schema();
        let members = schema["properties"].as_object().unwrap().keys();
        let fixed =
            ["schema", "schema/v", "contract/id", "created-at", "status", "policy_annotations", "asker/signature"];
        for member in members.filter(|member| !fixed.contains(&member.as_str())) {
            assert_ne!(code_of(member), ContractCode::ExtensionUnexpected, "{member}");
        }
    }
}
