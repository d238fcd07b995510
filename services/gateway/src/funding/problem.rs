//! Refusals and outages of funding as problems: which status each code has.

use earnest_client::ClientError;
use earnest_funding::{REFUSALS, Refusal};
use earnest_kit::{Problem, Refusal as Told, ServiceCode};
use earnest_ports::{Outage, SubmitError};
use http::StatusCode;

/// A refusal of funding, told over HTTP.
struct Refused(Refusal);

impl Told for Refused {
    fn code(&self) -> &'static str {
        self.0.code()
    }

    fn status(&self) -> StatusCode {
        match self.0 {
            Refusal::Unknown(_) => StatusCode::NOT_FOUND,
            Refusal::EventConflict
            | Refusal::IdConflict
            | Refusal::PolicyChanged
            | Refusal::PolicySuperseded
            | Refusal::WrongState(_)
            | Refusal::Barred(
                earnest_funding::Bar::PolicyNotInForce
                | earnest_funding::Bar::DirectionClosed
                | earnest_funding::Bar::AboveDaily,
            ) => StatusCode::CONFLICT,
            Refusal::PolicyElsewhere | Refusal::AccountElsewhere | Refusal::Barred(_) => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
        }
    }

    fn title(&self) -> &'static str {
        let code = self.0.code();
        REFUSALS.iter().find(|(named, _)| *named == code).map_or("It was refused.", |(_, says)| says)
    }

    fn detail(&self) -> Option<String> {
        self.0.to_string().split(", found").next().map(str::to_owned)
    }
}

pub(crate) fn refused(refusal: Refusal) -> Problem {
    Refused(refusal).into()
}

pub(crate) fn not_submitted(error: SubmitError<Refusal>) -> Problem {
    match error {
        SubmitError::Refused(refusal) => refused(refusal),
        SubmitError::Outage(outage) => out(outage),
    }
}

pub(crate) fn out(outage: Outage) -> Problem {
    match outage {
        Outage::Busy => ServiceCode::Busy.into(),
        Outage::NotDone => ServiceCode::Outage.problem().detail("expected the journal within reach; nothing was done"),
        Outage::Unknown => ServiceCode::Outage
            .problem()
            .detail("expected the journal within reach; the same request again tells whether it was done"),
    }
}

/// The escrow does not say whose an account is: it is none of the caller's, or it is out of reach.
pub(crate) fn escrow(error: &ClientError) -> Problem {
    match error {
        ClientError::Refused(refused) if refused.status == 404 => refused_account(),
        error => {
            tracing::warn!(code = error.code(), "the escrow was not asked");
            ServiceCode::Outage.problem().detail("expected the escrow within reach")
        }
    }
}

/// An account that is none of the caller's is told of as one that is not there.
pub(crate) fn refused_account() -> Problem {
    refused(Refusal::Unknown("an account of yours"))
}

/// What was kept makes no sense: a fault of ours, or of who edited it.
pub(crate) fn fault(error: &dyn std::error::Error) -> Problem {
    tracing::error!(%error, "what is kept was not understood");
    ServiceCode::Internal.into()
}
