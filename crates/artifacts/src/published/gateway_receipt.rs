//! The published `gateway-receipt.v1`.

use earnest_signing::{Cond, Error, Object, Rule, Then, Value};

use super::{
    Form::{AnyText, Int, Moment, NumberAbove, NumberOf, OneOf, Pattern, Text, TextOf},
    Member, Published, steps,
};

pub(crate) const FORM: Published = Published {
    name: "gateway-receipt.v1",
    closed: false,
    members: &[
        Member::must("receipt/id", Text),
        Member::must("gateway/node-id", Text),
        Member::must("direction", OneOf(&["inbound", "outbound"])),
        Member::must("external/amount", NumberAbove(0.0, f64::MAX)),
        Member::must("external/currency", TextOf(2, 16)),
        Member::must("internal/amount", Int(1)),
        Member::must("internal/currency", OneOf(&["ORC"])),
        Member::must("account/id", Text),
        Member::must("ts", Moment),
        Member::must("external/payment-ref", Text),
        Member::must("gateway-policy/ref", Pattern("^gateway-policy:[a-z0-9][a-z0-9:-]*$")),
        Member::may("fee/external-amount", NumberOf(0.0, f64::MAX)),
        Member::may("fee/rate", NumberOf(0.0, 1.0)),
        Member::may("fee/destination-account-id", Text),
        Member::may("net/external-amount", NumberAbove(0.0, f64::MAX)),
        Member::may("rate/applied", NumberAbove(0.0, f64::MAX)),
        Member::may("internal/fee-amount", Int(0)),
        Member::may("external/provider", Text),
        Member::may("exchange-policy/ref", Text),
        Member::may("notes", AnyText),
        Member::must("signature", steps::SIGNATURE),
    ],
    rules: &[Rule {
        code: "inbound-incomplete",
        says: "money that comes in names its rate, its fee and where the fee goes",
        when: &[Cond::Is("direction", Value::Text("inbound"))],
        then: &[Then::Has(&[
            "fee/external-amount",
            "fee/rate",
            "fee/destination-account-id",
            "net/external-amount",
            "rate/applied",
            "internal/fee-amount",
        ])],
    }],
    renames: &[],
    to: super::form::as_it_is,
    from,
};

fn from(receipt: &mut Object<'static>) -> Result<(), Error> {
    steps::moments_in_utc(receipt, &["ts"])
}
