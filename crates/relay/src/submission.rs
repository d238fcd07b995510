//! What is submitted: a payment whose authorisation has been verified, as the relay needs to know it (decision P7).

use earnest_base::{Network, PaymentId, PaymentIdentifier, Sha256Digest, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Authorization, Scope, Sender, Sequence};

/// A payment to settle. Whoever makes one has verified its authorisation; the relay never sees a signature.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Submission {
    /// The id that the payment gets where it is new; one that was never used.
    pub payment_id: PaymentId,
    /// Where it is settled.
    pub network: Network,
    /// Who pays.
    pub sender: Sender,
    /// Its place among the sender's payments, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence: Option<Sequence>,
    /// What makes two submissions the same: `PaymentRequest::digest` of the normalised payload and requirements.
    pub digest: Sha256Digest,
    /// What makes two authorisations the same. The rail carries it out at most once.
    pub authorization: Authorization,
    /// The client's key for this submission, where it chose one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identifier: Option<Identifier>,
    /// When the authorisation ends.
    pub lapses_at: Timestamp,
}

/// A client's key for a submission, and whose key it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Identifier {
    /// Whose keys these are.
    pub scope: Scope,
    /// The key.
    pub key: PaymentIdentifier,
}
