//! The published x402 package for JavaScript reads what we write, and we read what it writes.

use std::{fs, process::Command};

use anyhow::{Context, ensure};
use earnest_x402::{Message, SettleResponse, header, v1, v2};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::step::{self, root};

const SCRIPT: &str = include_str!("x402.mjs");
const PACKAGES: &str = r#"{ "private": true, "type": "module", "dependencies": { "@x402/core": "2.27.0" } }"#;

const DEMAND: &str = r#"{"x402Version": 2, "error": "zażółć 😀", "resource": {"url": "https://api.example/a", "tags": ["a"]},
    "accepts": [{"scheme": "exact", "network": "orc:fed-pl-main", "amount": "1000", "asset": "ORC",
        "payTo": "account:fed-pl-main:adam", "maxTimeoutSeconds": 60},
        {"scheme": "exact", "network": "eip155:84532", "amount": "10000",
        "asset": "0x036CbD53842c5426634e7929541eC2318f3dCF7e", "payTo": "0x209693Bc6afc0C5328bA36FaF03C514EF312287C",
        "maxTimeoutSeconds": 60, "extra": {"name": "USDC", "version": "2"}}],
    "extensions": {"payment-identifier": {"info": {"required": false}, "schema": {}}}}"#;

/// What a demand may be changed to: the text, what it becomes, and whether the package and we take it.
const CHANGES: &[(&str, &str, bool, bool)] = &[
    (r#""x402Version": 2"#, r#""x402Version": 3"#, false, false),
    (r#""x402Version": 2"#, r#""x402Version": 2, "unknown": 1"#, true, true),
    (r#""error": "zażółć 😀""#, r#""error": null"#, true, true),
    (r#""url": "https://api.example/a""#, r#""url": """#, false, false),
    (r#""tags": ["a"]"#, r#""tags": null"#, true, true),
    (r#""tags": ["a"]"#, r#""tags": ["a", "b", "c", "d", "e", "f"]"#, false, false),
    (r#""tags": ["a"]"#, r#""tags": ["ą"]"#, false, false),
    (r#""tags": ["a"]"#, r#""serviceName": """#, false, false),
    ("orc:fed-pl-main", "orc", false, false),
    (r#""maxTimeoutSeconds": 60"#, r#""maxTimeoutSeconds": 0.5"#, true, true),
    (r#""maxTimeoutSeconds": 60"#, r#""maxTimeoutSeconds": 0"#, false, false),
    (r#""extra": {"name": "USDC", "version": "2"}"#, r#""extra": null"#, true, true),
    (r#""asset": "ORC""#, r#""asset": """#, false, false),
    // Stricter than the package: an amount is a number, and a member stands once.
    (r#""amount": "1000""#, r#""amount": "1.5""#, true, false),
    (r#""asset": "ORC""#, r#""asset": "ORC", "asset": "ORC""#, true, false),
];

#[derive(Deserialize)]
struct Answer {
    demand: String,
    payment: String,
    settled: String,
    values: Vec<bool>,
    demands: Vec<bool>,
}

/// Has the package read and write our messages.
pub(super) fn run() -> anyhow::Result<()> {
    let demand: v2::PaymentRequired = earnest_x402::read(DEMAND.as_bytes())?;
    let signed = serde_json::from_value(json!({ "authorization": { "nonce": "0x01" }, "signature": "0x02" }))?;
    let payment = v2::PaymentPayload::answering(&demand, &demand.accepts[1], signed, None);
    let settled = SettleResponse::settled("0xab".into(), "eip155:84532".into(), "0xcd".into());
    let body = v1::PaymentRequired::of(&demand).context("expected a demand of version 1")?;
    let encoded = header::encode(&demand);
    let values = [
        (encoded.clone(), true, true),
        (encoded.trim_end_matches('=').to_owned(), true, true),
        (format!("-{}", &encoded[1..]), false, false),
        (format!("{encoded} "), false, false),
        (String::from("e30"), true, false),
    ];
    let demands: Vec<String> = CHANGES.iter().map(|(from, to, _, _)| DEMAND.replacen(from, to, 1)).collect();
    let given = json!({
        "demand": encoded,
        "payment": header::encode(&payment),
        "settled": header::encode(&settled),
        "body": body,
        "values": values.iter().map(|(value, _, _)| value).collect::<Vec<_>>(),
        "demands": demands,
    });
    let answer = ask(&given)?;
    same(&answer.demand, &demand)?;
    same(&answer.payment, &payment)?;
    same(&answer.settled, &settled)?;
    for ((value, theirs, ours), found) in values.iter().zip(&answer.values) {
        let taken = header::decode::<v2::PaymentRequired>(value).is_ok();
        ensure!((found, taken) == (theirs, *ours), "{value}: expected {theirs} and {ours}, found {found} and {taken}");
    }
    for ((text, (_, to, theirs, ours)), found) in demands.iter().zip(CHANGES).zip(&answer.demands) {
        ensure!(text != DEMAND, "{to}: expected a change, found none");
        let taken = earnest_x402::read::<v2::PaymentRequired>(text.as_bytes()).is_ok();
        ensure!((*found, taken) == (*theirs, *ours), "{to}: expected {theirs} and {ours}, found {found} and {taken}");
    }
    println!("@x402/core 2.27.0: 3 headers, 1 body, {} values, {} demands agree", values.len(), demands.len());
    Ok(())
}

fn same<T: Message + PartialEq>(theirs: &str, ours: &T) -> anyhow::Result<()> {
    let read: T = header::decode(theirs)?;
    ensure!(read == *ours, "expected what we wrote, found another message in {theirs}");
    Ok(())
}

/// Installs the package below `target`, and runs the script.
fn ask(given: &Value) -> anyhow::Result<Answer> {
    let folder = root().join("target/x402-node");
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("package.json"), PACKAGES)?;
    fs::write(folder.join("x402.mjs"), SCRIPT)?;
    fs::write(folder.join("given.json"), given.to_string())?;
    let mut npm = Command::new("npm");
    step::run(npm.args(["install", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"]).current_dir(&folder))?;
    let output = Command::new("node").arg("x402.mjs").current_dir(&folder).output().context("cannot start node")?;
    ensure!(output.status.success(), "x402.mjs failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    Ok(serde_json::from_slice(&output.stdout)?)
}
