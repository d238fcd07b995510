//! Decisions of a budget.

use earnest_base::{Sha256Digest, Timestamp};
use earnest_ports::Decided;
use earnest_x402::PayTo;

use super::{
    Budget, BudgetAnswer, BudgetCommand, BudgetFact, BudgetRefusal, Call, CallId, Day, KeptPayment, KeptState, LaneKey,
    Reserve, SignedPayment, Unit, Units, fact::Reserved,
};

/// How long a price stays reserved with nothing signed for it: longer than signing takes, also by somebody's hand.
const UNSIGNED_MILLIS: i64 = 10 * 60 * 1000;

type Decision = Result<Decided<BudgetFact, BudgetAnswer>, BudgetRefusal>;

impl Budget {
    pub(super) fn decision(&self, command: &BudgetCommand, at: Timestamp) -> Decision {
        match command {
            BudgetCommand::Reserve(reserve) => self.reserve(reserve, at),
            BudgetCommand::Keep { call, payment, over_at } => self.keep(call, payment, *over_at, at),
            BudgetCommand::Resume { call, request } => self.resume(call, request, at),
            BudgetCommand::Unsent { call } => self.unsent(call, at),
            BudgetCommand::Pay { call, transaction } => self.pay(call, transaction.as_ref(), at),
            BudgetCommand::Retire { call, why } => {
                let kept = self.known(call)?.payments.last().ok_or(BudgetRefusal::NotSigned)?;
                match kept.state {
                    KeptState::Open | KeptState::Doubtful => {
                        noted(vec![BudgetFact::Retired { call: call.clone(), at, why: *why }])
                    }
                    KeptState::Refused | KeptState::Dead => noted(Vec::new()),
                    KeptState::Paid => Err(BudgetRefusal::NotSigned),
                }
            }
            BudgetCommand::Follow { lane, expected } => {
                noted(vec![BudgetFact::Followed { lane: lane.clone(), expected: *expected }])
            }
            BudgetCommand::Tick { call } => self.tick(call, at),
        }
    }

    fn known(&self, call: &CallId) -> Result<&Call, BudgetRefusal> {
        self.calls.get(call).ok_or(BudgetRefusal::UnknownCall)
    }

    fn reserve(&self, reserve: &Reserve, at: Timestamp) -> Decision {
        let mut facts = Vec::new();
        let mut identifier = reserve.identifier.clone();
        let mut freed = Vec::new();
        if let Some(call) = self.calls.get(&reserve.call) {
            if call.request != reserve.request {
                return Err(BudgetRefusal::OtherRequest);
            }
            let last = call.payments.last();
            if last.is_some_and(|last| last.state == KeptState::Paid || is_open(last, at)) {
                return Ok(handed_out(&reserve.call, call, at));
            }
            if call.payments.len() >= reserve.signatures {
                return Err(BudgetRefusal::SignaturesSpent(reserve.signatures));
            }
            if let Some(pending) = &call.pending {
                facts.push(BudgetFact::Released { call: reserve.call.clone(), at });
                freed.push(Freed::of(call, pending.day, &pending.payee, pending.amount));
            }
            let over = call.payments.iter().filter(|kept| kept.over_at <= at);
            let refused = over.clone().filter(|kept| kept.state == KeptState::Refused);
            freed.extend(refused.map(|kept| Freed::of(call, kept.day, &kept.payee, kept.amount)));
            if over.filter(|kept| is_timed(kept.state)).count() > 0 {
                facts.push(BudgetFact::Lapsed { call: reserve.call.clone(), at });
            }
            identifier = call.identifier.clone();
        }
        if let Some((origin, signer)) = &reserve.pin
            && let Some(expected) = self.pins.get(origin).filter(|expected| *expected != signer)
        {
            return Err(BudgetRefusal::SignerChanged { expected: expected.clone(), found: signer.clone() });
        }
        self.within(reserve, &freed, at)?;
        let place = reserve.lane.as_ref().map(|lane| self.next_place(lane));
        let until = Timestamp::from_unix_millis(at.unix_millis().saturating_add(UNSIGNED_MILLIS));
        facts.push(BudgetFact::Reserved(Box::new(Reserved {
            call: reserve.call.clone(),
            at,
            until: until.unwrap_or(Timestamp::LAST),
            request: reserve.request.clone(),
            unit: reserve.unit.clone(),
            payee: reserve.payee.clone(),
            amount: reserve.amount,
            identifier: identifier.clone(),
            lane: reserve.lane.clone(),
            place,
            pin: reserve.pin.clone(),
        })));
        Ok(Decided { facts, answer: BudgetAnswer::Reserved { identifier, place } })
    }

