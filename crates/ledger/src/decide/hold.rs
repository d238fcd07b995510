//! Holding money: for one contract, or for several in one command.

use std::collections::BTreeSet;

use earnest_base::{Orc, Timestamp};

use super::{Deciding, above_zero, again, fits_transfer};
use crate::{
    AccountNumber, Answer, Decision, Done, Effect, Event, Fact, HoldOpened, OpenHold, OpenHolds, Policy, PolicyNumber,
    Refusal, policy::just_after,
};

/// What the holds before it in a batch have taken.
#[derive(Default)]
struct Taken<'a> {
    ids: BTreeSet<&'a str>,
    spent: Vec<(AccountNumber, Orc)>,
}

impl Taken<'_> {
    fn spent(&self, account: Option<AccountNumber>) -> Orc {
        let spent = self.spent.iter().find(|(number, _)| Some(*number) == account);
        spent.map_or(Orc::ZERO, |(_, amount)| *amount)
    }

    fn spend(&mut self, account: AccountNumber, amount: Orc) {
        match self.spent.iter_mut().find(|(number, _)| *number == account) {
            Some((_, spent)) => *spent = spent.plus(amount).unwrap_or(*spent),
            None => self.spent.push((account, amount)),
        }
    }
}

/// A hold that stands, or would.
enum Opening {
    Again(Done),
    New(Box<HoldOpened>),
}

impl Deciding<'_> {
    pub(super) fn open_hold(&self, open: &OpenHold) -> Result<Decision, Refusal> {
        match self.opening(open, Orc::ZERO)? {
            Opening::Again(done) => Ok(again(done)),
            Opening::New(opened) => self.makes(Event::HoldOpened(*opened), Effect::Held),
        }
    }

    pub(super) fn open_holds<'b>(&self, batch: &'b OpenHolds) -> Result<Decision, Refusal> {
        let found = batch.holds.len();
        if found == 0 || found > OpenHolds::MOST {
            return Err(Refusal::BatchSize { found });
        }
        if !self.ledger.has_room(found) {
            return Err(Refusal::LedgerFull);
        }
        let (mut facts, mut answers) = (Vec::with_capacity(found), Vec::with_capacity(found));
        let mut taken: Taken<'b> = Taken::default();
        for (index, open) in batch.holds.iter().enumerate() {
            let fresh = taken.ids.insert(open.hold.as_str()) & taken.ids.insert(open.contract.as_str());
            let spent = taken.spent(self.ledger.account_number(&open.payer_account));
            let opening = if fresh { self.opening(open, spent) } else { Err(Refusal::TwiceInBatch) };
            answers.push(match opening {
                Ok(Opening::Again(done)) => Ok(done),
                Ok(Opening::New(opened)) => {
                    taken.spend(opened.payer, opened.amount);
                    facts.push(Fact { at: self.now, event: Event::HoldOpened(*opened) });
                    Ok(Done { seq: self.ledger.seq() + facts.len() as u64, effect: Effect::Held })
                }
                Err(refusal) if batch.linked => {
                    return Err(Refusal::Linked { index, refusal: Box::new(refusal) });
                }
                Err(refusal) => Err(refusal),
            });
        }
        Ok(Decision { facts, answer: Answer::Each(answers) })
    }

    /// A hold, where it may be opened. `spent` is what others of its batch have taken from the payer.
    fn opening(&self, open: &OpenHold, spent: Orc) -> Result<Opening, Refusal> {
        let content = open.digest();
        if let Some(done) = self.seen(open.hold.as_str().as_bytes(), content)? {
            return Ok(Opening::Again(done));
        }
        fits_transfer(open.hold.as_str())?;
        above_zero(open.amount)?;
        self.of_federation(&open.payer_account)?;
        self.of_federation(&open.payee_account)?;
        let payer = self.not_reserved(&open.payer_account)?;
        let payee = self.not_reserved(&open.payee_account)?;
        if open.payer_account == open.payee_account {
            return Err(Refusal::SameAccount);
        }
        let (number, policy) = self.terms(open)?;
        if self.ledger.known(open.contract.as_str().as_bytes()).is_some() {
            return Err(Refusal::ContractHeld);
        }
        let payee = payee.ok_or_else(|| Refusal::AccountUnknown { account: open.payee_account.clone() })?;
        self.not_a_pool(payer.and_then(|payer| self.ledger.account(payer)))?;
        if self.now >= open.deadlines.work_by {
            return Err(Refusal::WorkByPassed { work_by: open.deadlines.work_by });
        }
        let payer = self.can_spend(payer, open.amount, spent)?;
        let arbiters = (open.arbiters != policy.arbiters).then(|| open.arbiters.clone().into_boxed_slice());
        Ok(Opening::New(Box::new(HoldOpened {
            id: open.hold.clone(),
            contract: open.contract.clone(),
            payer,
            payee,
            amount: open.amount,
            policy: number,
            mode: open.mode,
            arbiters,
            deadlines: open.deadlines,
            content,
        })))
    }

    /// The policy of a hold, where the hold keeps to it.
    fn terms(&self, open: &OpenHold) -> Result<(PolicyNumber, &Policy), Refusal> {
        let deadlines = &open.deadlines;
        if !deadlines.are_in_order() {
            return Err(Refusal::DeadlineOrder);
        }
        // A dispute is filed until `dispute-by`, and may stay undecided as long as what silence released may.
        let last = deadlines.silence_releases_at().and_then(just_after).ok_or(Refusal::DeadlineRange)?;
        let number = self.ledger.policy_number(&open.policy).ok_or(Refusal::PolicyUnknown)?;
        let policy = self.ledger.policy(number).ok_or(Refusal::PolicyUnknown)?;
        let range = |moment: Option<Timestamp>| moment.ok_or(Refusal::DeadlineRange);
        range(last.after(policy.decision_by))?;
        let funding_by = range(open.accepted_at.after(policy.funding_by))?;
        if !policy.modes.contains(&open.mode) {
            return Err(Refusal::ModeNotOffered);
        }
        if open.arbiters.is_empty() {
            return Err(Refusal::NoArbiters);
        }
        if self.now >= funding_by { Err(Refusal::FundingLate { funding_by }) } else { Ok((number, policy)) }
    }
}
