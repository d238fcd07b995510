//! The examples of the x402 specification and of its transports, each read as what it is. A file that this table does
//! not list fails the test, so none is skipped in silence.

use std::collections::BTreeSet;

use earnest_signing::{Json, Limits, read};
use earnest_tests::{Set, conformance, faults, mutations, validator};
use earnest_x402::{
    DiscoveryResources, Extensions, FacilitatorRequest, Message, SettleResponse, SupportedResponse, VerifyResponse,
    header, schemas, v1, v2,
};
use serde_json::Value;

/// What an example, or a part of it, is read as.
#[derive(Debug, Clone, Copy, PartialEq)]
enum As {
    RequiredV2,
    PayloadV2,
    RequiredV1,
    PayloadV1,
    Settle,
    Verify,
    Supported,
    Request,
    Discovery,
    Extensions,
    /// Other people's structure: strict JSON, and no more.
    Json,
    /// Refused, with this code at this place: the example is no valid message, by the published schemas too.
    Refused(&'static str, &'static str),
}

const META: &str = "/result/status/message/metadata/x402.payment.";
const A2A_PAYLOAD: &str = "/params/message/metadata/x402.payment.payload";

/// Each file, where in it the message stands, and what it is.
fn table() -> Vec<(&'static str, String, As)> {
    use As::{
        Discovery, Extensions, Json, PayloadV1, PayloadV2, Refused, Request, RequiredV1, RequiredV2, Settle, Supported,
        Verify,
    };
    let offer = "extensions__extension-offer-and-receipt__";
    let rows: Vec<(String, String, As)> = vec![
        ("extensions__bazaar__03".into(), String::new(), Json),
        (format!("{offer}00"), String::new(), Json),
        (format!("{offer}01"), String::new(), Json),
        (format!("{offer}02"), String::new(), Json),
        (format!("{offer}03"), String::new(), Json),
        (format!("{offer}04"), String::new(), Json),
        (format!("{offer}05"), String::new(), RequiredV2),
        (format!("{offer}06"), String::new(), RequiredV1),
        (format!("{offer}07"), String::new(), RequiredV2),
        (format!("{offer}08"), String::new(), RequiredV1),
        (format!("{offer}09"), String::new(), Settle),
        (format!("{offer}10"), String::new(), Settle),
        (format!("{offer}11"), String::new(), Settle),
        (format!("{offer}12"), String::new(), Settle),
        ("extensions__payment_identifier__00".into(), "/extensions".into(), Extensions),
        ("extensions__payment_identifier__01".into(), "/extensions".into(), Extensions),
        // Its version is the text "2", and it names no resource.
        ("extensions__sign-in-with-x__00".into(), String::new(), Refused("wrong-type", "/x402Version")),
        ("extensions__sign-in-with-x__02".into(), String::new(), Json),
        ("schemes__exact__scheme_exact_evm__00".into(), String::new(), PayloadV2),
        ("schemes__exact__scheme_exact_evm__02".into(), String::new(), PayloadV2),
        ("schemes__upto__scheme_upto_evm__00".into(), String::new(), RequiredV2),
        ("schemes__upto__scheme_upto_evm__01".into(), String::new(), PayloadV2),
        ("schemes__upto__scheme_upto_evm__02".into(), String::new(), Settle),
        ("transports-v1__a2a__00".into(), format!("{META}required"), RequiredV1),
        ("transports-v1__a2a__01".into(), A2A_PAYLOAD.into(), PayloadV1),
        ("transports-v1__a2a__02".into(), format!("{META}receipts/0"), Settle),
        ("transports-v1__a2a__03".into(), format!("{META}receipts/0"), Settle),
        ("transports-v1__a2a__04".into(), "/status/message/metadata/x402.payment.receipts/0".into(), Settle),
        ("transports-v1__a2a__05".into(), String::new(), Json),
        ("transports-v1__http__00".into(), String::new(), PayloadV1),
        ("transports-v1__http__01".into(), String::new(), Settle),
        ("transports-v1__mcp__00".into(), "/result/structuredContent".into(), RequiredV1),
        ("transports-v1__mcp__01".into(), "/params/_meta/x402~1payment".into(), PayloadV1),
        ("transports-v1__mcp__02".into(), "/result/_meta/x402~1payment-response".into(), Settle),
        ("transports-v1__mcp__03".into(), "/result/structuredContent".into(), RequiredV1),
        ("transports-v2__a2a__00".into(), format!("{META}required"), RequiredV2),
        ("transports-v2__a2a__01".into(), A2A_PAYLOAD.into(), PayloadV2),
        ("transports-v2__a2a__02".into(), format!("{META}receipts/0"), Settle),
        ("transports-v2__a2a__03".into(), format!("{META}receipts/0"), Settle),
        ("transports-v2__a2a__04".into(), "/status/message/metadata/x402.payment.receipts/0".into(), Settle),
        ("transports-v2__a2a__05".into(), String::new(), Json),
        ("transports-v2__http__00".into(), String::new(), RequiredV2),
        ("transports-v2__http__01".into(), String::new(), PayloadV2),
        ("transports-v2__http__02".into(), String::new(), Settle),
        ("transports-v2__http__03".into(), String::new(), Settle),
        ("transports-v2__mcp__00".into(), "/result/structuredContent".into(), RequiredV2),
        ("transports-v2__mcp__01".into(), "/params/_meta/x402~1payment".into(), PayloadV2),
        ("transports-v2__mcp__02".into(), "/result/_meta/x402~1payment-response".into(), Settle),
        ("transports-v2__mcp__03".into(), "/result/structuredContent".into(), RequiredV2),
        ("x402-specification-v1__00".into(), String::new(), RequiredV1),
        ("x402-specification-v1__01".into(), String::new(), PayloadV1),
        ("x402-specification-v1__02".into(), String::new(), Settle),
        ("x402-specification-v1__04".into(), String::new(), Request),
        ("x402-specification-v1__05".into(), String::new(), Verify),
        ("x402-specification-v1__06".into(), String::new(), Verify),
        ("x402-specification-v1__07".into(), String::new(), Settle),
        ("x402-specification-v1__08".into(), String::new(), Settle),
        ("x402-specification-v1__09".into(), String::new(), Supported),
        ("x402-specification-v1__10".into(), String::new(), Discovery),
        ("x402-specification-v2__00".into(), String::new(), RequiredV2),
        ("x402-specification-v2__01".into(), String::new(), PayloadV2),
        ("x402-specification-v2__02".into(), String::new(), Settle),
        ("x402-specification-v2__04".into(), String::new(), Request),
        ("x402-specification-v2__05".into(), String::new(), Verify),
        ("x402-specification-v2__06".into(), String::new(), Verify),
        ("x402-specification-v2__07".into(), String::new(), Settle),
        ("x402-specification-v2__08".into(), String::new(), Settle),
        ("x402-specification-v2__09".into(), String::new(), Supported),
        ("x402-specification-v2__10".into(), String::new(), Discovery),
    ];
    rows.into_iter().map(|(file, place, read)| (&*file.leak(), place, read)).collect()
}

