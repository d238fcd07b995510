//! What is kept of a payment when its record's life is over (decision P6).

use earnest_base::PaymentId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Confirmed, Payment};

/// What outlives a record: a confirmed payment whole, of any other only that its identity was given.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "was", rename_all = "kebab-case", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Tombstone {
    /// It was paid, and always answers so.
    Confirmed(Confirmed),
    /// It ended without a payment.
    Unpaid {
        /// The relay's id of the payment.
        payment_id: PaymentId,
    },
}

impl Tombstone {
    /// The tombstone of a payment that has ended; `None` of one in flight, which never ages out.
    #[must_use]
    pub fn of(payment: &Payment) -> Option<Self> {
        match payment {
            Payment::Confirmed(confirmed) => Some(Self::Confirmed(confirmed.clone())),
            Payment::Failed(_) | Payment::Replaced(_) => {
                Some(Self::Unpaid { payment_id: payment.payment_id().clone() })
            }
            Payment::Submitted(_) | Payment::Queued(_) | Payment::Broadcasting(_) | Payment::Mempool(_) => None,
        }
    }
}
