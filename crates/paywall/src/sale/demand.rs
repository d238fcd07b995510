//! The demand for a request: what it costs, what is declared, what is signed.

use earnest_base::{Count, Timestamp};
use earnest_x402::{
    ErrorReason, Extensions, ResourceInfo, Verbatim, Version,
    header::{DEMAND_BUDGET, encoded_len},
    offer_receipt::{self, Offer, SignedArtifact, offers_extension},
    v2::{PaymentRequired, PaymentRequirements},
};

use super::asked::Asked;
use crate::{
    PriceError,
    route::{Ask, PaidRoute},
};

/// How long a signed offer is in force, in seconds.
const OFFER_SECS: i64 = 300;

impl PaidRoute {
    /// The requirements of a request, in the order in which the seller names them.
    pub(crate) fn offered(&self, asked: &Asked) -> Result<Vec<PaymentRequirements>, PriceError> {
        let only_for = self.is_bound.then_some(&asked.paid);
        let demands = self.demands_for(Ask { parts: &asked.parts, body: &asked.body })?;
        let offered = demands.iter().map(|demand| {
            let scheme = self.paywall.scheme_of(demand)?;
            Ok(scheme.requirements(demand, only_for)?)
        });
        offered.collect()
    }

    /// What a client has to send back as it was declared. Offers are made anew each time and stay out.
    pub(crate) fn declared(&self) -> Extensions {
        let declared = Extensions::default().declaring_identifier(self.is_identifier_required);
        match self.listing() {
            Some((key, listing)) => declared.with(key, listing),
            None => declared,
        }
    }

    /// The demand. Where it would not fit a header that every proxy passes on, the listing goes, and then the offers.
    pub(crate) fn demand(
        &self,
        asked: &Asked,
        offered: &[PaymentRequirements],
        because: Option<&ErrorReason>,
        now: Timestamp,
    ) -> PaymentRequired {
        let short = Extensions::default().declaring_identifier(self.is_identifier_required);
        let offers = self.offers(asked, offered, now);
        let with_offers = |extensions: Extensions| match &offers {
            Some(offers) => extensions.with(offer_receipt::KEY, offers.clone()),
            None => extensions,
        };
        let choices = [with_offers(self.declared()), with_offers(short.clone()), self.declared(), short];
        let made = choices.map(|extensions| PaymentRequired {
            x402_version: Version,
            error: because.map(|reason| reason.as_str().to_owned()),
            resource: ResourceInfo {
                description: self.description.clone(),
                mime_type: self.mime_type.clone(),
                ..ResourceInfo::new(asked.resource.clone())
            },
            accepts: offered.iter().cloned().map(Verbatim::from).collect(),
            extensions: Some(extensions),
        });
        let [first, second, third, least] = made;
        [first, second, third].into_iter().find(|demand| encoded_len(demand) < DEMAND_BUDGET).unwrap_or(least)
    }

    fn offers(
        &self,
        asked: &Asked,
        offered: &[PaymentRequirements],
        now: Timestamp,
    ) -> Option<earnest_signing::Json<'static>> {
        let key = self.paywall.0.key.as_ref()?;
        let until = u64::try_from(now.unix_millis().div_euclid(1000) + OFFER_SECS).ok();
        let until = until.and_then(|until| Count::new(until).ok());
        let signed: Vec<SignedArtifact<Offer>> = offered
            .iter()
            .zip(0_u64..)
            .map(|(requirements, index)| {
                let offer = Offer::new(asked.resource.clone(), requirements, until);
                let signed = SignedArtifact::sign(&offer, key);
                match Count::new(index) {
                    Ok(index) => signed.at(index),
                    Err(_) => signed,
                }
            })
            .collect();
        Some(offers_extension(&signed))
    }
}
