//! Why the ledger refuses a command. Where several reasons hold, the first in this order is told, always.

use earnest_base::{AccountId, Orc, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Phase;

/// Declares the refusals: variants with their code and message, and the list of codes in order.
macro_rules! refusals {
    ($($(#[doc = $says:literal])* $variant:ident $({ $($(#[$field_doc:meta])* $field:ident: $type:ty),* $(,)? })?
        = $code:literal, $message:literal;)*) => {
        /// Why a command is refused. The order of the variants is the precedence. A refused command leaves no trace:
        /// the same id may come again, and is judged by what is true then.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
        #[serde(tag = "code", rename_all = "kebab-case")]
        pub enum Refusal {
            $($(#[doc = $says])* #[error($message)] #[serde(rename = $code)]
            $variant $({ $($(#[$field_doc])* $field: $type),* })?,)*
        }

        impl Refusal {
            /// Every code with what it says, in the order of precedence.
            pub const ALL: &'static [(&'static str, &'static str)] = &[$(($code, concat!($($says),*))),*];

            /// The stable code.
            #[must_use]
            pub const fn code(&self) -> &'static str {
                match self { $(Self::$variant $({ $($field: _),* })? => $code,)* }
            }
        }
    };
}

refusals! {
    /// A batch holds nothing, or more than fits.
    BatchSize {
        /// How many holds it has.
        found: usize,
    } = "batch-size", "expected 1 to 8190 holds, found {found}";
    /// A hold of a batch that is linked was refused, and so all are.
    Linked {
        /// Which hold, counted from 0.
        index: usize,
        /// Why it was refused.
        refusal: Box<Refusal>,
    } = "linked", "expected every hold of the batch to stand, found hold {index} refused: {refusal}";
    /// The same hold or contract stands twice in a batch.
    TwiceInBatch = "twice-in-batch", "expected each hold and contract once in the batch, found it again";
    /// The id was used for something else.
    IdConflict = "id-conflict", "expected what this id stood for the first time, found other content";
    /// The payer's account used the nonce for something else.
    NonceUsed = "nonce-used", "expected a nonce that this account has not used, found one that paid something else";
    /// The ids of the transfers are made from this id, and would be longer than ids are.
    IdTooLong = "id-too-long", "expected an id of at most 170 characters, found a longer one";
    /// An adjustment's transfer is named otherwise than one.
    TransferIdForm = "transfer-id-form", "expected a transfer id that ends with :adjustment, found another one";
    /// Nothing is to move.
    AmountZero = "amount-zero", "expected an amount above zero, found nothing";
    /// An account is kept by another federation.
    AccountForeign {
        /// The account.
        account: AccountId,
    } = "account-foreign", "expected an account of this federation, found {account}";
    /// An account is one of the ledger's own, which no command of this sort touches.
    AccountReserved {
        /// The account.
        account: AccountId,
    } = "account-reserved", "expected an account with an owner, found the ledger's own {account}";
    /// Money would move from an account to itself.
    SameAccount = "same-account", "expected two accounts, found the same one twice";
    /// An account's owner is not what its purpose asks for.
    OwnerMismatch = "owner-mismatch", "expected an owner, and a council, as the purpose of the account asks for";
    /// A node decided an adjustment.
    AuthorIsNode = "author-is-node", "expected a participant, an organisation or a council, found a node";
    /// The owner settles with another account already.
    OwnerHasAccount {
        /// That account.
        account: AccountId,
    } = "owner-has-account", "expected an owner without an account to settle with, found {account}";
    /// The deadlines do not follow each other.
    DeadlineOrder = "deadline-order", "expected work-by ≤ accept-by ≤ dispute-by ≤ auto-release-after";
    /// A deadline would lie beyond the calendar.
    DeadlineRange = "deadline-range", "expected deadlines until the year 9999, found one beyond it";
    /// Nobody adopted these terms, or they name nobody who could decide.
    PolicyUnknown = "policy-unknown", "expected an escrow policy that was adopted, found another one";
    /// The policy does not confirm outcomes in this way.
    ModeNotOffered = "mode-not-offered", "expected a confirmation mode of the policy, found another one";
    /// Nobody could decide.
    NoArbiters = "no-arbiters", "expected at least one arbiter, found none";
    /// The acceptance lapsed before it was funded.
    FundingLate {
        /// Until when it could be funded.
        funding_by: Timestamp,
    } = "funding-late", "expected funding before {funding_by}, found it later";
    /// The contract has another hold.
    ContractHeld = "contract-held", "expected a contract without a hold, found it held already";
    /// The account that is to be credited is not open.
    AccountUnknown {
        /// The account.
        account: AccountId,
    } = "account-unknown", "expected an open account, found {account}";
    /// Nothing is held under this id.
    HoldUnknown = "hold-unknown", "expected a hold, found none of this id";
    /// Somebody else may do this.
    NotAuthorized {
        /// Who may.
        role: Role,
    } = "not-authorized", "expected the {role}, found somebody else";
    /// A community pool is debited by its council, and in no other way.
    CouncilOnly = "council-only", "expected the council's own adjustment, found another debit of a community pool";
    /// The hold has ended: nothing moves through it any more.
    HoldEnded {
        /// How.
        phase: Phase,
    } = "hold-ended", "expected an open hold, found it {phase}";
    /// The contract's confirmation mode knows no such thing.
    WrongMode = "wrong-mode", "expected what the confirmation mode of the contract knows, found something else";
    /// The hold is in another phase.
    WrongPhase {
        /// In which.
        phase: Phase,
    } = "wrong-phase", "expected a phase that knows this command, found {phase}";
    /// The timer is not set any more, or never was.
    TimerNotSet = "timer-not-set", "expected a timer that is set, found it gone";
    /// The timer's moment has not come.
    TimerAhead {
        /// When it is due.
        at: Timestamp,
    } = "timer-ahead", "expected the moment {at} to have come, found it ahead";
    /// The time for delivery is over, and for all that comes before it.
    WorkByPassed {
        /// Until when, itself excluded.
        work_by: Timestamp,
    } = "work-by-passed", "expected a moment before {work_by}, found it later";
    /// The time to reject is over.
    AcceptByPassed {
        /// Until when, itself included.
        accept_by: Timestamp,
    } = "accept-by-passed", "expected a moment until {accept_by}, found it later";
    /// The time to dispute is over (T13).
    DisputeWindowClosed {
        /// Until when, itself included.
        dispute_by: Timestamp,
    } = "dispute-window-closed", "expected a moment until {dispute_by}, found it later";
    /// The money is released by silence.
    AutoReleasePassed {
        /// Since when.
        auto_release_after: Timestamp,
    } = "auto-release-passed", "expected a moment before {auto_release_after}, found it later";
    /// The time to decide is over.
    DecisionByPassed {
        /// Until when, itself excluded.
        decision_by: Timestamp,
    } = "decision-by-passed", "expected a decision before {decision_by}, found it later";
    /// The decision is about another response than the one that was delivered.
    OtherResponse = "other-response", "expected the response that was delivered, found another one";
    /// The decision is about another dispute than the one that is open.
    OtherDispute = "other-dispute", "expected the dispute that is open, found another one";
    /// The escrow checked the criterion, and the response meets it: what else is wrong goes through a dispute (E7).
    CriterionMet = "criterion-met", "expected a criterion that the response breaks, found it met; file a dispute";
    /// What is awarded is not what is held.
    AwardMismatch {
        /// What is held.
        amount: Orc,
    } = "award-mismatch", "expected {amount} in all, found another sum";
    /// The policy does not split money.
    PartialNotAllowed = "partial-not-allowed", "expected all or nothing, as the policy has it, found a split";
    /// The authorization's time has not come.
    AuthorizationAhead {
        /// From when it may be used.
        valid_after: Timestamp,
    } = "authorization-ahead", "expected a moment from {valid_after} on, found it earlier";
    /// The authorization's time is over.
    AuthorizationExpired {
        /// Until when, itself excluded.
        valid_before: Timestamp,
    } = "authorization-expired", "expected a moment before {valid_before}, found it later";
    /// The payer's earlier payments have not come (P11).
    PayerSeqAhead {
        /// The number that comes next.
        expected: u64,
    } = "payer-seq-ahead", "expected the payer's payment {expected}, found a later one";
    /// The payer made a payment of this number already (P11).
    PayerSeqUsed {
        /// The number that comes next.
        expected: u64,
    } = "payer-seq-used", "expected the payer's payment {expected}, found an earlier one";
    /// The account does not have so much to spend.
    SettlementBlocked {
        /// What is missing.
        deficit: Orc,
    } = "settlement-blocked", "expected enough to spend, found {deficit} missing";
    /// The ledger holds as much as its numbers can count.
    SupplyExceeded = "supply-exceeded", "expected at most 2^53 - 1 minor units in all, found more";
    /// The ledger has given as many numbers as there are.
    LedgerFull = "ledger-full", "expected room for another account, policy, hold or id, found none";
}

crate::words! {
    /// In whose name something is done.
    Role {
        Payer = "payer", "The owner of the account that pays, or its custodian.";
        Payee = "payee", "The owner of the account that is paid, or its custodian.";
        PayeeOrOperator = "payee or operator", "The provider, or the organisation that answers for the escrow.";
        Arbiter = "arbiter", "An arbiter of the contract.";
        Operator = "operator", "The organisation that answers for the escrow.";
    }
}
