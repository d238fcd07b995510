//! Whether a payment would be carried out: asked before anything is executed.

use earnest_x402::ErrorReason;
use serde_json::json;

use super::{
    EvmRail,
    call::Called,
    node::{Node, NodeError},
    payment::{Payment, Unfit},
    token,
};
use crate::{Carried, CheckError};

impl EvmRail {
    /// The first fault: what the terms do not take; a nonce that is used; too little of the token; a call that would fail,
    /// with the very bytes, gas limit and sender of the transaction; too much gas.
    pub(super) async fn check_on(&self, node: &Node, carried: &Carried) -> Result<Result<(), CheckError>, NodeError> {
        let payment = match Payment::of(&self.terms, self.chain_id, carried) {
            Ok(payment) => payment,
            Err(unfit) => return Ok(Err(unfit.into())),
        };
        let (contract, signed) = (payment.contract, payment.signed());
        if node.is_used(contract, signed, "latest").await? {
            let message = format!("expected a nonce that {contract} has not used, found {}", signed.nonce);
            return refused(ErrorReason::INVALID_EXACT_EVM_NONCE_ALREADY_USED, message);
        }
        let balance = node.balance(contract, signed.from).await?;
        if balance < token::number(signed.value) {
            let message = format!("expected {} to have {}, found {balance}", signed.from, signed.value);
            return refused(ErrorReason::INVALID_EXACT_EVM_INSUFFICIENT_BALANCE, message);
        }
        let sponsor = self.keys.keys().next().map_or_else(String::new, ToString::to_string);
        let call = json!({
            "from": sponsor, "to": contract.to_string(),
            "data": token::transfer(&payment.payload, payment.overload),
            "gas": super::wire::quantity(self.terms.gas_limit),
        });
        let failed = |reason: &str| {
            let message = format!("expected a transfer that {contract} carries out, found: {}", told(reason));
            refused(ErrorReason::INVALID_EXACT_EVM_TRANSACTION_SIMULATION_FAILED, message)
        };
        if let Called::Reverted(reason) = node.call(&call, "latest").await? {
            return failed(&reason);
        }
        match node.gas(&call).await? {
            Ok(gas) if gas <= self.terms.gas_limit => Ok(Ok(())),
            Ok(gas) => failed(&format!("{gas} gas, above the limit of {}", self.terms.gas_limit)),
            Err(reason) => failed(&reason),
        }
    }
}

impl From<Unfit> for CheckError {
    fn from(unfit: Unfit) -> Self {
        Self::Refused { reason: unfit.reason, message: unfit.message }
    }
}

/// What a contract says, made short.
fn told(reason: &str) -> String {
    crate::txid::detail(reason).map_or_else(|| "no reason".to_owned(), |text| text.to_string())
}

fn refused(reason: ErrorReason, message: String) -> Result<Result<(), CheckError>, NodeError> {
    Ok(Err(CheckError::Refused { reason, message }))
}
