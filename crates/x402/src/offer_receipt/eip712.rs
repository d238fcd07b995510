//! Offers and receipts as typed data (EIP-712).

use std::borrow::Cow;

use alloy_primitives::U256;
use alloy_sol_types::Eip712Domain;

use super::{Offer, Receipt};
use crate::evm::{TypedDataDigest, digest};

mod sol {
    alloy_sol_types::sol! {
        /// As the extension names it: the name and the members are part of what is signed.
        struct Offer {
            uint256 version;
            string resourceUrl;
            string scheme;
            string network;
            string asset;
            string payTo;
            string amount;
            uint256 validUntil;
        }

        /// As the extension names it.
        struct Receipt {
            uint256 version;
            string network;
            string resourceUrl;
            string payer;
            uint256 issuedAt;
            string transaction;
        }
    }
}

/// The domain of the extension: chain 1 whatever the network is, and no contract.
fn domain(name: &'static str) -> Eip712Domain {
    Eip712Domain::new(Some(Cow::Borrowed(name)), Some(Cow::Borrowed("1")), Some(U256::from(1)), None, None)
}

/// What a signature over an offer signs.
pub(super) fn offer(offer: &Offer) -> TypedDataDigest {
    let message = sol::Offer {
        version: U256::from(1),
        resourceUrl: offer.resource_url.to_string(),
        scheme: offer.scheme.to_string(),
        network: offer.network.to_string(),
        asset: offer.asset.to_string(),
        payTo: offer.pay_to.to_string(),
        amount: offer.amount.to_string(),
        validUntil: U256::from(offer.valid_until.map_or(0, earnest_base::Count::value)),
    };
    digest(&message, &domain("x402 offer"))
}

/// What a signature over a receipt signs.
pub(super) fn receipt(receipt: &Receipt) -> TypedDataDigest {
    let message = sol::Receipt {
        version: U256::from(1),
        network: receipt.network.to_string(),
        resourceUrl: receipt.resource_url.to_string(),
        payer: receipt.payer.to_string(),
        issuedAt: U256::from(receipt.issued_at.value()),
        transaction: receipt.transaction.as_ref().map(ToString::to_string).unwrap_or_default(),
    };
    digest(&message, &domain("x402 receipt"))
}
