//! Events in memory: the last so many.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use futures_util::future::{BoxFuture, FutureExt, ready};
use tokio::sync::watch;

use super::{EventSource, EventsError, StreamEvent};

/// The last events, in memory: for what nobody misses after a restart.
#[derive(Debug)]
pub struct MemoryEvents {
    kept: Mutex<VecDeque<StreamEvent>>,
    at_most: usize,
    newest: watch::Sender<u64>,
}

impl MemoryEvents {
    /// Keeps at most so many.
    #[must_use]
    pub fn new(at_most: usize) -> Self {
        Self { kept: Mutex::default(), at_most, newest: watch::channel(0).0 }
    }

    /// Adds an event, and answers its id.
    pub fn push(&self, name: &'static str, data: String) -> u64 {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let id = *self.newest.borrow() + 1;
        kept.push_back(StreamEvent { id, name, data });
        while kept.len() > self.at_most {
            kept.pop_front();
        }
        self.newest.send_replace(id);
        id
    }

    fn read(&self, id: u64, at_most: usize) -> Result<Vec<StreamEvent>, EventsError> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let oldest = kept.front().map_or(1, |event| event.id);
        if id + 1 < oldest || id > *self.newest.borrow() {
            return Err(EventsError::Gone);
        }
        Ok(kept.iter().filter(|event| event.id > id).take(at_most).cloned().collect())
    }
}

impl EventSource for MemoryEvents {
    fn after(&self, id: u64, at_most: usize) -> BoxFuture<'_, Result<Vec<StreamEvent>, EventsError>> {
        ready(self.read(id, at_most)).boxed()
    }

    fn newest(&self) -> watch::Receiver<u64> {
        self.newest.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_goes_on_where_it_was_or_learns_that_it_cannot() {
        let events = MemoryEvents::new(3);
        assert_eq!(events.read(0, 9), Ok(Vec::new()));
        assert!((1..=5).all(|id| events.push("tick", String::new()) == id));
        let ids = |after| events.read(after, 2).map(|page| page.iter().map(|event| event.id).collect::<Vec<_>>());
        for (after, verdict) in [
            (0, Err(EventsError::Gone)),
            (1, Err(EventsError::Gone)),
            (2, Ok(vec![3, 4])),
            (4, Ok(vec![5])),
            (5, Ok(vec![])),
            (6, Err(EventsError::Gone)),
        ] {
            assert_eq!(ids(after), verdict, "after {after}");
        }
    }
}
