//! Which signed offer is that of a demand: by what it says, never by where it stands.

use earnest_base::Timestamp;

use super::{ArtifactError, Offer, SignedArtifact, Trust, VerifiedArtifact};
use crate::{Network, ResourceUrl, evm::EvmAddress, v2::PaymentRequirements};

impl Offer {
    /// Whether it is the offer of these requirements for this resource.
    ///
    /// # Errors
    /// [`ArtifactError::Differs`] with the first member that is another. EVM addresses are compared as such, whatever
    /// their case; everything else is compared as text.
    pub fn check_terms(
        &self,
        resource_url: &ResourceUrl,
        requirements: &PaymentRequirements,
    ) -> Result<(), ArtifactError> {
        let network = &requirements.network;
        let same = |offered: &str, demanded: &str| same_on(network, offered, demanded);
        let members = [
            ("resourceUrl", self.resource_url == *resource_url),
            ("scheme", self.scheme == requirements.scheme),
            ("network", self.network == *network),
            ("asset", same(self.asset.as_str(), requirements.asset.as_str())),
            ("payTo", same(self.pay_to.as_str(), requirements.pay_to.as_str())),
            ("amount", self.amount == requirements.amount),
        ];
        let differing = members.into_iter().find(|(_, same)| !same);
        differing.map_or(Ok(()), |(member, _)| Err(ArtifactError::Differs(member)))
    }
}

/// Whether two texts name the same account or contract on a network.
fn same_on(network: &Network, one: &str, other: &str) -> bool {
    let address = |text: &str| text.parse::<EvmAddress>().ok();
    one == other || network.namespace() == "eip155" && address(one).is_some() && address(one) == address(other)
}

/// The offer of what a server demands: the first one in the list that says the same as the requirements, is in force
/// and is signed by somebody who is trusted.
///
/// # Errors
/// The fault of the first offer that says the same but is not in force, or is not signed so;
/// [`ArtifactError::Absent`] where none says the same.
pub fn find_offer<'a>(
    offers: impl IntoIterator<Item = &'a SignedArtifact<Offer>>,
    resource_url: &ResourceUrl,
    requirements: &PaymentRequirements,
    trust: Trust<'_>,
    now: Timestamp,
) -> Result<VerifiedArtifact<Offer>, ArtifactError> {
    let same = |signed: &&SignedArtifact<Offer>| {
        signed.unverified().is_ok_and(|offer| offer.check_terms(resource_url, requirements).is_ok())
    };
    let mut fault = ArtifactError::Absent;
    for signed in offers.into_iter().filter(same) {
        let verified = signed.verify(trust).and_then(|offer| offer.check_time(now).map(|()| offer));
        match verified {
            Ok(offer) => return Ok(offer),
            Err(error) if fault == ArtifactError::Absent => fault = error,
            Err(_) => {}
        }
    }
    Err(fault)
}
