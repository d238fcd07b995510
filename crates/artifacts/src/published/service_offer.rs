//! The published `service-offer.v1`: `published-at` and an absolute `expires-at` for our `ts` and `ttl`.

use earnest_signing::{Cond, Error, Json, Object, Rule, Then, Value};

use super::{
    Form::{Flag, Int, IntOf, Members, Moment, Object as AnyObject, OneOf, Pattern, Set, Text, TextOf},
    Member, Published, steps,
};

const DIGEST: &str = "^sha256:[A-Za-z0-9_-]{16,128}$";
/// At most 256 characters.
const TOPIC: &str = "^[A-Za-z0-9][A-Za-z0-9:._+/-]{0,255}$";

pub(crate) const FORM: Published = Published {
    name: "service-offer.v1",
    closed: false,
    members: &[
        Member::must("offer/id", Pattern("^offer:[A-Za-z0-9][A-Za-z0-9:-]*$")),
        Member::may("offer/status", OneOf(&["active", "withdrawn"])),
        Member::must("created-at", Moment),
        Member::must("published-at", Moment),
        Member::must("expires-at", Moment),
        Member::must("sequence/no", Int(0)),
        Member::must("provider/node-id", Text),
        Member::must("provider/participant-id", Text),
        Member::must("service/type", Text),
        Member::must("service/description", Text),
        Member::must("pricing/amount", Int(0)),
        Member::must("pricing/currency", TextOf(2, 16)),
        Member::must("pricing/unit", Text),
        Member::must(
            "pricing/unit-kind",
            OneOf(&["per-item", "per-character-block", "per-request", "per-task", "flat"]),
        ),
        Member::must("delivery/max-duration-sec", Int(1)),
        Member::must("queue/auto-accept", Flag),
        Member::must("queue/max-depth", Int(0)),
        Member::may("queue/current-depth", Int(0)),
        Member::may("constraints/input", AnyObject),
        Member::may("constraints/output", AnyObject),
        Member::must("hybrid", Flag),
        Member::may("model-first", Flag),
        Member::may("confirmation/mode", OneOf(&["arbiter-confirmed", "self-confirmed", "manual-review-only"])),
        Member::may("corpus/topics", Set(&Pattern(TOPIC), 1)),
        Member::may("corpus/taxonomy-digest", Pattern(DIGEST)),
        Member::may(
            "corpus/taxonomy-issuer",
            Pattern("^(nym|participant|organization):did:key:z[1-9A-HJ-NP-Za-km-z]+$"),
        ),
        Member::may("corpus/model-class", OneOf(&["local-llm", "remote-llm", "human-curated", "hybrid-llm-curated"])),
        Member::may(
            "corpus/reasoning",
            Members(&[Member::may("max-steps", IntOf(1, 128)), Member::may("languages", Set(&TextOf(2, 16), 1))], true),
        ),
        Member::must("signature", steps::SIGNATURE),
    ],
    rules: &[
        Rule {
            code: "model-first-needs-hybrid",
            says: "where no person takes part, nothing comes before one",
            when: &[Cond::Is("hybrid", Value::Bool(false))],
            then: &[Then::Is("model-first", Value::Bool(false))],
        },
        Rule {
            code: "corpus-provider-needs-corpus",
            says: "a corpus provider states its topics, taxonomy and model class",
            when: &[Cond::Is("service/type", Value::Text("corpus.provider"))],
            then: &[Then::Has(&[
                "corpus/topics",
                "corpus/taxonomy-digest",
                "corpus/taxonomy-issuer",
                "corpus/model-class",
            ])],
        },
    ],
    renames: &[("seq", "sequence/no"), ("ts", "published-at"), ("delivery/max-duration", "delivery/max-duration-sec")],
    to,
    from,
};

fn to(offer: &mut Object<'static>) -> Result<(), Error> {
    steps::span_to_end(offer, "ttl", "published-at", "expires-at")?;
    if offer.get("created-at").is_none()
        && let Some(Json::String(published)) = offer.get("published-at").cloned()
    {
        offer.insert("created-at", Json::String(published));
    }
    Ok(())
}

fn from(offer: &mut Object<'static>) -> Result<(), Error> {
    steps::end_to_span(offer, "expires-at", "published-at", "ttl")?;
    steps::moments_in_utc(offer, &["created-at", "published-at"])
}
