//! What the demonstration does: an offer and a contract are signed with fresh keys, and every way to bend them is tried.

use earnest_artifacts::{Artifact, Error, FIXTURES, Kind, SecretKey};
use earnest_base::{Subject, SubjectKind, Timestamp};
use earnest_signing::{Code, Json, Pointer};

use super::step::Step;
use crate::{commands::verify::sentence, failure::Failure, key_file, pretty::pretty};

const OFFER: &str = "service-offer.v1";
const CONTRACT: &str = "procurement-contract.v1";
/// Where the offer names its provider.
const PROVIDER: &str = "/provider~1participant-id";
/// The price in the text of the offer, and the same with one byte changed.
const PRICE: (&str, &str) = ("\"pricing/amount\": 1000", "\"pricing/amount\": 9000");
/// When the day of the offer is over.
const DAY_AFTER: &str = "2026-04-02T05:30:00Z";

/// The steps, and the documents that they used.
#[derive(Debug)]
pub(super) struct Play {
    pub(super) steps: Vec<Step>,
    pub(super) files: Vec<(&'static str, String)>,
}

/// Whose keys the demonstration makes, each in place of a test key of the examples, by its seed.
struct Cast {
    provider: SecretKey,
    node: SecretKey,
    buyer: SecretKey,
}

impl Cast {
    fn new() -> Result<Self, Failure> {
        let key = key_file::generate;
        Ok(Self { provider: key()?, node: key()?, buyer: key()? })
    }

    /// The example of a kind, unsigned, with these keys in place of the test keys.
    fn example(&self, kind: &Kind) -> String {
        let mut text = kind.example().to_owned();
        for (seed, key) in
            [(1, &self.provider), (2, &self.node), (3, &self.provider), (4, &self.node), (5, &self.buyer)]
        {
            for fixture in FIXTURES.iter().filter(|fixture| fixture.seed == seed) {
                text = text.replace(fixture.did_key, &format!("did:key:{}", key.public()));
            }
        }
        text
    }
}

/// Plays it.
pub(super) fn play() -> Result<Play, Failure> {
    let cast = Cast::new()?;
    let (offers, contracts) = (named(OFFER)?, named(CONTRACT)?);
    let mut play = Play { steps: Vec::new(), files: Vec::new() };

    let draft = cast.example(offers);
    let offer = pretty(&offers.sign(draft.as_bytes(), None, &cast.provider)?);
    let provider = Subject::new(SubjectKind::Participant, *cast.provider.public());
    play.step("Make a key in memory, and sign an offer of 10.00 ORC a page with it", None, Ok(provider.to_string()));
    play.verify("Verify the offer", None, "offer.json", offer.clone());

    let invalid = Code::SIGNATURE_INVALID;
    let tampered = offer.replacen(PRICE.0, PRICE.1, 1);
    play.verify("Change one byte of its price", Some((invalid, "/signature")), "offer-tampered.json", tampered);

    let signature = signature_of(&offer)?;
    let asker = contracts.sign(cast.example(contracts).as_bytes(), Some("asker"), &cast.buyer)?.canonical();
    let contract = contracts.sign(asker.as_bytes(), Some("responder"), &cast.provider)?;
    play.verify("Sign a contract as provider and as buyer, and verify it", None, "contract.json", pretty(&contract));
    let borrowed = with(contract, "responder/signature", signature);
    let does = "Put the signature of the offer, by the same key, under the contract";
    play.verify(does, Some((invalid, "/responder~1signature")), "contract-borrowed-signature.json", borrowed);

    let by_node = offers.sign(draft.as_bytes(), None, &cast.node).map(|_| String::new());
    let does = "Sign the offer with the node's key instead of the provider's";
    play.step(does, Some((Code::KEY_MISMATCH, PROVIDER)), by_node);

    let node = Subject::new(SubjectKind::Node, *cast.node.public());
    let from_node = offer.replace(&provider.to_string(), &node.to_string());
    let does = "Name the node as the provider: only a participant makes offers";
    play.verify(does, Some((Code::INVALID_VALUE, PROVIDER)), "offer-by-node.json", from_node);

    let late = Artifact::verify(offer.as_bytes()).and_then(|artifact| {
        let moment: Timestamp =
            DAY_AFTER.parse().map_err(|error| Error::new(Code::INVALID_VALUE, Pointer::ROOT, format!("{error}")))?;
        artifact.valid_at(moment).map(|()| String::new()).map_err(Error::from)
    });
    play.step("Take up the offer a day later, when it is over", Some((Code::EXPIRED, "")), late);
    Ok(play)
}

impl Play {
    fn step(&mut self, does: &str, expects: Option<(Code, &'static str)>, outcome: Result<String, Error>) {
        self.steps.push(Step { does: does.to_owned(), expects, outcome });
    }

    fn verify(&mut self, does: &str, expects: Option<(Code, &'static str)>, file: &'static str, text: String) {
        self.step(does, expects, Artifact::verify(text.as_bytes()).map(|artifact| sentence(&artifact)));
        self.files.push((file, text));
    }
}

fn named(kind: &str) -> Result<&'static Kind, Failure> {
    Kind::named(kind).ok_or_else(|| Failure::usage("kind-unknown", format!("expected the kind {kind}, found none")))
}

fn signature_of(document: &str) -> Result<Json<'static>, Error> {
    let (_, reading) = Kind::of_text(document.as_bytes())?;
    let found = reading.json().as_object().and_then(|object| object.get("signature")).cloned();
    found.map(Json::into_owned).ok_or_else(|| {
        let message = "expected the signature \"signature\", found none";
        Error::new(Code::SIGNATURE_MISSING, Pointer::member("signature"), message)
    })
}

/// The document with another value of a member.
fn with(mut document: Json<'static>, member: &'static str, value: Json<'static>) -> String {
    if let Json::Object(members) = &mut document {
        members.insert(member, value);
    }
    pretty(&document)
}
