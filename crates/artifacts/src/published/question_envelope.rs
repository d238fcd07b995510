//! The published `question-envelope.v1` on the path of a participant; the path of a pseudonym is judged, not converted.

use earnest_signing::{Cond, Error, Object, Rule, Then, Value};

use super::{
    Form::{Flag, Int, List, Members, Moment, NumberOf, Object as AnyObject, OneOf, Pattern, Text, TextOf},
    Member, Published, steps,
};

const SCOPES: &[&str] = &["private-to-swarm", "federation-local", "cross-federation", "global"];
const NYM: &[&str] = &["author/nym", "auth/nym-certificate", "auth/nym-signature"];
/// A signature whose algorithm the published form leaves open.
const SIGNATURE: &[Member] = &[Member::must("alg", Text), Member::must("value", Text)];

/// Where a question is shown decides how far it travels.
const fn exposed(when: &'static [Cond], then: &'static [Then]) -> Rule {
    Rule { code: "exposure-scope-mismatch", says: "to whom a question is shown decides how far it travels", when, then }
}

pub(crate) const FORM: Published = Published {
    name: "question-envelope.v1",
    closed: false,
    members: &[
        Member::must("question/id", Text),
        Member::must("created-at", Moment),
        Member::must("sender/node-id", Text),
        Member::may("sender/participant-id", Text),
        Member::may("sender/federation-id", Text),
        Member::may("sender/pod-user-id", Text),
        Member::may("sender/public-nym", Text),
        Member::may("author/nym", Pattern("^nym:did:key:z[1-9A-HJ-NP-Za-km-z]+$")),
        Member::may("auth/nym-certificate", AnyObject),
        Member::may("auth/nym-signature", Members(SIGNATURE, false)),
        Member::must("ttl-sec", Int(1)),
        Member::must("question/text", Text),
        Member::must("question/tags", List(&Text, 1)),
        Member::may("question/urgency", OneOf(&["low", "normal", "high", "critical"])),
        Member::must("delivery/scope", OneOf(SCOPES)),
        Member::must("delivery/response-channel-id", Text),
        Member::may("follow-ups/allowed", Flag),
        Member::must(
            "request/exposure-mode",
            OneOf(&["private-to-swarm", "federation-local", "selected-responder", "public-call-for-help"]),
        ),
        Member::may("room-policy/profile", OneOf(&["none", "mediated-only", "direct-live-allowed"])),
        Member::may("responder/min-reputation", NumberOf(0.0, 1.0)),
        Member::may("models/require", List(&Text, 0)),
        Member::may("models/exclude", List(&Text, 0)),
        Member::may("languages", List(&TextOf(2, usize::MAX), 0)),
        Member::must("reward/mode", OneOf(&["none", "collaborative", "procurement"])),
        Member::may("procurement/max-price-amount", Int(0)),
        Member::may("procurement/price-currency", TextOf(2, 16)),
        Member::may("procurement/max-wait-sec", Int(1)),
        Member::may("signature", Members(SIGNATURE, false)),
    ],
    rules: &[
        Rule {
            code: "author-ambiguous",
            says: "a participant asks and signs, without a pseudonym",
            when: &[Cond::Has("sender/participant-id")],
            then: &[Then::Has(&["signature"]), Then::Lacks(NYM)],
        },
        Rule {
            code: "author-missing",
            says: "who is no participant asks under a pseudonym",
            when: &[Cond::Lacks("sender/participant-id")],
            then: &[Then::Has(NYM)],
        },
        exposed(
            &[Cond::Is("request/exposure-mode", Value::Text("private-to-swarm"))],
            &[Then::Is("delivery/scope", Value::Text("private-to-swarm"))],
        ),
        exposed(
            &[Cond::Is("request/exposure-mode", Value::Text("federation-local"))],
            &[Then::Is("delivery/scope", Value::Text("federation-local")), Then::Has(&["sender/federation-id"])],
        ),
        exposed(
            &[Cond::Is("request/exposure-mode", Value::Text("selected-responder"))],
            &[Then::Is("delivery/scope", Value::Text("federation-local")), Then::Has(&["sender/federation-id"])],
        ),
        exposed(
            &[Cond::Is("request/exposure-mode", Value::Text("public-call-for-help"))],
            &[Then::OneOf("delivery/scope", &[Value::Text("cross-federation"), Value::Text("global")])],
        ),
        Rule {
            code: "procurement-needs-limits",
            says: "who buys an answer states the highest price and the longest wait",
            when: &[Cond::Is("reward/mode", Value::Text("procurement"))],
            then: &[Then::Has(&[
                "procurement/max-price-amount",
                "procurement/price-currency",
                "procurement/max-wait-sec",
            ])],
        },
    ],
    renames: &[],
    to: super::form::as_it_is,
    from,
};

fn from(question: &mut Object<'static>) -> Result<(), Error> {
    steps::moments_in_utc(question, &["created-at"])
}
