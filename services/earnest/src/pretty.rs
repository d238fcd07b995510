//! JSON for people: two spaces a level, members in canonical order, and the same value as the canonical text.

use earnest_signing::Json;

use crate::plain;

/// The text, with a line feed at its end.
pub(crate) fn pretty(json: &Json<'_>) -> String {
    let mut text = String::new();
    write(json, 0, &mut text);
    text.push('\n');
    plain::in_json(&text)
}

fn write(json: &Json<'_>, depth: usize, text: &mut String) {
    match json {
        Json::Object(object) if !object.is_empty() => {
            let members = object.iter().map(|member| (Some(&*member.name), &member.value));
            block(['{', '}'], members, depth, text);
        }
        Json::Array(items) if !items.is_empty() => {
            block(['[', ']'], items.iter().map(|item| (None, item)), depth, text);
        }
        other => text.push_str(&other.canonical()),
    }
}

fn block<'j, 'a: 'j>(
    brackets: [char; 2],
    entries: impl Iterator<Item = (Option<&'j str>, &'j Json<'a>)>,
    depth: usize,
    text: &mut String,
) {
    text.push(brackets[0]);
    for (index, (name, value)) in entries.enumerate() {
        text.push_str(if index == 0 { "\n" } else { ",\n" });
        text.push_str(&"  ".repeat(depth + 1));
        if let Some(name) = name {
            text.push_str(&Json::String(name.into()).canonical());
            text.push_str(": ");
        }
        write(value, depth + 1, text);
    }
    text.push('\n');
    text.push_str(&"  ".repeat(depth));
    text.push(brackets[1]);
}

#[cfg(test)]
mod tests {
    use earnest_signing::{Limits, read};

    use super::*;

    #[test]
    fn pretty_text_is_the_same_value() {
        let text = "{\"b\":[1,{\"c\":{},\"d\":[]}],\"a\":\"\u{9b}\\n\",\"e\":0.5}";
        let json = read(text.as_bytes(), Limits::DOCUMENT).unwrap();
        let shown = pretty(&json);
        assert_eq!(
            shown,
            "{\n  \"a\": \"\\u009b\\n\",\n  \"b\": [\n    1,\n    {\n      \"c\": {},\n      \"d\": []\n    }\n  ],\n  \"e\": 0.5\n}\n"
        );
        assert_eq!(read(shown.as_bytes(), Limits::DOCUMENT).unwrap().canonical(), json.canonical());
    }
}
