//! The tables of the ledger as Markdown, for the reference page.

use std::fmt::Write as _;

use crate::{Phase, Refusal, TimerKind, Why};

/// Every refusal in its order: where several hold, the first is told.
#[must_use]
pub fn refusals_markdown() -> String {
    let mut out = String::from("| | code | means |\n| --- | --- | --- |\n");
    for (place, (code, says)) in Refusal::ALL.iter().enumerate() {
        let _ = writeln!(out, "| {} | `{code}` | {} |", place + 1, says.trim());
    }
    out
}

/// The states of a hold.
#[must_use]
pub fn phases_markdown() -> String {
    let mut out = String::from("| state | ended | means |\n| --- | --- | --- |\n");
    for phase in Phase::ALL {
        let ended = if phase.is_terminal() { "yes" } else { "no" };
        let _ = writeln!(out, "| `{phase}` | {ended} | {} |", phase.says());
    }
    out
}

/// What a hold's timers are for.
#[must_use]
pub fn timers_markdown() -> String {
    let mut out = String::from("| timer | does |\n| --- | --- |\n");
    for kind in TimerKind::ALL {
        let _ = writeln!(out, "| `{kind}` | {} |", kind.says());
    }
    out
}

/// Why a hold ended.
#[must_use]
pub fn reasons_markdown() -> String {
    let mut out = String::from("| reason | means |\n| --- | --- |\n");
    for why in Why::ALL {
        let _ = writeln!(out, "| `{why}` | {} |", why.says());
    }
    out
}
