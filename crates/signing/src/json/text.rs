//! Strings: escapes undone, lone surrogates and noncharacters refused.

use std::borrow::Cow;

use crate::Code;

/// A fault of a string, with the offset of the byte at which it stands.
pub(super) struct TextFault {
    pub(super) code: Code,
    pub(super) message: String,
    pub(super) at: usize,
}

fn fault(code: Code, at: usize, message: impl Into<String>) -> TextFault {
    TextFault { code, message: message.into(), at }
}

/// Reads a string from behind its opening quote; gives the text and the offset behind the closing one.
pub(super) fn scan(source: &str, start: usize) -> Result<(Cow<'_, str>, usize), TextFault> {
    let bytes = source.as_bytes();
    let at = start + plain(&bytes[start..]);
    match bytes.get(at) {
        Some(b'"') => {
            let text = &source[start..at];
            refuse_noncharacters(text, start)?;
            Ok((Cow::Borrowed(text), at + 1))
        }
        Some(b'\\') => unescape(source, start, at),
        Some(byte) => Err(control(*byte, at)),
        None => Err(unended(at)),
    }
}

/// How many bytes stand before the first quote, backslash or control character: eight at a time, since a document is
/// mostly such bytes.
pub(super) fn plain(bytes: &[u8]) -> usize {
    const EACH: u64 = u64::from_le_bytes([1; 8]);
    const HIGH: u64 = EACH << 7;
    // Sets the high bit of every byte below a bound. A borrow may set more of them, but only above a right one.
    let below = |word: u64, bound: u64| word.wrapping_sub(EACH * bound) & !word;
    let (words, _) = bytes.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let quote = below(word ^ (EACH * u64::from(b'"')), 1);
        let backslash = below(word ^ (EACH * u64::from(b'\\')), 1);
        let found = (below(word, 0x20) | quote | backslash) & HIGH;
        if found != 0 {
            return index * 8 + (found.trailing_zeros() / 8) as usize;
        }
    }
    let rest = words.len() * 8;
    let end = bytes[rest..].iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20));
    end.map_or(bytes.len(), |place| rest + place)
}

fn control(byte: u8, at: usize) -> TextFault {
    fault(Code::SYNTAX, at, format!("expected control characters escaped, found U+{byte:04X}"))
}

fn unended(at: usize) -> TextFault {
    fault(Code::SYNTAX, at, "expected `\"`, found the end of the text")
}

fn unescape(source: &str, start: usize, first: usize) -> Result<(Cow<'_, str>, usize), TextFault> {
    let bytes = source.as_bytes();
    let mut text = source[start..first].to_owned();
    refuse_noncharacters(&text, start)?;
    let mut at = first;
    loop {
        let rest = &source[at..];
        let plain = &rest[..plain(rest.as_bytes())];
        refuse_noncharacters(plain, at)?;
        text.push_str(plain);
        at += plain.len();
        match *bytes.get(at).ok_or_else(|| unended(at))? {
            b'"' => return Ok((Cow::Owned(text), at + 1)),
            b'\\' => {
                let (unescaped, end) = escape(bytes, at)?;
                text.push(unescaped);
                at = end;
            }
            byte => return Err(control(byte, at)),
        }
    }
}

/// Undoes the escape at a backslash; gives the character and the offset behind it.
fn escape(bytes: &[u8], at: usize) -> Result<(char, usize), TextFault> {
    let unescaped = match bytes.get(at + 1) {
        Some(b'"') => '"',
        Some(b'\\') => '\\',
        Some(b'/') => '/',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return unicode(bytes, at),
        _ => return Err(fault(Code::SYNTAX, at, "expected one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u")),
    };
    Ok((unescaped, at + 2))
}

fn unicode(bytes: &[u8], at: usize) -> Result<(char, usize), TextFault> {
    let lone = |unit: u32| {
        fault(Code::LONE_SURROGATE, at, format!("expected a pair of surrogates, found \\u{unit:04x} alone"))
    };
    let unit = hex4(bytes, at)?;
    let (scalar, end) = match unit {
        0xd800..=0xdbff => {
            if bytes.get(at + 6) != Some(&b'\\') || bytes.get(at + 7) != Some(&b'u') {
                return Err(lone(unit));
            }
            match hex4(bytes, at + 6)? {
                low @ 0xdc00..=0xdfff => (0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00), at + 12),
                _ => return Err(lone(unit)),
            }
        }
        _ => (unit, at + 6),
    };
    let character = char::from_u32(scalar).ok_or_else(|| lone(unit))?;
    if is_noncharacter(character) { Err(noncharacter(character, at)) } else { Ok((character, end)) }
}

fn hex4(bytes: &[u8], at: usize) -> Result<u32, TextFault> {
    let digits = bytes.get(at + 2..at + 6).and_then(|four| {
        four.iter().try_fold(0, |unit, byte| char::from(*byte).to_digit(16).map(|digit| unit * 16 + digit))
    });
    digits.ok_or_else(|| fault(Code::SYNTAX, at, "expected four hexadecimal digits behind \\u"))
}

fn refuse_noncharacters(text: &str, start: usize) -> Result<(), TextFault> {
    if text.is_ascii() {
        return Ok(());
    }
    match text.char_indices().find(|(_, character)| is_noncharacter(*character)) {
        Some((place, character)) => Err(noncharacter(character, start + place)),
        None => Ok(()),
    }
}

fn noncharacter(character: char, at: usize) -> TextFault {
    fault(Code::NONCHARACTER, at, format!("expected characters, found the noncharacter U+{:04X}", u32::from(character)))
}

fn is_noncharacter(character: char) -> bool {
    let scalar = u32::from(character);
    (0xfdd0..=0xfdef).contains(&scalar) || scalar & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn the_first_byte_that_is_not_plain_is_found_wherever_it_stands() {
        for byte in 0..=u8::MAX {
            for (place, length) in (0..20).flat_map(|length| (0..length).map(move |place| (place, length))) {
                let mut bytes = vec![b'a'; length];
                bytes[place] = byte;
                let stops = byte < 0x20 || byte == b'"' || byte == b'\\';
                assert_eq!(plain(&bytes), if stops { place } else { length }, "{byte} at {place} of {length}");
                if place + 1 < length {
                    bytes[place + 1] = b'"';
                    assert_eq!(plain(&bytes), if stops { place } else { place + 1 });
                }
            }
        }
    }
}
