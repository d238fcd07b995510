//! What a command is answered.

use serde::{Deserialize, Serialize};

use crate::{Fact, Refusal};

/// What a command makes: facts, and the answer. No facts where the command was answered before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The facts, in their order. They are true once the journal has them.
    pub facts: Vec<Fact>,
    /// The answer, to be given once the facts are durable.
    pub answer: Answer,
}

/// What a command is answered, the first time and every time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Answer {
    /// It is done.
    Done(Done),
    /// Each hold of a batch, in its order.
    Each(Vec<Result<Done, Refusal>>),
}

/// What was done, and where in the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// The number of the fact.
    pub seq: u64,
    /// What it did.
    pub effect: Effect,
}

crate::words! {
    /// What a command did.
    Effect {
        AccountOpened = "account-opened", "The account is open.";
        PolicyAdopted = "policy-adopted", "The policy is in use.";
        ToppedUp = "topped-up", "The account is credited.";
        PaidOut = "paid-out", "The account is debited.";
        Adjusted = "adjusted", "The money moved.";
        Paid = "paid", "The payment is made.";
        Held = "held", "The money is held.";
        Dispatched = "dispatched", "The provider works.";
        Delivered = "delivered", "The response is noted.";
        Disputed = "disputed", "The hold is frozen until the dispute is decided.";
        Released = "released", "The payee has all of it.";
        PartiallyReleased = "partially-released", "The payee has a part of it, the payer the rest.";
        Refunded = "refunded", "The payer has all of it back.";
        Voided = "voided", "The payer has all of it back, as if nothing had been held.";
        Overdue = "overdue", "The buyer is told that the time to reject is over.";
        ReviewRequired = "review-required", "The operator is told that no arbiter confirmed.";
    }
}
