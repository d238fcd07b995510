//! What a rail has (decision P11), and the relay's limits on it. Configuration: no event changes it.

use earnest_base::Seconds;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Fee, Sequence};

/// What a rail has, and the relay's limits on it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RailTerms {
    /// How deep a block is when it is final: 1 where the first is.
    pub finality_depth: u32,
    /// How long a payment waits for its turn, a sponsor or another attempt, before it fails.
    pub queue_time: Seconds,
    /// How long an attempt may take until it has gone out.
    pub broadcast_time: Seconds,
    /// How long a payment that was given back rests before its next attempt; doubled each time, to `backoff_limit`.
    pub backoff: Seconds,
    /// The longest rest.
    pub backoff_limit: Seconds,
    /// How long the rail, or a wallet, rests after it said that it has too much.
    pub pause: Seconds,
    /// How long the record of an ended payment is kept; a tombstone is kept for ever.
    pub record_life: Seconds,
    /// How many payments the relay takes that are not ended.
    pub backlog_limit: usize,
    /// How many of those may be one sender's.
    pub sender_limit: usize,
    /// The order of a sender's payments, where they say their place.
    pub order: Order,
    /// Who pays for transactions.
    pub sponsors: Sponsors,
}

/// Whether a sender's payments can have an order.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case", tag = "is", deny_unknown_fields)]
pub enum Order {
    /// They have none: a place in an order is no part of a payment.
    Free,
    /// A payment may say its place; those that do run in that order.
    BySequence {
        /// The place of a sender's first payment.
        first: Sequence,
        /// How many payments of a sender are held for earlier ones.
        hand_limit: usize,
        /// How long a payment is held for earlier ones, before it fails.
        hand_time: Seconds,
    },
}

/// Who pays for transactions.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case", tag = "is", deny_unknown_fields)]
pub enum Sponsors {
    /// Nobody has to: payments are handed to the rail as they are.
    None {
        /// How many may be with the rail at a time.
        window: usize,
    },
    /// The relay's wallets.
    Wallets(SponsorTerms),
}

/// The relay's use of its wallets.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SponsorTerms {
    /// How many unsettled transactions a wallet may have.
    pub chaining_limit: usize,
    /// How many of those are kept for filling gaps.
    pub reserve: usize,
    /// How many payments of a run go out at once.
    pub run_limit: usize,
    /// How long a gap in a wallet's nonces may stand below other transactions, until the relay fills it.
    pub fill_after: Seconds,
    /// The fee of a first attempt.
    pub first_fee: Fee,
    /// How much a further attempt adds to the fee, in thousandths. Chains ask for at least 100.
    pub raise_permille: u32,
    /// How long an attempt waits for a block, until the relay makes another with a higher fee.
    pub raise_after: Seconds,
    /// The highest fee that the relay pays.
    pub fee_cap: Fee,
}

impl SponsorTerms {
    /// The fee of the attempt after one of this fee: raised as the terms say, at least as much as the chain asks for,
    /// never above the cap. `None` where the cap does not allow a raise.
    #[must_use]
    pub fn raised(&self, fee: Fee, asked: Option<Fee>) -> Option<Fee> {
        let part = u128::from(fee.0) * (1000 + u128::from(self.raise_permille));
        let raised = u64::try_from(part.div_ceil(1000)).unwrap_or(u64::MAX).max(fee.0.saturating_add(1));
        let next = Fee(raised).max(asked.unwrap_or(Fee(0)));
        (next <= self.fee_cap).then_some(next)
    }
}

impl RailTerms {
    /// The terms of a ledger: no wallets, final at once, ordered where a payment says its place.
    #[must_use]
    pub fn ledger() -> Self {
        Self {
            finality_depth: 1,
            queue_time: seconds(300),
            broadcast_time: seconds(60),
            backoff: seconds(1),
            backoff_limit: seconds(30),
            pause: seconds(10),
            record_life: seconds(30 * 86_400),
            backlog_limit: 100_000,
            sender_limit: 1_000,
            order: Order::BySequence { first: Sequence(0), hand_limit: 25, hand_time: seconds(900) },
            sponsors: Sponsors::None { window: 4_096 },
        }
    }

    /// The terms of a chain of the Ethereum kind, with these fees: free order, wallets that pay for gas.
    #[must_use]
    pub fn chain(first_fee: Fee, fee_cap: Fee) -> Self {
        Self {
            finality_depth: 12,
            order: Order::Free,
            sponsors: Sponsors::Wallets(SponsorTerms {
                chaining_limit: 20,
                reserve: 2,
                run_limit: 5,
                fill_after: seconds(10),
                first_fee,
                raise_permille: 125,
                raise_after: seconds(30),
                fee_cap,
            }),
            ..Self::ledger()
        }
    }

    /// The relay's use of its wallets, on a rail that needs them.
    pub(crate) const fn sponsors(&self) -> Option<&SponsorTerms> {
        match &self.sponsors {
            Sponsors::Wallets(terms) => Some(terms),
            Sponsors::None { .. } => None,
        }
    }

    /// How long a payment rests after so many attempts that were given back.
    pub(crate) fn rest(&self, given_back: u32) -> Seconds {
        let longest = self.backoff_limit.value();
        let rest = self.backoff.value().checked_shl(given_back.min(32)).unwrap_or(longest);
        seconds(rest.min(longest))
    }
}

/// A span that is a literal of this crate, or made of spans.
fn seconds(seconds: u64) -> Seconds {
    #[expect(clippy::expect_used, reason = "between one second and the backoff limit, which is a span itself")]
    Seconds::new(seconds.max(1)).expect("a span of at least a second")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sponsors() -> SponsorTerms {
        RailTerms::chain(Fee(100), Fee(200)).sponsors().unwrap().clone()
    }

    #[test]
    fn a_raise_is_as_large_as_terms_and_chain_ask_for_and_ends_at_the_cap() {
        let terms = sponsors();
        assert_eq!(terms.raised(Fee(100), None), Some(Fee(113)));
        assert_eq!(terms.raised(Fee(100), Some(Fee(150))), Some(Fee(150)));
        assert_eq!(terms.raised(Fee(1), None), Some(Fee(2)));
        assert_eq!(terms.raised(Fee(178), None), None);
        assert_eq!(terms.raised(Fee(100), Some(Fee(201))), None);
        assert_eq!(terms.raised(Fee(u64::MAX), None), None);
    }

    #[test]
    fn rests_double_to_their_limit() {
        let terms = RailTerms::ledger();
        let rests: Vec<u64> = [0, 1, 2, 4, 5, 63, 64, u32::MAX].map(|times| terms.rest(times).value()).to_vec();
        assert_eq!(rests, [1, 2, 4, 16, 30, 30, 30, 30]);
    }
}
