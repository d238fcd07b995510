//! The published `procurement-contract.v1`, which carries no signatures.

use earnest_signing::{Cond, Error, Object, Rule, Then, Value};

use super::{
    Form::{Int, List, Moment, OneOf, Pattern, Text, TextOf},
    Member, Published, steps,
};

const OWNER: &str = "^(participant|org|pod-user):did:key:z[1-9A-HJ-NP-Za-km-z]+$";
const DEADLINES: &[&str] =
    &["deadlines/work-by", "deadlines/accept-by", "deadlines/dispute-by", "deadlines/auto-release"];
const MOMENTS: &[&str] = &[
    "created-at",
    "deadline-at",
    "deadlines/work-by",
    "deadlines/accept-by",
    "deadlines/dispute-by",
    "deadlines/auto-release",
];

/// One deadline asks for all of them.
const fn all_deadlines(member: &'static [Cond]) -> Rule {
    Rule {
        code: "deadlines-incomplete",
        says: "one deadline asks for all four",
        when: member,
        then: &[Then::Has(DEADLINES)],
    }
}

pub(crate) const FORM: Published = Published {
    name: "procurement-contract.v1",
    closed: false,
    members: &[
        Member::must("contract/id", Text),
        Member::must("question/id", Text),
        Member::must("room/id", Text),
        Member::must("selected-offer/id", Text),
        Member::must("created-at", Moment),
        Member::must("asker/node-id", Text),
        Member::must("asker/participant-id", Text),
        Member::may("asker/pod-user-id", Text),
        Member::must("responder/node-id", Text),
        Member::must("responder/participant-id", Text),
        Member::must("payment/amount", Int(0)),
        Member::must("payment/currency", TextOf(2, 16)),
        Member::may("payer/account-ref", Pattern(OWNER)),
        Member::may("payee/account-ref", Pattern(OWNER)),
        Member::may("settlement/rail", OneOf(&["external-invoice", "host-ledger", "manual-transfer", "none"])),
        Member::must("deadline-at", Moment),
        Member::may("escrow/node-id", Text),
        Member::may("escrow/hold-ref", Text),
        Member::may("escrow-policy/ref", Pattern("^escrow-policy:[a-z0-9][a-z0-9:-]*$")),
        Member::may("deadlines/work-by", Moment),
        Member::may("deadlines/accept-by", Moment),
        Member::may("deadlines/dispute-by", Moment),
        Member::may("deadlines/auto-release", Moment),
        Member::must("acceptance/answer-format", OneOf(&["plain-text", "markdown", "json", "edn", "mixed"])),
        Member::must("acceptance/min-length", Int(1)),
        Member::must("acceptance/max-length", Int(1)),
        Member::may("acceptance/arbiter-set", List(&Text, 1)),
        Member::must("confirmation/mode", OneOf(&["arbiter-confirmed", "self-confirmed", "manual-review-only"])),
        Member::must("status", OneOf(&["pending", "settled", "rejected", "expired", "canceled"])),
        Member::may("transport/encryption-mode", OneOf(&["none", "recipient-key", "federation-policy"])),
    ],
    rules: &[
        Rule {
            code: "arbiter-confirmed-needs-arbiters",
            says: "where an arbiter confirms, the arbiters are named",
            when: &[Cond::Is("confirmation/mode", Value::Text("arbiter-confirmed"))],
            then: &[Then::Has(&["acceptance/arbiter-set"])],
        },
        Rule {
            code: "host-ledger-incomplete",
            says: "a contract on the ledger names its accounts, escrow, hold, policy and deadlines, in ORC",
            when: &[Cond::Is("settlement/rail", Value::Text("host-ledger"))],
            then: &[
                Then::Has(&[
                    "payer/account-ref",
                    "payee/account-ref",
                    "escrow/node-id",
                    "escrow/hold-ref",
                    "escrow-policy/ref",
                ]),
                Then::Has(DEADLINES),
                Then::Is("payment/currency", Value::Text("ORC")),
            ],
        },
        all_deadlines(&[Cond::Has("deadlines/work-by")]),
        all_deadlines(&[Cond::Has("deadlines/accept-by")]),
        all_deadlines(&[Cond::Has("deadlines/dispute-by")]),
        all_deadlines(&[Cond::Has("deadlines/auto-release")]),
    ],
    renames: &[],
    to: super::form::as_it_is,
    from,
};

fn from(contract: &mut Object<'static>) -> Result<(), Error> {
    steps::moments_in_utc(contract, MOMENTS)
}
