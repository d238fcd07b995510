//! Accounts and policies.

use earnest_artifacts::ledger_account::AccountPurpose;
use earnest_base::{Subject, SubjectKind};

use super::{Deciding, again};
use crate::{AccountOpened, Decision, Effect, Event, OpenAccount, Policy, Refusal};

impl Deciding<'_> {
    pub(super) fn open_account(&self, open: &OpenAccount) -> Result<Decision, Refusal> {
        self.of_federation(&open.account)?;
        self.not_reserved(&open.account)?;
        let content = open.digest();
        if let Some(done) = self.seen(open.account.as_str().as_bytes(), content)? {
            return Ok(again(done));
        }
        let owner = open.owner.into();
        let fits = match open.purpose {
            AccountPurpose::ParticipantSettlement => {
                open.owner.kind() == SubjectKind::Participant && open.council.is_none()
            }
            AccountPurpose::OrgSettlement => open.owner.kind() == SubjectKind::Org && open.council.is_none(),
            AccountPurpose::CommunityPool => open.owner.kind() == SubjectKind::Org && open.council.is_some(),
        };
        if !fits {
            return Err(Refusal::OwnerMismatch);
        }
        if open.purpose != AccountPurpose::CommunityPool
            && let Some(other) = self.ledger.account_of(&owner)
        {
            return Err(Refusal::OwnerHasAccount { account: other.id().unwrap_or_else(|_| open.account.clone()) });
        }
        let opened = AccountOpened {
            account: open.account.clone(),
            owner,
            purpose: open.purpose,
            council: open.council.map(|council| Subject::from(council).into()),
            gateway_policy: open.gateway_policy.clone(),
            content,
        };
        self.makes(Event::AccountOpened(opened), Effect::AccountOpened)
    }

    pub(super) fn adopt_policy(&self, policy: &Policy) -> Result<Decision, Refusal> {
        let content = policy.digest();
        if let Some(done) = self.seen(policy.id.as_str().as_bytes(), content)? {
            return Ok(again(done));
        }
        if policy.arbiters.is_empty() {
            return Err(Refusal::NoArbiters);
        }
        self.makes(Event::PolicyAdopted { policy: policy.clone(), content }, Effect::PolicyAdopted)
    }
}
