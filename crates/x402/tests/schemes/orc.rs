//! `exact` on a federation's ledger: what is taken, what is refused and with which word, and that an authorization pays
//! for one request alone.

use earnest_artifacts::{PaymentAuthorization, SecretKey};
use earnest_base::{Count, Orc, ParticipantId, PaymentIdentifier, Sha256Digest, Timestamp};
use earnest_signing::{Draft, JsonObject};
use earnest_x402::{
    ErrorReason, TimeoutSeconds, Verbatim,
    exact::{AuthorizationTerms, ExactOrc, OrcPayer, OrcPayload},
    scheme::{Asked, Binding, Demand, PaidRequest, Scheme, SchemeError, Tender, VerifiedPayment},
    v2::{PaymentPayload, PaymentRequirements},
};
use proptest::prelude::*;
use serde_json::{Value, json};

const UNFIT: ErrorReason = ErrorReason::INVALID_PAYMENT_REQUIREMENTS;

fn key() -> SecretKey {
    SecretKey::from_seed(&[1; 32])
}

fn now() -> Timestamp {
    "2026-04-01T06:10:00Z".parse().unwrap()
}

fn scheme() -> ExactOrc {
    ExactOrc::new("fed:pl-main".parse().unwrap())
}

fn demand() -> Demand {
    Demand {
        network: scheme().network().clone(),
        asset: "ORC".parse().unwrap(),
        amount: "25".parse().unwrap(),
        pay_to: "account:fed-pl-main:ola".parse().unwrap(),
        max_timeout: TimeoutSeconds::new(60).unwrap(),
    }
}

fn requirements() -> PaymentRequirements {
    scheme().requirements(&demand(), None).unwrap()
}

fn accepted(change: impl Fn(&mut Value)) -> Verbatim<PaymentRequirements> {
    let mut value = serde_json::to_value(requirements()).unwrap();
    change(&mut value);
    serde_json::from_value(value).unwrap()
}

fn request() -> PaidRequest {
    PaidRequest::new("POST", "https://ola.example/redaction?lang=pl", Sha256Digest::of(b"{}")).unwrap()
}

fn authorize(accepted: &Verbatim<PaymentRequirements>) -> Result<Draft<PaymentAuthorization>, SchemeError> {
    let account = "account:fed-pl-main:adam".parse().unwrap();
    let payer = OrcPayer { participant: ParticipantId::new(*key().public()), org: None, account };
    let nonce = "3q2-7wABAgMEBQYHCAkKCw".parse().unwrap();
    let payment = Some("pay_0195f0c27c5f7d0f8a3b".parse().unwrap());
    let terms = AuthorizationTerms { nonce, payment, sequence: Some(Count::new(4).unwrap()), now: now() };
    payer.authorize(accepted, &request(), terms)
}

fn sign(draft: Draft<PaymentAuthorization>) -> JsonObject {
    let signed = draft.sign(None, &key()).unwrap().finish().unwrap();
    OrcPayload::new(&signed.verify().unwrap()).unwrap().to_object()
}

/// The payload of an authorization that was changed before it was signed.
fn signed(change: impl Fn(&mut PaymentAuthorization)) -> JsonObject {
    let mut authorization = authorize(&accepted(|_| {})).unwrap().document().clone();
    change(&mut authorization);
    sign(Draft::new(&authorization).unwrap())
}

/// The payload of an authorization that was changed after it was signed.
fn tampered(change: impl Fn(&mut Value)) -> JsonObject {
    let mut payload = serde_json::to_value(signed(|_| {})).unwrap();
    change(&mut payload);
    serde_json::from_value(payload).unwrap()
}

fn verify(
    accepted: Option<&Verbatim<PaymentRequirements>>,
    payload: &JsonObject,
    identifier: Option<&PaymentIdentifier>,
    asked: Asked<'_>,
) -> Result<VerifiedPayment, ErrorReason> {
    let requirements = requirements();
    let tender = Tender { requirements: &requirements, accepted, payload, identifier, asked };
    scheme().verify(&tender, now()).map_err(|error| error.reason().clone())
}

fn judge(payload: &JsonObject) -> Result<VerifiedPayment, ErrorReason> {
    verify(Some(&accepted(|_| {})), payload, None, Asked::Here(&request()))
}

#[test]
fn what_is_verified_tells_the_relay_what_it_needs() {
    let payment = judge(&signed(|_| {})).unwrap();
    assert_eq!(payment.payer.as_str(), "account:fed-pl-main:adam");
    assert_eq!(payment.sequence.map(Count::value), Some(4));
    assert_eq!(payment.lapses_at.to_string(), "2026-04-01T06:11:00Z");
    assert_eq!(payment.binding, Binding::Signed);
    let key = payment.reservation();
    assert_eq!((key.network.as_str(), key.asset.as_str()), ("orc:fed-pl-main", "ORC"));
    assert_eq!((key.payer.as_str(), key.nonce.as_str()), ("account:fed-pl-main:adam", "3q2-7wABAgMEBQYHCAkKCw"));
}

