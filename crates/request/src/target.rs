//! What a request asks for: the derived components of RFC 9421, section 2.2.

/// What a request asks for, as it stands on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target<'a> {
    /// The method, in its own case.
    pub method: &'a str,
    /// Host and port, as the header `Host` or the request's URI names them.
    pub authority: &'a str,
    /// The path, not decoded.
    pub path: &'a str,
    /// The query without its question mark, not decoded.
    pub query: Option<&'a str>,
}

impl Target<'_> {
    /// The value of a derived component; `None` for one that is never covered here.
    pub(crate) fn component(&self, name: &str) -> Option<String> {
        Some(match name {
            "@method" => self.method.to_owned(),
            "@authority" => self.normal_authority(),
            "@path" if self.path.is_empty() => "/".to_owned(),
            "@path" => self.path.to_owned(),
            "@query" => format!("?{}", self.query.unwrap_or_default()),
            _ => return None,
        })
    }

    /// The authority in lower case. The port stays as it was written, since the scheme that would make it a default is
    /// not known behind a proxy that ends TLS: both sides leave out 80 and 443, as HTTP clients do.
    fn normal_authority(&self) -> String {
        self.authority.to_ascii_lowercase()
    }
}
