//! The published `service-order.v1`: the same names as ours.

use earnest_signing::{Cond, Error, Object, Rule, Then, Value};

use super::{
    Form::{Int, List, Moment, Object as AnyObject, OneOf, Pattern, Text, TextOf},
    Member, Published, form, steps,
};

pub(crate) const FORM: Published = Published {
    name: "service-order.v1",
    closed: false,
    members: &[
        Member::must("order/id", Pattern("^order:[A-Za-z0-9][A-Za-z0-9:-]*$")),
        Member::must("created-at", Moment),
        Member::must("buyer/node-id", Text),
        Member::must("buyer/subject-kind", OneOf(&["participant", "org"])),
        Member::must("buyer/subject-id", Text),
        Member::may("buyer/operator-participant-id", Text),
        Member::must("provider/node-id", Text),
        Member::must("provider/participant-id", Text),
        Member::must("offer/id", Pattern("^offer:[A-Za-z0-9][A-Za-z0-9:-]*$")),
        Member::must("offer/seq", Int(0)),
        Member::must("service/type", Text),
        Member::must("request/units", Int(1)),
        Member::must("request/input", AnyObject),
        Member::may("request/output-constraints", AnyObject),
        Member::must("pricing/max-amount", Int(0)),
        Member::must("pricing/currency", TextOf(2, 16)),
        Member::may("delivery/requested-by", Moment),
        Member::may("workflow/run-id", Text),
        Member::may("workflow/phase-id", Text),
        Member::may("lineage/upstream-refs", List(&Text, 0)),
        Member::must("signature", steps::SIGNATURE),
    ],
    rules: &[Rule {
        code: "org-needs-operator",
        says: "for an organisation its custodian orders",
        when: &[Cond::Is("buyer/subject-kind", Value::Text("org"))],
        then: &[Then::Has(&["buyer/operator-participant-id"])],
    }],
    renames: &[],
    to: form::as_it_is,
    from,
};

fn from(order: &mut Object<'static>) -> Result<(), Error> {
    steps::moments_in_utc(order, &["created-at", "delivery/requested-by"])
}
