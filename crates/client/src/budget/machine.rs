//! The budget as a machine: facts change it, and nothing else.

use std::collections::BTreeSet;

use earnest_base::{Network, Timestamp};
use earnest_ports::{Decided, FactError, Machine, Position};

use super::{
    Budget, BudgetAnswer, BudgetCommand, BudgetFact, BudgetRefusal, Call, CallId, Day, KeptPayment, KeptState, LaneKey,
    Retirement, SignedPayment, call::Pending, fact::Reserved,
};

/// For how many days it is kept what was spent.
const DAYS: i64 = 31;

impl Machine for Budget {
    type Command = BudgetCommand;
    type Fact = BudgetFact;
    type Answer = BudgetAnswer;
    type Refusal = BudgetRefusal;

    fn decide(
        &self,
        command: &BudgetCommand,
        now: Timestamp,
    ) -> Result<Decided<BudgetFact, BudgetAnswer>, BudgetRefusal> {
        self.decision(command, now)
    }

    fn apply(&mut self, fact: &BudgetFact, _: &Position) -> Result<(), FactError> {
        match fact {
            BudgetFact::Reserved(reserved) => self.reserved(reserved),
            BudgetFact::Released { call, at } => self.changed(call, *at, Self::release),
            BudgetFact::Kept { call, at, payment, over_at } => {
                self.changed(call, *at, |_, call| kept(call, payment, *over_at))
            }
            BudgetFact::Shared { call, at } => self.changed(call, *at, |_, call| {
                last(call)?.is_shared = true;
                Ok(())
            }),
            BudgetFact::Unsent { call, at } => self.changed(call, *at, Self::take_back),
            BudgetFact::Paid { call, at, transaction } => {
                let id = call.clone();
                self.changed(call, *at, |budget, call| budget.paid(id, call, transaction.as_ref()))
            }
            BudgetFact::Retired { call, at, why } => {
                self.changed(call, *at, |budget, call| budget.retired(call, *why, *at))
            }
            BudgetFact::Lapsed { call, at } => self.changed(call, *at, |budget, call| {
                budget.lapsed(call, *at);
                Ok(())
            }),
            BudgetFact::Forgotten { call } => self.forget(call),
            BudgetFact::Followed { lane, expected } => {
                self.follow(lane, *expected);
                Ok(())
            }
        }
    }

    #[expect(clippy::expect_used, reason = "a fact has texts for names and no floats, which is all that can fail")]
    fn encode(fact: &BudgetFact, bytes: &mut Vec<u8>) {
        serde_json::to_writer(bytes, fact).expect("a fact is JSON");
    }

    fn decode(bytes: &[u8]) -> Result<BudgetFact, FactError> {
        serde_json::from_slice(bytes).map_err(|error| FactError(error.to_string()))
    }

    fn save(&self) -> Vec<u8> {
        // An empty state is none that can be loaded, so the journal would be read from its beginning.
        serde_json::to_vec(self).unwrap_or_default()
    }

    fn load(bytes: &[u8]) -> Result<Self, FactError> {
        serde_json::from_slice(bytes).map_err(|error| FactError(error.to_string()))
    }

    fn due(&self, now: Timestamp, limit: usize) -> Vec<BudgetCommand> {
        let due = self.timers.iter().take_while(|(at, _)| *at <= now).take(limit);
        due.map(|(_, call)| BudgetCommand::Tick { call: call.clone() }).collect()
    }

    fn next_due(&self) -> Option<Timestamp> {
        self.timers.first().map(|(at, _)| *at)
    }
}

impl Budget {
    /// Changes one call, and sets its timer anew.
    fn changed(
        &mut self,
        id: &CallId,
        at: Timestamp,
        change: impl FnOnce(&mut Self, &mut Call) -> Result<(), FactError>,
    ) -> Result<(), FactError> {
        let mut call = self.calls.remove(id).ok_or_else(|| FactError(format!("expected the call {id}, found none")))?;
        self.timers.remove(&(call.due_at(), id.clone()));
        call.touched_at = call.touched_at.max(at);
        change(self, &mut call)?;
        self.timers.insert((call.due_at(), id.clone()));
        self.calls.insert(id.clone(), call);
        Ok(())
    }

    fn reserved(&mut self, reserved: &Reserved) -> Result<(), FactError> {
        let day = Day::of(reserved.at);
        self.used.retain(|(used, _), _| *used >= day.before(DAYS));
        let used = self.used.entry((day, reserved.unit.clone())).or_default();
        if !used.add(&reserved.payee, reserved.amount) {
            return Err(FactError("expected an amount that can be added up".to_owned()));
        }
        if let (Some(lane), Some(place)) = (&reserved.lane, reserved.place) {
            self.lanes.entry(lane.clone()).or_default().take(place);
        }
        if let Some((origin, signer)) = &reserved.pin {
            self.pins.insert(origin.clone(), signer.clone());
        }
        if !self.calls.contains_key(&reserved.call) {
            let call = Call {
                request: reserved.request.clone(),
                unit: reserved.unit.clone(),
                identifier: reserved.identifier.clone(),
                lane: reserved.lane.clone(),
                payments: Vec::new(),
                transaction: None,
                pending: None,
                touched_at: reserved.at,
            };
            self.calls.insert(reserved.call.clone(), call);
        }
        self.changed(&reserved.call, reserved.at, |_, call| {
            if call.pending.is_some() {
                return Err(FactError("expected no reservation, found one".to_owned()));
            }
            call.unit = reserved.unit.clone();
            call.lane.clone_from(&reserved.lane);
            let (amount, payee, place, until) =
                (reserved.amount, reserved.payee.clone(), reserved.place, reserved.until);
            call.pending = Some(Pending { day, amount, payee, place, until });
            Ok(())
        })
    }

