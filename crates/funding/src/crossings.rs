//! The state of a gateway's crossings, and what can be asked of it.

use std::collections::{BTreeMap, BTreeSet};

use earnest_artifacts::{GatewayPolicy, GatewayReceipt};
use earnest_base::{AccountId, FederationId, GatewayPolicyId, GatewayReceiptId, Name, NodeId, Sha256Digest, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{Case, CaseId, Of, Payment, Payout, PayoutId, TopUp, TopUpId, Work, daily::Daily};

/// Whose crossings they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gateway {
    /// The node that signs.
    pub node: NodeId,
    /// The federation whose ledger it serves.
    pub federation: FederationId,
}

/// The terms in force, and as they were signed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Published {
    pub(crate) policy: Box<GatewayPolicy>,
    pub(crate) document: String,
}

/// A receipt, and what it is for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Drafted {
    pub(crate) of: Of,
    pub(crate) receipt: Box<GatewayReceipt>,
}

/// Everything that a gateway knows of what crosses it. It changes by [`Crossings::apply`] and in no other way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Crossings {
    pub(crate) gateway: Gateway,
    pub(crate) published: Option<Published>,
    /// Terms that were in force, so that none change under their id.
    pub(crate) policies: BTreeMap<GatewayPolicyId, Box<GatewayPolicy>>,
    pub(crate) top_ups: BTreeMap<TopUpId, TopUp>,
    pub(crate) payments: BTreeMap<GatewayReceiptId, Payment>,
    pub(crate) payouts: BTreeMap<PayoutId, Payout>,
    pub(crate) receipts: BTreeMap<GatewayReceiptId, Drafted>,
    pub(crate) cases: BTreeMap<CaseId, Case>,
    pub(crate) open_cases: BTreeSet<CaseId>,
    pub(crate) messages: BTreeMap<Name, BTreeMap<Name, Sha256Digest>>,
    pub(crate) message_times: BTreeSet<(Timestamp, Name, Name)>,
    pub(crate) daily: Daily,
    pub(crate) works: BTreeSet<Work>,
    pub(crate) payments_in: BTreeMap<String, BTreeSet<GatewayReceiptId>>,
    pub(crate) payouts_in: BTreeMap<String, BTreeSet<PayoutId>>,
}

impl Crossings {
    /// The crossings of a gateway that knows nothing yet.
    #[must_use]
    pub fn new(gateway: Gateway) -> Self {
        Self {
            gateway,
            published: None,
            policies: BTreeMap::new(),
            top_ups: BTreeMap::new(),
            payments: BTreeMap::new(),
            payouts: BTreeMap::new(),
            receipts: BTreeMap::new(),
            cases: BTreeMap::new(),
            open_cases: BTreeSet::new(),
            messages: BTreeMap::new(),
            message_times: BTreeSet::new(),
            daily: Daily::default(),
            works: BTreeSet::new(),
            payments_in: BTreeMap::new(),
            payouts_in: BTreeMap::new(),
        }
    }

    /// Whose they are.
    #[must_use]
    pub const fn gateway(&self) -> &Gateway {
        &self.gateway
    }

    /// The latest terms.
    #[must_use]
    pub fn policy(&self) -> Option<&GatewayPolicy> {
        self.published.as_ref().map(|published| &*published.policy)
    }

    /// The latest terms, as the gateway signed them.
    #[must_use]
    pub fn policy_document(&self) -> Option<&str> {
        self.published.as_ref().map(|published| published.document.as_str())
    }

    /// Terms that are or were in force.
    #[must_use]
    pub fn policy_of(&self, id: &GatewayPolicyId) -> Option<&GatewayPolicy> {
        self.policies.get(id).map(|policy| &**policy)
    }

    /// A top-up.
    #[must_use]
    pub fn top_up(&self, id: &TopUpId) -> Option<&TopUp> {
        self.top_ups.get(id)
    }

    /// A payment.
    #[must_use]
    pub fn payment(&self, id: &GatewayReceiptId) -> Option<&Payment> {
        self.payments.get(id)
    }

    /// A payout.
    #[must_use]
    pub fn payout(&self, id: &PayoutId) -> Option<&Payout> {
        self.payouts.get(id)
    }

    /// A receipt, before it is signed.
    #[must_use]
    pub fn receipt(&self, id: &GatewayReceiptId) -> Option<&GatewayReceipt> {
        self.receipts.get(id).map(|drafted| &*drafted.receipt)
    }

    /// The payments that stand so, in the order of their ids, after this one.
    pub fn payments_in<'a>(
        &'a self,
        state: &str,
        after: Option<&GatewayReceiptId>,
    ) -> impl Iterator<Item = &'a Payment> {
        let ids = self.payments_in.get(state).into_iter().flat_map(move |ids| ids.range(beyond(after)));
        ids.filter_map(|id| self.payments.get(id))
    }

    /// The payouts that stand so, in the order of their ids, after this one.
    pub fn payouts_in<'a>(&'a self, state: &str, after: Option<&PayoutId>) -> impl Iterator<Item = &'a Payout> {
        let ids = self.payouts_in.get(state).into_iter().flat_map(move |ids| ids.range(beyond(after)));
        ids.filter_map(|id| self.payouts.get(id))
    }

    /// The cases that nobody has closed, in the order of their ids, after this one.
    pub fn open_cases<'a>(&'a self, after: Option<&CaseId>) -> impl Iterator<Item = &'a Case> {
        self.open_cases.range(beyond(after)).filter_map(|id| self.cases.get(id))
    }

    /// A case.
    #[must_use]
    pub fn case(&self, id: &CaseId) -> Option<&Case> {
        self.cases.get(id)
    }

    /// What crossed for an account on the day (UTC) of this moment, in minor units, fees included.
    #[must_use]
    pub fn crossed_on(&self, day: Timestamp, account: &AccountId) -> earnest_base::Orc {
        self.daily.sum(crate::daily::Day::of(day), account)
    }

    /// What is to be done outside. An entry stays until a command tells what came of it.
    pub fn works(&self) -> impl Iterator<Item = &Work> {
        self.works.iter()
    }
}

fn beyond<T: Clone>(after: Option<&T>) -> (std::ops::Bound<T>, std::ops::Bound<T>) {
    use std::ops::Bound::{Excluded, Unbounded};
    (after.map_or(Unbounded, |after| Excluded(after.clone())), Unbounded)
}
