//! Who may ask for an account: its owner, or the custodian of the organisation that owns it (decision D8).

use earnest_artifacts::{LedgerAccount, OrganizationSubject, Verified, ledger_account::AccountPurpose};
use earnest_base::{Subject, Timestamp};

/// Whether a caller may top up an account here and pay out of it, by what the escrow says of the account and the
/// organisation of who acts for it. A community pool is disbursed by its council, at the escrow.
#[must_use]
pub fn may_ask(
    caller: &Subject,
    account: &Verified<LedgerAccount>,
    organisation: Option<&Verified<OrganizationSubject>>,
    now: Timestamp,
) -> bool {
    if account.purpose == AccountPurpose::CommunityPool {
        return false;
    }
    match (caller, &account.owner) {
        (Subject::Participant(_), owner) if caller == owner => true,
        (Subject::Participant(caller), Subject::Org(owner)) => {
            organisation.is_some_and(|said| said.id == *owner && said.may_act(caller, now))
        }
        _ => false,
    }
}
