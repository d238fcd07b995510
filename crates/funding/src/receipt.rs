//! The receipts that crossings come to. Each id follows from what it is for, so that nothing has two.

use std::fmt::Write as _;

use earnest_artifacts::{GatewayPolicy, GatewayReceipt, gateway_receipt::Direction};
use earnest_base::{
    AccountId, Currency, GatewayReceiptId, InvalidError, Name, NodeId, NonNegativeDecimal, Orc, OrcUnit, Ratio, Text,
    Timestamp,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{PayoutId, Quote};

/// What a receipt is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub enum Of {
    /// A payment that came in; its id is the receipt's.
    Payment,
    /// The debit of a payout.
    Debit(PayoutId),
    /// The money of a payout that failed, given back.
    Return(PayoutId),
}

/// The id of the payment that this gateway's provider calls by this reference, and of the receipt that it may come to.
///
/// # Errors
/// Never for a name that was parsed.
pub fn payment_id(gateway: &NodeId, provider: &Name, reference: &Name) -> Result<GatewayReceiptId, InvalidError> {
    let mut hash = Sha256::new();
    // Names hold no white space, so the parts cannot run into each other.
    hash.update(format!("{gateway} {provider} {reference}"));
    let mut id = "gw:in:".to_owned();
    for byte in hash.finalize().iter().take(16) {
        // Writing to a string does not fail.
        let _ = write!(id, "{byte:02x}");
    }
    id.parse()
}

/// Who makes a receipt, and under which terms.
pub(crate) struct Maker<'a> {
    pub(crate) node: NodeId,
    pub(crate) policy: &'a GatewayPolicy,
    pub(crate) now: Timestamp,
}

impl Maker<'_> {
    /// The receipt of money that came in.
    pub(crate) fn inbound(
        &self,
        id: &GatewayReceiptId,
        account: &AccountId,
        (provider, reference): (&Name, &Name),
        currency: &Currency,
        quote: &Quote,
    ) -> GatewayReceipt {
        self.receipt(id.clone(), Direction::Inbound, account, (provider, reference), currency, quote)
    }

    /// The receipt that debits the account of a payout.
    pub(crate) fn debit(
        &self,
        payout: &PayoutId,
        account: &AccountId,
        (provider, reference): (&Name, &Name),
        currency: &Currency,
        quote: &Quote,
    ) -> Result<GatewayReceipt, InvalidError> {
        let id = format!("gw:out:{}", payout.own()).parse()?;
        Ok(self.receipt(id, Direction::Outbound, account, (provider, reference), currency, quote))
    }

    fn receipt(
        &self,
        id: GatewayReceiptId,
        direction: Direction,
        account: &AccountId,
        (provider, reference): (&Name, &Name),
        currency: &Currency,
        quote: &Quote,
    ) -> GatewayReceipt {
        GatewayReceipt {
            id,
            gateway_node: self.node,
            direction,
            external_amount: quote.external,
            external_currency: currency.clone(),
            internal_amount: quote.net,
            internal_currency: OrcUnit::Orc,
            account: account.clone(),
            ts: self.now,
            payment_ref: reference.clone(),
            gateway_policy: self.policy.id.clone(),
            fee_external: Some(quote.fee_external),
            fee_rate: Some(quote.fee_rate),
            fee_account: Some(self.policy.ingress_fee_account.clone()),
            net_external: Some(quote.net_external),
            rate: Some(quote.rate),
            internal_fee: Some(quote.fee),
            provider: Some(provider.clone()),
            exchange_policy: None,
            notes: None,
        }
    }
}

/// The receipt that gives back what a debit took out of the ledger. It names the debit as the payment that it is for. The
/// fee stays where it went: money that never left can be given back, but what an account was credited is its owner's.
pub(crate) fn return_of(
    payout: &PayoutId,
    debit: &GatewayReceipt,
    now: Timestamp,
) -> Result<GatewayReceipt, InvalidError> {
    let nothing = earnest_base::Decimal::ZERO;
    let notes: Text = format!("Gives back {}, which failed outside.", debit.id).parse()?;
    Ok(GatewayReceipt {
        id: format!("gw:back:{}", payout.own()).parse()?,
        direction: Direction::Inbound,
        external_amount: debit.net_external.unwrap_or(debit.external_amount),
        net_external: debit.net_external,
        ts: now,
        payment_ref: debit.id.as_str().parse()?,
        fee_external: Some(NonNegativeDecimal::new(nothing)?),
        fee_rate: Some(Ratio::new(nothing)?),
        internal_fee: Some(Orc::ZERO),
        notes: Some(notes),
        ..debit.clone()
    })
}
