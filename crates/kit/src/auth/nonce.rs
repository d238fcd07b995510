//! Nonces: each is used once. A store keeps them as long as the signature that carries them is in force.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
};

use earnest_base::{PublicKey, Timestamp};
use futures_util::future::{BoxFuture, FutureExt, ready};

use crate::Clock;

/// What became of a nonce.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NonceUse {
    /// Nobody had used it; it is used now.
    First,
    /// It was used before.
    Again,
    /// Whether it was used cannot be said any more, since the signature is older than what the store remembers.
    Forgotten,
    /// The store is full, or out of reach: that is not the caller's fault.
    Outage,
}

/// Where used nonces are kept.
pub trait NonceStore: Send + Sync {
    /// Uses a nonce of a key. Of any number of calls with the same key and nonce, at the same time or not, on this process
    /// or another that shares the store, one is answered [`NonceUse::First`]. It may be forgotten after `until`.
    fn spend<'a>(
        &'a self,
        key: PublicKey,
        nonce: &'a str,
        created: Timestamp,
        until: Timestamp,
    ) -> BoxFuture<'a, NonceUse>;
}

/// Nonces in memory, bounded by the time that signatures are in force. A process that restarts has forgotten them, so
/// signatures that were made before it started are refused: none can be used on both sides of a restart. A process that
/// takes over from another never knew its nonces, and says so with [`MemoryNonces::refuse_before`].
#[derive(Debug)]
pub struct MemoryNonces {
    clock: Clock,
    /// Signatures that were created before this moment, in milliseconds, are refused. It never goes back.
    since: AtomicI64,
    max: usize,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    used: BTreeSet<(PublicKey, Box<str>)>,
    /// What may be forgotten, by the second after which it may.
    ends: BTreeMap<i64, Vec<(PublicKey, Box<str>)>>,
}

impl MemoryNonces {
    /// How many nonces are kept at most: a minute at 16,000 requests a second.
    const MAX: usize = 1_000_000;

    /// A store that has forgotten everything up to now.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        Self::with_room(clock, Self::MAX)
    }

    /// A store with room for so many nonces.
    #[must_use]
    pub fn with_room(clock: Clock, max: usize) -> Self {
        // A signature says its second only. One of the second in which the store began is taken, so that a service can be
        // called as soon as it runs.
        let since = clock.now().unix_millis().div_euclid(1000) * 1000;
        Self { since: since.into(), clock, max, kept: Mutex::default() }
    }

    /// Refuses every signature that was made before this moment, from now on. Another process may have used its nonce: a
    /// service that takes over calls this with the time at which it did, before it takes requests.
    ///
    /// A signature says its second only, so one of the second in which the moment lies is refused too. A moment that is
    /// earlier than another that was given changes nothing.
    pub fn refuse_before(&self, moment: Timestamp) {
        self.since.fetch_max(moment.unix_millis(), Ordering::SeqCst);
    }

    fn spend_now(&self, key: PublicKey, nonce: &str, created: Timestamp, until: Timestamp) -> NonceUse {
        if created.unix_millis() < self.since.load(Ordering::SeqCst) {
            return NonceUse::Forgotten;
        }
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.forget(self.clock.now());
        let entry = (key, Box::from(nonce));
        if kept.used.contains(&entry) {
            return NonceUse::Again;
        }
        if kept.used.len() >= self.max {
            return NonceUse::Outage;
        }
        kept.ends.entry(until.unix_millis()).or_default().push(entry.clone());
        kept.used.insert(entry);
        NonceUse::First
    }
}

impl Kept {
    fn forget(&mut self, now: Timestamp) {
        while let Some(first) = self.ends.first_entry() {
            if *first.key() >= now.unix_millis() {
                return;
            }
            for entry in first.remove() {
                self.used.remove(&entry);
            }
        }
    }
}

impl NonceStore for MemoryNonces {
    fn spend<'a>(
        &'a self,
        key: PublicKey,
        nonce: &'a str,
        created: Timestamp,
        until: Timestamp,
    ) -> BoxFuture<'a, NonceUse> {
        ready(self.spend_now(key, nonce, created, until)).boxed()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    };

    use earnest_signing::SecretKey;

    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix_millis(seconds * 1000).unwrap()
    }

    #[test]
    fn a_nonce_is_used_once_while_its_signature_is_in_force() {
        let now = Arc::new(AtomicI64::new(1000));
        let told = Arc::clone(&now);
        let nonces = MemoryNonces::with_room(Clock::new(move || at(told.load(Ordering::SeqCst))), 2);
        let (one, two) = (*SecretKey::from_seed(&[1; 32]).public(), *SecretKey::from_seed(&[2; 32]).public());
        for (moment, key, nonce, created, until, verdict) in [
            (1000, one, "a", 999, 1059, NonceUse::Forgotten),
            (1000, one, "a", 1000, 1060, NonceUse::First),
            (1000, one, "a", 1000, 1060, NonceUse::Again),
            (1059, one, "a", 1001, 1061, NonceUse::Again),
            (1059, two, "a", 1059, 1100, NonceUse::First),
            (1059, two, "b", 1059, 1100, NonceUse::Outage),
            (1060, one, "a", 1000, 1060, NonceUse::Again),
            (1061, two, "b", 1059, 1100, NonceUse::First),
            (1101, one, "a", 1101, 1160, NonceUse::First),
        ] {
            now.store(moment, Ordering::SeqCst);
            assert_eq!(nonces.spend_now(key, nonce, at(created), at(until)), verdict, "{nonce} at {moment}");
        }
    }

    #[test]
    fn who_takes_over_refuses_what_was_made_before() {
        let nonces = MemoryNonces::new(Clock::new(|| at(1000)));
        let key = *SecretKey::from_seed(&[1; 32]).public();
        let millis = |millis: i64| Timestamp::from_unix_millis(millis).unwrap();
        for (moment, nonce, created, verdict) in [
            (None, "a", 1030, NonceUse::First),
            (Some(1_030_001), "b", 1029, NonceUse::Forgotten),
            (None, "b", 1030, NonceUse::Forgotten),
            (None, "a", 1030, NonceUse::Forgotten),
            (None, "b", 1031, NonceUse::First),
            (None, "b", 1031, NonceUse::Again),
            // Earlier than the last one: nothing that was refused is taken again.
            (Some(1_005_000), "c", 1030, NonceUse::Forgotten),
            (Some(1_032_000), "c", 1031, NonceUse::Forgotten),
            (None, "c", 1032, NonceUse::First),
        ] {
            moment.into_iter().for_each(|moment| nonces.refuse_before(millis(moment)));
            assert_eq!(nonces.spend_now(key, nonce, at(created), at(1060)), verdict, "{nonce} of {created}");
        }
    }

    #[test]
    fn of_many_at_once_one_is_the_first() {
        let nonces = MemoryNonces::new(Clock::new(|| at(1000)));
        let key = *SecretKey::from_seed(&[1; 32]).public();
        let race = || {
            let first = |n: &u32| nonces.spend_now(key, &n.to_string(), at(1000), at(1060)) == NonceUse::First;
            (0..100).filter(first).count()
        };
        let firsts = std::thread::scope(|scope| {
            let racers: Vec<_> = (0..8).map(|_| scope.spawn(race)).collect();
            racers.into_iter().map(|racer| racer.join().unwrap()).sum::<usize>()
        });
        assert_eq!(firsts, 100);
    }
}
