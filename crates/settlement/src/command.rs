//! What an escrow is asked, and what it answers.

use std::sync::Arc;

use earnest_artifacts::{ProcurementContract, ServiceOffer, Verified};
use earnest_base::Sha256Digest;
use earnest_ledger::Command as LedgerCommand;
use serde::{Deserialize, Serialize};

use crate::{DealDocuments, Fact, Statement};

/// What an escrow is asked. [`crate::Intake`] makes it of documents and of who brings them.
#[derive(Debug, Clone)]
#[allow(clippy::large_enum_variant, reason = "commands are held one at a time")]
pub enum Command {
    /// Something of the ledger, and the documents that it rests on.
    Ledger {
        /// What.
        command: LedgerCommand,
        /// The documents, as they were signed.
        evidence: Vec<Vec<u8>>,
    },
    /// Hold the money of a contract.
    Hold(Deal),
    /// Hold the money of several contracts.
    Holds {
        /// The contracts.
        deals: Vec<Deal>,
        /// Whether they stand and fall together.
        linked: bool,
    },
    /// Take note of who acts for an organisation.
    State(Statement),
}

/// A contract that both sides signed, with the order and the offer that it follows from: checked, and ready to be held.
#[derive(Debug, Clone)]
pub struct Deal {
    pub(crate) contract: Verified<ProcurementContract>,
    pub(crate) order: Vec<u8>,
    pub(crate) offer: Arc<Verified<ServiceOffer>>,
    pub(crate) offer_digest: Sha256Digest,
}

impl Deal {
    pub(crate) fn of(documents: &DealDocuments) -> Self {
        let DealDocuments { contract, order, offer } = documents;
        Self {
            contract: contract.clone(),
            order: order.bytes().to_vec(),
            offer: Arc::clone(offer),
            offer_digest: offer.content_digest(),
        }
    }
}

/// What a command comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What happens; nothing where it has happened already.
    pub facts: Vec<Fact>,
    /// The answer, the same every time.
    pub answer: Answer,
}

/// What is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Answer {
    /// The ledger's answer.
    Ledger(earnest_ledger::Answer),
    /// The statement stands in the journal under this number.
    Stated {
        /// The number of the fact.
        seq: u64,
    },
}
