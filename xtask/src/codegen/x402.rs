//! `tests/vectors/x402/exact-orc.json`: payments in ORC that every client must make to the byte, and demands that every
//! client must refuse to pay, as `earnest-x402` makes and refuses them.

use std::error::Error;

use earnest_artifacts::SecretKey;
use earnest_base::{Count, ParticipantId, Sha256Digest};
use earnest_x402::{
    Verbatim,
    exact::{AuthorizationTerms, ExactOrc, OrcPayer, OrcPayload},
    scheme::{Asked, PaidRequest, Scheme, Tender},
    v2::PaymentRequirements,
};
use serde_json::{Value, json};

use super::{Files, json::pretty};

const FILE: &str = "tests/vectors/x402/exact-orc.json";
const NOW: &str = "2026-04-01T06:10:00Z";
/// The requirements that the cases below change.
const ACCEPTED: &str = r#"{"scheme": "exact", "network": "orc:fed-pl-main", "amount": "25", "asset": "ORC",
    "payTo": "account:fed-pl-main:ola", "maxTimeoutSeconds": 60,
    "extra": {"authorization": "payment-authorization.v1", "decimals": 2, "federation": "fed:pl-main"}}"#;

/// What a case changes: members of its request and payer, by name, then texts of the requirements.
struct Case {
    name: &'static str,
    changes: &'static [(&'static str, &'static str)],
    texts: &'static [(&'static str, &'static str)],
}

const fn case(
    name: &'static str,
    changes: &'static [(&'static str, &'static str)],
    texts: &'static [(&'static str, &'static str)],
) -> Case {
    Case { name, changes, texts }
}

const PAID: &[Case] = &[
    case("a request without a body", &[], &[]),
    case("a request with a body", &[("method", "POST"), ("body", "{\"text\":\"zażółć\"}")], &[]),
    case("a URL takes its one form", &[("url", "HTTPS://OLA.Example:443?lang=pl&x={1|2}")], &[]),
    case("a port that is not implied stays", &[("url", "http://[::1]:8402/a//b/../%7E")], &[]),
    case(
        "a custodian pays for an organisation",
        &[
            ("seed", "5"),
            ("account", "account:fed-pl-main:casualfeeders"),
            ("org", "org:did:key:z6MkvDqGT54cXesYGvABpF1UapVNwjCqRcafi4Px6Thv5T3Z"),
        ],
        &[],
    ),
    case("a place in the payer's order, and an id", &[("sequence", "4"), ("payment", "pay_0195f0c27c5f7d0f8a3b")], &[]),
    case("fractions of a second", &[("now", "2026-04-01T06:10:00.120Z")], &[("60", "60.5")]),
    case(
        "members that nobody knows are accepted as they are",
        &[],
        &[("\"decimals\"", "\"ą\": [null, 1e21, -0.0], \"decimals\"")],
    ),
    case("the most that a ledger can pay", &[], &[("\"25\"", "\"9007199254740991\"")]),
];

const REFUSED: &[Case] = &[
    case("another scheme", &[], &[("\"exact\"", "\"upto\"")]),
    case("another federation's network", &[], &[("orc:fed-pl-main", "orc:fed-de-main")]),
    case("a network that is not the federation's", &[], &[("\"fed:pl-main\"", "\"fed:de-main\"")]),
    case("no federation", &[], &[(", \"federation\": \"fed:pl-main\"", "")]),
    case("a federation that is none", &[], &[("\"fed:pl-main\"", "\"FED:pl-main\"")]),
    case("another asset", &[], &[("\"ORC\"", "\"USDC\"")]),
    case("nothing to pay", &[], &[("\"25\"", "\"0\"")]),
    case("an amount that is no number", &[], &[("\"25\"", "\"0.25\"")]),
    case("an amount with a leading zero", &[], &[("\"25\"", "\"025\"")]),
    case("more than a ledger can hold", &[], &[("\"25\"", "\"9007199254740992\"")]),
    case("a payee who has no account", &[], &[("account:fed-pl-main:ola", "ola")]),
    case("a payee in another federation", &[], &[("account:fed-pl-main:ola", "account:fed-de-main:ola")]),
    case("oneself", &[], &[("account:fed-pl-main:ola", "account:fed-pl-main:adam")]),
    case("a payer in another federation", &[("account", "account:fed-de-main:adam")], &[]),
    case("no whole second", &[], &[("60", "0.5")]),
    case("more than 100 years", &[], &[("60", "3155760001")]),
    case("a method in lower case", &[("method", "get")], &[]),
    case("a URL with a user", &[("url", "https://user@ola.example/")], &[]),
    case("a URL with a fragment", &[("url", "https://ola.example/#part")], &[]),
    case("a URL without host", &[("url", "https:///report")], &[]),
    case("a URL of another protocol", &[("url", "mcp://tool/search")], &[]),
    case("a URL with a blank", &[("url", "https://ola.example/a b")], &[]),
    case("a URL that is not ASCII", &[("url", "https://ola.example/ą")], &[]),
    case("a nonce with a blank", &[("nonce", "3q2 7w")], &[]),
];

