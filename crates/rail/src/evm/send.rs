//! Sending, and what a node's answer means. Nodes tell the same in words of their own, so the words are a table; what
//! stands in none of its rows is unclear, since a guess could send twice or give up what was sent.

use alloy_primitives::U256;
use earnest_base::Seconds;
use earnest_payment::FailedReason;
use earnest_relay::{Attempt, Fee, Outcome, Place};

use super::{
    EvmRail,
    node::{Node, NodeError},
    payment::Payment,
    transaction::SignedTransaction,
};
use crate::Job;

/// What a node says of a transaction that it does not take, or has already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    /// It has it.
    Known,
    /// The wallet's nonce is used.
    NonceLow,
    /// Another transaction holds the nonce.
    Replacement,
    /// The fee is too low.
    Underpriced,
    /// The wallet cannot pay for the gas.
    Funds,
    /// The wallet has as many transactions as the node takes of it, or earlier ones are missing.
    Chaining,
    /// The node has as many transactions as it takes.
    Full,
    /// The transaction would revert.
    Revert,
    /// The node would never take it, for a reason that is the relay's.
    Never,
}

/// The words of geth, erigon, nethermind, besu, reth, anvil and providers in front of them, in lower case. The first row
/// that a message holds is what it means.
const WORDS: &[(&str, Said)] = &[
    ("already known", Said::Known),
    ("alreadyknown", Said::Known),
    ("known transaction", Said::Known),
    ("already imported", Said::Known),
    ("already exists", Said::Known),
    ("already in mempool", Said::Known),
    ("replacement", Said::Replacement),
    ("could not replace", Said::Replacement),
    ("nonce too low", Said::NonceLow),
    ("nonce is too low", Said::NonceLow),
    ("oldnonce", Said::NonceLow),
    ("nonce too high", Said::Chaining),
    ("nonce is too high", Said::Chaining),
    ("nonce too far", Said::Chaining),
    ("noncegap", Said::Chaining),
    ("nonce gap", Said::Chaining),
    ("gapped", Said::Chaining),
    ("account limit", Said::Chaining),
    ("too many pending", Said::Chaining),
    ("too many transactions", Said::Chaining),
    ("in-flight transaction limit", Said::Chaining),
    ("exceeds the configured cap", Said::Never),
    ("insufficient funds", Said::Funds),
    ("insufficientfunds", Said::Funds),
    ("insufficient balance", Said::Funds),
    ("exceeds account balance", Said::Funds),
    ("less than block base fee", Said::Underpriced),
    ("underpriced", Said::Underpriced),
    ("fee too low", Said::Underpriced),
    ("feetoolow", Said::Underpriced),
    ("below configured minimum", Said::Underpriced),
    ("gas price too low", Said::Underpriced),
    ("tip too low", Said::Underpriced),
    ("pool is full", Said::Full),
    ("pool limit", Said::Full),
    ("too many requests", Said::Full),
    ("rate limit", Said::Full),
    ("intrinsic gas too low", Said::Never),
    ("exceeds block gas limit", Said::Never),
    ("gas limit too high", Said::Never),
    ("gas limit is too high", Said::Never),
    ("invalid chain id", Said::Never),
    ("invalid sender", Said::Never),
    ("type not supported", Said::Never),
    ("execution reverted", Said::Revert),
];

/// How long the relay rests where a node has as many transactions as it takes.
const REST: u64 = 10;

fn meaning(message: &str) -> Option<Said> {
    let lower = message.to_lowercase();
    WORDS.iter().find(|(words, _)| lower.contains(words)).map(|(_, said)| *said)
}

