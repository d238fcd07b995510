//! The messages of a provider over HTTP: JSON, of which members that nobody knows here are passed over.

use earnest_base::{Name, PositiveDecimal, Sha256Digest};
use earnest_funding::{PayoutReport, PayoutTold, Report, Seen, Told};
use earnest_signing::{Json, Limits, Object, read as read_json};

use super::super::{CallbackError, Heard, Instruction, notice};

/// What a message says; nothing where it is about something else.
///
/// ```json
/// {"id": "evt_1", "type": "payment.confirmed", "at": "2026-04-01T05:59:00Z",
///  "payment": {"id": "pi_0001", "reference": "top-up:01JV-7", "amount": "500.00", "currency": "PLN"}}
/// ```
pub(super) fn read(provider: &Name, body: &[u8]) -> Result<Option<Heard>, CallbackError> {
    let json = read_json(body, Limits::DOCUMENT).map_err(|_| unreadable("a JSON object of at most 64 KiB"))?;
    let message = json.as_object().ok_or_else(|| unreadable("a JSON object"))?;
    heard(provider, message, Some(Sha256Digest::of(body)))
}

/// What an answer says: a list of messages, of which some may have come before.
pub(super) fn read_all(provider: &Name, body: &[u8]) -> Result<Vec<Heard>, CallbackError> {
    let json = read_json(body, Limits::DOCUMENT).map_err(|_| unreadable("JSON of at most 64 KiB"))?;
    let Json::Array(messages) = &json else { return Err(unreadable("a list of messages")) };
    let read = messages.iter().map(|message| {
        let message = message.as_object().ok_or_else(|| unreadable("a JSON object"))?;
        heard(provider, message, None)
    });
    read.filter_map(Result::transpose).collect()
}

/// What a message says. One that was sent counts once by its id and digest.
fn heard(provider: &Name, message: &Object<'_>, digest: Option<Sha256Digest>) -> Result<Option<Heard>, CallbackError> {
    let Some((about, what)) = member(message, "type")?.split_once('.') else { return Ok(None) };
    if !matches!(about, "payment" | "payout") {
        return Ok(None);
    }
    let event = name(message, "id")?;
    let seen = digest.map(|digest| Seen { event, digest });
    let at = notice::moment(member(message, "at")?).ok_or_else(|| unreadable("a moment as `at`"))?;
    let inner = message.get(about).and_then(Json::as_object);
    let inner = inner.ok_or_else(|| unreadable("an object of the name that the type begins with"))?;
    let provider = provider.clone();
    if about == "payout" {
        let payout = member(inner, "id")?.parse().map_err(|_| unreadable("a payout's id"))?;
        let Some(told) = payout_told(inner, what)? else { return Ok(None) };
        return Ok(Some(Heard::Payout(PayoutReport { provider, payout, at, told, seen })));
    }
    let Some(told) = payment_told(inner, what)? else { return Ok(None) };
    let names = inner.get("reference").and_then(notice::text).and_then(notice::named);
    let reference = name(inner, "id")?;
    Ok(Some(Heard::Payment(Report { provider, reference, names, at, told, seen })))
}

fn payment_told(payment: &Object<'_>, what: &str) -> Result<Option<Told>, CallbackError> {
    Ok(Some(match what {
        "pending" => Told::Pending,
        "confirmed" => {
            let currency = member(payment, "currency")?.parse();
            let currency = currency.map_err(|_| unreadable("a currency such as PLN"))?;
            Told::Confirmed { amount: amount(member(payment, "amount")?)?, currency }
        }
        "failed" => Told::Failed,
        "reversed" => {
            let given = payment.get("amount").and_then(notice::text);
            Told::Reversed { amount: given.map(amount).transpose()? }
        }
        _ => return Ok(None),
    }))
}

