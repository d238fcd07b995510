//! HTTP and RPC say the same of the same payment.

use earnest_payment::{
    Answer, Category, Delivery, EarlyDelivery, EarlyState, ErrorCode, Outage, Owner, PaymentStatus, Reason,
    RefusedSubmission, RoutePolicy, State, Submission, delivery,
    http::{self, HttpBody},
    rpc::{self, RpcId, RpcResponse},
};
use serde_json::{Value, json};

use crate::{
    published,
    samples::{answers, gateway, payments},
    schemas::accepts,
};

/// The bodies of a poll over HTTP and over RPC.
fn polled(answer: &Answer) -> (Value, Value) {
    let http = http::polled(&Ok(answer.clone()), &gateway());
    let rpc = rpc::polled(RpcId::Number(1), &Ok(answer.clone()), &gateway());
    (serde_json::to_value(http.body).unwrap(), serde_json::to_value(rpc).unwrap()["result"].take())
}

fn refusals() -> Vec<RefusedSubmission> {
    let refused = |code: &ErrorCode| RefusedSubmission { code: *code, error: code.says().into(), help: None };
    ErrorCode::ALL.iter().map(refused).collect()
}

#[test]
fn contract_http_rpc_same_status_for_every_outcome() {
    for answer in answers() {
        let (http, rpc) = polled(&answer);
        assert_eq!(http, rpc);
        assert_eq!(http["status"], answer.state().as_str());
        assert_eq!(http["paymentId"], answer.payment_id().as_str());
        let read: PaymentStatus = serde_json::from_value(http).unwrap();
        assert_eq!((read.state(), read.reason()), (answer.state(), answer.reason()));
        assert_eq!(read.payment_id(), answer.payment_id());
    }
    for payment in payments() {
        let outcome = Ok(Submission::Accepted(payment));
        let http = http::submitted(&outcome, &gateway());
        let mut rpc = serde_json::to_value(rpc::submitted(RpcId::Number(1), &outcome, &gateway())).unwrap();
        let mut result = rpc["result"].take();
        assert_eq!(result.as_object_mut().unwrap().remove("accepted"), Some(json!(true)));
        let body = serde_json::to_value(&http.body).unwrap();
        assert_eq!(body, result);
        assert_eq!(http.status, if body["category"] == "in-flight" { 202 } else { 200 });
    }
}

#[test]
fn contract_http_rpc_same_terminal_reason_and_retryable() {
    for answer in answers() {
        let (http, rpc) = polled(&answer);
        for member in ["terminalReason", "retryable", "errorCode", "reasonCategory", "recoveryOwner", "clientAction"] {
            assert_eq!(http.get(member), rpc.get(member));
            assert!(answer.reason().is_some() || http.get(member).is_none());
        }
        if let Some(reason) = answer.reason() {
            assert_eq!(http["terminalReason"], reason.as_str());
            assert_eq!(http["retryable"], reason.retryable());
        }
    }
    for refused in refusals() {
        let outcome = Ok(Submission::Refused(refused.clone()));
        let http = serde_json::to_value(http::submitted(&outcome, &gateway()).body).unwrap();
        let rpc = serde_json::to_value(rpc::submitted(RpcId::Number(1), &outcome, &gateway())).unwrap();
        for member in ["code", "retryable", "error"] {
            assert_eq!(http[member], rpc["result"][member]);
        }
        assert_eq!(http["status"], refused.code.http_status());
    }
}

#[test]
fn contract_only_confirmed_authorizes_delivery() {
    for state in State::ALL {
        assert_eq!(delivery(*state) == Delivery::Deliver, *state == State::Confirmed);
        assert_eq!(RoutePolicy::default().delivery(*state), delivery(*state));
    }
    for from in EarlyState::ALL {
        let because = "a reason".parse().unwrap();
        let early = RoutePolicy::Early(EarlyDelivery { route: "/route".parse().unwrap(), from: *from, because });
        for state in State::ALL.iter().filter(|state| state.category() != Category::InFlight) {
            assert_eq!(early.delivery(*state), delivery(*state), "an exception moves nothing but the states in flight");
        }
    }
}

#[test]
fn contract_failed_replaced_not_found_are_terminal_failure() {
    for state in [State::Failed, State::Replaced, State::NotFound] {
        assert_eq!(state.category(), Category::TerminalFailure);
        assert_eq!(delivery(state), Delivery::Discard);
    }
}

#[test]
fn contract_every_state_has_exactly_one_category() {
    let of = |category: Category| State::ALL.iter().filter(|state| state.category() == category).count();
    assert_eq!(Category::ALL.iter().map(|category| of(*category)).collect::<Vec<_>>(), [1, 4, 1, 3]);
    for answer in answers() {
        assert_eq!(polled(&answer).0["category"], answer.state().category().as_str());
    }
}

