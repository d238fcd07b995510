//! The driver: does what the relay asks for, through rails, and tells what came of it. It keeps nothing that matters: what
//! is to be done is read off the relay's state, so another process goes on where this one ended.
//!
//! ```text
//! the journal grows ──▶ works ──▶ sign ──▶ Signed          as many at once as wait
//!                             ├─▶ send ──▶ Sent, Seen      what the rail showed at once goes into the same write
//!                             └─▶ look ──▶ Seen            from time to time, the longer the rarer
//! ```

mod attempts;
mod plan;
mod wallets;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use earnest_base::{Network, Seconds, Timestamp};
use earnest_kit::Metrics;
use earnest_ports::{Clock, SubmitError, Writer};
use earnest_rail::{Rail, RailOutage};
use tokio::{sync::Semaphore, task::JoinSet};

use crate::{
    desk::Desk,
    machine::{Command, Relaying},
};
use plan::Plan;

/// How many batches of one rail are under way at once.
const BATCHES: usize = 4;
/// How many works a batch has at most.
const BATCH: usize = 4_096;

/// How soon the state is read again where it could not be.
const AGAIN: Duration = Duration::from_millis(50);

/// The driver of one rail. Cheap to clone.
#[derive(Clone)]
struct Driver {
    rail: Arc<dyn Rail>,
    writer: Writer<Relaying>,
    clock: Arc<dyn Clock>,
    plan: Arc<Plan>,
    metrics: Metrics,
    sights: Arc<Sights>,
}

/// When each rail's wallets were seen last.
#[derive(Debug, Default)]
pub(crate) struct Sights(Mutex<BTreeMap<Network, Timestamp>>);

impl Sights {
    fn saw(&self, network: &Network, now: Timestamp) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(network.clone(), now);
    }

    /// When a rail's wallets were seen last.
    pub(crate) fn last(&self, network: &Network) -> Option<Timestamp> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(network).copied()
    }
}

/// Drives every rail until this future is dropped.
pub(crate) async fn drive(desk: Desk, writer: Writer<Relaying>, sights: Arc<Sights>) {
    let mut tasks = JoinSet::new();
    for rail in desk.rails.iter() {
        let driver = Driver {
            rail: Arc::clone(rail),
            writer: writer.clone(),
            clock: Arc::clone(&desk.clock),
            plan: Arc::default(),
            metrics: desk.metrics.clone(),
            sights: Arc::clone(&sights),
        };
        tasks.spawn(driver.clone().watch_wallets());
        tasks.spawn(driver.run());
    }
    while tasks.join_next().await.is_some() {}
}

impl Driver {
    async fn run(self) {
        let attempts = Arc::new(Semaphore::new(BATCHES));
        let looks = Arc::new(Semaphore::new(1));
        let mut end = self.writer.end();
        let mut under_way = JoinSet::new();
        loop {
            end.borrow_and_update();
            let Ok(place) = Arc::clone(&attempts).acquire_owned().await else { return };
            let look = Arc::clone(&looks).try_acquire_owned().ok();
            let Ok(gathered) = self.gather(look.is_some()).await else {
                // The writer has ended, or makes its state anew.
                if end.has_changed().is_err() {
                    return;
                }
                tokio::time::sleep(AGAIN).await;
                continue;
            };
            let idle = gathered.attempts.is_empty() && gathered.looks.is_empty();
            if !gathered.attempts.is_empty() {
                let (driver, attempts) = (self.clone(), gathered.attempts);
                under_way.spawn(async move {
                    driver.attempt(attempts).await;
                    drop(place);
                });
            }
            if !gathered.looks.is_empty() {
                let (driver, looks) = (self.clone(), gathered.looks);
                under_way.spawn(async move {
                    driver.look(looks).await;
                    drop(look);
                });
            }
            if !idle {
                continue;
            }
            tokio::select! {
                changed = end.changed() => if changed.is_err() { return },
                () = self.plan.woken() => {}
                () = until(&*self.clock, self.plan.next()) => {}
                Some(_) = under_way.join_next() => {}
            }
        }
    }

    /// What is to be done on this rail now, and is not under way.
    async fn gather(&self, look: bool) -> Result<plan::Gathered, earnest_ports::Outage> {
        let (plan, network, now) = (Arc::clone(&self.plan), self.rail.network().clone(), self.clock.now());
        self.writer.read(move |machine, _| plan::gather(&plan, machine, &network, now, look)).await
    }

    /// Tells the relay what came of its works, in as few writes as they fit.
    async fn tell(&self, commands: Vec<earnest_relay::Command>) -> bool {
        let commands = commands.into_iter().map(Command::Relay).collect();
        let told = self.writer.submit_all(commands).await;
        let outage = told.iter().find_map(|told| match told {
            Err(SubmitError::Outage(outage)) => Some(outage.code()),
            // No command but a submission is refused.
            Err(SubmitError::Refused(_)) | Ok(_) => None,
        });
        if let Some(code) = outage {
            tracing::warn!(code, "what a rail answered was not told; it is asked again");
        }
        outage.is_none()
    }

    fn out_of_reach(&self, asked: &'static str, outage: &RailOutage) {
        self.metrics.count_by("earnest_gateway_rail_outages_total", &[("asked", asked)]);
        tracing::warn!(network = %outage.network, asked, reason = outage.reason, "a rail is out of reach");
    }
}

async fn until(clock: &dyn Clock, moment: Option<Timestamp>) {
    match moment {
        Some(moment) => clock.until(moment).await,
        None => std::future::pending().await,
    }
}

/// So many seconds later.
fn later(now: Timestamp, seconds: u64) -> Timestamp {
    Seconds::<1>::new(seconds).ok().and_then(|span| now.after(span)).unwrap_or(Timestamp::LAST)
}
