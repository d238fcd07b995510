//! The published `escrow-policy.v1`.

use earnest_signing::{Error, Object};

use super::{
    Form::{AnyText, Flag, Int, Moment, OneOf, Pattern, Set, Text},
    Member, Published, steps,
};
use crate::terms;

pub(crate) const FORM: Published = Published {
    name: "escrow-policy.v1",
    closed: false,
    members: &[
        Member::must("policy/id", Pattern("^escrow-policy:[a-z0-9][a-z0-9:-]*$")),
        Member::must("created-at", Moment),
        Member::must("federation/id", Text),
        Member::must("escrow/node-id", Text),
        Member::must("operator/org-ref", Pattern("^org:did:key:z[1-9A-HJ-NP-Za-km-z]+$")),
        Member::must("settlement/unit", OneOf(&["ORC"])),
        Member::must(
            "confirmation/modes",
            Set(&OneOf(&["arbiter-confirmed", "self-confirmed", "manual-review-only"]), 1),
        ),
        Member::must("dispute/default-window-sec", Int(0)),
        Member::must("auto-release/default-sec", Int(1)),
        Member::must("partial-release/allowed", Flag),
        Member::may("arbiter/required-above-risk", OneOf(&["none", "medium", "high", "critical"])),
        Member::must("status", OneOf(&["active", "suspended", "retired"])),
        Member::may("suspended-at", Moment),
        Member::may("retired-at", Moment),
        Member::may("notes", AnyText),
    ],
    rules: &[terms::SUSPENDED, terms::RETIRED],
    renames: &[],
    to: super::form::as_it_is,
    from,
};

fn from(policy: &mut Object<'static>) -> Result<(), Error> {
    steps::moments_in_utc(policy, &["created-at", "suspended-at", "retired-at"])
}
