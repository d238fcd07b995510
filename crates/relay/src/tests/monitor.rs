//! What must never happen, and is looked for after every step.

use std::collections::BTreeMap;

use earnest_base::{Network, PaymentId};
use earnest_payment::{Lookup, Payment, Tombstone};

use super::node::{Node, Tx};
use crate::{Authorization, Event, Nonce, Relay, Sender, Sequence, Wallet};

/// What is remembered beside the relay's own state.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Monitor {
    /// Every payment that was taken.
    payments: BTreeMap<PaymentId, Seen>,
    /// Of every authorisation, the payments that stand for it.
    by_authorization: BTreeMap<Authorization, Vec<PaymentId>>,
    pub(super) fault: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Seen {
    network: Network,
    sender: Sender,
    sequence: Option<Sequence>,
    authorization: Authorization,
    end: Option<Payment>,
}

impl Monitor {
    pub(super) fn authorizations(&self) -> impl Iterator<Item = &Authorization> {
        self.by_authorization.keys()
    }

    /// The payments that have not ended.
    pub(super) fn open(&self) -> usize {
        self.payments.values().filter(|seen| seen.end.is_none()).count()
    }

    fn complain(&mut self, what: impl FnOnce() -> String) {
        if self.fault.is_none() {
            self.fault = Some(what());
        }
    }

    /// Looks at what the events touched.
    pub(super) fn observe(&mut self, relay: &Relay, node: &Node, events: &[Event]) {
        for event in events {
            let payment_id = match event {
                Event::Received { submission, .. } => {
                    let seen = Seen {
                        network: submission.network.clone(),
                        sender: submission.sender.clone(),
                        sequence: submission.sequence,
                        authorization: submission.authorization.clone(),
                        end: None,
                    };
                    self.payments.insert(submission.payment_id.clone(), seen);
                    let same = self.by_authorization.entry(submission.authorization.clone()).or_default();
                    same.push(submission.payment_id.clone());
                    &submission.payment_id
                }
                Event::Payment(event) => &event.payment_id,
                Event::Retired { payment_id } => payment_id,
                _ => continue,
            };
            self.look(relay, payment_id);
            self.judge(node, payment_id);
            if let Err(fault) = relay.check_payment(payment_id) {
                self.complain(|| fault.to_string());
            }
        }
    }

    fn look(&mut self, relay: &Relay, payment_id: &PaymentId) {
        let now = match relay.lookup(payment_id) {
            Lookup::Record(payment) => payment.clone(),
            Lookup::Tombstone(Tombstone::Confirmed(confirmed)) => Payment::Confirmed(confirmed.clone()),
            Lookup::Tombstone(Tombstone::Unpaid { .. }) => return,
            Lookup::Nothing(_) => return self.complain(|| format!("{payment_id} is gone")),
        };
        let Some(seen) = self.payments.get_mut(payment_id) else { return };
        if let Some(end) = &seen.end {
            if *end != now {
                let end = end.clone();
                self.complain(|| format!("{payment_id} left its end {end:?} for {now:?}"));
            }
            return;
        }
        if now.deadline().is_none() {
            seen.end = Some(now);
        }
        let authorization = seen.authorization.clone();
        let ids = &self.by_authorization[&authorization];
        let stands =
            |id: &&PaymentId| !matches!(self.payments[*id].end, Some(Payment::Failed(_) | Payment::Replaced(_)));
        if ids.iter().filter(stands).count() > 1 {
            self.complain(|| format!("{authorization} stands for two payments"));
        }
    }

    /// Looks at the chain, and at the whole relay.
    pub(super) fn check(&mut self, relay: &Relay, node: &Node) {
        if let Err(fault) = relay.check() {
            self.complain(|| fault.to_string());
        }
        let payments: Vec<PaymentId> = self.payments.keys().cloned().collect();
        for payment_id in payments {
            self.judge(node, &payment_id);
        }
    }

    /// The node took a transaction: no other payment ever had its nonce.
    pub(super) fn sent(&mut self, node: &Node, key: &(Wallet, Nonce)) {
        if let Some(payments) = node.taken.get(key).filter(|payments| payments.len() > 1) {
            self.complain(|| format!("the nonce {key:?} carries {payments:?}"));
        }
    }

    /// An end is what the chain says.
    fn judge(&mut self, node: &Node, payment_id: &PaymentId) {
        let Some(seen) = self.payments.get(payment_id) else { return };
        let carried_out = node.carried_out.get(&seen.authorization);
        let settled = node.settled.contains(&seen.authorization);
        let fault = match &seen.end {
            Some(Payment::Confirmed(confirmed)) if !settled || carried_out != Some(&confirmed.txid) => {
                "is confirmed, and not by what the chain carried out"
            }
            Some(Payment::Failed(failed)) if settled && failed.txid.as_ref() == carried_out => {
                "failed, and the chain carried it out"
            }
            _ => return,
        };
        self.complain(|| format!("{payment_id} {fault}"));
    }

    /// A payment entered a block: those before it in its sender's order were there first, or have ended.
    pub(super) fn mined(&mut self, relay: &Relay, node: &Node, tx: &Tx) {
        let Some((payment_id, _)) = tx.pays.as_ref().filter(|_| !node.intruded) else { return };
        let Some(seen) = self.payments.get(payment_id) else { return };
        let Some(place) = seen.sequence else { return };
        let earlier = self.payments.iter().filter(|(_, other)| {
            other.sender == seen.sender
                && other.network == seen.network
                && other.sequence.is_some_and(|other| other < place)
                && other.end.is_none()
        });
        for (earlier, _) in earlier {
            let there = relay.txids(earlier).iter().any(|txid| node.block_of(txid).is_some());
            if !there {
                let (later, earlier) = (payment_id.clone(), earlier.clone());
                return self.complain(|| format!("{later} overtook {earlier}"));
            }
        }
    }
}
