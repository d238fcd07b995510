//! Streams of events (server-sent events) that resume where they broke off. A reader is given what it can take, page by
//! page, and nothing is kept for it meanwhile; one that takes nothing is cut off by the server.

mod memory;

use std::{collections::VecDeque, convert::Infallible, sync::Arc, time::Duration};

use axum::{
    extract::FromRequestParts,
    response::{
        IntoResponse, Response, Sse,
        sse::{Event, KeepAlive},
    },
};
use futures_util::{future::BoxFuture, stream};
use http::request::Parts;
use tokio::sync::watch;

pub use memory::MemoryEvents;

use crate::{
    problem::{Problem, ServiceCode},
    server::Stop,
};

/// An event of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamEvent {
    /// Its place: ids grow from event to event, from 1.
    pub id: u64,
    /// Its name.
    pub name: &'static str,
    /// What it says, usually JSON.
    pub data: String,
}

/// Why events cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventsError {
    /// Those after the asked-for one are no longer all kept.
    Gone,
    /// The store is out of reach.
    Outage,
}

impl From<EventsError> for Problem {
    fn from(error: EventsError) -> Self {
        match error {
            EventsError::Gone => ServiceCode::EventsGone.into(),
            EventsError::Outage => ServiceCode::Outage.into(),
        }
    }
}

/// Where events come from: a journal, a table, a list in memory.
pub trait EventSource: Send + Sync + 'static {
    /// The events after this id, in order, at most so many; none where there are none yet.
    fn after(&self, id: u64, at_most: usize) -> BoxFuture<'_, Result<Vec<StreamEvent>, EventsError>>;
    /// Hears the greatest id whenever it grows.
    fn newest(&self) -> watch::Receiver<u64>;
}

/// How many events are read at once; as many are held for a reader, and no more.
const PAGE: usize = 64;

/// The id after which a reader goes on: the header `Last-Event-ID`, or 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastEventId(pub u64);

impl<S: Send + Sync> FromRequestParts<S> for LastEventId {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Some(named) = parts.headers.get("last-event-id") else { return Ok(Self(0)) };
        let id = named.to_str().ok().and_then(|text| text.parse().ok());
        id.map(Self).ok_or_else(|| ServiceCode::LastEventIdInvalid.into())
    }
}

impl aide::OperationInput for LastEventId {}

struct Reader {
    source: Arc<dyn EventSource>,
    newest: watch::Receiver<u64>,
    stop: Stop,
    page: VecDeque<StreamEvent>,
    last: u64,
}

/// Answers with the events after the given one, and then with each as it comes, until the reader leaves or the service
/// stops. Where nothing happens, a comment is sent every `heartbeat`, so that both sides notice a broken connection.
///
/// # Errors
/// `events-gone` where the reader was away for too long, and `outage`: before the stream begins. Later they end it, and
/// the reader learns them when it comes again.
pub async fn follow(
    source: Arc<dyn EventSource>,
    after: LastEventId,
    stop: Stop,
    heartbeat: Duration,
) -> Result<Response, Problem> {
    // Heard before the first page is read, so that nothing falls between the two.
    let newest = source.newest();
    let page = source.after(after.0, PAGE).await?.into();
    let reader = Reader { source, newest, stop, page, last: after.0 };
    let events = stream::unfold(reader, |mut reader| async move {
        let event = reader.next().await?;
        let told = Event::default().id(event.id.to_string()).event(event.name).data(event.data);
        Some((Ok::<_, Infallible>(told), reader))
    });
    let keep_alive = KeepAlive::new().interval(heartbeat);
    Ok((Sse::new(events).keep_alive(keep_alive)).into_response())
}

impl Reader {
    /// The next event, as soon as there is one; `None` where the stream ends.
    async fn next(&mut self) -> Option<StreamEvent> {
        loop {
            if let Some(event) = self.page.pop_front() {
                self.last = event.id;
                return Some(event);
            }
            self.newest.borrow_and_update();
            self.page = self.source.after(self.last, PAGE).await.ok()?.into();
            if !self.page.is_empty() {
                continue;
            }
            tokio::select! {
                () = self.stop.requested() => return None,
                changed = self.newest.changed() => changed.ok()?,
            }
        }
    }
}
