//! The snapshot of a SQLite journal: a file beside the database, so that writing it neither locks nor fills the database.

use std::{
    fs::File,
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use earnest_ports::{JournalError, Snapshot};
use sha2::{Digest, Sha256};

use super::lock::beside;
use crate::{durable_file, row};

/// The first bytes of the file: what it is, and in which version.
const MAGIC: &[u8; 16] = b"earnest-snap.v1\0";

pub(super) fn path(database: &Path) -> PathBuf {
    beside(database, "-snapshot")
}

/// Writes: magic, fact number and moment (8 bytes each, little-endian), head, SHA-256 of all other bytes, state.
pub(super) fn save(path: &Path, snapshot: &Snapshot) -> Result<(), JournalError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let header = header(snapshot);
    let written = || -> io::Result<()> {
        let mut file = durable_file::begin(folder)?;
        file.write_all(&header)?;
        file.write_all(&digest(&header, &snapshot.bytes))?;
        file.write_all(&snapshot.bytes)?;
        durable_file::finish(file, path)
    };
    written().map_err(JournalError::unavailable)
}

/// Reads the snapshot. One that is not whole counts as none: the journal has everything.
pub(super) fn load(path: &Path) -> Result<Option<Snapshot>, JournalError> {
    let read = match File::open(path).and_then(bytes) {
        Ok((start, state)) => read(&start, state),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => None,
        Err(error) => return Err(JournalError::unavailable(error)),
    };
    if read.is_none() {
        tracing::warn!(path = %path.display(), "a snapshot that is not what was saved is passed over");
    }
    Ok(read)
}

/// What comes before the state.
const START: usize = MAGIC.len() + 8 + 8 + 32 + 32;

/// What comes before the state, and the state, where it can stay: moving a large one takes longer than the disk does.
fn bytes(mut file: File) -> io::Result<([u8; START], Vec<u8>)> {
    let mut start = [0; START];
    let length = file.metadata()?.len();
    file.read_exact(&mut start)?;
    let mut state = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
    file.read_to_end(&mut state)?;
    Ok((start, state))
}

fn header(snapshot: &Snapshot) -> Vec<u8> {
    let (seq, at) = (row::number(snapshot.place.seq).to_le_bytes(), snapshot.at.unix_millis().to_le_bytes());
    [MAGIC.as_slice(), &seq, &at, snapshot.place.head.as_bytes()].concat()
}

fn digest(header: &[u8], state: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update(header).chain_update(state).finalize().into()
}

fn read(start: &[u8; START], state: Vec<u8>) -> Option<Snapshot> {
    let (header, expected) = start.split_last_chunk::<32>()?;
    if *expected != digest(header, &state) {
        return None;
    }
    let (magic, numbers) = header.split_first_chunk::<16>()?;
    let (seq, numbers) = numbers.split_first_chunk::<8>()?;
    let (at, head) = numbers.split_first_chunk::<8>()?;
    let place = earnest_ports::Position { seq: row::seq(i64::from_le_bytes(*seq)).ok()?, head: row::head(head).ok()? };
    let at = row::moment(i64::from_le_bytes(*at)).ok()?;
    (magic == MAGIC).then_some(Snapshot { place, at, bytes: state })
}
