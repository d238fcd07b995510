//! The state of a ledger: what follows from its facts, in memory.

mod apply;
mod audit;
mod book;
mod snapshot;
mod view;

use std::collections::{BTreeMap, BTreeSet};

pub use apply::ApplyError;
pub use audit::AuditError;
use book::Book;
pub(crate) use book::Known;
use earnest_base::{AccountId, FederationId, Orc, Timestamp};
pub use view::{AccountView, HoldView};

use crate::{
    AccountNumber, Done, Effect, HoldNumber, IdNumber, IndexSeed, Policy, PolicyNumber, SubjectKey, account::Account,
    hold::Hold,
};

/// The ledger of one federation, in memory. It is what [`Ledger::apply`] makes of its facts, in their order: the same
/// facts make the same ledger, on every machine.
#[derive(Debug, Clone)]
pub struct Ledger {
    federation: FederationId,
    /// How the ids of this federation's accounts begin.
    prefix: String,
    /// The number of the latest fact, and its moment.
    seq: u64,
    latest: Option<Timestamp>,
    /// What came in through the gateway and has not gone out again: the debt of its clearing account.
    issued: Orc,
    /// What stands in holds: the balance of the escrow account.
    escrowed: Orc,
    /// Accounts with an owner. The first has number 2, behind the ledger's own two.
    accounts: Vec<Account>,
    /// With which account an owner settles.
    settles: BTreeMap<SubjectKey, AccountNumber>,
    policies: Vec<Policy>,
    holds: Vec<Hold>,
    /// The ids of accounts and policies: few, and looked up with every command.
    names: Book,
    /// All other ids that were used.
    ids: Book,
    timers: BTreeSet<(Timestamp, HoldNumber)>,
}

/// Whether an id is one of those that every command names. No other id begins so.
fn is_name(id: &[u8]) -> bool {
    id.starts_with(b"account:") || id.starts_with(b"escrow-policy:")
}

/// How many accounts the ledger has of its own: they come first.
pub(crate) const RESERVED: [(AccountNumber, &str); 2] =
    [(AccountNumber::ESCROW, "escrow"), (AccountNumber::CLEARING, "gateway-clearing")];

impl Ledger {
    /// A ledger without facts.
    #[must_use]
    pub fn new(federation: FederationId) -> Self {
        Self::with_index_seed(federation, IndexSeed::default())
    }

    /// A ledger without facts, whose index of ids is mixed with a seed that nobody outside knows.
    #[must_use]
    pub fn with_index_seed(federation: FederationId, seed: IndexSeed) -> Self {
        let prefix = format!("account:{}:", federation.as_str().replace(':', "-"));
        let mut ledger = Self {
            prefix,
            federation,
            seq: 0,
            latest: None,
            issued: Orc::ZERO,
            escrowed: Orc::ZERO,
            accounts: Vec::new(),
            settles: BTreeMap::new(),
            policies: Vec::new(),
            holds: Vec::new(),
            names: Book::new(seed),
            ids: Book::new(seed),
            timers: BTreeSet::new(),
        };
        for (number, name) in RESERVED {
            let id = format!("{}{name}", ledger.prefix);
            ledger.names.add(id.as_bytes(), Known::Reserved(number));
        }
        ledger
    }

    /// The federation whose ledger it is.
    #[must_use]
    pub const fn federation(&self) -> &FederationId {
        &self.federation
    }

    /// The number of the latest fact of the journal that the ledger took or skipped; 0 where there is none.
    #[must_use]
    pub const fn seq(&self) -> u64 {
        self.seq
    }

    /// When the latest fact happened. No later fact is earlier: a clock that runs backwards stands still here.
    #[must_use]
    pub const fn latest(&self) -> Option<Timestamp> {
        self.latest
    }

    /// What came in through the gateway and has not gone out again: what all accounts have together.
    #[must_use]
    pub const fn issued(&self) -> Orc {
        self.issued
    }

