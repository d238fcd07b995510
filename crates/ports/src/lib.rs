//! Ports: what decisions need of the world, as traits, each with a version in memory and a contract suite.
//!
//! A [`Machine`] decides; a [`Writer`] drives it; a [`Journal`] remembers. The way of a command:
//!
//! ```text
//! submit ──▶ queue ──▶ decide, apply   every command that waits, in order, in memory
//!                         │
//!                         ▼ Journal::append   one durable write for all of them
//!                      answers                 none before
//! ```
//!
//! A write that fails is asked after under a new lease before anything else is decided, so a caller is told that it was
//! done, that it was not, or, where the journal stays out of reach, that it is unknown. Nothing that was answered is lost.

mod batch;
mod blobs;
mod check;
mod clock;
mod excerpt;
mod journal;
mod machine;
mod memory_blobs;
mod memory_journal;
mod position;
mod replay;
mod writer;

#[cfg(any(test, feature = "testing"))]
pub mod testing;

pub use batch::{Batch, BrokenChainError, PushError, StoredBatch};
pub use blobs::{BlobError, BlobWriter, Blobs, MAX_BLOB_BYTES};
pub use check::{CheckError, check};
pub use clock::{Clock, DrivenClock, SystemClock};
pub use excerpt::{StoredFact, facts_after};
pub use journal::{Journal, JournalError, Lease, Snapshot};
pub use machine::{Decided, FactError, Genesis, Machine};
pub use memory_blobs::MemoryBlobs;
pub use memory_journal::{MemoryJournal, MemoryStore};
pub use position::{Fence, Head, JournalName, Position, Seq};
pub use replay::{ReplayError, Replayed, Tail, replay, snapshot};
pub use writer::{Committed, Outage, Running, StartError, Stopped, SubmitError, Writer, WriterOptions, stand_by};

/// The example of the README, run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
