//! Offers and receipts that the published package signed: digests, signers, and the JWS byte for byte.

use earnest_signing::SecretKey;
use earnest_tests::{conformance, hex};
use earnest_x402::{
    Extensions,
    offer_receipt::{
        ArtifactError, ArtifactPayload, ArtifactSigner, KEY, Offer, Receipt, SignedArtifact, Trust, offers_of,
        receipt_of,
    },
};
use serde_json::{Value, json};

fn artifact<P: ArtifactPayload>(signed: &Value, payload: &Value) -> SignedArtifact<P> {
    serde_json::from_value(json!({ "format": "eip712", "payload": payload, "signature": signed["signature"] })).unwrap()
}

fn check_eip712<P: ArtifactPayload + serde::de::DeserializeOwned>(signed: &Value, recovered: &Value) -> P {
    let payload: P = serde_json::from_value(signed["payload"].clone()).unwrap();
    assert_eq!(payload.digest().to_string(), signed["digest"]);
    let recovered = recovered.as_str().unwrap();
    let artifact: SignedArtifact<P> = artifact(signed, &signed["payload"]);
    let verified = artifact.verify(Trust::Payee(recovered)).unwrap();
    assert_eq!(verified.signer(), &ArtifactSigner::Address(recovered.parse().unwrap()));
    payload
}

#[test]
fn eip_712_artifacts_have_the_digests_and_signers_of_the_package() {
    let Some(set) = conformance("x402") else { return };
    let vectors = set.json("offer-receipt.json");
    check_eip712::<Offer>(&vectors["offer"], &vectors["offerRecovered"]);
    let receipt = check_eip712::<Receipt>(&vectors["receipt"], &vectors["receiptRecovered"]);
    assert_eq!(receipt.transaction, None);
    let written = serde_json::to_value(receipt.to_full_object()).unwrap();
    assert_eq!(written, vectors["receipt"]["payload"]);
}

#[test]
fn an_absent_member_counts_as_the_unused_value_where_the_package_throws() {
    let Some(set) = conformance("x402") else { return };
    let vectors = set.json("offer-receipt.json");
    let mut payload = vectors["receipt"]["payload"].clone();
    payload.as_object_mut().unwrap().remove("transaction");
    let signer = vectors["signer"].as_str().unwrap();
    let receipt: SignedArtifact<Receipt> = artifact(&vectors["receipt"], &payload);
    assert!(receipt.verify(Trust::Payee(signer)).is_ok());

    let mut payload = vectors["offer"]["payload"].clone();
    payload.as_object_mut().unwrap().remove("validUntil");
    let without: SignedArtifact<Offer> = artifact(&vectors["offer"], &payload);
    payload["validUntil"] = json!(0);
    let with_zero: SignedArtifact<Offer> = artifact(&vectors["offer"], &payload);
    let digests = [without.unverified().unwrap().digest(), with_zero.unverified().unwrap().digest()];
    assert_eq!(digests[0], digests[1]);
    assert!(matches!(without.verify(Trust::Payee(signer)), Err(ArtifactError::Signer(_))));
}

#[test]
fn a_jws_is_the_package_s_byte_for_byte() {
    let Some(set) = conformance("x402") else { return };
    let vectors = set.json("offer-receipt.json");
    let jws = &vectors["jws"];
    let seed: [u8; 32] = hex(jws["seedHex"].as_str().unwrap()).try_into().unwrap();
    let key = SecretKey::from_seed(&seed);
    let receipt: Receipt = serde_json::from_value(jws["verified"].clone()).unwrap();
    assert_eq!(receipt.to_object().canonical(), jws["canonical"].as_str().unwrap());

    let signed = SignedArtifact::sign(&receipt, &key);
    assert_eq!(signed.signature, jws["jws"].as_str().unwrap());
    let verified = signed.verify(Trust::Payee(jws["kid"].as_str().unwrap().split_once('#').unwrap().0)).unwrap();
    assert_eq!(*verified, receipt);
    assert_eq!(verified.signer(), &ArtifactSigner::Key(*key.public()));
}

#[test]
fn the_examples_of_the_specification_are_found_in_their_messages() {
    let Some(set) = conformance("x402") else { return };
    let extensions = |number: &str| -> Extensions {
        let message = set.json(&format!("spec_examples/extensions__extension-offer-and-receipt__{number}.json"));
        serde_json::from_value(message["extensions"].clone()).unwrap()
    };
    for (number, code) in [
        ("05", "signature-invalid"),
        ("06", "signature-invalid"),
        ("07", "algorithm-unsupported"),
        ("08", "algorithm-unsupported"),
    ] {
        let found = offers_of(&extensions(number));
        assert!(extensions(number).get(KEY).is_some(), "{number}");
        assert_eq!(found.len(), 1, "{number}");
        let offer = found[0].as_ref().unwrap();
        assert_eq!(offer.unverified().unwrap().network.as_str(), "eip155:8453", "{number}");
        // Their signatures are placeholders: `0x1234567890abcdef...`, and `sig` under ES256K.
        assert_eq!(offer.verify(Trust::Whoever).unwrap_err().code(), code, "{number}");
    }
    for number in ["09", "10", "11", "12"] {
        let receipt = receipt_of(&extensions(number)).unwrap().unwrap();
        // The JWS examples have a digit of the address wrong.
        assert!(receipt.unverified().unwrap().payer.as_str().starts_with("0x857b06519E91e3A54538"), "{number}");
        assert!(receipt.verify(Trust::Whoever).is_err(), "{number}");
    }
}