#[test]
fn a_payment_survives_the_wire() {
    let payment = json!({ "x402Version": 2, "payload": signed(|_| {}), "accepted": accepted(|_| {}) });
    let payment: PaymentPayload = serde_json::from_str(&payment.to_string()).unwrap();
    let (requirements, request) = (requirements(), request());
    let tender = Tender::v2(&payment, &requirements, Asked::Here(&request));
    assert_eq!(scheme().verify(&tender, now()).unwrap(), judge(&signed(|_| {})).unwrap());
}

#[test]
fn each_fault_of_what_is_signed_has_its_word() {
    const VALUE: ErrorReason = ErrorReason::INVALID_EXACT_ORC_AUTHORIZATION_VALUE;
    const BINDING: ErrorReason = ErrorReason::INVALID_EXACT_ORC_BINDING_MISMATCH;
    const BEFORE: ErrorReason = ErrorReason::INVALID_EXACT_ORC_VALID_BEFORE;
    let amount = |minor: u64| signed(|a| a.amount = Orc::from_minor(minor).unwrap());
    let url = |url: &str| signed(|a| a.request_url = url.parse().unwrap());
    let ends = |moment: &str| signed(|a| a.valid_before = moment.parse().unwrap());
    let begins = |moment: &str| signed(|a| a.valid_after = moment.parse().unwrap());
    let payee = signed(|a| a.payee_account = "account:fed-pl-main:eve".parse().unwrap());
    let ledger = signed(|a| {
        a.federation = "fed:de-main".parse().unwrap();
        a.network = "orc:fed-de-main".parse().unwrap();
        a.payer_account = "account:fed-de-main:adam".parse().unwrap();
        a.payee_account = "account:fed-de-main:ola".parse().unwrap();
    });
    let requirements = signed(|a| a.requirements = Sha256Digest::of(b""));
    for (name, payload, expected) in [
        ("another ledger", ledger, Some(ErrorReason::INVALID_EXACT_ORC_NETWORK_MISMATCH)),
        ("another account", payee, Some(ErrorReason::INVALID_EXACT_ORC_RECIPIENT_MISMATCH)),
        ("less", amount(24), Some(VALUE)),
        ("more", amount(26), Some(VALUE)),
        ("other requirements", requirements, Some(ErrorReason::INVALID_EXACT_ORC_REQUIREMENTS_MISMATCH)),
        ("another method", signed(|a| a.request_method = "GET".parse().unwrap()), Some(BINDING)),
        ("another URL", url("https://ola.example/redaction?lang=en"), Some(BINDING)),
        ("another spelling of the URL", url("https://OLA.example:443/redaction?lang=pl"), None),
        ("another body", signed(|a| a.request_body = Sha256Digest::of(b"[]")), Some(BINDING)),
        ("begun now", begins("2026-04-01T06:10:00Z"), None),
        ("not begun", begins("2026-04-01T06:10:00.001Z"), Some(ErrorReason::INVALID_EXACT_ORC_VALID_AFTER)),
        ("over before it settles", ends("2026-04-01T06:10:00.999Z"), Some(BEFORE)),
        ("over once it is settled", ends("2026-04-01T06:10:01Z"), None),
        ("ten minutes after the timeout", ends("2026-04-01T06:21:00Z"), None),
        ("later than that", ends("2026-04-01T06:21:00.001Z"), Some(BEFORE)),
    ] {
        assert_eq!(judge(&payload).err(), expected, "{name}");
    }
}

#[test]
fn a_payload_without_a_good_signature_is_refused() {
    const FORM: ErrorReason = ErrorReason::INVALID_PAYLOAD;
    const SIGNATURE: ErrorReason = ErrorReason::INVALID_EXACT_ORC_SIGNATURE;
    let stranger = format!("participant:did:key:{}", SecretKey::from_seed(&[2; 32]).public());
    for (name, payload, expected) in [
        ("nothing", tampered(|p| *p = json!({})), FORM),
        ("an EVM payload", tampered(|p| *p = json!({ "signature": "0x", "authorization": {} })), FORM),
        ("unknown member", tampered(|p| p["tip"] = json!(1)), FORM),
        ("unknown member of the document", tampered(|p| p["authorization"]["tip"] = json!(1)), FORM),
        ("another kind", tampered(|p| p["authorization"]["schema"] = json!("ledger-transfer.v1")), FORM),
        ("no money", tampered(|p| p["authorization"]["amount"] = json!(0)), FORM),
        ("changed", tampered(|p| p["authorization"]["amount"] = json!(24)), SIGNATURE),
        ("added to", tampered(|p| p["authorization"]["x-note"] = json!("hi")), SIGNATURE),
        ("taken over", tampered(|p| p["authorization"]["payer/participant-id"] = json!(stranger)), SIGNATURE),
        ("unsigned", tampered(|p| drop(p["authorization"].as_object_mut().unwrap().remove("signature"))), SIGNATURE),
    ] {
        assert_eq!(judge(&payload), Err(expected), "{name}");
    }
}

