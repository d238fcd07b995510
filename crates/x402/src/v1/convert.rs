//! The way between the versions.
//!
//! Version 2 says more than version 1, so the way down is narrow: only what a client of version 1 would carry out as it
//! is meant goes there. The way up is open wherever the network has a name of version 2.

use super::{NetworkName, PaymentPayload, PaymentRequired, PaymentRequirements};
use crate::{Network, PaymentFlow, ResourceInfo, Verbatim, Version, v2};

/// What has no form in the other version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConvertError {
    /// The network has a name in one version only.
    #[error("expected a network that has a name in both versions of x402, found {0}")]
    Network(String),
    /// Version 1 knows payment before work only, by the token's own authorisation.
    #[error("expected a payment as version 1 knows it, found {name} {value:?}")]
    Way {
        /// The member of `extra`.
        name: &'static str,
        /// Its value.
        value: String,
    },
    /// The payment is not of the requirements' scheme or network.
    #[error("expected a payment by {expected}, found one by {found}")]
    OtherWay {
        /// Scheme and network of the requirements.
        expected: String,
        /// Those of the payment.
        found: String,
    },
}

impl ConvertError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Network(_) => "network-unnamed",
            Self::Way { .. } => "way-unknown",
            Self::OtherWay { .. } => "other-way",
        }
    }
}

impl PaymentRequired {
    /// What a client of version 1 can pay of a demand: `None` where that is nothing.
    ///
    /// Entries are left out that the last client of version 1 does not know, because it refuses a demand as a whole for
    /// one of them. Extensions stay out too: that client drops them, and both versions would double the answer.
    #[must_use]
    pub fn of(demand: &v2::PaymentRequired) -> Option<Self> {
        let requirements = demand.accepts.iter().map(Verbatim::value);
        let accepts: Vec<PaymentRequirements> = requirements
            .filter(|requirements| requirements.scheme.as_str() == "exact")
            .filter_map(|requirements| PaymentRequirements::from_v2(requirements, &demand.resource).ok())
            .filter(|requirements| requirements.network.is_in_last_client())
            .collect();
        (!accepts.is_empty()).then(|| Self {
            x402_version: Version,
            error: demand.error.clone(),
            accepts,
            extensions: None,
        })
    }
}

impl PaymentRequirements {
    /// The same requirements in version 1.
    ///
    /// # Errors
    /// Where the network has no name in version 1, or they ask for a flow or a transfer that version 1 does not know.
    pub fn from_v2(requirements: &v2::PaymentRequirements, resource: &ResourceInfo) -> Result<Self, ConvertError> {
        let network = NetworkName::of(&requirements.network)
            .ok_or_else(|| ConvertError::Network(requirements.network.to_string()))?;
        if requirements.payment_flow() != Some(PaymentFlow::Authorization) {
            return Err(way(requirements, "paymentFlow"));
        }
        if requirements.extra("assetTransferMethod").is_some_and(|method| method.as_str() != Some("eip3009")) {
            return Err(way(requirements, "assetTransferMethod"));
        }
        Ok(Self {
            scheme: requirements.scheme.clone(),
            network,
            max_amount_required: requirements.amount.clone(),
            resource: resource.url.clone(),
            description: resource.description.clone().unwrap_or_default(),
            mime_type: Some(resource.mime_type.clone().unwrap_or_default()),
            output_schema: None,
            pay_to: requirements.pay_to.clone(),
            max_timeout_seconds: requirements.max_timeout_seconds,
            asset: requirements.asset.clone(),
            extra: requirements.extra.clone(),
        })
    }

    /// The same requirements in version 2, and the resource that version 1 describes beside them.
    ///
    /// # Errors
    /// Where the network has no name in version 2.
    pub fn to_v2(&self) -> Result<(v2::PaymentRequirements, ResourceInfo), ConvertError> {
        let requirements = v2::PaymentRequirements {
            scheme: self.scheme.clone(),
            network: network_of(&self.network)?,
            amount: self.max_amount_required.clone(),
            asset: self.asset.clone(),
            pay_to: self.pay_to.clone(),
            max_timeout_seconds: self.max_timeout_seconds,
            extra: self.extra.clone(),
        };
        let said = |text: &String| (!text.is_empty()).then(|| text.clone());
        let resource = ResourceInfo {
            description: said(&self.description),
            mime_type: self.mime_type.as_ref().and_then(said),
            ..ResourceInfo::new(self.resource.clone())
        };
        Ok((requirements, resource))
    }
}

impl PaymentPayload {
    /// The same payment in version 2, for the requirements that it answers: version 1 does not say which those are.
    ///
    /// # Errors
    /// Where it is a payment by another scheme or on another network.
    pub fn to_v2(&self, accepted: Verbatim<v2::PaymentRequirements>) -> Result<v2::PaymentPayload, ConvertError> {
        let (expected, network) = (accepted.value(), network_of(&self.network)?);
        if (&expected.scheme, &expected.network) != (&self.scheme, &network) {
            return Err(ConvertError::OtherWay {
                expected: format!("{} on {}", expected.scheme, expected.network),
                found: format!("{} on {network}", self.scheme),
            });
        }
        let payload = self.payload.clone();
        Ok(v2::PaymentPayload { x402_version: Version, payload, extensions: None, resource: None, accepted })
    }

    /// The same payment in version 1.
    ///
    /// # Errors
    /// Where the network has no name in version 1.
    pub fn from_v2(payment: &v2::PaymentPayload) -> Result<Self, ConvertError> {
        let accepted = payment.accepted.value();
        let network =
            NetworkName::of(&accepted.network).ok_or_else(|| ConvertError::Network(accepted.network.to_string()))?;
        let (scheme, payload) = (accepted.scheme.clone(), payment.payload.clone());
        Ok(Self { x402_version: Version, scheme, network, payload })
    }
}

fn network_of(name: &NetworkName) -> Result<Network, ConvertError> {
    name.to_network().ok_or_else(|| ConvertError::Network(name.to_string()))
}

fn way(requirements: &v2::PaymentRequirements, name: &'static str) -> ConvertError {
    let value = requirements.extra(name).map(earnest_signing::Json::canonical).unwrap_or_default();
    ConvertError::Way { name, value }
}
