//! The sizes and times of a writer.

use std::time::Duration;

/// The sizes and times of a writer. The defaults suit a service on one machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WriterOptions {
    /// How many commands wait before a caller has to.
    pub queue: usize,
    /// How many commands are decided for one write, at most. Nothing waits for a batch to fill.
    pub batch: usize,
    /// After how many bytes of facts a batch is closed.
    pub batch_bytes: usize,
    /// How many facts there are between two snapshots; 0 is never.
    pub snapshot_every: u64,
    /// How long the journal may take to answer. A write that takes longer counts as one whose outcome is unknown.
    pub write_within: Duration,
    /// How long the journal is asked what became of a write, before the writer gives up.
    pub recover_within: Duration,
}

impl Default for WriterOptions {
    fn default() -> Self {
        Self {
            queue: 4_096,
            batch: 2_048,
            batch_bytes: 4 << 20,
            snapshot_every: 1_000_000,
            write_within: Duration::from_secs(10),
            recover_within: Duration::from_secs(30),
        }
    }
}
