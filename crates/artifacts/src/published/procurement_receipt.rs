//! The published `procurement-receipt.v1`, which holds text where ours has signatures: a signature's value, or the
//! reference to what decided without the signer.

use std::borrow::Cow;

use earnest_signing::{Cond, Error, Json, Object, Rule, Then, Value};

use super::{
    Form::{Flag, List, Moment, OneOf, Set, Text},
    Member, Published, steps,
};
use crate::kinds::procurement_receipt::ReleaseRef;

/// The published member, and our member for the reference.
const SIDES: &[(&str, &str)] = &[("payer/signature", "payer/release-ref"), ("payee/signature", "payee/release-ref")];
const ARBITERS: (&str, &str) = ("arbiter/signatures", "arbiter/release-ref");

pub(crate) const FORM: Published = Published {
    name: "procurement-receipt.v1",
    closed: false,
    members: &[
        Member::must("receipt/id", Text),
        Member::must("contract/id", Text),
        Member::must("question/id", Text),
        Member::must("created-at", Moment),
        Member::must("payer/participant-id", Text),
        Member::must("payee/participant-id", Text),
        Member::may("settled-at", Moment),
        Member::must("outcome", OneOf(&["settled", "rejected", "expired", "canceled"])),
        Member::must("confirmation/mode", OneOf(&["arbiter-confirmed", "self-confirmed", "manual-review-only"])),
        Member::may("answer/accepted", Flag),
        Member::may("payer/signature", Text),
        Member::may("payee/signature", Text),
        Member::may("arbiter/signatures", List(&Text, 1)),
        Member::may("settlement/rail", OneOf(&["external-invoice", "host-ledger", "manual-transfer", "none"])),
        Member::may("settlement/ref", Text),
        Member::may("settlement/hold-ref", Text),
        Member::may("settlement/transfer-refs", Set(&Text, 1)),
        Member::may("rejection/reason", Text),
    ],
    rules: &[
        Rule {
            code: "settled-incomplete",
            says: "what is settled was accepted, at a moment, and both sides stand for it",
            when: &[Cond::Is("outcome", Value::Text("settled"))],
            then: &[
                Then::Has(&["settled-at", "answer/accepted", "payer/signature", "payee/signature"]),
                Then::Is("answer/accepted", Value::Bool(true)),
            ],
        },
        Rule {
            code: "arbiter-confirmed-needs-arbiters",
            says: "where an arbiter confirms, arbiters sign",
            when: &[Cond::Is("confirmation/mode", Value::Text("arbiter-confirmed"))],
            then: &[Then::Has(&["arbiter/signatures"])],
        },
        Rule {
            code: "unsettled-needs-reason",
            says: "what is not settled has a reason",
            when: &[Cond::OneOf(
                "outcome",
                &[Value::Text("rejected"), Value::Text("expired"), Value::Text("canceled")],
            )],
            then: &[Then::Has(&["rejection/reason"])],
        },
        Rule {
            code: "host-ledger-incomplete",
            says: "a receipt of the ledger names its hold and its transfers",
            when: &[Cond::Is("settlement/rail", Value::Text("host-ledger"))],
            then: &[Then::Has(&["settlement/ref", "settlement/hold-ref", "settlement/transfer-refs"])],
        },
    ],
    renames: &[],
    to,
    from,
};

fn to(receipt: &mut Object<'static>) -> Result<(), Error> {
    for &(signature, reference) in SIDES {
        let signed = receipt.remove(signature).as_ref().and_then(value_of);
        let decided = receipt.remove(reference);
        if let Some(stands) = signed.or(decided) {
            receipt.insert(signature, stands);
        }
    }
    let (signatures, reference) = ARBITERS;
    let mut stand: Vec<Json<'static>> = match receipt.remove(signatures) {
        Some(Json::Array(items)) => items.iter().filter_map(value_of).collect(),
        _ => Vec::new(),
    };
    stand.extend(receipt.remove(reference));
    if !stand.is_empty() {
        receipt.insert(signatures, Json::Array(stand));
    }
    Ok(())
}

/// The text of a signature.
fn value_of(signature: &Json<'static>) -> Option<Json<'static>> {
    Some(Json::String(signature.as_object()?.get("value")?.as_str()?.to_owned().into()))
}

/// Signatures are dropped with their text, which our signatures do not cover; references are kept.
fn from(receipt: &mut Object<'static>) -> Result<(), Error> {
    for &(signature, reference) in SIDES {
        if let Some(decided) = receipt.remove(signature).as_ref().and_then(reference_of) {
            receipt.insert(reference, decided);
        }
    }
    let (signatures, reference) = ARBITERS;
    if let Some(Json::Array(items)) = receipt.remove(signatures)
        && let [only] = items.as_slice()
        && let Some(decided) = reference_of(only)
    {
        receipt.insert(reference, decided);
    }
    steps::moments_in_utc(receipt, &["created-at", "settled-at"])
}

fn reference_of(text: &Json<'static>) -> Option<Json<'static>> {
    let reference = text.as_str()?.parse::<ReleaseRef>().ok()?;
    Some(Json::String(Cow::Owned(reference.to_string())))
}