impl EvmRail {
    /// Sends a job to the nodes in their order, until one takes it, or says why not. Where one may have taken it, nothing
    /// that another says makes that undone.
    pub(super) async fn send_job(&self, job: &Job) -> Outcome {
        let transaction = match self.transaction(job) {
            Ok(transaction) => transaction,
            Err(unfit) => {
                tracing::error!(network = %self.terms.network, %unfit, "a job that was signed cannot be built again");
                return Outcome::Unclear;
            }
        };
        if job.txid.as_ref().is_some_and(|txid| *txid != transaction.txid) {
            // What was recorded may be on the chain; other bytes must not follow it.
            tracing::error!(network = %self.terms.network, "the terms changed: a job gives other bytes than it was signed as");
            return Outcome::Unclear;
        }
        let mut outcome = Outcome::Unavailable;
        for node in &self.nodes {
            match (self.send_to(node, job, &transaction).await, &outcome) {
                (Outcome::Accepted, _) => {
                    self.shown.add(&transaction.txid);
                    return Outcome::Accepted;
                }
                (Outcome::Unclear, _) => outcome = Outcome::Unclear,
                (Outcome::Unavailable, _) => {}
                (rate @ Outcome::RateLimited { .. }, Outcome::Unavailable) => outcome = rate,
                (_, Outcome::Unclear) => {}
                (Outcome::RateLimited { .. }, _) => {}
                (clear, _) => return clear,
            }
        }
        outcome
    }

    async fn send_to(&self, node: &Node, job: &Job, transaction: &SignedTransaction) -> Outcome {
        if node.is_of_the_chain().await.is_err() {
            return Outcome::Unavailable;
        }
        match node.send_raw(&transaction.bytes).await {
            Ok(hash) if super::txid(&hash) == transaction.txid => Outcome::Accepted,
            Ok(_) | Err(NodeError::Lost(_)) => Outcome::Unclear,
            Err(NodeError::Unreachable(_)) => Outcome::Unavailable,
            Err(NodeError::RateLimited(retry_after)) => Outcome::RateLimited { retry_after },
            Err(NodeError::Said { message, .. }) => self.said(node, job, transaction, &message).await,
        }
    }

    async fn said(&self, node: &Node, job: &Job, transaction: &SignedTransaction, message: &str) -> Outcome {
        let refused = |reason| Outcome::Refused { reason, detail: crate::txid::detail(message) };
        match meaning(message) {
            Some(Said::Known) => Outcome::Accepted,
            Some(Said::NonceLow) => self.nonce_low(node, job, transaction).await,
            Some(Said::Replacement) => self.replacement(node, job, transaction).await,
            Some(Said::Underpriced) => Outcome::FeeTooLow { required: self.least_fee(node, job).await },
            Some(Said::Funds) => Outcome::WalletEmpty,
            Some(Said::Chaining) => Outcome::ChainingLimit,
            Some(Said::Full) => Outcome::RateLimited { retry_after: rest() },
            Some(Said::Never) => refused(FailedReason::SponsorFailure),
            Some(Said::Revert) if self.is_unused(node, job).await => refused(FailedReason::InvalidTransaction),
            Some(Said::Revert) | None => {
                tracing::warn!(network = %self.terms.network, message, "a node's answer that is in no table");
                Outcome::Unclear
            }
        }
    }

    /// The wallet's nonce is used: by this very transaction, or by another.
    async fn nonce_low(&self, node: &Node, job: &Job, transaction: &SignedTransaction) -> Outcome {
        let Place::Slot { wallet, nonce } = &job.place else { return Outcome::Unclear };
        match node.receipt(&transaction.txid).await {
            Ok(Some(_)) => return Outcome::Accepted,
            Ok(None) => {}
            Err(_) => return Outcome::Unclear,
        }
        match node.user(wallet.as_str(), nonce.0).await {
            Ok(Some(hash)) if super::txid(&hash) == transaction.txid => Outcome::Accepted,
            Ok(Some(hash)) => Outcome::NonceOccupied { by: super::txid(&hash) },
            Ok(None) | Err(_) => Outcome::Unclear,
        }
    }

