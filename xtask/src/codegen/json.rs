//! JSON as codegen writes it: members in canonical order, by UTF-16 code units. Unlike the reader of the product, it
//! writes what no reader accepts too, for the vectors that must be refused.

use std::fmt::Write as _;

use serde_json::{Map, Value};

/// The text for people: two spaces a level, a line feed at the end.
pub(super) fn pretty(value: &Value) -> String {
    let mut out = String::new();
    write(value, Some(0), &mut out);
    out.push('\n');
    out
}

/// The canonical text (RFC 8785).
pub(super) fn canonical(value: &Value) -> String {
    let mut out = String::new();
    write(value, None, &mut out);
    out
}

/// The members of an object in canonical order.
pub(super) fn members(object: &Map<String, Value>) -> Vec<(&String, &Value)> {
    let mut members: Vec<_> = object.iter().collect();
    members.sort_by_cached_key(|(name, _)| name.encode_utf16().collect::<Vec<u16>>());
    members
}

fn write(value: &Value, indent: Option<usize>, out: &mut String) {
    match value {
        Value::Array(items) => {
            let writers = items.iter().map(|item| move |out: &mut String| write(item, deeper(indent), out));
            list(['[', ']'], indent, writers, out);
        }
        Value::Object(object) => {
            let writers = members(object).into_iter().map(|(name, value)| {
                move |out: &mut String| {
                    out.push_str(&Value::from(name.as_str()).to_string());
                    out.push_str(if indent.is_some() { ": " } else { ":" });
                    write(value, deeper(indent), out);
                }
            });
            list(['{', '}'], indent, writers, out);
        }
        Value::Number(number) if number.is_f64() => {
            out.push_str(ryu_js::Buffer::new().format(number.as_f64().unwrap_or_default()));
        }
        scalar => {
            // Writing into a String cannot fail.
            let _ = write!(out, "{scalar}");
        }
    }
}

fn deeper(indent: Option<usize>) -> Option<usize> {
    indent.map(|level| level + 1)
}

fn list<W: FnOnce(&mut String)>(
    [open, close]: [char; 2],
    indent: Option<usize>,
    writers: impl ExactSizeIterator<Item = W>,
    out: &mut String,
) {
    let line = |level: usize, out: &mut String| {
        out.push('\n');
        out.push_str(&"  ".repeat(level));
    };
    let empty = writers.len() == 0;
    out.push(open);
    for (index, writer) in writers.enumerate() {
        if index > 0 {
            out.push(',');
        }
        if let Some(level) = indent {
            line(level + 1, out);
        }
        writer(out);
    }
    if let (Some(level), false) = (indent, empty) {
        line(level, out);
    }
    out.push(close);
}
