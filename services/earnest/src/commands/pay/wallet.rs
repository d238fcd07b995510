//! Who pays, with what, and what they allow.

use std::{path::PathBuf, sync::Arc};

use async_trait::async_trait;
use clap::Args;
use earnest_base::{AccountId, FederationId, OrgId, ParticipantId};
use earnest_client::{
    GatewayClient, PayingClient,
    budget::{Limits, Purse, Units},
    paying::{AssetRule, OfferSigner, OrcWallet, Policy, Reach, SigningOrder, Wallet, WalletError},
};
use earnest_signing::{JsonObject, SecretKey};
use earnest_x402::{
    exact::{ExactOrc, OrcPayer},
    offer_receipt::ArtifactSigner,
    scheme::{Payer, Scheme},
};

use super::Pay;
use crate::{failure::Failure, key_file, passphrase::PassphraseFile};

/// Who pays.
#[derive(Debug, Args)]
pub(super) struct Who {
    /// The account to pay from; it names the federation.
    #[arg(long, value_name = "ACCOUNT")]
    account: AccountId,
    /// The key file of the participant who signs. Not needed with --dry-run.
    #[arg(long, value_name = "FILE", required_unless_present = "dry_run")]
    key: Option<PathBuf>,
    /// The organisation that pays, where the participant is its custodian.
    #[arg(long, value_name = "ORG")]
    org: Option<OrgId>,
    /// Have payments carried out in the order in which they are signed.
    #[arg(long)]
    in_order: bool,
    /// Whose signature on offers counts, as did:key:z6Mk…; may be repeated. Without it, whoever signed the first offer of
    /// a seller, from then on.
    #[arg(long, value_name = "DID", value_parser = signer)]
    seller: Vec<ArtifactSigner>,
    /// The gateway whose word on the end of a payment is trusted.
    #[arg(long, value_name = "URL")]
    relay: Option<String>,
}

fn signer(text: &str) -> Result<ArtifactSigner, String> {
    let key = text.strip_prefix("did:key:").and_then(|key| key.parse().ok());
    key.map(ArtifactSigner::Key).ok_or_else(|| "expected a did:key such as did:key:z6Mk…".to_owned())
}

impl Who {
    /// The key that signs.
    pub(super) fn read_key(&self, passphrase: &PassphraseFile) -> Result<SecretKey, Failure> {
        let missing = || Failure::usage("key-missing", "expected a key file, found none").hint("name it: --key FILE");
        key_file::read(self.key.as_ref().ok_or_else(missing)?, passphrase)
    }

    /// A client that pays. Without a key it only asks for prices.
    pub(super) fn client(
        &self,
        purse: Purse,
        policy: impl FnOnce(&FederationId) -> Policy,
        key: Option<SecretKey>,
    ) -> Result<PayingClient, Failure> {
        let federation = self.federation()?;
        let mut policy = policy(&federation);
        if !self.seller.is_empty() {
            for rule in &mut policy.assets {
                rule.signer = OfferSigner::OneOf(self.seller.iter().copied().collect());
            }
        }
        let wallet: Arc<dyn Wallet> = match key {
            Some(key) => {
                let participant = ParticipantId::new(*key.public());
                let payer = OrcPayer { participant, org: self.org, account: self.account.clone() };
                let wallet = OrcWallet::new(federation, payer, key);
                Arc::new(if self.in_order { wallet.in_order() } else { wallet })
            }
            None => Arc::new(NoKey { account: self.account.clone(), scheme: ExactOrc::new(federation) }),
        };
        let client = PayingClient::new(purse, policy, vec![wallet])?;
        Ok(match &self.relay {
            Some(url) => client.trusting(Arc::new(GatewayClient::new(url, None)?.http())),
            None => client,
        })
    }

    /// The federation that keeps the account: the id's second part, as ids of federations spell it.
    fn federation(&self) -> Result<FederationId, Failure> {
        let part = self.account.as_str().split(':').nth(1).and_then(|part| part.strip_prefix("fed-"));
        let federation = part.and_then(|name| format!("fed:{name}").parse().ok());
        federation.ok_or_else(|| {
            Failure::usage("account-invalid", format!("expected an account of a federation, found {}", self.account))
        })
    }
}

impl Pay {
    /// What may be paid: at most so much for this purchase, a payee's day and a day.
    pub(super) fn policy(&self) -> impl FnOnce(&FederationId) -> Policy {
        let unlimited = Units(u128::from(earnest_base::MAX_SAFE_INTEGER));
        let or_unlimited = |units: Option<Units>| units.unwrap_or(unlimited);
        let limits = Limits::new(or_unlimited(self.max), or_unlimited(self.per_payee), or_unlimited(self.per_day));
        let reach = if self.allow_private {
            Reach::Private
        } else if Reach::Public.url(&self.url).is_err() && Reach::Loopback.url(&self.url).is_ok() {
            // Whoever types the address of this machine means it; a name that leads here does not get this far.
            Reach::Loopback
        } else {
            Reach::Public
        };
        move |federation| Policy { reach, ..Policy::new([AssetRule::orc(federation, limits)]) }
    }
}

/// A wallet that knows what could be paid, and signs nothing.
#[derive(Debug)]
struct NoKey {
    account: AccountId,
    scheme: ExactOrc,
}

#[async_trait]
impl Wallet for NoKey {
    fn scheme(&self) -> &dyn Scheme {
        &self.scheme
    }

    fn payer(&self) -> Payer {
        Payer::from(&self.account)
    }

    async fn sign(&self, _: &SigningOrder) -> Result<JsonObject, WalletError> {
        Err(WalletError::Unavailable("no key was named".to_owned()))
    }
}
