//! Applying what happens to a hold.

use earnest_base::{Orc, Timestamp};

use super::{
    super::{Known, Ledger},
    Fault, UNKNOWN_ACCOUNT,
};
use crate::{
    Because, ContentDigest, Effect, HoldEvent, HoldNumber, HoldOpened, IdNumber, Phase, Stamp, TimerKind,
    account::Balance,
    hold::{Hold, State},
};

/// What the end of a hold leaves.
struct Settled {
    /// Of the hold, what goes to the payee.
    released: Orc,
    /// What the payer may spend.
    available: Orc,
    /// What of the payer's stands in other holds.
    held: Orc,
    /// What the payee may spend.
    paid: Orc,
    /// What stands in escrow.
    escrowed: Orc,
}

impl Ledger {
    pub(super) fn open_hold(&mut self, opened: &HoldOpened, at: Timestamp, seq: u64) -> Result<(), Fault> {
        let (id, contract) = (opened.id.as_str().as_bytes(), opened.contract.as_str().as_bytes());
        self.is_new(id)?;
        self.is_new(contract)?;
        let number = HoldNumber::new(u32::try_from(self.holds.len()).unwrap_or(u32::MAX));
        let available = self.debited(opened.payer, opened.amount)?;
        let escrowed = self.escrowed.plus(opened.amount)?;
        let payer = self.account(opened.payer).ok_or(UNKNOWN_ACCOUNT)?;
        let held = payer.balance.held.plus(opened.amount)?;
        if opened.payer == opened.payee || self.account(opened.payee).is_none() {
            return Err(UNKNOWN_ACCOUNT);
        }
        let policy = self.policies.get(opened.policy.place()).ok_or(Fault("a policy that was not adopted"))?;
        let mut hold = Hold {
            id: IdNumber::new(u32::MAX),
            contract: IdNumber::new(u32::MAX),
            payer: opened.payer,
            payee: opened.payee,
            policy: opened.policy,
            mode: opened.mode,
            amount: opened.amount,
            created_at: at,
            deadlines: opened.deadlines,
            arbiters: opened.arbiters.clone(),
            response: None,
            seq,
            state: State::Funded,
        };
        let timer = hold.timer(policy).ok_or(Fault("deadlines beyond the calendar"))?;
        if hold.decision_by(policy).is_none() {
            return Err(Fault("deadlines beyond the calendar"));
        }
        hold.id = self.remember(id, Self::command(opened.content, seq, Effect::Held, number.value()));
        hold.contract = self.remember(contract, Known::Contract(number));
        self.escrowed = escrowed;
        self.set_available(opened.payer, available, seq);
        if let Some(payer) = self.account_mut(opened.payer) {
            payer.balance.held = held;
        }
        self.holds.push(hold);
        self.timers.insert((timer.0, number));
        Ok(())
    }

    pub(super) fn hold_event(
        &mut self,
        number: HoldNumber,
        event: &HoldEvent,
        at: Timestamp,
        seq: u64,
    ) -> Result<(), Fault> {
        const UNKNOWN: Fault = Fault("a hold that was not opened");
        let hold = self.holds.get(number.place()).ok_or(UNKNOWN)?;
        let policy = self.policies.get(hold.policy.place()).ok_or(UNKNOWN)?;
        let new_id = brings_id(event);
        if let Some((id, _)) = new_id {
            self.is_new(id)?;
        }
        let id_number = IdNumber::new(u32::try_from(self.ids.len()).unwrap_or(u32::MAX));
        let state = hold.next(policy, at, event, new_id.map(|_| id_number))?;
        let before = hold.timer(policy);
        let after = Hold { state, arbiters: None, ..*hold }.timer(policy);
        let money = match event {
            HoldEvent::Ended { released, .. } => Some(self.settled(hold, *released)?),
            _ => None,
        };
        if let Some(Settled { released, available, held, paid, escrowed }) = money {
            let (payer, payee) = (hold.payer, hold.payee);
            self.escrowed = escrowed;
            if let Some(account) = self.account_mut(payer) {
                account.balance = Balance { available, held };
                account.facts.push(seq);
            }
            if !released.is_zero() {
                self.set_available(payee, paid, seq);
            }
        }
        if let Some((id, content)) = new_id {
            self.remember(id, Self::command(content, seq, effect(event, state.phase()), number.value()));
        }
        if before != after {
            self.set_timer(number, before, after);
        }
        if let Some(hold) = self.holds.get_mut(number.place()) {
            hold.state = state;
            hold.seq = seq;
            if matches!(event, HoldEvent::Delivered { .. }) {
                hold.response = Some(id_number);
            }
        }
        Ok(())
    }

