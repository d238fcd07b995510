//! RFC 8785 by its author's vectors: six documents, and the numbers of ECMAScript.

use std::io::Read as _;

use earnest_signing::{Limits, canonical_number, read};
use earnest_tests::{conformance, hex};

#[test]
fn the_documents_of_the_author_are_written_as_the_author_writes_them() {
    let Some(set) = conformance("jcs/testdata") else { return };
    for file in set.files("input") {
        let input = set.bytes(&format!("input/{file}"));
        let canonical = read(&input, Limits::I_JSON).unwrap_or_else(|error| panic!("{file}: {error}")).canonical();
        assert_eq!(canonical.trim_end(), set.text(&format!("output/{file}")).trim_end(), "{file}");
        let bytes = hex(&set.text(&format!("outhex/{}", file.replace(".json", ".txt"))));
        assert_eq!(canonical.as_bytes(), bytes, "{file}");
    }
}

/// Checks lines of `hex-ieee754,expected`.
fn check_numbers(lines: &str, count: usize) {
    let mut seen = 0;
    for line in lines.lines() {
        let (bits, expected) = line.split_once(',').unwrap_or_else(|| panic!("{line}"));
        let number = f64::from_bits(u64::from_str_radix(bits, 16).unwrap_or_else(|error| panic!("{line}: {error}")));
        assert_eq!(canonical_number(number).as_deref(), Some(expected), "{line}");
        seen += 1;
    }
    assert_eq!(seen, count);
}

#[test]
fn a_hundred_thousand_numbers_are_written_as_ecmascript_writes_them() {
    let Some(set) = conformance("jcs/es6") else { return };
    check_numbers(&set.text("es6_first10000.txt"), 10_000);
    let mut lines = String::new();
    let packed = set.bytes("es6_first100000.txt.gz");
    flate2::read::GzDecoder::new(&packed[..]).read_to_string(&mut lines).expect("a packed text");
    check_numbers(&lines, 100_000);
}

#[test]
fn what_is_no_number_of_json_has_no_form() {
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(canonical_number(number), None);
    }
}