    /// Whether a price fits the limits beside all that counts and is not given back with the same decision.
    fn within(&self, reserve: &Reserve, freed: &[Freed<'_>], at: Timestamp) -> Result<(), BudgetRefusal> {
        let (limits, amount, day) = (reserve.limits, reserve.amount, Day::of(at));
        if amount > limits.per_call {
            return Err(BudgetRefusal::OverCall { limit: limits.per_call, found: amount });
        }
        let mut one = self.spent_on(day, &reserve.unit, &reserve.payee);
        let mut all = self.spent(day, &reserve.unit);
        for freed in freed.iter().filter(|freed| freed.day == day && *freed.unit == reserve.unit) {
            all = all.less(freed.amount);
            if *freed.payee == reserve.payee {
                one = one.less(freed.amount);
            }
        }
        let one = one.plus(amount).ok_or(BudgetRefusal::Overflow)?;
        if one > limits.per_payee {
            return Err(BudgetRefusal::OverPayee { limit: limits.per_payee, found: one });
        }
        let all = all.plus(amount).ok_or(BudgetRefusal::Overflow)?;
        if all > limits.per_day {
            return Err(BudgetRefusal::OverDay { limit: limits.per_day, found: all });
        }
        Ok(())
    }

    fn next_place(&self, lane: &LaneKey) -> u64 {
        self.lanes.get(lane).map_or(0, super::Lane::first)
    }

    fn keep(&self, id: &CallId, payment: &SignedPayment, over_at: Timestamp, at: Timestamp) -> Decision {
        let call = self.known(id)?;
        if call.pending.is_none() {
            // Another task of the same call was faster: what it signed is the payment, and this one is thrown away.
            return call.payment().map(|_| handed_out(id, call, at)).ok_or(BudgetRefusal::NotReserved);
        }
        if over_at <= at {
            return Err(BudgetRefusal::Lapsed(over_at));
        }
        let (call, payment) = (id.clone(), Box::new(payment.clone()));
        Ok(Decided { facts: vec![BudgetFact::Kept { call, at, payment, over_at }], answer: BudgetAnswer::Kept })
    }

    fn resume(&self, id: &CallId, request: &Sha256Digest, at: Timestamp) -> Decision {
        let Some(call) = self.calls.get(id) else { return noted(Vec::new()) };
        if call.request != *request {
            return Err(BudgetRefusal::OtherRequest);
        }
        let may_be_paid = |state| matches!(state, KeptState::Open | KeptState::Paid | KeptState::Doubtful);
        match call.payments.last() {
            Some(last) if may_be_paid(last.state) => Ok(handed_out(id, call, at)),
            _ => noted(Vec::new()),
        }
    }

    fn unsent(&self, id: &CallId, at: Timestamp) -> Decision {
        let call = self.known(id)?;
        if call.pending.is_some() {
            return noted(vec![BudgetFact::Released { call: id.clone(), at }]);
        }
        match call.payments.last().map(|kept| (kept.state, kept.is_shared)) {
            Some((KeptState::Open, false)) => noted(vec![BudgetFact::Unsent { call: id.clone(), at }]),
            _ => Err(BudgetRefusal::NotSigned),
        }
    }

    fn pay(&self, id: &CallId, transaction: Option<&String>, at: Timestamp) -> Decision {
        let call = self.known(id)?;
        let kept = call.payments.last().ok_or(BudgetRefusal::NotSigned)?;
        if let Some(transaction) = transaction {
            let paid = self.transactions.get(&(call.unit.network.clone(), transaction.clone()));
            if paid.is_some_and(|other| other != id) {
                return Err(BudgetRefusal::TransactionReused);
            }
        }
        if kept.state == KeptState::Paid && (transaction.is_none() || call.transaction.is_some()) {
            return noted(Vec::new());
        }
        noted(vec![BudgetFact::Paid { call: id.clone(), at, transaction: transaction.cloned() }])
    }

    fn tick(&self, id: &CallId, at: Timestamp) -> Decision {
        let call = self.known(id)?;
        if call.due_at() > at {
            return Err(BudgetRefusal::NotDue);
        }
        let mut facts = Vec::new();
        if call.pending.as_ref().is_some_and(|pending| pending.until <= at) {
            facts.push(BudgetFact::Released { call: id.clone(), at });
        }
        if call.payments.iter().any(|kept| is_timed(kept.state) && kept.over_at <= at) {
            facts.push(BudgetFact::Lapsed { call: id.clone(), at });
        }
        if facts.is_empty() {
            facts.push(BudgetFact::Forgotten { call: id.clone() });
        }
        noted(facts)
    }
}

/// Whether a payment may be carried out at a moment.
fn is_open(kept: &KeptPayment, at: Timestamp) -> bool {
    kept.state == KeptState::Open && kept.over_at > at
}

/// The last payment of a call, for somebody else than who signed it.
fn handed_out(id: &CallId, call: &Call, at: Timestamp) -> Decided<BudgetFact, BudgetAnswer> {
    let Some(last) = call.payments.last() else { return Decided { facts: Vec::new(), answer: BudgetAnswer::Noted } };
    let shared = BudgetFact::Shared { call: id.clone(), at };
    let payment = Box::new(last.payment.clone());
    Decided {
        facts: if last.is_shared { Vec::new() } else { vec![shared] },
        answer: match last.state {
            KeptState::Paid => BudgetAnswer::Paid(payment),
            _ => BudgetAnswer::Payment(payment),
        },
    }
}

/// What a decision gives back.
struct Freed<'a> {
    day: Day,
    unit: &'a Unit,
    payee: &'a PayTo,
    amount: Units,
}

impl<'a> Freed<'a> {
    const fn of(call: &'a Call, day: Day, payee: &'a PayTo, amount: Units) -> Self {
        Self { day, unit: &call.unit, payee, amount }
    }
}

/// Whether a lapse changes something about a payment.
const fn is_timed(state: KeptState) -> bool {
    matches!(state, KeptState::Open | KeptState::Refused)
}

fn noted(facts: Vec<BudgetFact>) -> Decision {
    Ok(Decided { facts, answer: BudgetAnswer::Noted })
}
