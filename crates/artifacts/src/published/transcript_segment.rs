//! The published `transcript-segment.v1`, which carries no signature.

use earnest_signing::{Cond, Error, Object, Rule, Then, Value};

use super::{
    Form::{AnyText, Either, Flag, List, Moment, Object as AnyObject, OneOf, Text},
    Member, Published, steps,
};

const SCOPES: &[&str] = &["private-to-swarm", "federation-local", "cross-federation", "global"];
const CONSENT: &[&str] = &[
    "not-required",
    "operator-consultation",
    "explicit-consent",
    "federation-policy",
    "public-scope",
    "emergency-exception",
];

/// The origin decides the two members that tell of people.
const fn origin(when: &'static [Cond], then: &'static [Then]) -> Rule {
    Rule { code: "origin-mismatch", says: "where content comes from decides what is said of people", when, then }
}

pub(crate) const FORM: Published = Published {
    name: "transcript-segment.v1",
    closed: false,
    members: &[
        Member::must("segment_id", Text),
        Member::must("question_id", Text),
        Member::must("channel_id", Text),
        Member::must("message_id", Text),
        Member::must("speaker_ref", Text),
        Member::must("gateway_node_ref", Text),
        Member::must("origin_class", OneOf(&["node-generated", "node-mediated-human", "human-live"])),
        Member::must("operator_presence_mode", OneOf(&["none", "mediated", "direct-live"])),
        Member::must("human_origin", Flag),
        Member::must("ts", Moment),
        Member::must("content", Either(&AnyText, &AnyObject)),
        Member::must("visibility_scope", OneOf(SCOPES)),
        Member::must("consent_basis", OneOf(CONSENT)),
        Member::must("provenance_refs", List(&Text, 0)),
        Member::may("redaction_markers", List(&AnyObject, 0)),
        Member::may("content_hash", Text),
        Member::may("language", Text),
        Member::may("reply_to", Text),
        Member::may("attachments", List(&AnyObject, 0)),
    ],
    rules: &[
        origin(
            &[Cond::Is("origin_class", Value::Text("node-generated"))],
            &[Then::Is("human_origin", Value::Bool(false)), Then::Is("operator_presence_mode", Value::Text("none"))],
        ),
        origin(
            &[Cond::Is("origin_class", Value::Text("node-mediated-human"))],
            &[Then::Is("human_origin", Value::Bool(true)), Then::Is("operator_presence_mode", Value::Text("mediated"))],
        ),
        origin(
            &[Cond::Is("origin_class", Value::Text("human-live"))],
            &[
                Then::Is("human_origin", Value::Bool(true)),
                Then::Is("operator_presence_mode", Value::Text("direct-live")),
            ],
        ),
    ],
    renames: &[],
    to: super::form::as_it_is,
    from,
};

fn from(segment: &mut Object<'static>) -> Result<(), Error> {
    steps::moments_in_utc(segment, &["ts"])
}
