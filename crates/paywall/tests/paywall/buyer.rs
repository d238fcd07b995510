//! Payers with keys: one on the ledger, one on a chain.

use alloy_primitives::Address;
use earnest_artifacts::SecretKey;
use earnest_base::{ParticipantId, PaymentIdentifier, Sha256Digest, Timestamp};
use earnest_signing::JsonObject;
use earnest_x402::{
    Extensions, PAYMENT_IDENTIFIER, Verbatim,
    evm::{EvmAddress, EvmNonce, EvmSignature, TokenDomain, TransferAuthorization, Uint256},
    exact::{AuthorizationTerms, Eip3009Payload, OrcPayer, OrcPayload},
    header,
    scheme::PaidRequest,
    v1,
    v2::{PaymentPayload, PaymentRequired, PaymentRequirements},
};
use k256::ecdsa::SigningKey;
use serde_json::json;

pub(crate) const PAYEE: &str = "0x209693Bc6afc0C5328bA36FaF03C514EF312287C";
pub(crate) const USDC: &str = "0x036CbD53842c5426634e7929541eC2318f3dCF7e";

pub(crate) fn token() -> TokenDomain {
    TokenDomain { name: "USDC".to_owned(), version: "2".to_owned(), chain_id: 84_532, contract: USDC.parse().unwrap() }
}

/// A request that is paid for.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    pub(crate) method: &'static str,
    pub(crate) target: String,
    pub(crate) body: &'static str,
}

pub(crate) fn get(target: &str) -> Wanted {
    Wanted { method: "GET", target: target.to_owned(), body: "" }
}

pub(crate) fn post(target: &str, body: &'static str) -> Wanted {
    Wanted { method: "POST", target: target.to_owned(), body }
}

/// A payer, by a number.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Buyer(pub(crate) u8);

impl Buyer {
    pub(crate) fn account(self) -> String {
        format!("account:fed-pl-main:buyer-{}", self.0)
    }

    fn accepted<'d>(demand: &'d PaymentRequired, namespace: &str) -> &'d Verbatim<PaymentRequirements> {
        demand.accepts.iter().find(|offered| offered.value().network.namespace() == namespace).unwrap()
    }

    /// What this payer signs on the ledger for a request.
    pub(crate) fn orc_payload(
        self,
        accepted: &Verbatim<PaymentRequirements>,
        wanted: &Wanted,
        nonce: &str,
        now: Timestamp,
    ) -> JsonObject {
        let key = SecretKey::from_seed(&[self.0; 32]);
        let participant = ParticipantId::new(*key.public());
        let payer = OrcPayer { participant, org: None, account: self.account().parse().unwrap() };
        let url = format!("https://api.example{}", wanted.target);
        let request = PaidRequest::new(wanted.method, &url, Sha256Digest::of(wanted.body.as_bytes())).unwrap();
        let terms = AuthorizationTerms { nonce: nonce.parse().unwrap(), payment: None, sequence: None, now };
        let signed = payer.authorize(accepted, &request, terms).unwrap().sign(None, &key).unwrap().finish().unwrap();
        OrcPayload::new(&signed.verify().unwrap()).unwrap().to_object()
    }

    /// The payment in ORC of a demand.
    pub(crate) fn orc(
        self,
        demand: &PaymentRequired,
        wanted: &Wanted,
        nonce: &str,
        name: Option<&str>,
        now: Timestamp,
    ) -> PaymentPayload {
        let accepted = Self::accepted(demand, "orc");
        let payload = self.orc_payload(accepted, wanted, nonce, now);
        PaymentPayload::answering(demand, accepted, payload, name.map(named))
    }

    pub(crate) fn evm_key(self) -> SigningKey {
        SigningKey::from_slice(&[self.0; 32]).unwrap()
    }

    pub(crate) fn address(self) -> EvmAddress {
        let point = self.evm_key().verifying_key().to_sec1_point(false);
        EvmAddress::from_bytes(Address::from_raw_public_key(&point.as_bytes()[1..]).into_array())
    }

    /// What this payer signs on a chain.
    pub(crate) fn evm_payload(self, amount: u64, nonce: u8, now: Timestamp) -> Eip3009Payload {
        let seconds = u64::try_from(now.unix_millis() / 1000).unwrap();
        let authorization = TransferAuthorization {
            from: self.address(),
            to: PAYEE.parse().unwrap(),
            value: Uint256::from(amount),
            valid_after: Uint256::from(seconds - 600),
            valid_before: Uint256::from(seconds + 60),
            nonce: EvmNonce::from_bytes([nonce; 32]),
        };
        let digest = authorization.digest(&token());
        let (signature, recovery) = self.evm_key().sign_prehash_recoverable(digest.as_bytes());
        let mut bytes = [0; 65];
        bytes[..64].copy_from_slice(&signature.to_bytes());
        bytes[64] = recovery.to_byte();
        Eip3009Payload { signature: EvmSignature::from_bytes(&bytes).unwrap(), authorization }
    }

    /// The payment on a chain of a demand.
    pub(crate) fn evm(self, demand: &PaymentRequired, nonce: u8, name: Option<&str>, now: Timestamp) -> PaymentPayload {
        let accepted = Self::accepted(demand, "eip155");
        let amount = u64::try_from(accepted.value().amount.to_u128().unwrap()).unwrap();
        let payload = serde_json::to_value(self.evm_payload(amount, nonce, now)).unwrap();
        PaymentPayload::answering(demand, accepted, serde_json::from_value(payload).unwrap(), name.map(named))
    }

    /// The same in version 1.
    pub(crate) fn evm_v1(self, amount: u64, nonce: u8, now: Timestamp) -> v1::PaymentPayload {
        let payload = serde_json::to_value(self.evm_payload(amount, nonce, now)).unwrap();
        serde_json::from_value(
            json!({ "x402Version": 1, "scheme": "exact", "network": "base-sepolia", "payload": payload }),
        )
        .unwrap()
    }
}

/// What a client adds for its identifier.
fn named(identifier: &str) -> Extensions {
    let identifier: PaymentIdentifier = identifier.parse().unwrap();
    let id = json!({ PAYMENT_IDENTIFIER: { "info": { "id": identifier.as_str() } } });
    serde_json::from_value(id).unwrap()
}

pub(crate) fn encoded(payment: &PaymentPayload) -> String {
    header::encode(payment)
}
