//! Facts as bytes, which are kept for ever: a version, a kind, then MessagePack with names, so that a later version reads
//! what an earlier one wrote.

use std::sync::Arc;

use earnest_base::{Network, Timestamp};
use earnest_payment::PaymentRequest;
use earnest_ports::FactError;
use earnest_rail::Carried;
use earnest_relay::{RailTerms, Submission};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{Entry, Fact, Listing, Received};

const VERSION: u8 = 1;
const EVENT: u8 = 1;
const RECEIVED: u8 = 2;
const TERMS: u8 = 3;

/// A submission as the journal keeps it. What is JSON stays JSON, as it was read.
#[derive(Serialize, Deserialize)]
pub(super) struct ReceivedForm<'a> {
    submission: std::borrow::Cow<'a, Submission>,
    at: Timestamp,
    deadline: Timestamp,
    #[serde(with = "raw")]
    request: std::borrow::Cow<'a, [u8]>,
    #[serde(with = "raw")]
    listing: std::borrow::Cow<'a, [u8]>,
}

#[derive(Serialize, Deserialize)]
struct TermsForm<'a> {
    network: std::borrow::Cow<'a, Network>,
    terms: std::borrow::Cow<'a, RailTerms>,
}

/// Bytes as MessagePack has them, not as a list of numbers.
mod raw {
    use std::borrow::Cow;

    use serde::{Deserializer, Serializer, de::Visitor};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(bytes)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Cow<'static, [u8]>, D::Error> {
        struct Bytes;
        impl Visitor<'_> for Bytes {
            type Value = Cow<'static, [u8]>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("bytes")
            }

            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Self::Value, E> {
                Ok(Cow::Owned(bytes.to_vec()))
            }
        }
        deserializer.deserialize_bytes(Bytes)
    }
}

pub(super) fn encode(fact: &Fact, bytes: &mut Vec<u8>) {
    bytes.push(VERSION);
    let written = match fact {
        Fact::Event(event) => {
            bytes.push(EVENT);
            write(event, bytes)
        }
        Fact::Received(Received { entry, at, deadline }) => {
            bytes.push(RECEIVED);
            let listing = entry.listing.as_deref().map(json).unwrap_or_default();
            let submission = std::borrow::Cow::Borrowed(&entry.carried.submission);
            let request = entry.text.as_ref().into();
            write(&ReceivedForm { submission, at: *at, deadline: *deadline, request, listing: listing.into() }, bytes)
        }
        Fact::Terms { network, terms } => {
            bytes.push(TERMS);
            let (network, terms) = (std::borrow::Cow::Borrowed(network), std::borrow::Cow::Borrowed(terms));
            write(&TermsForm { network, terms }, bytes)
        }
    };
    debug_assert!(written.is_ok(), "{written:?}");
}

pub(super) fn decode(bytes: &[u8]) -> Result<Fact, FactError> {
    match bytes {
        [VERSION, EVENT, rest @ ..] => read(rest).map(Fact::Event),
        [VERSION, RECEIVED, rest @ ..] => {
            let form: ReceivedForm<'static> = read(rest)?;
            let (at, deadline) = (form.at, form.deadline);
            Ok(Fact::Received(Received { entry: form.entry()?, at, deadline }))
        }
        [VERSION, TERMS, rest @ ..] => read(rest).map(|form: TermsForm<'static>| Fact::Terms {
            network: form.network.into_owned(),
            terms: form.terms.into_owned(),
        }),
        [version, kind, ..] => {
            Err(FactError(format!("expected a fact of version 1, found version {version}, kind {kind}")))
        }
        _ => Err(FactError("expected a fact, found its beginning".to_owned())),
    }
}

impl ReceivedForm<'_> {
    fn entry(self) -> Result<Entry, FactError> {
        let request: PaymentRequest = of_json(&self.request)?;
        let listing: Option<Listing> = (!self.listing.is_empty()).then(|| of_json(&self.listing)).transpose()?;
        Ok(Entry {
            carried: Arc::new(Carried { request, submission: self.submission.into_owned() }),
            text: self.request.into_owned().into(),
            listing: listing.map(Arc::new),
        })
    }
}

pub(super) fn json(value: &impl Serialize) -> Vec<u8> {
    // Every type here writes itself as JSON.
    serde_json::to_vec(value).unwrap_or_default()
}

