//! Finds the place of a value again in the text that it was read from: only a refusal asks for it.

use super::{Limits, reader::Reader};
use crate::{Pointer, Position};

/// Where the value at a pointer starts in a text that was read before: the value itself, or the nearest one around it.
pub(crate) fn locate(bytes: &[u8], pointer: &Pointer) -> Option<Position> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut reader = Reader { text, at: 0, limits: Limits { max_bytes: usize::MAX, ..Limits::BUNDLE } };
    let mut found = None;
    for token in pointer.tokens() {
        found = Some(reader.start());
        if !reader.enter(&token) {
            break;
        }
        found = Some(reader.start());
    }
    Some(Position::of(bytes, found.unwrap_or_else(|| reader.start())))
}

impl Reader<'_> {
    /// Steps to the value of a member or item; `false` where there is none.
    fn enter(&mut self, token: &str) -> bool {
        let open = self.peek();
        self.at += 1;
        for index in 0_usize.. {
            self.white_space();
            let here = match open {
                Some(b'{') if self.peek() == Some(b'"') => self.name().is_ok_and(|name| name == token),
                Some(b'[') if self.peek() != Some(b']') => token == index.to_string(),
                _ => return false,
            };
            if here {
                return true;
            }
            if self.value(0).is_err() {
                return false;
            }
            self.white_space();
            self.at += 1;
        }
        false
    }
}
