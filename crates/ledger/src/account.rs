//! An account: what may be spent, and what stands in holds.

use earnest_artifacts::ledger_account::AccountPurpose;
use earnest_base::{GatewayPolicyId, MoneyError, Orc, Timestamp};
use serde::Serialize;

use crate::{IdNumber, SubjectKey};

/// What an account has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Balance {
    /// What may be spent.
    pub available: Orc,
    /// What stands in holds that have not ended.
    pub held: Orc,
}

impl Balance {
    /// Both together.
    ///
    /// # Errors
    /// Above 2^53 − 1 minor units, which no ledger has in all.
    pub fn total(&self) -> Result<Orc, MoneyError> {
        self.available.plus(self.held)
    }
}

/// An account with an owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) id: IdNumber,
    pub(crate) balance: Balance,
    /// The number of the payer's next ordered payment (P11).
    pub(crate) payer_seq: u64,
    pub(crate) owner: SubjectKey,
    pub(crate) purpose: AccountPurpose,
    pub(crate) council: Option<SubjectKey>,
    pub(crate) gateway_policy: Option<GatewayPolicyId>,
    pub(crate) opened_at: Timestamp,
    /// The numbers of the facts about it, in their order.
    pub(crate) facts: Vec<u64>,
}
