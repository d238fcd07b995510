//! Who writes, while this process has the lease: it begins with the terms of the rails, and with what may have been sent
//! when the writer before it ended.

use std::sync::Arc;

use earnest_kit::{MemoryNonces, Metrics, Stop};
use earnest_ports::{Journal, Running, Stopped, SubmitError, Writer, WriterOptions, stand_by};
use tokio::{
    sync::watch,
    task::{JoinHandle, JoinSet},
};

use super::StartError;
use crate::{
    PaymentSettings,
    driver::drive,
    machine::{Command, Relaying},
    office::Office,
};

pub(super) struct Lead {
    pub(super) office: Office,
    pub(super) journal: Arc<dyn Journal>,
    pub(super) limits: PaymentSettings,
    pub(super) nonces: Arc<MemoryNonces>,
    pub(super) told: watch::Sender<bool>,
}

/// How leading ended.
enum Led {
    /// The service stops; the writer goes on until nobody asks it any more.
    Asked(Writing),
    /// The writer ended by itself.
    Ended(Stopped),
}

/// A submission is three commands: there is room for some thousands at once.
fn options() -> WriterOptions {
    WriterOptions { queue: 16_384, batch: 8_192, ..WriterOptions::default() }
}

/// A writer that goes on while requests are finished, with what is done beside it.
pub(super) struct Writing {
    running: JoinHandle<Stopped>,
    beside: JoinSet<()>,
}

impl Writing {
    /// Ends it, once nobody asks any more: the lease is given back.
    pub(super) async fn end(mut self) {
        self.beside.shutdown().await;
        let _ = self.running.await;
    }
}

impl Lead {
    pub(super) async fn until(self, stop: Stop) -> Result<Option<Writing>, StartError> {
        loop {
            let (journal, clock) = (Arc::clone(&self.journal), Arc::clone(&self.office.desk.clock));
            let waiting = stand_by(journal, clock, Relaying::genesis(), options());
            let (writer, running) = tokio::select! {
                biased;
                () = stop.requested() => return Ok(None),
                started = waiting => started?,
            };
            match self.write(writer, running, &stop).await? {
                Led::Asked(writing) => return Ok(Some(writing)),
                Led::Ended(Stopped::Fault(fault)) => return Err(StartError::Stopped(Stopped::Fault(fault))),
                Led::Ended(stopped) => tracing::warn!(?stopped, "the writer stopped; standing by"),
            }
        }
    }

    /// Writes until the service stops, or the lease is lost.
    async fn write(&self, writer: Writer<Relaying>, running: Running, stop: &Stop) -> Result<Led, StartError> {
        let desk = &self.office.desk;
        // What was signed before may have been used at the writer before this one.
        self.nonces.refuse_before(desk.now());
        // Nobody is served before the rails have their terms, and what may have been sent counts as sent.
        self.begin(&writer).await?;
        let mut beside = JoinSet::new();
        beside.spawn(Arc::clone(&desk.waiting).follow(writer.clone()));
        beside.spawn(drive(desk.clone(), writer.clone(), Arc::clone(&self.office.sights)));
        beside.spawn(follow_end(writer.end(), desk.metrics.clone()));
        desk.writer.send_replace(Some(writer));
        self.told.send_replace(true);
        tracing::info!("writing");
        let mut running = tokio::spawn(running.ended());
        let stopped = tokio::select! {
            biased;
            stopped = &mut running => stopped.unwrap_or_else(|error| Stopped::Fault(error.to_string())),
            // Requests that are under way are answered before the writer goes.
            () = stop.requested() => return Ok(self.asked(running, beside)),
        };
        self.told.send_replace(false);
        desk.writer.send_replace(None);
        // What is under way outside may be done again by whoever writes next.
        beside.shutdown().await;
        Ok(Led::Ended(stopped))
    }

    fn asked(&self, running: JoinHandle<Stopped>, beside: JoinSet<()>) -> Led {
        self.told.send_replace(false);
        Led::Asked(Writing { running, beside })
    }

    async fn begin(&self, writer: &Writer<Relaying>) -> Result<(), StartError> {
        let rails = self.office.desk.rails.iter().map(|rail| {
            let mut terms = rail.terms();
            terms.backlog_limit = self.limits.backlog_limit;
            terms.sender_limit = self.limits.sender_limit;
            Command::Terms { network: rail.network().clone(), terms }
        });
        let commands = rails.chain([Command::Relay(earnest_relay::Command::Restart)]).collect();
        for told in writer.submit_all(commands).await {
            match told {
                Ok(_) | Err(SubmitError::Refused(_)) => {}
                Err(SubmitError::Outage(outage)) => return Err(StartError::Journal(outage.code())),
            }
        }
        Ok(())
    }
}

/// Shows where the journal ends.
async fn follow_end(mut end: watch::Receiver<earnest_ports::Position>, metrics: Metrics) {
    loop {
        let seq = end.borrow_and_update().seq.value();
        #[expect(clippy::cast_precision_loss, reason = "numbers of facts stay below 2^53")]
        metrics.set("earnest_gateway_facts", &[], seq as f64);
        if end.changed().await.is_err() {
            return;
        }
    }
}
