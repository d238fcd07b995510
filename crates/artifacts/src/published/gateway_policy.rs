//! The published `gateway-policy.v1`, where an absent fee on the way out is null.

use earnest_signing::{Error, Json, Object};

use super::{
    Form::{AnyText, Flag, Int, IntOf, IntOrNull, Moment, OneOf, Pattern, Set, Text},
    Member, Published, steps,
};
use crate::terms;

pub(crate) const FORM: Published = Published {
    name: "gateway-policy.v1",
    closed: false,
    members: &[
        Member::must("policy/id", Pattern("^gateway-policy:[a-z0-9][a-z0-9:-]*$")),
        Member::must("created-at", Moment),
        Member::must("federation/id", Text),
        Member::must("gateway/node-id", Text),
        Member::must("operator/org-ref", Pattern("^org:did:key:z[1-9A-HJ-NP-Za-km-z]+$")),
        Member::must("settlement/unit", OneOf(&["ORC"])),
        Member::must("supported/directions", Set(&OneOf(&["inbound", "outbound"]), 1)),
        Member::may("kyc/mode", OneOf(&["none", "provider-managed", "manual-review"])),
        Member::may("payout/manual-review", Flag),
        Member::may("external/providers", Set(&Text, 0)),
        Member::must("fee/ingress-basis-points", IntOf(0, 10_000)),
        Member::must("fee/ingress-destination-account-id", Text),
        Member::must("fee/ingress-min-internal-amount", Int(0)),
        Member::must(EGRESS, IntOrNull(0, 10_000)),
        Member::must("status", OneOf(&["active", "suspended", "retired"])),
        Member::may("suspended-at", Moment),
        Member::may("retired-at", Moment),
        Member::may("notes", AnyText),
    ],
    rules: &[terms::SUSPENDED, terms::RETIRED],
    renames: &[],
    to,
    from,
};

const EGRESS: &str = "fee/egress-basis-points";

fn to(policy: &mut Object<'static>) -> Result<(), Error> {
    if policy.get(EGRESS).is_none() {
        policy.insert(EGRESS, Json::Null);
    }
    Ok(())
}

fn from(policy: &mut Object<'static>) -> Result<(), Error> {
    if policy.get(EGRESS) == Some(&Json::Null) {
        policy.remove(EGRESS);
    }
    steps::moments_in_utc(policy, &["created-at", "suspended-at", "retired-at"])
}
