//! A budget that is driven by hand, and samples of what it is asked.

use earnest_base::{Sha256Digest, Timestamp};
use earnest_client::budget::{
    Budget, BudgetAnswer, BudgetCommand, BudgetRefusal, CallId, LaneKey, Limits, Reserve, SignedPayment, Unit, Units,
};
use earnest_ports::{Machine, Position};

pub(crate) const NOON: &str = "2026-04-01T12:00:00Z";

pub(crate) fn at(seconds: i64) -> Timestamp {
    let noon: Timestamp = NOON.parse().unwrap();
    Timestamp::from_unix_millis(noon.unix_millis() + seconds * 1000).unwrap()
}

pub(crate) fn unit() -> Unit {
    Unit { network: "orc:fed-local".parse().unwrap(), asset: "ORC".parse().unwrap() }
}

pub(crate) fn call(text: &str) -> CallId {
    text.parse().unwrap()
}

pub(crate) fn lane() -> LaneKey {
    LaneKey { network: unit().network, payer: "account:fed-local:adam".parse().unwrap() }
}

/// At most 10 for a call, 25 for a payee's day, 40 for a day.
pub(crate) fn reserve(id: &str, payee: &str, amount: u128) -> Reserve {
    Reserve {
        call: call(id),
        request: Sha256Digest::of(id.as_bytes()),
        unit: unit(),
        payee: format!("account:fed-local:{payee}").parse().unwrap(),
        amount: Units(amount),
        limits: Limits::new(Units(10), Units(25), Units(40)),
        identifier: format!("pay_{}{id}", "0".repeat(16)).parse().unwrap(),
        lane: None,
        pin: None,
        signatures: 3,
    }
}

pub(crate) fn signed(value: &str, lapses_at: Timestamp) -> SignedPayment {
    let requirements = r#"{"scheme": "exact", "network": "orc:fed-local", "amount": "1", "asset": "ORC",
        "payTo": "account:fed-local:ola", "maxTimeoutSeconds": 60}"#;
    SignedPayment {
        version: 2,
        value: value.to_owned(),
        requirements: serde_json::from_str(requirements).unwrap(),
        payer: "account:fed-local:adam".parse().unwrap(),
        lapses_at,
        offered_by: None,
    }
}

/// A budget without a writer. Every fact goes through its bytes, and every state through its snapshot.
#[derive(Default)]
pub(crate) struct Hand {
    pub(crate) budget: Budget,
    place: Option<Position>,
}

impl Hand {
    pub(crate) fn ask(&mut self, command: &BudgetCommand, now: Timestamp) -> Result<BudgetAnswer, BudgetRefusal> {
        let decided = self.budget.decide(command, now)?;
        let place = *self.place.get_or_insert_with(|| Position::start(&"budget".parse().unwrap()));
        for fact in &decided.facts {
            let mut bytes = Vec::new();
            Budget::encode(fact, &mut bytes);
            self.budget.apply(&Budget::decode(&bytes).unwrap(), &place).unwrap();
        }
        assert_eq!(Budget::load(&self.budget.save()).unwrap(), self.budget);
        Ok(decided.answer)
    }

    pub(crate) fn reserve(&mut self, reserve: Reserve, now: Timestamp) -> Result<BudgetAnswer, &'static str> {
        self.ask(&BudgetCommand::Reserve(Box::new(reserve)), now).map_err(|refusal| refusal.code())
    }

    pub(crate) fn keep(&mut self, id: &str, value: &str, now: Timestamp, over_at: Timestamp) {
        let payment = Box::new(signed(value, over_at));
        self.ask(&BudgetCommand::Keep { call: call(id), payment, over_at }, now).unwrap();
    }

    /// Reserves and signs.
    pub(crate) fn sign(&mut self, id: &str, payee: &str, amount: u128, now: Timestamp, over_at: Timestamp) {
        self.reserve(reserve(id, payee, amount), now).unwrap();
        self.keep(id, id, now, over_at);
    }

    /// Lets time pass.
    pub(crate) fn pass(&mut self, now: Timestamp) {
        loop {
            let due = self.budget.due(now, 10);
            if due.is_empty() {
                break;
            }
            for command in due {
                self.ask(&command, now).unwrap();
            }
        }
        assert!(self.budget.next_due().is_none_or(|next| next > now));
    }
}
