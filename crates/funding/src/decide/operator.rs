//! What operators decide, each in their name and with a reason.

use earnest_artifacts::gateway_receipt::Direction;
use earnest_base::{AccountId, GatewayReceiptId, Name, Timestamp, TransferId};

use crate::{
    CaseId, Crossings, Event, Of, Payment, PayoutId, PayoutStanding, Refusal, Ruling, Standing, Verdict,
    quote::in_force,
};

impl Crossings {
    pub(super) fn rule(&self, ruling: &Ruling, now: Timestamp) -> Result<Vec<Event>, Refusal> {
        match &ruling.verdict {
            Verdict::Release { payment, account } => self.release(ruling, payment, account, now),
            Verdict::SendBack { payment } => self.send_back(ruling, payment, now),
            Verdict::Approve { payout } => self.approve(ruling, payout, now),
            Verdict::Refuse { payout } => self.refuse(ruling, payout, now),
            Verdict::GiveBack { payout } => self.give_back(ruling, payout, now),
            Verdict::Resolve { case, adjustment } => self.resolve(ruling, case, adjustment.as_ref(), now),
        }
    }

    fn held(&self, id: &GatewayReceiptId) -> Result<&Payment, Refusal> {
        self.payments.get(id).ok_or(Refusal::Unknown("a payment"))
    }

    fn release(
        &self,
        ruling: &Ruling,
        id: &GatewayReceiptId,
        account: &AccountId,
        now: Timestamp,
    ) -> Result<Vec<Event>, Refusal> {
        let payment = self.held(id)?;
        match &payment.standing {
            Standing::Held { .. } => {}
            Standing::Crediting { account: to, .. } | Standing::Credited { account: to, .. } if to == account => {
                return Ok(Vec::new());
            }
            other => return Err(Refusal::WrongState(other.word())),
        }
        self.of_federation(account)?;
        let receipt = Box::new(self.receipt_of(payment, account, false, now)?);
        let (by, reason) = (ruling.by, ruling.reason.clone());
        Ok(vec![
            Event::PaymentReleased { payment: id.clone(), account: account.clone(), by, reason, at: now },
            Event::ReceiptDrafted { of: Of::Payment, receipt, at: now },
        ])
    }

    fn send_back(&self, ruling: &Ruling, id: &GatewayReceiptId, now: Timestamp) -> Result<Vec<Event>, Refusal> {
        match &self.held(id)?.standing {
            Standing::Held { .. } => {
                let (by, reason) = (ruling.by, ruling.reason.clone());
                Ok(vec![Event::PaymentSentBack { payment: id.clone(), by, reason, at: now }])
            }
            Standing::SentBack { .. } => Ok(Vec::new()),
            other => Err(Refusal::WrongState(other.word())),
        }
    }

    fn approve(&self, ruling: &Ruling, id: &PayoutId, now: Timestamp) -> Result<Vec<Event>, Refusal> {
        let payout = self.known_payout(id)?;
        match &payout.standing {
            PayoutStanding::AwaitingReview => {}
            refused @ (PayoutStanding::Refused { .. } | PayoutStanding::Declined { .. }) => {
                return Err(Refusal::WrongState(refused.word()));
            }
            _ => return Ok(Vec::new()),
        }
        in_force(self.policy(), Direction::Outbound, None, now)?;
        let (by, reason) = (ruling.by, ruling.reason.clone());
        let mut receipt = Box::new(payout.debit.clone());
        receipt.ts = now;
        Ok(vec![
            Event::PayoutApproved { payout: id.clone(), by, reason, at: now },
            Event::ReceiptDrafted { of: Of::Debit(id.clone()), receipt, at: now },
        ])
    }

    fn refuse(&self, ruling: &Ruling, id: &PayoutId, now: Timestamp) -> Result<Vec<Event>, Refusal> {
        match &self.known_payout(id)?.standing {
            PayoutStanding::AwaitingReview => {
                let (by, reason) = (ruling.by, ruling.reason.clone());
                Ok(vec![Event::PayoutRefused { payout: id.clone(), by, reason, at: now }])
            }
            PayoutStanding::Refused { .. } => Ok(Vec::new()),
            other => Err(Refusal::WrongState(other.word())),
        }
    }

    fn give_back(&self, ruling: &Ruling, id: &PayoutId, now: Timestamp) -> Result<Vec<Event>, Refusal> {
        use PayoutStanding as In;
        let payout = self.known_payout(id)?;
        match &payout.standing {
            In::Instructed { .. } | In::Paid { .. } | In::ReturnDeclined { .. } => {
                let code: Name = "operator".parse().map_err(|_| Refusal::WrongState(payout.standing.word()))?;
                self.fails(payout, &code, Some((ruling.by, &ruling.reason)), now, now)
            }
            In::Returning { .. } | In::Returned { .. } => Ok(Vec::new()),
            other => Err(Refusal::WrongState(other.word())),
        }
    }

    fn resolve(
        &self,
        ruling: &Ruling,
        id: &CaseId,
        adjustment: Option<&TransferId>,
        now: Timestamp,
    ) -> Result<Vec<Event>, Refusal> {
        let case = self.cases.get(id).ok_or(Refusal::Unknown("a case"))?;
        if let Some(resolution) = &case.resolution {
            let same = resolution.by == ruling.by && resolution.adjustment.as_ref() == adjustment;
            return if same { Ok(Vec::new()) } else { Err(Refusal::WrongState("resolved")) };
        }
        let (by, reason, adjustment) = (ruling.by, ruling.reason.clone(), adjustment.cloned());
        Ok(vec![Event::CaseResolved { case: id.clone(), by, reason, adjustment, at: now }])
    }
}
