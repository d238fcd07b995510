//! What every service serves besides: OpenAPI, schemas, metrics.

use earnest_artifacts::{Kind, example};
use earnest_kit::Verifier;
use serde_json::Value;

use crate::{
    echo::{hasty, start},
    wire::{Wire, ask, request},
};

#[tokio::test(flavor = "multi_thread")]
async fn the_openapi_document_says_what_is_taken_and_how_it_is_refused() {
    let service = start(hasty(), Verifier::in_memory()).await;
    let document = ask(service.address, "GET /openapi.json", "", "").await.json();
    assert_eq!(document["openapi"], "3.1.0");
    let note = &document["paths"]["/note"]["post"];
    assert_eq!(note["requestBody"]["content"]["application/json"]["schema"]["$ref"], "#/components/schemas/Note");
    assert_eq!(document["components"]["schemas"]["Note"]["additionalProperties"], false);
    assert_eq!(document["paths"]["/signed/note"]["post"]["security"][0]["signature"], serde_json::json!([]));
    assert_eq!(document["paths"]["/page"]["get"]["parameters"][0]["name"], "limit");
    let operations =
        document["paths"].as_object().unwrap().values().flat_map(|item| item.as_object().unwrap().values());
    for operation in operations {
        let refusal = &operation["responses"]["default"]["content"]["application/problem+json"]["schema"]["$ref"];
        assert_eq!(refusal, "#/components/schemas/Problem", "{operation}");
        assert_eq!(operation["responses"].get("422"), None, "{operation}");
    }
    assert!(!document.to_string().contains("uint"), "a format that JSON Schema does not know");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_schema_is_served_under_its_kind() {
    let service = start(hasty(), Verifier::in_memory()).await;
    let list = ask(service.address, "GET /schemas/", "", "").await.json();
    let list: Vec<&str> = list["schemas"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert!(list.contains(&"/schemas/payment-status.v1.schema.json"));
    for kind in Kind::ALL {
        let path = format!("/schemas/{}.schema.json", kind.name());
        assert!(list.contains(&path.as_str()));
        let schema = ask(service.address, &format!("GET {path}"), "", "").await.json();
        assert_eq!(schema, kind.schema(), "{path}");
    }
    assert_eq!(ask(service.address, "GET /schemas/nothing.v1.schema.json", "", "").await.code(), "route-unknown");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_posted_document_is_verified() {
    let service = start(hasty(), Verifier::in_memory()).await;
    let json = "content-type: application/json\r\n";
    let offer = example("service-offer.v1").unwrap();
    let answer = ask(service.address, "POST /offers", json, &offer).await;
    assert!(answer.status == 200 && answer.body.starts_with("offer:"), "{answer:?}");
    let tampered = offer.replacen("offer:", "offer:x", 1);
    let refused = ask(service.address, "POST /offers", json, &tampered).await;
    assert_eq!((refused.status, refused.code().as_str()), (400, "signature-invalid"));
    let other = ask(service.address, "POST /offers", json, &example("service-order.v1").unwrap()).await;
    assert_eq!((other.status, other.code().as_str()), (400, "kind-mismatch"));
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_count_by_words_of_the_program_only() {
    let service = start(hasty(), Verifier::in_memory()).await;
    // One connection for all: when the server sees that another was closed is not known.
    let mut wire = Wire::open(service.address).await;
    for path in ["GET /offers/offer:canary", "CANARY /note", "GET /canary?canary=1"] {
        wire.send(request(service.address, path, "x-canary: canary\r\n", "")).await;
        wire.answer().await.unwrap();
    }
    wire.send(request(service.address, "GET /metrics", "", "")).await;
    let metrics = wire.answer().await.unwrap().body;
    for expected in [
        "earnest_http_requests_total{route=\"/offers/{offer}\",method=\"GET\",status=\"200\"} 1",
        "earnest_http_requests_total{route=\"unmatched\",method=\"GET\",status=\"404\"} 1",
        "earnest_refusals_total{code=\"method-unsupported\"} 1",
        "earnest_connections 1",
    ] {
        assert!(metrics.contains(expected), "{expected}\n{metrics}");
    }
    assert!(!metrics.to_lowercase().contains("canary"));
}
