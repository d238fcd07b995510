//! One connection: hyper with its bounds, over a wire with ours.

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{Router, body::Body, response::Response};
use http::{HeaderValue, Request, Version, header};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto::Builder,
};
use tokio::net::TcpStream;
use tower::ServiceExt;

use super::{
    Peer, ServerSettings, Stop,
    wire::{Wire, WireState},
};
use crate::held::HeldBody;

/// What all connections share.
pub(super) struct Serving {
    router: Router,
    builder: Builder<TokioExecutor>,
    settings: ServerSettings,
    stop: Stop,
}

impl Serving {
    pub(super) fn new(router: Router, settings: &ServerSettings, stop: Stop) -> Self {
        let mut builder = Builder::new(TokioExecutor::new());
        builder
            .http1()
            .timer(TokioTimer::new())
            .header_read_timeout(settings.head_within())
            .max_buf_size(settings.max_head_bytes.max(8192))
            .max_headers(settings.max_headers);
        builder
            .http2()
            .timer(TokioTimer::new())
            .max_concurrent_streams(100)
            .max_header_list_size(u32::try_from(settings.max_head_bytes).unwrap_or(u32::MAX))
            .max_local_error_reset_streams(100)
            .max_send_buf_size(64 * 1024)
            .keep_alive_interval(Some(settings.head_within()))
            .keep_alive_timeout(Duration::from_secs(10));
        let builder = if settings.http2 { builder } else { builder.http1_only() };
        Self { router, builder, settings: settings.clone(), stop }
    }

    /// Serves a connection to its end.
    pub(super) async fn connection(&self, stream: TcpStream, peer: Peer) {
        // Small answers are not held back; where the system refuses, they are merely slower.
        let _ = stream.set_nodelay(true);
        let state = Arc::new(WireState::default());
        let wire = Wire::new(stream, Arc::clone(&state), self.settings.head_within(), self.settings.write_within());
        let requests = AtomicUsize::new(0);
        let service = service_fn(|request| {
            state.called();
            let last = requests.fetch_add(1, Ordering::Relaxed) + 1 >= self.settings.max_requests_per_connection;
            self.answer(request, peer, Arc::clone(&state), last)
        });
        let mut connection = std::pin::pin!(self.builder.serve_connection_with_upgrades(TokioIo::new(wire), service));
        tokio::select! {
            // What breaks a connection is the other end's, or time: hyper has answered what can be answered.
            _ = connection.as_mut() => return,
            () = self.stop.requested() => connection.as_mut().graceful_shutdown(),
        }
        let _ = connection.await;
    }

    fn answer(
        &self,
        request: Request<Incoming>,
        peer: Peer,
        state: Arc<WireState>,
        last: bool,
    ) -> impl Future<Output = Result<Response, Infallible>> + use<> {
        let router = self.router.clone();
        async move {
            let mut request = request.map(Body::new);
            let framed = request.headers().contains_key(header::TRANSFER_ENCODING);
            let plain = request.version() <= Version::HTTP_11;
            request.extensions_mut().insert(peer);
            let mut response = router.oneshot(request).await?;
            // After a chunked body hyper may have passed over a Content-Length beside it: nothing that follows on this
            // connection is trusted (RFC 9112, section 6.3).
            if plain && (last || framed) {
                response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            Ok(response.map(|body| HeldBody::hold(body, state.answering())))
        }
    }
}
