//! What the sides, the arbiters and the operator do about a hold.

use earnest_artifacts::vocabulary::ConfirmationMode;
use earnest_base::{HoldId, Orc, SubjectKind};

use super::{Deciding, again};
use crate::{
    Act, Action, Actor, Award, Because, Decision, Deliver, Delivered, Dispute, Effect, Event, Finding, HoldEvent,
    HoldNumber, Phase, Policy, Refusal, Resolve, Role, Ruling, Stamp, SubjectKey, command::delivery, hold::Hold,
};

/// A hold with its terms.
#[derive(Clone, Copy)]
pub(super) struct Held<'a> {
    pub(super) number: HoldNumber,
    pub(super) hold: &'a Hold,
    pub(super) policy: &'a Policy,
}

impl<'a> Deciding<'a> {
    fn held(&self, id: &HoldId) -> Result<Held<'a>, Refusal> {
        self.held_by_number(self.ledger.hold_number(id).ok_or(Refusal::HoldUnknown)?)
    }

    pub(super) fn held_by_number(&self, number: HoldNumber) -> Result<Held<'a>, Refusal> {
        let hold = self.ledger.hold_at(number).ok_or(Refusal::HoldUnknown)?;
        let policy = self.ledger.policy(hold.policy).ok_or(Refusal::PolicyUnknown)?;
        Ok(Held { number, hold, policy })
    }

    pub(super) fn deliver(&self, deliver: &Deliver) -> Result<Decision, Refusal> {
        let content = delivery(&deliver.hold, &deliver.response, &deliver.digest);
        if let Some(done) = self.seen(deliver.response.as_str().as_bytes(), content)? {
            return Ok(again(done));
        }
        let held = self.held(&deliver.hold)?;
        self.authorize(held, &deliver.actor, Role::Payee)?;
        self.in_phase(held, None, &[Phase::Funded, Phase::Dispatched])?;
        self.before_work_by(held)?;
        let event = HoldEvent::Delivered { response: deliver.response.clone(), content };
        self.makes(Event::Hold { hold: held.number, event }, Effect::Delivered)
    }

    pub(super) fn act(&self, act: &Act) -> Result<Decision, Refusal> {
        let content = act.digest();
        if let Some(done) = self.seen(act.decision.as_str().as_bytes(), content)? {
            return Ok(again(done));
        }
        let held = self.held(&act.hold)?;
        self.authorize(held, &act.actor, role(&act.action))?;
        let by = Stamp { decision: act.decision.clone(), content };
        let undelivered = &[Phase::Funded, Phase::Dispatched];
        match &act.action {
            Action::Dispatch => {
                self.in_phase(held, None, &[Phase::Funded])?;
                self.before_work_by(held)?;
                let event = HoldEvent::Dispatched { by };
                self.makes(Event::Hold { hold: held.number, event }, Effect::Dispatched)
            }
            Action::Cancel => self.refund(held, &[Phase::Funded], Because::Canceled(by)),
            Action::Void => self.refund(held, &[Phase::Funded], Because::Voided(by)),
            Action::EndWorkflow => self.refund(held, undelivered, Because::WorkflowEnded(by)),
            Action::Fail => self.refund(held, undelivered, Because::Failed(by)),
            Action::Decline => self.refund(held, undelivered, Because::Declined(by)),
            Action::Accept(delivered) => self.accept(held, &act.hold, delivered, by),
            Action::Reject { delivered, criterion, finding } => {
                self.in_phase(held, Some(ConfirmationMode::SelfConfirmed), &[Phase::AwaitingAcceptance])?;
                let accept_by = held.hold.deadlines.accept_by;
                if self.now > accept_by {
                    return Err(Refusal::AcceptByPassed { accept_by });
                }
                self.is_delivered(&act.hold, delivered)?;
                if *finding == Finding::Met {
                    return Err(Refusal::CriterionMet);
                }
                self.ends(held, Orc::ZERO, Because::Rejected { by, criterion: *criterion })
            }
            Action::Confirm(award) => {
                self.in_phase(held, Some(ConfirmationMode::ArbiterConfirmed), &[Phase::AwaitingArbiter])?;
                self.before_decision_by(held)?;
                self.awards(held, award)?;
                let (author, reason) = (act.actor.participant.into(), award.reason.clone());
                self.ends(held, award.released, Because::Confirmed(Ruling { by, author, reason }))
            }
            Action::Release { reason } => {
                self.in_phase(held, Some(ConfirmationMode::ManualReviewOnly), &[Phase::AwaitingManualRelease])?;
                self.before_decision_by(held)?;
                let (author, reason) = (act.actor.participant.into(), reason.clone());
                self.ends(held, held.hold.amount, Because::ReleasedByHand(Ruling { by, author, reason }))
            }
        }
    }

    fn accept(&self, held: Held<'_>, id: &HoldId, delivered: &Delivered, by: Stamp) -> Result<Decision, Refusal> {
        if !crate::fault::double_release(held.hold.state.phase()) {
            self.in_phase(held, Some(ConfirmationMode::SelfConfirmed), &[Phase::AwaitingAcceptance])?;
        }
        let auto_release_after = held.hold.deadlines.silence_releases_at().ok_or(Refusal::DeadlineRange)?;
        if self.now >= auto_release_after {
            return Err(Refusal::AutoReleasePassed { auto_release_after });
        }
        self.is_delivered(id, delivered)?;
        self.ends(held, held.hold.amount, Because::Accepted(by))
    }

    pub(super) fn dispute(&self, dispute: &Dispute) -> Result<Decision, Refusal> {
        let content = dispute.digest();
        if let Some(done) = self.seen(dispute.dispute.as_str().as_bytes(), content)? {
            return Ok(again(done));
        }
        let held = self.held(&dispute.hold)?;
        self.authorize(held, &dispute.actor, Role::Payer)?;
        self.not_ended(held)?;
        if held.hold.mode == ConfirmationMode::ManualReviewOnly {
            return Err(Refusal::WrongMode);
        }
        self.in_phase(held, None, &[Phase::AwaitingAcceptance, Phase::AwaitingArbiter])?;
        let dispute_by = held.hold.deadlines.dispute_by;
        if self.now > dispute_by {
            return Err(Refusal::DisputeWindowClosed { dispute_by });
        }
        let event = HoldEvent::Disputed { dispute: dispute.dispute.clone(), content };
        self.makes(Event::Hold { hold: held.number, event }, Effect::Disputed)
    }

    pub(super) fn resolve(&self, resolve: &Resolve) -> Result<Decision, Refusal> {
        let content = resolve.digest();
        if let Some(done) = self.seen(resolve.decision.as_str().as_bytes(), content)? {
            return Ok(again(done));
        }
        let held = self.held(&resolve.hold)?;
        self.authorize(held, &resolve.actor, Role::Arbiter)?;
        self.in_phase(held, None, &[Phase::Disputed])?;
        self.before_decision_by(held)?;
        let open = held.hold.state.dispute().map(|dispute| self.ledger.id_text(dispute));
        if open.as_deref() != Some(resolve.dispute.as_str()) {
            return Err(Refusal::OtherDispute);
        }
        self.awards(held, &resolve.award)?;
        let by = Stamp { decision: resolve.decision.clone(), content };
        let (author, reason) = (resolve.actor.participant.into(), resolve.award.reason.clone());
        self.ends(held, resolve.award.released, Because::Decided(Ruling { by, author, reason }))
    }

    fn refund(&self, held: Held<'_>, phases: &[Phase], because: Because) -> Result<Decision, Refusal> {
        self.in_phase(held, None, phases)?;
        self.before_work_by(held)?;
        self.ends(held, Orc::ZERO, because)
    }

    pub(super) fn ends(&self, held: Held<'_>, released: Orc, because: Because) -> Result<Decision, Refusal> {
        let effect = match (&because, released) {
            (Because::Voided(_), _) => Effect::Voided,
            (_, Orc::ZERO) => Effect::Refunded,
            (_, released) if released == held.hold.amount => Effect::Released,
            _ => Effect::PartiallyReleased,
        };
        let event = HoldEvent::Ended { released, because };
        self.makes(Event::Hold { hold: held.number, event }, effect)
    }

    fn authorize(&self, held: Held<'_>, actor: &Actor, role: Role) -> Result<(), Refusal> {
        let acts_for = SubjectKey::from(actor.acts_for);
        let owns = |account| self.ledger.account(account).is_some_and(|account| account.owner == acts_for);
        let may = match role {
            Role::Payer => owns(held.hold.payer),
            Role::Payee => owns(held.hold.payee),
            Role::PayeeOrOperator => owns(held.hold.payee) || acts_for == held.policy.operator,
            Role::Operator => acts_for == held.policy.operator,
            Role::Arbiter => {
                acts_for.kind() == SubjectKind::Participant && held.hold.arbiters(held.policy).contains(&acts_for)
            }
        };
        if may { Ok(()) } else { Err(Refusal::NotAuthorized { role }) }
    }

    fn not_ended(&self, held: Held<'_>) -> Result<(), Refusal> {
        let phase = held.hold.state.phase();
        if phase.is_terminal() { Err(Refusal::HoldEnded { phase }) } else { Ok(()) }
    }

    /// Refuses a hold that has ended, then one of another mode, then one in another phase.
    fn in_phase(&self, held: Held<'_>, mode: Option<ConfirmationMode>, phases: &[Phase]) -> Result<(), Refusal> {
        self.not_ended(held)?;
        if mode.is_some_and(|mode| mode != held.hold.mode) {
            return Err(Refusal::WrongMode);
        }
        let phase = held.hold.state.phase();
        if phases.contains(&phase) { Ok(()) } else { Err(Refusal::WrongPhase { phase }) }
    }

    fn before_work_by(&self, held: Held<'_>) -> Result<(), Refusal> {
        let work_by = held.hold.deadlines.work_by;
        if self.now < work_by { Ok(()) } else { Err(Refusal::WorkByPassed { work_by }) }
    }

    fn before_decision_by(&self, held: Held<'_>) -> Result<(), Refusal> {
        let decision_by = held.hold.decision_by(held.policy).ok_or(Refusal::DeadlineRange)?;
        if self.now < decision_by { Ok(()) } else { Err(Refusal::DecisionByPassed { decision_by }) }
    }

    fn is_delivered(&self, hold: &HoldId, delivered: &Delivered) -> Result<(), Refusal> {
        if self.ledger.was_delivered(hold, delivered) { Ok(()) } else { Err(Refusal::OtherResponse) }
    }

    fn awards(&self, held: Held<'_>, award: &Award) -> Result<(), Refusal> {
        let amount = held.hold.amount;
        if award.released.plus(award.refunded) != Ok(amount) {
            return Err(Refusal::AwardMismatch { amount });
        }
        let split = !award.released.is_zero() && !award.refunded.is_zero();
        if split && !held.policy.partial_release { Err(Refusal::PartialNotAllowed) } else { Ok(()) }
    }
}

/// In whose name something is done.
const fn role(action: &Action) -> Role {
    match action {
        Action::Dispatch | Action::Fail | Action::Decline => Role::Payee,
        Action::Accept(_) | Action::Reject { .. } | Action::Cancel | Action::EndWorkflow => Role::Payer,
        Action::Void => Role::PayeeOrOperator,
        Action::Confirm(_) => Role::Arbiter,
        Action::Release { .. } => Role::Operator,
    }
}
