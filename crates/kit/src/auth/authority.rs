//! Under which names a service is called.

use std::net::SocketAddr;

/// The authorities, host and port, under which a service takes requests. A request that names another is refused: it was
/// signed for another service, or a browser was led here under a name that somebody else owns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority(Vec<String>);

impl Authority {
    /// The names that a configuration lists; without any, the address itself, and `localhost` where it is this machine's.
    #[must_use]
    pub fn new(named: &[String], address: SocketAddr) -> Self {
        if !named.is_empty() {
            return Self(named.iter().map(|name| name.to_ascii_lowercase()).collect());
        }
        let mut names = vec![address.to_string()];
        if address.ip().is_loopback() {
            names.push(format!("localhost:{}", address.port()));
        }
        if address.port() == 80 {
            names.extend(names.clone().iter().filter_map(|name| name.strip_suffix(":80").map(str::to_owned)));
        }
        Self(names)
    }

    /// Whether a request that names this authority is meant for this service.
    #[must_use]
    pub fn takes(&self, authority: &str) -> bool {
        self.0.iter().any(|name| name.eq_ignore_ascii_case(authority))
    }

    /// The first name, for links.
    #[must_use]
    pub fn first(&self) -> &str {
        self.0.first().map_or("", String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_is_called_by_its_own_names() {
        let here = Authority::new(&[], "127.0.0.1:8402".parse().unwrap());
        for (name, taken) in [
            ("127.0.0.1:8402", true),
            ("LOCALHOST:8402", true),
            ("127.0.0.1", false),
            ("127.0.0.1:8403", false),
            ("evil.example", false),
            ("", false),
        ] {
            assert_eq!(here.takes(name), taken, "{name}");
        }
        let named = Authority::new(&["Escrow.example".to_owned()], "0.0.0.0:80".parse().unwrap());
        assert!(named.takes("escrow.example") && !named.takes("0.0.0.0"));
    }
}
