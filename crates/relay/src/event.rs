//! What happened to a relay: all that it stores is what these events say, applied one after the other.

use earnest_base::{Network, PaymentId, Timestamp, TransactionId};
use earnest_payment::Setback;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Attempt, Fee, Nonce, Place, Purpose, Sender, Sequence, Sight, Submission, Wallet};

/// What happened. Events of one decision belong together: they are stored all or none.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "is", rename_all = "kebab-case", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Event {
    /// A payment got its identity.
    Received {
        /// What was submitted.
        submission: Submission,
        /// When.
        at: Timestamp,
        /// By when it is queued, or fails.
        deadline: Timestamp,
    },
    /// A payment went from state to state.
    Payment(earnest_payment::Event),
    /// A payment that is to be sent got its place and fee. Nothing has been sent there.
    Reserved {
        /// The payment.
        payment_id: PaymentId,
        /// Its place.
        place: Place,
        /// The fee of its first attempt.
        fee: Fee,
    },
    /// A gap in a wallet's nonces is to be filled.
    FillReserved {
        /// The chain.
        network: Network,
        /// The wallet.
        wallet: Wallet,
        /// The gap.
        nonce: Nonce,
        /// The fee of the first attempt.
        fee: Fee,
    },
    /// A further attempt is made in the same place, with a higher fee.
    Raised {
        /// What it is for.
        purpose: Purpose,
        /// The fee.
        fee: Fee,
    },
    /// An attempt is signed: from here on it may have been sent, and is only ever sent as it is.
    Signed {
        /// What it is for.
        purpose: Purpose,
        /// Which attempt.
        attempt: Attempt,
        /// Its transaction id.
        txid: TransactionId,
        /// When.
        at: Timestamp,
    },
    /// The rail took an attempt.
    Taken {
        /// What it is for.
        purpose: Purpose,
        /// Which attempt.
        attempt: Attempt,
    },
    /// An attempt was sent, or may have been, and it is not known that the rail took it.
    Unclear {
        /// What it is for.
        purpose: Purpose,
        /// Which attempt.
        attempt: Attempt,
        /// When it is sent again, as it is.
        again_at: Timestamp,
    },
    /// An attempt is to be sent again, as it is.
    SendAgain {
        /// What it is for.
        purpose: Purpose,
        /// Which attempt.
        attempt: Attempt,
    },
    /// Something new was seen of a payment's transaction.
    Noted {
        /// The payment.
        payment_id: PaymentId,
        /// Where it was seen.
        sight: Sight,
    },
    /// A payment's place is its own no longer, since the payment has ended or went back to the queue.
    Vacated {
        /// The payment.
        payment_id: PaymentId,
        /// What becomes of the place.
        leaves: Leaves,
        /// When.
        at: Timestamp,
    },
    /// A filled gap is settled.
    FillSettled {
        /// The chain.
        network: Network,
        /// The wallet.
        wallet: Wallet,
        /// The nonce.
        nonce: Nonce,
    },
    /// A wallet joined.
    WalletAdded {
        /// The chain.
        network: Network,
        /// The wallet.
        wallet: Wallet,
        /// The first nonce that was never used.
        next: Nonce,
    },
    /// More of a wallet's nonces are settled, or used by others.
    WalletMoved {
        /// The chain.
        network: Network,
        /// The wallet.
        wallet: Wallet,
        /// The first nonce that no final transaction has used.
        settled: Nonce,
        /// The first nonce that the relay may give.
        next: Nonce,
    },
    /// A wallet rests.
    WalletPaused {
        /// The chain.
        network: Network,
        /// The wallet.
        wallet: Wallet,
        /// Why.
        why: Setback,
        /// Until when.
        until: Timestamp,
    },
    /// A wallet goes on.
    WalletResumed {
        /// The chain.
        network: Network,
        /// The wallet.
        wallet: Wallet,
    },
    /// A rail rests.
    RailPaused {
        /// The rail.
        network: Network,
        /// Why.
        why: Setback,
        /// Until when.
        until: Timestamp,
    },
    /// A rail goes on.
    RailResumed {
        /// The rail.
        network: Network,
    },
    /// A sender's order goes on at this place.
    SenderMoved {
        /// The rail.
        network: Network,
        /// The sender.
        sender: Sender,
        /// The place.
        next: Sequence,
    },
    /// A sender waits for the wallet that carries its earlier payments.
    SenderParked {
        /// The rail.
        network: Network,
        /// The sender.
        sender: Sender,
    },
    /// A payment that was given back rests before its next attempt.
    Rests {
        /// The payment.
        payment_id: PaymentId,
        /// Until when.
        until: Timestamp,
    },
    /// A payment has rested, and waits for its turn.
    Rested {
        /// The payment.
        payment_id: PaymentId,
    },
    /// The record of an ended payment is over; its tombstone stays.
    Retired {
        /// The payment.
        payment_id: PaymentId,
    },
}

/// What becomes of the place that a payment leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Leaves {
    /// It is free: nothing was sent there that a node took.
    Free,
    /// The chain has used its nonce.
    Used,
    /// A transaction of the payment may still be there: the relay fills the place with nothing, over it.
    Blocked,
}
