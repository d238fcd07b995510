//! What a refusal of the escrow means for a payment: a table of its codes. A code that stands in no row blames nobody.

use earnest_payment::FailedReason;
use earnest_x402::ErrorReason;

/// What a refusal means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// The ledger will not make this payment, for this reason.
    Never(FailedReason),
    /// The authorisation's time is over, and the ledger did not carry it out.
    Over,
    /// The ledger may make it later: it is sent again as it is.
    Later,
    /// The relay may not bring payments here, or the ledger takes none of anybody: no fault of the payment.
    Relay,
}

const INVALID: Meaning = Meaning::Never(FailedReason::InvalidTransaction);

/// The escrow's codes, what each means for a payment, and the word with which a check tells it. Codes of documents come
/// before any payment is judged, and cannot be: what is sent was verified.
const TABLE: &[(&str, Meaning, Option<ErrorReason>)] = &[
    ("settlement-blocked", INVALID, Some(ErrorReason::INSUFFICIENT_FUNDS)),
    ("not-custodian", INVALID, Some(ErrorReason::INVALID_PAYLOAD)),
    ("not-authorized", INVALID, Some(ErrorReason::INVALID_PAYLOAD)),
    ("council-only", INVALID, Some(ErrorReason::INVALID_PAYLOAD)),
    ("account-unknown", INVALID, Some(ErrorReason::INVALID_PAYMENT_REQUIREMENTS)),
    ("account-foreign", INVALID, Some(ErrorReason::INVALID_PAYMENT_REQUIREMENTS)),
    ("account-reserved", INVALID, Some(ErrorReason::INVALID_PAYMENT_REQUIREMENTS)),
    ("same-account", INVALID, Some(ErrorReason::INVALID_PAYMENT_REQUIREMENTS)),
    ("amount-zero", INVALID, Some(ErrorReason::INVALID_PAYMENT_REQUIREMENTS)),
    ("elsewhere", INVALID, Some(ErrorReason::INVALID_NETWORK)),
    ("id-too-long", INVALID, Some(ErrorReason::INVALID_PAYLOAD)),
    ("id-conflict", INVALID, Some(ErrorReason::INVALID_TRANSACTION_STATE)),
    ("nonce-used", Meaning::Never(FailedReason::SenderNonceStale), Some(ErrorReason::INVALID_TRANSACTION_STATE)),
    ("payer-seq-ahead", Meaning::Never(FailedReason::SenderNonceGap), Some(ErrorReason::INVALID_TRANSACTION_STATE)),
    ("payer-seq-used", Meaning::Never(FailedReason::SenderNonceStale), Some(ErrorReason::INVALID_TRANSACTION_STATE)),
    ("authorization-expired", Meaning::Over, Some(ErrorReason::INVALID_EXACT_ORC_VALID_BEFORE)),
    ("authorization-ahead", Meaning::Later, Some(ErrorReason::INVALID_EXACT_ORC_VALID_AFTER)),
    ("not-caller", Meaning::Relay, None),
    ("gateway-unknown", Meaning::Relay, None),
    ("supply-exceeded", Meaning::Relay, None),
    ("ledger-full", Meaning::Relay, None),
    ("busy", Meaning::Relay, None),
    ("not-ready", Meaning::Relay, None),
];

/// What a code means for a payment. One that stands in no row may come of an outage: the payment is sent again.
pub(super) fn meaning(code: &str) -> Meaning {
    row(code).map_or(Meaning::Later, |(_, meaning, _)| *meaning)
}

/// The word with which a check tells a code; none where the payment is not at fault.
pub(super) fn word(code: &str) -> Option<ErrorReason> {
    row(code).and_then(|(_, _, word)| word.clone())
}

fn row(code: &str) -> Option<&'static (&'static str, Meaning, Option<ErrorReason>)> {
    TABLE.iter().find(|(known, _, _)| *known == code)
}

#[cfg(test)]
mod tests {
    use earnest_payment::State;

    use super::*;

    #[test]
    fn every_reason_of_the_table_is_one_that_a_payment_being_sent_can_fail_for() {
        for (code, meaning, word) in TABLE {
            let Meaning::Never(reason) = meaning else { continue };
            assert!(reason.is_possible_in(State::Broadcasting), "{code}");
            assert_eq!(reason.category().owner(), earnest_payment::Owner::Sender, "{code}");
            assert!(word.is_some(), "{code}");
        }
    }

    #[test]
    fn what_is_not_the_payers_fault_is_no_refusal() {
        for code in ["not-caller", "gateway-unknown", "ledger-full", "busy", "not-ready"] {
            assert_eq!((meaning(code), word(code)), (Meaning::Relay, None), "{code}");
        }
        for code in ["outage", "internal", "answer-slow", "a-code-that-nobody-knows", "authorization-ahead"] {
            assert_eq!(meaning(code), Meaning::Later, "{code}");
        }
    }
}
