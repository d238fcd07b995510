//! The published `response-envelope.v1`, which knows origin classes but not our provenance of model and person.

use earnest_signing::{Cond, Error, Json, Object, Rule, Then, Value};

use super::{
    Form::{Either, Flag, List, Moment, NumberOf, OneOf, Pattern, SomeObject, Text},
    Member, Published, form, steps,
};

const ORIGINS: &str = "provenance/origin-classes";

pub(crate) const FORM: Published = Published {
    name: "response-envelope.v1",
    closed: false,
    members: &[
        Member::must("response/id", Text),
        Member::must("question/id", Text),
        Member::may("room/id", Text),
        Member::may("contract/id", Text),
        Member::may("receipt/id", Text),
        Member::may("accepted-summary/id", Text),
        Member::must("created-at", Moment),
        Member::must("source/node-id", Pattern("^node:did:key:z[1-9A-HJ-NP-Za-km-z]+$")),
        Member::must("source/participant-id", Pattern("^participant:did:key:z[1-9A-HJ-NP-Za-km-z]+$")),
        Member::may("gateway/node-id", Text),
        Member::must("answer/content", Either(&Text, &SomeObject)),
        Member::must("answer/format", OneOf(&["plain-text", "markdown", "json", "edn", "mixed"])),
        Member::must("confidence/signal", NumberOf(0.0, 1.0)),
        Member::may("uncertainty/signal", NumberOf(0.0, 1.0)),
        Member::must("human-linked-participation", Flag),
        Member::must(ORIGINS, List(&OneOf(&["node-generated", "node-mediated-human", "human-live"]), 1)),
    ],
    rules: &[
        Rule {
            code: "human-without-origin",
            says: "where a person took part, content comes from a person",
            when: &[Cond::Is("human-linked-participation", Value::Bool(true))],
            then: &[Then::Any(ORIGINS, &[Value::Text("node-mediated-human"), Value::Text("human-live")])],
        },
        Rule {
            code: "origin-without-human",
            says: "where no person took part, all content comes from nodes",
            when: &[Cond::Is("human-linked-participation", Value::Bool(false))],
            then: &[Then::Each(ORIGINS, &[Value::Text("node-generated")])],
        },
    ],
    renames: &[],
    to: form::as_it_is,
    from,
};

fn from(response: &mut Object<'static>) -> Result<(), Error> {
    steps::moments_in_utc(response, &["created-at"])?;
    if response.get("provenance/type").is_none() {
        let provenance = provenance(response.get(ORIGINS));
        response.insert("provenance/type", Json::String(provenance.into()));
    }
    Ok(())
}

/// Who made an answer, as far as its origin classes tell.
fn provenance(origins: Option<&Json<'_>>) -> &'static str {
    let Some(Json::Array(origins)) = origins else { return "model-only" };
    let nodes = origins.iter().filter(|origin| origin.as_str() == Some("node-generated")).count();
    match nodes {
        0 => "human-only",
        all if all == origins.len() => "model-only",
        _ => "hybrid",
    }
}
