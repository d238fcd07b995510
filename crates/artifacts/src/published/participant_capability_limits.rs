//! The published `participant-capability-limits.v1`, which is closed: issuer, signature and extensions are left out.

use earnest_signing::{Error, Object};

use super::{
    Form::{AnyText, Members, Moment, NumberAbove, OneOf, Pattern, PatternBut, Set, Text},
    Member, Published, steps,
};

const OPERATION: &str = "^[a-z0-9][a-z0-9-]*(/[a-z0-9][a-z0-9-]*)+$";
/// What nobody may be barred from.
const FLOOR: &[&str] = &["core/messaging", "dispute/file", "ubc/claim", "signal-marker/send"];
const SOFT: &[Member] =
    &[Member::must("priority-factor", NumberAbove(0.0, 1.0)), Member::must("rate-limit-factor", NumberAbove(0.0, 1.0))];
const HARD: &[Member] = &[
    Member::must("blocked-operations", Set(&PatternBut(OPERATION, FLOOR), 1)),
    Member::must("reason/ref", Text),
    Member::must("decision/author", Pattern("^(participant|org|council):did:key:z[1-9A-HJ-NP-Za-km-z]+$")),
    Member::must("expires-at", Moment),
];

pub(crate) const FORM: Published = Published {
    name: "participant-capability-limits.v1",
    closed: true,
    members: &[
        Member::must("participant/id", Pattern("^participant:did:key:z[1-9A-HJ-NP-Za-km-z]+$")),
        Member::must("recorded-at", Moment),
        Member::must("status", OneOf(&["capability_limited"])),
        Member::must("soft", Members(SOFT, true)),
        Member::may("hard", Members(HARD, true)),
        Member::may("notes", AnyText),
    ],
    rules: &[],
    renames: &[],
    to,
    from,
};

fn to(limits: &mut Object<'static>) -> Result<(), Error> {
    let known = |name: &str| name == "schema/v" || FORM.members.iter().any(|member| member.name == name);
    let others: Vec<String> =
        limits.iter().filter(|member| !known(&member.name)).map(|member| member.name.to_string()).collect();
    for name in others {
        limits.remove(&name);
    }
    Ok(())
}

fn from(limits: &mut Object<'static>) -> Result<(), Error> {
    steps::moments_in_utc(limits, &["recorded-at"])
}
