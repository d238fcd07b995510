//! One form for all spellings of a payment, so that its digest names the payment and not a spelling.

use earnest_signing::{Json, JsonObject, Object};

use crate::{Network, v2};

/// A payment and its requirements in the form that a digest is taken of.
///
/// The digest that makes two submissions the same (decision P7) covers canonical JSON. That leaves spellings open that
/// mean the same authorisation: `0xAB` and `0xab`, `"60"` and `"060"`, another echo of extensions, a resource described
/// anew. So a service takes the digest of this form, and carries out the payment as it arrived:
///
/// ```text
/// let normal = NormalPayment::of(&payment, &requirements);
/// let digest = PaymentRequest { payment: normal.payment, requirements: normal.requirements, … }.digest();
/// ```
///
/// A payment of version 1 goes through [`v1::PaymentPayload::to_v2`](crate::v1::PaymentPayload::to_v2) first, and comes
/// to the same digest.
#[derive(Debug, Clone, PartialEq)]
pub struct NormalPayment {
    /// Scheme, network and what was signed.
    pub payment: JsonObject,
    /// The requirements that the server matched.
    pub requirements: JsonObject,
}

impl NormalPayment {
    /// The form of a payment that answers these requirements of the server.
    #[must_use]
    pub fn of(payment: &v2::PaymentPayload, requirements: &v2::PaymentRequirements) -> Self {
        let network = &requirements.network;
        let mut signed = Object::default();
        signed.insert("scheme", text(payment.accepted.value().scheme.as_str()));
        signed.insert("network", text(payment.accepted.value().network.as_str()));
        let payload = payment.payload.members().clone();
        let payload = if is_hexadecimal(network) { spelt_once(Json::Object(payload)) } else { Json::Object(payload) };
        signed.insert("payload", payload);
        let mut asked = requirements.to_object().members().clone();
        asked.insert("asset", text(&address(network, requirements.asset.as_str())));
        asked.insert("payTo", text(&address(network, requirements.pay_to.as_str())));
        Self { payment: signed.into(), requirements: asked.into() }
    }
}

/// The spelling of an address on a network that digests and look-ups use: hexadecimal in lower case on `eip155`, as it is
/// elsewhere.
pub(crate) fn address(network: &Network, address: &str) -> String {
    if is_hexadecimal(network) { number(address) } else { address.to_owned() }
}

/// Whether the network's scheme signs numbers, of which text is only a spelling.
fn is_hexadecimal(network: &Network) -> bool {
    network.namespace() == "eip155"
}

fn text(text: &str) -> Json<'static> {
    Json::String(text.to_owned().into())
}

/// A payload with each number in one spelling. On `eip155` every text of a payload is a number or bytes.
fn spelt_once(value: Json<'static>) -> Json<'static> {
    match value {
        Json::String(spelling) => text(&number(&spelling)),
        Json::Array(items) => Json::Array(items.into_iter().map(spelt_once).collect()),
        Json::Object(members) => {
            let members = members.into_iter().map(|mut member| {
                member.value = match spelt_once(member.value) {
                    Json::String(signature) if member.name == "signature" => text(&parity_once(&signature)),
                    value => value,
                };
                member
            });
            // The names are those of an object: none stands twice.
            Json::Object(Object::new(members.collect()).unwrap_or_default())
        }
        other => other,
    }
}

/// A signature's last byte in one spelling: 27 or 28, which some write 0 or 1.
fn parity_once(signature: &str) -> String {
    let is_of_65_bytes = signature.len() == 2 + 2 * 65;
    match signature.split_at_checked(signature.len().saturating_sub(2)) {
        Some((rest, "00")) if is_of_65_bytes => format!("{rest}1b"),
        Some((rest, "01")) if is_of_65_bytes => format!("{rest}1c"),
        _ => signature.to_owned(),
    }
}

/// Hexadecimal in lower case, decimals without leading zeros; anything else as it is.
fn number(spelling: &str) -> String {
    let digits = spelling.strip_prefix("0x").or_else(|| spelling.strip_prefix("0X"));
    if let Some(digits) = digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit())) {
        return format!("0x{}", digits.to_ascii_lowercase());
    }
    if spelling.is_empty() || !spelling.bytes().all(|byte| byte.is_ascii_digit()) {
        return spelling.to_owned();
    }
    let significant = spelling.trim_start_matches('0');
    if significant.is_empty() { "0".to_owned() } else { significant.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCEPTED: &str = r#"{"scheme": "exact", "network": "eip155:84532", "amount": "10000",
        "asset": "0x036CbD53842c5426634e7929541eC2318f3dCF7e", "payTo": "0x209693Bc6afc0C5328bA36FaF03C514EF312287C",
        "maxTimeoutSeconds": 60, "extra": {"name": "USDC", "version": "2"}}"#;

    fn payment(network: &str, payload: &str, more: &str) -> NormalPayment {
        let accepted = ACCEPTED.replace("eip155:84532", network);
        let text = format!(r#"{{"x402Version": 2, "accepted": {accepted}, "payload": {payload}{more}}}"#);
        let payment: v2::PaymentPayload = serde_json::from_str(&text).unwrap();
        let requirements = payment.accepted.value().clone();
        NormalPayment::of(&payment, &requirements)
    }

    #[test]
    fn the_last_byte_of_a_signature_has_one_spelling() {
        let signed = |last: &str| {
            let signature = format!("0x{}{last}", "ab".repeat(64));
            payment("eip155:84532", &format!(r#"{{"signature": "{signature}"}}"#), "")
        };
        assert_eq!(signed("00"), signed("1b"));
        assert_eq!(signed("01"), signed("1C"));
        assert_ne!(signed("00"), signed("01"));
    }

    #[test]
    fn spellings_of_one_authorisation_are_one_payment() {
        let first = payment(
            "eip155:84532",
            r#"{"signature": "0xAB", "authorization": {"value": "10000", "nonce": "0xCd"}}"#,
            "",
        );
        for (payload, more) in [
            (r#"{"authorization": {"nonce": "0xcd", "value": "10000"}, "signature": "0xab"}"#, ""),
            (r#"{"signature": "0Xab", "authorization": {"value": "010000", "nonce": "0xCD"}}"#, ""),
            (
                r#"{"signature": "0xab", "authorization": {"value": "10000", "nonce": "0xcd"}}"#,
                r#", "resource": {"url": "a"}, "extensions": {"payment-identifier": {"info": {}}}"#,
            ),
        ] {
            assert_eq!(payment("eip155:84532", payload, more), first, "{payload}{more}");
        }
        for payload in [
            r#"{"signature": "0xac", "authorization": {"value": "10000", "nonce": "0xCd"}}"#,
            r#"{"signature": "0xAB", "authorization": {"value": "10001", "nonce": "0xCd"}}"#,
            r#"{"signature": "0xAB", "authorization": {"value": "10000", "nonce": "0xCd", "more": 1}}"#,
        ] {
            assert_ne!(payment("eip155:84532", payload, ""), first, "{payload}");
        }
    }

    #[test]
    fn where_text_is_text_its_case_counts() {
        let one = payment("orc:main", r#"{"authorization": {"nonce": "0xAB"}}"#, "");
        let other = payment("orc:main", r#"{"authorization": {"nonce": "0xab"}}"#, "");
        assert_ne!(one, other);
    }
}
