//! Signing, sending and looking: what a rail is asked, and what the relay is told of its answers.

use earnest_rail::{Job, Sent, Sought};
use earnest_relay::{Command, Purpose, Work};
use futures_util::{StreamExt, stream};

use super::{Driver, plan::Due};

/// How many attempts are signed at once.
const SIGNED_AT_ONCE: usize = 64;

impl Driver {
    /// Signs and sends what waits, each kind at once.
    pub(super) async fn attempt(&self, due: Vec<Due<Job>>) {
        let (signs, sends): (Vec<_>, Vec<_>) =
            due.into_iter().partition(|due| matches!(due.hold.work, Work::Sign { .. }));
        tokio::join!(self.sign(signs), self.send(sends));
    }

    async fn sign(&self, due: Vec<Due<Job>>) {
        if due.is_empty() {
            return;
        }
        let signed = stream::iter(due).map(|due| async move { (self.rail.sign(&due.task).await, due) });
        let signed: Vec<_> = signed.buffered(SIGNED_AT_ONCE).collect().await;
        let (mut commands, mut holds, mut outage) = (Vec::new(), Vec::new(), None);
        for (signed, mut due) in signed {
            match signed {
                Ok(signed) => {
                    let Job { purpose, attempt, .. } = due.task;
                    commands.push(Command::Signed { purpose, attempt, txid: signed.txid });
                }
                Err(error) => {
                    due.hold.rest(self.clock.now());
                    outage.get_or_insert(error);
                }
            }
            holds.push(due.hold);
        }
        if let Some(outage) = outage {
            self.out_of_reach("sign", &outage);
        }
        self.tell(commands).await;
    }

    async fn send(&self, due: Vec<Due<Job>>) {
        if due.is_empty() {
            return;
        }
        let (jobs, mut holds): (Vec<Job>, Vec<_>) = due.into_iter().map(|due| (due.task, due.hold)).unzip();
        let sent = self.rail.send(&jobs).await;
        if sent.len() != jobs.len() {
            // Whose answer is missing cannot be told: nothing is known of any.
            tracing::error!(
                asked = jobs.len(),
                answered = sent.len(),
                "a rail answered for another number of attempts"
            );
            holds.iter_mut().for_each(|hold| hold.rest(self.clock.now()));
            return;
        }
        let mut commands = Vec::with_capacity(jobs.len() * 2);
        for (Job { purpose, attempt, .. }, Sent { outcome, finding }) in jobs.into_iter().zip(sent) {
            let seen = match (&purpose, finding) {
                (Purpose::Payment { payment_id }, Some(finding)) => {
                    Some(Command::Seen { payment_id: payment_id.clone(), finding })
                }
                _ => None,
            };
            commands.push(Command::Sent { purpose, attempt, outcome });
            commands.extend(seen);
        }
        if !self.tell(commands).await {
            holds.iter_mut().for_each(|hold| hold.rest(self.clock.now()));
        }
    }

    /// Looks for payments that were sent. What shows nothing new is looked for again later.
    pub(super) async fn look(&self, due: Vec<Due<Sought>>) {
        let (sought, mut holds): (Vec<Sought>, Vec<_>) = due.into_iter().map(|due| (due.task, due.hold)).unzip();
        let found = self.rail.look(&sought).await;
        let now = self.clock.now();
        holds.iter_mut().for_each(|hold| hold.rest(now));
        if found.len() != sought.len() {
            tracing::error!(
                asked = sought.len(),
                answered = found.len(),
                "a rail answered for another number of payments"
            );
            return;
        }
        let (mut commands, mut outage) = (Vec::new(), None);
        for (Sought { payment_id, .. }, found) in sought.into_iter().zip(found) {
            match found {
                Ok(finding) => commands.push(Command::Seen { payment_id, finding }),
                Err(error) => drop(outage.get_or_insert(error)),
            }
        }
        if let Some(outage) = outage {
            self.out_of_reach("look", &outage);
        }
        self.tell(commands).await;
    }
}
