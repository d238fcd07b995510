//! Which of the relay's works are under way, and which rest before they are done again.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use earnest_base::{Network, PaymentId, Timestamp};
use earnest_rail::{Carried, Job, Sought};
use earnest_relay::{Purpose, Relay, Work};
use tokio::sync::Notify;

use super::{BATCH, later};
use crate::machine::Relaying;

/// What is under way on a rail. It is no part of what is kept: whoever begins anew does everything anew.
#[derive(Debug, Default)]
pub(super) struct Plan {
    state: Mutex<State>,
    woken: Notify,
}

#[derive(Debug, Default)]
struct State {
    under_way: BTreeSet<Work>,
    resting: BTreeMap<Work, Rest>,
}

#[derive(Debug, Clone, Copy)]
struct Rest {
    until: Timestamp,
    times: u32,
}

/// What is to be done.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub(super) attempts: Vec<Due<Job>>,
    pub(super) looks: Vec<Due<Sought>>,
}

/// A work with what a rail is told of it.
#[derive(Debug)]
pub(super) struct Due<T> {
    pub(super) task: T,
    pub(super) hold: Hold,
}

/// A work that is under way. Where it goes without a word, the work may be done again at once.
#[derive(Debug)]
pub(super) struct Hold {
    plan: Arc<Plan>,
    pub(super) work: Work,
    times: u32,
    rests: Option<Timestamp>,
}

/// The longest rest of a look, in seconds.
const LONGEST_LOOK: u64 = 15;
/// The longest rest of an attempt whose rail is out of reach, in seconds.
const LONGEST_OUTAGE: u64 = 8;

impl Plan {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns when something may be done again.
    pub(super) async fn woken(&self) {
        self.woken.notified().await;
    }

    /// When the next work has rested.
    pub(super) fn next(&self) -> Option<Timestamp> {
        self.state().resting.values().map(|rest| rest.until).min()
    }

    fn hold(self: &Arc<Self>, work: &Work, times: u32) -> Hold {
        Hold { plan: Arc::clone(self), work: work.clone(), times, rests: None }
    }
}

impl Hold {
    /// The work rests before it is done again, longer from time to time.
    pub(super) fn rest(&mut self, now: Timestamp) {
        let longest = if matches!(self.work, Work::Look { .. }) { LONGEST_LOOK } else { LONGEST_OUTAGE };
        let seconds = 1_u64.checked_shl(self.times.min(32)).unwrap_or(longest).min(longest);
        self.rests = Some(later(now, seconds));
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        let mut state = self.plan.state();
        state.under_way.remove(&self.work);
        if let Some(until) = self.rests {
            let times = self.times.saturating_add(1);
            state.resting.insert(self.work.clone(), Rest { until, times });
        }
        drop(state);
        self.plan.woken.notify_one();
    }
}

/// Takes what is to be done on a rail. The relay lists signing and sending before looking.
pub(super) fn gather(plan: &Arc<Plan>, machine: &Relaying, network: &Network, now: Timestamp, look: bool) -> Gathered {
    let mut gathered = Gathered::default();
    let mut state = plan.state();
    let mut complete = look;
    for work in machine.works() {
        if gathered.attempts.len() + gathered.looks.len() >= BATCH {
            complete = false;
            break;
        }
        let is_look = matches!(work, Work::Look { .. });
        if (is_look && !look) || state.under_way.contains(work) {
            continue;
        }
        let rest = state.resting.get(work).copied();
        if rest.is_some_and(|rest| rest.until > now) {
            continue;
        }
        let times = rest.map_or(0, |rest| rest.times);
        let taken = match work {
            Work::Sign { purpose } | Work::Send { purpose } => job(machine, purpose, network).map(|job| {
                gathered.attempts.push(Due { task: job, hold: plan.hold(work, times) });
            }),
            Work::Look { payment_id } => sought(machine, payment_id, network, now).map(|sought| {
                gathered.looks.push(Due { task: sought, hold: plan.hold(work, times) });
            }),
        };
        if taken.is_some() {
            state.resting.remove(work);
            state.under_way.insert(work.clone());
        }
    }
    if complete {
        // Whatever has rested and was not asked for again is done.
        state.resting.retain(|_, rest| rest.until > now);
    }
    gathered
}

fn job(machine: &Relaying, purpose: &Purpose, network: &Network) -> Option<Job> {
    let dispatch = machine.relay().dispatch(purpose)?;
    if dispatch.network != network {
        return None;
    }
    let payment = match purpose {
        Purpose::Payment { payment_id } => Some(carried(machine, payment_id)?),
        Purpose::Fill { .. } => None,
    };
    Some(Job {
        purpose: purpose.clone(),
        attempt: dispatch.attempt,
        place: dispatch.place.clone(),
        fee: dispatch.fee,
        txid: dispatch.txid.cloned(),
        payment,
    })
}

fn sought(machine: &Relaying, payment_id: &PaymentId, network: &Network, now: Timestamp) -> Option<Sought> {
    let payment = carried(machine, payment_id)?;
    if payment.submission.network != *network {
        return None;
    }
    let relay: &Relay = machine.relay();
    Some(Sought { payment_id: payment_id.clone(), payment, txids: relay.txids(payment_id), now })
}

fn carried(machine: &Relaying, payment_id: &PaymentId) -> Option<Arc<Carried>> {
    machine.open(payment_id).map(|open| Arc::clone(&open.carried))
}
