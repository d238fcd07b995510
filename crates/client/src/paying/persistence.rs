//! How often something is tried, and how long is waited between: always bounded.

use std::time::Duration;

use super::CircuitTerms;

/// How often a client tries, and how long it waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Persistence {
    /// How often a request is sent at most, with the same payment or without one.
    pub sends: u32,
    /// How often the status of a payment under way is asked for at most.
    pub polls: u32,
    /// How many payments are signed for one call at most, each after the one before can no longer be carried out.
    pub signatures: usize,
    /// The pause after the first try that failed; it doubles.
    pub first_pause: Duration,
    /// No pause is longer, whatever a server asks for.
    pub longest_pause: Duration,
    /// How long an answer may take.
    pub answer_within: Duration,
    /// How long a payment that was refused is waited out, to sign another: nothing where it lapses later.
    pub waits_for_lapse: Duration,
    /// When a host is left alone.
    pub circuit: CircuitTerms,
}

impl Default for Persistence {
    fn default() -> Self {
        Self {
            sends: 5,
            polls: 30,
            signatures: 2,
            first_pause: Duration::from_millis(500),
            longest_pause: Duration::from_secs(10),
            answer_within: Duration::from_secs(40),
            waits_for_lapse: Duration::ZERO,
            circuit: CircuitTerms::default(),
        }
    }
}

impl Persistence {
    /// The pause after so many tries: what the server asks for, or twice the one before; never longer than the longest, nor
    /// shorter than the first.
    #[must_use]
    pub fn pause(&self, tries: u32, asked: Option<Duration>) -> Duration {
        let doubled = self.first_pause.saturating_mul(2_u32.saturating_pow(tries.saturating_sub(1).min(20)));
        asked.unwrap_or(doubled).max(self.first_pause).min(self.longest_pause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_asks_for_no_pause_or_for_a_year_gets_neither() {
        let persistence = Persistence::default();
        let millis = |tries, asked: Option<u64>| persistence.pause(tries, asked.map(Duration::from_secs)).as_millis();
        for (tries, asked, pause) in [
            (1, None, 500),
            (2, None, 1_000),
            (4, None, 4_000),
            (30, None, 10_000),
            (1, Some(3), 3_000),
            (1, Some(0), 500),
            (1, Some(31_536_000), 10_000),
        ] {
            assert_eq!(millis(tries, asked), pause, "{tries} {asked:?}");
        }
    }
}
