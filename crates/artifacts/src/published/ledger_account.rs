//! The published `ledger-account.v1`.

use earnest_signing::{Cond, Error, Object, Rule, Then, Value};

use super::{
    Form::{Int, Moment, OneOf, Text},
    Member, Published, steps,
};

/// The owner's id begins as its kind says.
const fn owner(when: &'static [Cond], then: &'static [Then]) -> Rule {
    Rule { code: "owner-kind", says: "the owner's id is of the owner's kind", when, then }
}

pub(crate) const FORM: Published = Published {
    name: "ledger-account.v1",
    closed: false,
    members: &[
        Member::must("account/id", Text),
        Member::must(
            "account/purpose",
            OneOf(&["participant-settlement", "pod-user-settlement", "org-settlement", "community-pool"]),
        ),
        Member::must("owner/kind", OneOf(&["participant", "pod-user", "org"])),
        Member::must("owner/id", Text),
        Member::must("federation/id", Text),
        Member::must("unit", OneOf(&["ORC"])),
        Member::must("status", OneOf(&["active", "suspended", "closed"])),
        Member::may("available/balance", Int(0)),
        Member::may("held/balance", Int(0)),
        Member::must("created-at", Moment),
        Member::may("closed-at", Moment),
        Member::may("gateway/ref", Text),
        Member::may("disbursement/controller-kind", OneOf(&["owner", "council"])),
        Member::may("disbursement/controller-id", Text),
    ],
    rules: &[
        Rule {
            code: "community-pool",
            says: "a community pool belongs to an organisation and a council disburses it",
            when: &[Cond::Is("account/purpose", Value::Text("community-pool"))],
            then: &[
                Then::Has(&["disbursement/controller-kind", "disbursement/controller-id"]),
                Then::Is("owner/kind", Value::Text("org")),
                Then::Is("disbursement/controller-kind", Value::Text("council")),
                Then::Subject("disbursement/controller-id", "council"),
            ],
        },
        owner(&[Cond::Is("owner/kind", Value::Text("participant"))], &[Then::Subject("owner/id", "participant")]),
        owner(&[Cond::Is("owner/kind", Value::Text("pod-user"))], &[Then::Subject("owner/id", "pod-user")]),
        owner(&[Cond::Is("owner/kind", Value::Text("org"))], &[Then::Subject("owner/id", "org")]),
        Rule {
            code: "closed-needs-moment",
            says: "a closed account says since when",
            when: &[Cond::Is("status", Value::Text("closed"))],
            then: &[Then::Has(&["closed-at"])],
        },
    ],
    renames: &[],
    to: super::form::as_it_is,
    from,
};

fn from(account: &mut Object<'static>) -> Result<(), Error> {
    steps::moments_in_utc(account, &["created-at", "closed-at"])
}
