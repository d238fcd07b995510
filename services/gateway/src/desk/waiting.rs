//! Those who wait for a payment: each hears of its own, and nobody asks again and again.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use earnest_base::PaymentId;
use earnest_ports::Writer;
use tokio::sync::watch;

use crate::machine::{Change, Relaying};

/// How soon the state is read again where it could not be.
const AGAIN: Duration = Duration::from_millis(50);

/// Who waits for what.
#[derive(Debug, Default)]
pub(crate) struct Waiting(Mutex<BTreeMap<PaymentId, Waited>>);

/// A payment that is waited for.
#[derive(Debug)]
struct Waited {
    heard: watch::Sender<Heard>,
    listeners: usize,
}

/// What was heard of a payment.
#[derive(Debug, Clone, Copy, Default)]
struct Heard {
    changes: u64,
    ended: bool,
}

/// Somebody who waits.
#[derive(Debug)]
pub(crate) struct Listener {
    waiting: Arc<Waiting>,
    payment_id: PaymentId,
    heard: watch::Receiver<Heard>,
}

impl Waiting {
    fn all(&self) -> MutexGuard<'_, BTreeMap<PaymentId, Waited>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Listens from now on. Whoever listens reads afterwards how the payment stands, so that nothing falls between.
    pub(crate) fn listen(self: &Arc<Self>, payment_id: &PaymentId) -> Listener {
        let mut all = self.all();
        let fresh = || Waited { heard: watch::Sender::new(Heard::default()), listeners: 0 };
        let waited = all.entry(payment_id.clone()).or_insert_with(fresh);
        waited.listeners += 1;
        Listener { waiting: Arc::clone(self), payment_id: payment_id.clone(), heard: waited.heard.subscribe() }
    }

    /// Tells of changes that are in the journal.
    fn hear<'a>(&self, changes: impl Iterator<Item = &'a Change>) {
        let all = self.all();
        if all.is_empty() {
            return;
        }
        for change in changes {
            if let Some(waited) = all.get(&change.payment_id) {
                waited.heard.send_modify(|heard| {
                    heard.changes += 1;
                    heard.ended |= change.ended;
                });
            }
        }
    }

    /// Some changes are not known any more: everybody looks anew.
    fn hear_all(&self) {
        for waited in self.all().values() {
            waited.heard.send_modify(|heard| {
                heard.changes += 1;
                heard.ended = true;
            });
        }
    }

    /// Follows a writer until it ends.
    pub(crate) async fn follow(self: Arc<Self>, writer: Writer<Relaying>) {
        let mut end = writer.end();
        let mut from = None;
        loop {
            end.borrow_and_update();
            let told = Arc::clone(&self);
            let read = writer.read(move |machine, place| {
                match from.and_then(|from| machine.changes().after(from)) {
                    Some(changes) => told.hear(changes),
                    // What changed while nobody followed, or before the state was made anew.
                    None => told.hear_all(),
                }
                place.seq.value()
            });
            from = read.await.ok();
            let ended = match from {
                Some(_) => end.changed().await.is_err(),
                // The writer has ended, or makes its state anew.
                None => {
                    tokio::time::sleep(AGAIN).await;
                    end.has_changed().is_err()
                }
            };
            if ended {
                return;
            }
        }
    }
}

impl Listener {
    /// Returns when the payment has ended; it may return without that, so what is true is read afterwards.
    pub(crate) async fn end(&mut self) {
        // The sender stays as long as this listener.
        let _ = self.heard.wait_for(|heard| heard.ended).await;
    }

    /// Returns when the payment has changed since the last time.
    pub(crate) async fn change(&mut self) {
        let _ = self.heard.changed().await;
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let mut all = self.waiting.all();
        if let Some(waited) = all.get_mut(&self.payment_id) {
            waited.listeners -= 1;
            if waited.listeners == 0 {
                all.remove(&self.payment_id);
            }
        }
    }
}
