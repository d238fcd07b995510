//! The wallet of a participant on a federation's ledger.

use async_trait::async_trait;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use earnest_base::{Count, FederationId};
use earnest_signing::{JsonObject, SecretKey};
use earnest_x402::{
    exact::{AuthorizationTerms, ExactOrc, OrcPayer, OrcPayload},
    scheme::{Payer, Scheme},
};

use super::{SigningOrder, Wallet, WalletError};

/// Pays in ORC from one account: signs a `payment-authorization.v1` for each request.
#[derive(Debug)]
pub struct OrcWallet {
    payer: OrcPayer,
    key: SecretKey,
    scheme: ExactOrc,
    is_ordered: bool,
}

impl OrcWallet {
    /// Pays as this payer, on the ledger of this federation, with the participant's key.
    #[must_use]
    pub fn new(federation: FederationId, payer: OrcPayer, key: SecretKey) -> Self {
        Self { payer, key, scheme: ExactOrc::new(federation), is_ordered: false }
    }

    /// The same, whose payments are carried out in the order in which they are signed (`payer/seq`).
    #[must_use]
    pub fn in_order(self) -> Self {
        Self { is_ordered: true, ..self }
    }
}

#[async_trait]
impl Wallet for OrcWallet {
    fn scheme(&self) -> &dyn Scheme {
        &self.scheme
    }

    fn payer(&self) -> Payer {
        Payer::from(&self.payer.account)
    }

    fn is_ordered(&self) -> bool {
        self.is_ordered
    }

    async fn sign(&self, order: &SigningOrder) -> Result<JsonObject, WalletError> {
        let unfit = |error: &dyn std::fmt::Display| WalletError::Unfit(error.to_string());
        let mut random = [0_u8; 16];
        getrandom::fill(&mut random).map_err(|error| WalletError::Unavailable(error.to_string()))?;
        let nonce = URL_SAFE_NO_PAD.encode(random).parse().map_err(|error| unfit(&error))?;
        let payment = order.identifier.as_ref().map(|identifier| identifier.as_str().parse());
        let payment = payment.transpose().map_err(|error| unfit(&error))?;
        let sequence = order.place.map(Count::new).transpose().map_err(|error| unfit(&error))?;
        let terms = AuthorizationTerms { nonce, payment, sequence, now: order.now };
        let draft = self.payer.authorize(&order.accepted, &order.request, terms).map_err(|error| unfit(&error))?;
        let signed = draft.sign(None, &self.key).and_then(earnest_signing::Draft::finish);
        let verified = signed.and_then(|signed| signed.verify()).map_err(|error| unfit(&error))?;
        OrcPayload::new(&verified).map(|payload| payload.to_object()).map_err(|error| unfit(&error))
    }
}
