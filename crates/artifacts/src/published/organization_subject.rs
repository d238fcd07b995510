//! The published `organization-subject.v1`, which carries no signature.

use earnest_signing::{Cond, Error, Object, Rule, Then, Value};

use super::{
    Form::{Moment, OneOf, Pattern, Text},
    Member, Published, steps,
};

pub(crate) const FORM: Published = Published {
    name: "organization-subject.v1",
    closed: false,
    members: &[
        Member::must("org/id", Pattern("^org:did:key:z[1-9A-HJ-NP-Za-km-z]+$")),
        Member::must("created-at", Moment),
        Member::must("org/status", OneOf(&["active", "suspended", "retired"])),
        Member::may("org/display-name", Text),
        Member::may("org/legal-name", Text),
        Member::must("org/key/alg", OneOf(&["ed25519"])),
        Member::must("org/key/public", Pattern("^z[1-9A-HJ-NP-Za-km-z]+$")),
        Member::must("org/custodian-ref", Pattern("^participant:did:key:z[1-9A-HJ-NP-Za-km-z]+$")),
        Member::may("org/custody-mode", OneOf(&["single-custodian"])),
        Member::may("suspended-at", Moment),
        Member::may("retired-at", Moment),
    ],
    rules: &[
        Rule {
            code: "suspended-needs-moment",
            says: "a suspended organisation states since when",
            when: &[Cond::Is("org/status", Value::Text("suspended"))],
            then: &[Then::Has(&["suspended-at"])],
        },
        Rule {
            code: "retired-needs-moment",
            says: "a retired organisation states since when",
            when: &[Cond::Is("org/status", Value::Text("retired"))],
            then: &[Then::Has(&["retired-at"])],
        },
    ],
    renames: &[],
    to: super::form::as_it_is,
    from,
};

fn from(org: &mut Object<'static>) -> Result<(), Error> {
    steps::moments_in_utc(org, &["created-at", "suspended-at", "retired-at"])
}
