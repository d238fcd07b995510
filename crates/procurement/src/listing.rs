//! A standing offer as a catalogue sees it: published, replaced by a higher `seq`, ended by withdrawal or time.

use earnest_artifacts::{ServiceOffer, Verified, service_offer::OfferStatus};
use earnest_base::{Count, OfferId, ParticipantId, Timestamp};
use earnest_signing::{Document, Lapse};
use serde::{Deserialize, Serialize};

use crate::{Decision, words::words};

words! {
    /// Why an offer is not listed.
    ListingRefusal {
        OtherOffer = "other-offer", "It is another offer, or another provider's.";
        Outdated = "outdated", "A `seq` at least as high is known: what is known stands.";
        NotYet = "not-yet", "Its time has not come.";
        OutOfTime = "out-of-time", "Its time was over when it came.";
        StillStands = "still-stands", "Its time is not over.";
    }
}

/// An offer as a catalogue lists it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum Listing {
    /// It stands until its time is over.
    Listed(Listed),
    /// It has ended; a higher `seq` lists it again.
    Ended(EndedOffer),
}

/// An offer that stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Listed {
    /// The offer.
    pub offer: OfferId,
    /// Who offers.
    pub provider: ParticipantId,
    /// The `seq` of its terms.
    pub seq: Count,
    /// When its time is over.
    pub expires_at: Timestamp,
}

/// An offer that has ended.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct EndedOffer {
    /// The offer.
    pub offer: OfferId,
    /// Who offered.
    pub provider: ParticipantId,
    /// The `seq` at which it ended.
    pub seq: Count,
}

/// A step of a listing.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum ListingEvent {
    /// New terms stand.
    Published {
        /// The terms.
        listed: Listed,
    },
    /// The provider withdrew it.
    Withdrawn {
        /// What has ended.
        ended: EndedOffer,
    },
    /// Its time is over.
    Expired {
        /// What has ended.
        ended: EndedOffer,
    },
}

impl Listing {
    /// The offer.
    #[must_use]
    pub const fn offer(&self) -> &OfferId {
        match self {
            Self::Listed(Listed { offer, .. }) | Self::Ended(EndedOffer { offer, .. }) => offer,
        }
    }

    /// The `seq` of the latest terms.
    #[must_use]
    pub const fn seq(&self) -> Count {
        match self {
            Self::Listed(Listed { seq, .. }) | Self::Ended(EndedOffer { seq, .. }) => *seq,
        }
    }

    const fn provider(&self) -> &ParticipantId {
        match self {
            Self::Listed(Listed { provider, .. }) | Self::Ended(EndedOffer { provider, .. }) => provider,
        }
    }

    /// Decides what an offer that arrives does to what is known of it.
    ///
    /// # Errors
    /// Why it does nothing.
    pub fn publish(
        known: Option<&Self>,
        offer: &Verified<ServiceOffer>,
        now: Timestamp,
    ) -> Result<Decision<ListingEvent>, ListingRefusal> {
        if let Some(known) = known {
            if *known.offer() != offer.id || *known.provider() != offer.provider {
                return Err(ListingRefusal::OtherOffer);
            }
            match offer.seq.cmp(&known.seq()) {
                std::cmp::Ordering::Less => return Err(ListingRefusal::Outdated),
                std::cmp::Ordering::Equal => return Ok(Decision::AlreadyPresent),
                std::cmp::Ordering::Greater => {}
            }
        }
        let (id, provider, seq) = (offer.id.clone(), offer.provider, offer.seq);
        if offer.status == Some(OfferStatus::Withdrawn) {
            return match known {
                Some(Self::Listed(_)) => {
                    Ok(Decision::Moves(ListingEvent::Withdrawn { ended: EndedOffer { offer: id, provider, seq } }))
                }
                Some(Self::Ended(_)) | None => Ok(Decision::AlreadyPresent),
            };
        }
        match (offer.valid_at(now), offer.expires_at()) {
            (Ok(()), Some(expires_at)) => {
                Ok(Decision::Moves(ListingEvent::Published { listed: Listed { offer: id, provider, seq, expires_at } }))
            }
            (Err(Lapse::NotYet(_)), _) => Err(ListingRefusal::NotYet),
            (Err(Lapse::Expired(_)), _) | (Ok(()), None) => Err(ListingRefusal::OutOfTime),
        }
    }

    /// Decides whether an offer's time is over.
    ///
    /// # Errors
    /// [`ListingRefusal::StillStands`] where it is not.
    pub fn expire(&self, now: Timestamp) -> Result<Decision<ListingEvent>, ListingRefusal> {
        match self {
            Self::Ended(_) => Ok(Decision::AlreadyPresent),
            Self::Listed(listed) if now < listed.expires_at => Err(ListingRefusal::StillStands),
            Self::Listed(Listed { offer, provider, seq, .. }) => {
                let ended = EndedOffer { offer: offer.clone(), provider: *provider, seq: *seq };
                Ok(Decision::Moves(ListingEvent::Expired { ended }))
            }
        }
    }

    /// The listing after a step.
    #[must_use]
    pub fn after(event: &ListingEvent) -> Self {
        match event {
            ListingEvent::Published { listed } => Self::Listed(listed.clone()),
            ListingEvent::Withdrawn { ended } | ListingEvent::Expired { ended } => Self::Ended(ended.clone()),
        }
    }
}
