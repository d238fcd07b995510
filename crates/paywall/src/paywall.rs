//! A seller's paywall: who settles, where payments are kept, what is taken, and the bounds of it all.

use std::{sync::Arc, time::Duration};

use earnest_base::{FederationId, HttpUrl, InvalidError, Seconds};
use earnest_grant::Terms;
use earnest_signing::SecretKey;
use earnest_x402::{
    AssetId, TimeoutSeconds,
    exact::{ExactEip155, ExactOrc},
    scheme::{Demand, Scheme, Schemes},
};
use tokio::sync::Semaphore;

use crate::{
    Price, PriceError, Settler, Till, Token,
    price::{self, Asset},
};

/// A seller's paywall. Clones are the same one.
#[derive(Debug, Clone)]
pub struct Paywall(pub(crate) Arc<Inner>);

#[derive(Debug)]
pub(crate) struct Inner {
    /// Where the seller is called, without a slash at its end.
    pub(crate) public: Box<str>,
    pub(crate) schemes: Schemes,
    pub(crate) assets: Vec<Asset>,
    pub(crate) settler: Arc<dyn Settler>,
    pub(crate) till: Till,
    pub(crate) key: Option<SecretKey>,
    pub(crate) limits: Limits,
    pub(crate) places: Arc<Semaphore>,
}

/// Sizes and times of a paywall. The defaults suit an API of small answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// The longest body of a request, in bytes.
    pub request_bytes: usize,
    /// The longest answer that is sold, in bytes: it is held back until it is paid.
    pub answer_bytes: usize,
    /// How long a body may take to arrive.
    pub body_within: Duration,
    /// How long the work may take.
    pub work_within: Duration,
    /// How long a request waits for its settlement.
    pub settle_within: Duration,
    /// How long a payer has to settle, in seconds: `maxTimeoutSeconds`.
    pub pay_within: u32,
    /// How many payments are worked on or settled at once; more are refused before they are reserved.
    pub at_once: usize,
    /// How many payments of one payer may be open at once.
    pub open_at_most: u32,
    /// How long an outcome is kept, in seconds.
    pub life_secs: u32,
    /// How many payments the till holds.
    pub payments_at_most: usize,
    /// How many payment identifiers it holds.
    pub identifiers_at_most: usize,
    /// How many bytes of results it holds in memory.
    pub kept_bytes_at_most: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            request_bytes: 256 * 1024,
            answer_bytes: 4 << 20,
            body_within: Duration::from_secs(10),
            work_within: Duration::from_secs(20),
            settle_within: Duration::from_secs(6),
            pay_within: 60,
            at_once: 1_024,
            open_at_most: 64,
            life_secs: 24 * 3600,
            payments_at_most: 2_000_000,
            identifiers_at_most: 200_000,
            kept_bytes_at_most: 256 << 20,
        }
    }
}

impl Limits {
    /// How much longer a lease lasts than what it covers may take.
    const SLACK: Duration = Duration::from_secs(10);

    /// The terms of the till.
    pub(crate) fn terms(&self) -> Terms {
        Terms {
            work_lease: seconds(self.settle_bound() + self.work_within + Self::SLACK),
            settle_lease: seconds(self.settle_bound() + Self::SLACK),
            life: seconds(Duration::from_secs(self.life_secs.into())),
            payments_at_most: self.payments_at_most,
            identifiers_at_most: self.identifiers_at_most,
            kept_bytes_at_most: self.kept_bytes_at_most,
            open_at_most: self.open_at_most,
        }
    }

    /// After so long, a settler that does not answer is not waited for.
    pub(crate) fn settle_bound(&self) -> Duration {
        self.settle_within + self.settle_within.max(Duration::from_secs(5))
    }
}

/// Whole seconds, rounded up; the longest span that there is where it is longer.
fn seconds(span: Duration) -> Seconds {
    let whole = span.as_secs() + u64::from(span.subsec_nanos() > 0);
    let longest = || Seconds::new(3_155_760_000);
    #[expect(clippy::expect_used, reason = "a hundred years are within the bounds of a span")]
    Seconds::new(whole.max(1)).or_else(|_| longest()).expect("a hundred years")
}

