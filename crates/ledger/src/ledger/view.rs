//! What can be seen of a ledger.

use earnest_artifacts::{ledger_account::AccountPurpose, ledger_hold::HoldStatus, vocabulary::ConfirmationMode};
use earnest_base::{AccountId, ContractId, DisputeId, HoldId, InvalidError, Orc, ResponseId, Timestamp};

use super::{Known, Ledger};
use crate::{
    AccountNumber, Balance, Deadlines, Done, Effect, HoldNumber, IdNumber, Phase, Policy, SubjectKey, TimerKind,
    account::Account, hold::Hold, hold::Why,
};

/// An account that is open.
#[derive(Debug, Clone, Copy)]
pub struct AccountView<'a> {
    pub(crate) ledger: &'a Ledger,
    pub(crate) account: &'a Account,
    /// Its number.
    pub number: AccountNumber,
}

/// A hold.
#[derive(Debug, Clone, Copy)]
pub struct HoldView<'a> {
    pub(crate) ledger: &'a Ledger,
    pub(crate) hold: &'a Hold,
    /// Its number.
    pub number: HoldNumber,
}

impl Ledger {
    /// What an account has. One that is not open has nothing (E5).
    #[must_use]
    pub fn balance(&self, account: &AccountId) -> Balance {
        self.account_number(account).map_or_else(Balance::default, |number| self.balance_of(number))
    }

    /// What an account has, by its number. The escrow account has what is held; the clearing account is below zero by
    /// [`Ledger::issued`], and reads as nothing here.
    #[must_use]
    pub fn balance_of(&self, account: AccountNumber) -> Balance {
        match self.account(account) {
            Some(account) => account.balance,
            None if account == AccountNumber::ESCROW => Balance { available: self.escrowed, held: Orc::ZERO },
            None => Balance::default(),
        }
    }

    /// An account that is open.
    #[must_use]
    pub fn account_view(&self, account: &AccountId) -> Option<AccountView<'_>> {
        self.account_by_number(self.account_number(account)?)
    }

    /// An account that is open, by its number.
    #[must_use]
    pub fn account_by_number(&self, number: AccountNumber) -> Option<AccountView<'_>> {
        Some(AccountView { ledger: self, account: self.account(number)?, number })
    }

    /// Every account that is open, in the order in which they were opened.
    pub fn accounts(&self) -> impl Iterator<Item = AccountView<'_>> {
        (2..).map(AccountNumber::new).map_while(|number| self.account_by_number(number))
    }

    /// The account with which a subject settles. Ids are never parsed for it (D12).
    #[must_use]
    pub fn account_of(&self, owner: &SubjectKey) -> Option<AccountView<'_>> {
        self.account_by_number(self.settles(owner)?)
    }

    /// The id of an account, the ledger's own among them.
    ///
    /// # Errors
    /// Where no account has this number.
    pub fn account_id(&self, number: AccountNumber) -> Result<AccountId, InvalidError> {
        match self.account(number) {
            Some(account) => self.name_text(account.id).parse(),
            None if number.is_reserved() => self.name_text(IdNumber::new(number.value())).parse(),
            None => "".parse(),
        }
    }

    /// A hold.
    #[must_use]
    pub fn hold(&self, hold: &HoldId) -> Option<HoldView<'_>> {
        self.hold_by_number(self.hold_number(hold)?)
    }

    /// A hold, by its number.
    #[must_use]
    pub fn hold_by_number(&self, number: HoldNumber) -> Option<HoldView<'_>> {
        Some(HoldView { ledger: self, hold: self.hold_at(number)?, number })
    }

    /// The hold of a contract.
    #[must_use]
    pub fn hold_of(&self, contract: &ContractId) -> Option<HoldView<'_>> {
        match self.known(contract.as_str().as_bytes())? {
            Known::Contract(hold) => self.hold_by_number(hold),
            Known::Command { .. } | Known::Reserved(_) => None,
        }
    }

    /// Every hold, in the order in which they were opened.
    pub fn holds(&self) -> impl Iterator<Item = HoldView<'_>> {
        (0..).map(HoldNumber::new).map_while(|number| self.hold_by_number(number))
    }

    /// What a command did, by its id, and where in the journal; `None` for an id that is no command's.
    #[must_use]
    pub fn done(&self, id: &str) -> Option<Done> {
        match self.known(id.as_bytes())? {
            Known::Command { done, .. } => Some(done),
            Known::Contract(_) | Known::Reserved(_) => None,
        }
    }

    /// Whether a response is the one, with this content, that was delivered under a hold.
    #[must_use]
    pub fn was_delivered(&self, hold: &HoldId, response: &crate::Delivered) -> bool {
        match self.known(response.response.as_str().as_bytes()) {
            Some(Known::Command { content, done, .. }) => {
                done.effect == Effect::Delivered && content == response.digest(hold)
            }
            _ => false,
        }
    }

    /// A policy that was adopted.
    #[must_use]
    pub fn policy_view(&self, policy: &earnest_base::EscrowPolicyId) -> Option<&Policy> {
        self.policy(self.policy_number(policy)?)
    }

    /// Every policy that was adopted, in its order.
    pub fn policies(&self) -> impl Iterator<Item = &Policy> {
        self.policies.iter()
    }

    /// How many accounts, policies, holds and ids there are.
    #[must_use]
    pub const fn counts(&self) -> [usize; 4] {
        [self.accounts.len(), self.policies.len(), self.holds.len(), self.names.len() + self.ids.len()]
    }
}

