//! The gateway at work: what every route needs.

use std::{sync::Arc, time::Duration};

use earnest_base::{InvalidError, Network, ParticipantId, Sha256Digest, Subject};
use earnest_kit::{Caller, Metrics, Problem, ServiceCode, Stop};
use earnest_payment::{
    Outage, PublicUrl,
    rpc::{NoncePool, Recommendation, SponsorHealth, SponsorReason, SponsorStatus},
};
use earnest_ports::SystemClock;
use earnest_relay::Sponsors;
use http::{HeaderMap, header};
use tokio::sync::watch;

use crate::{
    Config, FacilitatorKey,
    desk::{Desk, Inner as DeskInner, Rails, Standing, Waiting},
    driver::Sights,
    settler::Checks,
};

/// The gateway at work. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Office(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) desk: Desk,
    pub(crate) checks: Checks,
    pub(crate) sights: Arc<Sights>,
    pub(crate) keys: Vec<FacilitatorKey>,
    pub(crate) callers: Vec<Subject>,
    pub(crate) operators: Vec<ParticipantId>,
    pub(crate) settle_within: Duration,
}

impl std::ops::Deref for Office {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

/// How long ago a rail's wallets may have been seen, in seconds, until that counts as a fault.
const STALE: u64 = 60;

impl Office {
    pub(crate) fn new(config: &Config, operators: Vec<ParticipantId>, desk: Desk) -> Self {
        Self(Arc::new(Inner {
            checks: Checks::new(desk.clone()),
            desk,
            sights: Arc::default(),
            keys: config.facilitator.keys.clone(),
            callers: config.rpc.callers.clone(),
            operators,
            settle_within: config.facilitator.settle_within(),
        }))
    }

    /// A gateway that serves no rail: its routes can be described, and none can be served.
    pub(crate) fn for_description() -> Result<Self, InvalidError> {
        let desk = Desk::new(DeskInner {
            rails: Rails::default(),
            clock: Arc::new(SystemClock),
            writer: watch::Sender::new(None),
            waiting: Arc::new(Waiting::default()),
            url: PublicUrl::new(&"http://127.0.0.1:8403".parse()?)?,
            open: false,
            metrics: Metrics::default(),
            stop: Stop::pair().1,
        });
        Ok(Self::new(&Config::default(), Vec::new(), desk))
    }

    /// Who submits: by the request's signature, by a bearer token, or by neither.
    ///
    /// # Errors
    /// Where a token is shown that nobody has.
    pub(crate) fn standing(&self, caller: Option<&Caller>, headers: &HeaderMap) -> Result<Standing, Problem> {
        if let Some(caller) = caller
            && self.callers.contains(caller.subject())
        {
            return Ok(Standing::Service(*caller.subject()));
        }
        let Some(shown) = headers.get(header::AUTHORIZATION) else { return Ok(Standing::Anybody) };
        let token = shown.to_str().ok().and_then(|shown| shown.strip_prefix("Bearer "));
        let digest = token.map(|token| Sha256Digest::of(token.as_bytes()).to_bytes());
        // Every key is compared, and each whole: how long it takes says nothing of any.
        let known = digest.and_then(|digest| {
            let found = self.keys.iter().filter(|key| is_same(&key.digest.to_bytes(), &digest));
            found.fold(None, |_, key| Some(key.name.clone()))
        });
        known
            .map(Standing::Key)
            .ok_or_else(|| ServiceCode::Unauthorised.problem().detail("expected a key of this gateway"))
    }

    /// The service that calls.
    ///
    /// # Errors
    /// Where the configuration does not list it.
    pub(crate) fn service(&self, caller: &Caller) -> Result<Standing, Problem> {
        if self.callers.contains(caller.subject()) {
            return Ok(Standing::Service(*caller.subject()));
        }
        Err(ServiceCode::Forbidden.problem().detail("expected a service that this gateway's configuration lists"))
    }

    /// Lets operators through.
    ///
    /// # Errors
    /// Where the caller is none.
    pub(crate) fn operator(&self, caller: &Caller) -> Result<(), Problem> {
        if self.operators.contains(&caller.participant()?) {
            return Ok(());
        }
        Err(ServiceCode::Forbidden.problem().detail("expected an operator of this gateway"))
    }

    /// The health of a rail, with whether its wallets were seen of late.
    pub(crate) async fn health(&self, network: &Network) -> Result<Option<SponsorStatus>, Outage> {
        let Some(mut health) = self.desk.health(network).await? else { return Ok(None) };
        let sponsored =
            self.desk.rails.get(network).is_some_and(|rail| matches!(rail.terms().sponsors, Sponsors::Wallets(_)));
        let seen = self.sights.last(network).and_then(|seen| self.desk.now().seconds_since(seen));
        if sponsored && seen.is_none_or(|seconds| seconds > STALE) {
            health.reasons.push(SponsorReason::ReconciliationStale);
            if health.status == SponsorHealth::Healthy {
                health.status = SponsorHealth::Degraded;
            }
        }
        Ok(Some(health))
    }

    /// The health of the rails that need wallets, and where there is none, of all: the best of them could take a payment.
    pub(crate) async fn sponsors(&self) -> Result<SponsorStatus, Outage> {
        let networks = self.desk.rails.iter().map(|rail| rail.network().clone());
        let (sponsored, others): (Vec<Network>, Vec<Network>) =
            networks.partition(|network| self.desk.rails.is_sponsored(network));
        let mut each = Vec::new();
        for network in if sponsored.is_empty() { others } else { sponsored } {
            each.extend(self.health(&network).await?);
        }
        Ok(together(&each, self.desk.now()))
    }
}

/// Several rails as one: unavailable where none takes a payment, healthy where all are.
fn together(each: &[SponsorStatus], as_of: earnest_base::Timestamp) -> SponsorStatus {
    let all = |health| each.iter().all(|status| status.status == health);
    let status = match (each.is_empty() || all(SponsorHealth::Unavailable), all(SponsorHealth::Healthy)) {
        (true, _) => SponsorHealth::Unavailable,
        (false, true) => SponsorHealth::Healthy,
        (false, false) => SponsorHealth::Degraded,
    };
    let mut reasons: Vec<SponsorReason> = Vec::new();
    for reason in each.iter().flat_map(|status| &status.reasons) {
        if !reasons.contains(reason) {
            reasons.push(*reason);
        }
    }
    if each.is_empty() {
        reasons.push(SponsorReason::SnapshotStale);
    }
    let sum = |of: fn(&SponsorStatus) -> u64| {
        let sum = each.iter().map(of).sum::<u64>().min(earnest_base::MAX_SAFE_INTEGER);
        #[expect(clippy::expect_used, reason = "it was cut to the greatest count there is")]
        earnest_base::Count::new(sum).expect("a count")
    };
    SponsorStatus {
        status,
        wallet_count: sum(|status| status.wallet_count.value()),
        nonce_pool: NoncePool {
            capacity: sum(|status| status.nonce_pool.capacity.value()),
            in_flight: sum(|status| status.nonce_pool.in_flight.value()),
        },
        reasons,
        recommendation: (status == SponsorHealth::Unavailable).then_some(Recommendation::FallbackToDirect),
        as_of,
    }
}

/// Whether two digests are the same, in a time that does not tell where they differ.
fn is_same(one: &[u8; 32], other: &[u8; 32]) -> bool {
    std::hint::black_box(one.iter().zip(other).fold(0, |differs, (one, other)| differs | (one ^ other))) == 0
}
