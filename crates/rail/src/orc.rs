//! The rail to a federation's ledger: a signed `payment-authorization.v1` becomes a transfer at the escrow.
//!
//! There are no wallets, no fees and no blocks. A payment is known by the digest of its authorisation until the escrow
//! answers, and is final with that answer, under the digest of the transfer document (decision 15). The escrow answers
//! what it did before as it did then, so asking again is the way of looking.

mod book;
mod refusal;

use std::{fmt, sync::Arc};

use async_trait::async_trait;
use earnest_artifacts::{PaymentAuthorization, Verified};
use earnest_base::{FederationId, Network, Seconds};
use earnest_client::{
    ClientError, EscrowClient, Refused,
    escrow::{MOST_PAYMENTS, PaidOnLedger, PaymentCheck},
};
use earnest_payment::FailedReason;
use earnest_relay::{Finding, Outcome, RailTerms};
use earnest_x402::{ErrorReason, exact::ExactOrc, scheme::Scheme};

use self::{book::Book, refusal::Meaning};
use crate::{Carried, CheckError, Job, Rail, RailOutage, Sent, Signed, Sought, WalletSight, txid};

/// How long the relay rests where the escrow asks it to slow down and does not say for how long.
const REST: u32 = 1;

/// The ledger of a federation, at its escrow.
pub struct OrcRail {
    scheme: ExactOrc,
    terms: RailTerms,
    escrow: EscrowClient,
    book: Book,
}

impl OrcRail {
    /// The ledger of a federation, at the escrow that this client calls, in the name of a gateway that the escrow knows.
    #[must_use]
    pub fn new(federation: FederationId, escrow: EscrowClient, terms: RailTerms) -> Self {
        Self { scheme: ExactOrc::new(federation), terms, escrow, book: Book::default() }
    }

    fn outage(&self, reason: impl fmt::Display) -> RailOutage {
        RailOutage { network: self.scheme.network().clone(), reason: reason.to_string() }
    }

    /// Asks for payments to be made, in calls of as many as the escrow takes.
    async fn pay(&self, authorizations: &[Arc<Verified<PaymentAuthorization>>]) -> Vec<Paid> {
        let mut paid = Vec::with_capacity(authorizations.len());
        for some in authorizations.chunks(MOST_PAYMENTS) {
            let asked: Vec<&Verified<PaymentAuthorization>> = some.iter().map(|one| &**one).collect();
            match self.escrow.pay_all(&asked).await {
                Ok(answers) => paid.extend(answers.into_iter().map(Paid::of)),
                Err(error) => {
                    let failed = Failed::of(&error);
                    tracing::warn!(network = %self.scheme.network(), code = error.code(), %error, "the escrow gave no answer");
                    paid.extend(some.iter().map(|_| Paid::NoAnswer(failed.clone())));
                }
            }
        }
        paid
    }

    async fn finding(
        &self,
        paid: Paid,
        authorization: &PaymentAuthorization,
        digest: &[u8; 32],
        sought: &Sought,
    ) -> Result<Finding, RailOutage> {
        match paid {
            Paid::Done(done) => Ok(included(&done)),
            Paid::NoAnswer(failed) => Err(self.outage(failed.why)),
            Paid::Refused(refused) => match refusal::meaning(&refused.code) {
                Meaning::Over if authorization.valid_before <= sought.now => Ok(Finding::Lapsed),
                Meaning::Over | Meaning::Later => Ok(Finding::Missing),
                Meaning::Relay => Err(self.outage(&refused)),
                Meaning::Never(_) => {
                    // Refused at this point of the journal: what comes to stand there later is another matter.
                    let head = self.escrow.head().await.map_err(|error| self.outage(error))?;
                    Ok(Finding::Included {
                        txid: txid::of_bytes(digest),
                        block_height: txid::height(head.seq),
                        depth: 1,
                        success: false,
                        detail: txid::detail(&refused.to_string()),
                        explorer_url: None,
                    })
                }
            },
        }
    }

    async fn check_all(&self, checks: &[PaymentCheck]) -> Vec<Result<(), CheckError>> {
        let mut checked = Vec::with_capacity(checks.len());
        for some in checks.chunks(MOST_PAYMENTS) {
            match self.escrow.check_payments(some).await {
                Ok(answers) => checked.extend(answers.into_iter().map(|answer| match answer {
                    Ok(()) => Ok(()),
                    Err(refused) => Err(self.not_fit(&refused)),
                })),
                Err(error) => checked.extend(some.iter().map(|_| Err(self.outage(&error).into()))),
            }
        }
        checked
    }

    fn not_fit(&self, refused: &Refused) -> CheckError {
        match refusal::word(&refused.code) {
            Some(reason) => CheckError::Refused { reason, message: refused.to_string() },
            None => self.outage(refused).into(),
        }
    }
}

/// What came of asking for one payment.
#[derive(Debug)]
enum Paid {
    Done(PaidOnLedger),
    Refused(Refused),
    NoAnswer(Failed),
}

/// Why no answer came for any of several.
#[derive(Debug, Clone)]
struct Failed {
    outcome: Outcome,
    why: String,
}

impl Paid {
    fn of(answer: Result<PaidOnLedger, Refused>) -> Self {
        match answer {
            Ok(done) => Self::Done(done),
            Err(refused) => Self::Refused(refused),
        }
    }

