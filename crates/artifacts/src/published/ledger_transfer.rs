//! The published `ledger-transfer.v1`, which knows no `payment`: it is projected as an `adjustment` (decision E5).

use earnest_signing::{Cond, Error, Json, Object, Rule, Then, Value};

use super::{
    Form::{AnyText, Int, Moment, OneOf, Text},
    Member, Published, steps,
};

pub(crate) const FORM: Published = Published {
    name: "ledger-transfer.v1",
    closed: false,
    members: &[
        Member::must("transfer/id", Text),
        Member::must(
            "kind",
            OneOf(&[
                "top-up-credit",
                "escrow-hold",
                "release",
                "partial-release",
                "refund",
                "payout-debit",
                "adjustment",
            ]),
        ),
        Member::must("from/account-id", Text),
        Member::must("to/account-id", Text),
        Member::must("amount", Int(1)),
        Member::must("unit", OneOf(&["ORC"])),
        Member::must("created-at", Moment),
        Member::may("hold/id", Text),
        Member::may("contract/id", Text),
        Member::may("gateway-receipt/id", Text),
        Member::may("notes", AnyText),
    ],
    rules: &[
        Rule {
            code: "hold-kinds-need-hold",
            says: "what moves through a hold names the hold and the contract",
            when: &[Cond::OneOf(
                "kind",
                &[
                    Value::Text("escrow-hold"),
                    Value::Text("release"),
                    Value::Text("partial-release"),
                    Value::Text("refund"),
                ],
            )],
            then: &[Then::Has(&["hold/id", "contract/id"])],
        },
        Rule {
            code: "gateway-kinds-need-receipt",
            says: "what crosses the gateway names the gateway's receipt",
            when: &[Cond::OneOf("kind", &[Value::Text("top-up-credit"), Value::Text("payout-debit")])],
            then: &[Then::Has(&["gateway-receipt/id"])],
        },
    ],
    renames: &[],
    to,
    from,
};

fn to(transfer: &mut Object<'static>) -> Result<(), Error> {
    if transfer.get("kind").and_then(Json::as_str) == Some("payment") {
        transfer.insert("kind", Json::String("adjustment".into()));
    }
    Ok(())
}

/// An adjustment that names an authorization is one of our payments.
fn from(transfer: &mut Object<'static>) -> Result<(), Error> {
    let adjustment = transfer.get("kind").and_then(Json::as_str) == Some("adjustment");
    if adjustment && transfer.get("payment-authorization/digest").is_some() {
        transfer.insert("kind", Json::String("payment".into()));
    }
    steps::moments_in_utc(transfer, &["created-at"])
}
