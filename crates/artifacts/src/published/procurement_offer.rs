//! The published `procurement-offer.v1`, which is closed and carries no signature: a projection drops what it does not
//! know.

use earnest_signing::{Error, Object};

use super::{
    Form::{Flag, Int, List, Members, Moment, NumberOf, OneOf, Pattern, Text, TextOf},
    Member, Published, steps,
};

const MEMBERS: &[Member] = &[
    Member::must("offer/id", Text),
    Member::must("question/id", Text),
    Member::must("created-at", Moment),
    Member::may("expires-at", Moment),
    Member::must("responder/node-id", Pattern("^node:did:key:z[1-9A-HJ-NP-Za-km-z]+$")),
    Member::must("responder/participant-id", Pattern("^participant:did:key:z[1-9A-HJ-NP-Za-km-z]+$")),
    Member::may("responder/federation-id", Text),
    Member::may("responder/public-key-ref", Text),
    Member::must("price/amount", Int(0)),
    Member::must("price/currency", TextOf(2, 16)),
    Member::must("deadline-at", Moment),
    Member::must("answer/min-length", Int(1)),
    Member::must("answer/max-length", Int(1)),
    Member::may("answer/format", OneOf(&["plain-text", "markdown", "json", "edn", "mixed"])),
    Member::must("execution/mode", OneOf(&["room-collaboration", "single-responder"])),
    Member::must("specialization/tags", List(&Text, 1)),
    Member::may("models/used", List(&Text, 0)),
    Member::may("operator-participation/may-occur", Flag),
    Member::may(
        "confirmation/mode",
        OneOf(&["arbiter-confirmed", "self-confirmed", "manual-review-only", "no-confirmation"]),
    ),
    Member::must(
        "reputation/evidence",
        List(
            &Members(
                &[Member::must("kind", Text), Member::must("ref", Text), Member::may("score", NumberOf(0.0, 1.0))],
                false,
            ),
            1,
        ),
    ),
];

pub(crate) const FORM: Published =
    Published { name: "procurement-offer.v1", closed: true, members: MEMBERS, rules: &[], renames: &[], to, from };

fn to(offer: &mut Object<'static>) -> Result<(), Error> {
    steps::keep_known(offer, MEMBERS);
    Ok(())
}

fn from(offer: &mut Object<'static>) -> Result<(), Error> {
    steps::moments_in_utc(offer, &["created-at", "expires-at", "deadline-at"])
}
