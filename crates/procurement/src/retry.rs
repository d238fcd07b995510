//! When a buyer tries again: backoff within `delivery/max-duration` (decision E10).

use earnest_base::{Seconds, Timestamp};
use serde::{Deserialize, Serialize};

/// How long to wait between attempts: the first wait, doubled each time, up to the longest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Backoff {
    /// The wait after the first attempt, in seconds.
    pub first: Seconds,
    /// The longest wait, in seconds.
    pub longest: Seconds,
}

impl Backoff {
    /// The wait after so many attempts, in seconds. The first attempt is number 1.
    #[must_use]
    pub fn wait_secs(&self, attempts: u32) -> u64 {
        let factor = 1_u64.checked_shl(attempts.saturating_sub(1)).unwrap_or(u64::MAX);
        self.first.value().saturating_mul(factor).min(self.longest.value())
    }

    /// When to try again after so many attempts. `None` where that would be at or after the end of the offer's
    /// `delivery/max-duration`, counted from the first attempt: it is time to give up, and to say why.
    ///
    /// ```
    /// use earnest_base::Seconds;
    /// use earnest_procurement::Backoff;
    ///
    /// let backoff = Backoff { first: Seconds::new(15)?, longest: Seconds::new(120)? };
    /// let (first, now) = ("2026-04-01T06:00:00Z".parse()?, "2026-04-01T06:10:00Z".parse()?);
    /// let again = backoff.next_attempt(first, now, 3, Seconds::new(900)?);
    /// assert_eq!(again, Some("2026-04-01T06:11:00Z".parse()?));
    /// assert_eq!(backoff.next_attempt(first, now, 3, Seconds::new(660)?), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn next_attempt(
        &self,
        first_attempt: Timestamp,
        now: Timestamp,
        attempts: u32,
        max_duration: Seconds,
    ) -> Option<Timestamp> {
        let end = first_attempt.after(max_duration)?;
        let next = now.after(Seconds::<0>::new(self.wait_secs(attempts)).ok()?)?;
        (next < end).then_some(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn backoff(first: u64, longest: u64) -> Backoff {
        Backoff { first: Seconds::new(first).unwrap(), longest: Seconds::new(longest).unwrap() }
    }

    #[test]
    fn waits_double_up_to_the_longest() {
        let waits: Vec<u64> = (1..=7).map(|attempts| backoff(5, 60).wait_secs(attempts)).collect();
        assert_eq!(waits, [5, 10, 20, 40, 60, 60, 60]);
        assert_eq!(backoff(5, 60).wait_secs(u32::MAX), 60);
        assert_eq!(backoff(90, 60).wait_secs(1), 60);
    }

    #[test]
    fn attempts_end_within_the_offers_duration() {
        let start: Timestamp = "2026-04-01T06:00:00Z".parse().unwrap();
        let (mut now, mut attempts) = (start, 1);
        while let Some(next) = backoff(5, 60).next_attempt(start, now, attempts, Seconds::new(900).unwrap()) {
            assert!(next > now);
            (now, attempts) = (next, attempts + 1);
        }
        assert_eq!((attempts, now.seconds_since(start)), (18, Some(855)));
    }
}
