//! What a server is told by its configuration.

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The listener and its bounds. Times are in milliseconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct ServerSettings {
    /// Address and port; port 0 takes a free one.
    #[schemars(with = "String")]
    pub listen: SocketAddr,
    /// Whether plain HTTP may be served to other machines: only behind something that ends TLS.
    pub plain_beyond_loopback: bool,
    /// The hosts, with their port where it is not the scheme's own, under which requests come; without any, the address.
    pub authorities: Vec<String>,
    /// How many connections may be open.
    pub max_connections: usize,
    /// How many requests one connection may bring.
    pub max_requests_per_connection: usize,
    /// The greatest head of a request, in bytes: at least 8192.
    pub max_head_bytes: usize,
    /// How many headers a request may have.
    pub max_headers: usize,
    /// How long a head may take to arrive; also how long a connection may wait for its next request.
    pub head_within_ms: u64,
    /// How long the other end may take nothing of what is sent to it.
    pub write_within_ms: u64,
    /// How long requests that are under way may go on when the service stops.
    pub stop_within_ms: u64,
    /// Whether HTTP/2 without TLS is spoken too, with prior knowledge.
    pub http2: bool,
}

impl Default for ServerSettings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            plain_beyond_loopback: false,
            authorities: Vec::new(),
            max_connections: 1_024,
            max_requests_per_connection: 100_000,
            max_head_bytes: 32 * 1024,
            max_headers: 100,
            head_within_ms: 10_000,
            write_within_ms: 30_000,
            stop_within_ms: 20_000,
            http2: false,
        }
    }
}

impl ServerSettings {
    pub(crate) const fn head_within(&self) -> Duration {
        Duration::from_millis(self.head_within_ms)
    }

    pub(crate) const fn write_within(&self) -> Duration {
        Duration::from_millis(self.write_within_ms)
    }

    pub(crate) const fn stop_within(&self) -> Duration {
        Duration::from_millis(self.stop_within_ms)
    }
}