impl AccountView<'_> {
    /// Its id.
    ///
    /// # Errors
    /// Where a tampered fact brought in what is none.
    pub fn id(&self) -> Result<AccountId, InvalidError> {
        self.ledger.name_text(self.account.id).parse()
    }

    /// What it has.
    #[must_use]
    pub const fn balance(&self) -> Balance {
        self.account.balance
    }

    /// Who owns it.
    #[must_use]
    pub const fn owner(&self) -> &SubjectKey {
        &self.account.owner
    }

    /// What it is for.
    #[must_use]
    pub const fn purpose(&self) -> AccountPurpose {
        self.account.purpose
    }

    /// The number of its next ordered payment (P11).
    #[must_use]
    pub const fn payer_seq(&self) -> u64 {
        self.account.payer_seq
    }

    /// The numbers of the facts about it, in their order: what a journal reads for its statement.
    #[must_use]
    pub fn facts(&self) -> &[u64] {
        &self.account.facts
    }

    /// The number of the latest fact about it.
    #[must_use]
    pub fn seq(&self) -> u64 {
        self.account.facts.last().copied().unwrap_or_default()
    }
}

impl HoldView<'_> {
    /// Its id.
    ///
    /// # Errors
    /// Where a tampered fact brought in what is none.
    pub fn id(&self) -> Result<HoldId, InvalidError> {
        self.ledger.id_text(self.hold.id).parse()
    }

    /// The contract that it pays.
    ///
    /// # Errors
    /// As [`HoldView::id`].
    pub fn contract(&self) -> Result<ContractId, InvalidError> {
        self.ledger.id_text(self.hold.contract).parse()
    }

    /// The dispute that freezes, or froze, it.
    ///
    /// # Errors
    /// As [`HoldView::id`].
    pub fn dispute(&self) -> Result<Option<DisputeId>, InvalidError> {
        self.hold.state.dispute().map(|dispute| self.ledger.id_text(dispute).parse()).transpose()
    }

    /// The response that was delivered.
    ///
    /// # Errors
    /// As [`HoldView::id`].
    pub fn response(&self) -> Result<Option<ResponseId>, InvalidError> {
        self.hold.response.map(|response| self.ledger.id_text(response).parse()).transpose()
    }

    /// Where it stands.
    #[must_use]
    pub const fn phase(&self) -> Phase {
        self.hold.state.phase()
    }

    /// Where it stands, as documents say it (E6).
    #[must_use]
    pub const fn status(&self) -> HoldStatus {
        match self.phase() {
            Phase::Funded
            | Phase::Dispatched
            | Phase::AwaitingAcceptance
            | Phase::AwaitingArbiter
            | Phase::AwaitingManualRelease => HoldStatus::Active,
            Phase::Disputed => HoldStatus::Disputed,
            Phase::Released => HoldStatus::Released,
            Phase::PartiallyReleased => HoldStatus::PartiallyReleased,
            Phase::Refunded | Phase::Voided => HoldStatus::Refunded,
        }
    }

    /// What is, or was, held.
    #[must_use]
    pub const fn amount(&self) -> Orc {
        self.hold.amount
    }

    /// What went to the payee and what back to the payer, where it has ended.
    #[must_use]
    pub fn outcome(&self) -> Option<(Orc, Orc)> {
        self.hold.outcome()
    }

    /// When it ended, and why.
    #[must_use]
    pub fn ended(&self) -> Option<(Timestamp, Why)> {
        self.hold.state.ended().map(|ended| (ended.at, ended.why))
    }

    /// The account that pays.
    #[must_use]
    pub const fn payer(&self) -> AccountNumber {
        self.hold.payer
    }

    /// The account that is paid.
    #[must_use]
    pub const fn payee(&self) -> AccountNumber {
        self.hold.payee
    }

    /// When the money was held.
    #[must_use]
    pub const fn created_at(&self) -> Timestamp {
        self.hold.created_at
    }

    /// Its deadlines.
    #[must_use]
    pub const fn deadlines(&self) -> &Deadlines {
        &self.hold.deadlines
    }

    /// How the outcome is confirmed.
    #[must_use]
    pub const fn mode(&self) -> ConfirmationMode {
        self.hold.mode
    }

    /// The terms.
    #[must_use]
    pub fn policy(&self) -> Option<&Policy> {
        self.ledger.policy(self.hold.policy)
    }

    /// Who may decide.
    #[must_use]
    pub fn arbiters(&self) -> &[SubjectKey] {
        self.policy().map_or(&[], |policy| self.hold.arbiters(policy))
    }

    /// The number of the latest fact about it.
    #[must_use]
    pub const fn seq(&self) -> u64 {
        self.hold.seq
    }

    /// When the next thing happens by itself, and what; `None` where it has ended.
    #[must_use]
    pub fn timer(&self) -> Option<(Timestamp, TimerKind)> {
        self.hold.timer(self.policy()?)
    }
}
