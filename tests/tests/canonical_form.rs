//! Canonical form agrees with three writers that are not ours, on generated values.

use std::{
    io::Write as _,
    process::{Command, Stdio},
};

use earnest_signing::{Limits, read};
use proptest::{
    collection::{btree_map, vec},
    prelude::*,
    strategy::ValueTree as _,
    test_runner::{Config, TestRunner},
};
use serde_json::Value;

/// RFC 8785 on top of `JSON.stringify`, one value a line: the sort of JavaScript is by UTF-16 code units.
const WRITER: &str = r#"
const write = value => {
    if (Array.isArray(value)) return "[" + value.map(write).join(",") + "]";
    if (value === null || typeof value !== "object") return JSON.stringify(value);
    const member = name => JSON.stringify(name) + ":" + write(value[name]);
    return "{" + Object.keys(value).sort().map(member).join(",") + "}";
};
const lines = require("fs").readFileSync(0, "utf8").split("\n").filter(line => line !== "");
process.stdout.write(lines.map(line => write(JSON.parse(line)) + "\n").join(""));
"#;

/// Numbers that I-JSON admits: finite, and no integer beyond ±(2^53 − 1) that a reader would take for exact.
fn number() -> impl Strategy<Value = Value> {
    let admitted = |value: &f64| value.is_finite() && !(9_007_199_254_740_991.0..1e21).contains(&value.abs());
    prop_oneof![
        (-9_007_199_254_740_991_i64..=9_007_199_254_740_991).prop_map(Value::from),
        any::<i16>().prop_map(Value::from),
        any::<f64>().prop_filter("admitted", admitted).prop_map(Value::from),
        (any::<i32>(), 0..12).prop_map(|(digits, power)| Value::from(f64::from(digits) / 10_f64.powi(power))),
    ]
}

/// Text of every plane, with what has to be escaped, less noncharacters.
fn text() -> impl Strategy<Value = String> {
    let character = prop_oneof![
        any::<char>(),
        proptest::char::range('\0', '\u{7f}'),
        proptest::char::range('\u{e000}', '\u{ffff}'),
        proptest::char::range('\u{1f600}', '\u{1f64f}'),
    ];
    let admitted = |character: &char| {
        let scalar = u32::from(*character);
        !(0xfdd0..=0xfdef).contains(&scalar) && scalar & 0xfffe != 0xfffe
    };
    vec(character.prop_filter("no noncharacter", admitted), 0..8).prop_map(String::from_iter)
}

fn value() -> impl Strategy<Value = Value> {
    let leaf =
        prop_oneof![Just(Value::Null), any::<bool>().prop_map(Value::from), number(), text().prop_map(Value::from),];
    leaf.prop_recursive(4, 40, 8, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            btree_map(text(), inner, 0..8).prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Thousands of values, the same in every run.
fn values() -> Vec<Value> {
    let mut runner = TestRunner::new_with_rng(
        Config::default(),
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    let strategy = value();
    (0..4_000).map(|_| strategy.new_tree(&mut runner).expect("a value").current()).collect()
}

fn ours(value: &Value) -> String {
    let text = value.to_string();
    read(text.as_bytes(), Limits::I_JSON).unwrap_or_else(|error| panic!("{text}: {error}")).canonical()
}

#[test]
fn two_other_crates_write_the_same() {
    for value in values() {
        let ours = ours(&value);
        assert_eq!(serde_jcs::to_string(&value).unwrap(), ours);
        assert_eq!(serde_json_canonicalizer::to_string(&value).unwrap(), ours);
    }
}

#[test]
fn canonical_form_is_a_fixed_point_and_keeps_the_value() {
    for value in values() {
        let once = read(ours(&value).as_bytes(), Limits::I_JSON).unwrap().canonical();
        assert_eq!(once, ours(&value));
    }
}

#[test]
fn node_writes_the_same() {
    let values = values();
    let mut node = match Command::new("node").args(["-e", WRITER]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()
    {
        Ok(node) => node,
        Err(error) => {
            assert!(std::env::var("CI").as_deref() != Ok("true"), "expected node, found none: {error}");
            std::io::stderr().write_all(b"SKIPPED: no node on this machine\n").unwrap();
            return;
        }
    };
    let lines: String = values.iter().map(|value| format!("{value}\n")).collect();
    let mut input = node.stdin.take().unwrap();
    let writer = std::thread::spawn(move || input.write_all(lines.as_bytes()).unwrap());
    let output = node.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success());
    let theirs = String::from_utf8(output.stdout).unwrap();
    let theirs: Vec<&str> = theirs.split_terminator('\n').collect();
    assert_eq!(theirs.len(), values.len());
    for (value, theirs) in values.iter().zip(theirs) {
        assert_eq!(theirs, ours(value));
    }
}
