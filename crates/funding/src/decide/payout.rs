//! Payouts: asked for, instructed, paid or given back.

use earnest_artifacts::gateway_receipt::Direction;
use earnest_base::{Name, ParticipantId, Text, Timestamp};

use super::Message;
use crate::{
    Bar, CaseKind, Crossings, Event, Of, Payout, PayoutId, PayoutReport, PayoutRequest, PayoutStanding, PayoutTold,
    Quote, Refusal, daily::Day, payment::DayOfCrossing, quote::in_force, receipt::return_of,
};

impl Crossings {
    pub(super) fn ask_payout(&self, request: &PayoutRequest, now: Timestamp) -> Result<Vec<Event>, Refusal> {
        if let Some(known) = self.payouts.get(&request.id) {
            return if known.request == *request { Ok(Vec::new()) } else { Err(Refusal::IdConflict) };
        }
        self.of_federation(&request.account)?;
        let policy = in_force(self.policy(), Direction::Outbound, Some(&request.provider), now)?;
        let quote = Quote::of(policy, Direction::Outbound, request.amount, &request.currency, true)?;
        self.within_the_day(policy.most_daily, &request.account, &quote, now)?;
        let reference: Name = request.id.as_str().parse().map_err(|_| Refusal::Unknown("a payout"))?;
        let outside = (&request.provider, &reference);
        let debit = self.maker(policy, now).debit(&request.id, &request.account, outside, &request.currency, &quote);
        let debit = debit.map_err(|_| Refusal::Barred(Bar::AmountInexact))?;
        let receipt = Box::new(debit.clone());
        let payout = Payout {
            request: request.clone(),
            at: now,
            debit,
            day: DayOfCrossing(Day::of(now)),
            standing: PayoutStanding::AwaitingReview,
        };
        let mut events = vec![Event::PayoutAsked { payout: Box::new(payout) }];
        if policy.payout_review != Some(true) {
            events.push(Event::ReceiptDrafted { of: Of::Debit(request.id.clone()), receipt, at: now });
        }
        Ok(events)
    }

    pub(super) fn known_payout(&self, payout: &PayoutId) -> Result<&Payout, Refusal> {
        self.payouts.get(payout).ok_or(Refusal::Unknown("a payout"))
    }

    pub(super) fn instructed(
        &self,
        payout: &PayoutId,
        reference: Option<&Name>,
        now: Timestamp,
    ) -> Result<Vec<Event>, Refusal> {
        Ok(match self.known_payout(payout)?.standing {
            PayoutStanding::Instructing => {
                vec![Event::PayoutInstructed { payout: payout.clone(), reference: reference.cloned(), at: now }]
            }
            // The provider's own report was faster, or this was told before.
            _ => Vec::new(),
        })
    }

    pub(super) fn not_instructed(&self, payout: &PayoutId, code: &Name, now: Timestamp) -> Result<Vec<Event>, Refusal> {
        let known = self.known_payout(payout)?;
        match known.standing {
            PayoutStanding::Instructing => self.fails(known, code, None, now, now),
            _ => Ok(Vec::new()),
        }
    }

    pub(super) fn report_payout(&self, report: &PayoutReport, now: Timestamp) -> Result<Vec<Event>, Refusal> {
        let Message::New(mut events) = self.message(&report.provider, report.seen.as_ref(), now)? else {
            return Ok(Vec::new());
        };
        let payout = self.payouts.get(&report.payout).filter(|payout| payout.request.provider == report.provider);
        let payout = payout.ok_or(Refusal::Unknown("a payout of this provider"))?;
        events.extend(match &report.told {
            PayoutTold::Paid => self.paid(payout, report.at, now)?,
            PayoutTold::Failed { code } => self.failed(payout, code, report.at, now)?,
        });
        Ok(events)
    }

    fn paid(&self, payout: &Payout, at: Timestamp, now: Timestamp) -> Result<Vec<Event>, Refusal> {
        use PayoutStanding as In;
        let id = &payout.request.id;
        match payout.standing {
            In::Instructing | In::Instructed { .. } => Ok(vec![Event::PayoutPaid { payout: id.clone(), at }]),
            In::Paid { .. } => Ok(Vec::new()),
            In::Returning { .. } | In::ReturnDeclined { .. } | In::Returned { .. } => {
                Ok(self.case_event(CaseKind::PaidAfterReturn, id.as_str(), None, now).into_iter().collect())
            }
            In::AwaitingReview | In::Refused { .. } | In::Debiting | In::Declined { .. } => {
                Err(Refusal::WrongState(payout.standing.word()))
            }
        }
    }

    fn failed(&self, payout: &Payout, code: &Name, at: Timestamp, now: Timestamp) -> Result<Vec<Event>, Refusal> {
        use PayoutStanding as In;
        let id = &payout.request.id;
        match payout.standing {
            In::Instructing | In::Instructed { .. } => self.fails(payout, code, None, at, now),
            In::Paid { at: paid } if paid < at => {
                Ok(self.case_event(CaseKind::FailedAfterPaid, id.as_str(), None, now).into_iter().collect())
            }
            In::Paid { .. } | In::Returning { .. } | In::ReturnDeclined { .. } | In::Returned { .. } => Ok(Vec::new()),
            In::AwaitingReview | In::Refused { .. } | In::Debiting | In::Declined { .. } => {
                Err(Refusal::WrongState(payout.standing.word()))
            }
        }
    }

    /// The money of a payout that failed outside goes back.
    pub(super) fn fails(
        &self,
        payout: &Payout,
        code: &Name,
        operator: Option<(ParticipantId, &Text)>,
        at: Timestamp,
        now: Timestamp,
    ) -> Result<Vec<Event>, Refusal> {
        let id = &payout.request.id;
        let receipt = return_of(id, &payout.debit, now).map_err(|_| Refusal::WrongState(payout.standing.word()))?;
        // A receipt that was made before is sent as it was.
        let receipt = self.receipt(&receipt.id).cloned().unwrap_or(receipt);
        let (by, reason) = operator.map_or((None, None), |(by, reason)| (Some(by), Some(reason.clone())));
        Ok(vec![
            Event::PayoutFailed { payout: id.clone(), code: code.clone(), by, reason, at },
            Event::ReceiptDrafted { of: Of::Return(id.clone()), receipt: Box::new(receipt), at: now },
        ])
    }
}
