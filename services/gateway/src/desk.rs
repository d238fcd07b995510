//! The desk: where payments are submitted, asked after and waited for. HTTP, RPC and the facilitator call it and nothing
//! else, so what they answer is one truth in several framings (decision P8).

mod proposed;
mod rails;
mod refusal;
mod standing;
mod waiting;

use std::{pin::pin, sync::Arc, task::Poll, time::Duration};

use earnest_base::{Network, PaymentId, Timestamp, TransactionId};
use earnest_kit::{Metrics, Stop};
use earnest_payment::{Answer, Category, ErrorCode, Outage, Payment, PublicUrl, RefusedSubmission, answer};
use earnest_ports::{Clock, Machine, SubmitError, Writer};
use earnest_rail::{Carried, Job};
use earnest_relay::{Attempt, Fee, Identifier, Place, Purpose};
use earnest_x402::scheme::{Payer, VerifiedPayment};
use futures_util::FutureExt;
use tokio::{sync::watch, time::sleep};

use crate::machine::{Command, Entry, Relaying, Submitted, Told};

pub(crate) use proposed::{Proposed, new_id};
pub(crate) use rails::Rails;
pub(crate) use refusal::{Refusal, expected};
pub(crate) use standing::Standing;
pub(crate) use waiting::Waiting;

/// The desk. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Desk(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) rails: Rails,
    pub(crate) clock: Arc<dyn Clock>,
    /// The writer, while this process has the lease.
    pub(crate) writer: watch::Sender<Option<Writer<Relaying>>>,
    pub(crate) waiting: Arc<Waiting>,
    /// Where payments are asked after.
    pub(crate) url: PublicUrl,
    /// Whether anybody may have the relay's wallets pay for them.
    pub(crate) open: bool,
    pub(crate) metrics: Metrics,
    /// Nobody waits beyond it.
    pub(crate) stop: Stop,
}

impl std::ops::Deref for Desk {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

/// How a submission was taken.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Taken {
    /// It is this payment, new or known.
    Accepted {
        /// Its record.
        payment: Box<Payment>,
        /// Who pays, where the signature could still be verified.
        payer: Option<Payer>,
    },
    /// It is not taken, and nothing was sent.
    Refused(Refusal),
}

/// A payment as it stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Seen {
    pub(crate) answer: Answer,
    /// The fact that changed it last; [`ENDED`] where nothing will change it any more.
    pub(crate) changed: u64,
    /// The transaction, as soon as there is one.
    pub(crate) txid: Option<TransactionId>,
}

/// In place of a fact's number: the payment has ended.
pub(crate) const ENDED: u64 = earnest_base::MAX_SAFE_INTEGER;

impl Seen {
    pub(crate) const fn has_ended(&self) -> bool {
        self.changed == ENDED
    }
}

impl Desk {
    pub(crate) fn new(inner: Inner) -> Self {
        Self(Arc::new(inner))
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn writer(&self) -> Result<Writer<Relaying>, Outage> {
        self.writer.borrow().clone().ok_or(Outage)
    }

    /// Reads the state. What is seen is in the journal.
    pub(crate) async fn read<R: Send + 'static>(
        &self,
        see: impl FnOnce(&Relaying) -> R + Send + 'static,
    ) -> Result<R, Outage> {
        self.writer()?.read(move |machine, _| see(machine)).await.map_err(|_| Outage)
    }

    /// Takes a payment: verifies it, and has the relay decide. Nothing is answered before it cannot be lost.
    pub(crate) async fn submit(&self, proposed: Proposed, standing: &Standing) -> Result<Taken, Outage> {
        let taken = self.take(proposed, standing).await?;
        let outcome = match &taken {
            Taken::Accepted { payment, .. } => payment.state().as_str(),
            Taken::Refused(refusal) => refusal.told.code.as_str(),
        };
        self.metrics.count_by("earnest_gateway_submissions_total", &[("outcome", outcome)]);
        Ok(taken)
    }

    async fn take(&self, proposed: Proposed, standing: &Standing) -> Result<Taken, Outage> {
        let verified = match self.verify(&proposed, standing) {
            Ok(verified) => verified,
            Err(refusal) => return self.known_or(proposed, standing, refusal).await,
        };
        let entry = match proposed.entry(&verified, standing, self.now()) {
            Ok(entry) => entry,
            Err(error) => return Ok(Taken::Refused(error.into())),
        };
        let payer = Some(verified.payer);
        match self.enter(entry).await? {
            Ok(payment) => Ok(Taken::Accepted { payment, payer }),
            Err(told) => Ok(Taken::Refused(Refusal { told, reason: None, payer })),
        }
    }

    /// Judges a payment: whether its network is served, who may use it, and then by its scheme.
    pub(crate) fn verify(&self, proposed: &Proposed, standing: &Standing) -> Result<VerifiedPayment, Refusal> {
        let network = &proposed.requirements.network;
        if self.rails.is_sponsored(network) && !self.open && !standing.is_known() {
            return Err(Refusal::not_sponsored());
        }
        let verified = self.rails.schemes().verify(&proposed.tender()?, self.now());
        verified.map_err(|error| Refusal::of_scheme(&error))
    }