    /// Another transaction holds the nonce, in no block: a stranger's where it is the first attempt, else the relay's own,
    /// which a higher fee takes the place of.
    async fn replacement(&self, node: &Node, job: &Job, transaction: &SignedTransaction) -> Outcome {
        let Place::Slot { wallet, nonce } = &job.place else { return Outcome::Unclear };
        if job.attempt == Attempt(0)
            && let Some(hash) = node.holder(wallet.as_str(), nonce.0).await
        {
            let by = super::txid(&hash);
            return if by == transaction.txid { Outcome::Accepted } else { Outcome::NonceOccupied { by } };
        }
        Outcome::FeeTooLow { required: Fee(job.fee.0.saturating_add(job.fee.0.div_ceil(10))) }
    }

    /// The least fee that the next block takes, and more than was offered.
    async fn least_fee(&self, node: &Node, job: &Job) -> Fee {
        let base = node.head().await.ok().and_then(|head| head.base_fee).unwrap_or(U256::ZERO);
        let base: u64 = base.try_into().unwrap_or(u64::MAX);
        Fee(base.max(job.fee.0.saturating_add(1)))
    }

    /// Whether the authorisation is not used, for certain: then a revert is the payment's own fault. Where it is used, it
    /// may have been by the very transfer, and looking for it tells.
    async fn is_unused(&self, node: &Node, job: &Job) -> bool {
        let payment = job.payment.as_ref().and_then(|carried| Payment::of(&self.terms, self.chain_id, carried).ok());
        match payment {
            Some(payment) => node.is_used(payment.contract, payment.signed(), "latest").await.is_ok_and(|used| !used),
            None => false,
        }
    }
}

fn rest() -> Seconds {
    #[expect(clippy::expect_used, reason = "a literal within the bounds of the type")]
    Seconds::new(REST).expect("ten seconds")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_say_the_same_in_words_of_their_own() {
        for (message, expected) in [
            ("already known", Some(Said::Known)),
            ("ALREADY_EXISTS: already known", Some(Said::Known)),
            ("AlreadyKnown", Some(Said::Known)),
            ("Known transaction", Some(Said::Known)),
            ("transaction already imported", Some(Said::Known)),
            ("nonce too low: next nonce 5, tx nonce 4", Some(Said::NonceLow)),
            ("OldNonce, Current nonce: 5, nonce of rejected tx: 4", Some(Said::NonceLow)),
            ("replacement transaction underpriced", Some(Said::Replacement)),
            ("ReplacementNotAllowed", Some(Said::Replacement)),
            ("INTERNAL_ERROR: could not replace existing tx", Some(Said::Replacement)),
            ("transaction underpriced: tip needed 1, tip permitted 0", Some(Said::Underpriced)),
            (
                "max fee per gas less than block base fee: address 0x1, maxFeePerGas: 1, baseFee: 7",
                Some(Said::Underpriced),
            ),
            ("FeeTooLow, MaxFeePerGas too low", Some(Said::Underpriced)),
            ("Gas price below configured minimum gas price", Some(Said::Underpriced)),
            ("insufficient funds for gas * price + value: have 0 want 1", Some(Said::Funds)),
            ("Upfront cost exceeds account balance", Some(Said::Funds)),
            ("NonceGap, Future nonce. Expected nonce: 5", Some(Said::Chaining)),
            ("nonce too high", Some(Said::Chaining)),
            ("in-flight transaction limit reached for delegated accounts", Some(Said::Chaining)),
            ("txpool is full", Some(Said::Full)),
            ("tx fee (2.00 ether) exceeds the configured cap (1.00 ether)", Some(Said::Never)),
            ("intrinsic gas too low: gas 0, minimum needed 21000", Some(Said::Never)),
            ("exceeds block gas limit", Some(Said::Never)),
            ("execution reverted: nonce used", Some(Said::Revert)),
            ("internal error", None),
            ("", None),
        ] {
            assert_eq!(meaning(message), expected, "{message}");
        }
    }
}
