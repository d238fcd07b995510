//! Templates of routes, such as `/users/:id`: they join a catalogue's key, so they must not lead out of their path.

/// How often a template is decoded before it must have come to rest.
const MAX_DECODINGS: usize = 5;

/// Whether a text is a template of a route: an absolute path of letters, digits and `_/:.-~%`, which also decoded holds
/// neither `..` nor `://`.
///
/// ```
/// use earnest_x402::bazaar::is_route_template;
///
/// assert!(is_route_template("/users/:id"));
/// assert!(!is_route_template("/users/%252e%252e/admin"));
/// ```
#[must_use]
pub fn is_route_template(template: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_/:.-~%".contains(&byte);
    if template.len() < 2 || !template.starts_with('/') || !template.bytes().all(plain) {
        return false;
    }
    decoded(template).is_some_and(|decoded| !decoded.contains("..") && !decoded.contains("://"))
}

/// The template, decoded until it does not change any more.
fn decoded(template: &str) -> Option<String> {
    let mut text = template.to_owned();
    for _ in 0..MAX_DECODINGS {
        let next = decoded_once(&text)?;
        if next == text {
            return Some(text);
        }
        text = next;
    }
    None
}

fn decoded_once(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        if *first == b'%' {
            let digits = std::str::from_utf8(after.get(..2)?).ok()?;
            let hexadecimal = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
            bytes.push(hexadecimal.then(|| u8::from_str_radix(digits, 16).ok()).flatten()?);
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_stays_in_its_path() {
        for right in ["/users/:id", "/a", "/a/b.c", "/a%20b", "/~x/-_"] {
            assert!(is_route_template(right), "{right}");
        }
        for wrong in [
            "",
            "/",
            "users",
            "/a b",
            "/a?b",
            "/a#b",
            "/..",
            "/a/../b",
            "/%2e%2e/a",
            "/%252e%252e",
            "/http://a",
            "/http:%2f%2fa",
            "/%",
            "/%zz",
            "/%2",
            "/%ff",
            "/%2525252525252e",
            "//é",
            "/a\\b",
        ] {
            assert!(!is_route_template(wrong), "{wrong}");
        }
    }
}
