//! What a relay is told: submissions, the passing of time, and what came of what it asked to be done.

use earnest_base::{Count, HttpUrl, Network, PaymentId, Seconds, Text, TransactionId};
use earnest_payment::FailedReason;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Attempt, Fee, Nonce, Purpose, Sender, Sequence, Submission, Wallet};

/// What a relay is told.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "is", rename_all = "kebab-case", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Command {
    /// Settle this payment.
    Submit(Submission),
    /// Do the next thing that is due, if there is one. One step, so that a relay with much to do answers in between.
    Advance,
    /// The relay's process has started: what was recorded as about to be sent may have been sent.
    Restart,
    /// An attempt was signed, and this is its transaction id.
    Signed {
        /// What it is for.
        purpose: Purpose,
        /// Which attempt.
        attempt: Attempt,
        /// Its id.
        txid: TransactionId,
    },
    /// This came of sending an attempt.
    Sent {
        /// What it is for.
        purpose: Purpose,
        /// Which attempt.
        attempt: Attempt,
        /// What came of it.
        outcome: Outcome,
    },
    /// This was seen of a payment that the rail took.
    Seen {
        /// The payment.
        payment_id: PaymentId,
        /// What was seen.
        finding: Finding,
    },
    /// A wallet joins, with the nonce that it uses next.
    AddWallet {
        /// The chain.
        network: Network,
        /// The wallet.
        wallet: Wallet,
        /// The first nonce that was never used.
        next: Nonce,
    },
    /// This was seen of a wallet.
    SeenWallet {
        /// The chain.
        network: Network,
        /// The wallet.
        wallet: Wallet,
        /// The first nonce that no final transaction has used.
        settled: Nonce,
        /// The first nonce that the node knows no transaction of.
        next: Nonce,
    },
    /// The rail says which place in a sender's order comes next.
    SeenSender {
        /// The rail.
        network: Network,
        /// The sender.
        sender: Sender,
        /// The place.
        next: Sequence,
    },
}

/// What came of sending an attempt.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "is", rename_all = "kebab-case", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Outcome {
    /// The rail took it, or had it already.
    Accepted,
    /// No answer came, or none that says whether the rail took it.
    Unclear,
    /// Another transaction, none of the relay's, holds the nonce.
    NonceOccupied {
        /// That transaction.
        by: TransactionId,
    },
    /// The wallet has as many unsettled transactions as the node lets it.
    ChainingLimit,
    /// The node asks for a higher fee.
    FeeTooLow {
        /// The least that it takes.
        required: Fee,
    },
    /// The wallet cannot pay the fee.
    WalletEmpty,
    /// The node asks to slow down.
    RateLimited {
        /// For how long.
        retry_after: Seconds,
    },
    /// The node could not be reached, so nothing was sent.
    Unavailable,
    /// The rail will never take it.
    Refused {
        /// Why: a reason that a payment which is being sent can fail for.
        reason: FailedReason,
        /// What the rail said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        detail: Option<Text>,
    },
}

/// What was seen of a payment on its rail.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "is", rename_all = "kebab-case", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Finding {
    /// The rail holds it, in no block.
    Pending,
    /// The node does not know it.
    Missing,
    /// The node dropped it.
    Dropped,
    /// It is in a block that is part of the chain.
    Included {
        /// Which attempt, or another's transaction that carried out this very authorisation.
        txid: TransactionId,
        /// The block; on the ledger, the number of the fact.
        block_height: Count<1>,
        /// How many blocks deep it is, itself counted.
        depth: u32,
        /// Whether it was carried out.
        success: bool,
        /// What the rail says of a failure.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        detail: Option<Text>,
        /// Where people can look at it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        explorer_url: Option<HttpUrl>,
    },
    /// Another transaction used the nonce of its authorisation, and did something else.
    Consumed {
        /// That transaction.
        by: TransactionId,
        /// How many blocks deep it is, itself counted.
        depth: u32,
    },
    /// The rail is final beyond the authorisation's end, and has not carried it out.
    Lapsed,
}
