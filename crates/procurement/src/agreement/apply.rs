//! The transitions of the signing order.

use super::{
    Acceptance, Admitted, Agreement, AgreementCommand, AgreementEvent, AgreementRefusal, Countersigned, DeclinedOrder,
    Funded, LapsedOrder, RejectedOrder,
    decide::{same_contract, same_digest},
};
use crate::OrderRef;

/// Applies an event. Total, pure and replayable: it asks no clock, since the moment of an event was judged when it was
/// decided.
///
/// # Errors
/// Where the event is not one of this agreement.
pub fn apply_agreement(agreement: &Agreement, event: &AgreementEvent) -> Result<Agreement, AgreementRefusal> {
    let no_transition =
        || Err(AgreementRefusal::NoTransition { state: agreement.state(), command: event.command.as_str() });
    match (agreement, &event.command) {
        (Agreement::Submitted(state), AgreementCommand::Admit { acceptance }) => {
            Ok(Agreement::Admitted(Admitted { order: state.order.clone(), acceptance: acceptance.clone() }))
        }
        (Agreement::Submitted(state), AgreementCommand::Reject { classifier }) => {
            Ok(Agreement::Rejected(RejectedOrder { order: state.order.clone(), classifier: *classifier }))
        }
        (Agreement::Submitted(_) | Agreement::Admitted(_), AgreementCommand::Decline) => {
            Ok(Agreement::Declined(DeclinedOrder { order: agreement.order().clone() }))
        }
        (Agreement::Submitted(state), AgreementCommand::Lapse) => Ok(lapsed(&state.order, None)),
        (Agreement::Admitted(state), AgreementCommand::Countersign { digest }) => {
            same_digest(&state.acceptance.digest, digest)?;
            let (order, acceptance) = (state.order.clone(), state.acceptance.clone());
            Ok(Agreement::Countersigned(Countersigned { order, acceptance }))
        }
        // The provider may hear of the hold before it hears of the countersignature that the escrow saw.
        (
            Agreement::Admitted(Admitted { order, acceptance })
            | Agreement::Countersigned(Countersigned { order, acceptance })
            | Agreement::Lapsed(LapsedOrder { order, acceptance: Some(acceptance) }),
            AgreementCommand::Fund { digest, hold, .. },
        ) => {
            same_contract(&acceptance.digest, acceptance.hold.as_ref(), digest, hold.as_ref())?;
            Ok(funded(order, acceptance))
        }
        (
            Agreement::Admitted(Admitted { order, acceptance })
            | Agreement::Countersigned(Countersigned { order, acceptance }),
            AgreementCommand::Lapse,
        ) => Ok(lapsed(order, Some(acceptance))),
        _ => no_transition(),
    }
}

fn funded(order: &OrderRef, acceptance: &Acceptance) -> Agreement {
    let Acceptance { contract, hold, digest, .. } = acceptance.clone();
    Agreement::Funded(Funded { order: order.clone(), contract, hold, digest })
}

fn lapsed(order: &OrderRef, acceptance: Option<&Acceptance>) -> Agreement {
    Agreement::Lapsed(LapsedOrder { order: order.clone(), acceptance: acceptance.cloned() })
}
