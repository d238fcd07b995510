//! The rails that a gateway serves, and the schemes that judge payments on them.

use std::{collections::BTreeMap, fmt, sync::Arc};

use earnest_base::{Network, Timestamp};
use earnest_rail::Rail;
use earnest_relay::Sponsors;
use earnest_x402::{
    SchemeName,
    scheme::{Demand, PaidRequest, Scheme, SchemeError, SchemeKind, Schemes, Tender, VerifiedPayment},
    v2::PaymentRequirements,
};

/// The rails that a gateway serves.
#[derive(Debug, Default)]
pub(crate) struct Rails {
    rails: BTreeMap<Network, Arc<dyn Rail>>,
    schemes: Schemes,
}

impl Rails {
    /// Takes rails; where two are of one network, the last one serves it.
    pub(crate) fn new(rails: Vec<Arc<dyn Rail>>) -> Self {
        let rails: BTreeMap<Network, Arc<dyn Rail>> =
            rails.into_iter().map(|rail| (rail.network().clone(), rail)).collect();
        let schemes = rails.values().map(|rail| Box::new(OfRail(Arc::clone(rail))) as Box<dyn Scheme>).collect();
        Self { rails, schemes: Schemes::new(schemes) }
    }

    pub(crate) fn get(&self, network: &Network) -> Option<&Arc<dyn Rail>> {
        self.rails.get(network)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Arc<dyn Rail>> {
        self.rails.values()
    }

    pub(crate) const fn schemes(&self) -> &Schemes {
        &self.schemes
    }

    /// Whether the relay's wallets pay for transactions on a network.
    pub(crate) fn is_sponsored(&self, network: &Network) -> bool {
        self.get(network).is_some_and(|rail| matches!(rail.terms().sponsors, Sponsors::Wallets(_)))
    }
}

/// The scheme of a rail, which lives as long as the rail.
struct OfRail(Arc<dyn Rail>);

impl fmt::Debug for OfRail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.scheme().fmt(f)
    }
}

impl Scheme for OfRail {
    fn name(&self) -> SchemeName {
        self.0.scheme().name()
    }

    fn kinds(&self) -> Vec<SchemeKind> {
        self.0.scheme().kinds()
    }

    fn serves(&self, network: &Network) -> bool {
        self.0.scheme().serves(network)
    }

    fn takes_v1(&self) -> bool {
        self.0.scheme().takes_v1()
    }

    fn requirements(
        &self,
        demand: &Demand,
        only_for: Option<&PaidRequest>,
    ) -> Result<PaymentRequirements, SchemeError> {
        self.0.scheme().requirements(demand, only_for)
    }

    fn verify(&self, tender: &Tender<'_>, now: Timestamp) -> Result<VerifiedPayment, SchemeError> {
        self.0.scheme().verify(tender, now)
    }
}
