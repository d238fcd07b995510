//! An endpoint of a node, and what its address may be (decision E13).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use earnest_base::{Count, EndpointUrl};
use earnest_signing::{Breach, Pointer};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::NodeAdvertisement;
use crate::vocabulary::words;

/// Where a node listens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(inline)]
pub struct Endpoint {
    /// The address.
    #[serde(rename = "endpoint/url")]
    pub url: EndpointUrl,
    /// The transport: the scheme of the address.
    #[serde(rename = "endpoint/transport")]
    pub transport: Transport,
    /// Who listens there.
    #[serde(rename = "endpoint/role")]
    pub role: EndpointRole,
    /// The node's preference: lower comes first.
    #[serde(rename = "endpoint/priority")]
    pub priority: Count,
}

words! {
    /// How documents travel to a node.
    Transport {
        /// WebSocket over TLS.
        Wss,
        /// Plain HTTP, on one machine only.
        Http,
    }
    /// Who listens at an endpoint.
    EndpointRole {
        /// The node itself.
        Listener,
        /// Another node, on its behalf.
        Relay,
    }
}

impl Endpoint {
    /// The host and, where it is named, the port.
    fn authority(&self) -> (&str, Option<&str>) {
        let after = self.url.as_str().split_once("://").map_or("", |(_, after)| after);
        let authority = after.split('/').next().unwrap_or_default();
        let end_of_host = authority.find(']').map_or(0, |bracket| bracket + 1);
        match authority[end_of_host..].split_once(':') {
            Some((rest, port)) => (&authority[..end_of_host + rest.len()], Some(port)),
            None => (authority, None),
        }
    }

    pub(super) fn well_formed(&self) -> Result<(), Breach> {
        let scheme = match self.transport {
            Transport::Wss => "wss://",
            Transport::Http => "http://",
        };
        let (host, port) = self.authority();
        let in_brackets = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        let host_is_one = in_brackets.is_none_or(|address| address.parse::<Ipv6Addr>().is_ok());
        let port_is_one = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0));
        if self.url.as_str().starts_with(scheme) && host_is_one && port_is_one {
            return Ok(());
        }
        Err(Breach::at("endpoint/url", format!("expected {scheme}, a host and a port, found {}", self.url)))
    }

    /// Whether the address is of this machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let (host, _) = self.authority();
        let address = match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
            Some(address) => address.parse::<Ipv6Addr>().map(IpAddr::V6),
            None => host.parse::<Ipv4Addr>().map(IpAddr::V4),
        };
        address.map_or_else(|_| host.eq_ignore_ascii_case("localhost"), |address| address.is_loopback())
    }

    pub(super) fn private_or_encrypted(&self) -> Result<(), Breach> {
        if self.transport == Transport::Wss || self.is_loopback() {
            return Ok(());
        }
        Err(Breach::at("endpoint/url", format!("expected a loopback address, found {}", self.url)))
    }
}

/// Applies a test to every endpoint; the first fault counts.
pub(super) fn each(
    advertisement: &NodeAdvertisement,
    test: impl Fn(&Endpoint) -> Result<(), Breach>,
) -> Result<(), Breach> {
    for (index, endpoint) in advertisement.endpoints.iter().enumerate() {
        test(endpoint).map_err(|breach| {
            let place = Pointer::member("endpoints").join(&index.to_string());
            Breach { pointer: breach.pointer.tokens().fold(place, |place, token| place.join(&token)), ..breach }
        })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(transport: Transport, url: &str) -> Endpoint {
        let priority = Count::new(0).unwrap();
        Endpoint { url: url.parse().unwrap(), transport, role: EndpointRole::Listener, priority }
    }

    #[test]
    fn only_this_machine_is_loopback() {
        for url in ["http://127.0.0.1", "http://127.9.9.9:1/", "http://localhost:8402/inbox", "http://[::1]:8402"] {
            assert!(endpoint(Transport::Http, url).is_loopback(), "{url}");
        }
        for url in [
            "http://127.0.0.1.evil.example",
            "http://localhost.evil.example",
            "http://127.1",
            "http://10.0.0.1",
            "http://[::]",
            "http://0.0.0.0",
            "http://evil.example/127.0.0.1",
        ] {
            assert!(!endpoint(Transport::Http, url).is_loopback(), "{url}");
        }
    }

    #[test]
    fn an_address_has_its_transports_scheme_a_host_and_a_port() {
        assert_eq!(endpoint(Transport::Wss, "wss://[2001:db8::1]:443/peer").well_formed(), Ok(()));
        for url in ["http://localhost", "wss://a:0", "wss://a:65536", "wss://[:::]"] {
            assert!(endpoint(Transport::Wss, url).well_formed().is_err(), "{url}");
        }
    }
}
