//! Whether a rail could take a payment now, and why not. Green only where one would be sent at once.

use earnest_base::{Count, Network, Timestamp};
use earnest_payment::{
    Setback,
    rpc::{NoncePool, Recommendation, SponsorHealth, SponsorReason, SponsorStatus},
};

use crate::{
    Relay,
    rail::Rail,
    wallet::{Slot, WalletState},
};

impl Relay {
    /// The health of a rail; `None` where the relay does not serve it. Whether the records were compared with the rail
    /// of late is for whoever looks at the rail to add.
    #[must_use]
    pub fn health(&self, network: &Network, now: Timestamp) -> Option<SponsorStatus> {
        Some(self.rails.get(network)?.health(now))
    }
}

impl Rail {
    fn health(&self, now: Timestamp) -> SponsorStatus {
        let mut reasons = Vec::new();
        let sponsored = self.terms.sponsors().is_some();
        if self.open >= self.terms.backlog_limit {
            reasons.push(SponsorReason::BacklogFull);
        }
        if self.pause.is_some() {
            reasons.push(SponsorReason::RailPaused);
        }
        if self.pause.is_none() && self.room() == 0 {
            reasons.push(SponsorReason::NoAvailableNonces);
        }
        if sponsored && self.wallets.values().all(|wallet| wallet.pause.is_some()) {
            reasons.push(SponsorReason::AllWalletsDegraded);
        }
        let conflict =
            |wallet: &WalletState| wallet.pause.is_some_and(|pause| pause.why == Setback::SponsorNonceConflict);
        if self.wallets.values().any(conflict) {
            reasons.push(SponsorReason::RecentConflict);
        }
        let heals = |wallet: &WalletState| {
            !wallet.gaps.is_empty() || wallet.slots.values().any(|slot| matches!(slot, Slot::Fill(_)))
        };
        if self.wallets.values().any(heals) {
            reasons.push(SponsorReason::HealInProgress);
        }
        let status = match (self.takes_payments().is_ok(), reasons.is_empty()) {
            (false, _) => SponsorHealth::Unavailable,
            (true, true) => SponsorHealth::Healthy,
            (true, false) => SponsorHealth::Degraded,
        };
        let recommendation = (status == SponsorHealth::Unavailable).then_some(Recommendation::FallbackToDirect);
        let wallet_count = count(self.wallets.len());
        SponsorStatus { status, wallet_count, nonce_pool: self.nonce_pool(), reasons, recommendation, as_of: now }
    }

    fn nonce_pool(&self) -> NoncePool {
        let limit = self.terms.sponsors().map_or(0, |terms| terms.chaining_limit);
        let in_flight = self.wallets.values().map(|wallet| wallet.slots.len()).sum();
        NoncePool { capacity: count(limit * self.wallets.len()), in_flight: count(in_flight) }
    }
}

/// A number of wallets or nonces, which is far below the bound.
fn count(number: usize) -> Count {
    #[expect(clippy::expect_used, reason = "fewer than 2^53 wallets times nonces fit into memory")]
    u64::try_from(number).ok().and_then(|number| Count::new(number).ok()).expect("a number of things in memory")
}
