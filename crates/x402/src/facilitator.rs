//! A facilitator: what it is asked, what it answers, and what an answer is worth.

mod answer;
mod discovery;
mod query;
mod request;
mod supported;

pub use answer::{FacilitatorError, SettleOutcome, VerifyOutcome};
pub use discovery::{
    DiscoveredResource, DiscoveryResources, DiscoverySearch, LastUpdated, Pagination, SearchPagination,
};
pub use query::{DiscoveryFilter, DiscoveryPage, DiscoverySearchQuery, QueryError};
pub use request::{FacilitatorRequest, RequestV1, RequestV2};
pub use supported::{ExtensionResponse, ExtensionResponses, ExtensionStatus, SupportedKind, SupportedResponse};

use earnest_signing::JsonObject;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{Amount, ErrorReason, Extensions, v1::NetworkName, v2::PaymentRequirements};

/// Whether a payment is valid: the answer of `/verify`.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct VerifyResponse {
    /// Whether it is.
    pub is_valid: bool,
    /// Why it is not.
    #[serde(default, deserialize_with = "crate::absent::nullable")]
    pub invalid_reason: Option<ErrorReason>,
    /// The same in words.
    #[serde(default, deserialize_with = "crate::absent::nullable")]
    pub invalid_message: Option<String>,
    /// Who pays.
    #[serde(default, deserialize_with = "crate::absent::nullable")]
    pub payer: Option<String>,
    /// Extensions.
    #[serde(default, deserialize_with = "crate::absent::nullable")]
    pub extensions: Option<Extensions>,
    /// What the scheme adds.
    #[serde(default, deserialize_with = "crate::absent::nullable")]
    pub extra: Option<JsonObject>,
}

/// What became of a payment: the answer of `/settle`, and the header `PAYMENT-RESPONSE`.
///
/// Its texts stay open: an answer that says that money moved must be readable, whatever else it says.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SettleResponse {
    /// Whether it is settled.
    pub success: bool,
    /// The transaction; empty where there is none.
    pub transaction: String,
    /// The network, as the version of the payment names it.
    pub network: String,
    /// Why it is not settled.
    #[serde(default, deserialize_with = "crate::absent::nullable")]
    pub error_reason: Option<ErrorReason>,
    /// The same in words.
    #[serde(default, deserialize_with = "crate::absent::nullable")]
    pub error_message: Option<String>,
    /// Who pays.
    #[serde(default, deserialize_with = "crate::absent::nullable")]
    pub payer: Option<String>,
    /// What was charged, in atomic units, where that may be less than was asked.
    #[serde(default, deserialize_with = "crate::absent::nullable")]
    pub amount: Option<String>,
    /// Extensions, such as a receipt.
    #[serde(default, deserialize_with = "crate::absent::nullable")]
    pub extensions: Option<Extensions>,
    /// What the scheme adds.
    #[serde(default, deserialize_with = "crate::absent::nullable")]
    pub extra: Option<JsonObject>,
}

crate::message::message!(VerifyResponse);
crate::message::message!(SettleResponse);

/// An answer that is about another payment than the one that was asked about.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected the {member} {expected:?}, found {found:?}")]
pub struct AnswerMismatch {
    /// The member that differs.
    pub member: &'static str,
    /// What was asked about.
    pub expected: String,
    /// What was answered.
    pub found: String,
}

impl VerifyResponse {
    /// The answer that a payment by this payer is valid.
    #[must_use]
    pub const fn valid(payer: String) -> Self {
        Self {
            is_valid: true,
            invalid_reason: None,
            invalid_message: None,
            payer: Some(payer),
            extensions: None,
            extra: None,
        }
    }

    /// The answer that a payment is not valid.
    #[must_use]
    pub const fn invalid(reason: ErrorReason, message: Option<String>, payer: Option<String>) -> Self {
        Self {
            is_valid: false,
            invalid_reason: Some(reason),
            invalid_message: message,
            payer,
            extensions: None,
            extra: None,
        }
    }
}

impl SettleResponse {
    /// The answer that a payment is settled.
    #[must_use]
    pub const fn settled(transaction: String, network: String, payer: String) -> Self {
        Self {
            success: true,
            transaction,
            network,
            error_reason: None,
            error_message: None,
            payer: Some(payer),
            amount: None,
            extensions: None,
            extra: None,
        }
    }

    /// The answer that a payment is not settled. A transaction is named only where one was sent.
    #[must_use]
    pub const fn failed(reason: ErrorReason, message: Option<String>, transaction: String, network: String) -> Self {
        Self {
            success: false,
            transaction,
            network,
            error_reason: Some(reason),
            error_message: message,
            payer: None,
            amount: None,
            extensions: None,
            extra: None,
        }
    }

    /// The same answer, with the network as version 1 names it, where it has a name there.
    #[must_use]
    pub fn for_v1(mut self) -> Self {
        let name = self.network.parse().ok().and_then(|network| NetworkName::of(&network));
        if let Some(name) = name {
            self.network = name.to_string();
        }
        self
    }

    /// Checks that the answer is about the payment that was to be settled: its network, by either version's name, its
    /// payer where both are known, and no more than was asked. A facilitator that answers otherwise is not believed.
    ///
    /// # Errors
    /// Names the member that differs.
    pub fn check(&self, requirements: &PaymentRequirements, payer: Option<&str>) -> Result<(), AnswerMismatch> {
        let differs = |member, expected: &str, found: &str| {
            Err(AnswerMismatch { member, expected: expected.to_owned(), found: found.to_owned() })
        };
        let network = &requirements.network;
        let named = NetworkName::of(network).is_some_and(|name| name.as_str() == self.network);
        if !named && self.network != network.as_str() {
            return differs("network", network.as_str(), &self.network);
        }
        // The digits of a chain's address have no case of their own; those of a did:key do.
        let hexadecimal = network.namespace() == "eip155";
        let same = |one: &str, other: &str| one == other || (hexadecimal && one.eq_ignore_ascii_case(other));
        if let (Some(expected), Some(found)) = (payer, &self.payer)
            && !same(expected, found)
        {
            return differs("payer", expected, found);
        }
        match &self.amount {
            Some(found) if found.parse::<Amount>().is_ok_and(|amount| amount <= requirements.amount) => Ok(()),
            Some(found) => differs("amount", requirements.amount.as_str(), found),
            None => Ok(()),
        }
    }
}
