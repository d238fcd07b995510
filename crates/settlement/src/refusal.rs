//! Why an escrow refuses. The code is stable; what was found in somebody else's document is not repeated.

use earnest_base::Timestamp;
use earnest_ledger::Refusal as LedgerRefusal;
use earnest_procurement::{ContractCode, DeliveryCode, Refusal as ProcurementRefusal, RejectionCode};
use earnest_signing::Pointer;

/// Why an escrow refuses what it is asked. A refusal leaves no trace.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The ledger refuses.
    #[error(transparent)]
    Ledger(#[from] LedgerRefusal),
    /// The contract is not the one that follows from its order and offer.
    #[error(transparent)]
    Contract(#[from] ProcurementRefusal<ContractCode>),
    /// The delivery is none.
    #[error(transparent)]
    Delivery(#[from] ProcurementRefusal<DeliveryCode>),
    /// The rejection is none.
    #[error(transparent)]
    Rejection(#[from] ProcurementRefusal<RejectionCode>),
    /// Somebody brings what somebody else signed.
    #[error("expected the caller to be the {0}, found somebody else")]
    NotCaller(&'static str),
    /// The participant does not act for the organisation.
    #[error("expected the organisation's custodian, found somebody else")]
    NotCustodian,
    /// The organisation has said something later of its custodian.
    #[error("expected a statement from {since} on, when the one in force was made, found an earlier one")]
    StatementSuperseded {
        /// When the statement in force was made.
        since: Timestamp,
    },
    /// The document is for another escrow, federation or hold.
    #[error("expected {expected}, found another")]
    Elsewhere {
        /// The member of the document that says so.
        pointer: Pointer,
        /// What it should be.
        expected: &'static str,
    },
    /// A contract that is free has no hold (T27).
    #[error("expected a contract that is paid on the ledger, found one that is free: nothing is held for it")]
    NothingToHold,
    /// Nobody could be paid.
    #[error("expected the provider to have an account, found none")]
    PayeeWithoutAccount,
    /// A gateway that this escrow does not know.
    #[error("expected a gateway of this escrow, found another node")]
    GatewayUnknown,
    /// The policy is not in force.
    #[error("expected a policy that is in force, found it {0}")]
    PolicyLapsed(&'static str),
    /// What is rejected, decided or asked for is not there.
    #[error("expected {0}, found none")]
    Unknown(&'static str),
    /// The decision names no response, or no hold.
    #[error("expected the decision to name {0}, found that it does not")]
    Incomplete(&'static str),
}

/// The refusals that are an escrow's own, with what each says, in their order.
pub const OWN: &[(&str, &str)] = &[
    ("not-caller", "Somebody brings what somebody else signed."),
    ("not-custodian", "The participant does not act for the organisation."),
    ("statement-superseded", "The organisation has said something later of its custodian."),
    ("elsewhere", "The document is for another escrow, federation or hold."),
    ("nothing-to-hold", "A contract that is free has no hold (T27)."),
    ("payee-without-account", "The provider has no account to be paid on."),
    ("gateway-unknown", "The gateway is none of this escrow's."),
    ("policy-lapsed", "The policy is not in force."),
    ("unknown", "What is decided about or asked for is not there."),
    ("incomplete", "The decision does not name what it is about."),
];

/// What sort of refusal a code is: what a caller can do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sort {
    /// The content of the request can never pass.
    Content,
    /// The caller may not.
    Forbidden,
    /// What is named is not there.
    Unknown,
    /// The state stands against it: the same request may pass at another time, or had to come earlier.
    Conflict,
}

/// The codes that are not about the content alone.
const SORTS: &[(Sort, &[&str])] = &[
    (Sort::Unknown, &["account-unknown", "hold-unknown", "policy-unknown", "unknown"]),
    (
        Sort::Forbidden,
        &["not-authorized", "not-caller", "not-custodian", "council-only", "gateway-unknown", "custodian-mismatch"],
    ),
    (
        Sort::Conflict,
        &[
            "id-conflict",
            "nonce-used",
            "owner-has-account",
            "funding-late",
            "contract-held",
            "hold-ended",
            "wrong-mode",
            "wrong-phase",
            "timer-not-set",
            "timer-ahead",
            "work-by-passed",
            "accept-by-passed",
            "dispute-window-closed",
            "auto-release-passed",
            "decision-by-passed",
            "other-response",
            "other-dispute",
            "criterion-met",
            "authorization-ahead",
            "authorization-expired",
            "payer-seq-ahead",
            "payer-seq-used",
            "settlement-blocked",
            "supply-exceeded",
            "ledger-full",
            "acceptance-lapsed",
            "payee-without-account",
            "policy-lapsed",
            "blob-missing",
            "statement-superseded",
        ],
    ),
];

impl Sort {
    /// The sort of a code.
    #[must_use]
    pub fn of(code: &str) -> Self {
        let found = SORTS.iter().find(|(_, codes)| codes.contains(&code));
        found.map_or(Self::Content, |(sort, _)| *sort)
    }

    /// The HTTP status that tells it.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Content => 422,
            Self::Forbidden => 403,
            Self::Unknown => 404,
            Self::Conflict => 409,
        }
    }
}

/// Every code of an escrow, by status, as a table for the reference.
#[must_use]
pub fn codes_markdown() -> String {
    use std::fmt::Write as _;
    let ledger = LedgerRefusal::ALL.iter().map(|(code, says)| ("ledger", *code, *says));
    let own = OWN.iter().map(|(code, says)| ("escrow", *code, *says));
    let contract = ContractCode::ALL.iter().map(|code| ("contract", code.as_str(), code.says()));
    let delivery = DeliveryCode::ALL.iter().map(|code| ("delivery", code.as_str(), code.says()));
    let rejection = RejectionCode::ALL.iter().map(|code| ("rejection", code.as_str(), code.says()));
    let mut rows: Vec<_> = ledger.chain(own).chain(contract).chain(delivery).chain(rejection).collect();
    rows.sort_by_key(|(of, code, _)| (Sort::of(code), *code, *of));
    let mut out = "| status | code | told by | what it says |\n| --- | --- | --- | --- |\n".to_owned();
    for (of, code, says) in rows {
        // Writing to a string does not fail.
        let _ = writeln!(out, "| {} | `{code}` | {of} | {} |", Sort::of(code).status(), says.trim());
    }
    out
}

impl Refusal {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Ledger(refusal) => refusal.code(),
            Self::Contract(refusal) => refusal.code.as_str(),
            Self::Delivery(refusal) => refusal.code.as_str(),
            Self::Rejection(refusal) => refusal.code.as_str(),
            Self::NotCaller(_) => "not-caller",
            Self::NotCustodian => "not-custodian",
            Self::StatementSuperseded { .. } => "statement-superseded",
            Self::Elsewhere { .. } => "elsewhere",
            Self::NothingToHold => "nothing-to-hold",
            Self::PayeeWithoutAccount => "payee-without-account",
            Self::GatewayUnknown => "gateway-unknown",
            Self::PolicyLapsed(_) => "policy-lapsed",
            Self::Unknown(_) => "unknown",
            Self::Incomplete(_) => "incomplete",
        }
    }

    /// The member of the document at fault, where it is one.
    #[must_use]
    pub const fn pointer(&self) -> Option<&Pointer> {
        match self {
            Self::Contract(refusal) => Some(&refusal.pointer),
            Self::Delivery(refusal) => Some(&refusal.pointer),
            Self::Rejection(refusal) => Some(&refusal.pointer),
            Self::Elsewhere { pointer, .. } => Some(pointer),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_that_has_a_sort_is_a_code() {
        let table = codes_markdown();
        for code in SORTS.iter().flat_map(|(_, codes)| codes.iter()) {
            assert!(table.contains(&format!("`{code}`")), "{code}");
        }
    }
}
