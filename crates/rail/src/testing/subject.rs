//! A rail under test, and the jobs that the suite gives it.

use std::sync::Arc;

use async_trait::async_trait;
use earnest_base::{PaymentId, Timestamp, TransactionId};
use earnest_relay::{Attempt, Fee, Finding, Nonce, Place, Purpose, Sponsors};

use crate::{Carried, Job, Rail, Sent, Sought};

/// How far a rail is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// It hears and answers.
    Within,
    /// It is not there.
    Away,
    /// It hears and does what it is asked, and its answers get lost.
    Deaf,
}

/// A rail under test: fresh, with relay's means where it needs some.
#[async_trait]
pub trait RailSubject: Send + Sync {
    /// The rail, as a process sees it that has just started.
    async fn rail(&self) -> Arc<dyn Rail>;

    /// A payment of a payer who has the money. The same name is the same payment.
    async fn payment(&self, name: &str) -> Arc<Carried>;

    /// A payment of a payer who has nothing.
    async fn unfunded(&self, name: &str) -> Arc<Carried>;

    /// The moment at which the rail is.
    async fn now(&self) -> Timestamp;

    /// Puts the rail so far away.
    async fn reach(&self, reach: Reach);

    /// Takes from the relay what it needs to send: what it pays fees with, or the right to.
    async fn disable_relay(&self);

    /// Lets the rail carry out what it was sent, until that is final.
    async fn settle(&self);

    /// Lets time pass until the authorisation has ended, beyond doubt, and tells the moment.
    async fn lapse(&self, payment: &Carried) -> Timestamp;

    /// How often the payee was paid by this authorisation.
    async fn paid(&self, payment: &Carried) -> usize;
}

/// The job that carries a payment, at the so manieth place of the first wallet where the rail needs wallets.
pub(super) async fn job(rail: &dyn Rail, payment: &Arc<Carried>, at: u64) -> Job {
    let (place, fee) = match rail.terms().sponsors {
        Sponsors::None { .. } => (Place::Direct, Fee(0)),
        Sponsors::Wallets(terms) => {
            let sight = rail.wallets().await.unwrap().remove(0);
            (Place::Slot { wallet: sight.wallet, nonce: Nonce(sight.next.0 + at) }, terms.first_fee)
        }
    };
    let purpose = Purpose::Payment { payment_id: payment.submission.payment_id.clone() };
    Job { purpose, attempt: Attempt(0), place, fee, txid: None, payment: Some(Arc::clone(payment)) }
}

/// The same job, signed.
pub(super) async fn signed(rail: &dyn Rail, job: Job) -> Job {
    let txid = rail.sign(&job).await.unwrap().txid;
    Job { txid: Some(txid), ..job }
}

/// What came of sending one job.
pub(super) async fn send(rail: &dyn Rail, job: &Job) -> Sent {
    let mut sent = rail.send(std::slice::from_ref(job)).await;
    assert_eq!(sent.len(), 1);
    sent.remove(0)
}

/// What is sought for a payment that may be found under the job's id.
pub(super) fn sought(payment: &Arc<Carried>, txid: Option<&TransactionId>, now: Timestamp) -> Sought {
    let payment_id: PaymentId = payment.submission.payment_id.clone();
    Sought { payment_id, payment: Arc::clone(payment), txids: txid.into_iter().cloned().collect(), now }
}

/// What is found of a payment.
pub(super) async fn look<S: RailSubject>(
    subject: &S,
    rail: &dyn Rail,
    payment: &Arc<Carried>,
    txid: Option<&TransactionId>,
) -> Finding {
    let sought = sought(payment, txid, subject.now().await);
    rail.look(&[sought]).await.remove(0).unwrap()
}

/// Whether a payment was carried out, beyond doubt.
pub(super) fn is_final(rail: &dyn Rail, finding: &Finding) -> bool {
    let least = rail.terms().finality_depth;
    matches!(finding, Finding::Included { depth, success: true, .. } if *depth >= least)
}
