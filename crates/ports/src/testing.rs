//! What tests of machines and adapters share: a small machine, a journal that fails on demand, the contract suites.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "this is test code, which other crates run too"
)]

mod blobs_contract;
mod faulty;
mod journal_contract;
mod tally;
mod tally_bytes;

pub use blobs_contract::{BlobsSubject, blobs_cases};
pub use faulty::{Fault, Faulty};
pub use journal_contract::{JournalSubject, cases};
pub use tally::{Amount, Tally, TallyCommand, TallyFact, TallyRefusal, Told};

/// Waits for all of them at once, on one task.
pub async fn join_all<F: Future + Send>(futures: Vec<F>) -> Vec<F::Output>
where
    F::Output: Send,
{
    let mut futures: Vec<_> = futures.into_iter().map(|future| (Box::pin(future), None)).collect();
    std::future::poll_fn(|context| {
        let mut open = 0;
        for (future, output) in &mut futures {
            if output.is_none() {
                match future.as_mut().poll(context) {
                    std::task::Poll::Ready(ready) => *output = Some(ready),
                    std::task::Poll::Pending => open += 1,
                }
            }
        }
        if open == 0 { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    futures.into_iter().filter_map(|(_, output)| output).collect()
}
