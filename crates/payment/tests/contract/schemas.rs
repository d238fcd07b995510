//! The exported schemas accept what we emit and refuse what contradicts itself, as the readers do.

use earnest_payment::{
    Category, Event, Outage, Payment, PaymentRequest, PaymentStatus, Submission, Tombstone, http,
    rpc::{self, RpcId, RpcRequest, RpcResponse, SponsorStatus, SubmitResult},
    schemas,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::samples::{answers, events, gateway, payments};

fn faults(schema: &Value, value: &Value) -> Vec<String> {
    let validator = jsonschema::options().should_validate_formats(true).build(schema).unwrap();
    validator.iter_errors(value).map(|error| error.to_string()).collect()
}

pub(crate) fn accepts(schema: &Value, value: &Value) {
    let faults = faults(schema, value);
    assert!(faults.is_empty(), "{value:#}: {faults:#?}");
}

fn schema(kind: &str) -> Value {
    schemas().into_iter().find(|(name, _)| *name == kind).map(|(_, schema)| schema).unwrap()
}

/// Schema and reader agree to take, or to refuse.
fn agree<T: DeserializeOwned>(schema: &Value, value: &Value, taken: bool) {
    let faults = faults(schema, value);
    assert_eq!(faults.is_empty(), taken, "schema on {value:#}: {faults:#?}");
    let read = serde_json::from_value::<T>(value.clone());
    assert_eq!(read.is_ok(), taken, "reader on {value:#}: {:?}", read.err());
}

/// Every single change of a member of `value`: taken out, set to null, and one that nobody knows added.
fn broken(value: &Value) -> Vec<(String, Value)> {
    let members = value.as_object().unwrap();
    let mut all = Vec::new();
    for name in members.keys() {
        let mut nulled = value.clone();
        nulled[name] = Value::Null;
        all.push((format!("{name} null"), nulled));
    }
    let mut more = value.clone();
    more["surprise"] = json!(1);
    all.push(("surprise".into(), more));
    all
}

fn without(value: &Value, name: &str) -> Value {
    let mut value = value.clone();
    value.as_object_mut().unwrap().remove(name);
    value
}

#[test]
fn every_schema_is_headed_and_has_no_null() {
    for (kind, schema) in schemas() {
        assert_eq!(schema["$id"], format!("urn:earnest:schema:{kind}"));
        jsonschema::meta::validate(&schema).unwrap();
        let text = schema.to_string();
        assert_eq!(text.contains("\"null\""), kind == "payment-rpc-response.v1", "{kind}");
    }
}

#[test]
fn records_events_and_tombstones_keep_their_schemas() {
    let (record, event, tombstone) =
        (schema("payment-record.v1"), schema("payment-event.v1"), schema("payment-tombstone.v1"));
    for payment in payments() {
        let value = serde_json::to_value(&payment).unwrap();
        agree::<Payment>(&record, &value, true);
        for (_, wrong) in broken(&value) {
            agree::<Payment>(&record, &wrong, false);
        }
        if let Some(stone) = Tombstone::of(&payment) {
            agree::<Tombstone>(&tombstone, &serde_json::to_value(stone).unwrap(), true);
        }
    }
    for one in events() {
        agree::<Event>(&event, &serde_json::to_value(one).unwrap(), true);
    }
}

#[test]
fn a_terminal_record_carries_a_reason_of_its_own_state() {
    let record = schema("payment-record.v1");
    for payment in payments().iter().filter(|payment| payment.reason().is_some()) {
        let value = serde_json::to_value(payment).unwrap();
        agree::<Payment>(&record, &without(&value, "reason"), false);
        for reason in earnest_payment::Reason::ALL {
            let mut other = value.clone();
            other["reason"] = json!(reason.as_str());
            agree::<Payment>(&record, &other, reason.state() == payment.state());
        }
    }
    for payment in payments().iter().filter(|payment| payment.reason().is_none()) {
        let mut value = serde_json::to_value(payment).unwrap();
        value["reason"] = json!("expired");
        agree::<Payment>(&record, &value, false);
    }
}

#[test]
fn a_status_says_nothing_that_its_reason_or_state_denies() {
    let status = schema("payment-status.v1");
    for answer in answers() {
        let value = serde_json::to_value(PaymentStatus::new(&answer, &gateway())).unwrap();
        agree::<PaymentStatus>(&status, &value, true);
        for (_, wrong) in broken(&value) {
            agree::<PaymentStatus>(&status, &wrong, false);
        }
        for category in Category::ALL {
            let mut other = value.clone();
            other["category"] = json!(category);
            agree::<PaymentStatus>(&status, &other, *category == answer.state().category());
        }
        let Some(reason) = answer.reason() else {
            let mut other = value.clone();
            other["terminalReason"] = json!("expired");
            agree::<PaymentStatus>(&status, &other, false);
            agree::<PaymentStatus>(&status, &without(&value, "checkStatusUrl"), value.get("checkStatusUrl").is_none());
            continue;
        };
        for (member, other) in [
            ("retryable", json!(!reason.retryable())),
            ("reasonCategory", json!(if reason.category().as_str() == "relay" { "sender" } else { "relay" })),
            ("recoveryOwner", json!(if reason.owner().as_str() == "relay" { "sender" } else { "relay" })),
            ("errorCode", json!("NONCE_OCCUPIED")),
            ("checkStatusUrl", json!("https://gateway.example/payments/pay_01")),
        ] {
            let mut wrong = value.clone();
            wrong[member] = other;
            agree::<PaymentStatus>(&status, &wrong, false);
        }
        let mut silent = value.clone();
        silent["error"] = json!("");
        agree::<PaymentStatus>(&status, &silent, false);
        for member in ["terminalReason", "retryable", "category", "error", "reasonCategory"] {
            agree::<PaymentStatus>(&status, &without(&value, member), false);
        }
        agree::<PaymentStatus>(&status, &without(&value, "errorCode"), reason.error_code().is_none());
    }
}

#[test]
fn requests_keep_their_schemas() {
    let (request, rpc) = (schema("payment-request.v1"), schema("payment-rpc-request.v1"));
    let body = json!({ "payment": { "x402Version": 2 }, "requirements": {}, "paymentIdentifier": "0123456789abcdef" });
    agree::<PaymentRequest>(&request, &body, true);
    agree::<PaymentRequest>(&request, &without(&body, "paymentIdentifier"), true);
    let mut short = body.clone();
    short["paymentIdentifier"] = json!("short");
    let misspelt = json!({ "payment": {}, "requirements": {}, "payment_identifier": "0123456789abcdef" });
    for wrong in [short, misspelt, without(&body, "payment"), without(&body, "requirements")] {
        agree::<PaymentRequest>(&request, &wrong, false);
    }
    let calls = [
        (json!({ "jsonrpc": "2.0", "id": 1, "method": "submitPayment", "params": body }), None),
        (json!({ "jsonrpc": "2.0", "id": "a", "method": "checkPayment", "params": { "paymentId": "pay_01" } }), None),
        (json!({ "jsonrpc": "2.0", "id": 1, "method": "getSponsorStatus" }), None),
        (json!({ "jsonrpc": "2.0", "method": "getSponsorStatus" }), Some(-32600)),
        (json!({ "jsonrpc": "2.0", "id": null, "method": "getSponsorStatus" }), Some(-32600)),
        (json!({ "jsonrpc": "1.0", "id": 1, "method": "getSponsorStatus" }), Some(-32600)),
        (json!({ "jsonrpc": "2.0", "id": 1, "method": "getSponsorStatus", "extra": 1 }), Some(-32600)),
        (json!({ "jsonrpc": "2.0", "id": 1, "method": "pay" }), Some(-32601)),
        (json!({ "jsonrpc": "2.0", "id": 1, "method": "checkPayment" }), Some(-32602)),
        (json!({ "jsonrpc": "2.0", "id": 1, "method": "checkPayment", "params": { "paymentId": "x" } }), Some(-32602)),
        (json!({ "jsonrpc": "2.0", "id": 1, "method": "getSponsorStatus", "params": { "a": 1 } }), Some(-32602)),
    ];
    let response = schema("payment-rpc-response.v1");
    for (call, code) in calls {
        assert_eq!(faults(&rpc, &call).is_empty(), code.is_none(), "{call}");
        match (RpcRequest::parse(call.to_string().as_bytes()), code) {
            (Ok(request), None) => assert_eq!(serde_json::to_value(request).unwrap(), call),
            (Err(refusal), Some(code)) => {
                accepts(&response, &serde_json::to_value(&refusal).unwrap());
                assert_eq!(refusal.outcome.unwrap_err().code, code);
            }
            (read, _) => panic!("{call}: {read:?}"),
        }
    }
    let refusal = RpcRequest::parse(b"{\"a\": 1, \"a\": 2}").unwrap_err();
    assert_eq!((refusal.id, refusal.outcome.unwrap_err().code), (None, -32700));
}

#[test]
fn responses_and_problems_keep_their_schemas() {
    let (response, problem) = (schema("payment-rpc-response.v1"), schema("payment-problem.v1"));
    for answer in answers() {
        let value = serde_json::to_value(rpc::polled(RpcId::Number(1), &Ok(answer), &gateway())).unwrap();
        agree::<RpcResponse<PaymentStatus>>(&response, &value, true);
    }
    let refused: earnest_payment::RefusedSubmission =
        serde_json::from_value(json!({ "code": "NONCE_CONFLICT", "error": "taken", "retryable": false })).unwrap();
    let accepted = payments().into_iter().map(Submission::Accepted);
    for outcome in accepted.chain([Submission::Refused(refused.clone())]) {
        let value = serde_json::to_value(rpc::submitted(RpcId::Number(1), &Ok(outcome), &gateway())).unwrap();
        agree::<RpcResponse<SubmitResult>>(&response, &value, true);
        let mut wrong = value.clone();
        wrong["result"]["accepted"] = json!("yes");
        agree::<RpcResponse<SubmitResult>>(&response, &wrong, false);
    }
    for answer in
        [http::submitted(&Ok(Submission::Refused(refused)), &gateway()), http::polled(&Err(Outage), &gateway())]
    {
        let value = serde_json::to_value(&answer.body).unwrap();
        agree::<http::Problem>(&problem, &value, true);
        let mut wrong = value.clone();
        wrong["retryable"] = json!(!value["retryable"].as_bool().unwrap());
        agree::<http::Problem>(&problem, &wrong, false);
        let mut wrong = value.clone();
        wrong["type"] = json!("urn:earnest:problem:other");
        agree::<http::Problem>(&problem, &wrong, false);
    }
}

#[test]
fn a_sponsor_status_does_not_contradict_itself() {
    let schema = schema("sponsor-status.v1");
    let healthy = json!({
        "status": "healthy", "canSponsor": true, "walletCount": 2, "noncePool": { "capacity": 40, "inFlight": 3 },
        "reasons": [], "asOf": "2026-04-01T06:00:00Z",
    });
    agree::<SponsorStatus>(&schema, &healthy, true);
    for (status, can, reasons, taken) in [
        ("unavailable", false, json!(["NO_AVAILABLE_NONCES"]), true),
        ("degraded", true, json!(["HEAL_IN_PROGRESS"]), true),
        ("unavailable", true, json!(["NO_AVAILABLE_NONCES"]), false),
        ("degraded", true, json!([]), false),
        ("healthy", true, json!(["RECENT_CONFLICT"]), false),
        ("healthy", false, json!([]), false),
    ] {
        let mut value = healthy.clone();
        value["status"] = json!(status);
        value["canSponsor"] = json!(can);
        value["reasons"] = reasons;
        agree::<SponsorStatus>(&schema, &value, taken);
    }
}
