//! Text from documents and arguments, made safe for a terminal: nothing that moves the cursor, changes colours or turns
//! the direction of writing.

/// Whether a terminal obeys the character instead of showing it.
fn is_obeyed(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A text for people, on one line: what a terminal would obey is spelt out, as `\u{1b}`.
pub(crate) fn text(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        if is_obeyed(character) {
            plain.extend(character.escape_default());
        } else {
            plain.push(character);
        }
    }
    plain
}

/// A JSON text of the same value: what a terminal would obey is escaped, as `\u009b`. JSON lets such characters stand
/// in strings only, and all of them fit four digits.
pub(crate) fn in_json(json: &str) -> String {
    let mut plain = String::with_capacity(json.len());
    for character in json.chars() {
        if is_obeyed(character) && !matches!(character, '\n' | '\t' | '\r') {
            plain.push_str(&format!("\\u{:04x}", u32::from(character)));
        } else {
            plain.push(character);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_terminal_obeys_is_left() {
        for (found, shown) in [
            ("offer:ola-redaction-01 ‖ Zażółć", "offer:ola-redaction-01 ‖ Zażółć"),
            ("\u{1b}[31mred", "\\u{1b}[31mred"),
            ("\u{9b}2J", "\\u{9b}2J"),
            ("one\ntwo\u{7f}", "one\\ntwo\\u{7f}"),
            ("\u{202e}txt", "\\u{202e}txt"),
        ] {
            assert_eq!(text(found), shown);
        }
    }

    #[test]
    fn escaped_json_is_the_same_value() {
        let json = "{\n\t\"a\": \"\u{9b}2J\u{7f}\u{202e}\"\n}";
        let escaped = in_json(json);
        assert_eq!(escaped, "{\n\t\"a\": \"\\u009b2J\\u007f\\u202e\"\n}");
        let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(value(&escaped), value(json));
    }
}
