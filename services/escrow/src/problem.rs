//! Refusals and outages as problems: which status each code has.

use earnest_base::InvalidError;
use earnest_kit::{Problem, Refusal as Told, ServiceCode};
use earnest_ledger::{DocumentError, Refusal as LedgerRefusal, StatementError};
use earnest_ports::{BlobError, JournalError, Outage, SubmitError};
use earnest_settlement::{EvidenceError, OWN, Refusal, Sort};
use earnest_signing::Pointer;
use http::StatusCode;

/// A refusal of the settlement, told over HTTP.
struct Refused(Refusal);

/// The status of a code.
fn status_of(code: &str) -> StatusCode {
    StatusCode::from_u16(Sort::of(code).status()).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY)
}

impl Told for Refused {
    fn code(&self) -> &'static str {
        self.0.code()
    }

    fn status(&self) -> StatusCode {
        match &self.0 {
            Refusal::Ledger(LedgerRefusal::Linked { refusal, .. }) => status_of(refusal.code()),
            refusal => status_of(refusal.code()),
        }
    }

    fn title(&self) -> &'static str {
        let code = self.0.code();
        match &self.0 {
            Refusal::Ledger(_) => says(LedgerRefusal::ALL, code),
            Refusal::Contract(refusal) => refusal.code.says(),
            Refusal::Delivery(refusal) => refusal.code.says(),
            Refusal::Rejection(refusal) => refusal.code.says(),
            _ => says(OWN, code),
        }
    }

    fn detail(&self) -> Option<String> {
        match &self.0 {
            Refusal::Contract(refusal) => Some(format!("expected {}", refusal.expected)),
            Refusal::Delivery(refusal) => Some(format!("expected {}", refusal.expected)),
            Refusal::Rejection(refusal) => Some(format!("expected {}", refusal.expected)),
            refusal => refusal.to_string().split(", found").next().map(str::to_owned),
        }
    }

    fn pointer(&self) -> Option<&Pointer> {
        self.0.pointer()
    }
}

fn says(table: &'static [(&'static str, &'static str)], code: &str) -> &'static str {
    table.iter().find(|(named, _)| *named == code).map_or("It was refused.", |(_, says)| says.trim())
}

/// What a refusal is told as. What is missing to pay is said, since only who may spend the account learns it; of a batch
/// that is linked, which hold was refused, and why.
pub(crate) fn refused(refusal: Refusal) -> Problem {
    match &refusal {
        Refusal::Ledger(LedgerRefusal::SettlementBlocked { deficit }) => {
            let deficit = deficit.minor();
            Problem::from(Refused(refusal)).with("deficit", deficit)
        }
        Refusal::Ledger(LedgerRefusal::Linked { index, refusal: of_one }) => {
            let (index, why) = (*index, of_one.code());
            Problem::from(Refused(refusal)).with("hold", index).with("refusal", why)
        }
        _ => Problem::from(Refused(refusal)),
    }
}

/// What of a failed submission its caller is told.
pub(crate) fn not_submitted(error: SubmitError<Refusal>) -> Problem {
    match error {
        SubmitError::Refused(refusal) => refused(refusal),
        SubmitError::Outage(outage) => out(outage),
    }
}

/// An outage of the writer.
pub(crate) fn out(outage: Outage) -> Problem {
    match outage {
        Outage::Busy => ServiceCode::Busy.into(),
        Outage::NotDone => ServiceCode::Outage.problem().detail("expected the journal within reach; nothing was done"),
        Outage::Unknown => ServiceCode::Outage
            .problem()
            .detail("expected the journal within reach; the same request again tells whether it was done"),
    }
}

/// The journal does not answer, or holds what it should not: for the log; the caller learns that it is not their fault.
pub(crate) fn journal(error: &JournalError) -> Problem {
    tracing::error!(%error, code = error.code(), "the journal was not read");
    ServiceCode::Outage.into()
}

pub(crate) fn blob(error: &BlobError) -> Problem {
    match error {
        BlobError::TooLong { .. } => ServiceCode::BodyTooLarge.into(),
        BlobError::OtherDigest { .. } => ServiceCode::BodyInvalid.problem().detail("expected the bytes of the digest"),
        BlobError::Damaged { .. } | BlobError::Unavailable(_) => {
            tracing::error!(%error, code = error.code(), "a blob was not read or written");
            ServiceCode::Outage.into()
        }
    }
}

/// What the journal holds makes no sense: a fault of ours, or of who edited it.
pub(crate) fn fault(error: &dyn std::error::Error) -> Problem {
    tracing::error!(%error, "what the journal holds was not understood");
    ServiceCode::Internal.into()
}

pub(crate) fn evidence(error: &EvidenceError) -> Problem {
    fault(error)
}

pub(crate) fn document(error: &DocumentError) -> Problem {
    fault(error)
}

pub(crate) fn statement(error: &StatementError) -> Problem {
    fault(error)
}

pub(crate) fn id(error: &InvalidError) -> Problem {
    fault(error)
}
