//! The parts of facts and snapshots from bytes.

use earnest_artifacts::escrow_policy::UndecidedOutcome;
use earnest_base::Seconds;

use super::write::{CRITERIA, MODES, PURPOSES};
use crate::{
    ContentDigest, Deadlines, DecodeError, Policy, Stamp,
    codec::Reader,
    fact::{Ruling, SubjectKey},
};

/// A word by its byte in a table.
pub(crate) fn word<T: Copy>(reader: &mut Reader<'_>, words: &[T], expected: &'static str) -> Result<T, DecodeError> {
    let byte = usize::from(reader.byte()?);
    words.get(byte).copied().ok_or_else(|| reader.expected(expected))
}

pub(crate) fn purpose(
    reader: &mut Reader<'_>,
) -> Result<earnest_artifacts::ledger_account::AccountPurpose, DecodeError> {
    word(reader, &PURPOSES, "an account's purpose")
}

pub(crate) fn mode(reader: &mut Reader<'_>) -> Result<earnest_artifacts::vocabulary::ConfirmationMode, DecodeError> {
    word(reader, &MODES, "a confirmation mode")
}

pub(crate) fn criterion(
    reader: &mut Reader<'_>,
) -> Result<earnest_artifacts::response_decision::Criterion, DecodeError> {
    word(reader, &CRITERIA, "an acceptance criterion")
}

pub(crate) fn option<'a, T>(
    reader: &mut Reader<'a>,
    read: impl FnOnce(&mut Reader<'a>) -> Result<T, DecodeError>,
) -> Result<Option<T>, DecodeError> {
    if reader.flag()? { read(reader).map(Some) } else { Ok(None) }
}

/// A list. It grows as its items are read, so that a length that lies takes no memory.
pub(crate) fn list<'a, T>(
    reader: &mut Reader<'a>,
    read: impl Fn(&mut Reader<'a>) -> Result<T, DecodeError>,
) -> Result<Vec<T>, DecodeError> {
    let mut items = Vec::new();
    for _ in 0..reader.number()? {
        items.push(read(reader)?);
    }
    Ok(items)
}

pub(crate) fn content(reader: &mut Reader<'_>) -> Result<ContentDigest, DecodeError> {
    reader.fixed().map(ContentDigest)
}

pub(crate) fn deadlines(reader: &mut Reader<'_>) -> Result<Deadlines, DecodeError> {
    let (work_by, accept_by) = (reader.time()?, reader.time()?);
    Ok(Deadlines { work_by, accept_by, dispute_by: reader.time()?, auto_release_after: reader.time()? })
}

fn seconds<const MIN: u64>(reader: &mut Reader<'_>) -> Result<Seconds<MIN>, DecodeError> {
    Seconds::new(reader.number()?).map_err(|_| reader.expected("a span of at most 100 years"))
}

pub(crate) fn policy(reader: &mut Reader<'_>) -> Result<Policy, DecodeError> {
    Ok(Policy {
        id: reader.text("an escrow policy id")?,
        operator: reader.subject()?,
        modes: list(reader, mode)?,
        funding_by: seconds(reader)?,
        dispute_window: seconds(reader)?,
        auto_release: seconds(reader)?,
        decision_by: seconds(reader)?,
        undecided: if reader.flag()? { UndecidedOutcome::Release } else { UndecidedOutcome::Refund },
        partial_release: reader.flag()?,
        arbiters: list(reader, Reader::subject)?,
    })
}

pub(crate) fn stamp(reader: &mut Reader<'_>) -> Result<Stamp, DecodeError> {
    Ok(Stamp { decision: reader.text("a decision id")?, content: content(reader)? })
}

pub(crate) fn ruling(reader: &mut Reader<'_>) -> Result<Ruling, DecodeError> {
    let by = stamp(reader)?;
    let author: SubjectKey = reader.subject()?;
    Ok(Ruling { by, author, reason: reader.text("a name")? })
}