fn payout_told(payout: &Object<'_>, what: &str) -> Result<Option<PayoutTold>, CallbackError> {
    Ok(Some(match what {
        "paid" => PayoutTold::Paid,
        "failed" => {
            let code = notice::code(payout.get("code").and_then(notice::text), "failed");
            PayoutTold::Failed { code: code.ok_or_else(|| unreadable("a code"))? }
        }
        _ => return Ok(None),
    }))
}

/// What a provider is told of a payout.
pub(super) fn instruction(payout: &Instruction) -> Vec<u8> {
    // An amount travels as a text, so that no reader makes a float of it.
    let body = serde_json::json!({
        "id": payout.payout,
        "destination": payout.destination,
        "amount": payout.amount.to_string(),
        "currency": payout.currency,
    });
    body.to_string().into_bytes()
}

fn amount(text: &str) -> Result<PositiveDecimal, CallbackError> {
    text.parse().map_err(|_| unreadable("an amount above 0 of at most 15 digits"))
}

fn member<'a>(object: &'a Object<'_>, name: &str) -> Result<&'a str, CallbackError> {
    object.get(name).and_then(notice::text).ok_or_else(|| CallbackError::Unreadable(format!("the member `{name}`")))
}

fn name(object: &Object<'_>, member_name: &str) -> Result<Name, CallbackError> {
    member(object, member_name)?.parse().map_err(|_| unreadable("an id without white space"))
}

fn unreadable(expected: &str) -> CallbackError {
    CallbackError::Unreadable(expected.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(body: &str) -> Result<Option<Heard>, CallbackError> {
        read(&"psp".parse().unwrap(), body.as_bytes())
    }

    fn confirmed(amount: &str) -> String {
        let payment =
            format!(r#"{{"id": "pi_1", "amount": {amount}, "currency": "PLN", "card": {{"last4": "4242"}}}}"#);
        format!(
            r#"{{"id": "evt_1", "type": "payment.confirmed", "at": "2026-04-01T05:59:00Z", "live": true, "payment": {payment}}}"#
        )
    }

    #[test]
    fn amounts_are_read_exactly_from_texts_and_from_numbers() {
        for (amount, read) in [
            ("\"500.00\"", Some("500")),
            ("500.00", Some("500")),
            ("5e2", Some("500")),
            ("0.1", Some("0.1")),
            ("\"0.30000000000000004\"", None),
            ("0.30000000000000004", None),
            ("500.0000000000000000001", None),
            ("0", None),
            ("-1", None),
            ("\"1,00\"", None),
            ("null", None),
        ] {
            let found = read_text(&confirmed(amount)).ok().flatten().map(|heard| match heard {
                Heard::Payment(Report { told: Told::Confirmed { amount, .. }, .. }) => amount.to_string(),
                other => panic!("{other:?}"),
            });
            assert_eq!(found.as_deref(), read, "{amount}");
        }
    }

    #[test]
    fn what_is_about_something_else_is_passed_over_and_what_is_half_a_message_is_not() {
        let at = r#""at": "2026-04-01T05:59:00Z""#;
        for (body, verdict) in [
            (r#"{"type": "customer.created", "customer": {}}"#.to_owned(), Ok(())),
            (r#"{"type": "ping"}"#.to_owned(), Ok(())),
            (format!(r#"{{"id": "e", "type": "payment.blessed", {at}, "payment": {{"id": "p"}}}}"#), Ok(())),
            (format!(r#"{{"id": "e", "type": "payout.failed", {at}, "payout": {{"id": "payout:1"}}}}"#), Err(())),
            (r#"{"id": "e", "type": "payment.pending", "payment": {"id": "p"}}"#.to_owned(), Err(())),
            (format!(r#"{{"id": "e", "id": "f", "type": "ping", {at}}}"#), Err(())),
            ("[]".to_owned(), Err(())),
            ("{".to_owned(), Err(())),
        ] {
            let found = read_text(&body);
            let wanted = matches!((&found, verdict), (Ok(None), Ok(())) | (Err(_) | Ok(Some(_)), Err(())));
            assert!(wanted, "{body}: {found:?}");
        }
    }
}
