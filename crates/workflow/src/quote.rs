//! An offer as it stands, for an item that needs one.

use earnest_artifacts::{ServiceOffer, Verified};
use earnest_base::{Count, Currency, Name, Orc, Seconds, Timestamp};
use earnest_procurement::{Candidate, Reputation};

use crate::PaidWork;

/// An offer as it stands now, for so many units. Only a verified offer makes one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Quote {
    pub(crate) candidate: Candidate,
    pub(crate) service_type: Name,
    pub(crate) currency: Currency,
    pub(crate) units: Count<1>,
    pub(crate) by_length: bool,
    pub(crate) max_duration: Seconds,
}

impl Quote {
    /// An offer for so many units; where it counts blocks of characters, these are the blocks of the input
    /// ([`ServiceOffer::units_of`]). `None` where price or deadline are out of range.
    #[must_use]
    pub fn of(offer: &Verified<ServiceOffer>, units: Count<1>, now: Timestamp, reputation: Reputation) -> Option<Self> {
        Some(Self {
            candidate: Candidate::of_service_offer(offer, units.value(), now, reputation)?,
            service_type: offer.service_type.clone(),
            currency: offer.currency.clone(),
            units,
            by_length: offer.unit_size.is_some(),
            max_duration: offer.max_duration,
        })
    }

    /// What it costs, where it is in ORC.
    pub(crate) fn price(&self) -> Option<Orc> {
        self.currency.is_orc().then(|| Orc::from_minor(self.candidate.price.minor()).ok()).flatten()
    }

    /// Whether a step may take it, whoever offers it.
    pub(crate) fn suits(&self, paid: &PaidWork) -> bool {
        let units = self.units.value();
        self.service_type == paid.service_type
            && self.max_duration <= paid.within
            && (units == paid.units || (self.by_length && units <= paid.units))
            && self.price().is_some_and(|price| price <= paid.max_price)
    }
}
