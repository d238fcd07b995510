//! The EIP-3009 vector of the x402 specification, and the faulty twins derived from it: digests, the recovered payer,
//! and the reason for which each twin is refused.

use earnest_tests::conformance;
use earnest_x402::{
    ErrorReason, Verbatim,
    evm::{EvmSignature, EvmSignatureError, TokenDomain, TransferAuthorization},
    exact::ExactEip155,
    scheme::{Asked, Scheme, Tender},
    v2::{PaymentPayload, PaymentRequirements},
};
use serde_json::{Value, json};

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_else(|| panic!("{name}")).to_owned()
}

fn token(domain: &Value) -> TokenDomain {
    TokenDomain {
        name: text(domain, "name"),
        version: text(domain, "version"),
        chain_id: domain["chainId"].as_u64().unwrap(),
        contract: text(domain, "verifyingContract").parse().unwrap(),
    }
}

/// The message with its numbers as x402 writes them. The file has one beyond 64 bits, which the reader rounds.
fn authorization(message: &Value) -> Value {
    let mut message = message.clone();
    for name in ["value", "validAfter", "validBefore"] {
        let number = &message[name];
        let digits = if number.is_f64() { u256_max() } else { number.to_string() };
        message[name] = json!(digits);
    }
    message
}

fn u256_max() -> String {
    earnest_x402::evm::Uint256::MAX.to_string()
}

fn requirements(domain: &Value, message: &Value) -> PaymentRequirements {
    serde_json::from_value(json!({
        "scheme": "exact",
        "network": format!("eip155:{}", domain["chainId"]),
        "asset": domain["verifyingContract"],
        "amount": message["value"],
        "payTo": message["to"],
        "maxTimeoutSeconds": 60,
        "extra": { "name": domain["name"], "version": domain["version"] },
    }))
    .unwrap()
}

fn refusal(case: &Value) -> Option<ErrorReason> {
    let message = authorization(&case["message"]);
    let requirements = requirements(&case["domain"], &message);
    let payment: PaymentPayload = serde_json::from_value(json!({
        "x402Version": 2,
        "payload": { "signature": case["signature"], "authorization": message },
        "accepted": Verbatim::from(requirements.clone()),
    }))
    .unwrap();
    let scheme = ExactEip155::new([token(&case["domain"])]);
    let now = "2025-02-27T16:01:40Z".parse().unwrap();
    let verified = scheme.verify(&Tender::v2(&payment, &requirements, Asked::Elsewhere), now);
    verified.err().map(|error| error.reason().clone())
}

#[test]
fn the_vector_has_the_digests_and_the_payer_that_it_names() {
    let Some(set) = conformance("x402") else { return };
    let vector = set.json("eip3009_spec_vector.json");
    let token = token(&vector["domain"]);
    let signed: TransferAuthorization = serde_json::from_value(authorization(&vector["message"])).unwrap();
    let signature: EvmSignature = text(&vector, "signature").parse().unwrap();
    assert_eq!(token.separator().to_string(), text(&vector, "domainSeparator"));
    assert_eq!(signed.struct_hash().to_string(), text(&vector, "structHash"));
    assert_eq!(signed.digest(&token).to_string(), text(&vector, "digest"));
    assert_eq!(signed.signer(&token, &signature).unwrap().to_string(), text(&vector, "recovered"));
    assert_eq!(refusal(&vector), None);
}

#[test]
fn every_faulty_twin_is_refused_for_its_fault() {
    let Some(set) = conformance("x402") else { return };
    let vector = set.json("eip3009_spec_vector.json");
    let negatives = vector["derived_negatives"].as_array().unwrap();
    assert_eq!(negatives.len(), 8);
    for case in negatives {
        let name = text(case, "name");
        assert_eq!(case["must_reject"], true, "{name}");
        let expected = match name.as_str() {
            // Nothing is to be paid: refused before the signature is looked at.
            "value_zero" => ErrorReason::INVALID_PAYMENT_REQUIREMENTS,
            _ => ErrorReason::INVALID_EXACT_EVM_SIGNATURE,
        };
        assert_eq!(refusal(case), Some(expected), "{name}");

        let signed: TransferAuthorization = serde_json::from_value(authorization(&case["message"])).unwrap();
        match text(case, "signature").parse::<EvmSignature>() {
            Err(error) => assert_eq!((name.as_str(), error), ("high_s_malleated", EvmSignatureError::HighS)),
            Ok(signature) => {
                let signer = signed.signer(&token(&case["domain"]), &signature).unwrap();
                assert_eq!(signer.to_string(), text(case, "recovers"), "{name}");
            }
        }
    }
}

#[test]
fn the_examples_of_the_specification_are_judged_as_they_are_meant() {
    let Some(set) = conformance("x402") else { return };
    let vector = set.json("eip3009_spec_vector.json");
    let scheme = ExactEip155::new([token(&vector["domain"])]);
    let now = "2025-02-27T16:01:40Z".parse().unwrap();
    for (file, reason) in [("00", None), ("02", Some(ErrorReason::UNSUPPORTED_PAYLOAD_TYPE))] {
        let example = set.text(&format!("spec_examples/schemes__exact__scheme_exact_evm__{file}.json"));
        let payment: PaymentPayload = serde_json::from_str(&example).unwrap();
        let requirements = payment.accepted.value().clone();
        let verified = scheme.verify(&Tender::v2(&payment, &requirements, Asked::Elsewhere), now);
        assert_eq!(verified.err().map(|error| error.reason().clone()), reason, "{file}");
    }
}
