//! Signing inputs and signatures of decisions D7 and D9, as another implementation makes them. The documents of these
//! vectors need not be complete, so their types here ask for nothing.

use earnest_base::{Subject, SubjectKind};
use earnest_signing::{Document, Draft, Json, JsonObject, Need, SecretKey, Signer, Slot};
use earnest_tests::{conformance, hex, object, signing_input};
use serde::{Deserialize, Serialize};

/// Declares types that take any members, with the signers of their kinds.
macro_rules! loose {
    ($($name:ident, $kind:literal, $signers:expr;)*) => {$(
        #[derive(Debug, Clone, Serialize, Deserialize)]
        #[serde(transparent)]
        struct $name(JsonObject);

        impl Document for $name {
            const KIND: &'static str = $kind;
            const SIGNERS: &'static [Signer] = $signers;

            fn id(&self) -> String {
                $kind.to_owned()
            }
        }
    )*};
}

const fn role(
    role: &'static str,
    slot: &'static str,
    by: &'static [&'static str],
    kinds: &'static [SubjectKind],
) -> Signer {
    Signer { slot: Slot::One(slot), role: Some(role), by, kinds, need: Need::Always }
}

const PARTICIPANT: &[SubjectKind] = &[SubjectKind::Participant];
const NODE: &[SubjectKind] = &[SubjectKind::Node];

loose! {
    Offer, "service-offer.v1", &[Signer::sole(&["provider/participant-id"], PARTICIPANT)];
    GatewayReceipt, "gateway-receipt.v1", &[Signer::sole(&["gateway/node-id"], NODE)];
    Contract, "procurement-contract.v1", &[
        role("asker", "asker/signature", &["asker/participant-id"], PARTICIPANT),
        role("responder", "responder/signature", &["responder/participant-id"], PARTICIPANT),
    ];
    // The receipt of the vectors names no escrow, so that here its signature names its signer, as those of a list do.
    Receipt, "procurement-receipt.v1", &[Signer {
        slot: Slot::Each("escrow/signature", "signer"),
        role: Some("escrow"),
        by: &[],
        kinds: NODE,
        need: Need::Always,
    }];
}

/// Signs the case's document, and compares every byte on the way.
fn check<T: Document>(case: &serde_json::Value) {
    let field = |name: &str| case[name].as_str().unwrap_or_else(|| panic!("expected {name:?} in {case}"));
    let role = case["role"].as_str();
    let key = SecretKey::from_seed(&hex(field("secret-hex")).try_into().unwrap());
    assert_eq!(format!("did:key:{}", key.public()), field("did"));

    let mut members = object(case["document"].to_string().as_bytes());
    for signer in T::SIGNERS {
        members.remove(signer.member());
    }
    let input = signing_input(T::KIND, role, &Json::Object(members.clone()).canonical());
    assert_eq!(input, hex(field("signing-input-hex")), "{case}");

    let draft = Draft::<T>::from_members(members).unwrap().sign(role, &key).unwrap();
    let signers: Vec<Subject> = draft.verify_role(role).unwrap();
    assert_eq!(signers.iter().map(Subject::key).collect::<Vec<_>>(), [key.public()]);
    let slot = T::SIGNERS.iter().find(|signer| signer.role == role).unwrap().member();
    let signed = draft.to_json();
    let signature = match signed.as_object().unwrap().get(slot).unwrap() {
        Json::Array(entries) => &entries[0],
        signature => signature,
    };
    let value = signature.as_object().unwrap().get("value").unwrap();
    assert_eq!(value.as_str(), Some(field("signature")), "{case}");
}

#[test]
fn inputs_and_signatures_are_those_of_the_other_implementation() {
    let Some(set) = conformance("earnest") else { return };
    let file = set.json("signing.json");
    for case in file["cases"].as_array().unwrap() {
        match case["kind"].as_str().unwrap() {
            Offer::KIND => check::<Offer>(case),
            GatewayReceipt::KIND => check::<GatewayReceipt>(case),
            Contract::KIND => check::<Contract>(case),
            Receipt::KIND => check::<Receipt>(case),
            other => panic!("expected a kind with a type here, found {other}"),
        }
    }
}
