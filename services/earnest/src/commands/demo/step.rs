//! One step of the demonstration: what was done, what should come of it, and what did.

use earnest_signing::{Code, Error, Position};
use serde_json::{Value, json};

use crate::plain;

/// A step.
#[derive(Debug)]
pub(super) struct Step {
    /// What is done, as a sentence without its full stop.
    pub(super) does: String,
    /// The code and the place of the refusal that should come of it; `None` where it should be accepted.
    pub(super) expects: Option<(Code, &'static str)>,
    /// What came of it.
    pub(super) outcome: Result<String, Error>,
}

impl Step {
    /// Whether that came of it which should.
    pub(super) fn is_as_expected(&self) -> bool {
        match (&self.outcome, self.expects) {
            (Ok(_), None) => true,
            (Err(error), Some((code, pointer))) => error.code() == code && error.pointer().as_str() == pointer,
            _ => false,
        }
    }

    /// The step for people.
    pub(super) fn to_text(&self, number: usize) -> String {
        let (word, outcome) = match &self.outcome {
            Ok(outcome) => ("accepted", outcome.clone()),
            Err(error) => ("refused", error.to_string()),
        };
        let alarm = if self.is_as_expected() { "" } else { "NOT AS IT SHOULD BE: " };
        format!("{number}. {}\n   {alarm}{word}: {}\n", self.does, plain::text(outcome.trim_end()))
    }

    /// The step for programs.
    pub(super) fn to_json(&self) -> Value {
        let mut step = json!({
            "does": self.does,
            "accepted": self.outcome.is_ok(),
            "as-expected": self.is_as_expected(),
        });
        match &self.outcome {
            Ok(outcome) => step["outcome"] = outcome.trim_end().into(),
            Err(error) => {
                step["code"] = error.code().as_str().into();
                step["pointer"] = error.pointer().as_str().into();
                step["message"] = error.message().into();
                if let Some(Position { line, column }) = error.position() {
                    step["line"] = line.into();
                    step["column"] = column.into();
                }
            }
        }
        step
    }
}

#[cfg(test)]
mod tests {
    use earnest_signing::Pointer;

    use super::*;

    #[test]
    fn a_step_is_as_expected_only_with_the_code_and_place_that_it_expects() {
        let refused = |code| Err(Error::new(code, Pointer::member("signature"), "expected another"));
        let step = |expects, outcome| Step { does: String::new(), expects, outcome }.is_as_expected();
        let expected = Some((Code::SIGNATURE_INVALID, "/signature"));
        assert!(step(None, Ok(String::new())));
        assert!(step(expected, refused(Code::SIGNATURE_INVALID)));
        assert!(!step(expected, Ok(String::new())));
        assert!(!step(expected, refused(Code::INVALID_VALUE)));
        assert!(!step(Some((Code::SIGNATURE_INVALID, "/ts")), refused(Code::SIGNATURE_INVALID)));
        assert!(!step(None, refused(Code::INVALID_VALUE)));
    }
}
