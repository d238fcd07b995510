//! The HTTP request that is paid for.

use earnest_base::{InvalidError, Name, Sha256Digest, Text};
use earnest_signing::{Json, Object};

/// A request that is paid for: method, URL and digest of the body. The URL is absolute, in one form: scheme and host in
/// lower case, no port that the scheme implies, a path, no fragment. Beyond that its bytes count as they are.
///
/// ```
/// use earnest_base::Sha256Digest;
/// use earnest_x402::scheme::PaidRequest;
///
/// let request = PaidRequest::new("GET", "HTTPS://API.example:443?lang=pl", Sha256Digest::of(b""))?;
/// assert_eq!(request.url().as_str(), "https://api.example/?lang=pl");
/// # Ok::<(), earnest_base::InvalidError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PaidRequest {
    method: Name,
    url: Text,
    body: Sha256Digest,
}

impl PaidRequest {
    /// Takes a request as it goes over the wire: the URL that the client asked for, behind however many proxies.
    ///
    /// # Errors
    /// Where the method is not one in upper case, or the URL is not absolute over http or https, has a user, a
    /// fragment, or characters that a request line cannot have.
    pub fn new(method: &str, url: &str, body: Sha256Digest) -> Result<Self, InvalidError> {
        if method.is_empty() || !method.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Err(InvalidError::new("a method such as GET", method));
        }
        let normal = normal_form(url)
            .ok_or_else(|| InvalidError::new("an absolute URL over http or https, without user and fragment", url))?;
        Ok(Self { method: method.parse()?, url: normal.parse()?, body })
    }

    /// The method.
    #[must_use]
    pub const fn method(&self) -> &Name {
        &self.method
    }

    /// The URL, in its one form.
    #[must_use]
    pub const fn url(&self) -> &Text {
        &self.url
    }

    /// The digest of the body; of no bytes where there is none.
    #[must_use]
    pub const fn body(&self) -> &Sha256Digest {
        &self.body
    }

    /// What stands for the request where there is room for one text: the SHA-256 of the canonical form (RFC 8785) of
    /// `{"body", "method", "url"}`.
    #[must_use]
    pub fn digest(&self) -> Sha256Digest {
        let mut members = Object::default();
        for (name, value) in
            [("body", self.body.as_str()), ("method", self.method.as_str()), ("url", self.url.as_str())]
        {
            members.insert(name, Json::String(value.to_owned().into()));
        }
        Sha256Digest::of(Json::Object(members).canonical().as_bytes())
    }
}

/// The request that a payment is shown for, as far as the one who verifies knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked<'a> {
    /// This request, here.
    Here(&'a PaidRequest),
    /// A request to somebody else's server, which only that server knows: what a facilitator is asked.
    Elsewhere,
}

/// The one form of a URL, where it is one that a request can have.
fn normal_form(url: &str) -> Option<String> {
    if !url.bytes().all(|byte| byte.is_ascii_graphic()) || url.contains(['#', '\\']) {
        return None;
    }
    let (scheme, rest) = url.split_once("://")?;
    let (scheme, implied) = match scheme.to_ascii_lowercase().as_str() {
        "https" => ("https", ":443"),
        "http" => ("http", ":80"),
        _ => return None,
    };
    let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let authority = authority.to_ascii_lowercase();
    let host = authority.strip_suffix(implied).unwrap_or(&authority);
    if host.is_empty() || host.starts_with(':') || host.ends_with(':') || host.contains('@') {
        return None;
    }
    let slash = if path.starts_with('/') { "" } else { "/" };
    Some(format!("{scheme}://{host}{slash}{path}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_has_one_form() {
        for (url, form) in [
            ("https://a.example", "https://a.example/"),
            ("https://a.example/", "https://a.example/"),
            ("HTTPS://A.Example:443/Path?Q=1", "https://a.example/Path?Q=1"),
            ("http://a.example:80?x", "http://a.example/?x"),
            ("http://a.example:443/", "http://a.example:443/"),
            ("https://[::1]:8402/a//b/../c", "https://[::1]:8402/a//b/../c"),
            ("https://[::1]:443/", "https://[::1]/"),
            ("https://a.example/?next=https://b.example@c", "https://a.example/?next=https://b.example@c"),
            ("https://a.example/%7Ea?x={1|2}", "https://a.example/%7Ea?x={1|2}"),
        ] {
            let request = PaidRequest::new("GET", url, Sha256Digest::of(b"")).unwrap();
            assert_eq!(request.url().as_str(), form, "{url}");
            let again = PaidRequest::new("GET", form, Sha256Digest::of(b"")).unwrap();
            assert_eq!(again, request, "{url}");
        }
    }

    #[test]
    fn what_no_request_line_has_is_refused() {
        for url in [
            "",
            "/path",
            "a.example/path",
            "ftp://a.example/",
            "https://",
            "https:///path",
            "https://:8402/",
            "https://a.example:/",
            "https://:443",
            "https://user@a.example/",
            "https://user:word@a.example/",
            "https://a.example/#part",
            "https://a.example\\@b.example/",
            "https://a.example/a b",
            "https://a.example/a\n",
            "https://a.example/ą",
            "mcp://tool/search",
        ] {
            assert!(PaidRequest::new("GET", url, Sha256Digest::of(b"")).is_err(), "{url:?}");
        }
        for method in ["", "get", "M-SEARCH", "GET ", "GÉT"] {
            assert!(PaidRequest::new(method, "https://a.example/", Sha256Digest::of(b"")).is_err(), "{method:?}");
        }
    }

    #[test]
    fn every_part_of_a_request_is_in_its_digest() {
        let digest = |method: &str, url: &str, body: &[u8]| {
            PaidRequest::new(method, url, Sha256Digest::of(body)).unwrap().digest()
        };
        let one = digest("GET", "https://a.example/", b"");
        assert_eq!(one, digest("GET", "https://A.example:443", b""));
        for other in [
            digest("POST", "https://a.example/", b""),
            digest("GET", "http://a.example/", b""),
            digest("GET", "https://a.example/b", b""),
            digest("GET", "https://a.example/?", b""),
            digest("GET", "https://a.example/", b" "),
        ] {
            assert_ne!(one, other);
        }
    }
}
