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
