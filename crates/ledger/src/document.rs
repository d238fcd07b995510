//! Documents of what the ledger holds: drafts, which the escrow's key signs elsewhere (decisions D8, D16, E6).

use earnest_artifacts::{
    Draft, Error, LedgerAccount, LedgerHold, LedgerTransfer,
    ledger_account::{AccountPurpose, AccountStatus, ControllerKind, OwnerKind},
    ledger_hold::HoldStatus,
};
use earnest_base::{
    AccountId, Count, FederationId, GatewayPolicyId, InvalidError, NodeId, OrcUnit, PublicKeyError, Sha256Digest,
    Subject, Text, Timestamp, TransactionId,
};
use earnest_signing::Verified;

use crate::{AccountView, Event, Fact, HoldView, Ledger, Movement, Phase, SubjectKey, movement::Hex};

mod payment;

/// Why no document could be made of what the ledger holds. None of it happens to facts that a ledger decided.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// An id, or a number, that is none.
    #[error(transparent)]
    Id(#[from] InvalidError),
    /// Bytes of a key that are none.
    #[error(transparent)]
    Key(#[from] PublicKeyError),
    /// The document would break a rule of its kind.
    #[error(transparent)]
    Rule(#[from] Error),
}

/// A place in the journal: a document that names one was true there (decision D16). The journal numbers the facts, and
/// its hash chain makes the heads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The number of a fact.
    pub seq: u64,
    /// The head of the journal's chain after that fact.
    pub head: Sha256Digest,
}

impl HoldView<'_> {
    /// The hold as a document. `place` is where it stood so: the place of the latest fact about it ([`HoldView::seq`]),
    /// or any later one.
    ///
    /// # Errors
    /// [`DocumentError`], for a journal that was tampered with.
    pub fn document(&self, escrow: NodeId, place: &Place) -> Result<Draft<LedgerHold>, DocumentError> {
        let deadlines = self.deadlines();
        let outcome = self.outcome();
        let of = |status: &[HoldStatus]| status.contains(&self.status());
        let released = outcome.filter(|_| of(&[HoldStatus::Released, HoldStatus::PartiallyReleased]));
        let refunded = outcome.filter(|_| of(&[HoldStatus::Refunded, HoldStatus::PartiallyReleased]));
        let hold = LedgerHold {
            id: self.id()?,
            contract: self.contract()?,
            question: None,
            payer_account: self.ledger.account_id(self.payer())?,
            payee_account: self.ledger.account_id(self.payee())?,
            escrow_node: escrow,
            escrow_policy: self.policy().ok_or_else(|| InvalidError::new("a policy", ""))?.id.clone(),
            amount: self.amount(),
            unit: OrcUnit::Orc,
            status: self.status(),
            created_at: self.created_at(),
            work_by: deadlines.work_by,
            accept_by: deadlines.accept_by,
            dispute_by: deadlines.dispute_by,
            auto_release_after: deadlines.auto_release_after,
            resolved_at: self.ended().map(|(at, _)| at),
            released: released.map(|(released, _)| released),
            refunded: refunded.map(|(_, refunded)| refunded),
            dispute: self.dispute()?,
            fact_seq: Count::new(place.seq)?,
            fact_head: place.head.clone(),
            notes: self.note()?,
        };
        Ok(Draft::new(&hold)?)
    }

    /// What is told of a hold beyond its members: that it was voided.
    fn note(&self) -> Result<Option<Text>, InvalidError> {
        let voided = self.phase() == Phase::Voided;
        voided.then(|| "voided: the work could not be opened".parse()).transpose()
    }
}

