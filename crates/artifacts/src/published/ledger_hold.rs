//! The published `ledger-hold.v1`, which has a status `expired` that ours writes as `refunded` (decision E6).

use earnest_signing::{Cond, Error, Json, Object, Rule, Then, Value};

use super::{
    Form::{AnyText, Int, Moment, OneOf, Pattern, Text},
    Member, Published, steps,
};

const MOMENTS: &[&str] = &["created-at", "work-by", "accept-by", "dispute-by", "auto-release-after", "resolved-at"];

pub(crate) const FORM: Published = Published {
    name: "ledger-hold.v1",
    closed: false,
    members: &[
        Member::must("hold/id", Text),
        Member::must("contract/id", Text),
        Member::may("question/id", Text),
        Member::must("payer/account-id", Text),
        Member::must("payee/account-id", Text),
        Member::must("escrow/node-id", Text),
        Member::may("escrow-policy/ref", Pattern("^escrow-policy:[a-z0-9][a-z0-9:-]*$")),
        Member::must("amount", Int(1)),
        Member::must("unit", OneOf(&["ORC"])),
        Member::must("status", OneOf(&["active", "disputed", "released", "partially-released", "refunded", "expired"])),
        Member::must("created-at", Moment),
        Member::must("work-by", Moment),
        Member::must("accept-by", Moment),
        Member::must("dispute-by", Moment),
        Member::must("auto-release-after", Moment),
        Member::may("resolved-at", Moment),
        Member::may("released/amount", Int(0)),
        Member::may("refunded/amount", Int(0)),
        Member::may("dispute/case-ref", Text),
        Member::may("notes", AnyText),
    ],
    rules: &[
        Rule {
            code: "disputed-needs-case",
            says: "a disputed hold names the dispute",
            when: &[Cond::Is("status", Value::Text("disputed"))],
            then: &[Then::Has(&["dispute/case-ref"])],
        },
        Rule {
            code: "ended-needs-moment",
            says: "a hold that has ended says when",
            when: &[Cond::OneOf(
                "status",
                &[
                    Value::Text("released"),
                    Value::Text("partially-released"),
                    Value::Text("refunded"),
                    Value::Text("expired"),
                ],
            )],
            then: &[Then::Has(&["resolved-at"])],
        },
        Rule {
            code: "released-needs-amount",
            says: "a released hold says how much was released",
            when: &[Cond::OneOf("status", &[Value::Text("released"), Value::Text("partially-released")])],
            then: &[Then::Has(&["released/amount"])],
        },
        Rule {
            code: "refunded-needs-amount",
            says: "a refunded hold says how much was refunded",
            when: &[Cond::Is("status", Value::Text("refunded"))],
            then: &[Then::Has(&["refunded/amount"])],
        },
        Rule {
            code: "policy-missing",
            says: "a hold names the escrow's terms",
            when: &[Cond::Has("escrow/node-id")],
            then: &[Then::Has(&["escrow-policy/ref"])],
        },
    ],
    renames: &[],
    to: super::form::as_it_is,
    from,
};

/// An expired hold went back to the payer: it is read as refunded in full, with a note where it has none. Where its
/// amounts say otherwise, our checks refuse it.
fn from(hold: &mut Object<'static>) -> Result<(), Error> {
    if hold.get("status").and_then(Json::as_str) == Some("expired") {
        hold.insert("status", Json::String("refunded".into()));
        let released = hold.get("released/amount").is_some();
        if let Some(amount) = hold.get("amount").cloned()
            && hold.get("refunded/amount").is_none()
            && !released
        {
            hold.insert("refunded/amount", amount);
        }
        if hold.get("notes").is_none() {
            hold.insert("notes", Json::String("expired".into()));
        }
    }
    steps::moments_in_utc(hold, MOMENTS)
}
