//! What a settler's word is worth: an answer about another payment, or one that contradicts itself, says nothing.

use earnest_base::TransactionId;
use earnest_x402::{ErrorReason, SettleResponse};

use super::tendered::Taken;
use crate::{SettlerError, Settling};

/// The settler's word, where it is about this payment; otherwise nothing is known.
pub(super) fn believed(told: Result<Settling, SettlerError>, taken: &Taken) -> Result<Settling, SettlerError> {
    let fault = match &told {
        Ok(Settling::Confirmed(settled)) => confirmed(settled, taken),
        Ok(Settling::Failed(settled)) => failed(settled, taken),
        Ok(Settling::InFlight(_)) | Err(_) => None,
    };
    match fault {
        None => told,
        Some(fault) => {
            tracing::warn!(fault, "a settler was not believed");
            Err(SettlerError::Unavailable(fault))
        }
    }
}

fn confirmed(settled: &SettleResponse, taken: &Taken) -> Option<String> {
    if !settled.success {
        return Some("a confirmation without success".to_owned());
    }
    let payment = &taken.tendered.payment;
    if let Err(error) = settled.check(&taken.requirements, Some(payment.payer.as_str())) {
        return Some(error.to_string());
    }
    if settled.payer.as_deref() == Some("") {
        return Some("a confirmation without a payer".to_owned());
    }
    // On chains and on ledgers a transaction has a hash.
    let has_hash = matches!(payment.network.namespace(), "eip155" | "orc");
    let is_one = settled.transaction.parse::<TransactionId>().is_ok();
    match (has_hash, is_one) {
        (true, false) => Some("a confirmation without its transaction".to_owned()),
        _ if settled.transaction.is_empty() || settled.transaction.len() > 512 => {
            Some("a confirmation without its transaction".to_owned())
        }
        _ => None,
    }
}

fn failed(settled: &SettleResponse, taken: &Taken) -> Option<String> {
    if settled.success {
        return Some("a failure with success".to_owned());
    }
    if settled.error_reason.as_ref() == Some(&ErrorReason::SETTLEMENT_PENDING) {
        return Some("a failure that is pending".to_owned());
    }
    // Failures may leave the network out; what they name must be ours.
    let named = SettleResponse { amount: None, ..settled.clone() };
    let named = if named.network.is_empty() {
        SettleResponse { network: taken.requirements.network.to_string(), ..named }
    } else {
        named
    };
    named.check(&taken.requirements, Some(taken.tendered.payment.payer.as_str())).err().map(|error| error.to_string())
}