pub(super) fn of_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, FactError> {
    serde_json::from_slice(bytes).map_err(|error| FactError(format!("expected what was submitted: {error}")))
}

pub(super) fn write(value: &impl Serialize, bytes: &mut Vec<u8>) -> Result<(), rmp_serde::encode::Error> {
    value.serialize(&mut rmp_serde::Serializer::new(bytes).with_struct_map())
}

pub(super) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, FactError> {
    rmp_serde::from_slice(bytes).map_err(|error| FactError(format!("expected a fact: {error}")))
}

#[cfg(test)]
mod tests {
    use earnest_relay::Event;
    use serde_json::{Value, json};

    use super::*;

    /// One event of each form: every kind of nesting that the relay's events have.
    fn events() -> Vec<Value> {
        let at = "2026-04-01T06:00:00Z";
        let later = "2026-04-01T06:05:00.250Z";
        let payment = json!({ "is": "payment", "payment_id": "pay_01" });
        let fill = json!({ "is": "fill", "network": "eip155:8453", "wallet": "w", "nonce": 7 });
        let txid = "ab".repeat(32);
        let step = |cause: Value| json!({ "is": "payment", "paymentId": "pay_01", "at": at, "cause": cause });
        vec![
            step(json!({ "is": "enqueued", "waits": { "for": "turn" }, "deadline": later })),
            step(
                json!({ "is": "waiting", "waits": { "for": "sender-gap", "provided": 9, "expected": 3 }, "deadline": later }),
            ),
            step(json!({ "is": "returned", "setback": "rate-limited", "deadline": later })),
            step(
                json!({ "is": "confirmed", "txid": txid, "blockHeight": 12, "explorerUrl": "https://scan.example/x" }),
            ),
            step(json!({ "is": "failed", "reason": "broadcast_failure", "detail": "no answer" })),
            step(json!({ "is": "deadline-passed" })),
            json!({ "is": "reserved", "paymentId": "pay_01", "place": { "is": "slot", "wallet": "w", "nonce": 7 }, "fee": 100 }),
            json!({ "is": "reserved", "paymentId": "pay_01", "place": { "is": "direct" }, "fee": 0 }),
            json!({ "is": "signed", "purpose": payment, "attempt": 0, "txid": txid, "at": at }),
            json!({ "is": "raised", "purpose": fill, "fee": 113 }),
            json!({ "is": "wallet-paused", "network": "eip155:8453", "wallet": "w", "why": "sponsor-unfunded", "until": later }),
            json!({ "is": "sender-moved", "network": "orc:fed-pl-main", "sender": "account:fed-pl-main:adam", "next": 4 }),
            json!({ "is": "vacated", "paymentId": "pay_01", "leaves": "blocked", "at": at }),
            json!({ "is": "retired", "paymentId": "pay_01" }),
        ]
    }

    #[test]
    fn an_event_comes_back_and_is_smaller_than_json() {
        for value in events() {
            let event: Event = serde_json::from_value(value.clone()).unwrap_or_else(|error| panic!("{value}: {error}"));
            let mut bytes = Vec::new();
            encode(&Fact::Event(event.clone()), &mut bytes);
            assert!(matches!(decode(&bytes), Ok(Fact::Event(found)) if found == event), "{value}");
            assert!(bytes.len() < value.to_string().len(), "{value}");
        }
    }

    #[test]
    fn terms_come_back() {
        let terms = RailTerms::chain(earnest_relay::Fee(5), earnest_relay::Fee(9));
        let network: Network = "eip155:8453".parse().unwrap();
        let mut bytes = Vec::new();
        encode(&Fact::Terms { network: network.clone(), terms: terms.clone() }, &mut bytes);
        let Ok(Fact::Terms { network: found, terms: told }) = decode(&bytes) else { panic!("expected terms") };
        assert_eq!((found, told), (network, terms));
    }

    #[test]
    fn bytes_that_are_no_fact_are_refused() {
        for bytes in [[].as_slice(), &[1], &[2, 1, 0], &[1, 9, 0], &[1, 1], &[1, 1, 0xc0], &[1, 2, 0x80], &[1, 3, 0xff]]
        {
            assert!(decode(bytes).is_err(), "{bytes:?}");
        }
    }
}
