//! Circuits: who does not answer is left alone for a while.

use std::collections::BTreeMap;

use earnest_base::Timestamp;

/// When a circuit opens, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CircuitTerms {
    /// After so many requests in a row without an answer.
    pub failures: u32,
    /// For so many seconds. Then one request is let through.
    pub open_secs: u32,
}

impl Default for CircuitTerms {
    fn default() -> Self {
        Self { failures: 5, open_secs: 30 }
    }
}

/// The circuits of all hosts, by origin.
#[derive(Debug, Default)]
pub(super) struct Circuits(BTreeMap<String, Circuit>);

#[derive(Debug, Clone, Copy, Default)]
struct Circuit {
    failures: u32,
    open_until: Option<Timestamp>,
}

/// No more hosts than this are remembered; those that answered are none.
const HOSTS: usize = 4_096;

impl Circuits {
    /// Whether a host may be called.
    ///
    /// # Errors
    /// Until when it is left alone.
    pub(super) fn check(&mut self, origin: &str, terms: CircuitTerms, now: Timestamp) -> Result<(), Timestamp> {
        let Some(circuit) = self.0.get_mut(origin) else { return Ok(()) };
        match circuit.open_until {
            Some(until) if now < until => Err(until),
            Some(_) => {
                // One request tries; those beside it wait for what it finds.
                circuit.open_until = Some(plus(now, terms.open_secs));
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// The host answered.
    pub(super) fn answered(&mut self, origin: &str) {
        self.0.remove(origin);
    }

    /// The host did not answer.
    pub(super) fn silent(&mut self, origin: &str, terms: CircuitTerms, now: Timestamp) {
        if self.0.len() >= HOSTS && !self.0.contains_key(origin) {
            self.0.retain(|_, circuit| circuit.open_until.is_some_and(|until| until > now));
        }
        let circuit = self.0.entry(origin.to_owned()).or_default();
        circuit.failures = circuit.failures.saturating_add(1);
        if circuit.failures >= terms.failures.max(1) {
            circuit.open_until = Some(plus(now, terms.open_secs));
        }
    }
}

fn plus(now: Timestamp, seconds: u32) -> Timestamp {
    let millis = now.unix_millis().saturating_add(i64::from(seconds) * 1000);
    Timestamp::from_unix_millis(millis).unwrap_or(Timestamp::LAST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_that_does_not_answer_is_left_alone_and_tried_again() {
        let terms = CircuitTerms { failures: 2, open_secs: 30 };
        let at = |seconds: i64| Timestamp::from_unix_millis(seconds * 1000).unwrap();
        let mut circuits = Circuits::default();
        let (host, other) = ("https://relay.example", "https://other.example");
        circuits.silent(host, terms, at(0));
        assert_eq!(circuits.check(host, terms, at(0)), Ok(()));
        circuits.silent(host, terms, at(1));
        assert_eq!(circuits.check(host, terms, at(2)), Err(at(31)));
        assert_eq!(circuits.check(other, terms, at(2)), Ok(()));
        // One tries, and the next one waits for what it finds.
        assert_eq!(circuits.check(host, terms, at(31)), Ok(()));
        assert_eq!(circuits.check(host, terms, at(31)), Err(at(61)));
        circuits.answered(host);
        assert_eq!(circuits.check(host, terms, at(32)), Ok(()));
        circuits.silent(host, terms, at(33));
        assert_eq!(circuits.check(host, terms, at(33)), Ok(()));
    }
}
