//! What a buyer lets a client pay for, with what, and to whom. It is configuration: nothing that a seller, a catalogue or a
//! planner says changes it.

use std::collections::BTreeSet;

use earnest_base::{FederationId, Network};
use earnest_x402::{
    AssetId, PayTo,
    evm::{EvmAddress, TokenDomain},
    offer_receipt::ArtifactSigner,
    v2::PaymentRequirements,
};

use super::{Persistence, Reach};
use crate::budget::{Limits, Unit};

/// What a buyer lets a client do.
#[derive(Debug, Clone)]
pub struct Policy {
    /// What may be paid with, the buyer's preference first. Nothing else is.
    pub assets: Vec<AssetRule>,
    /// The origins that may be paid at, such as `https://ola.example`; any where there is no list.
    pub origins: Option<BTreeSet<String>>,
    /// Who may be paid; anybody where there is no list.
    pub payees: Option<BTreeSet<PayTo>>,
    /// Who is never paid.
    pub refused_payees: BTreeSet<PayTo>,
    /// The origins of sellers whose word on the end of a payment counts, such as those of one's own house. Nobody's does
    /// who is not listed: a seller is paid by the payment.
    pub trusted_sellers: BTreeSet<String>,
    /// How long a payment may be good for at most, in seconds.
    pub longest_secs: u64,
    /// How far this clock and that of a rail may be apart, in seconds: a payment has lapsed only so much later.
    pub clocks_apart_secs: u32,
    /// How many bytes the requirements' `extra` may have.
    pub extra_max_bytes: usize,
    /// How many bytes an answer may have.
    pub answer_max_bytes: usize,
    /// Which addresses may be called.
    pub reach: Reach,
    /// How often it is tried, and how long it is waited.
    pub persistence: Persistence,
}

impl Policy {
    /// A policy under which these assets may be paid with, to anybody on the public Internet who signs their offers.
    #[must_use]
    pub fn new(assets: impl IntoIterator<Item = AssetRule>) -> Self {
        Self {
            assets: assets.into_iter().collect(),
            origins: None,
            payees: None,
            refused_payees: BTreeSet::new(),
            trusted_sellers: BTreeSet::new(),
            longest_secs: 300,
            clocks_apart_secs: 60,
            extra_max_bytes: 2_048,
            answer_max_bytes: 16 << 20,
            reach: Reach::default(),
            persistence: Persistence::default(),
        }
    }

    /// The rule of an asset, by network and asset alone.
    #[must_use]
    pub fn rule(&self, network: &Network, asset: &AssetId) -> Option<&AssetRule> {
        let asset = one_spelling(network, asset.as_str());
        self.assets.iter().find(|rule| rule.unit.network == *network && rule.unit.asset.as_str() == asset)
    }
}

/// An asset that may be paid with.
#[derive(Debug, Clone)]
pub struct AssetRule {
    /// Network and asset, each in its one spelling.
    pub unit: Unit,
    /// What people call it. It decides nothing.
    pub symbol: String,
    /// How many decimals it has: known here, never asked of a seller.
    pub decimals: u8,
    /// How much of it may be spent.
    pub limits: Limits,
    /// Whether the seller has to sign its offer.
    pub offer_required: bool,
    /// Whose signature on an offer counts.
    pub signer: OfferSigner,
}

/// Whose signature on an offer counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OfferSigner {
    /// Whoever signed the first offer of an origin that was paid, from then on.
    Pinned,
    /// One of these.
    OneOf(BTreeSet<ArtifactSigner>),
    /// The payee, where the network names payees by their keys or addresses.
    Payee,
    /// Whoever signs.
    Whoever,
}

impl AssetRule {
    /// ORC on the ledger of a federation: offers have to be signed, and their signer stays.
    #[must_use]
    pub fn orc(federation: &FederationId, limits: Limits) -> Self {
        #[expect(clippy::expect_used, reason = "the asset is a literal that fits; tests start with it")]
        let asset = "ORC".parse().expect("the asset ORC");
        let unit = Unit { network: Network::ledger(federation), asset };
        let (symbol, signer) = ("ORC".to_owned(), OfferSigner::Pinned);
        Self { unit, symbol, decimals: 2, limits, offer_required: true, signer }
    }

    /// A token on a chain of the Ethereum kind: few sellers sign their offers there, so none has to.
    ///
    /// # Panics
    /// Never: an address is an asset.
    #[must_use]
    pub fn token(token: &TokenDomain, decimals: u8, limits: Limits) -> Self {
        #[expect(clippy::expect_used, reason = "an address has 42 printable characters")]
        let asset = token.contract.to_string().parse().expect("an address is an asset");
        let unit = Unit { network: Network::eip155(token.chain_id), asset };
        let (symbol, signer) = (token.name.clone(), OfferSigner::Pinned);
        Self { unit, symbol, decimals, limits, offer_required: false, signer }
    }
}

/// Who is paid, in the one spelling that the network has for them.
pub(super) fn payee_of(requirements: &PaymentRequirements) -> PayTo {
    let text = one_spelling(&requirements.network, requirements.pay_to.as_str());
    text.parse().unwrap_or_else(|_| requirements.pay_to.clone())
}

/// A text that names an account or a contract, in one spelling: addresses with their checksum.
pub(super) fn one_spelling(network: &Network, text: &str) -> String {
    let address = (network.namespace() == "eip155").then(|| text.parse::<EvmAddress>().ok()).flatten();
    address.map_or_else(|| text.to_owned(), |address| address.to_string())
}
