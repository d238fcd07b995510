//! The relay as a settler, in the same process: what a paid route of this gateway settles through.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use earnest_base::Network;
use earnest_payment::{Answer, Category, Outage, PaymentStatus};
use earnest_paywall::{Settler, SettlerError, Settling, Tendered};
use earnest_rail::{Carried, CheckError};
use earnest_x402::{ErrorReason, SettleResponse};
use tokio::sync::{mpsc, oneshot};

use crate::{
    desk::{Desk, Proposed, Standing, Taken, new_id},
    facilitator,
};

/// Asks rails whether payers have what they promise: what several ask at once goes in one question.
#[derive(Clone)]
pub(crate) struct Checks(mpsc::UnboundedSender<Asked>);

struct Asked {
    network: Network,
    payment: Arc<Carried>,
    tell: oneshot::Sender<Result<(), CheckError>>,
}

/// How many payments are asked about at once.
const CHECKED_AT_ONCE: usize = 1_024;

impl Checks {
    /// Asks through this desk's rails.
    pub(crate) fn new(desk: Desk) -> Self {
        let (ask, asked) = mpsc::unbounded_channel();
        if tokio::runtime::Handle::try_current().is_ok() {
            tokio::spawn(answer(desk, asked));
        }
        Self(ask)
    }

    /// Whether the payer has what was promised. `None` where the network is not served.
    pub(crate) async fn check(&self, network: &Network, payment: Arc<Carried>) -> Option<Result<(), CheckError>> {
        let (tell, told) = oneshot::channel();
        self.0.send(Asked { network: network.clone(), payment, tell }).ok()?;
        told.await.ok()
    }
}

/// Answers until nobody can ask any more. A rail that takes long keeps no other waiting.
async fn answer(desk: Desk, mut asked: mpsc::UnboundedReceiver<Asked>) {
    let mut waiting = Vec::new();
    while asked.recv_many(&mut waiting, CHECKED_AT_ONCE).await > 0 {
        for rail in desk.rails.iter() {
            let of_rail = |one: &mut Asked| one.network == *rail.network();
            let ours: Vec<Asked> = waiting.extract_if(.., of_rail).collect();
            if ours.is_empty() {
                continue;
            }
            let rail = Arc::clone(rail);
            tokio::spawn(async move {
                let payments: Vec<Arc<Carried>> = ours.iter().map(|one| Arc::clone(&one.payment)).collect();
                for (one, verdict) in ours.into_iter().zip(rail.check(&payments).await) {
                    // Who asked may have left.
                    let _ = one.tell.send(verdict);
                }
            });
        }
        waiting.clear();
    }
}

/// The relay, as what a paid route settles through.
#[derive(Clone)]
pub struct RelaySettler {
    desk: Desk,
    checks: Checks,
}

impl std::fmt::Debug for RelaySettler {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RelaySettler")
    }
}

impl RelaySettler {
    pub(crate) const fn new(desk: Desk, checks: Checks) -> Self {
        Self { desk, checks }
    }

    fn proposed(tendered: &Tendered) -> Result<Proposed, SettlerError> {
        Proposed::of(tendered.request.clone())
            .map_err(|told| SettlerError::Refused { reason: ErrorReason::INVALID_PAYLOAD, message: told.error })
    }
}

#[async_trait]
impl Settler for RelaySettler {
    async fn check(&self, tendered: &Tendered) -> Result<(), SettlerError> {
        let proposed = Self::proposed(tendered)?;
        let carried = proposed.carried(new_id(), &tendered.payment, &Standing::Seller);
        let carried = carried
            .map_err(|told| SettlerError::Refused { reason: ErrorReason::INVALID_PAYLOAD, message: told.error })?;
        match self.checks.check(&tendered.payment.network, Arc::new(carried)).await {
            Some(Ok(())) => Ok(()),
            Some(Err(CheckError::Refused { reason, message })) => Err(SettlerError::Refused { reason, message }),
            Some(Err(CheckError::Outage(outage))) => Err(SettlerError::Unavailable(outage.to_string())),
            None => Err(SettlerError::Refused {
                reason: ErrorReason::INVALID_NETWORK,
                message: "expected a network that is served here".to_owned(),
            }),
        }
    }

    async fn settle(&self, tendered: &Tendered, within: Duration) -> Result<Settling, SettlerError> {
        let unavailable = |outage: Outage| SettlerError::Unavailable(outage.to_string());
        let proposed = Self::proposed(tendered)?;
        let network = proposed.requirements.network.clone();
        let payment = match self.desk.submit(proposed, &Standing::Seller).await.map_err(unavailable)? {
            Taken::Accepted { payment, .. } => payment,
            Taken::Refused(refusal) if facilitator::is_relays(&refusal) => {
                return Err(SettlerError::Unavailable(refusal.told.error));
            }
            Taken::Refused(refusal) => {
                let reason = facilitator::reason_of(&refusal);
                return Err(SettlerError::Refused { reason, message: refusal.told.error });
            }
        };
        let seen = self.desk.wait_for_end(payment.payment_id(), within).await.map_err(unavailable)?;
        let payer = tendered.payment.payer.to_string();
        Ok(match seen.answer.state().category() {
            Category::InFlight => Settling::InFlight(Some(Box::new(status(&self.desk, &seen.answer)))),
            Category::TerminalSuccess => Settling::Confirmed(told(&seen, &network, payer, &self.desk)),
            Category::TerminalFailure | Category::PrePayment => {
                Settling::Failed(told(&seen, &network, payer, &self.desk))
            }
        })
    }
}

fn told(seen: &crate::desk::Seen, network: &Network, payer: String, desk: &Desk) -> SettleResponse {
    facilitator::settled(seen, network, Some(payer), &desk.url)
}

fn status(desk: &Desk, answer: &Answer) -> PaymentStatus {
    PaymentStatus::new(answer, &desk.url)
}