#[test]
fn a_demand_that_the_ledger_cannot_meet_is_refused() {
    let demanding = |change: &dyn Fn(&mut Demand)| {
        let mut demand = demand();
        change(&mut demand);
        scheme().requirements(&demand, None).err().map(|error| error.reason().clone())
    };
    assert_eq!(demanding(&|_| {}), None);
    assert_eq!(demanding(&|d| d.network = "orc:fed-de-main".parse().unwrap()), Some(ErrorReason::INVALID_NETWORK));
    assert_eq!(demanding(&|d| d.asset = "USD".parse().unwrap()), Some(UNFIT));
    assert_eq!(demanding(&|d| d.amount = "0".parse().unwrap()), Some(UNFIT));
    assert_eq!(demanding(&|d| d.amount = "9007199254740992".parse().unwrap()), Some(UNFIT));
    assert_eq!(demanding(&|d| d.pay_to = "merchant".parse().unwrap()), Some(UNFIT));
    assert_eq!(demanding(&|d| d.pay_to = "account:fed-pl-main-2:ola".parse().unwrap()), Some(UNFIT));
}

#[test]
fn the_client_accepts_what_was_demanded_in_version_2() {
    let (payload, request) = (signed(|_| {}), request());
    assert_eq!(verify(None, &payload, None, Asked::Here(&request)), Err(ErrorReason::INVALID_X402_VERSION));
    for (member, value) in
        [("amount", json!("24")), ("payTo", json!("account:fed-pl-main:eve")), ("asset", json!("USD"))]
    {
        let other = accepted(|r| r[member] = value.clone());
        assert_eq!(verify(Some(&other), &payload, None, Asked::Here(&request)), Err(UNFIT), "{member}");
    }
}

#[test]
fn requirements_are_digested_as_they_were_sent_unknown_members_included() {
    let sent = accepted(|r| r["x-terms"] = json!({ "refund": "none" }));
    let payload = sign(authorize(&sent).unwrap());
    assert_eq!(judge(&payload), Err(ErrorReason::INVALID_EXACT_ORC_REQUIREMENTS_MISMATCH));
    assert!(verify(Some(&sent), &payload, None, Asked::Here(&request())).is_ok());
}

#[test]
fn a_facilitator_hands_on_the_request_that_the_payer_signed_for() {
    let payment = verify(Some(&accepted(|_| {})), &signed(|_| {}), None, Asked::Elsewhere).unwrap();
    assert_eq!(payment.binding, Binding::SignedFor(request()));
}

#[test]
fn the_payment_id_that_the_payer_signed_is_the_one_that_is_submitted() {
    const MISMATCH: ErrorReason = ErrorReason::INVALID_EXACT_ORC_IDENTIFIER_MISMATCH;
    let under = |payload: &JsonObject, identifier: &str| {
        let identifier: PaymentIdentifier = identifier.parse().unwrap();
        verify(Some(&accepted(|_| {})), payload, Some(&identifier), Asked::Here(&request())).err()
    };
    let named = signed(|_| {});
    assert_eq!(under(&named, "pay_0195f0c27c5f7d0f8a3b"), None);
    assert_eq!(under(&named, "pay_0195f0c27c5f7d0f8a3c"), Some(MISMATCH));
    assert_eq!(under(&signed(|a| a.payment = None), "pay_0195f0c27c5f7d0f8a3c"), None);
}

#[test]
fn a_client_signs_no_demand_that_contradicts_itself() {
    let refused = |change: &dyn Fn(&mut Value)| authorize(&accepted(change)).err().map(|error| error.reason().clone());
    assert_eq!(refused(&|_| {}), None);
    assert_eq!(refused(&|r| drop(r.as_object_mut().unwrap().remove("extra"))), Some(UNFIT));
    assert_eq!(refused(&|r| r["extra"]["federation"] = json!("fed:de-main")), Some(ErrorReason::INVALID_NETWORK));
    assert_eq!(refused(&|r| r["maxTimeoutSeconds"] = json!(0.5)), Some(UNFIT));
    assert_eq!(refused(&|r| r["maxTimeoutSeconds"] = json!(9_007_199_254_740_991_u64)), Some(UNFIT));
    assert_eq!(refused(&|r| r["payTo"] = json!("account:fed-pl-main:adam")), Some(ErrorReason::INVALID_PAYLOAD));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_flipped_bit_of_what_is_signed_is_refused(at in 0_usize..4096, bit in 0_u8..8) {
        let mut flipped = serde_json::to_vec(&signed(|_| {})).unwrap();
        let at = at % flipped.len();
        flipped[at] ^= 1 << bit;
        let Ok(read) = serde_json::from_slice::<JsonObject>(&flipped) else { return Ok(()) };
        prop_assert!(judge(&read).is_err(), "{}", String::from_utf8_lossy(&flipped));
    }
}
