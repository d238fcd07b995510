//! The wire as Markdown, for the reference page.

use std::fmt::Write;

use crate::{ErrorReason, OUTCOMES, header, v1};

/// The headers: their names and what they hold.
#[must_use]
pub fn headers_markdown() -> String {
    let mut out = String::from("| header | where, and what it holds |\n| --- | --- |\n");
    for (name, says) in header::ALL {
        let _ = writeln!(out, "| `{name}` | {says} |");
    }
    out
}

/// What a paid route answers: each outcome with its status, headers and body.
#[must_use]
pub fn outcomes_markdown() -> String {
    let mut out = String::from(
        "| outcome | status | headers | `Cache-Control` | body | when |\n| --- | --- | --- | --- | --- | --- |\n",
    );
    for row in OUTCOMES {
        let status = row.status.map_or_else(|| "the route's own".to_owned(), |status| status.to_string());
        let _ = writeln!(
            out,
            "| {} | {status} | {} | {} | {} | {} |",
            row.outcome, row.headers, row.cache_control, row.body, row.says
        );
    }
    out
}

/// The networks that have names of both versions.
#[must_use]
pub fn networks_markdown() -> String {
    let mut out =
        String::from("| version 1 | version 2 | known to the last client of version 1 |\n| --- | --- | --- |\n");
    for named in v1::NETWORKS {
        let known = if named.in_last_client { "yes" } else { "no" };
        let _ = writeln!(out, "| `{}` | `{}` | {known} |", named.name, named.network);
    }
    out
}

/// The words for what went wrong that this program knows.
#[must_use]
pub fn error_reasons_markdown() -> String {
    let mut out = String::from("| word | means |\n| --- | --- |\n");
    for (word, says) in ErrorReason::KNOWN {
        let _ = writeln!(out, "| `{word}` | {says} |");
    }
    out
}
