//! The published `reputation-signal.v1`, which carries no signature and also knows pseudonyms.

use earnest_signing::{Cond, Error, Object, Rule, Then, Value};

use super::{
    Form::{AnyText, Moment, NumberAbove, OneOf, Pattern, Set, Text},
    Member, Published, steps,
};

const TYPE: &str = "^(procedural|contract|community|incident)/[a-z0-9][a-z0-9-]*(/[a-z0-9][a-z0-9-]*)*$";

/// The subject is of the kind that the signal says.
const fn subject_of(when: &'static [Cond], then: &'static [Then]) -> Rule {
    Rule { code: "subject-kind-mismatch", says: "`subject/id` is of the kind `subject/kind`", when, then }
}

/// Signals of some types are never about subjects of some kind.
const fn never_about(when: &'static [Cond], then: &'static [Then]) -> Rule {
    Rule { code: "subject-kind-refused", says: "the type of a signal says whom it may be about", when, then }
}

pub(crate) const FORM: Published = Published {
    name: "reputation-signal.v1",
    closed: false,
    members: &[
        Member::must("signal/id", Text),
        Member::must("observed/at", Moment),
        Member::must("recorded/at", Moment),
        Member::must("signal/type", Pattern(TYPE)),
        Member::must("polarity", OneOf(&["positive", "negative"])),
        Member::must("weight", NumberAbove(0.0, 1.0)),
        Member::must("subject/kind", OneOf(&["node", "participant", "org", "nym"])),
        Member::must("subject/id", Pattern("^(node|participant|org|nym):did:key:z[1-9A-HJ-NP-Za-km-z]+$")),
        Member::may("observed-via/node-id", Pattern("^node:did:key:z[1-9A-HJ-NP-Za-km-z]+$")),
        Member::must(
            "emitted-by/kind",
            OneOf(&["local-runtime", "operator", "peer", "panel", "federation-review", "council"]),
        ),
        Member::must("emitted-by/id", Text),
        Member::may("case/ref", Text),
        Member::may("basis/refs", Set(&Text, 0)),
        Member::must("retention/hint", OneOf(&["ephemeral", "persistent", "epoch-scoped"])),
        Member::may("notes", AnyText),
    ],
    rules: &[
        subject_of(&[Cond::Is("subject/kind", Value::Text("node"))], &[Then::Subject("subject/id", "node")]),
        subject_of(
            &[Cond::Is("subject/kind", Value::Text("participant"))],
            &[Then::Subject("subject/id", "participant")],
        ),
        subject_of(&[Cond::Is("subject/kind", Value::Text("org"))], &[Then::Subject("subject/id", "org")]),
        subject_of(&[Cond::Is("subject/kind", Value::Text("nym"))], &[Then::Subject("subject/id", "nym")]),
        never_about(
            &[Cond::StartsWith("signal/type", "procedural/")],
            &[Then::IsNot("subject/kind", Value::Text("nym"))],
        ),
        never_about(
            &[Cond::StartsWith("signal/type", "contract/")],
            &[Then::IsNot("subject/kind", Value::Text("nym"))],
        ),
        never_about(
            &[Cond::StartsWith("signal/type", "community/")],
            &[Then::IsNot("subject/kind", Value::Text("org"))],
        ),
        Rule {
            code: "council-emits-as-council",
            says: "what a council emits carries the council's id",
            when: &[Cond::Is("emitted-by/kind", Value::Text("council"))],
            then: &[Then::Subject("emitted-by/id", "council")],
        },
    ],
    renames: &[],
    to: super::form::as_it_is,
    from,
};

fn from(signal: &mut Object<'static>) -> Result<(), Error> {
    steps::moments_in_utc(signal, &["observed/at", "recorded/at"])
}
