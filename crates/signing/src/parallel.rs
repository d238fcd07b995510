//! Work on many documents at once, across the cores of the machine.

use std::{
    num::NonZeroUsize,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

/// How many items a core takes at a time: enough that the counter costs nothing, few enough that cores end together.
const CHUNK: usize = 16;

/// Applies a function to every item on `threads` threads, or on one per core; the answers stand in the items' order.
///
/// ```
/// let lengths = earnest_signing::in_parallel(&["a", "bb", "ccc"], None, |text| text.len());
/// assert_eq!(lengths, [1, 2, 3]);
/// ```
pub fn in_parallel<I: Sync, O: Send>(
    items: &[I],
    threads: Option<NonZeroUsize>,
    work: impl Fn(&I) -> O + Sync,
) -> Vec<O> {
    let cores = threads.or_else(|| thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get);
    let threads = cores.min(items.len().div_ceil(CHUNK));
    if threads <= 1 {
        return items.iter().map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let take = || {
        let mut done = Vec::new();
        loop {
            let chunk = next.fetch_add(1, Ordering::Relaxed);
            match items.chunks(CHUNK).nth(chunk) {
                Some(items) => done.push((chunk, items.iter().map(&work).collect::<Vec<O>>())),
                None => return done,
            }
        }
    };
    let mut chunks: Vec<(usize, Vec<O>)> = thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(take)).collect();
        let mut done = take();
        for other in others {
            match other.join() {
                Ok(more) => done.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    chunks.sort_by_key(|(chunk, _)| *chunk);
    chunks.into_iter().flat_map(|(_, answers)| answers).collect()
}
