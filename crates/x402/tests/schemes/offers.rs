//! Whose signature counts, and which offer is that of a demand.

use std::collections::BTreeSet;

use earnest_base::Count;
use earnest_x402::{
    Extensions,
    offer_receipt::{
        ArtifactPayload, ArtifactSigner, KEY, Offer, SignedArtifact, Trust, find_offer, offers_extension, offers_of,
        receipt_extension, receipt_of,
    },
    v2::PaymentRequirements,
};
use proptest::prelude::*;
use serde_json::json;

use crate::artifact_samples::{PAYEE, UNTIL, USDC, did_of, eip712, key, offer, receipt, requirements, second, url};

#[test]
fn only_a_trusted_signer_counts() {
    let (signed, typed) = (SignedArtifact::sign(&offer(), &key()), eip712(&offer()));
    let address = *typed.verify(Trust::Whoever).unwrap().signer();
    let both: BTreeSet<ArtifactSigner> = [ArtifactSigner::Key(*key().public()), address].into();
    assert!(signed.verify(Trust::OneOf(&both)).is_ok());
    assert!(typed.verify(Trust::OneOf(&both)).is_ok());
    assert!(signed.verify(Trust::Payee(&did_of(7))).is_ok());
    assert!(typed.verify(Trust::Payee(&address.to_string())).is_ok());
    assert!(typed.verify(Trust::Payee(&address.to_string().to_lowercase())).is_ok());
    let nobody = BTreeSet::new();
    for trust in [Trust::OneOf(&nobody), Trust::Payee(PAYEE), Trust::Payee("merchant"), Trust::Payee("")] {
        assert_eq!(signed.verify(trust).unwrap_err().code(), "signer-untrusted", "{trust:?}");
        assert_eq!(typed.verify(trust).unwrap_err().code(), "signer-untrusted", "{trust:?}");
    }
}

#[test]
fn an_offer_is_found_by_what_it_says_not_by_where_it_stands() {
    let other = Offer { amount: "1".parse().unwrap(), ..offer() };
    // The hints are wrong: nothing follows them.
    let offers = [
        SignedArtifact::sign(&other, &key()).at(Count::new(0).unwrap()),
        SignedArtifact::sign(&offer(), &key()).at(Count::new(7).unwrap()),
    ];
    let extension = json!({ KEY: offers_extension(&offers) });
    assert!(extension[KEY]["schema"]["properties"]["offers"].is_object());
    let extensions: Extensions = serde_json::from_value(extension).unwrap();
    let read: Vec<SignedArtifact<Offer>> = offers_of(&extensions).into_iter().map(Result::unwrap).collect();
    assert_eq!(read, offers);

    let (did, stranger) = (did_of(7), did_of(8));
    let find = |requirements: &PaymentRequirements, trust: Trust<'_>, now: i64| {
        let found = find_offer(&read, &url(), requirements, trust, second(now));
        found.map(|offer| offer.amount.to_string()).map_err(|error| error.code())
    };
    let trust = Trust::Payee(&did);
    assert_eq!(find(&requirements(), trust, UNTIL).as_deref(), Ok("10000"));
    assert_eq!(find(&requirements(), trust, UNTIL + 1), Err("offer-expired"));
    assert_eq!(find(&requirements(), Trust::Payee(&stranger), UNTIL), Err("signer-untrusted"));
    let spelt = PaymentRequirements { asset: USDC.to_lowercase().parse().unwrap(), ..requirements() };
    assert_eq!(find(&spelt, trust, UNTIL).as_deref(), Ok("10000"));
    let dearer = PaymentRequirements { amount: "10001".parse().unwrap(), ..requirements() };
    assert_eq!(find(&dearer, trust, UNTIL), Err("offer-absent"));
}

#[test]
fn each_member_of_an_offer_is_compared() {
    for (member, value) in [
        ("resourceUrl", "https://api.example.com/other"),
        ("scheme", "upto"),
        ("network", "eip155:8453"),
        ("asset", PAYEE),
        ("payTo", USDC),
        ("amount", "1"),
    ] {
        let mut changed = serde_json::to_value(offer()).unwrap();
        changed[member] = json!(value);
        let changed: Offer = serde_json::from_value(changed).unwrap();
        let error = changed.check_terms(&url(), &requirements()).unwrap_err();
        assert_eq!(error.code(), "offer-differs");
        assert!(error.to_string().contains(member), "{error}");
    }
    let endless = Offer { valid_until: None, ..offer() };
    assert!(endless.check_time("9999-12-31T23:59:59Z".parse().unwrap()).is_ok());
}

#[test]
fn a_receipt_is_found_in_an_answer_and_what_is_broken_is_told() {
    let signed = SignedArtifact::sign(&receipt(), &key());
    let extension = json!({ KEY: receipt_extension(&signed) });
    assert!(extension[KEY]["schema"]["properties"]["receipt"].is_object());
    let extensions: Extensions = serde_json::from_value(extension).unwrap();
    let found = receipt_of(&extensions).unwrap().unwrap();
    assert_eq!(*found.verify(Trust::Payee(&did_of(7))).unwrap(), receipt());
    assert!(receipt_of(&Extensions::default()).is_none());
    let broken =
        json!({ KEY: { "info": { "receipt": 1, "offers": [{ "format": 1 }, { "format": "jws", "signature": "" }] } } });
    let broken: Extensions = serde_json::from_value(broken).unwrap();
    assert_eq!(receipt_of(&broken).unwrap().unwrap_err().code(), "artifact-invalid");
    let offers: Vec<bool> = offers_of(&broken).iter().map(Result::is_ok).collect();
    assert_eq!(offers, [false, true]);
}

#[test]
fn what_eip_712_signs_is_sent_with_every_member() {
    let endless = Offer { valid_until: None, ..offer() };
    let written = serde_json::to_value(eip712(&endless)).unwrap();
    assert_eq!(written["payload"]["validUntil"], 0);
    let read: SignedArtifact<Offer> = serde_json::from_value(written).unwrap();
    assert_eq!(*read.verify(Trust::Whoever).unwrap(), endless);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_changed_character_of_a_jws_is_refused(at in 0_usize..1024, character in "[A-Za-z0-9_.-]") {
        let signed = SignedArtifact::sign(&offer(), &key());
        let at = at % signed.signature.len();
        let mut changed = signed.clone();
        changed.signature.replace_range(at..=at, &character);
        prop_assume!(changed != signed);
        prop_assert!(changed.verify(Trust::Payee(&did_of(7))).is_err());
    }

    #[test]
    fn an_offer_changed_under_an_eip_712_signature_is_not_its_signer_s(amount: u64, until in 1_u64..9_007_199_254_740_991) {
        let signed = eip712(&offer());
        let signer = signed.verify(Trust::Whoever).unwrap().signer().to_string();
        let amount = amount.to_string().parse().unwrap();
        let changed = Offer { amount, valid_until: Count::new(until).ok(), ..offer() };
        prop_assume!(changed != offer());
        let mut twin = signed;
        twin.payload = Some(changed.to_full_object());
        // Another address signed it, or none could have.
        prop_assert!(twin.verify(Trust::Payee(&signer)).is_err());
    }
}
