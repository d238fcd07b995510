//! What a payment must be.

use earnest_signing::{Json, JsonObject, Object};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{Amount, AssetId, Network, PayTo, SchemeName, TimeoutSeconds, Verbatim};

/// One way in which a server takes a payment.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PaymentRequirements {
    /// How it is paid.
    pub scheme: SchemeName,
    /// Where it is settled.
    pub network: Network,
    /// How much, in atomic units of the asset.
    pub amount: Amount,
    /// What it is paid with.
    pub asset: AssetId,
    /// Who is paid.
    pub pay_to: PayTo,
    /// How long the server waits for the payment to be carried out.
    pub max_timeout_seconds: TimeoutSeconds,
    /// What the scheme adds.
    #[serde(default, deserialize_with = "crate::absent::nullable")]
    pub extra: Option<JsonObject>,
}

impl PaymentRequirements {
    /// The object that goes over the wire.
    #[must_use]
    pub fn to_object(&self) -> JsonObject {
        let text = |text: &str| Json::String(text.to_owned().into());
        let mut object = Object::default();
        object.insert("scheme", text(self.scheme.as_str()));
        object.insert("network", text(self.network.as_str()));
        object.insert("amount", text(self.amount.as_str()));
        object.insert("asset", text(self.asset.as_str()));
        object.insert("payTo", text(self.pay_to.as_str()));
        object.insert("maxTimeoutSeconds", self.max_timeout_seconds.to_json());
        if let Some(extra) = &self.extra {
            object.insert("extra", Json::Object(extra.members().clone()));
        }
        object.into()
    }

    /// A member of `extra`.
    #[must_use]
    pub fn extra(&self, name: &str) -> Option<&Json<'static>> {
        self.extra.as_ref()?.members().get(name)
    }
}

impl From<PaymentRequirements> for Verbatim<PaymentRequirements> {
    /// Our own requirements. A client that chose among a server's sends back the [`Verbatim`] that it read.
    fn from(requirements: PaymentRequirements) -> Self {
        let original = requirements.to_object();
        Self::of_own(requirements, original)
    }
}
