//! Which offer to choose: one ranking for one set of offers, in whatever order they came (proposal 011's tie-break).

use std::cmp::Ordering;

use earnest_artifacts::{
    ProcurementOffer, ReputationSignal, ServiceOffer, Verified,
    reputation_signal::{Polarity, RatedKind},
};
use earnest_base::{BoundedDecimal, Count, Decimal, MinorUnits, OfferId, ParticipantId, Subject, Timestamp};
use serde::{Deserialize, Serialize};

/// The parts of one that reputations are counted in.
const MILLION: u64 = 1_000_000;

/// What speaks for a subject: from 0 to 1,000,000 millionths. Nobody knows somebody new, and half stands for that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Reputation(u64);

impl Reputation {
    /// Of whom nothing is known.
    pub const UNKNOWN: Self = Self(MILLION / 2);

    /// Of so many millionths; more than a million are a million.
    #[must_use]
    pub const fn from_millionths(millionths: u64) -> Self {
        Self(if millionths < MILLION { millionths } else { MILLION })
    }

    /// The millionths.
    #[must_use]
    pub const fn millionths(self) -> u64 {
        self.0
    }

    /// What signals say of a participant: the share of the weights for it among all weights, one weight of each side
    /// added, so that one signal does not make a reputation.
    #[must_use]
    pub fn of(participant: &ParticipantId, signals: &[Verified<ReputationSignal>]) -> Self {
        let about = |signal: &&Verified<ReputationSignal>| {
            signal.subject_kind == RatedKind::Participant && signal.subject == Subject::Participant(*participant)
        };
        let sum = |polarity: Polarity| {
            let weights = signals.iter().filter(about).filter(|signal| signal.polarity == polarity);
            weights.fold(u128::from(MILLION), |sum, signal| sum + u128::from(millionths(signal.weight.value())))
        };
        let (positive, negative) = (sum(Polarity::Positive), sum(Polarity::Negative));
        let share = positive * u128::from(MILLION) / (positive + negative);
        Self::from_millionths(u64::try_from(share).unwrap_or(MILLION))
    }
}

/// A share of one in millionths, rounded down: exact for every decimal, without a binary float.
fn millionths(share: Decimal) -> u64 {
    let at_most = |count: u64| {
        let part = i64::try_from(count).ok().and_then(|count| Decimal::new(count, -6).ok());
        part.is_some_and(|part| part <= share)
    };
    let (mut low, mut high) = (0, MILLION);
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        if at_most(middle) { low = middle } else { high = middle - 1 }
    }
    low
}

/// An offer as it is scored. Two candidates with all of this the same are the same candidate.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Candidate {
    /// The offer.
    pub offer: OfferId,
    /// The `seq` of its terms; zero where the kind of offer has none.
    pub seq: Count,
    /// Who offers.
    pub provider: ParticipantId,
    /// What all of it costs, in minor units.
    pub price: MinorUnits,
    /// When it would be there.
    pub deadline: Timestamp,
    /// What speaks for the provider.
    pub reputation: Reputation,
}

impl Candidate {
    /// A standing offer for so many units, if it were accepted now. `None` where price or deadline are out of range.
    #[must_use]
    pub fn of_service_offer(
        offer: &Verified<ServiceOffer>,
        units: u64,
        now: Timestamp,
        reputation: Reputation,
    ) -> Option<Self> {
        Some(Self {
            offer: offer.id.clone(),
            seq: offer.seq,
            provider: offer.provider,
            price: offer.total(units).ok()?,
            deadline: now.after(offer.max_duration)?,
            reputation,
        })
    }

    /// An offer to answer one question.
    #[must_use]
    pub fn of_procurement_offer(offer: &Verified<ProcurementOffer>, reputation: Reputation) -> Option<Self> {
        Some(Self {
            offer: offer.id.clone(),
            seq: Count::new(0).ok()?,
            provider: offer.responder,
            price: offer.price,
            deadline: offer.deadline_at,
            reputation,
        })
    }
}

/// How much price, deadline and reputation count against each other. All zero is the plain order: the lower price, then
/// the earlier deadline, then the higher reputation, then the offer's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Weights {
    /// Of the price, from the lowest (0) to the highest (1) of the set.
    pub price: u16,
    /// Of the time until the deadline, from now (0) to the latest of the set (1).
    pub deadline: u16,
    /// Of what is missing to a full reputation.
    pub reputation: u16,
}

/// Ranks offers, the best first. The result depends on the set alone: a total order of price, deadline, reputation and id
/// breaks ties, and all arithmetic is exact. What stands twice is ranked once.
#[must_use]
pub fn rank(mut candidates: Vec<Candidate>, weights: Weights, now: Timestamp) -> Vec<Candidate> {
    let most = |value: &dyn Fn(&Candidate) -> u64| candidates.iter().map(value).max().unwrap_or(0).max(1);
    let highest = most(&|candidate| candidate.price.minor());
    let latest = most(&|candidate| wait(candidate, now));
    let scale = Scale { weights, highest, latest, now };
    candidates.sort_by(|one, other| scale.score(one).cmp(&scale.score(other)).then_with(|| plain(one, other)));
    candidates.dedup();
    candidates
}

/// Seconds until the deadline.
fn wait(candidate: &Candidate, now: Timestamp) -> u64 {
    candidate.deadline.seconds_since(now).unwrap_or(0)
}

/// The plain order. It is total: no two different candidates are equal in it.
fn plain(one: &Candidate, other: &Candidate) -> Ordering {
    let key = |candidate: &Candidate| (candidate.price, candidate.deadline);
    key(one)
        .cmp(&key(other))
        .then_with(|| other.reputation.cmp(&one.reputation))
        .then_with(|| one.offer.cmp(&other.offer))
        .then_with(|| other.seq.cmp(&one.seq))
        .then_with(|| one.provider.to_string().cmp(&other.provider.to_string()))
}

struct Scale {
    weights: Weights,
    highest: u64,
    latest: u64,
    now: Timestamp,
}

impl Scale {
    /// The weighted sum of the three shares, each in whole parts of 2^64, rounded down. Rounding is the same for the
    /// same candidate, so the order stays one order; what it makes equal, the plain order tells apart.
    fn score(&self, candidate: &Candidate) -> u128 {
        let share = |part: u64, of: u64| (u128::from(part) << 64) / u128::from(of);
        let missing = MILLION - candidate.reputation.millionths();
        u128::from(self.weights.price) * share(candidate.price.minor(), self.highest)
            + u128::from(self.weights.deadline) * share(wait(candidate, self.now), self.latest)
            + u128::from(self.weights.reputation) * share(missing, MILLION)
    }
}