    fn release(&mut self, call: &mut Call) -> Result<(), FactError> {
        let pending = call.pending.take().ok_or_else(|| FactError("expected a reservation, found none".to_owned()))?;
        if let Some(used) = self.used.get_mut(&(pending.day, call.unit.clone())) {
            used.take(&pending.payee, pending.amount);
        }
        self.give_back(call.lane.as_ref(), pending.place);
        Ok(())
    }

    fn take_back(&mut self, call: &mut Call) -> Result<(), FactError> {
        let kept = call.payments.pop().ok_or_else(|| FactError("expected a payment, found none".to_owned()))?;
        self.uncount(call, &kept);
        self.give_back(call.lane.as_ref(), kept.place);
        Ok(())
    }

    fn paid(&mut self, id: CallId, call: &mut Call, transaction: Option<&String>) -> Result<(), FactError> {
        let (unit, lane) = (call.unit.clone(), call.lane.clone());
        let kept = last(call)?;
        if kept.state == KeptState::Dead {
            // It was given up by word of somebody, and carried out all the same: it counts again.
            let used = self.used.entry((kept.day, unit.clone())).or_default();
            if !used.add(&kept.payee, kept.amount) {
                return Err(FactError("expected an amount that can be added up".to_owned()));
            }
            if let (Some(lane), Some(place)) = (&lane, kept.place) {
                self.lanes.entry(lane.clone()).or_default().take(place);
            }
        }
        kept.state = KeptState::Paid;
        if let Some(transaction) = transaction {
            self.transactions.insert((unit.network, transaction.clone()), id);
            call.transaction = Some(transaction.clone());
        }
        Ok(())
    }

    fn retired(&mut self, call: &mut Call, why: Retirement, at: Timestamp) -> Result<(), FactError> {
        let kept = last(call)?.clone();
        let dead = why == Retirement::UsedUp || kept.over_at <= at;
        last(call)?.state = if dead { KeptState::Dead } else { KeptState::Refused };
        if dead {
            self.uncount(call, &kept);
            if why == Retirement::Refused {
                self.give_back(call.lane.as_ref(), kept.place);
            }
        }
        Ok(())
    }

    fn lapsed(&mut self, call: &mut Call, at: Timestamp) {
        for index in 0..call.payments.len() {
            let kept = call.payments[index].clone();
            let state = match kept.state {
                _ if kept.over_at > at => continue,
                KeptState::Open => KeptState::Doubtful,
                KeptState::Refused => KeptState::Dead,
                _ => continue,
            };
            call.payments[index].state = state;
            if state == KeptState::Dead {
                self.uncount(call, &kept);
                self.give_back(call.lane.as_ref(), kept.place);
            }
        }
    }

    fn forget(&mut self, id: &CallId) -> Result<(), FactError> {
        let call = self.calls.remove(id).ok_or_else(|| FactError(format!("expected the call {id}, found none")))?;
        self.timers.remove(&(call.due_at(), id.clone()));
        if let Some(transaction) = call.transaction {
            self.transactions.remove(&(call.unit.network, transaction));
        }
        Ok(())
    }

    fn follow(&mut self, key: &LaneKey, expected: u64) {
        let mut in_hand = BTreeSet::new();
        for call in self.calls.values().filter(|call| call.lane.as_ref() == Some(key)) {
            let open = |kept: &&KeptPayment| matches!(kept.state, KeptState::Open | KeptState::Refused);
            in_hand.extend(call.payments.iter().filter(open).filter_map(|kept| kept.place));
            in_hand.extend(call.pending.as_ref().and_then(|pending| pending.place));
        }
        self.lanes.entry(key.clone()).or_default().follow(expected, &in_hand);
    }

    fn uncount(&mut self, call: &Call, kept: &KeptPayment) {
        if let Some(used) = self.used.get_mut(&(kept.day, call.unit.clone())) {
            used.take(&kept.payee, kept.amount);
        }
    }

    fn give_back(&mut self, lane: Option<&LaneKey>, place: Option<u64>) {
        if let (Some(lane), Some(place)) = (lane, place) {
            self.lanes.entry(lane.clone()).or_default().give_back(place);
        }
    }

    /// The network of a call, for those who only have its id.
    #[must_use]
    pub fn network_of(&self, call: &CallId) -> Option<&Network> {
        self.calls.get(call).map(|call| &call.unit.network)
    }
}

fn last(call: &mut Call) -> Result<&mut KeptPayment, FactError> {
    call.payments.last_mut().ok_or_else(|| FactError("expected a payment, found none".to_owned()))
}

fn kept(call: &mut Call, payment: &SignedPayment, over_at: Timestamp) -> Result<(), FactError> {
    let pending = call.pending.take().ok_or_else(|| FactError("expected a reservation, found none".to_owned()))?;
    let Pending { day, amount, payee, place, .. } = pending;
    let (payment, state) = (payment.clone(), KeptState::Open);
    call.payments.push(KeptPayment { payment, over_at, day, amount, payee, place, state, is_shared: false });
    Ok(())
}
