//! Transactions (EIP-1559), made of a job and the terms and of nothing else.

use alloy_consensus::{SignableTransaction, TxEip1559};
use alloy_primitives::{Bytes, TxKind, U256};
use earnest_base::TransactionId;
use earnest_relay::{Fee, Place, Purpose};

use super::{
    EvmRail,
    payment::{Payment, Unfit},
    token,
};
use crate::Job;

/// A transaction as it goes over the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SignedTransaction {
    pub(super) txid: TransactionId,
    pub(super) bytes: Vec<u8>,
}

impl EvmRail {
    /// The transaction of a job. Only contracts that are listed are called, and nothing of the chain's coin is ever sent.
    pub(super) fn transaction(&self, job: &Job) -> Result<SignedTransaction, Unfit> {
        let failed = |message: String| Unfit::new(earnest_x402::ErrorReason::UNEXPECTED_SETTLE_ERROR, message);
        let Place::Slot { wallet, nonce } = &job.place else {
            return Err(failed("expected a nonce of a wallet, found a payment without".to_owned()));
        };
        let key =
            self.keys.get(wallet).ok_or_else(|| failed(format!("expected a wallet of the relay, found {wallet}")))?;
        if job.fee > self.terms.fee_cap() {
            let cap = self.terms.fee_cap();
            return Err(failed(format!("expected a fee of at most {cap}, found {}", job.fee)));
        }
        let (to, input) = match (&job.purpose, &job.payment) {
            (Purpose::Payment { .. }, Some(carried)) => {
                let payment = Payment::of(&self.terms, self.chain_id, carried)?;
                let call = token::transfer(&payment.payload, payment.overload);
                (token::address(payment.contract), call)
            }
            (Purpose::Fill { .. }, None) => (token::address(key.address()), Bytes::new()),
            _ => return Err(failed("expected a payment that somebody signed, or a filling of nothing".to_owned())),
        };
        let transaction = TxEip1559 {
            chain_id: self.chain_id,
            nonce: nonce.0,
            gas_limit: self.terms.gas_limit,
            max_fee_per_gas: u128::from(job.fee.0),
            max_priority_fee_per_gas: self.tip(job.fee),
            to: TxKind::Call(to),
            value: U256::ZERO,
            access_list: alloy_consensus::private::alloy_eips::eip2930::AccessList::default(),
            input,
        };
        let signature = key.sign(&transaction.signature_hash()).map_err(|error| failed(error.to_string()))?;
        let signed = transaction.into_signed(signature);
        let mut bytes = Vec::with_capacity(signed.eip2718_encoded_length());
        signed.eip2718_encode(&mut bytes);
        Ok(SignedTransaction { txid: super::txid(signed.hash()), bytes })
    }

    /// What of a fee is offered to who makes the block: rounded up, so that a raise of the fee never leaves it as it was.
    fn tip(&self, fee: Fee) -> u128 {
        let part = u128::from(fee.0) * u128::from(self.terms.tip_permille);
        part.div_ceil(1000).clamp(1, u128::from(fee.0.max(1)))
    }
}
