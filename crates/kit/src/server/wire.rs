//! The socket under hyper: how long the first head may take, how long the other end may take nothing, and a body for the
//! refusals that hyper writes itself.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use http::{StatusCode, header};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Instant, Sleep, sleep},
};

use crate::{
    problem::{MEDIA_TYPE, Problem, ServiceCode},
    request_id::{HEADER, RequestId},
};

/// Whose words are on the wire: ours from when the service is called until its answer is written out, else hyper's.
#[derive(Debug, Default)]
pub(super) struct WireState {
    calls: AtomicUsize,
    answering: AtomicUsize,
    /// Whether something of an answer may still be in hyper's buffer.
    unflushed: AtomicBool,
}

impl WireState {
    /// A request's head arrived whole.
    pub(super) fn called(&self) {
        self.calls.fetch_add(1, Ordering::Relaxed);
        self.answering.fetch_add(1, Ordering::Relaxed);
        self.unflushed.store(true, Ordering::Relaxed);
    }

    /// Ends when the answer's body does.
    pub(super) fn answering(self: Arc<Self>) -> Answering {
        Answering(self)
    }

    fn flushed(&self) {
        if self.answering.load(Ordering::Relaxed) == 0 {
            self.unflushed.store(false, Ordering::Relaxed);
        }
    }

    fn is_hypers(&self) -> bool {
        !self.unflushed.load(Ordering::Relaxed)
    }
}

/// An answer that is being written.
pub(super) struct Answering(Arc<WireState>);

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.answering.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A socket with deadlines.
pub(super) struct Wire {
    stream: TcpStream,
    state: Arc<WireState>,
    /// Until the first head has arrived.
    first: Option<Pin<Box<Sleep>>>,
    write_within: Duration,
    /// While the other end takes nothing.
    stalled: Option<Pin<Box<Sleep>>>,
    /// What is written in place of a bare refusal, and how much of it is.
    instead: Option<(Vec<u8>, usize)>,
    /// After the last word: until when is read on, and how much.
    lingering: Option<(Pin<Box<Sleep>>, usize)>,
}

/// How long is read on after the last word.
const LINGER: Duration = Duration::from_millis(500);
/// How much is read on after the last word.
const LINGER_BYTES: usize = 4 * 1024 * 1024;

impl Wire {
    pub(super) fn new(stream: TcpStream, state: Arc<WireState>, head_within: Duration, write_within: Duration) -> Self {
        let first = Some(Box::pin(sleep(head_within)));
        Self { stream, state, first, write_within, stalled: None, instead: None, lingering: None }
    }

    /// Writes, and gives up where the other end takes nothing for too long.
    fn write_some(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if let Poll::Ready(written) = Pin::new(&mut self.stream).poll_write(context, bytes) {
            self.stalled = None;
            return Poll::Ready(written);
        }
        let within = self.write_within;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(Instant::now() + within)));
        ready!(stalled.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }

    /// Reads on for a moment after the last word, and throws away what comes. To close while the other end still sends would
    /// reset the connection, and it would lose the answer that says why.
    fn linger(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let (until, left) = self.lingering.get_or_insert_with(|| (Box::pin(sleep(LINGER)), LINGER_BYTES));
        let mut scratch = [0; 8 * 1024];
        while *left > 0 && until.as_mut().poll(context).is_pending() {
            let mut into = ReadBuf::new(&mut scratch);
            match ready!(Pin::new(&mut self.stream).poll_read(context, &mut into)) {
                Ok(()) if !into.filled().is_empty() => *left = left.saturating_sub(into.filled().len()),
                _ => break,
            }
        }
        Poll::Ready(())
    }

    /// Writes what stands in place of a refusal of hyper's own.
    fn write_instead(&mut self, context: &mut Context<'_>, length: usize) -> Poll<io::Result<usize>> {
        while let Some((bytes, written)) = self.instead.take() {
            if written == bytes.len() {
                break;
            }
            let more = self.write_some(context, &bytes[written..]);
            match more {
                Poll::Ready(Ok(more)) => self.instead = Some((bytes, written + more)),
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => {
                    self.instead = Some((bytes, written));
                    return Poll::Pending;
                }
            }
        }
        Poll::Ready(Ok(length))
    }
}

impl AsyncRead for Wire {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.first.is_some() && self.state.calls.load(Ordering::Relaxed) > 0 {
            self.first = None;
        }
        let read = Pin::new(&mut self.stream).poll_read(context, into);
        if let Some(first) = &mut self.first
            && first.as_mut().poll(context).is_ready()
        {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        read
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if self.instead.is_none()
            && self.state.is_hypers()
            && let Some(problem) = refusal_of(bytes)
        {
            self.instead = Some((bare(&problem), 0));
        }
        if self.instead.is_some() { self.write_instead(context, bytes.len()) } else { self.write_some(context, bytes) }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.state.flushed();
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.stream).poll_shutdown(context))?;
        self.linger(context).map(Ok)
    }
}

/// The problem that a bare refusal of hyper's stands for: a head without a body, and nothing after it.
fn refusal_of(bytes: &[u8]) -> Option<Problem> {
    let head = std::str::from_utf8(bytes).ok()?.strip_prefix("HTTP/1.1 ")?.strip_suffix("\r\n\r\n")?;
    let status = StatusCode::from_bytes(head.get(..3)?.as_bytes()).ok()?;
    status.is_client_error().then(|| ServiceCode::of_status(status).into())
}

/// A refusal as bytes, for where no request reached the service; the connection ends with it.
pub(super) fn bare(problem: &Problem) -> Vec<u8> {
    let id = RequestId::new().to_string();
    let body = serde_json::to_string(&problem.body(Some(&id))).unwrap_or_default();
    let status = problem.status();
    format!(
        "HTTP/1.1 {} {}\r\n{}: {MEDIA_TYPE}\r\n{}: {}\r\n{}: close\r\n{HEADER}: {id}\r\n\r\n{body}",
        status.as_u16(),
        status.canonical_reason().unwrap_or_default(),
        header::CONTENT_TYPE,
        header::CONTENT_LENGTH,
        body.len(),
        header::CONNECTION,
    )
    .into_bytes()
}
