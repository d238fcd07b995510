//! What the rail asks of a token, and what a token tells: EIP-20 and EIP-3009.

use alloy_primitives::{Address, B256, Bytes, U256};
use alloy_sol_types::{SolCall, SolEvent};
use earnest_x402::{
    evm::{EvmAddress, TransferAuthorization, Uint256},
    exact::Eip3009Payload,
};

use super::{Overload, wire::Log};

mod abi {
    alloy_sol_types::sol! {
        interface Eip3009 {
            event Transfer(address indexed from, address indexed to, uint256 value);
            event AuthorizationUsed(address indexed authorizer, bytes32 indexed nonce);
            event AuthorizationCanceled(address indexed authorizer, bytes32 indexed nonce);

            function balanceOf(address owner) external view returns (uint256);
            function authorizationState(address authorizer, bytes32 nonce) external view returns (bool);
            function DOMAIN_SEPARATOR() external view returns (bytes32);
            function transferWithAuthorization(
                address from, address to, uint256 value, uint256 validAfter, uint256 validBefore, bytes32 nonce,
                uint8 v, bytes32 r, bytes32 s
            ) external;
            function transferWithAuthorization(
                address from, address to, uint256 value, uint256 validAfter, uint256 validBefore, bytes32 nonce,
                bytes signature
            ) external;
        }
    }
}

use abi::Eip3009;

/// The two events that end an authorisation.
pub(super) const USED: B256 = Eip3009::AuthorizationUsed::SIGNATURE_HASH;
pub(super) const CANCELLED: B256 = Eip3009::AuthorizationCanceled::SIGNATURE_HASH;

pub(super) const fn address(address: EvmAddress) -> Address {
    Address::new(*address.as_bytes())
}

pub(super) const fn number(number: Uint256) -> U256 {
    U256::from_be_bytes(number.to_be_bytes())
}

/// The call that carries an authorisation out.
pub(super) fn transfer(payload: &Eip3009Payload, overload: Overload) -> Bytes {
    let signed = &payload.authorization;
    let (from, to, value) = (address(signed.from), address(signed.to), number(signed.value));
    let (valid_after, valid_before) = (number(signed.valid_after), number(signed.valid_before));
    let nonce = B256::new(*signed.nonce.as_bytes());
    let signature = payload.signature.to_bytes();
    let call = match overload {
        Overload::Parts => Eip3009::transferWithAuthorization_0Call {
            from,
            to,
            value,
            validAfter: valid_after,
            validBefore: valid_before,
            nonce,
            v: signature[64],
            r: B256::from_slice(&signature[..32]),
            s: B256::from_slice(&signature[32..64]),
        }
        .abi_encode(),
        Overload::Bytes => Eip3009::transferWithAuthorization_1Call {
            from,
            to,
            value,
            validAfter: valid_after,
            validBefore: valid_before,
            nonce,
            signature: signature.to_vec().into(),
        }
        .abi_encode(),
    };
    call.into()
}

/// Whether this is a call that carries out this very authorisation, by whomsoever it was made.
pub(super) fn carries_out(input: &[u8], signed: &TransferAuthorization) -> bool {
    let (from, to, value) = (address(signed.from), address(signed.to), number(signed.value));
    let nonce = B256::new(*signed.nonce.as_bytes());
    if let Ok(call) = Eip3009::transferWithAuthorization_0Call::abi_decode(input) {
        return (call.from, call.to, call.value, call.nonce) == (from, to, value, nonce);
    }
    match Eip3009::transferWithAuthorization_1Call::abi_decode(input) {
        Ok(call) => (call.from, call.to, call.value, call.nonce) == (from, to, value, nonce),
        Err(_) => false,
    }
}

/// The call that asks for a balance, and its answer.
pub(super) fn balance(owner: EvmAddress) -> Bytes {
    Eip3009::balanceOfCall { owner: address(owner) }.abi_encode().into()
}

pub(super) fn read_balance(answer: &[u8]) -> Option<U256> {
    Eip3009::balanceOfCall::abi_decode_returns(answer).ok()
}

/// The call that asks whether an authorisation's nonce is used up, and its answer.
pub(super) fn state(signed: &TransferAuthorization) -> Bytes {
    let nonce = B256::new(*signed.nonce.as_bytes());
    Eip3009::authorizationStateCall { authorizer: address(signed.from), nonce }.abi_encode().into()
}

pub(super) fn read_state(answer: &[u8]) -> Option<bool> {
    Eip3009::authorizationStateCall::abi_decode_returns(answer).ok()
}

/// The call that asks for the hash of the token's domain, and its answer.
pub(super) fn domain() -> Bytes {
    Eip3009::DOMAIN_SEPARATORCall {}.abi_encode().into()
}

pub(super) fn read_domain(answer: &[u8]) -> Option<B256> {
    Eip3009::DOMAIN_SEPARATORCall::abi_decode_returns(answer).ok()
}

/// Whether a log is the token's `Transfer` of exactly this payment.
pub(super) fn is_transfer(log: &Log, token: EvmAddress, signed: &TransferAuthorization) -> bool {
    let [kind, from, to] = log.topics[..] else { return false };
    log.address == address(token)
        && kind == Eip3009::Transfer::SIGNATURE_HASH
        && from == address(signed.from).into_word()
        && to == address(signed.to).into_word()
        && log.data.len() == 32
        && U256::from_be_slice(&log.data) == number(signed.value)
}

/// Whether a log is the token's word that this authorisation was used.
pub(super) fn is_used(log: &Log, token: EvmAddress, signed: &TransferAuthorization) -> bool {
    let [kind, from, nonce] = log.topics[..] else { return false };
    log.address == address(token)
        && kind == USED
        && from == address(signed.from).into_word()
        && nonce.0 == *signed.nonce.as_bytes()
}
