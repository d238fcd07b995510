//! A payment under way: asked after until it ends, at the relay that is trusted or at the seller, and nowhere else.

use earnest_payment::{Category, PaymentStatus, Reason};
use http::{HeaderMap, HeaderValue, Method, header::ACCEPT};
use reqwest::Url;

use super::{
    Cause, PayingClient,
    origin::origin_of,
    settled::{Identity, retry_after},
    sign::Target,
    wire::Outgoing,
};
use crate::gateway::{Relay, SettleError, pause, wait};

/// How a payment under way ended.
#[derive(Debug)]
pub(super) enum Ended {
    /// It is paid, by this transaction.
    Confirmed(String),
    /// It is not paid.
    Unpaid {
        reason: Reason,
        /// Whether somebody says so who is trusted.
        is_trusted: bool,
        /// The payer's place that the rail waits for, where it was told.
        expected: Option<u64>,
    },
}

impl PayingClient {
    /// Asks after a payment until it ends, at most so often as the policy lets it.
    pub(super) async fn follow(&self, target: &Target, identity: &Identity) -> Result<Ended, Cause> {
        let url = self.policy.reach.url(&identity.url).map_err(|_| Cause::StatusElsewhere)?;
        let origin = origin_of(&url);
        match &self.relay {
            Some(relay) if relay.origin() == origin => self.follow_at(&**relay, identity).await,
            _ if origin == origin_of(&target.url) => self.follow_here(&url, identity).await,
            _ => Err(Cause::StatusElsewhere),
        }
    }

    /// Whether the word of a seller on the end of a payment counts.
    pub(super) fn trusts(&self, origin: &str) -> bool {
        self.policy.trusted_sellers.contains(origin)
    }

    /// At the relay that is trusted.
    async fn follow_at(&self, relay: &dyn Relay, identity: &Identity) -> Result<Ended, Cause> {
        let (bounds, clock) = (&self.policy.persistence, &*self.clock);
        let expected = match relay.status(&identity.payment_id).await {
            Ok(told) => expected(&told.status),
            Err(_) => None,
        };
        match wait(relay, &identity.payment_id, bounds, clock).await {
            Ok(status) => ended(&status, true, expected).ok_or_else(|| under_way(identity)),
            Err(SettleError::UnderWay(_)) => Err(under_way(identity)),
            Err(error) => Err(Cause::Relay(error.to_string())),
        }
    }

    /// At the seller, whose word on an end counts only where the policy says so.
    async fn follow_here(&self, url: &Url, identity: &Identity) -> Result<Ended, Cause> {
        let (bounds, clock) = (&self.policy.persistence, &*self.clock);
        let (mut silences, mut asked) = (0, None);
        for poll in 1..=bounds.polls {
            pause(clock, bounds.pause(silences + 1, asked)).await;
            let headers = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static("application/json"))]);
            let outgoing = Outgoing { method: &Method::GET, url, headers, body: bytes::Bytes::new() };
            let reply = match self.wire.send(outgoing, clock).await {
                Ok(reply) if matches!(reply.status, 429 | 500..=599) => Err(Cause::SellerFailed(reply.status)),
                Ok(reply) => Ok(reply),
                Err(error) => Err(error.into()),
            };
            let reply = match reply {
                Ok(reply) => reply,
                Err(cause) => {
                    silences += 1;
                    if silences >= bounds.sends || poll == bounds.polls {
                        return Err(cause);
                    }
                    continue;
                }
            };
            let status: PaymentStatus = serde_json::from_slice(&reply.body).map_err(|_| Cause::IdentityMissing)?;
            if *status.payment_id() != identity.payment_id {
                return Err(Cause::Settlement("the status of another payment".to_owned()));
            }
            if let Some(ended) = ended(&status, self.trusts(&origin_of(url)), None) {
                return Ok(ended);
            }
            (silences, asked) = (0, retry_after(&reply));
        }
        Err(under_way(identity))
    }
}

fn under_way(identity: &Identity) -> Cause {
    Cause::StillUnderWay(Some(identity.payment_id.clone()))
}

/// The place that the rail waits for, where a payment is held for it.
fn expected(status: &PaymentStatus) -> Option<u64> {
    match status {
        PaymentStatus::Queued(queued) => queued.sender_nonce.map(|nonce| nonce.expected.value()),
        _ => None,
    }
}

fn ended(status: &PaymentStatus, is_trusted: bool, expected: Option<u64>) -> Option<Ended> {
    if status.state().category() == Category::InFlight {
        return None;
    }
    match (status, status.reason()) {
        (PaymentStatus::Confirmed(confirmed), _) => Some(Ended::Confirmed(confirmed.txid.to_string())),
        (_, Some(reason)) => Some(Ended::Unpaid { reason, is_trusted, expected }),
        (_, None) => None,
    }
}
