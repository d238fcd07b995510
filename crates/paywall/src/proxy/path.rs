//! Paths: patterns that are priced, and spellings that are taken.

/// A pattern of paths: segments, `{name}` for any one, `{*name}` at its end for all that follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pattern {
    text: String,
    segments: Vec<Segment>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Segment {
    Exact(String),
    Any,
    Rest,
}

/// How particular a pattern is: by its segments, exact before any before rest; the greater one counts.
type Rank = Vec<u8>;

impl Pattern {
    /// Reads a pattern; `None` where it is none.
    pub(crate) fn new(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.strip_prefix('/')?.split('/').collect();
        let last = parts.len() - 1;
        let mut segments = Vec::new();
        for (index, part) in parts.iter().enumerate() {
            let inner = part.strip_prefix('{').and_then(|part| part.strip_suffix('}'));
            segments.push(match inner {
                Some(name) if name.starts_with('*') && name.len() > 1 && index == last => Segment::Rest,
                Some(name) if !name.is_empty() && !name.contains(['{', '}', '*']) => Segment::Any,
                None if !part.contains(['{', '}']) && (!part.is_empty() || index == last) => {
                    Segment::Exact((*part).to_owned())
                }
                _ => return None,
            });
        }
        let exact = |segment: &Segment| if let Segment::Exact(text) = segment { text.clone() } else { "x".to_owned() };
        let sample = format!("/{}", segments.iter().map(exact).collect::<Vec<_>>().join("/"));
        is_plain(&sample).then(|| Self { text: text.to_owned(), segments })
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether a path matches; folded, both without letter case and without a slash at the end.
    pub(super) fn matches(&self, path: &str, is_folded: bool) -> bool {
        let Some(rest) = path.strip_prefix('/') else { return false };
        let mut parts = rest.split('/');
        let mut segments = self.segments.iter().peekable();
        while let Some(segment) = segments.next() {
            match segment {
                Segment::Rest => return parts.next().is_some_and(|part| !part.is_empty()),
                // A pattern that ends in a slash is, folded, the same without.
                Segment::Exact(text)
                    if is_folded && text.is_empty() && segments.peek().is_none() && !rest.is_empty() =>
                {
                    return parts.next().is_none();
                }
                Segment::Exact(text) => {
                    let same = |part: &str| if is_folded { part == text.to_lowercase() } else { part == text };
                    if !parts.next().is_some_and(same) {
                        return false;
                    }
                }
                Segment::Any => {
                    if parts.next().is_none_or(str::is_empty) {
                        return false;
                    }
                }
            }
        }
        parts.next().is_none()
    }

    pub(super) fn rank(&self) -> Rank {
        let rank = |segment: &Segment| match segment {
            Segment::Exact(_) => 3,
            Segment::Any => 2,
            Segment::Rest => 1,
        };
        self.segments.iter().map(rank).collect()
    }
}

/// A path without letter case and without a slash at its end.
pub(super) fn folded(path: &str) -> String {
    let folded = path.to_lowercase();
    if folded.len() > 1 { folded.trim_end_matches('/').to_owned() } else { folded }
}

/// Whether a path is spelt in the one way that every server reads alike: no empty segment, no dots that lead elsewhere, no
/// parameters, no character encoded that need not be, none that is a separator to some.
pub(super) fn is_plain(path: &str) -> bool {
    let Some(rest) = path.strip_prefix('/') else { return false };
    let parts: Vec<&str> = rest.split('/').collect();
    let last = parts.len() - 1;
    parts.iter().enumerate().all(|(index, part)| {
        (!part.is_empty() || index == last) && !matches!(*part, "." | "..") && is_plain_segment(part)
    })
}

fn is_plain_segment(part: &str) -> bool {
    let bytes = part.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'%' => {
                let digits = bytes.get(at + 1..at + 3).and_then(|digits| std::str::from_utf8(digits).ok());
                let upper = digits.filter(|digits| !digits.bytes().any(|digit| digit.is_ascii_lowercase()));
                match upper.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
                    Some(decoded) if must_be_encoded(decoded) => at += 3,
                    _ => return false,
                }
            }
            byte if is_plain_byte(*byte) => at += 1,
            _ => return false,
        }
    }
    true
}

/// Characters that stand for themselves. Of the others that a path may have, `;` begins parameters on some servers.
const fn is_plain_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'-' | b'.'
                | b'_'
                | b'~'
                | b'!'
                | b'$'
                | b'&'
                | b'\''
                | b'('
                | b')'
                | b'*'
                | b'+'
                | b','
                | b'='
                | b':'
                | b'@'
        )
}

/// Whether a character has to be encoded, and means nothing to a server once it is decoded.
const fn must_be_encoded(byte: u8) -> bool {
    !is_plain_byte(byte) && byte >= 0x20 && !matches!(byte, b'/' | b'\\' | b';' | b'%' | b'?' | b'#' | 0x7f)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_one_plain_spelling() {
        for plain in ["/", "/a", "/a/", "/a/b.c", "/a%20b", "/~me", "/%C4%85", "/A", "/a:b@c"] {
            assert!(is_plain(plain), "{plain}");
        }
        for trick in [
            "",
            "a",
            "//a",
            "/a//b",
            "/./a",
            "/a/..",
            "/../a",
            "/%61",
            "/%2e%2e/a",
            "/%2E%2E/a",
            "/a%2Fb",
            "/a%5Cb",
            "/a\\b",
            "/a;x",
            "/a;jsessionid=1",
            "/a%3Bx",
            "/a%00",
            "/a%0A",
            "/a%",
            "/a%2",
            "/a%zz",
            "/%c4%85",
            "/a%25",
            "/ą",
            "/a b",
            "/a%3Fx",
            "/a%23x",
        ] {
            assert!(!is_plain(trick), "{trick}");
        }
    }

    #[test]
    fn patterns_match_by_segments() {
        for (pattern, path, matched) in [
            ("/", "/", true),
            ("/", "/a", false),
            ("/a", "/a", true),
            ("/a", "/a/", false),
            ("/a", "/A", false),
            ("/a/", "/a/", true),
            ("/users/{id}", "/users/7", true),
            ("/users/{id}", "/users/", false),
            ("/users/{id}", "/users/7/x", false),
            ("/files/{*rest}", "/files/a/b", true),
            ("/files/{*rest}", "/files/", false),
            ("/files/{*rest}", "/files", false),
        ] {
            assert_eq!(Pattern::new(pattern).unwrap().matches(path, false), matched, "{pattern} {path}");
        }
        for wrong in ["", "a", "/a//b", "/{}", "/{*}", "/{*a}/b", "/a{b}", "/../a", "/a;b", "/{a*}"] {
            assert!(Pattern::new(wrong).is_none(), "{wrong}");
        }
        assert!(Pattern::new("/a/b").unwrap().rank() > Pattern::new("/a/{b}").unwrap().rank());
        assert!(Pattern::new("/a/{b}").unwrap().rank() > Pattern::new("/a/{*b}").unwrap().rank());
    }
}
