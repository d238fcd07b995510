//! The lifecycle as Markdown and as a diagram, for the reference page.

use std::fmt::Write;

use crate::{EDGES, Reason, State, delivery, is_allowed};

/// All 81 pairs of states as a matrix, and the twelve transitions with their events.
#[must_use]
pub fn transition_table_markdown() -> String {
    let mut out = String::from("| from \\ to |");
    for to in State::ALL {
        let _ = write!(out, " `{to}` |");
    }
    let _ = writeln!(out, "\n| --- |{}", " --- |".repeat(State::ALL.len()));
    for from in State::ALL {
        let _ = write!(out, "| `{from}` |");
        for to in State::ALL {
            out.push_str(if is_allowed(*from, *to) { " yes |" } else { " – |" });
        }
        out.push('\n');
    }
    out.push_str("\n| from | to | events | when |\n| --- | --- | --- | --- |\n");
    for edge in EDGES {
        let events: Vec<String> = edge.events.iter().map(|event| format!("`{event}`")).collect();
        let _ = writeln!(out, "| `{}` | `{}` | {} | {} |", edge.from, edge.to, events.join(", "), edge.says);
    }
    out
}

/// The transitions as a Mermaid state diagram.
#[must_use]
pub fn diagram_mermaid() -> String {
    let mut out = String::from("stateDiagram-v2\n    [*] --> submitted: a payment is submitted\n");
    for edge in EDGES {
        let _ = writeln!(out, "    {} --> {}: {}", edge.from, edge.to, edge.events.join(", "));
    }
    for state in State::ALL.iter().filter(|state| state.is_terminal() && state.is_stored()) {
        let _ = writeln!(out, "    {state} --> [*]");
    }
    out
}

/// The nine states: what they mean, their category, and what a route does.
#[must_use]
pub fn states_markdown() -> String {
    let mut out = String::from(
        "| state | category | stored | answered | a route | means |\n| --- | --- | --- | --- | --- | --- |\n",
    );
    let yes = |value: bool| if value { "yes" } else { "no" };
    for state in State::ALL {
        let (stored, answered) = (yes(state.is_stored()), yes(state.is_answered()));
        let (category, does) = (state.category(), delivery(*state));
        let _ = writeln!(out, "| `{state}` | {category} | {stored} | {answered} | {does} | {} |", state.says());
    }
    out
}

/// The 19 reasons: who recovers, what the client does, and whether the same payment may be sent again.
#[must_use]
pub fn reasons_markdown() -> String {
    let mut out = String::from(
        "| reason | state | category | recovers | the client | retryable | error code | means |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for reason in Reason::ALL {
        let code = reason.error_code().map_or_else(|| "–".to_owned(), |code| format!("`{code}`"));
        let retryable = if reason.retryable() { "yes" } else { "no" };
        let _ = writeln!(
            out,
            "| `{}` | `{}` | {} | {} | {} | {retryable} | {code} | {} |",
            reason.as_str(),
            reason.state(),
            reason.category(),
            reason.owner(),
            reason.client_action(),
            reason.says()
        );
    }
    out
}
