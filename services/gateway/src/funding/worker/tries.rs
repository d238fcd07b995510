//! When what failed is tried again: after twice as long each time, up to a bound.

use std::{collections::BTreeMap, time::Duration};

use earnest_funding::Work;
use tokio::time::Instant;

use super::super::FundingSettings;

/// The tries of the works that wait.
#[derive(Debug)]
pub(super) struct Tries {
    first: Duration,
    most: Duration,
    waiting: BTreeMap<Work, Wait>,
}

#[derive(Debug, Clone, Copy)]
struct Wait {
    failures: u32,
    until: Instant,
}

impl Tries {
    pub(super) const fn new(settings: &FundingSettings) -> Self {
        Self {
            first: Duration::from_millis(settings.retry_first_ms),
            most: Duration::from_millis(settings.retry_most_ms),
            waiting: BTreeMap::new(),
        }
    }

    /// The works that wait for nothing. What is no work any more is forgotten.
    pub(super) fn ready(&mut self, works: &[Work], now: Instant) -> Vec<Work> {
        self.waiting.retain(|work, _| works.binary_search(work).is_ok());
        let waits = |work: &&Work| self.waiting.get(*work).is_some_and(|wait| wait.until > now);
        works.iter().filter(|work| !waits(work)).cloned().collect()
    }

    /// When the first of them has waited long enough.
    pub(super) fn next(&self) -> Option<Instant> {
        self.waiting.values().map(|wait| wait.until).min()
    }

    pub(super) fn forget(&mut self, work: &Work) {
        self.waiting.remove(work);
    }

    pub(super) fn waits(&mut self, work: Work, until: Instant) {
        self.waiting.insert(work, Wait { failures: 0, until });
    }

    pub(super) fn failed(&mut self, work: Work, now: Instant) {
        let failures = self.waiting.get(&work).map_or(0, |wait| wait.failures);
        let pause = self.first.saturating_mul(2_u32.saturating_pow(failures)).min(self.most);
        self.waiting.insert(work, Wait { failures: failures.saturating_add(1), until: now + pause });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_fails_waits_twice_as_long_each_time_up_to_a_bound() {
        let settings = FundingSettings { retry_first_ms: 100, retry_most_ms: 350, ..FundingSettings::default() };
        let mut tries = Tries::new(&settings);
        let work = Work::Instruct("payout:1".parse().unwrap());
        let works = [work.clone()];
        let now = Instant::now();
        for pause in [100, 200, 350, 350] {
            tries.failed(work.clone(), now);
            assert_eq!(tries.next(), Some(now + Duration::from_millis(pause)));
            assert_eq!(tries.ready(&works, now), []);
            assert_eq!(tries.ready(&works, now + Duration::from_millis(pause)), works);
        }
        tries.forget(&work);
        assert_eq!(tries.ready(&works, now), works);
        tries.failed(work, now);
        assert_eq!(tries.ready(&[], now), []);
        assert_eq!(tries.next(), None);
    }
}
