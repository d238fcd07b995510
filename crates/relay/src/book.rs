//! The payments that a relay knows, and everything that leads to one.

use std::collections::BTreeMap;

use earnest_base::{Network, PaymentId, Sha256Digest};
use earnest_payment::{Lookup, Tombstone};
use serde::{Deserialize, Serialize};
use serde_with::serde_as;

use crate::{Authorization, Identifier, Submission, record::Record};

/// Records, tombstones, and the three ways to a payment beside its id.
#[serde_as]
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Book {
    pub(crate) records: BTreeMap<PaymentId, Record>,
    pub(crate) tombstones: BTreeMap<PaymentId, Tombstone>,
    digests: BTreeMap<Sha256Digest, PaymentId>,
    #[serde_as(as = "Vec<(_, _)>")]
    authorizations: BTreeMap<(Network, Authorization), PaymentId>,
    #[serde_as(as = "Vec<(_, _)>")]
    identifiers: BTreeMap<Identifier, Use>,
    pub(crate) arrivals: u64,
}

/// What an identifier was used for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Use {
    digest: Sha256Digest,
    payment_id: PaymentId,
}

/// What stands under a digest or an authorisation.
pub(crate) enum Found<'a> {
    /// A payment that is under way or paid: there is no second one.
    Holds(&'a PaymentId),
    /// Nothing, or a payment that ended unpaid.
    Free,
}

impl Book {
    pub(crate) fn lookup<'a>(&'a self, payment_id: &'a PaymentId) -> Lookup<'a> {
        if let Some(record) = self.records.get(payment_id) {
            Lookup::Record(&record.payment)
        } else if let Some(tombstone) = self.tombstones.get(payment_id) {
            Lookup::Tombstone(tombstone)
        } else {
            Lookup::Nothing(payment_id)
        }
    }

    pub(crate) fn has(&self, payment_id: &PaymentId) -> bool {
        self.records.contains_key(payment_id) || self.tombstones.contains_key(payment_id)
    }

    fn standing<'a>(&'a self, payment_id: Option<&'a PaymentId>) -> Found<'a> {
        match payment_id {
            Some(payment_id) if !self.is_unpaid(payment_id) => Found::Holds(payment_id),
            _ => Found::Free,
        }
    }

    fn is_unpaid(&self, payment_id: &PaymentId) -> bool {
        match self.records.get(payment_id) {
            Some(record) => record.is_unpaid(),
            None => !matches!(self.tombstones.get(payment_id), Some(Tombstone::Confirmed(_))),
        }
    }

    pub(crate) fn same_submission(&self, digest: &Sha256Digest) -> Found<'_> {
        self.standing(self.digests.get(digest))
    }

    pub(crate) fn same_authorization(&self, network: &Network, authorization: &Authorization) -> Found<'_> {
        self.standing(self.authorizations.get(&(network.clone(), authorization.clone())))
    }

    /// Whether the identifier was used for another payload.
    pub(crate) fn conflicts(&self, identifier: &Identifier, digest: &Sha256Digest) -> bool {
        self.identifiers.get(identifier).is_some_and(|used| used.digest != *digest)
    }

    /// Enters a new record under all that leads to it.
    pub(crate) fn enter(&mut self, record: Record) {
        let Submission { payment_id, network, digest, authorization, identifier, .. } = record.submission.clone();
        self.digests.insert(digest.clone(), payment_id.clone());
        self.authorizations.insert((network, authorization), payment_id.clone());
        if let Some(identifier) = identifier {
            self.identifiers.insert(identifier, Use { digest, payment_id: payment_id.clone() });
        }
        self.records.insert(payment_id, record);
    }

    /// Puts a tombstone in the place of a record. What leads to a confirmed payment stays, since it always answers so.
    pub(crate) fn bury(&mut self, payment_id: &PaymentId, tombstone: Tombstone) {
        let Some(record) = self.records.remove(payment_id) else { return };
        if matches!(tombstone, Tombstone::Unpaid { .. }) {
            let Submission { network, digest, authorization, identifier, .. } = record.submission;
            let ours = |found: Option<&PaymentId>| found == Some(payment_id);
            if ours(self.digests.get(&digest)) {
                self.digests.remove(&digest);
            }
            let key = (network, authorization);
            if ours(self.authorizations.get(&key)) {
                self.authorizations.remove(&key);
            }
            if let Some(identifier) = identifier
                && ours(self.identifiers.get(&identifier).map(|used| &used.payment_id))
            {
                self.identifiers.remove(&identifier);
            }
        }
        self.tombstones.insert(payment_id.clone(), tombstone);
    }
}
