//! The documents behind a hold, read back from the journal.

use earnest_artifacts::{ProcurementContract, ServiceOffer, ServiceOrder, Verified};
use earnest_base::Subject;
use earnest_signing::Error;

/// Evidence that is not what the fact before it rests on.
#[derive(Debug, thiserror::Error)]
pub enum EvidenceError {
    /// A document does not verify any more.
    #[error(transparent)]
    Document(#[from] Error),
    /// There is less, or other, evidence than the fact asks for.
    #[error("expected {0} as evidence, found none")]
    Missing(&'static str),
}

/// What the two sides of a hold agreed on.
#[derive(Debug, Clone)]
pub struct Agreed {
    /// The contract.
    pub contract: Verified<ProcurementContract>,
    /// Its order.
    pub order: Verified<ServiceOrder>,
    /// Its offer, at the terms that were ordered.
    pub offer: Verified<ServiceOffer>,
}

impl Agreed {
    /// Reads the three documents that follow a hold in the journal.
    ///
    /// # Errors
    /// Where one does not verify.
    pub fn parse(contract: &[u8], order: &[u8], offer: &[u8]) -> Result<Self, EvidenceError> {
        let (contract, order) = (Verified::parse(contract)?, Verified::parse(order)?);
        Ok(Self { contract, order, offer: Verified::parse(offer)? })
    }

    /// Who pays.
    ///
    /// # Errors
    /// Where the contract does not say so, which one with a hold does.
    pub fn payer(&self) -> Result<Subject, EvidenceError> {
        self.contract.payer.ok_or(EvidenceError::Missing("who pays"))
    }

    /// Who is paid.
    ///
    /// # Errors
    /// As [`Agreed::payer`].
    pub fn payee(&self) -> Result<Subject, EvidenceError> {
        self.contract.payee.ok_or(EvidenceError::Missing("who is paid"))
    }
}
