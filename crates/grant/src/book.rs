//! The state: every payment that was shown, and the indices over them.

use std::collections::{BTreeMap, BTreeSet};

use earnest_base::Timestamp;

use crate::{
    IdentifierKey, PayerKey, PayloadKey, PaymentKey,
    record::{Record, Second, Stage},
};

/// A seller's book of payments: what [`Grants::apply`] makes of its facts, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grants {
    pub(crate) records: BTreeMap<PaymentKey, Record>,
    /// Which payment an identifier names now.
    pub(crate) identifiers: BTreeMap<IdentifierKey, PaymentKey>,
    /// Payments whose answer is kept, by their payload: a client may come for it when its authorisation is over.
    pub(crate) payloads: BTreeMap<PayloadKey, PaymentKey>,
    /// How many payments of a payer are open.
    pub(crate) open: BTreeMap<PayerKey, u32>,
    pub(crate) timers: BTreeSet<(Second, PaymentKey)>,
    pub(crate) kept_bytes: u64,
}

/// How full a book is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fill {
    /// How many payments it holds.
    pub payments: usize,
    /// How many of them are open.
    pub open: u64,
    /// How many identifiers it holds.
    pub identifiers: usize,
    /// How many bytes of results it holds.
    pub kept_bytes: u64,
}

impl Grants {
    /// When the payment of this payload was reserved, where its answer is kept. A signature that is verified as of that
    /// moment lets its client come for the answer after the authorisation is over; nothing is reserved anew by it.
    #[must_use]
    pub fn reserved_at(&self, payload: &PayloadKey) -> Option<Timestamp> {
        let payment = self.payloads.get(payload)?;
        self.records.get(payment).map(|record| record.reserved_at)
    }

    /// How far a payment is, in a word; `None` where it was never shown, or is no longer kept.
    #[must_use]
    pub fn stage(&self, payment: &PaymentKey) -> Option<&'static str> {
        Some(match self.records.get(payment)?.stage {
            Stage::Unserved => "unserved",
            Stage::Working { .. } => "working",
            Stage::Staged { .. } => "staged",
            Stage::Settling { .. } => "settling",
            Stage::Granted { .. } => "granted",
            Stage::Discarded { .. } => "discarded",
        })
    }

    /// How full it is.
    #[must_use]
    pub fn fill(&self) -> Fill {
        Fill {
            payments: self.records.len(),
            open: self.open.values().map(|count| u64::from(*count)).sum(),
            identifiers: self.identifiers.len(),
            kept_bytes: self.kept_bytes,
        }
    }

    /// When something is over next.
    #[must_use]
    pub fn next_due(&self) -> Option<Timestamp> {
        self.timers.first().map(|(second, _)| second.moment())
    }

    /// Enters a record, with its places in the indices.
    pub(crate) fn enter(&mut self, payment: PaymentKey, record: Record) {
        self.timers.insert((record.kept_until, payment));
        if record.stage.is_open() {
            *self.open.entry(record.payer).or_default() += 1;
        }
        if let Some(kept) = record.stage.kept() {
            self.kept_bytes += kept.weight();
            self.payloads.insert(record.payload, payment);
        }
        self.records.insert(payment, record);
    }

    /// Takes a record out, with its places in the indices; its identifier still names it.
    pub(crate) fn take(&mut self, payment: &PaymentKey) -> Option<Record> {
        let record = self.records.remove(payment)?;
        self.timers.remove(&(record.kept_until, *payment));
        if record.stage.is_open() {
            match self.open.get_mut(&record.payer) {
                Some(count) if *count > 1 => *count -= 1,
                _ => drop(self.open.remove(&record.payer)),
            }
        }
        if let Some(kept) = record.stage.kept() {
            self.kept_bytes -= kept.weight();
            self.payloads.remove(&record.payload);
        }
        Some(record)
    }

    /// Lets a record go.
    pub(crate) fn forget(&mut self, payment: &PaymentKey) {
        if let Some(Record { identified: Some(identified), .. }) = self.take(payment)
            && self.identifiers.get(&identified.key) == Some(payment)
        {
            self.identifiers.remove(&identified.key);
        }
    }
}
