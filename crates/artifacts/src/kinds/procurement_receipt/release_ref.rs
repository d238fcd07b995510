//! What speaks for a side of a receipt that did not act itself.

use std::{borrow::Cow, fmt, str::FromStr};

use earnest_base::{DecisionId, InvalidError, TransferId};
use schemars::JsonSchema;
use serde_with::{DeserializeFromStr, SerializeDisplay};

/// The transfer or the decision that decided without a side: a timer's release or refund, the buyer's decision, an
/// arbiter's.
#[derive(Debug, Clone, PartialEq, Eq, SerializeDisplay, DeserializeFromStr)]
pub enum ReleaseRef {
    /// A transfer of the ledger.
    Transfer(TransferId),
    /// A decision, of the buyer or of an arbiter.
    Decision(DecisionId),
}

impl FromStr for ReleaseRef {
    type Err = InvalidError;

    fn from_str(text: &str) -> Result<Self, InvalidError> {
        let transfer = text.parse().map(Self::Transfer);
        transfer
            .or_else(|_| text.parse().map(Self::Decision))
            .map_err(|_: InvalidError| InvalidError::new("a transfer id or a decision id", text))
    }
}

impl fmt::Display for ReleaseRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Transfer(id) => id.fmt(f),
            Self::Decision(id) => id.fmt(f),
        }
    }
}

impl JsonSchema for ReleaseRef {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "ReleaseRef".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "pattern": "^(transfer|decision):[A-Za-z0-9][A-Za-z0-9:-]*$",
            "maxLength": 200,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_side_is_spoken_for_by_a_transfer_or_a_decision_only() {
        for text in ["transfer:01JV-ph1:release", "decision:01JV-ph1"] {
            assert_eq!(text.parse::<ReleaseRef>().unwrap().to_string(), text);
        }
        for wrong in ["hold:01JV-ph1", "transfer:", "nobody", ""] {
            assert!(wrong.parse::<ReleaseRef>().is_err(), "{wrong}");
        }
    }
}
