//! What the doctor finds.

use serde::Serialize;

use crate::plain;

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    /// What was looked at.
    pub(super) check: &'static str,
    /// Whether it is as it has to be.
    pub(super) ok: bool,
    /// What was found.
    pub(super) finding: String,
    /// The command that mends it, or that does what is still to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) mend: Option<String>,
}

impl Finding {
    /// All is well.
    pub(super) fn well(check: &'static str, finding: impl Into<String>) -> Self {
        Self { check, ok: true, finding: finding.into(), mend: None }
    }

    /// Something is broken.
    pub(super) fn broken(check: &'static str, finding: impl Into<String>) -> Self {
        Self { check, ok: false, finding: finding.into(), mend: None }
    }

    /// The same, with the command.
    pub(super) fn mend(self, mend: impl Into<String>) -> Self {
        Self { mend: Some(mend.into()), ..self }
    }

    /// The finding for people: a line, and the command below it.
    pub(super) fn to_text(&self) -> String {
        let word = if self.ok { "ok" } else { "broken" };
        let line = format!("{word:6}  {:13}  {}\n", self.check, plain::text(&self.finding));
        let mend = self.mend.iter().map(|mend| format!("                       → {}\n", plain::text(mend)));
        std::iter::once(line).chain(mend).collect()
    }
}
