//! How sending goes wrong on demand.

use earnest_relay::Outcome;

/// How the sending of one job goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SendFault {
    /// Well.
    None,
    /// It gets lost on its way, and no answer comes.
    Lost,
    /// The rail takes it, and the answer gets lost.
    TakenAndLost,
    /// The rail does not take it, and says this.
    Answer(Outcome),
}
