//! Where a request may go: schemes, hosts and addresses (threats, rows SSRF and X27).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use reqwest::Url;

/// Which addresses may be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Reach {
    /// Those of the public Internet, over https.
    #[default]
    Public,
    /// This machine too, also over http.
    Loopback,
    /// Private networks too, over https; this machine also over http.
    Private,
}

/// Why a URL is not called.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It is no absolute URL over http or https.
    #[error("expected an absolute URL over https")]
    Url,
    /// It carries a user, a password or a fragment.
    #[error("expected a URL without user, password and fragment")]
    Parts,
    /// It is not encrypted, and leads elsewhere than to this machine.
    #[error("expected https, found http")]
    Plain,
    /// It leads to an address that is not to be called.
    #[error("expected a public address, found {0}")]
    Private(IpAddr),
    /// Its name stands for characters that may look like others.
    #[error("expected a host in plain letters, found {0:?}, which is not listed")]
    Punycode(String),
    /// It leads to somebody who is not listed.
    #[error("expected a seller who is listed, found {0:?}")]
    Unlisted(String),
}

impl AddressError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Url | Self::Parts => "url-invalid",
            Self::Plain => "url-plain",
            Self::Private(_) => "address-private",
            Self::Punycode(_) => "host-punycode",
            Self::Unlisted(_) => "seller-unlisted",
        }
    }
}

impl Reach {
    /// Whether an address may be called.
    #[must_use]
    pub fn includes(self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        match self {
            Self::Private => true,
            Self::Loopback => address.is_loopback() || is_public(address),
            Self::Public => is_public(address),
        }
    }

    /// Takes a URL that may be called, as far as it tells where it leads. What a name stands for is judged when it is
    /// resolved, at the moment of the call.
    ///
    /// # Errors
    /// [`AddressError`].
    pub fn url(self, text: &str) -> Result<Url, AddressError> {
        let url = Url::parse(text).map_err(|_| AddressError::Url)?;
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
            return Err(AddressError::Url);
        }
        if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
            return Err(AddressError::Parts);
        }
        let literal = literal(&url);
        if let Some(address) = literal.filter(|address| !self.includes(*address)) {
            return Err(AddressError::Private(address));
        }
        let here = literal.is_some_and(|address| address.to_canonical().is_loopback());
        let named_here = url.host_str().is_some_and(|host| host == "localhost" || host.ends_with(".localhost"));
        if url.scheme() == "http" && !(self >= Self::Loopback && (here || named_here)) {
            return Err(AddressError::Plain);
        }
        Ok(url)
    }
}

/// The origin of a URL, as it is compared: scheme, host, port.
#[must_use]
pub fn origin_of(url: &Url) -> String {
    url.origin().ascii_serialization()
}

/// The address that stands in a URL in place of a name, in whatever spelling.
fn literal(url: &Url) -> Option<IpAddr> {
    let host = url.host_str()?;
    match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(inner) => inner.parse().ok().map(IpAddr::V6),
        None => host.parse().ok().map(IpAddr::V4),
    }
}

/// Whether an address is one of the public Internet.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_broadcast()
        || address.is_documentation()
        || address.is_multicast()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (b == 18 || b == 19));
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    // Only global unicast, without what leads to IPv4 addresses by another way (6to4, Teredo) and documentation.
    (a & 0xe000) == 0x2000 && a != 0x2002 && !(a == 0x2001 && (b < 0x0200 || b == 0x0db8)) && (a & 0xfff0) != 0x3ff0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_are_called_unless_others_are_allowed() {
        for (url, code) in [
            ("https://ola.example/a", ""),
            ("https://93.184.216.34/", ""),
            ("https://[2606:2800:220:1::1]/", ""),
            ("http://ola.example/", "url-plain"),
            ("http://localhost:8402/", "url-plain"),
            ("https://127.0.0.1/", "address-private"),
            ("https://0x7f.1/", "address-private"),
            ("https://2130706433/", "address-private"),
            ("https://0/", "address-private"),
            ("https://[::1]/", "address-private"),
            ("https://[::ffff:127.0.0.1]/", "address-private"),
            ("https://[::ffff:7f00:1]/", "address-private"),
            ("https://169.254.169.254/latest/meta-data", "address-private"),
            ("https://10.1.2.3/", "address-private"),
            ("https://192.168.0.1/", "address-private"),
            ("https://172.16.0.1/", "address-private"),
            ("https://100.64.0.1/", "address-private"),
            ("https://[fe80::1]/", "address-private"),
            ("https://[fd00::1]/", "address-private"),
            ("https://[64:ff9b::7f00:1]/", "address-private"),
            ("https://[2002:7f00:1::]/", "address-private"),
            ("https://user@ola.example/", "url-invalid"),
            ("https://ola.example@127.0.0.1/", "url-invalid"),
            ("https://ola.example/#a", "url-invalid"),
            ("file:///etc/passwd", "url-invalid"),
            ("ftp://ola.example/", "url-invalid"),
            ("/a", "url-invalid"),
        ] {
            let found = Reach::Public.url(url).err().map_or("", |error| error.code());
            assert_eq!(found, code, "{url}");
        }
    }

    #[test]
    fn a_wider_reach_is_asked_for() {
        for (url, loopback, private) in [
            ("http://127.0.0.1:1/", true, true),
            ("http://localhost/", true, true),
            ("http://[::1]/", true, true),
            ("https://10.1.2.3/", false, true),
            ("http://10.1.2.3/", false, false),
            ("http://ola.example/", false, false),
        ] {
            assert_eq!(Reach::Loopback.url(url).is_ok(), loopback, "{url}");
            assert_eq!(Reach::Private.url(url).is_ok(), private, "{url}");
        }
    }
}
