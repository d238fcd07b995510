//! The way to sellers: strangers, who may be anywhere and answer anything. Names are resolved here, and only addresses
//! within reach are connected to; what was judged is what is called.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::{Bytes, BytesMut};
use earnest_base::Timestamp;
use earnest_ports::Clock;
use http::{HeaderMap, Method};
use reqwest::{
    Client, Url,
    dns::{Addrs, Name, Resolve, Resolving},
    redirect::Policy as Redirects,
};

use super::{AddressError, Persistence, Reach, Reply, circuit::Circuits, origin::origin_of};
use crate::{ClientError, connection::told, tls};

/// The way to sellers.
#[derive(Debug)]
pub(super) struct Wire {
    client: Client,
    persistence: Persistence,
    answer_max_bytes: usize,
    circuits: Mutex<Circuits>,
}

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum WireError {
    Address(AddressError),
    Open {
        origin: String,
        until: Timestamp,
    },
    /// No connection was made: nothing was sent.
    Unreachable(String),
    /// It was sent, and no whole answer came.
    Lost(String),
    TooLarge(usize),
}

impl WireError {
    /// Whether the request may have left.
    pub(super) const fn may_have_left(&self) -> bool {
        matches!(self, Self::Lost(_) | Self::TooLarge(_))
    }

    const fn is_silence(&self) -> bool {
        matches!(self, Self::Lost(_) | Self::Unreachable(_))
    }
}

/// A request, as it goes out.
#[derive(Debug)]
pub(super) struct Outgoing<'a> {
    pub(super) method: &'a Method,
    pub(super) url: &'a Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Wire {
    pub(super) fn new(reach: Reach, persistence: Persistence, answer_max_bytes: usize) -> Result<Self, ClientError> {
        let client = Client::builder()
            .tls_backend_preconfigured(tls::config()?)
            .dns_resolver(Arc::new(Resolver(reach)))
            // A payment is for one place: it is neither sent on nor led elsewhere.
            .redirect(Redirects::none())
            .no_proxy()
            .referer(false)
            .connect_timeout(persistence.answer_within)
            .timeout(persistence.answer_within)
            .build()
            .map_err(|error| ClientError::Setup(told(&error)))?;
        Ok(Self { client, persistence, answer_max_bytes, circuits: Mutex::default() })
    }

    /// Sends a request, and reads the answer whole.
    pub(super) async fn send(&self, outgoing: Outgoing<'_>, clock: &dyn Clock) -> Result<Reply, WireError> {
        let origin = origin_of(outgoing.url);
        let terms = self.persistence.circuit;
        let open = self.circuits().check(&origin, terms, clock.now());
        open.map_err(|until| WireError::Open { origin: origin.clone(), until })?;
        let reply = self.exchange(outgoing).await;
        match &reply {
            Err(error) if error.is_silence() => self.circuits().silent(&origin, terms, clock.now()),
            _ => self.circuits().answered(&origin),
        }
        reply
    }

    async fn exchange(&self, outgoing: Outgoing<'_>) -> Result<Reply, WireError> {
        let request = self.client.request(outgoing.method.clone(), outgoing.url.clone());
        let request = request.headers(outgoing.headers).body(outgoing.body);
        let mut answer = request.send().await.map_err(|error| of_reqwest(&error))?;
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let mut body = BytesMut::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| WireError::Lost(told(&error)))? {
            if body.len() + chunk.len() > self.answer_max_bytes {
                return Err(WireError::TooLarge(self.answer_max_bytes));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Reply { status, headers, body: body.freeze() })
    }

    fn circuits(&self) -> std::sync::MutexGuard<'_, Circuits> {
        self.circuits.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn of_reqwest(error: &reqwest::Error) -> WireError {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(found) = cause {
        if let Some(address) = found.downcast_ref::<AddressError>() {
            return WireError::Address(address.clone());
        }
        cause = found.source();
    }
    if error.is_connect() || error.is_builder() {
        WireError::Unreachable(told(error))
    } else {
        WireError::Lost(told(error))
    }
}

/// Resolves names to addresses within reach. A name with any address beyond it is not called at all: whoever makes such
/// a name means no good.
#[derive(Debug)]
struct Resolver(Reach);

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0;
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            if let Some(beyond) = found.iter().find(|address| !reach.includes(address.ip())) {
                return Err(AddressError::Private(beyond.ip()).into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}