/// Writes the file.
pub(super) fn write(files: &mut Files) -> Result<(), Box<dyn Error>> {
    let mut written = Vec::new();
    for (cases, payable) in [(PAID, true), (REFUSED, false)] {
        for case in cases {
            let (mut input, accepted) = case.input()?;
            let outcome = pay(&input, &accepted);
            match (outcome, payable) {
                (Ok(payload), true) => input["payload"] = payload,
                (Err(_), false) => input["refused"] = true.into(),
                (Ok(_), false) => return Err(format!("{FILE}: {}: expected a refusal", case.name).into()),
                (Err(error), true) => return Err(format!("{FILE}: {}: {error}", case.name).into()),
            }
            written.push(input);
        }
    }
    files.add(FILE, pretty(&json!({ "cases": written })));
    Ok(())
}

impl Case {
    /// The case as other languages read it, and the text of its requirements.
    fn input(&self) -> Result<(Value, String), Box<dyn Error>> {
        let mut accepted = ACCEPTED.to_owned();
        for (from, to) in self.texts {
            let changed = accepted.replacen(from, to, 1);
            if changed == accepted {
                return Err(format!("{FILE}: {}: expected {from:?} in the requirements", self.name).into());
            }
            accepted = changed;
        }
        let mut input = json!({
            "name": self.name, "seed": 3, "account": "account:fed-pl-main:adam", "method": "GET",
            "url": "https://ola.example/report", "body": "", "nonce": "3q2-7wABAgMEBQYHCAkKCw", "now": NOW,
            "accepted": serde_json::from_str::<Value>(&accepted)?,
        });
        for (name, text) in self.changes {
            let number = ["seed", "sequence"].contains(name);
            input[*name] = if number { text.parse::<u64>()?.into() } else { (*text).into() };
        }
        Ok((input, accepted))
    }
}

/// Makes the payment as a client, and judges it as a seller.
fn pay(input: &Value, accepted: &str) -> Result<Value, Box<dyn Error>> {
    let text = |name: &str| input[name].as_str().unwrap_or_default();
    let seed = u8::try_from(input["seed"].as_u64().unwrap_or_default())?;
    let key = SecretKey::from_seed(&[seed; 32]);
    let payer = OrcPayer {
        participant: ParticipantId::new(*key.public()),
        org: input["org"].as_str().map(str::parse).transpose()?,
        account: text("account").parse()?,
    };
    let accepted: Verbatim<PaymentRequirements> = serde_json::from_str(accepted)?;
    let request = PaidRequest::new(text("method"), text("url"), Sha256Digest::of(text("body").as_bytes()))?;
    let now = text("now").parse()?;
    let terms = AuthorizationTerms {
        nonce: text("nonce").parse()?,
        payment: input["payment"].as_str().map(str::parse).transpose()?,
        sequence: input["sequence"].as_u64().map(Count::new).transpose()?,
        now,
    };
    let signed = payer.authorize(&accepted, &request, terms)?.sign(None, &key)?.finish()?;
    let payload = OrcPayload::new(&signed.verify()?)?.to_object();
    let scheme = ExactOrc::new("fed:pl-main".parse()?);
    let tender = Tender {
        requirements: accepted.value(),
        accepted: Some(&accepted),
        payload: &payload,
        identifier: None,
        asked: Asked::Here(&request),
    };
    scheme.verify(&tender, now)?;
    Ok(serde_json::from_str(&payload.canonical())?)
}
