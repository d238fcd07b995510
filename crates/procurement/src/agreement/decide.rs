//! Whether a command is taken, was taken before, or is refused.

use earnest_base::{HoldId, Sha256Digest, Timestamp};

use super::{
    Acceptance, Admitted, Agreement, AgreementCommand, AgreementEvent, AgreementRefusal, Countersigned, apply_agreement,
};
use crate::Decision;

/// Decides a command. Total and pure: the same agreement, command and moment make the same decision, for ever.
///
/// # Errors
/// Why it is not taken; the order of [`AgreementRefusal`] is the precedence.
pub fn decide_agreement(
    agreement: &Agreement,
    command: &AgreementCommand,
    now: Timestamp,
) -> Result<Decision<AgreementEvent>, AgreementRefusal> {
    if is_present(agreement, command)? {
        return Ok(Decision::AlreadyPresent);
    }
    let event = AgreementEvent { at: now, command: command.clone() };
    apply_agreement(agreement, &event)?;
    in_time(agreement, command, now)?;
    Ok(Decision::Moves(event))
}

/// Whether the same was taken before.
fn is_present(agreement: &Agreement, command: &AgreementCommand) -> Result<bool, AgreementRefusal> {
    match command {
        AgreementCommand::Admit { acceptance } => match signed(agreement) {
            Some((digest, hold)) => same_contract(digest, hold, &acceptance.digest, acceptance.hold.as_ref()),
            None => Ok(false),
        },
        AgreementCommand::Countersign { digest } => match agreement {
            Agreement::Countersigned(Countersigned { acceptance: Acceptance { digest: signed, .. }, .. }) => {
                same_digest(signed, digest)
            }
            Agreement::Funded(funded) => same_digest(&funded.digest, digest),
            _ => Ok(false),
        },
        AgreementCommand::Fund { digest, hold, .. } => match agreement {
            Agreement::Funded(funded) => same_contract(&funded.digest, funded.hold.as_ref(), digest, hold.as_ref()),
            _ => Ok(false),
        },
        AgreementCommand::Reject { classifier } => {
            Ok(matches!(agreement, Agreement::Rejected(rejected) if rejected.classifier == *classifier))
        }
        AgreementCommand::Decline => Ok(matches!(agreement, Agreement::Declined(_))),
        AgreementCommand::Lapse => Ok(matches!(agreement, Agreement::Lapsed(_))),
    }
}

/// What the provider has signed: the contract's digest, and its hold.
fn signed(agreement: &Agreement) -> Option<(&Sha256Digest, Option<&HoldId>)> {
    match agreement {
        Agreement::Admitted(Admitted { acceptance, .. })
        | Agreement::Countersigned(Countersigned { acceptance, .. }) => {
            Some((&acceptance.digest, acceptance.hold.as_ref()))
        }
        Agreement::Funded(funded) => Some((&funded.digest, funded.hold.as_ref())),
        Agreement::Lapsed(lapsed) => {
            lapsed.acceptance.as_ref().map(|acceptance| (&acceptance.digest, acceptance.hold.as_ref()))
        }
        Agreement::Submitted(_) | Agreement::Rejected(_) | Agreement::Declined(_) => None,
    }
}

pub(super) fn same_digest(expected: &Sha256Digest, found: &Sha256Digest) -> Result<bool, AgreementRefusal> {
    if expected == found {
        return Ok(true);
    }
    Err(AgreementRefusal::OtherContract { expected: expected.clone(), found: found.clone() })
}

pub(super) fn same_contract(
    expected: &Sha256Digest,
    expected_hold: Option<&HoldId>,
    found: &Sha256Digest,
    found_hold: Option<&HoldId>,
) -> Result<bool, AgreementRefusal> {
    same_digest(expected, found)?;
    if expected_hold == found_hold { Ok(true) } else { Err(AgreementRefusal::OtherHold) }
}

/// Signing and funding come before the acceptance lapses, lapses after. What is admitted must leave time to fund it.
fn in_time(agreement: &Agreement, command: &AgreementCommand, now: Timestamp) -> Result<(), AgreementRefusal> {
    let before = |funding_by: Timestamp, at: Timestamp| {
        if at < funding_by { Ok(()) } else { Err(AgreementRefusal::AcceptanceLapsed { funding_by, at }) }
    };
    match (command, agreement) {
        (AgreementCommand::Admit { acceptance }, _) => before(acceptance.funding_by, now),
        (AgreementCommand::Countersign { .. }, Agreement::Admitted(admitted)) => {
            before(admitted.acceptance.funding_by, now)
        }
        (
            AgreementCommand::Fund { created_at, .. },
            Agreement::Admitted(Admitted { acceptance, .. })
            | Agreement::Countersigned(Countersigned { acceptance, .. }),
        ) => before(acceptance.funding_by, *created_at),
        (AgreementCommand::Fund { created_at, .. }, Agreement::Lapsed(lapsed)) => {
            lapsed.acceptance.as_ref().map_or(Ok(()), |acceptance| before(acceptance.funding_by, *created_at))
        }
        (AgreementCommand::Lapse, _) => match agreement.deadline() {
            Some(deadline) if now < deadline => Err(AgreementRefusal::DeadlineAhead { deadline, at: now }),
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}