/// A paywall that is being put together.
#[derive(Debug)]
pub struct PaywallBuilder {
    public: HttpUrl,
    ledgers: Vec<ExactOrc>,
    tokens: Vec<Token>,
    key: Option<SecretKey>,
    limits: Limits,
}

impl Paywall {
    /// A paywall of a seller who is called under this address, such as `https://api.example`: payers sign for it. Behind
    /// proxies it is the address that clients see.
    ///
    /// # Errors
    /// Where it is no absolute URL without query and fragment.
    pub fn at(public: &str) -> Result<PaywallBuilder, InvalidError> {
        if public.contains(['?', '#']) {
            return Err(InvalidError::new("a URL without query and fragment", public));
        }
        let public = public.parse()?;
        Ok(PaywallBuilder { public, ledgers: Vec::new(), tokens: Vec::new(), key: None, limits: Limits::default() })
    }

    /// A price of a request, such as `0.25 ORC`; whom it is paid to comes next.
    ///
    /// # Errors
    /// Where it is no price, or of an asset that is not taken here.
    pub fn price(&self, text: &str) -> Result<Price, PriceError> {
        Price::new(self, text, Vec::new())
    }

    /// What a price and a payee demand.
    pub(crate) fn demand(&self, text: &str, pay_to: &str) -> Result<Demand, PriceError> {
        let (asset, amount) = price::read(&self.0.assets, text)?;
        let max_timeout = TimeoutSeconds::new(self.0.limits.pay_within)?;
        let pay_to = pay_to.parse()?;
        let demand = Demand { network: asset.network.clone(), asset: asset.id.clone(), amount, pay_to, max_timeout };
        // A payee that cannot be paid is a fault of the seller's, to be told before anybody pays.
        self.scheme_of(&demand)?.requirements(&demand, None)?;
        Ok(demand)
    }

    pub(crate) fn scheme_of(&self, demand: &Demand) -> Result<&dyn Scheme, PriceError> {
        let exact = "exact".parse()?;
        Ok(self.0.schemes.find(&exact, &demand.network)?)
    }
}

impl PaywallBuilder {
    /// Takes ORC on the ledger of a federation.
    #[must_use]
    pub fn ledger(mut self, federation: FederationId) -> Self {
        self.ledgers.push(ExactOrc::new(federation));
        self
    }

    /// Takes a token on a chain.
    #[must_use]
    pub fn token(mut self, token: Token) -> Self {
        self.tokens.push(token);
        self
    }

    /// Signs every offer, and a receipt for every payment, with this key.
    #[must_use]
    pub fn signed_by(self, key: SecretKey) -> Self {
        Self { key: Some(key), ..self }
    }

    /// Other sizes and times.
    #[must_use]
    pub fn limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// The paywall: who settles its payments, and where they are kept.
    ///
    /// # Errors
    /// Where what is taken has no name that prices could have.
    pub fn open(self, settler: Arc<dyn Settler>, till: Till) -> Result<Paywall, InvalidError> {
        let mut assets = Vec::new();
        for ledger in &self.ledgers {
            let (symbol, network) = ("ORC".to_owned(), ledger.network().clone());
            assets.push(Asset { symbol, decimals: 2, network, id: "ORC".parse()? });
        }
        for token in &self.tokens {
            let id: AssetId = token.domain.contract.to_string().parse()?;
            let network = earnest_x402::Network::eip155(token.domain.chain_id);
            assets.push(Asset { symbol: token.symbol.clone(), decimals: token.decimals, network, id });
        }
        let mut schemes: Vec<Box<dyn Scheme>> = Vec::new();
        schemes.extend(self.ledgers.into_iter().map(|ledger| Box::new(ledger) as Box<dyn Scheme>));
        let tokens: Vec<_> = self.tokens.into_iter().map(|token| token.domain).collect();
        if !tokens.is_empty() {
            schemes.push(Box::new(ExactEip155::new(tokens)));
        }
        Ok(Paywall(Arc::new(Inner {
            public: self.public.as_str().trim_end_matches('/').into(),
            schemes: Schemes::new(schemes),
            assets,
            settler,
            till,
            key: self.key,
            places: Arc::new(Semaphore::new(self.limits.at_once)),
            limits: self.limits,
        })))
    }
}