    /// A payment that was taken before answers as it stands, although its authorisation may have ended since (decision P7).
    async fn known_or(&self, proposed: Proposed, standing: &Standing, refusal: Refusal) -> Result<Taken, Outage> {
        let digest = proposed.digest();
        // Whose identifier it is cannot be told of a payer whose signature does not hold any more.
        let scope = standing.scope(refusal.payer.as_ref());
        let identifier = proposed.identifier.zip(scope).map(|(key, scope)| Identifier { scope, key });
        let found = self
            .read(move |machine| {
                let known = machine.relay().repeat(identifier.as_ref(), &digest);
                known.map(|known| known.and_then(|payment_id| machine.payment(payment_id)))
            })
            .await?;
        Ok(match found {
            Ok(Some(payment)) => Taken::Accepted { payment: Box::new(payment), payer: refusal.payer },
            Ok(None) => Taken::Refused(refusal),
            Err(told) => Taken::Refused(told.into()),
        })
    }

    /// Has the writer decide. A payment that could go out at once is sent on its way in the same write.
    async fn enter(&self, entry: Entry) -> Result<Result<Box<Payment>, RefusedSubmission>, Outage> {
        let writer = self.writer()?;
        let signed = self.sign_ahead(&entry.carried).await;
        let mut told = pin!(writer.try_submit(Command::Submit(Submitted(entry))));
        let at_once = std::future::poll_fn(|context| Poll::Ready(told.as_mut().poll(context))).await;
        let told = match at_once {
            Poll::Ready(told) => told,
            Poll::Pending => {
                // Queued right behind it; who asks does not wait for their answers.
                for next in std::iter::once(earnest_relay::Command::Advance).chain(signed) {
                    let _ = writer.try_submit(Command::Relay(next)).now_or_never();
                }
                told.await
            }
        };
        match told {
            Ok(committed) => match committed.answer {
                Told::Payment(payment) => Ok(Ok(payment)),
                Told::Done => Err(Outage),
            },
            Err(SubmitError::Refused(refused)) => Ok(Err(refused)),
            Err(SubmitError::Outage(_)) => Err(Outage),
        }
    }

    /// On a rail without wallets the first attempt is known with the payment: it is signed before it is asked for, and
    /// recorded in the same write that reserves its place. Where it waits for others, this comes to nothing.
    async fn sign_ahead(&self, carried: &Arc<Carried>) -> Option<earnest_relay::Command> {
        let network = &carried.submission.network;
        if self.rails.is_sponsored(network) {
            return None;
        }
        let purpose = Purpose::Payment { payment_id: carried.submission.payment_id.clone() };
        let (attempt, fee) = (Attempt(0), Fee(0));
        let payment = Some(Arc::clone(carried));
        let job = Job { purpose: purpose.clone(), attempt, place: Place::Direct, fee, txid: None, payment };
        let signed = self.rails.get(network)?.sign(&job).await.ok()?;
        Some(earnest_relay::Command::Signed { purpose, attempt, txid: signed.txid })
    }

    /// Why the relay would not take a payment now; nothing where it would, or has it.
    pub(crate) async fn would_refuse(&self, entry: Entry) -> Result<Option<RefusedSubmission>, Outage> {
        let now = self.now();
        self.read(move |machine| machine.decide(&Command::Submit(Submitted(entry)), now).err()).await
    }

    /// What is true of a payment.
    pub(crate) async fn seen(&self, payment_id: &PaymentId) -> Result<Seen, Outage> {
        let payment_id = payment_id.clone();
        self.read(move |machine| see(machine, &payment_id)).await
    }

    /// What is true of a payment once it has ended, or when so much time is over.
    pub(crate) async fn wait_for_end(&self, payment_id: &PaymentId, within: Duration) -> Result<Seen, Outage> {
        let mut heard = self.waiting.listen(payment_id);
        let seen = self.seen(payment_id).await?;
        if seen.has_ended() {
            return Ok(seen);
        }
        // Whatever ended the wait, what is true is read.
        tokio::select! {
            () = heard.end() => {}
            () = sleep(within) => {}
            () = self.stop.requested() => {}
        }
        self.seen(payment_id).await
    }

    /// Whether the relay could take a payment on a network now.
    pub(crate) async fn health(
        &self,
        network: &Network,
    ) -> Result<Option<earnest_payment::rpc::SponsorStatus>, Outage> {
        let (network, now) = (network.clone(), self.now());
        self.read(move |machine| machine.relay().health(&network, now)).await
    }
}

fn see(machine: &Relaying, payment_id: &PaymentId) -> Seen {
    let relay = machine.relay();
    let answer = answer(relay.lookup(payment_id));
    let in_flight = answer.state().category() == Category::InFlight;
    let changed = machine.open(payment_id).filter(|_| in_flight).map_or(ENDED, |open| open.changed);
    let txid = match &answer {
        Answer::Confirmed(confirmed) => Some(confirmed.txid.clone()),
        Answer::Failed(failed) => failed.txid.clone(),
        Answer::Replaced(replaced) => Some(replaced.txid.clone()),
        Answer::InFlight(_) => relay.txids(payment_id).pop(),
        Answer::NotFound(_) => None,
    };
    Seen { answer, changed, txid }
}

/// What cannot be read is no transaction.
pub(crate) fn unreadable(error: String, help: Option<String>) -> RefusedSubmission {
    RefusedSubmission { code: ErrorCode::InvalidTransaction, error, help }
}