/// Reads a value as a message, and gives what is written of it.
fn written<T: Message>(json: &Json<'_>) -> Result<Value, earnest_signing::Error> {
    T::from_json(json).map(|message| serde_json::to_value(message).unwrap())
}

fn read_as(what: As, json: &Json<'_>) -> Result<Value, earnest_signing::Error> {
    match what {
        As::RequiredV2 | As::Refused(..) => written::<v2::PaymentRequired>(json),
        As::PayloadV2 => written::<v2::PaymentPayload>(json),
        As::RequiredV1 => written::<v1::PaymentRequired>(json),
        As::PayloadV1 => written::<v1::PaymentPayload>(json),
        As::Settle => written::<SettleResponse>(json),
        As::Verify => written::<VerifyResponse>(json),
        As::Supported => written::<SupportedResponse>(json),
        As::Request => written::<FacilitatorRequest>(json),
        As::Discovery => written::<DiscoveryResources>(json),
        As::Extensions => json.decode::<Extensions>().map(|read| serde_json::to_value(read).unwrap()),
        As::Json => Ok(serde_json::to_value(json).unwrap()),
    }
}

/// The example, less what is known to be written otherwise: null, seconds for a moment, what is empty and optional.
fn expected(mut value: Value, what: As) -> Value {
    match what {
        As::RequiredV1 => {
            for entry in value["accepts"].as_array_mut().unwrap() {
                entry.as_object_mut().unwrap().retain(|_, member| !member.is_null());
            }
        }
        As::Supported => {
            let members = value.as_object_mut().unwrap();
            members.entry("extensions").or_insert_with(|| serde_json::json!([]));
            members.entry("signers").or_insert_with(|| serde_json::json!({}));
        }
        As::Discovery => {
            for item in value["items"].as_array_mut().unwrap() {
                assert_eq!(item["lastUpdated"], 1_703_123_456);
                item["lastUpdated"] = "2023-12-21T01:50:56Z".into();
            }
        }
        _ => {}
    }
    value
}

fn part(set: &Set, file: &str, place: &str) -> Value {
    let example = set.json(&format!("spec_examples/{file}.json"));
    example.pointer(place).unwrap_or_else(|| panic!("{file}: nothing at {place}")).clone()
}

