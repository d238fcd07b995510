//! Payments that somebody signed, and the calls by which others bring them to a token.

use std::sync::Arc;

use alloy_primitives::{Address, B256, Bytes, U256};
use alloy_sol_types::SolCall;
use earnest_base::{Network, Sha256Digest};
use earnest_payment::PaymentRequest;
use earnest_rail::Carried;
use earnest_relay::Submission;
use earnest_x402::evm::{EvmAddress, EvmNonce, EvmSignature, TokenDomain, TransferAuthorization, Uint256};
use secp256k1::{
    Message, SecretKey,
    ecdsa::{RecoverableSignature, RecoveryId},
};
use serde_json::json;

pub(crate) mod abi {
    alloy_sol_types::sol! {
        function transferWithAuthorization(
            address from, address to, uint256 value, uint256 validAfter, uint256 validBefore, bytes32 nonce,
            bytes signature
        ) external;
        function cancelAuthorization(address authorizer, bytes32 nonce, bytes signature) external;
        function run(address[] targets, bytes[] calls) external;

        struct CancelAuthorization {
            address authorizer;
            bytes32 nonce;
        }
    }
}

/// A payment with the payer's signature.
#[derive(Debug, Clone)]
pub(crate) struct Payment {
    pub(crate) token: EvmAddress,
    pub(crate) signed: TransferAuthorization,
    pub(crate) signature: EvmSignature,
}

pub(crate) fn domain(token: EvmAddress) -> TokenDomain {
    TokenDomain { name: "USDC".to_owned(), version: "2".to_owned(), chain_id: 84_532, contract: token }
}

pub(crate) fn bytes_of(name: &str) -> [u8; 32] {
    Sha256Digest::of(name.as_bytes()).to_bytes()
}

/// Somebody of this name who has nothing yet.
pub(crate) fn payee(name: &str) -> EvmAddress {
    let mut address = [0; 20];
    address.copy_from_slice(&bytes_of(&format!("payee {name}"))[..20]);
    EvmAddress::from_bytes(address)
}

pub(crate) fn alloy(address: EvmAddress) -> Address {
    Address::new(*address.as_bytes())
}

pub(crate) fn sign(digest: [u8; 32], key: &[u8; 32]) -> EvmSignature {
    let secret = SecretKey::from_secret_bytes(*key).unwrap();
    let signature = RecoverableSignature::sign_ecdsa_recoverable(Message::from_digest(digest), &secret);
    let (recovery, compact) = signature.serialize_compact();
    let mut bytes = [0; 65];
    bytes[..64].copy_from_slice(&compact);
    bytes[64] = 27 + u8::from(recovery == RecoveryId::One);
    EvmSignature::from_bytes(&bytes).unwrap()
}

impl Payment {
    /// A payment of so much, from the owner of a key, good for ten minutes before and after a second.
    pub(crate) fn new(token: EvmAddress, from: (EvmAddress, &[u8; 32]), name: &str, value: u64, second: u64) -> Self {
        let (payer, key) = from;
        let signed = TransferAuthorization {
            from: payer,
            to: payee(name),
            value: Uint256::from(value),
            valid_after: Uint256::from(second - 600),
            valid_before: Uint256::from(second + 600),
            nonce: EvmNonce::from_bytes(bytes_of(name)),
        };
        Self::of(token, signed, key)
    }

    pub(crate) fn of(token: EvmAddress, signed: TransferAuthorization, key: &[u8; 32]) -> Self {
        let signature = sign(*signed.digest(&domain(token)).as_bytes(), key);
        Self { token, signed, signature }
    }

    /// What the relay is given.
    pub(crate) fn carried(&self, name: &str) -> Arc<Carried> {
        let requirements = json!({
            "scheme": "exact", "network": "eip155:84532", "amount": self.signed.value, "asset": self.token,
            "payTo": self.signed.to, "maxTimeoutSeconds": 60, "extra": { "name": "USDC", "version": "2" },
        });
        let payload = json!({ "signature": self.signature, "authorization": self.signed });
        let payment = json!({ "x402Version": 2, "payload": payload, "accepted": requirements });
        let request = json!({ "payment": payment, "requirements": requirements });
        let request: PaymentRequest = serde_json::from_value(request).unwrap();
        let submission = Submission {
            payment_id: format!("pay_{name}").parse().unwrap(),
            network: Network::eip155(84_532),
            sender: self.signed.from.to_string().parse().unwrap(),
            sequence: None,
            digest: request.digest(),
            authorization: format!("{}/{}/{}", self.token, self.signed.from, self.signed.nonce).parse().unwrap(),
            identifier: None,
            lapses_at: self.signed.valid_before.to_timestamp().unwrap(),
        };
        Arc::new(Carried { request, submission })
    }

    /// The call with which anybody brings it to its token.
    pub(crate) fn call(&self) -> Vec<u8> {
        let number = |number: Uint256| U256::from_be_bytes(number.to_be_bytes());
        abi::transferWithAuthorizationCall {
            from: alloy(self.signed.from),
            to: alloy(self.signed.to),
            value: number(self.signed.value),
            validAfter: number(self.signed.valid_after),
            validBefore: number(self.signed.valid_before),
            nonce: B256::new(*self.signed.nonce.as_bytes()),
            signature: self.signature.to_bytes().to_vec().into(),
        }
        .abi_encode()
    }

    /// The call with which the payer takes it back.
    pub(crate) fn cancellation(&self, key: &[u8; 32]) -> Vec<u8> {
        use alloy_sol_types::SolStruct;

        let (authorizer, nonce) = (alloy(self.signed.from), B256::new(*self.signed.nonce.as_bytes()));
        let domain = alloy_sol_types::eip712_domain! {
            name: "USDC", version: "2", chain_id: 84_532, verifying_contract: alloy(self.token),
        };
        let digest = abi::CancelAuthorization { authorizer, nonce }.eip712_signing_hash(&domain);
        let signature = sign(digest.0, key).to_bytes().to_vec().into();
        abi::cancelAuthorizationCall { authorizer, nonce, signature }.abi_encode()
    }
}

/// Several calls in one.
pub(crate) fn bundle(calls: &[(EvmAddress, Vec<u8>)]) -> Vec<u8> {
    let targets = calls.iter().map(|(target, _)| alloy(*target)).collect();
    let calls = calls.iter().map(|(_, call)| Bytes::from(call.clone())).collect();
    abi::runCall { targets, calls }.abi_encode()
}
