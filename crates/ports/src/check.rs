//! The check of a journal from its first fact to its last (decision D16).

use std::collections::BTreeMap;

use crate::{Genesis, Head, Journal, JournalError, Machine, Position, ReplayError, Replayed, Seq, Tail};

/// What a check found.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// The journal did not answer, its chain is broken, or a fact does not follow.
    #[error(transparent)]
    Replay(#[from] ReplayError),
    /// The chain holds, but it is another one than somebody saw.
    #[error("expected head {expected} at fact {seq}, as it was kept, found {found}")]
    OtherHead {
        /// Where.
        seq: Seq,
        /// The head that was kept.
        expected: Box<Head>,
        /// The head that is there.
        found: Box<Head>,
    },
    /// The chain holds, but somebody saw it go further.
    #[error("expected fact {seq}, whose head was kept, found the journal's end at {end}")]
    Shorter {
        /// The fact that somebody saw.
        seq: Seq,
        /// The last fact that is there.
        end: Seq,
    },
    /// The snapshot is not the state that the facts make.
    #[error("expected the snapshot at fact {seq} to be what the facts make, found another state")]
    OtherState {
        /// Where.
        seq: Seq,
    },
}

impl CheckError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Replay(ReplayError::Journal(error)) => error.code(),
            Self::Replay(ReplayError::Fact { .. }) => "fact-does-not-follow",
            Self::OtherHead { .. } => "other-head",
            Self::Shorter { .. } => "journal-shorter",
            Self::OtherState { .. } => "other-state",
        }
    }

    /// The first fact that is, or may be, at fault; none where no fact is.
    #[must_use]
    pub const fn seq(&self) -> Option<Seq> {
        match self {
            Self::Replay(ReplayError::Journal(JournalError::Broken(broken))) => Some(broken.first),
            Self::Replay(ReplayError::Journal(_)) => None,
            Self::Replay(ReplayError::Fact { seq, .. })
            | Self::OtherHead { seq, .. }
            | Self::Shorter { seq, .. }
            | Self::OtherState { seq } => Some(*seq),
        }
    }
}

impl From<JournalError> for CheckError {
    fn from(error: JournalError) -> Self {
        Self::Replay(error.into())
    }
}

/// Checks a journal: its chain, every fact, the heads that others kept, and the snapshot.
///
/// Who edits a database can make the chain anew from the edited fact on. Heads that others keep tell even then: every
/// hold and transfer carries one.
///
/// # Errors
/// The first fault.
pub async fn check<M: Machine>(
    journal: &dyn Journal,
    genesis: &Genesis<M>,
    kept: &BTreeMap<Seq, Head>,
) -> Result<Position, CheckError> {
    let snapshot = journal.load_snapshot().await?;
    let mut state = Replayed::fresh(journal, genesis);
    let mut tail = Tail::after(journal, state.place);
    same_head(state.place, kept)?;
    loop {
        let here = snapshot.as_ref().filter(|snapshot| snapshot.place.seq == state.place.seq);
        if here.is_some_and(|snapshot| snapshot.place != state.place || snapshot.bytes != state.machine.save()) {
            return Err(CheckError::OtherState { seq: state.place.seq });
        }
        let Some(batch) = tail.next().await? else { break };
        batch.facts().try_for_each(|(place, _)| same_head(place, kept))?;
        state.take(&batch)?;
    }
    let end = state.place;
    if let Some((seq, _)) = kept.range(end.seq..).find(|(seq, _)| **seq > end.seq) {
        return Err(CheckError::Shorter { seq: *seq, end: end.seq });
    }
    Ok(end)
}

fn same_head(place: Position, kept: &BTreeMap<Seq, Head>) -> Result<(), CheckError> {
    match kept.get(&place.seq) {
        Some(head) if *head != place.head => {
            let (expected, found) = (Box::new(*head), Box::new(place.head));
            Err(CheckError::OtherHead { seq: place.seq, expected, found })
        }
        _ => Ok(()),
    }
}
