//! Looking for a payment: what stands in the chain, and who put it there (threats X02, X21).

use earnest_base::{HttpUrl, TransactionId};
use earnest_relay::Finding;

use super::{
    EvmRail,
    node::{Node, NodeError},
    payment::Payment,
    token,
    wire::{Block, Log, Receipt, quantity},
};
use crate::Sought;

/// A transaction that is in a block of the chain.
#[derive(Debug)]
struct Mined {
    txid: TransactionId,
    receipt: Receipt,
    block: u64,
    depth: u32,
}

/// How an authorisation came to its end, without a transaction of the relay's.
#[derive(Debug)]
enum End {
    /// This transaction carried it out.
    Paid(Mined),
    /// This one used it up, or cancelled it.
    Spent(Mined),
    /// It did not come to its end.
    Open,
}

impl EvmRail {
    /// In the order of what ends a payment: carried out by the relay; ended by anybody else; failed; over. Then what is
    /// known of it.
    pub(super) async fn look_on(&self, node: &Node, sought: &Sought) -> Result<Finding, NodeError> {
        let unread = |error| NodeError::Lost(format!("expected a payment of EIP-3009: {error}"));
        let payment = Payment::read(&sought.payment).map_err(unread)?;
        let head = node.head().await?;
        let mut failed = None;
        for txid in sought.txids.iter().rev() {
            let Some(mined) = mined(node, txid, &head).await? else { continue };
            self.shown.add(txid);
            if is_carried_out(&mined.receipt, &payment) {
                return Ok(self.included(&mined, true, None));
            }
            failed = Some(mined);
        }
        match self.end_of(node, &payment, &sought.txids, &head).await? {
            End::Paid(mined) => return Ok(self.included(&mined, true, None)),
            End::Spent(mined) => return Ok(Finding::Consumed { by: mined.txid, depth: mined.depth }),
            End::Open => {}
        }
        if let Some(mined) = failed {
            let why = if mined.receipt.status.is_some_and(|status| status.to::<u64>() == 1) {
                "the transaction went through without the token's Transfer event of this payment"
            } else {
                "the transaction reverted"
            };
            return Ok(self.included(&mined, false, Some(why)));
        }
        if self.has_lapsed(node, &payment, &head).await? {
            return Ok(Finding::Lapsed);
        }
        self.without_block(node, sought).await
    }

    /// What is known of a payment that is in no block.
    async fn without_block(&self, node: &Node, sought: &Sought) -> Result<Finding, NodeError> {
        for txid in sought.txids.iter().rev() {
            if node.transaction(txid).await?.is_some() {
                self.shown.add(txid);
                return Ok(Finding::Pending);
            }
        }
        Ok(if self.shown.any(&sought.txids) { Finding::Dropped } else { Finding::Missing })
    }

    /// Who ended an authorisation, if anybody did. The token knows whether; its events tell who.
    async fn end_of(
        &self,
        node: &Node,
        payment: &Payment,
        own: &[TransactionId],
        head: &Block,
    ) -> Result<End, NodeError> {
        let (contract, signed) = (payment.contract, payment.signed());
        if !node.is_used(contract, signed, &quantity(head.number)).await? {
            return Ok(End::Open);
        }
        let earliest = head.number.saturating_sub(self.terms.log_blocks);
        let mut to = head.number;
        loop {
            let from = to.saturating_sub(self.terms.log_range - 1).max(earliest);
            for log in node.ends(contract, signed, from, to).await? {
                let Some(hash) = log.transaction_hash.filter(|_| !log.removed) else { continue };
                let txid = super::txid(&hash);
                let Some(mined) = mined(node, &txid, head).await? else { continue };
                if own.contains(&txid) {
                    // The relay's own, which was looked at: the token used the nonce up and paid nobody.
                    return Ok(End::Open);
                }
                let paid = self.is_paid_by_another(node, &mined, payment).await?;
                return Ok(if paid { End::Paid(mined) } else { End::Spent(mined) });
            }
            if from <= earliest {
                break;
            }
            to = from - 1;
        }
        let blocks = self.terms.log_blocks;
        Err(NodeError::Lost(format!("the nonce is used, and by no transaction of the last {blocks} blocks")))
    }

    /// Whether somebody else's transaction carried out this very authorisation: it is the call itself, or the token tells
    /// the transfer right after it tells the use. A transfer elsewhere in it may be another payment's.
    async fn is_paid_by_another(&self, node: &Node, mined: &Mined, payment: &Payment) -> Result<bool, NodeError> {
        if !is_carried_out(&mined.receipt, payment) {
            return Ok(false);
        }
        let (contract, signed) = (payment.contract, payment.signed());
        let follows = |pair: &[Log]| {
            matches!(pair, [used, moved]
                if token::is_used(used, contract, signed) && token::is_transfer(moved, contract, signed))
        };
        if mined.receipt.logs.windows(2).any(follows) {
            return Ok(true);
        }
        let transaction = node.transaction(&mined.txid).await?;
        Ok(transaction.is_some_and(|transaction| {
            transaction.to == Some(token::address(contract)) && token::carries_out(&transaction.input, signed)
        }))
    }

    /// Whether no block can carry it out any more: the last final one is beyond its end and knows no use of it.
    async fn has_lapsed(&self, node: &Node, payment: &Payment, head: &Block) -> Result<bool, NodeError> {
        let last_final = self.last_final(head.number);
        let Some(block) = node.block(last_final).await? else { return Ok(false) };
        if block.timestamp < payment.ends_at() {
            return Ok(false);
        }
        let used = node.is_used(payment.contract, payment.signed(), &quantity(last_final)).await?;
        Ok(!used)
    }

    fn included(&self, mined: &Mined, success: bool, detail: Option<&str>) -> Finding {
        let explorer_url: Option<HttpUrl> =
            self.terms.explorer.as_ref().and_then(|base| format!("{base}{}", mined.txid).parse().ok());
        Finding::Included {
            txid: mined.txid.clone(),
            block_height: crate::txid::height(mined.block),
            depth: mined.depth,
            success,
            detail: detail.and_then(crate::txid::detail),
            explorer_url,
        }
    }
}

/// Whether a transaction went through and the token told the transfer of this payment.
fn is_carried_out(receipt: &Receipt, payment: &Payment) -> bool {
    let (contract, signed) = (payment.contract, payment.signed());
    receipt.status.is_some_and(|status| status.to::<u64>() == 1)
        && receipt.logs.iter().any(|log| token::is_transfer(log, contract, signed))
}

/// A transaction's receipt, where its block is part of the chain.
async fn mined(node: &Node, txid: &TransactionId, head: &Block) -> Result<Option<Mined>, NodeError> {
    let Some(receipt) = node.receipt(txid).await? else { return Ok(None) };
    let (Some(number), Some(hash)) = (receipt.block_number, receipt.block_hash) else { return Ok(None) };
    let number = number.to::<u64>();
    let stands = if number == head.number {
        head.hash == hash
    } else {
        node.block(number).await?.is_some_and(|block| block.hash == hash)
    };
    if !stands || number > head.number || super::txid(&receipt.transaction_hash) != *txid {
        return Ok(None);
    }
    let depth = u32::try_from(head.number - number + 1).unwrap_or(u32::MAX);
    Ok(Some(Mined { txid: txid.clone(), receipt, block: number, depth }))
}
