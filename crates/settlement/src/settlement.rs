//! The state of an escrow: its ledger, who acts for whom, and where the offers that were ordered stand.

use std::collections::BTreeMap;

use earnest_base::{
    AccountId, ContractId, FederationId, HoldId, Orc, OrgId, ParticipantId, Sha256Digest, Subject, Timestamp,
};
use earnest_ledger::{AccountView, Actor, Command as LedgerCommand, IndexSeed, Ledger, SubjectKey};

use crate::{Custody, Evidence, Fact, Refusal};

/// The state of an escrow. It is what [`Settlement::apply`] makes of its facts, in their order.
#[derive(Debug, Clone)]
pub struct Settlement {
    pub(crate) ledger: Ledger,
    pub(crate) custody: BTreeMap<SubjectKey, Custody>,
    /// Every statement that was taken, by its digest: an old one that comes again changes nothing.
    pub(crate) stated: BTreeMap<Sha256Digest, u64>,
    /// Where the bytes of an offer stand, by its content digest.
    pub(crate) offers: BTreeMap<Sha256Digest, u64>,
}

/// The sides of a hold, as the ledger has them: the owners of its two accounts, and who answers for the escrow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sides {
    /// The hold.
    pub hold: HoldId,
    /// The contract that it pays.
    pub contract: ContractId,
    /// Who pays.
    pub payer: Subject,
    /// Who is paid.
    pub payee: Subject,
    /// Who releases by hand, by the hold's policy.
    pub operator: Subject,
}

/// A fact that does not follow on those before it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ApplyError(pub(crate) String);

impl Settlement {
    /// An escrow without facts.
    #[must_use]
    pub fn new(federation: FederationId, seed: IndexSeed) -> Self {
        Self::of(Ledger::with_index_seed(federation, seed))
    }

    pub(crate) const fn of(ledger: Ledger) -> Self {
        Self { ledger, custody: BTreeMap::new(), stated: BTreeMap::new(), offers: BTreeMap::new() }
    }

    /// The ledger.
    #[must_use]
    pub const fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// The number of the latest fact.
    #[must_use]
    pub const fn seq(&self) -> u64 {
        self.ledger.seq()
    }

    /// Who acts for an organisation, where it said so.
    #[must_use]
    pub fn custody(&self, org: &OrgId) -> Option<&Custody> {
        self.custody.get(&Subject::Org(*org).into())
    }

    /// Whether a participant acts for a subject: for themselves, or for an organisation as its custodian.
    #[must_use]
    pub fn acts_for(&self, participant: &ParticipantId, subject: &SubjectKey, now: Timestamp) -> bool {
        let own = || *subject == SubjectKey::from(*participant);
        own() || self.custody.get(subject).is_some_and(|custody| custody.may_act(participant, now))
    }

    /// Whether an actor may debit an account with so much now, as a payment would be judged; nothing is reserved by asking.
    ///
    /// # Errors
    /// Why a payment of it would be refused.
    pub fn may_debit(&self, actor: &Actor, account: &AccountId, amount: Orc, now: Timestamp) -> Result<(), Refusal> {
        if !self.acts_for(&actor.participant, &actor.acts_for.into(), now) {
            return Err(Refusal::NotCustodian);
        }
        Ok(earnest_ledger::may_debit(&self.ledger, actor, account, amount, now)?)
    }

    /// The account of a subject, by its owner: no id is parsed for it (decision D12).
    #[must_use]
    pub fn account_of(&self, owner: &Subject) -> Option<AccountView<'_>> {
        self.ledger.account_of(&SubjectKey::from(*owner))
    }

    /// The sides of a hold; `None` where there is no such hold.
    #[must_use]
    pub fn sides(&self, hold: &HoldId) -> Option<Sides> {
        let held = self.ledger.hold(hold)?;
        let owner = |side| self.ledger.account_by_number(side)?.owner().to_subject().ok();
        Some(Sides {
            hold: hold.clone(),
            contract: held.contract().ok()?,
            payer: owner(held.payer())?,
            payee: owner(held.payee())?,
            operator: held.policy()?.operator.to_subject().ok()?,
        })
    }

    /// The timers that are due, as commands.
    pub fn due(&self, now: Timestamp) -> impl Iterator<Item = LedgerCommand> {
        earnest_ledger::due(&self.ledger, now)
    }

    /// When the next timer is due.
    #[must_use]
    pub fn next_due(&self) -> Option<Timestamp> {
        self.ledger.next_timer()
    }

    /// Applies a fact.
    ///
    /// # Errors
    /// Where it does not follow on those before it; nothing is changed then.
    pub fn apply(&mut self, fact: &Fact) -> Result<(), ApplyError> {
        let seq = self.seq() + 1;
        match fact {
            Fact::Ledger(fact) => return self.ledger.apply(fact).map_err(|error| ApplyError(error.to_string())),
            Fact::Evidence(Evidence::Document(_)) => {}
            Fact::Evidence(Evidence::Offer { digest, .. }) => {
                self.offers.entry(digest.clone()).or_insert(seq);
            }
            Fact::Evidence(Evidence::At(earlier)) if *earlier < seq => {}
            Fact::Evidence(Evidence::At(_)) => {
                return Err(ApplyError("expected the number of an earlier fact, found a later one".to_owned()));
            }
            Fact::Custody(custody) => {
                if self.stated.contains_key(&custody.digest) {
                    return Err(ApplyError("expected a new statement, found one that was taken before".to_owned()));
                }
                self.stated.insert(custody.digest.clone(), seq);
                self.custody.insert(Subject::Org(custody.org).into(), (**custody).clone());
            }
        }
        self.ledger.skip();
        Ok(())
    }

    /// Refuses an actor who may not act for whom they say.
    pub(crate) fn check_custody(&self, command: &LedgerCommand, now: Timestamp) -> Result<(), Refusal> {
        let actor = match command {
            LedgerCommand::Deliver(deliver) => &deliver.actor,
            LedgerCommand::Act(act) => &act.actor,
            LedgerCommand::Dispute(dispute) => &dispute.actor,
            LedgerCommand::Resolve(resolve) => &resolve.actor,
            LedgerCommand::Pay(pay) => &pay.actor,
            LedgerCommand::OpenAccount(_)
            | LedgerCommand::AdoptPolicy(_)
            | LedgerCommand::TopUp(_)
            | LedgerCommand::PayOut(_)
            | LedgerCommand::Adjust(_)
            | LedgerCommand::OpenHold(_)
            | LedgerCommand::OpenHolds(_)
            | LedgerCommand::Fire(_) => return Ok(()),
        };
        if self.acts_for(&actor.participant, &actor.acts_for.into(), now) { Ok(()) } else { Err(Refusal::NotCustodian) }
    }
}
