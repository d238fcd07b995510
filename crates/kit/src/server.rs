//! The server: one listener, bounded in connections, headers and time, and stopped in good order.
//!
//! hyper's builder is used in place of `axum::serve`, which bounds neither the headers nor the time that they take.

mod connection;
mod settings;
mod stop;
mod wire;

use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    task::JoinSet,
    time::{sleep, timeout},
};

pub use settings::ServerSettings;
pub use stop::{Stop, Stopper};

use crate::{App, auth::Authority, telemetry::Metrics};

/// The other end of the connection. It is for limits only, and stands in no log.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub(crate) SocketAddr);

impl Peer {
    /// Whether the other end is on this machine.
    #[must_use]
    pub fn is_local(&self) -> bool {
        self.0.ip().to_canonical().is_loopback()
    }
}

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// Plain HTTP on an address that others reach, and nobody said that this is meant.
    #[error(
        "expected a loopback address, found {0}: plain HTTP is for one machine; let TLS end in front of the service, or set server.plain-beyond-loopback"
    )]
    NotLoopback(IpAddr),
    /// An address that others reach without the names that they use.
    #[error("expected server.authorities to name the hosts under which others reach {0}, found none")]
    AuthoritiesMissing(SocketAddr),
    /// The address cannot be had.
    #[error("expected to listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the operating system says.
        source: io::Error,
    },
    /// The service's routes are not fit to be served.
    #[error(transparent)]
    App(#[from] crate::AppError),
}

/// A listener that is not served yet.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    settings: ServerSettings,
}

impl Server {
    /// Listens.
    ///
    /// # Errors
    /// [`ServerError`]: an address that is not this machine's own, where the settings do not allow it; or one that cannot be
    /// had.
    pub async fn bind(settings: &ServerSettings) -> Result<Self, ServerError> {
        let address = settings.listen;
        if !address.ip().is_loopback() {
            if !settings.plain_beyond_loopback {
                return Err(ServerError::NotLoopback(address.ip()));
            }
            if settings.authorities.is_empty() {
                return Err(ServerError::AuthoritiesMissing(address));
            }
        }
        let listen = |source| ServerError::Listen { address, source };
        let listener = TcpListener::bind(address).await.map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        Ok(Self { listener, address, settings: settings.clone() })
    }

    /// The address, its port included where the system chose it.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `stop` is asked for: then no connection is taken any more, what is under way is finished within the
    /// settings' time, and what is left is cut off.
    ///
    /// # Errors
    /// [`ServerError::App`] before anything is served.
    pub async fn serve(self, app: App, stop: Stop) -> Result<(), ServerError> {
        let Self { listener, address, settings } = self;
        let authority = Authority::new(&settings.authorities, address);
        let ready = app.start(&settings, authority, stop.clone())?;
        let metrics = ready.metrics.clone();
        let serving = Arc::new(connection::Serving::new(ready.router, &settings, stop.clone()));
        let places = Arc::new(Semaphore::new(settings.max_connections));
        let mut connections = JoinSet::new();
        tracing::info!(service = ready.name, "listening");
        loop {
            let stream = tokio::select! {
                biased;
                () = stop.requested() => break,
                Some(_) = connections.join_next() => continue,
                accepted = listener.accept() => match accepted {
                    Ok((stream, peer)) => (stream, Peer(peer)),
                    // Out of file descriptors, most likely: to try again at once would only burn time.
                    Err(_) => {
                        metrics.count("earnest_accept_failures_total");
                        sleep(Duration::from_millis(20)).await;
                        continue;
                    }
                },
            };
            match Arc::clone(&places).try_acquire_owned() {
                Ok(place) => {
                    let serving = Arc::clone(&serving);
                    let open = metrics.open_connection();
                    connections.spawn(async move {
                        let _kept = (place, open);
                        serving.connection(stream.0, stream.1).await;
                    });
                }
                Err(_) => refuse(&stream.0, &metrics),
            }
        }
        drop(listener);
        drain(connections, settings.stop_within()).await;
        tracing::info!(service = ready.name, "stopped");
        Ok(())
    }
}

/// Tells a connection that there is no place for it, as far as that goes without waiting.
fn refuse(stream: &TcpStream, metrics: &Metrics) {
    metrics.count("earnest_connections_refused_total");
    // A new socket's buffer takes so little at once; where it does not, closing says enough.
    let _ = stream.try_write(&wire::bare(&crate::problem::ServiceCode::ConnectionsExhausted.problem()));
}

/// Waits for the connections, and cuts off those that take too long.
async fn drain(mut connections: JoinSet<()>, within: Duration) {
    let finished = timeout(within, async { while connections.join_next().await.is_some() {} }).await;
    if finished.is_err() {
        tracing::warn!(left = connections.len(), "cut off what did not finish in time");
        connections.shutdown().await;
    }
}
