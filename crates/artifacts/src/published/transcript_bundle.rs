//! The published `transcript-bundle.v1`, which has its signature in the integrity proof. Its segments may stand in it or
//! be referred to; one that stands in it is judged by its members.

use earnest_signing::{Cond, Error, Json, Object, Rule, Then, Value};

use super::{
    Form::{Either, Flag, List, Members, Moment, OneOf, Text},
    Member, Published, steps, transcript_segment,
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
const REFERENCE: &[Member] = &[Member::must("segment_ref", Text), Member::may("content_hash", Text)];
const SIGNED_PROOF: &[Member] = &[
    Member::must("alg", Text),
    Member::must("manifest_hash", Text),
    Member::must("signer", Text),
    Member::must("signature", Text),
    Member::may("verification_ref", Text),
];
const PROOF_ELSEWHERE: &[Member] = &[
    Member::must("alg", Text),
    Member::may("manifest_hash", Text),
    Member::may("signer", Text),
    Member::may("signature", Text),
    Member::must("verification_ref", Text),
];

pub(crate) const FORM: Published = Published {
    name: "transcript-bundle.v1",
    closed: false,
    members: &[
        Member::must("bundle_id", Text),
        Member::must("question_id", Text),
        Member::must("channel_id", Text),
        Member::must("source_scope", OneOf(SCOPES)),
        Member::must("created_at", Moment),
        Member::must("source_nodes", List(&Text, 1)),
        Member::must(
            "segments",
            List(&Either(&Members(REFERENCE, false), &Members(transcript_segment::FORM.members, false)), 0),
        ),
        Member::must("contains_human_origin", Flag),
        Member::must("contains_direct_human_live", Flag),
        Member::must("consent_basis", OneOf(CONSENT)),
        Member::must("redaction_status", OneOf(&["none", "partial", "full-derived"])),
        Member::must("integrity_proof", Either(&Members(SIGNED_PROOF, false), &Members(PROOF_ELSEWHERE, false))),
        Member::may("room_policy_profile", OneOf(&["none", "mediated-only", "direct-live-allowed"])),
        Member::may("summary_refs", List(&Text, 0)),
        Member::may("source_transport", Text),
        Member::may("retention_profile", Text),
    ],
    rules: &[
        Rule {
            code: "live-needs-human",
            says: "where people speak live, people have a part",
            when: &[Cond::Is("contains_direct_human_live", Value::Bool(true))],
            then: &[Then::Is("contains_human_origin", Value::Bool(true))],
        },
        Rule {
            code: "profile-without-people",
            says: "a room without people holds nothing of people",
            when: &[Cond::Is("room_policy_profile", Value::Text("none"))],
            then: &[
                Then::Is("contains_human_origin", Value::Bool(false)),
                Then::Is("contains_direct_human_live", Value::Bool(false)),
            ],
        },
    ],
    renames: &[],
    to,
    from,
};

/// The published proof names who signed, and carries the signature: that of the document.
fn to(bundle: &mut Object<'static>) -> Result<(), Error> {
    let signer = match bundle.get("source_nodes") {
        Some(Json::Array(nodes)) => nodes.first().cloned(),
        _ => None,
    };
    let signature = bundle.get("signature").and_then(Json::as_object).and_then(|signature| signature.get("value"));
    if let (Some(signer), Some(signature), Some(Json::Object(mut proof))) =
        (signer, signature.cloned().map(Json::into_owned), bundle.remove("integrity_proof"))
    {
        proof.insert("signer", signer);
        proof.insert("signature", signature);
        bundle.insert("integrity_proof", Json::Object(proof));
    }
    Ok(())
}

fn from(bundle: &mut Object<'static>) -> Result<(), Error> {
    if let Some(Json::Object(mut proof)) = bundle.remove("integrity_proof") {
        proof.remove("signer");
        proof.remove("signature");
        bundle.insert("integrity_proof", Json::Object(proof));
    }
    steps::moments_in_utc(bundle, &["created_at"])
}
