//! The machine's own limit: the same bytes in the same batches, written to a file whose blocks are there, and synced.

use std::{
    fs::File,
    io::{Seek, SeekFrom, Write},
    path::Path,
};

use earnest_ports::Batch;

use super::drive::{Cell, millis, now};

const SIZE: usize = 64 << 20;

/// Writes the batches.
pub(super) fn written(folder: &Path, batches: &[Batch]) -> anyhow::Result<Cell> {
    let mut file = File::create(folder.join("log"))?;
    file.write_all(&vec![1; SIZE])?;
    file.sync_all()?;
    file.seek(SeekFrom::Start(0))?;
    let (mut commits, mut operations, mut written) = (Vec::with_capacity(batches.len()), 0, 0);
    let begun = now();
    for batch in batches {
        let sent = now();
        if written + batch.bytes().len() > SIZE {
            file.seek(SeekFrom::Start(0))?;
            written = 0;
        }
        file.write_all(batch.bytes())?;
        file.sync_data()?;
        commits.push(millis(sent));
        written += batch.bytes().len();
        operations += batch.len();
    }
    Ok(Cell { rate: operations as f64 / begun.elapsed().as_secs_f64(), commits })
}
