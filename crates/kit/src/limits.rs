//! How often: requests of one caller, and of one address where nobody signed.

use std::{
    fmt,
    hash::Hash,
    net::IpAddr,
    num::NonZeroU32,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    time::Duration,
};

use governor::{
    Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
    state::{InMemoryState, NotKeyed, keyed::DefaultKeyedStateStore},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::problem::{Problem, ServiceCode};

/// How many requests a minute, of which so many at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Rate {
    /// Requests a minute, in the long run.
    pub per_minute: NonZeroU32,
    /// Requests at once, after a pause.
    pub burst: NonZeroU32,
}

impl Rate {
    /// A rate whose whole minute may come at once.
    #[must_use]
    pub const fn per_minute(requests: NonZeroU32) -> Self {
        Self { per_minute: requests, burst: requests }
    }
}

/// How many keys are remembered; beyond that, all new ones share one allowance.
const MAX_KEYS: usize = 100_000;
/// After how many checks keys that used nothing lately are forgotten.
const SWEEP_EVERY: u64 = 4_096;

/// Counts requests by key.
pub(crate) struct Limiter<K: Hash + Eq + Clone> {
    keyed: RateLimiter<K, DefaultKeyedStateStore<K>, DefaultClock>,
    others: RateLimiter<NotKeyed, InMemoryState, DefaultClock>,
    checks: AtomicU64,
    crowded: AtomicBool,
}

impl<K: Hash + Eq + Clone> Limiter<K> {
    pub(crate) fn new(rate: Rate) -> Self {
        // A minute divided by any number of 32 bits is at least 13 nanoseconds.
        let period = Duration::from_secs(60) / rate.per_minute.get();
        let quota = Quota::with_period(period).unwrap_or(Quota::per_second(rate.burst)).allow_burst(rate.burst);
        Self {
            keyed: RateLimiter::keyed(quota),
            others: RateLimiter::direct(quota),
            checks: AtomicU64::new(0),
            crowded: AtomicBool::new(false),
        }
    }

    /// Counts a request of this key.
    ///
    /// # Errors
    /// `rate-limited`, with the seconds after which one more is taken.
    pub(crate) fn check(&self, key: &K) -> Result<(), Problem> {
        if self.checks.fetch_add(1, Ordering::Relaxed).is_multiple_of(SWEEP_EVERY) {
            self.crowded.store(self.is_crowded(), Ordering::Relaxed);
        }
        let crowded = self.crowded.load(Ordering::Relaxed);
        let now = DefaultClock::default().now();
        let refused = if crowded {
            self.others.check().err().map(|not_until| not_until.wait_time_from(now))
        } else {
            self.keyed.check_key(key).err().map(|not_until| not_until.wait_time_from(now))
        };
        refused.map_or(Ok(()), |wait: Duration| {
            let seconds = u32::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u32::MAX);
            Err(ServiceCode::RateLimited.problem().retry_after(seconds.max(1)))
        })
    }

    fn is_crowded(&self) -> bool {
        if self.keyed.len() < MAX_KEYS {
            return false;
        }
        self.keyed.retain_recent();
        self.keyed.len() >= MAX_KEYS
    }
}

impl<K: Hash + Eq + Clone> fmt::Debug for Limiter<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limiter").finish_non_exhaustive()
    }
}

/// What of an address counts as one: an IPv4 address, or the 64 bits of an IPv6 address that one site is given.
#[must_use]
pub(crate) fn address_key(address: IpAddr) -> u128 {
    match address.to_canonical() {
        IpAddr::V4(address) => u128::from(address.to_bits()),
        IpAddr::V6(address) => (address.to_bits() >> 64) << 64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(per_minute: u32, burst: u32) -> Rate {
        Rate { per_minute: NonZeroU32::new(per_minute).unwrap(), burst: NonZeroU32::new(burst).unwrap() }
    }

    #[test]
    fn the_hundred_and_first_request_is_refused_with_when_to_come_again() {
        let limiter = Limiter::new(rate(1, 100));
        assert!((0..100).all(|_| limiter.check(&"one").is_ok()));
        let problem = limiter.check(&"one").unwrap_err();
        assert_eq!((problem.code(), problem.status().as_u16()), ("rate-limited", 429));
        let body = problem.body(None);
        assert!(body.retryable);
        assert!(limiter.check(&"two").is_ok(), "another caller has an allowance of its own");
    }

    #[test]
    fn neighbours_in_one_ipv6_site_count_as_one() {
        let key = |address: &str| address_key(address.parse().unwrap());
        assert_eq!(key("2001:db8::1"), key("2001:db8::2"));
        assert_ne!(key("2001:db8::1"), key("2001:db8:0:1::1"));
        assert_eq!(key("::ffff:192.0.2.1"), key("192.0.2.1"));
        assert_ne!(key("192.0.2.1"), key("192.0.2.2"));
    }
}