    fn settled(&self, hold: &Hold, released: Orc) -> Result<Settled, Fault> {
        let payer = self.account(hold.payer).ok_or(UNKNOWN_ACCOUNT)?.balance;
        let available = payer.available.plus(hold.amount.minus(released)?)?;
        let held = payer.held.minus(hold.amount)?;
        let paid = self.credited(hold.payee, released)?;
        Ok(Settled { released, available, held, paid, escrowed: self.escrowed.minus(hold.amount)? })
    }
    fn set_timer(
        &mut self,
        hold: HoldNumber,
        before: Option<(Timestamp, TimerKind)>,
        after: Option<(Timestamp, TimerKind)>,
    ) {
        if let Some((moment, _)) = before {
            self.timers.remove(&(moment, hold));
        }
        if let Some((moment, kind)) = after
            && !(kind == TimerKind::DecisionBy && crate::fault::lost_timer())
        {
            self.timers.insert((moment, hold));
        }
    }
}

/// The id that an event brings in, and the content of its command.
fn brings_id(event: &HoldEvent) -> Option<(&[u8], ContentDigest)> {
    fn stamped(stamp: &Stamp) -> Option<(&[u8], ContentDigest)> {
        Some((stamp.decision.as_str().as_bytes(), stamp.content))
    }
    match event {
        HoldEvent::Dispatched { by } => stamped(by),
        HoldEvent::Delivered { response, content } => Some((response.as_str().as_bytes(), *content)),
        HoldEvent::Disputed { dispute, content } => Some((dispute.as_str().as_bytes(), *content)),
        HoldEvent::Overdue | HoldEvent::ReviewRequired => None,
        HoldEvent::Ended { because, .. } => match because {
            Because::Accepted(by)
            | Because::Rejected { by, .. }
            | Because::Canceled(by)
            | Because::WorkflowEnded(by)
            | Because::Failed(by)
            | Because::Declined(by)
            | Because::Voided(by) => stamped(by),
            Because::Confirmed(ruling) | Because::Decided(ruling) | Because::ReleasedByHand(ruling) => {
                stamped(&ruling.by)
            }
            Because::Expired | Because::AutoReleased | Because::Undecided => None,
        },
    }
}

/// What an event did, by the phase that it led to.
pub(crate) const fn effect(event: &HoldEvent, phase: Phase) -> Effect {
    match (event, phase) {
        (HoldEvent::Dispatched { .. }, _) => Effect::Dispatched,
        (HoldEvent::Delivered { .. }, _) => Effect::Delivered,
        (HoldEvent::Disputed { .. }, _) => Effect::Disputed,
        (HoldEvent::Overdue, _) => Effect::Overdue,
        (HoldEvent::ReviewRequired, _) => Effect::ReviewRequired,
        (HoldEvent::Ended { .. }, Phase::Released) => Effect::Released,
        (HoldEvent::Ended { .. }, Phase::PartiallyReleased) => Effect::PartiallyReleased,
        (HoldEvent::Ended { .. }, Phase::Voided) => Effect::Voided,
        (HoldEvent::Ended { .. }, _) => Effect::Refunded,
    }
}
