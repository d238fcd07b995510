//! What routes answer with.

use aide::{OperationOutput, generate::GenContext, openapi::Operation};
use axum::{
    Json,
    response::{IntoResponse, Response},
};
use earnest_base::{AccountId, Currency, GatewayReceiptId, Name, Orc, PositiveDecimal, Timestamp};
use earnest_funding::{Case, Crossings, Payment, Payout, PayoutId, PayoutStanding, Quote, Standing, TopUp, TopUpId};
use http::header;
use schemars::JsonSchema;
use serde::Serialize;
use serde_with::skip_serializing_none;

/// A signed document, as its text.
pub(crate) struct SignedDocument(pub(crate) String);

impl IntoResponse for SignedDocument {
    fn into_response(self) -> Response {
        ([(header::CONTENT_TYPE, "application/json")], self.0).into_response()
    }
}

impl OperationOutput for SignedDocument {
    type Inner = serde_json::Value;

    fn operation_response(context: &mut GenContext, operation: &mut Operation) -> Option<aide::openapi::Response> {
        Json::<serde_json::Value>::operation_response(context, operation)
    }

    fn inferred_responses(
        context: &mut GenContext,
        operation: &mut Operation,
    ) -> Vec<(Option<aide::openapi::StatusCode>, aide::openapi::Response)> {
        Json::<serde_json::Value>::inferred_responses(context, operation)
    }
}

/// A top-up, and what came for it.
#[skip_serializing_none]
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct TopUpNow {
    /// The top-up.
    id: TopUpId,
    /// What the payment outside has to carry as its reference.
    reference: TopUpId,
    /// The account that is credited.
    account: AccountId,
    /// Through whom.
    provider: Name,
    /// How much was announced.
    amount: Option<PositiveDecimal>,
    /// In what.
    currency: Currency,
    /// When it was announced.
    at: Timestamp,
    /// What the amount is at the terms in force now: the fee before it is paid.
    quote: Option<Quote>,
    /// The payments that came.
    payments: Vec<PaymentNow>,
}

/// A payment that came for a top-up.
#[skip_serializing_none]
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct PaymentNow {
    /// The id of its receipt.
    receipt: GatewayReceiptId,
    /// Where it stands.
    state: &'static str,
    /// Why it is held.
    why: Option<String>,
    /// What is credited, in minor units.
    credited: Option<Orc>,
    /// The fee, in minor units.
    fee: Option<Orc>,
    /// The number of the ledger's fact.
    seq: Option<u64>,
}

impl TopUpNow {
    pub(crate) fn of(top_up: &TopUp, crossings: &Crossings) -> Self {
        let payments = top_up.payments.iter().filter_map(|id| crossings.payment(id));
        let quote = top_up.amount.zip(crossings.policy()).and_then(|(amount, policy)| {
            let inbound = earnest_artifacts::gateway_receipt::Direction::Inbound;
            Quote::of(policy, inbound, amount, &top_up.currency, false).ok()
        });
        Self {
            id: top_up.id.clone(),
            reference: top_up.id.clone(),
            account: top_up.account.clone(),
            provider: top_up.provider.clone(),
            amount: top_up.amount,
            currency: top_up.currency.clone(),
            at: top_up.at,
            quote,
            payments: payments.map(|payment| PaymentNow::of(payment, crossings)).collect(),
        }
    }
}

impl PaymentNow {
    fn of(payment: &Payment, crossings: &Crossings) -> Self {
        let receipt = crossings.receipt(&payment.id).filter(|_| payment.standing.has_receipt());
        let (why, seq) = match &payment.standing {
            Standing::Held { why } => (Some(why.code().to_owned()), None),
            Standing::Credited { seq, .. } => (None, Some(*seq)),
            _ => (None, None),
        };
        Self {
            receipt: payment.id.clone(),
            state: payment.standing.word(),
            why,
            credited: receipt.map(|receipt| receipt.internal_amount),
            fee: receipt.map(earnest_artifacts::GatewayReceipt::fee),
            seq,
        }
    }
}

/// A payout, for who asked for it.
#[skip_serializing_none]
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct PayoutNow {
    /// The payout.
    id: PayoutId,
    /// The account that is debited.
    account: AccountId,
    /// Through whom.
    provider: Name,
    /// Where it goes.
    destination: Name,
    /// How much the account is debited, in units of the currency.
    amount: PositiveDecimal,
    /// How much arrives, in units of the currency.
    arrives: Option<PositiveDecimal>,
    /// In what.
    currency: Currency,
    /// What the account is debited in all, in minor units.
    debited: Option<Orc>,
    /// The fee in it, in minor units.
    fee: Orc,
    /// The receipt of the debit.
    receipt: GatewayReceiptId,
    /// Where it stands.
    state: PayoutStanding,
}

impl PayoutNow {
    pub(crate) fn of(payout: &Payout) -> Self {
        let request = payout.request.clone();
        Self {
            id: request.id,
            account: request.account,
            provider: request.provider,
            destination: request.destination,
            amount: request.amount,
            arrives: payout.debit.net_external,
            currency: request.currency,
            debited: payout.debit.total().ok(),
            fee: payout.debit.fee(),
            receipt: payout.debit.id.clone(),
            state: payout.standing.clone(),
        }
    }
}

/// A page of payments, for operators.
#[skip_serializing_none]
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ReceivedPage {
    /// The payments, by their ids.
    pub(crate) payments: Vec<Payment>,
    /// What to pass as `after` for the next page; none where this is the last one.
    pub(crate) next: Option<GatewayReceiptId>,
}

/// A page of payouts, for operators.
#[skip_serializing_none]
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct PayoutsPage {
    /// The payouts, by their ids.
    pub(crate) payouts: Vec<PayoutNow>,
    /// What to pass as `after` for the next page; none where this is the last one.
    pub(crate) next: Option<PayoutId>,
}

/// A page of open cases, for operators.
#[skip_serializing_none]
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct CasesPage {
    /// The cases, by their ids.
    pub(crate) cases: Vec<Case>,
    /// What to pass as `after` for the next page; none where this is the last one.
    pub(crate) next: Option<earnest_funding::CaseId>,
}

/// What became of a message or of a file.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct TakenNow {
    /// How many lines or messages were taken, those that were taken before included.
    pub(crate) taken: usize,
}
