//! What is shown of a price, a purchase, and one that failed.

use base64::{Engine, engine::general_purpose::STANDARD};
use earnest_client::{
    budget::PurseError,
    paying::{Cause, Money, PayError, PaymentMade, Quote, ReceiptSeen, Reply},
};
use serde_json::{Value, json};

use super::DECIMALS;
use crate::{announce, answer::Answer, failure::Failure};

/// A price.
pub(super) fn quoted(quote: &Quote, json: bool) -> Answer {
    let price = quote.amount.shown(quote.decimals);
    if json {
        return Answer::json(&json!({ "price": {
            "amount": price,
            "atomic-units": quote.amount,
            "symbol": quote.symbol,
            "network": quote.unit.network,
            "asset": quote.unit.asset,
            "payee": quote.payee,
            "offered-by": quote.offered_by,
            "lasts-secs": quote.lasts_secs,
        } }));
    }
    let rows = [
        ("price", format!("{price} {}", quote.symbol)),
        ("payee", quote.payee.to_string()),
        ("network", quote.unit.network.to_string()),
        ("offered by", quote.offered_by.clone().unwrap_or_else(|| "nobody signed it".to_owned())),
    ];
    Answer::text(
        rows.iter().map(|(name, value)| format!("{name:10}  {}\n", crate::plain::text(value))).collect::<String>(),
    )
}

/// What was bought: its body on standard output, what was paid on standard error; or one object.
pub(super) fn bought(reply: &Reply, payment: Option<&PaymentMade>, json: bool) -> Result<Answer, Failure> {
    let exit = u8::from(reply.status >= 400);
    if json {
        let body = match std::str::from_utf8(&reply.body) {
            Ok(text) => ("body", text.to_owned()),
            Err(_) => ("body-base64", STANDARD.encode(&reply.body)),
        };
        let mut object = json!({ "status": reply.status, body.0: body.1 });
        if let Some(payment) = payment {
            object["payment"] = of_payment(payment);
        }
        return Ok(Answer { exit, ..Answer::json(&object) });
    }
    if reply.status >= 400 {
        announce(&format!("the seller answers with status {}\n", reply.status), false);
    }
    if let Some(payment) = payment {
        let receipt = match &payment.receipt {
            ReceiptSeen::Verified(_) => "with a receipt",
            ReceiptSeen::None => "without a receipt",
            ReceiptSeen::Invalid(_) => "with a receipt that does not hold",
        };
        let transaction = payment.transaction.as_deref().unwrap_or("not named");
        let paid = format!(
            "paid {} ORC to {} {receipt}, transaction {transaction}",
            payment.amount.shown(DECIMALS),
            payment.payee
        );
        announce(&format!("{}\n", crate::plain::text(&paid)), false);
    }
    Ok(Answer { exit, raw: Some(reply.body.to_vec()), ..Answer::default() })
}

fn of_payment(payment: &PaymentMade) -> Value {
    let receipt = match &payment.receipt {
        ReceiptSeen::Verified(_) => "verified".to_owned(),
        ReceiptSeen::None => "none".to_owned(),
        ReceiptSeen::Invalid(fault) => fault.to_string(),
    };
    json!({
        "call": payment.call.as_str(),
        "method": payment.method,
        "url": payment.url,
        "amount": payment.amount.shown(DECIMALS),
        "atomic-units": payment.amount,
        "network": payment.unit.network,
        "asset": payment.unit.asset,
        "payer": payment.payer,
        "payee": payment.payee,
        "transaction": payment.transaction,
        "settlement-told": payment.is_stated,
        "offered-by": payment.offered_by,
        "receipt": receipt,
    })
}

pub(super) fn of_purse(error: &PurseError) -> Failure {
    Failure::told(error.code(), error.to_string())
}

impl From<PayError> for Failure {
    fn from(error: PayError) -> Self {
        let (code, message) = (error.code(), error.to_string());
        let failure = match &error.cause {
            Cause::Purchase(_)
            | Cause::Address(_)
            | Cause::CircuitOpen { .. }
            | Cause::Unreachable(_)
            | Cause::Lost(_)
            | Cause::Relay(_) => Self::usage(code, message),
            _ => Self::told(code, format!("{code}: {message}")),
        };
        match &error.money {
            Money::Untouched => match code {
                "address-private" => failure.hint("nothing was paid; --allow-private calls private addresses too"),
                "price-above-maximum" => failure.hint("nothing was paid; raise --max if the price is right"),
                "offer-signer-changed" => failure.hint("nothing was paid; name who may sign: --seller DID"),
                _ => failure.hint("nothing was paid"),
            },
            Money::MayMove(stake) => failure.hint(format!(
                "{} ORC may be paid to {} until {}; the same command again sends the same payment and pays nothing twice \
                 (--call {})",
                stake.amount.shown(DECIMALS),
                stake.payee,
                stake.until,
                stake.call
            )),
            Money::Moved(stake) => failure.hint(format!(
                "{} ORC were paid to {}; the same command with --call {} asks for what was bought",
                stake.amount.shown(DECIMALS),
                stake.payee,
                stake.call
            )),
        }
    }
}
