//! What was observed of the published clients and servers, as tables: each row is a requirement (decision X1).
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use earnest_x402::{Confusion, ErrorReason, Outcome, PaidBy, Presented, SettleResponse, header, v1, v2};
use proptest::prelude::*;
use serde_json::{Value, json};

fn demand(accepts: &[Value]) -> v2::PaymentRequired {
    let resource = json!({ "url": "https://api.example/a" });
    let demand = json!({ "x402Version": 2, "resource": resource, "accepts": accepts });
    serde_json::from_value(demand).unwrap()
}

fn offer(network: &str, extra: Value) -> Value {
    let mut offer = json!({ "scheme": "exact", "network": network, "amount": "1", "asset": "0x83", "payTo": "0x20",
        "maxTimeoutSeconds": 60 });
    if !extra.is_null() {
        offer["extra"] = extra;
    }
    offer
}

fn payment() -> v2::PaymentPayload {
    let demand = demand(&[offer("eip155:8453", Value::Null)]);
    v2::PaymentPayload::answering(&demand, &demand.accepts[0], serde_json::from_str("{}").unwrap(), None)
}

/// The code of what headers present.
fn presented(headers: &[(&str, &str)]) -> String {
    match Presented::of(headers.iter().map(|(name, value)| (*name, value.as_bytes()))) {
        Presented::None => "none".into(),
        Presented::Undecodable(error) => error.code().into(),
        Presented::Confused(confusion) => confusion.code().into(),
        Presented::V1(_) => "v1".into(),
        Presented::V2(_) => "v2".into(),
    }
}

#[test]
fn a_request_presents_one_payment_of_one_version() {
    let new = header::encode(&payment());
    let old = header::encode(&v1::PaymentPayload::from_v2(&payment()).unwrap());
    let (twice, bare) = (format!("{new}, {new}"), new.trim_end_matches('=').to_owned());
    let long = "A".repeat(header::MAX_VALUE_BYTES + 4);
    for (headers, code) in [
        (vec![("accept", "*/*")], "none"),
        (vec![("payment-signature", new.as_str())], "v2"),
        (vec![("PAYMENT-SIGNATURE", bare.as_str())], "v2"),
        (vec![("X-Payment", old.as_str())], "v1"),
        (vec![("X-PAYMENT", old.as_str()), ("PAYMENT-SIGNATURE", new.as_str())], "payment-versions-mixed"),
        (vec![("X-PAYMENT", "junk"), ("PAYMENT-SIGNATURE", new.as_str())], "payment-versions-mixed"),
        (vec![("PAYMENT-SIGNATURE", new.as_str()), ("payment-signature", new.as_str())], "payment-header-twice"),
        (vec![("PAYMENT-SIGNATURE", twice.as_str())], "payment-header-twice"),
        (vec![("PAYMENT-SIGNATURE", old.as_str())], "payment-version-mismatch"),
        (vec![("X-PAYMENT", new.as_str())], "payment-version-mismatch"),
        (vec![("PAYMENT-SIGNATURE", "")], "syntax"),
        (vec![("PAYMENT-SIGNATURE", "not base64!")], "not-base64"),
        (vec![("PAYMENT-SIGNATURE", "e30=")], "missing-member"),
        (vec![("PAYMENT-SIGNATURE", "e31=")], "not-base64"),
        (vec![("PAYMENT-SIGNATURE", "e30==")], "not-base64"),
        (vec![("PAYMENT-SIGNATURE", "e3=")], "not-base64"),
        (vec![("PAYMENT-SIGNATURE", "eyJ4NDAyVmVyc2lvbiI6M30=")], "invalid-value"),
        (vec![("PAYMENT-SIGNATURE", "eyJhIjoxLCJhIjoxfQ==")], "duplicate-member"),
        (vec![("PAYMENT-SIGNATURE", long.as_str())], "header-too-large"),
    ] {
        assert_eq!(presented(&headers), code, "{headers:?}");
    }
}

