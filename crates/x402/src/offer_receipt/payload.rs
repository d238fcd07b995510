//! What an offer says, and what a receipt says: version 1.

use earnest_base::{Count, Timestamp};
use earnest_signing::{Json, JsonObject, Number, Object};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de::DeserializeOwned};

use super::{ArtifactError, eip712};
use crate::{
    Amount, AssetId, Network, PayTo, ResourceUrl, SchemeName, Version, evm::TypedDataDigest, scheme::Payer,
    v2::PaymentRequirements,
};

crate::text::texts! {
    /// A transaction, as its network names it.
    pub TransactionText { pattern: r"^[^\u0000-\u001f\u007f]+$", max: 512, what: "a transaction", example: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" }
}

/// What an artifact of the extension says: an [`Offer`] or a [`Receipt`], and nothing else.
pub trait ArtifactPayload: DeserializeOwned + Clone + std::fmt::Debug + sealed::Sealed {
    /// The members, those that are absent left out: what a JWS carries, in canonical form.
    fn to_object(&self) -> JsonObject;

    /// The members as they stand beside an EIP-712 signature: those that are absent as 0 or as the empty text, without
    /// which the published package cannot verify.
    fn to_full_object(&self) -> JsonObject;

    /// What an EIP-712 signature signs: the domain has the constant chain 1 and no contract, and an absent member counts
    /// as 0 or as the empty text.
    fn digest(&self) -> TypedDataDigest;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Offer {}
    impl Sealed for super::Receipt {}
}

/// What a server takes for a resource. It is closed: a member that this version does not know is refused, as the
/// specification asks.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Offer {
    /// The version of the payload: 1.
    pub version: Version<1>,
    /// What is paid for.
    pub resource_url: ResourceUrl,
    /// How it is paid.
    pub scheme: SchemeName,
    /// Where it is settled, as version 2 names it.
    pub network: Network,
    /// What it is paid with.
    pub asset: AssetId,
    /// Who is paid.
    pub pay_to: PayTo,
    /// How much, in atomic units of the asset.
    pub amount: Amount,
    /// The last second in which it is in force, since 1970; without an end where it is absent, or 0 on the wire.
    #[serde(default, deserialize_with = "zero_is_absent")]
    pub valid_until: Option<Count<1>>,
}

impl Offer {
    /// The offer of what requirements demand for a resource.
    #[must_use]
    pub fn new(resource_url: ResourceUrl, requirements: &PaymentRequirements, valid_until: Option<Count<1>>) -> Self {
        let PaymentRequirements { scheme, network, amount, asset, pay_to, .. } = requirements.clone();
        Self { version: Version, resource_url, scheme, network, asset, pay_to, amount, valid_until }
    }

    /// Whether it is in force: until the end of the second that it names.
    ///
    /// # Errors
    /// [`ArtifactError::Expired`].
    pub fn check_time(&self, now: Timestamp) -> Result<(), ArtifactError> {
        match self.valid_until.map(Count::value) {
            Some(until) if i128::from(now.unix_millis().div_euclid(1000)) > i128::from(until) => {
                Err(ArtifactError::Expired { until, now })
            }
            _ => Ok(()),
        }
    }
}

/// That a resource was paid for and served. It is closed, as an [`Offer`] is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Receipt {
    /// The version of the payload: 1.
    pub version: Version<1>,
    /// Where it was settled, as version 2 names it.
    pub network: Network,
    /// What was paid for.
    pub resource_url: ResourceUrl,
    /// Who paid.
    pub payer: Payer,
    /// When it was signed, in seconds since 1970.
    pub issued_at: Count,
    /// The transaction, where the server tells it; absent also where it is empty on the wire.
    #[serde(default, deserialize_with = "empty_is_absent")]
    pub transaction: Option<TransactionText>,
}

impl ArtifactPayload for Offer {
    fn to_object(&self) -> JsonObject {
        let mut object = Object::default();
        object.insert("amount", text(self.amount.as_str()));
        object.insert("asset", text(self.asset.as_str()));
        object.insert("network", text(self.network.as_str()));
        object.insert("payTo", text(self.pay_to.as_str()));
        object.insert("resourceUrl", text(self.resource_url.as_str()));
        object.insert("scheme", text(self.scheme.as_str()));
        if let Some(until) = self.valid_until {
            object.insert("validUntil", number(until.value()));
        }
        object.insert("version", number(1));
        object.into()
    }

    fn to_full_object(&self) -> JsonObject {
        with_default(&self.to_object(), "validUntil", number(0))
    }

    fn digest(&self) -> TypedDataDigest {
        eip712::offer(self)
    }
}

impl ArtifactPayload for Receipt {
    fn to_object(&self) -> JsonObject {
        let mut object = Object::default();
        object.insert("issuedAt", number(self.issued_at.value()));
        object.insert("network", text(self.network.as_str()));
        object.insert("payer", text(self.payer.as_str()));
        object.insert("resourceUrl", text(self.resource_url.as_str()));
        if let Some(transaction) = &self.transaction {
            object.insert("transaction", text(transaction.as_str()));
        }
        object.insert("version", number(1));
        object.into()
    }

    fn to_full_object(&self) -> JsonObject {
        with_default(&self.to_object(), "transaction", text(""))
    }

    fn digest(&self) -> TypedDataDigest {
        eip712::receipt(self)
    }
}

fn with_default(object: &JsonObject, name: &'static str, value: Json<'static>) -> JsonObject {
    let mut members = object.members().clone();
    if members.get(name).is_none() {
        members.insert(name, value);
    }
    members.into()
}

fn text(text: &str) -> Json<'static> {
    Json::String(text.to_owned().into())
}

/// A whole number; a [`Count`] is within what JSON holds.
fn number(value: u64) -> Json<'static> {
    i64::try_from(value).ok().and_then(Number::from_i64).map_or(Json::Null, Json::Number)
}

fn zero_is_absent<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Count<1>>, D::Error> {
    let until = Count::<0>::deserialize(deserializer)?.value();
    Ok(Count::new(until).ok())
}

fn empty_is_absent<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<TransactionText>, D::Error> {
    let transaction = String::deserialize(deserializer)?;
    if transaction.is_empty() { Ok(None) } else { transaction.parse().map(Some).map_err(serde::de::Error::custom) }
}

impl Serialize for Offer {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_object().serialize(serializer)
    }
}

impl Serialize for Receipt {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_object().serialize(serializer)
    }
}