#[test]
fn contract_inflight_carries_payment_id_and_check_status_url_on_both_transports() {
    for answer in answers() {
        let (http, rpc) = polled(&answer);
        let url = format!("https://gateway.example/payments/{}", answer.payment_id());
        for body in [http, rpc] {
            let in_flight = answer.state().category() == Category::InFlight;
            assert_eq!(body.get("checkStatusUrl"), in_flight.then(|| json!(url)).as_ref());
            assert_eq!(body["paymentId"], answer.payment_id().as_str());
        }
    }
}

#[test]
fn contract_submitted_never_serialized() {
    for payment in payments() {
        let outcome = Ok(Submission::Accepted(payment));
        for text in [
            serde_json::to_string(&http::submitted(&outcome, &gateway()).body).unwrap(),
            serde_json::to_string(&rpc::submitted(RpcId::Number(1), &outcome, &gateway())).unwrap(),
        ] {
            assert!(!text.contains("submitted"), "{text}");
        }
    }
    assert!(serde_json::from_value::<PaymentStatus>(json!({ "status": "submitted", "paymentId": "pay_01" })).is_err());
}

#[test]
fn contract_http_shapes_validate_first_party_and_external() {
    for answer in answers() {
        let (http, rpc) = polled(&answer);
        for body in [http, rpc] {
            accepts(&published::status(), &body);
            let read: PaymentStatus = serde_json::from_value(body.clone()).unwrap();
            assert_eq!(serde_json::to_value(read).unwrap(), body);
        }
    }
    let in_flight = payments().into_iter().filter(|payment| payment.state().category() == Category::InFlight);
    let outcomes = in_flight.map(Submission::Accepted).chain(refusals().into_iter().map(Submission::Refused));
    for outcome in outcomes.map(Ok) {
        let rpc = serde_json::to_value(rpc::submitted(RpcId::Number(1), &outcome, &gateway())).unwrap();
        accepts(&published::submission(), &rpc["result"]);
        let http = http::submitted(&outcome, &gateway());
        let body = serde_json::to_value(&http.body).unwrap();
        accepts(
            &if matches!(http.body, HttpBody::Status(_)) { published::status() } else { published::error() },
            &body,
        );
    }
}

#[test]
fn contract_no_null_for_absent_optionals() {
    fn no_null(value: &Value) -> bool {
        match value {
            Value::Null => false,
            Value::Array(items) => items.iter().all(no_null),
            Value::Object(members) => members.values().all(no_null),
            _ => true,
        }
    }
    for answer in answers() {
        assert!(no_null(&polled(&answer).0));
    }
    for payment in payments() {
        let body = serde_json::to_value(&payment).unwrap();
        assert!(no_null(&body));
        assert_eq!(serde_json::from_value::<earnest_payment::Payment>(body).unwrap(), payment);
    }
    for refused in refusals() {
        assert!(no_null(&serde_json::to_value(refused).unwrap()));
    }
    let request = json!({ "payment": {}, "requirements": {}, "paymentIdentifier": null });
    assert!(serde_json::from_value::<earnest_payment::PaymentRequest>(request).is_err());
}

#[test]
fn contract_reason_matches_state() {
    for reason in Reason::ALL {
        for answer in answers().iter().filter(|answer| answer.reason().is_some()) {
            let mut body = polled(answer).0;
            body["terminalReason"] = json!(reason.as_str());
            let same = answer.reason() == Some(*reason);
            let read = serde_json::from_value::<PaymentStatus>(body.clone());
            let valid = read.is_ok();
            assert!(!same || valid);
            if reason.state() != answer.state() {
                assert!(!valid, "{body}");
            }
        }
    }
}

#[test]
fn storage_outage_is_not_a_terminal_status() {
    for http in [http::submitted(&Err(Outage), &gateway()), http::polled(&Err(Outage), &gateway())] {
        assert_eq!((http.status, http.content_type()), (503, "application/problem+json"));
        let body = serde_json::to_value(&http.body).unwrap();
        assert_eq!((&body["status"], &body["retryable"]), (&json!(503), &json!(true)));
        assert!(body.get("paymentId").is_none() && body.get("terminalReason").is_none());
    }
    let response = serde_json::to_value(rpc::polled(RpcId::Number(1), &Err(Outage), &gateway())).unwrap();
    assert!(response.get("result").is_none());
    assert_eq!(response["error"]["code"], -32001);
    assert_eq!(response["error"]["data"], json!({ "code": "INTERNAL_ERROR", "retryable": true }));
    let read: RpcResponse<PaymentStatus> = serde_json::from_value(response).unwrap();
    assert!(read.outcome.is_err());
}

#[test]
fn a_reasons_error_code_blames_the_same_side_and_says_the_same_of_trying_again() {
    for reason in Reason::ALL {
        if let (Some(code), Reason::Failed(_)) = (reason.error_code(), reason) {
            assert_eq!((code.owner(), code.retryable()), (reason.owner(), reason.retryable()), "{}", reason.as_str());
        }
    }
    assert_eq!(ErrorCode::NonceConflict.owner(), Owner::Sender);
    assert!(!ErrorCode::NonceConflict.retryable());
    assert_eq!((Reason::ALL.len(), ErrorCode::ALL.len()), (19, 22));
}