    /// What stands in holds that have not ended: what the escrow account has.
    #[must_use]
    pub const fn escrowed(&self) -> Orc {
        self.escrowed
    }

    pub(crate) fn known(&self, id: &[u8]) -> Option<Known> {
        self.book(id).find(id)
    }

    /// Where an id stands, if it does.
    fn book(&self, id: &[u8]) -> &Book {
        if is_name(id) { &self.names } else { &self.ids }
    }

    /// The number of an account, open or the ledger's own.
    pub(crate) fn account_number(&self, id: &AccountId) -> Option<AccountNumber> {
        match self.known(id.as_str().as_bytes())? {
            Known::Command { done: Done { effect: Effect::AccountOpened, .. }, number, .. } => {
                Some(AccountNumber::new(number))
            }
            Known::Reserved(number) => Some(number),
            Known::Command { .. } | Known::Contract(_) => None,
        }
    }

    pub(crate) fn account(&self, number: AccountNumber) -> Option<&Account> {
        self.accounts.get(number.place().checked_sub(RESERVED.len())?)
    }

    pub(crate) fn account_mut(&mut self, number: AccountNumber) -> Option<&mut Account> {
        self.accounts.get_mut(number.place().checked_sub(RESERVED.len())?)
    }

    pub(crate) fn policy(&self, number: PolicyNumber) -> Option<&Policy> {
        self.policies.get(number.place())
    }

    pub(crate) fn hold_at(&self, number: HoldNumber) -> Option<&Hold> {
        self.holds.get(number.place())
    }

    /// The hold that an id opened.
    pub(crate) fn hold_number(&self, id: &earnest_base::HoldId) -> Option<HoldNumber> {
        match self.known(id.as_str().as_bytes())? {
            Known::Command { done: Done { effect: Effect::Held, .. }, number, .. } => Some(HoldNumber::new(number)),
            Known::Command { .. } | Known::Contract(_) | Known::Reserved(_) => None,
        }
    }

    pub(crate) fn policy_number(&self, id: &earnest_base::EscrowPolicyId) -> Option<PolicyNumber> {
        match self.known(id.as_str().as_bytes())? {
            Known::Command { done: Done { effect: Effect::PolicyAdopted, .. }, number, .. } => {
                Some(PolicyNumber::new(number))
            }
            Known::Command { .. } | Known::Contract(_) | Known::Reserved(_) => None,
        }
    }

    /// The text of an id that is no account's.
    pub(crate) fn id_text(&self, number: IdNumber) -> String {
        self.ids.text(number)
    }

    /// The text of an account's id.
    pub(crate) fn name_text(&self, number: IdNumber) -> String {
        self.names.text(number)
    }

    pub(crate) const fn timers(&self) -> &BTreeSet<(Timestamp, HoldNumber)> {
        &self.timers
    }

    pub(crate) fn settles(&self, owner: &SubjectKey) -> Option<AccountNumber> {
        self.settles.get(owner).copied()
    }

    pub(crate) fn is_foreign(&self, account: &AccountId) -> bool {
        !account.as_str().starts_with(&self.prefix)
    }

    /// How many more accounts, policies, holds and ids there are numbers for.
    pub(crate) fn has_room(&self, more: usize) -> bool {
        [self.accounts.len(), self.policies.len(), self.holds.len(), self.names.len(), self.ids.len()]
            .into_iter()
            .all(|count| count + 4 * more < u32::MAX as usize)
    }

    /// The bytes that the ledger takes in memory, about.
    #[must_use]
    pub fn memory(&self) -> usize {
        let facts: usize = self.accounts.iter().map(|account| account.facts.capacity() * size_of::<u64>()).sum();
        facts
            + self.names.memory()
            + self.ids.memory()
            + self.holds.capacity() * size_of::<Hold>()
            + self.accounts.capacity() * size_of::<Account>()
            + self.timers.len() * 2 * size_of::<(Timestamp, HoldNumber)>()
    }
}
