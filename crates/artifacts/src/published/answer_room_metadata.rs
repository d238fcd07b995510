//! The published `answer-room-metadata.v1`, which carries no signature.

use earnest_signing::{Cond, Error, Object, Rule, Then, Value};

use super::{
    Form::{Flag, Moment, OneOf, Text},
    Member, Published, steps,
};

const CONSULTATION: &str = "operator-consultation/allowed";
const DIRECT_LIVE: &str = "operator-direct-live/allowed";

/// The profile decides the flags.
const fn profile(when: &'static [Cond], then: &'static [Then]) -> Rule {
    Rule { code: "profile-flags-mismatch", says: "the room's profile decides what its operators may do", when, then }
}

pub(crate) const FORM: Published = Published {
    name: "answer-room-metadata.v1",
    closed: false,
    members: &[
        Member::must("room/id", Text),
        Member::must("question/id", Text),
        Member::must("delivery/scope", OneOf(&["private-to-swarm", "federation-local", "cross-federation", "global"])),
        Member::must("room-policy/profile", OneOf(&["none", "mediated-only", "direct-live-allowed"])),
        Member::must("operator-consultation/allowed", Flag),
        Member::must("operator-direct-live/allowed", Flag),
        Member::may("human-live/origin-flag-required", Flag),
        Member::must("summary/human-provenance-required", Flag),
        Member::must("transcript/human-origin-preserved", Flag),
        Member::may("room-policy/effective-at", Moment),
        Member::may("room-policy/changed-by", Text),
        Member::may("moderation/approval-required", Flag),
        Member::may("secretary/required-for-direct-live", Flag),
        Member::may("retention/profile", Text),
    ],
    rules: &[
        profile(
            &[Cond::Is("room-policy/profile", Value::Text("none"))],
            &[Then::Is(CONSULTATION, Value::Bool(false)), Then::Is(DIRECT_LIVE, Value::Bool(false))],
        ),
        profile(
            &[Cond::Is("room-policy/profile", Value::Text("mediated-only"))],
            &[Then::Is(CONSULTATION, Value::Bool(true)), Then::Is(DIRECT_LIVE, Value::Bool(false))],
        ),
        profile(
            &[Cond::Is("room-policy/profile", Value::Text("direct-live-allowed"))],
            &[
                Then::Is(CONSULTATION, Value::Bool(true)),
                Then::Is(DIRECT_LIVE, Value::Bool(true)),
                Then::Has(&["human-live/origin-flag-required"]),
                Then::Is("human-live/origin-flag-required", Value::Bool(true)),
            ],
        ),
        Rule {
            code: "global-never-direct-live",
            says: "nobody speaks live to everybody",
            when: &[Cond::Is("delivery/scope", Value::Text("global"))],
            then: &[Then::IsNot("room-policy/profile", Value::Text("direct-live-allowed"))],
        },
    ],
    renames: &[],
    to: super::form::as_it_is,
    from,
};

fn from(room: &mut Object<'static>) -> Result<(), Error> {
    steps::moments_in_utc(room, &["room-policy/effective-at"])
}