    fn sent(self) -> Sent {
        let alone = |outcome| Sent { outcome, finding: None };
        match self {
            Self::Done(done) => Sent { outcome: Outcome::Accepted, finding: Some(included(&done)) },
            Self::NoAnswer(failed) => alone(failed.outcome),
            Self::Refused(refused) => match refusal::meaning(&refused.code) {
                Meaning::Never(reason) => {
                    alone(Outcome::Refused { reason, detail: txid::detail(&refused.to_string()) })
                }
                Meaning::Over => {
                    let reason = FailedReason::InvalidTransaction;
                    alone(Outcome::Refused { reason, detail: txid::detail(&refused.to_string()) })
                }
                Meaning::Relay => alone(Outcome::Unavailable),
                Meaning::Later => alone(Outcome::Unclear),
            },
        }
    }
}

impl Failed {
    /// What an answer that did not come means: nothing was done, or nobody knows.
    fn of(error: &ClientError) -> Self {
        let outcome = match error {
            error if error.is_outcome_unknown() => Outcome::Unclear,
            ClientError::Refused(refused) if refused.status == 429 => {
                Outcome::RateLimited { retry_after: seconds(refused.retry_after_secs.unwrap_or(REST)) }
            }
            // Whatever the escrow has against the request, it is the relay's, and nothing was done.
            _ => Outcome::Unavailable,
        };
        Self { outcome, why: error.to_string() }
    }
}

fn included(done: &PaidOnLedger) -> Finding {
    Finding::Included {
        txid: done.txid.clone(),
        block_height: txid::height(done.seq),
        depth: 1,
        success: true,
        detail: None,
        explorer_url: None,
    }
}

fn seconds(seconds: u32) -> Seconds {
    #[expect(clippy::expect_used, reason = "within the bounds of the type")]
    Seconds::new(u64::from(seconds.clamp(1, 600))).expect("from 1 to 600 seconds")
}

#[async_trait]
impl Rail for OrcRail {
    fn network(&self) -> &Network {
        self.scheme.network()
    }

    fn scheme(&self) -> &dyn Scheme {
        &self.scheme
    }

    fn terms(&self) -> RailTerms {
        self.terms.clone()
    }

    async fn wallets(&self) -> Result<Vec<WalletSight>, RailOutage> {
        Ok(Vec::new())
    }

    async fn check(&self, payments: &[Arc<Carried>]) -> Vec<Result<(), CheckError>> {
        let read = |carried: &Arc<Carried>| {
            self.book
                .authorization(carried)
                .map_err(|error| CheckError::Refused { reason: ErrorReason::INVALID_PAYLOAD, message: error })
        };
        let read: Vec<Result<_, CheckError>> = payments.iter().map(read).collect();
        let checks: Vec<PaymentCheck> = read.iter().flatten().map(|authorization| check_of(authorization)).collect();
        let mut checked = self.check_all(&checks).await.into_iter();
        let missing = || Err(self.outage("expected an answer for each payment").into());
        read.into_iter().map(|one| one.and_then(|_| checked.next().unwrap_or_else(missing))).collect()
    }

    async fn sign(&self, job: &Job) -> Result<Signed, RailOutage> {
        let payment = job.payment.as_ref().ok_or_else(|| self.outage("expected a payment: a ledger has no gaps"))?;
        let authorization = self.book.authorization(payment).map_err(|error| self.outage(error))?;
        Ok(Signed { txid: txid::of_bytes(&authorization.content_digest().to_bytes()) })
    }

    async fn send(&self, jobs: &[Job]) -> Vec<Sent> {
        let read: Vec<Option<Arc<Verified<PaymentAuthorization>>>> =
            jobs.iter().map(|job| self.book.authorization(job.payment.as_ref()?).ok()).collect();
        let authorizations: Vec<_> = read.iter().flatten().map(Arc::clone).collect();
        let mut paid = self.pay(&authorizations).await.into_iter();
        let unread = || Sent { outcome: Outcome::Unclear, finding: None };
        read.into_iter().map(|one| one.and_then(|_| paid.next()).map_or_else(unread, Paid::sent)).collect()
    }

    async fn look(&self, sought: &[Sought]) -> Vec<Result<Finding, RailOutage>> {
        let read: Vec<Result<Arc<Verified<PaymentAuthorization>>, String>> =
            sought.iter().map(|sought| self.book.authorization(&sought.payment)).collect();
        let authorizations: Vec<_> = read.iter().flatten().map(Arc::clone).collect();
        let mut paid = self.pay(&authorizations).await.into_iter();
        let mut found = Vec::with_capacity(sought.len());
        for (sought, read) in sought.iter().zip(read) {
            found.push(match (read, sought) {
                (Err(error), _) => Err(self.outage(error)),
                (Ok(authorization), sought) => match paid.next() {
                    Some(paid) => {
                        let digest = authorization.content_digest().to_bytes();
                        self.finding(paid, &authorization, &digest, sought).await
                    }
                    None => Err(self.outage("expected an answer for each payment")),
                },
            });
        }
        found
    }
}

impl fmt::Debug for OrcRail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OrcRail").field("network", self.scheme.network()).finish_non_exhaustive()
    }
}

fn check_of(authorization: &PaymentAuthorization) -> PaymentCheck {
    PaymentCheck {
        payer: authorization.payer,
        org: authorization.payer_org,
        account: authorization.payer_account.clone(),
        amount: authorization.amount,
    }
}