impl AccountView<'_> {
    /// The account as a document, at a place that is not before the latest fact about it ([`AccountView::seq`]).
    ///
    /// # Errors
    /// [`DocumentError`], for a journal that was tampered with.
    pub fn document(&self, escrow: NodeId, place: &Place) -> Result<Draft<LedgerAccount>, DocumentError> {
        let balance = self.balance();
        let council = self.council()?;
        let account = LedgerAccount {
            id: self.id()?,
            purpose: self.purpose(),
            owner_kind: match self.purpose() {
                AccountPurpose::ParticipantSettlement => OwnerKind::Participant,
                AccountPurpose::OrgSettlement | AccountPurpose::CommunityPool => OwnerKind::Org,
            },
            owner: self.owner().to_subject()?,
            federation: self.federation(),
            escrow_node: escrow,
            unit: OrcUnit::Orc,
            status: AccountStatus::Active,
            available: balance.available,
            held: balance.held,
            created_at: self.opened_at(),
            closed_at: None,
            gateway_policy: self.gateway_policy(),
            controller_kind: council.map(|_| ControllerKind::Council),
            controller: council,
            fact_seq: Count::new(place.seq)?,
            fact_head: place.head.clone(),
        };
        Ok(Draft::new(&account)?)
    }

    fn council(&self) -> Result<Option<Subject>, PublicKeyError> {
        self.account.council.as_ref().map(SubjectKey::to_subject).transpose()
    }

    fn federation(&self) -> FederationId {
        self.ledger.federation().clone()
    }

    /// When it was opened.
    #[must_use]
    pub const fn opened_at(&self) -> Timestamp {
        self.account.opened_at
    }

    fn gateway_policy(&self) -> Option<GatewayPolicyId> {
        self.account.gateway_policy.clone()
    }
}

impl Ledger {
    /// The transfers of a fact as documents. `place` is the fact's own.
    ///
    /// # Errors
    /// [`DocumentError`], for a fact that is not one of this ledger.
    pub fn transfer_documents(
        &self,
        fact: &Fact,
        escrow: NodeId,
        place: &Place,
    ) -> Result<Vec<Draft<LedgerTransfer>>, DocumentError> {
        let movements = self.movements(&fact.event)?;
        movements.into_iter().map(|movement| self.transfer_document(fact, movement, escrow, place)).collect()
    }

    fn transfer_document(
        &self,
        fact: &Fact,
        movement: Movement,
        escrow: NodeId,
        place: &Place,
    ) -> Result<Draft<LedgerTransfer>, DocumentError> {
        let account = |number| -> Result<AccountId, InvalidError> { self.account_id(number) };
        let hold = movement.hold.and_then(|hold| self.hold_by_number(hold));
        let mut transfer = LedgerTransfer {
            id: movement.transfer,
            kind: movement.kind,
            from_account: account(movement.from)?,
            to_account: account(movement.to)?,
            amount: movement.amount,
            unit: OrcUnit::Orc,
            created_at: fact.at,
            escrow_node: escrow,
            hold: hold.map(|hold| hold.id()).transpose()?,
            contract: hold.map(|hold| hold.contract()).transpose()?,
            gateway_receipt: None,
            payment: None,
            authorization: None,
            author: None,
            reason: None,
            fact_seq: Count::new(place.seq)?,
            fact_head: place.head.clone(),
            notes: None,
        };
        match &fact.event {
            Event::ToppedUp(crossed) | Event::PaidOut(crossed) => {
                transfer.gateway_receipt = Some(crossed.receipt.clone());
            }
            Event::Adjusted(adjusted) => {
                transfer.author = Some(adjusted.author.to_subject()?);
                transfer.reason = Some(adjusted.reason.clone());
            }
            Event::Paid(paid) => {
                transfer.authorization = Some(paid.authorization.clone());
                transfer.payment = paid.payment.clone();
            }
            Event::Hold { .. } => transfer.notes = hold.map(|hold| hold.note()).transpose()?.flatten(),
            Event::AccountOpened(_) | Event::PolicyAdopted { .. } | Event::HoldOpened(_) => {}
        }
        Ok(Draft::new(&transfer)?)
    }
}

/// The transaction id of a payment on the ledger: the SHA-256 of its transfer document, without the signature, as 64
/// hexadecimal digits (decision P11).
///
/// # Errors
/// None that a digest can cause; the type of the id asks for it.
pub fn transaction_id(transfer: &Verified<LedgerTransfer>) -> Result<TransactionId, InvalidError> {
    hexadecimal(&transfer.content_digest())
}

/// The same, of a transfer that nobody has signed yet: the signature is not in it.
///
/// # Errors
/// As [`transaction_id`].
pub fn transaction_id_of_draft(transfer: &Draft<LedgerTransfer>) -> Result<TransactionId, InvalidError> {
    hexadecimal(&transfer.content_digest())
}

fn hexadecimal(digest: &Sha256Digest) -> Result<TransactionId, InvalidError> {
    Hex(&digest.to_bytes()).to_string().parse()
}
