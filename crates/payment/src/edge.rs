//! The twelve transitions as data, for the table, the diagram and the tests; `apply` takes these and no others.

use crate::State;

/// A transition between two states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// The state it leaves.
    pub from: State,
    /// The state it enters.
    pub to: State,
    /// The words of the events that take it.
    pub events: &'static [&'static str],
    /// When it happens, in a sentence.
    pub says: &'static str,
}

const fn edge(from: State, to: State, events: &'static [&'static str], says: &'static str) -> Edge {
    Edge { from, to, events, says }
}

/// Every transition there is: 12 of the 81 pairs.
pub const EDGES: [Edge; 12] = [
    edge(State::Submitted, State::Queued, &["enqueued"], "The relay queued it."),
    edge(
        State::Submitted,
        State::Failed,
        &["failed", "deadline-passed"],
        "It is not valid, or the relay could not queue it.",
    ),
    edge(
        State::Queued,
        State::Queued,
        &["waiting"],
        "It waits on: for the sender's earlier payments, or for a sponsor.",
    ),
    edge(State::Queued, State::Broadcasting, &["dispatched"], "Its turn came."),
    edge(State::Queued, State::Failed, &["failed", "deadline-passed"], "What it waited for did not come in time."),
    edge(State::Broadcasting, State::Queued, &["returned"], "The attempt did not reach the rail; another follows."),
    edge(State::Broadcasting, State::Mempool, &["accepted"], "The rail took it, or may have."),
    edge(
        State::Broadcasting,
        State::Failed,
        &["failed", "deadline-passed"],
        "The rail refused it, or no node took it in time.",
    ),
    edge(
        State::Mempool,
        State::Mempool,
        &["observed"],
        "It is not final: pending, missing, dropped, sent again or reorganised.",
    ),
    edge(State::Mempool, State::Confirmed, &["confirmed"], "It is final on the rail."),
    edge(
        State::Mempool,
        State::Failed,
        &["aborted", "deadline-passed"],
        "The rail carried it out without success, or its authorisation lapsed.",
    ),
    edge(State::Mempool, State::Replaced, &["replaced"], "Another transaction used its authorisation."),
];

/// Whether a payment can go from one state straight to another.
///
/// ```
/// use earnest_payment::{State, is_allowed};
///
/// assert!(is_allowed(State::Mempool, State::Replaced));
/// assert!(!is_allowed(State::Failed, State::Confirmed));
/// ```
#[must_use]
pub fn is_allowed(from: State, to: State) -> bool {
    EDGES.iter().any(|edge| edge.from == from && edge.to == to)
}
