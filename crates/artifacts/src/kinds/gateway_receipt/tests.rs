//! What receipts promise beyond their schema: exact arithmetic.

use std::path::PathBuf;

use super::*;
use crate::{Draft, Verified};

fn receipt() -> GatewayReceipt {
    Draft::<GatewayReceipt>::parse(GatewayReceipt::EXAMPLE.as_bytes()).unwrap().document().clone()
}

fn code_of(edits: &[(&str, &str)]) -> Option<&'static str> {
    let mut document: serde_json::Value = serde_json::from_str(GatewayReceipt::EXAMPLE).unwrap();
    for (member, value) in edits {
        document[member] = serde_json::from_str(value).unwrap();
    }
    Draft::<GatewayReceipt>::parse(document.to_string().as_bytes()).err().map(|error| error.code().as_str())
}

#[test]
fn five_hundred_zloty_are_four_hundred_and_fifty_orc_and_a_fee_of_fifty() {
    assert_eq!(receipt().internal_amount.to_string(), "450.00 ORC");
    assert_eq!(receipt().fee().to_string(), "50.00 ORC");
    assert_eq!(receipt().total().unwrap().to_string(), "500.00 ORC");
}

#[test]
fn every_sum_is_exact() {
    assert_eq!(code_of(&[]), None);
    assert_eq!(code_of(&[("internal/amount", "45001")]), Some("internal-total"));
    assert_eq!(code_of(&[("internal/amount", "45001"), ("internal/fee-amount", "4999")]), Some("internal-fee"));
    assert_eq!(code_of(&[("fee/external-amount", "50.01")]), Some("fee-share"));
    assert_eq!(code_of(&[("net/external-amount", "450.01")]), Some("net-amount"));
    assert_eq!(code_of(&[("fee/external-amount", "50.00"), ("external/amount", "5e2")]), None);
}

#[test]
fn a_fee_that_is_no_whole_number_of_minor_units_is_rounded_down() {
    let odd = [
        ("external/amount", "33.33"),
        ("fee/external-amount", "3.333"),
        ("net/external-amount", "29.997"),
        ("internal/amount", "3000"),
        ("internal/fee-amount", "333"),
    ];
    assert_eq!(code_of(&odd), None);
    let up = [&odd[..3], &[("internal/amount", "2999"), ("internal/fee-amount", "334")]].concat();
    assert_eq!(code_of(&up), Some("internal-fee"));
}

#[test]
fn the_signed_case_of_the_conformance_data_verifies() {
    let default = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/conformance"));
    let data = std::env::var_os("EARNEST_CONFORMANCE").map_or(default, PathBuf::from);
    let Ok(text) = std::fs::read_to_string(data.join("earnest/signing.json")) else {
        assert!(std::env::var_os("CI").is_none(), "expected the conformance data at {}", data.display());
        return;
    };
    let cases: serde_json::Value = serde_json::from_str(&text).unwrap();
    let case = cases["cases"].as_array().unwrap().iter().find(|case| case["kind"] == GatewayReceipt::KIND).unwrap();
    let mut document = case["document"].clone();
    document["signature"] = serde_json::json!({ "alg": "ed25519", "value": case["signature"] });
    let verified = Verified::<GatewayReceipt>::parse(document.to_string().as_bytes()).unwrap();
    assert_eq!(verified.total().unwrap().minor(), 50_000);
}