#[test]
fn a_fault_in_a_header_has_a_member_and_a_place() {
    let mut wrong = serde_json::to_value(payment()).unwrap();
    wrong["accepted"]["amount"] = json!("1.5");
    let value = base64_of(&wrong.to_string());
    let error = header::decode::<v2::PaymentPayload>(&value).unwrap_err();
    assert_eq!((error.code(), error.pointer().as_str()), ("invalid-value", "/accepted/amount"));
    assert!(error.position().is_some());
}

/// Standard base64, made apart from the crate under test.
fn base64_of(text: &str) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in text.as_bytes().chunks(3) {
        let bits = chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let digit = ALPHABET[(bits >> (18 - 6 * place) & 63) as usize];
            out.push(if place <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    out
}

#[test]
fn every_outcome_has_its_status_headers_and_body() {
    let usdc = json!({ "name": "USDC", "version": "2" });
    let both = || demand(&[offer("orc:fed-pl-main", Value::Null), offer("eip155:8453", usdc.clone())]);
    let failed = || SettleResponse::failed(ErrorReason::INSUFFICIENT_FUNDS, None, String::new(), "eip155:8453".into());
    let settled = || SettleResponse::settled("0x1".into(), "eip155:8453".into(), "0x2".into());
    let named = |names: &[&'static str]| names.to_vec();
    for (outcome, status, names, problem) in [
        (Outcome::Demand(both().into()), Some(402), named(&[header::PAYMENT_REQUIRED]), None),
        (
            Outcome::Demand(both().because(&ErrorReason::INSUFFICIENT_FUNDS).into()),
            Some(402),
            named(&[header::PAYMENT_REQUIRED]),
            None,
        ),
        (
            Outcome::Demand(both().because(&ErrorReason::PERMIT2_ALLOWANCE_REQUIRED).into()),
            Some(412),
            named(&[header::PAYMENT_REQUIRED]),
            None,
        ),
        (Outcome::Confused(Confusion::BothVersions), Some(400), vec![], Some("payment-versions-mixed")),
        (Outcome::IdentifierConflict, Some(409), vec![], Some("payment-identifier-conflict")),
        (
            Outcome::Identifier(earnest_x402::IdentifierError::Missing),
            Some(400),
            vec![],
            Some("payment-identifier-missing"),
        ),
        (Outcome::Aborted { reason: "closed".into() }, Some(403), vec![], Some("aborted")),
        (
            Outcome::FacilitatorFailed(earnest_x402::FacilitatorError::Status(503)),
            Some(502),
            vec![],
            Some("facilitator-status"),
        ),
        (Outcome::Failed, Some(500), vec![], Some("internal-error")),
        (
            Outcome::SettleFailed { paid_by: PaidBy::V2, settled: failed().into() },
            Some(402),
            named(&[header::PAYMENT_RESPONSE]),
            None,
        ),
        (
            Outcome::Settled { paid_by: PaidBy::V1, settled: settled().into() },
            None,
            named(&[header::X_PAYMENT_RESPONSE]),
            None,
        ),
    ] {
        let answer = outcome.answer(Some("public, max-age=60"));
        assert_eq!(answer.status, status, "{outcome:?}");
        let own = answer.headers.iter().filter(|(name, _)| name.contains("PAYMENT"));
        assert_eq!(own.map(|(name, _)| *name).collect::<Vec<_>>(), names, "{outcome:?}");
        let cache = answer.headers.iter().find(|(name, _)| *name == "Cache-Control").unwrap();
        let expected = if status.is_none() { "max-age=60, private" } else { "no-store" };
        assert_eq!(cache.1, expected, "{outcome:?}");
        let code = answer.body.as_ref().and_then(|body| body["code"].as_str().map(str::to_owned));
        assert_eq!(code.as_deref(), problem, "{outcome:?}");
    }
    let old = Outcome::Settled { paid_by: PaidBy::V1, settled: settled().into() }.answer(None);
    assert_eq!(header::decode::<SettleResponse>(&old.headers[0].1).unwrap().network, "base");
}

#[test]
fn one_answer_serves_clients_of_both_versions() {
    let usdc = json!({ "name": "USDC" });
    let upfront = json!({ "paymentFlow": "upfront" });
    let permit2 = json!({ "assetTransferMethod": "permit2" });
    let offers = [
        offer("orc:fed-pl-main", Value::Null),
        offer("eip155:1", Value::Null),
        offer("eip155:8453", upfront),
        offer("eip155:8453", permit2),
        offer("eip155:8453", usdc),
    ];
    let answer = Outcome::Demand(demand(&offers).into()).answer(None);
    let read: v2::PaymentRequired = header::decode(&answer.headers[0].1).unwrap();
    assert_eq!(read.accepts.len(), offers.len());
    let body = answer.body.unwrap();
    assert_eq!(body["x402Version"], 1);
    // What the last client of version 1 cannot parse would cost it the whole body.
    assert_eq!(body["accepts"].as_array().unwrap().len(), 1);
    let entry = body["accepts"][0].as_object().unwrap();
    assert_eq!(entry["network"], "base");
    assert_eq!((&entry["description"], &entry["mimeType"]), (&json!(""), &json!("")));
    assert!(entry.get("outputSchema").is_none() && !body.to_string().contains("null"));
    let none = Outcome::Demand(demand(&offers[..2]).into()).answer(None);
    assert_eq!(none.body, Some(json!({})));
}

#[test]
fn a_payment_of_version_1_is_one_of_version_2() {
    let first = payment();
    let old = v1::PaymentPayload::from_v2(&first).unwrap();
    let again = old.to_v2(first.accepted.clone()).unwrap();
    assert_eq!((&again.payload, &again.accepted), (&first.payload, &first.accepted));
    let other = demand(&[offer("eip155:84532", Value::Null)]).accepts[0].clone();
    assert_eq!(old.to_v2(other).unwrap_err().code(), "other-way");
}

#[test]
fn a_demand_with_the_usual_extensions_keeps_to_its_budget() {
    let mut demand = demand(&[offer("orc:fed-pl-main", Value::Null), offer("eip155:8453", json!({ "name": "USDC" }))]);
    demand.extensions = Some(earnest_x402::Extensions::default().declaring_identifier(true));
    assert!(header::encoded_len(&demand) < header::DEMAND_BUDGET);
    assert_eq!(header::encoded_len(&demand), header::encode(&demand).len());
}

proptest! {
    #[test]
    fn any_bytes_present_something(bytes in prop::collection::vec(any::<u8>(), 0..200), new in any::<bool>()) {
        let name = if new { header::PAYMENT_SIGNATURE } else { header::X_PAYMENT };
        let presented = Presented::of([(name, &bytes[..])]);
        prop_assert!(!matches!(presented, Presented::None));
    }

    #[test]
    fn a_message_survives_its_header(transaction in ".*", network in ".*", payer in prop::option::of(".*"), success in any::<bool>()) {
        let settled = SettleResponse { success, payer, ..SettleResponse::settled(transaction, network, String::new()) };
        // Noncharacters are refused wherever they stand.
        if let Ok(read) = header::decode::<SettleResponse>(&header::encode(&settled)) {
            prop_assert_eq!(read, settled);
        } else {
            prop_assert!(settled_has_noncharacter(&settled));
        }
    }
}

fn settled_has_noncharacter(settled: &SettleResponse) -> bool {
    let noncharacter = |c: char| matches!(u32::from(c), 0xfdd0..=0xfdef) || u32::from(c) & 0xfffe == 0xfffe;
    [&settled.transaction, &settled.network]
        .into_iter()
        .chain(&settled.payer)
        .any(|text| text.chars().any(noncharacter))
}
