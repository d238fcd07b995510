//! What is seen of a payment on its rail. Only this ends a payment that the rail may have.

use earnest_base::{PaymentId, Timestamp, TransactionId};
use earnest_payment::{Cause, NoNews, Payment, ReplacedReason, State};

use super::lifecycle;
use crate::{
    Event, Finding, Leaves, Purpose, Relay, Sight,
    record::Record,
    transaction::{Phase, Transaction},
};

impl Relay {
    pub(super) fn seen(&self, payment_id: &PaymentId, finding: &Finding, now: Timestamp) -> Vec<Event> {
        let Some(record) = self.in_state(payment_id, State::Mempool) else { return Vec::new() };
        let Some(transaction) = record.transaction() else { return Vec::new() };
        let Some(rail) = self.rails.get(&record.submission.network) else { return Vec::new() };
        let is_final = |depth: u32| depth >= rail.terms.finality_depth;
        let end = |leaves, cause| {
            let vacated = Event::Vacated { payment_id: payment_id.clone(), leaves, at: now };
            vec![vacated, lifecycle(payment_id, now, cause)]
        };
        match finding {
            Finding::Pending => noted(record, transaction, Sight::Held, now),
            Finding::Missing => noted(record, transaction, Sight::Missing, now),
            Finding::Dropped => noted(record, transaction, Sight::Dropped, now),
            Finding::Included { depth, .. } if !is_final(*depth) => noted(record, transaction, Sight::InBlock, now),
            Finding::Included { txid, block_height, success: true, explorer_url, .. } => {
                let cause = Cause::Confirmed {
                    txid: txid.clone(),
                    block_height: *block_height,
                    explorer_url: explorer_url.clone(),
                };
                end(leaves(transaction, txid), cause)
            }
            Finding::Included { txid, success: false, detail, .. } if transaction.is_known_as(txid) => {
                end(Leaves::Used, Cause::Aborted { detail: detail.clone() })
            }
            Finding::Consumed { by, depth } if is_final(*depth) && !transaction.is_known_as(by) => {
                let cause = Cause::Replaced { reason: ReplacedReason::NonceReplacement, by: Some(by.clone()) };
                end(Leaves::Blocked, cause)
            }
            Finding::Lapsed if record.submission.lapses_at <= now => end(Leaves::Blocked, Cause::DeadlinePassed),
            Finding::Included { .. } | Finding::Consumed { .. } | Finding::Lapsed => Vec::new(),
        }
    }
}

/// What a payment leaves that this transaction carried out: another's leaves the relay's own where it is.
fn leaves(transaction: &Transaction, txid: &TransactionId) -> Leaves {
    if transaction.is_known_as(txid) { Leaves::Used } else { Leaves::Blocked }
}

/// Something was seen that ends nothing. It is told where it is new, and what the rail lost is sent again.
fn noted(record: &Record, transaction: &Transaction, sight: Sight, now: Timestamp) -> Vec<Event> {
    let payment_id = &record.submission.payment_id;
    let mut events = Vec::new();
    if transaction.sight != sight {
        let news = match (transaction.sight, sight) {
            (Sight::InBlock, _) => NoNews::Reorganised,
            (_, Sight::Missing) => NoNews::Missing,
            (_, Sight::Dropped) => NoNews::Dropped,
            (_, Sight::Unseen | Sight::Held | Sight::InBlock) => NoNews::Pending,
        };
        events.push(Event::Noted { payment_id: payment_id.clone(), sight });
        if let Payment::Mempool(mempool) = &record.payment {
            let cause = Cause::Observed { news, txid: mempool.txid.clone() };
            events.push(lifecycle(payment_id, now, cause));
        }
    }
    let lost = matches!(sight, Sight::Missing | Sight::Dropped);
    if lost && matches!(transaction.latest.phase, Phase::Taken { .. }) {
        let purpose = Purpose::Payment { payment_id: payment_id.clone() };
        events.push(Event::SendAgain { purpose, attempt: transaction.latest.number });
    }
    events
}