#[test]
fn every_example_of_the_specification_is_read_and_written_the_same() {
    let Some(set) = conformance("x402") else { return };
    let table = table();
    let listed: BTreeSet<String> = table.iter().map(|(file, _, _)| format!("{file}.json")).collect();
    let found: BTreeSet<String> = set.files("spec_examples").into_iter().collect();
    assert_eq!(listed, found);
    for (file, place, what) in table {
        let text = part(&set, file, &place).to_string();
        let json = read(text.as_bytes(), Limits::I_JSON).unwrap();
        match (read_as(what, &json), what) {
            (Err(error), As::Refused(code, place)) => {
                assert_eq!((error.code().as_str(), error.pointer().as_str()), (code, place), "{file}: {error}");
            }
            (Ok(_), As::Refused(..)) => panic!("{file}: expected a refusal"),
            (Ok(written), _) => assert_eq!(written, expected(part(&set, file, &place), what), "{file}"),
            (Err(error), _) => panic!("{file}: {error}"),
        }
    }
}

#[test]
fn the_published_headers_are_read_and_written_the_same() {
    let Some(set) = conformance("x402") else { return };
    let examples = set.json("http_v2_header_examples.json");
    let examples = examples.as_array().unwrap();
    assert_eq!(examples.len(), 4);
    for example in examples {
        let value = example["value"].as_str().unwrap();
        let json = match example["header"].as_str().unwrap() {
            header::PAYMENT_REQUIRED => again::<v2::PaymentRequired>(value),
            header::PAYMENT_SIGNATURE => again::<v2::PaymentPayload>(value),
            header::PAYMENT_RESPONSE => again::<SettleResponse>(value),
            other => panic!("an unknown header: {other}"),
        };
        assert_eq!(json, example["decoded"]);
        assert_eq!(example["bytes"], value.len());
    }
}

/// Decodes a header, encodes it, and decodes it again, with padding and without.
fn again<T: Message + PartialEq + std::fmt::Debug>(value: &str) -> Value {
    let first: T = header::decode(value).unwrap();
    let encoded = header::encode(&first);
    assert_eq!(encoded.len(), header::encoded_len(&first));
    assert_eq!(header::decode::<T>(&encoded).unwrap(), first);
    assert_eq!(header::decode::<T>(encoded.trim_end_matches('=')).unwrap(), first);
    serde_json::to_value(first).unwrap()
}

/// The exported schema of what is written.
fn schema_of(what: As, value: &Value) -> Option<&'static str> {
    Some(match what {
        As::RequiredV2 => "x402-payment-required.v2",
        As::PayloadV2 => "x402-payment-payload.v2",
        As::RequiredV1 => "x402-payment-required.v1",
        As::PayloadV1 => "x402-payment-payload.v1",
        As::Settle => "x402-settle-response.v2",
        As::Verify => "x402-verify-response.v2",
        As::Supported => "x402-supported-response.v2",
        As::Request if value["x402Version"] == 1 => "x402-facilitator-request.v1",
        As::Request => "x402-facilitator-request.v2",
        As::Discovery => "x402-discovery-resources.v2",
        As::Extensions | As::Json | As::Refused(..) => return None,
    })
}

/// No example, changed in any one place, makes the reader panic; and what it takes, it writes in a form that fits the
/// exported schema and reads again as the same. Originals that are kept as they arrived may hold null.
#[test]
fn a_changed_example_is_refused_or_read_for_good() {
    let Some(set) = conformance("x402") else { return };
    let schemas: Vec<_> = schemas().into_iter().map(|(name, schema)| (name, validator(&schema))).collect();
    let (mut taken, mut refused) = (0_u32, 0_u32);
    for (file, place, what) in table() {
        let example = part(&set, file, &place);
        let Some(name) = schema_of(what, &example) else { continue };
        let (_, schema) = schemas.iter().find(|(known, _)| *known == name).unwrap();
        for mutation in mutations(&example, &[]) {
            let changed = mutation.of(&example);
            let text = changed.to_string();
            let Ok(json) = read(text.as_bytes(), Limits::I_JSON) else { continue };
            let Ok(written) = read_as(what, &json) else {
                refused += 1;
                continue;
            };
            taken += 1;
            let rewritten = written.to_string();
            let same = read_as(what, &read(rewritten.as_bytes(), Limits::I_JSON).unwrap());
            assert_eq!(same.as_ref(), Ok(&written), "{file}: {mutation}");
            let found = faults(schema, &written);
            assert!(found.is_empty() || rewritten.contains("null"), "{file}: {mutation}: {found:?}\n{written}");
        }
    }
    assert!(taken > 1000 && refused > 1000, "{taken} taken, {refused} refused");
}
