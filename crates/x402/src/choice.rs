//! A client's side of a demand: which requirements it pays, and what it sends back.

use earnest_signing::{Json, JsonObject, Object};

use crate::{
    Extensions, PaymentFlow, Verbatim, Version,
    v2::{PaymentPayload, PaymentRequired, PaymentRequirements},
};

/// Why nothing of a demand can be paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChoiceError {
    /// The client has no scheme for any of it.
    #[error("expected requirements that the client can pay, found none")]
    NoneSupported,
    /// The client could pay, but when it would be charged is told in a word that it does not know.
    #[error("expected requirements with a payment flow that the client knows, found none")]
    NoKnownFlow,
}

impl ChoiceError {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoneSupported => "none-supported",
            Self::NoKnownFlow => "no-known-flow",
        }
    }
}

/// Chooses what to pay, as the published client does: of what the client supports and whose flow it knows, the first
/// that is paid by authorization, else the first.
///
/// `supports` is asked in the order of the demand; caps on spending belong there.
///
/// # Errors
/// Where nothing is left.
pub fn choose(
    demand: &PaymentRequired,
    supports: impl Fn(&PaymentRequirements) -> bool,
) -> Result<&Verbatim<PaymentRequirements>, ChoiceError> {
    let supported: Vec<_> = demand.accepts.iter().filter(|offered| supports(offered.value())).collect();
    if supported.is_empty() {
        return Err(ChoiceError::NoneSupported);
    }
    let flow = |offered: &Verbatim<PaymentRequirements>| offered.value().payment_flow();
    let authorization = supported.iter().find(|offered| flow(offered) == Some(PaymentFlow::Authorization));
    let known = || supported.iter().find(|offered| flow(offered).is_some());
    authorization.or_else(known).copied().ok_or(ChoiceError::NoKnownFlow)
}

impl PaymentPayload {
    /// The payment of a demand: what the scheme signed, with the chosen requirements, the resource and the extensions as
    /// they arrived, and what the client adds to extensions. What the server declared is never overwritten.
    #[must_use]
    pub fn answering(
        demand: &PaymentRequired,
        chosen: &Verbatim<PaymentRequirements>,
        payload: JsonObject,
        additions: Option<Extensions>,
    ) -> Self {
        let extensions = match (&demand.extensions, additions) {
            (Some(declared), Some(additions)) => Some(declared.extended(additions)),
            (declared, additions) => additions.or_else(|| declared.clone()),
        };
        Self {
            x402_version: Version,
            payload,
            extensions,
            resource: Some(demand.resource.clone()),
            accepted: chosen.clone(),
        }
    }
}

impl Extensions {
    /// These extensions with members added, at any depth; what is there stays.
    #[must_use]
    pub fn extended(&self, additions: Self) -> Self {
        JsonObject::from(merge(self.members().clone(), additions.into_members())).into()
    }
}

fn merge(mut declared: Object<'static>, additions: Object<'static>) -> Object<'static> {
    for member in additions {
        match (declared.remove(&member.name), member.value) {
            (Some(Json::Object(ours)), Json::Object(theirs)) => {
                declared.insert(member.name, Json::Object(merge(ours, theirs)));
            }
            (ours, theirs) => declared.insert(member.name, ours.unwrap_or(theirs)),
        }
    }
    declared
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check_echo;

    fn demand(accepts: &[(&str, &str)]) -> PaymentRequired {
        let accepts: Vec<serde_json::Value> = accepts
            .iter()
            .map(|(network, extra)| {
                let extra: serde_json::Value = serde_json::from_str(extra).unwrap();
                serde_json::json!({ "scheme": "exact", "network": network, "amount": "1", "asset": "a", "payTo": "b",
                    "maxTimeoutSeconds": 60, "extra": extra })
            })
            .collect();
        let extensions = serde_json::json!({ "payment-identifier": { "info": { "required": true }, "schema": {} } });
        let resource = serde_json::json!({ "url": "https://api.example/a" });
        let demand =
            serde_json::json!({ "x402Version": 2, "resource": resource, "accepts": accepts, "extensions": extensions });
        serde_json::from_value(demand).unwrap()
    }

    #[test]
    fn the_first_supported_is_paid_and_authorization_is_preferred() {
        let orc = |offered: &PaymentRequirements| offered.network.matches("orc:*");
        for (accepts, chosen) in [
            (vec![("eip155:1", "{}"), ("orc:a", "{}"), ("orc:b", "{}")], Ok("orc:a")),
            (vec![("orc:a", r#"{"paymentFlow": "upfront"}"#), ("orc:b", r#"{"paymentFlow": null}"#)], Ok("orc:b")),
            (vec![("orc:a", r#"{"paymentFlow": "escrow"}"#), ("eip155:1", "{}")], Ok("orc:a")),
            (vec![("orc:a", r#"{"paymentFlow": "later"}"#), ("orc:b", "{}")], Ok("orc:b")),
            (vec![("orc:a", r#"{"paymentFlow": "later"}"#)], Err(ChoiceError::NoKnownFlow)),
            (vec![("orc:a", r#"{"paymentFlow": 1}"#)], Err(ChoiceError::NoKnownFlow)),
            (vec![("eip155:1", "{}")], Err(ChoiceError::NoneSupported)),
        ] {
            let demand = demand(&accepts);
            let found = choose(&demand, orc).map(|chosen| chosen.value().network.as_str());
            assert_eq!(found, chosen, "{accepts:?}");
        }
    }

    #[test]
    fn a_client_adds_to_extensions_and_overwrites_nothing() {
        let demand = demand(&[("orc:a", "{}")]);
        let additions = r#"{"payment-identifier": {"info": {"required": false, "id": "0123456789abcdef"}}, "own": 1}"#;
        let additions = serde_json::from_str(additions).unwrap();
        let payment = PaymentPayload::answering(&demand, &demand.accepts[0], JsonObject::default(), Some(additions));
        check_echo(demand.extensions.as_ref(), payment.extensions.as_ref()).unwrap();
        let sent = serde_json::to_value(&payment).unwrap();
        assert_eq!(sent["extensions"]["payment-identifier"]["info"]["required"], true);
        assert_eq!(sent["extensions"]["payment-identifier"]["info"]["id"], "0123456789abcdef");
        assert_eq!(sent["extensions"]["own"], 1);
        assert_eq!(sent["accepted"], serde_json::to_value(&demand.accepts[0]).unwrap());
    }
}
