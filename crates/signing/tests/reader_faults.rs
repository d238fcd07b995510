//! What the reader says about a text that it refuses: code, line, column and pointer.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test's helpers fail as its tests do")]

use earnest_signing::{Limits, Pointer, read};

/// Checks that a text is refused with this code, at this line and column, at this pointer.
fn check(text: impl AsRef<[u8]>, expected: &str) {
    let text = text.as_ref();
    let shown = String::from_utf8_lossy(text);
    let Err(error) = read(text, Limits::DOCUMENT) else { panic!("expected {expected}, found {shown} accepted") };
    let place = error.position().map_or_else(String::new, |at| format!(" {}:{}", at.line, at.column));
    assert_eq!(format!("{}{place} {}", error.code(), error.pointer()).trim_end(), expected, "{shown}");
}

#[test]
fn broken_syntax_is_named_where_it_stands() {
    for (text, expected) in [
        ("", "syntax 1:1"),
        (" \n ", "syntax 2:2"),
        ("{", "syntax 1:2"),
        ("[1,]", "syntax 1:4 /1"),
        ("[1 2]", "syntax 1:4"),
        ("{\"a\"}", "syntax 1:5"),
        ("{\"a\":}", "syntax 1:6 /a"),
        ("{\"a\":1,}", "syntax 1:8"),
        ("{\"a\":1 \"b\":2}", "syntax 1:8"),
        ("{a:1}", "syntax 1:2"),
        ("{\n  \"a\": {\n    \"b\": tru\n  }\n}", "syntax 3:10 /a/b"),
        ("[nul]", "syntax 1:2 /0"),
        ("1 1", "syntax 1:3"),
        ("\u{feff}1", "syntax 1:1"),
        ("[01]", "syntax 1:3"),
        ("[1.]", "syntax 1:4 /0"),
        ("[-]", "syntax 1:3 /0"),
        ("[1e]", "syntax 1:4 /0"),
        ("[+1]", "syntax 1:2 /0"),
        ("[.5]", "syntax 1:2 /0"),
        ("[NaN]", "syntax 1:2 /0"),
        ("{\"a/b~\": [0, x]}", "syntax 1:14 /a~1b~0/1"),
    ] {
        check(text, expected);
    }
}

#[test]
fn broken_text_is_named_where_it_stands() {
    for (text, expected) in [
        (r#"["a"#, "syntax 1:4 /0"),
        (r#"["a\"#, "syntax 1:4 /0"),
        (r#"["\x"]"#, "syntax 1:3 /0"),
        (r#"["\u12g4"]"#, "syntax 1:3 /0"),
        ("[\"a\tb\"]", "syntax 1:4 /0"),
        ("[\"ab\\n\tb\"]", "syntax 1:7 /0"),
        (r#"["ł\ud800"]"#, "lone-surrogate 1:4 /0"),
        (r#"["\udc00"]"#, "lone-surrogate 1:3 /0"),
        (r#"["\ud800\u0041"]"#, "lone-surrogate 1:3 /0"),
        (r#"["\ud800\ud800"]"#, "lone-surrogate 1:3 /0"),
        (r#"["\ufffe"]"#, "noncharacter 1:3 /0"),
        (r#"["\ud83f\udfff"]"#, "noncharacter 1:3 /0"),
        ("[\"ł\u{fdd0}\"]", "noncharacter 1:4 /0"),
        ("[\"\\n\u{ffff}\"]", "noncharacter 1:5 /0"),
        ("{\"\u{ffff}\": 1}", "noncharacter 1:3"),
    ] {
        check(text, expected);
    }
    check(b"[\"a\",\n \"\xff\"]", "not-utf8 2:3");
    check(b"\xed\xa0\x80", "not-utf8 1:1");
}

#[test]
fn a_member_that_stands_twice_is_named_where_it_stands_again() {
    for (text, expected) in [
        (r#"{"a":1,"a":1}"#, "duplicate-member 1:8 /a"),
        (r#"{"a":1,"\u0061":2}"#, "duplicate-member 1:8 /a"),
        ("{\"x\": [{\"b\":1,\n\"c\":2,\n \"b\":3}]}", "duplicate-member 3:2 /x/0/b"),
        (r#"{"b":1,"a":1,"b":1,"a":1}"#, "duplicate-member 1:14 /b"),
        (r#"{"":1,"":1}"#, "duplicate-member 1:7 /"),
    ] {
        check(text, expected);
    }
}

#[test]
fn numbers_that_readers_would_not_share_are_refused() {
    for (text, expected) in [
        ("[9007199254740992]", "number-range 1:2 /0"),
        ("[-9007199254740992]", "number-range 1:2 /0"),
        ("[9007199254740992.0]", "number-range 1:2 /0"),
        ("[1e20]", "number-range 1:2 /0"),
        ("[1e400]", "number-range 1:2 /0"),
        ("[1e-400]", "number-range 1:2 /0"),
        ("{\"a\":\n0.1234567890123456}", "number-precision 2:1 /a"),
    ] {
        check(text, expected);
    }
    for text in ["9007199254740991", "-9007199254740991", "0.123456789012345", "1e-7", "-0", "0e400", "3.0"] {
        assert!(read(text.as_bytes(), Limits::DOCUMENT).is_ok(), "{text}");
    }
}

#[test]
fn bounds_are_kept_exactly() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(read(nested(32).as_bytes(), Limits::DOCUMENT).is_ok());
    check(nested(33), &format!("too-deep 1:33 {}", "/0".repeat(32)));
    assert!(read(nested(34).as_bytes(), Limits::BUNDLE).is_ok());
    let long = |length: usize| format!("\"{}\"", "a".repeat(length - 2));
    assert!(read(long(64 * 1024).as_bytes(), Limits::DOCUMENT).is_ok());
    check(long(64 * 1024 + 1), "too-large");
}

#[test]
fn a_pointer_escapes_and_unescapes() {
    let pointer = Pointer::member("a/b~c").join("~1");
    assert_eq!(pointer.as_str(), "/a~1b~0c/~01");
    assert_eq!(pointer.tokens().collect::<Vec<_>>(), ["a/b~c", "~1"]);
    assert_eq!(Pointer::ROOT.tokens().count(), 0);
}
