//! When an authorisation may be used.

use earnest_base::Timestamp;

use crate::TimeoutSeconds;

/// How much time is left beside an authorisation's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeAllowance {
    /// An authorisation that ends within so many seconds is refused: settling takes that long.
    pub settling_secs: u32,
    /// How far the clocks of payer and seller may be apart: an authorisation may end so many seconds after the timeout
    /// that was demanded, and begins as many before it was made.
    pub clocks_secs: u32,
}

impl TimeAllowance {
    /// What the reference packages leave on EVM chains: 6 seconds for a block, ten minutes for clocks.
    pub const CHAIN: Self = Self { settling_secs: 6, clocks_secs: 600 };
    /// On the ledger, which commits within a second: one second, and ten minutes for clocks.
    pub const LEDGER: Self = Self { settling_secs: 1, clocks_secs: 600 };

    /// Whether an authorisation that ends then can be settled now, and does not outlast what was demanded.
    pub(super) fn check_end(self, end: Timestamp, timeout: TimeoutSeconds, now: Timestamp) -> Result<(), String> {
        let earliest = plus(now, self.settling_secs.into());
        if i128::from(end.unix_millis()) < earliest {
            let settling = self.settling_secs;
            return Err(format!("expected an authorisation that ends {settling} s from {now} or later, found {end}"));
        }
        let longest = u128::from(timeout.whole_seconds()) + u128::from(self.clocks_secs);
        if i128::from(end.unix_millis()) > plus(now, longest) {
            return Err(format!("expected an authorisation that ends within {longest} s of {now}, found {end}"));
        }
        Ok(())
    }
}

fn plus(moment: Timestamp, seconds: u128) -> i128 {
    i128::from(moment.unix_millis()).saturating_add(i128::try_from(seconds).unwrap_or(i128::MAX).saturating_mul(1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_lies_between_settling_and_timeout() {
        let now = Timestamp::from_unix_millis(1_000_000_500).unwrap();
        let timeout = TimeoutSeconds::new(60).unwrap();
        let at = |millis: i64| {
            let end = Timestamp::from_unix_millis(1_000_000_500 + millis).unwrap();
            TimeAllowance::CHAIN.check_end(end, timeout, now).is_ok()
        };
        for (millis, fits) in [
            (-1, false),
            (0, false),
            (5_999, false),
            (6_000, true),
            (60_000, true),
            (660_000, true),
            (660_001, false),
            (100_000_000_000, false),
        ] {
            assert_eq!(at(millis), fits, "{millis}");
        }
    }

    #[test]
    fn the_longest_timeout_that_the_wire_can_tell_overflows_nothing() {
        let timeout: TimeoutSeconds = serde_json::from_str("9007199254740991").unwrap();
        let last: Timestamp = "9999-12-31T23:59:59.999Z".parse().unwrap();
        let now: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        assert_eq!(TimeAllowance::LEDGER.check_end(last, timeout, now), Ok(()));
    }
}
