//! Canonical form (RFC 8785): members by UTF-16 order, no white space, ES6 numbers, the least escaping.

use super::{Json, Object, text::plain};

/// Appends the canonical form of a value.
pub(super) fn write(value: &Json<'_>, out: &mut String) {
    match value {
        Json::Null => out.push_str("null"),
        Json::Bool(true) => out.push_str("true"),
        Json::Bool(false) => out.push_str("false"),
        Json::Number(number) => number.write_canonical(out),
        Json::String(text) => write_string(text, out),
        Json::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        Json::Object(object) => write_members(object, |_| true, out),
    }
}

/// Appends the canonical form of an object, less the members that are not kept.
pub(super) fn write_members(object: &Object<'_>, keep: impl Fn(&str) -> bool, out: &mut String) {
    out.push('{');
    let mut first = true;
    for member in object {
        if keep(&member.name) {
            if !first {
                out.push(',');
            }
            first = false;
            write_string(&member.name, out);
            out.push(':');
            write(&member.value, out);
        }
    }
    out.push('}');
}

fn write_string(text: &str, out: &mut String) {
    out.push('"');
    let mut rest = text;
    loop {
        let (before, from) = rest.split_at(plain(rest.as_bytes()));
        out.push_str(before);
        let Some(byte) = from.bytes().next() else { break };
        write_escape(byte, out);
        rest = &from[1..];
    }
    out.push('"');
}

fn write_escape(byte: u8, out: &mut String) {
    match byte {
        b'"' => out.push_str("\\\""),
        b'\\' => out.push_str("\\\\"),
        0x08 => out.push_str("\\b"),
        b'\t' => out.push_str("\\t"),
        b'\n' => out.push_str("\\n"),
        0x0c => out.push_str("\\f"),
        b'\r' => out.push_str("\\r"),
        control => {
            const HEX: &[u8; 16] = b"0123456789abcdef";
            out.push_str("\\u00");
            out.push(char::from(HEX[usize::from(control >> 4)]));
            out.push(char::from(HEX[usize::from(control & 15)]));
        }
    }
}

impl Object<'_> {
    /// The canonical form of the object less the members that are not kept: what a signature covers.
    pub(crate) fn canonical_without(&self, leave_out: impl Fn(&str) -> bool) -> String {
        let mut out = String::with_capacity(2048);
        write_members(self, |name| !leave_out(name), &mut out);
        out
    }
}
