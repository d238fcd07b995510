//! Signed requests: who calls, and every way in which it is not so.

use std::{num::NonZeroU32, sync::Arc};

use earnest_base::{SubjectKind, Timestamp};
use earnest_kit::{Class, Clock, MemoryNonces, NonceStore, NonceUse, Rate, RequestSigner, Verifier};
use earnest_signing::SecretKey;
use futures_util::future::{BoxFuture, FutureExt, ready};
use http::Request;

use crate::{
    echo::{Service, hasty, start, start_with},
    wire::{Answer, Wire},
};

const NOW: &str = "2026-04-01T06:00:00Z";

fn clock(offset_secs: i64) -> Clock {
    let now: Timestamp = NOW.parse().unwrap();
    Clock::new(move || Timestamp::from_unix_millis(now.unix_millis() + offset_secs * 1000).unwrap())
}

fn verifier() -> Verifier {
    Verifier::new(Arc::new(MemoryNonces::new(clock(0))), clock(0))
}

fn signer(offset_secs: i64) -> RequestSigner {
    RequestSigner::new(SubjectKind::Participant, SecretKey::from_seed(&[1; 32]), clock(offset_secs))
}

/// A signed request as its lines: request line, headers, body.
struct Lines {
    line: String,
    headers: Vec<(String, String)>,
    body: String,
}

fn signed(service: &Service, signer: &RequestSigner, path: &str) -> Lines {
    let uri = format!("http://{}{path}", service.address);
    let mut request = Request::post(&uri).body("{\"text\": \"a\"}".to_owned()).unwrap();
    signer.sign(&mut request).unwrap();
    let mut headers = vec![("host".to_owned(), service.address.to_string())];
    let named = request.headers().iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
    headers.extend(named);
    headers.push(("content-type".to_owned(), "application/json".to_owned()));
    Lines { line: format!("POST {path}"), headers, body: request.into_body() }
}

impl Lines {
    fn text(&self) -> String {
        let headers: String = self.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        format!("{} HTTP/1.1\r\n{headers}content-length: {}\r\n\r\n{}", self.line, self.body.len(), self.body)
    }

    async fn send(&self, service: &Service) -> Answer {
        let mut wire = Wire::open(service.address).await;
        wire.send(self.text()).await;
        wire.answer().await.unwrap()
    }

    fn change(mut self, name: &str, change: impl Fn(&str) -> String) -> Self {
        for (_, value) in self.headers.iter_mut().filter(|(found, _)| found == name) {
            *value = change(value);
        }
        self
    }

    fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(found, _)| found != name);
        self
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_request_names_its_caller_once() {
    let service = start(hasty(), verifier()).await;
    let signer = signer(0);
    for path in ["/signed/note", "/signed/note?x=1"] {
        let lines = signed(&service, &signer, path);
        let answer = lines.send(&service).await;
        assert_eq!((answer.status, answer.body), (200, format!("{}: a", signer.subject())), "{path}");
        let again = lines.send(&service).await;
        assert_eq!((again.status, again.code().as_str()), (401, "nonce-reused"), "{path}");
    }
}

/// Each fault of a signed request, and the code that names it.
#[tokio::test(flavor = "multi_thread")]
async fn each_fault_has_its_code() {
    let service = start(hasty(), verifier()).await;
    let (signer, other) = (signer(0), SecretKey::from_seed(&[2; 32]));
    let good = || signed(&service, &signer, "/signed/note");
    let line = |line: &str| Lines { line: line.to_owned(), ..good() };
    let input = |from: &'static str, to: &'static str| {
        good().change("signature-input", move |input| {
            assert!(input.contains(from), "{input}");
            input.replace(from, to)
        })
    };
    let own = signer.subject().to_string();
    let others = format!("participant:did:key:{}", other.public());
    let cases = [
        ("no signature", good().without("signature"), "request-signature-missing"),
        ("no input", good().without("signature-input"), "request-signature-missing"),
        ("another tag", input("tag=\"earnest\"", "tag=\"other\""), "request-signature-missing"),
        ("no digest", good().without("content-digest"), "request-signature-invalid"),
        (
            "another digest",
            good().change("content-digest", |_| earnest_request::content_digest(b"x")),
            "request-signature-invalid",
        ),
        ("another body", Lines { body: "{\"text\": \"b\"}".into(), ..good() }, "digest-mismatch"),
        ("a longer body", Lines { body: "{\"text\": \"a\"} ".into(), ..good() }, "digest-mismatch"),
        ("another method", line("PUT /signed/note"), "request-signature-invalid"),
        ("another path", line("POST /signed/me"), "request-signature-invalid"),
        ("another query", line("POST /signed/note?a"), "request-signature-invalid"),
        (
            "another host",
            good().change("host", |host| host.replace("127.0.0.1", "localhost")),
            "request-signature-invalid",
        ),
        (
            "another key",
            good().change("signature-input", |input| input.replace(&own, &others)),
            "request-signature-invalid",
        ),
        ("another kind", input("\"participant:did", "\"node:did"), "request-signature-invalid"),
        ("no subject", input("\"participant:did", "\"did"), "request-key-id-invalid"),
        ("another nonce", input("nonce=\"", "nonce=\"A"), "request-signature-invalid"),
        ("a later end", input("expires=1775023260", "expires=1775023259"), "request-signature-invalid"),
        ("a long time", input("expires=1775023260", "expires=1775023261"), "request-signature-expired"),
        ("no time", input(";expires=1775023260", ""), "request-signature-malformed"),
        ("no nonce", input(";nonce=\"", ";x=\""), "request-signature-malformed"),
        ("a symmetric algorithm", input("alg=\"ed25519\"", "alg=\"hmac-sha256\""), "request-signature-malformed"),
        ("no query covered", input(" \"@query\"", ""), "request-signature-coverage"),
        ("a name twice", input("\"@query\"", "\"@query\" \"@query\""), "request-signature-malformed"),
        ("a parameter", input("\"@path\"", "\"@path\";req"), "request-signature-malformed"),
        ("another component", input("\"@path\"", "\"@path\" \"date\""), "request-signature-malformed"),
        ("a short signature", good().change("signature", |_| "sig=:AAAA:".into()), "request-signature-malformed"),
        (
            "another label",
            good().change("signature", |value| value.replace("sig=", "gis=")),
            "request-signature-malformed",
        ),
        ("no dictionary", good().change("signature-input", |_| "((".into()), "request-signature-malformed"),
        (
            "a zero signature",
            good().change("signature", |_| format!("sig=:{}==:", "A".repeat(86))),
            "request-signature-invalid",
        ),
    ];
    for (name, lines, code) in cases {
        let answer = lines.send(&service).await;
        assert_eq!(answer.code(), code, "{name}: {answer:?}");
        let status = if code.starts_with("digest") { 400 } else { 401 };
        assert_eq!(answer.status, status, "{name}");
        assert_eq!(answer.header("accept-signature").is_some(), status == 401, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_is_in_force_for_its_minute() {
    for (offset, code) in [
        (10, ""),
        (11, "request-signature-not-yet-valid"),
        (0, ""),
        (-59, ""),
        (-60, "request-signature-expired"),
        (-3600, "request-signature-expired"),
    ] {
        let nonces = Arc::new(MemoryNonces::new(clock(-7200)));
        let service = start(hasty(), Verifier::new(nonces, clock(0))).await;
        let answer = signed(&service, &signer(offset), "/signed/note").send(&service).await;
        assert_eq!(answer.code(), code, "{offset}");
    }
    // A store that began a moment ago cannot say what was used before.
    let service = start(hasty(), verifier()).await;
    let answer = signed(&service, &signer(-5), "/signed/note").send(&service).await;
    assert_eq!(answer.code(), "request-signature-expired");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_takes_over_refuses_what_the_other_may_have_served() {
    let stood_by = Arc::new(MemoryNonces::new(clock(-60)));
    let service = start(hasty(), Verifier::new(Arc::clone(&stood_by) as Arc<dyn NonceStore>, clock(0))).await;
    let before = signed(&service, &signer(0), "/signed/note");
    stood_by.refuse_before(clock(1).now());
    assert_eq!(before.send(&service).await.code(), "request-signature-expired");
    assert_eq!(signed(&service, &signer(1), "/signed/note").send(&service).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn junk_burns_no_nonce() {
    let service = start(hasty(), verifier()).await;
    let lines = signed(&service, &signer(0), "/signed/note");
    let tampered = Lines { body: "{\"text\": \"b\"}".into(), line: lines.line.clone(), headers: lines.headers.clone() };
    assert_eq!(tampered.send(&service).await.code(), "digest-mismatch");
    assert_eq!(lines.send(&service).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_copies_at_once_one_is_served() {
    let service = start(hasty(), verifier()).await;
    let text = signed(&service, &signer(0), "/signed/note").text();
    let copies = (0..32).map(|_| {
        let text = text.clone();
        async move {
            let mut wire = Wire::open(service.address).await;
            wire.send(text).await;
            wire.answer().await.unwrap().status
        }
    });
    let served = futures_util::future::join_all(copies).await;
    assert_eq!(served.iter().filter(|status| **status == 200).count(), 1);
    assert_eq!(served.iter().filter(|status| **status == 401).count(), 31);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_streams_is_compared_at_its_end() {
    let service = start(hasty(), verifier()).await;
    let signer = signer(0);
    let good = signed(&service, &signer, "/signed/stream").send(&service).await;
    assert_eq!((good.status, good.body.as_str()), (200, "13"));
    let tampered = Lines { body: "{\"text\": \"b\"}".into(), ..signed(&service, &signer, "/signed/stream") };
    assert_eq!(tampered.send(&service).await.code(), "digest-mismatch");
}

/// A store of nonces that is out of reach.
struct Broken;

impl NonceStore for Broken {
    fn spend<'a>(
        &'a self,
        _: earnest_base::PublicKey,
        _: &'a str,
        _: Timestamp,
        _: Timestamp,
    ) -> BoxFuture<'a, NonceUse> {
        ready(NonceUse::Outage).boxed()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_is_never_blamed_on_the_caller() {
    let service = start(hasty(), Verifier::new(Arc::new(Broken), clock(0))).await;
    let answer = signed(&service, &signer(0), "/signed/note").send(&service).await;
    assert_eq!((answer.status, answer.code().as_str(), answer.header("retry-after")), (503, "outage", Some("1")));
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_and_addresses_have_allowances_of_their_own() {
    let few = |requests: u32| Rate::per_minute(NonZeroU32::new(requests).unwrap());
    let change = |class: Class| Class { rate: few(3), address_rate: few(2), ..class };
    let service = start_with(hasty(), verifier(), change).await;
    let node = RequestSigner::new(SubjectKind::Node, SecretKey::from_seed(&[2; 32]), clock(0));
    for signer in [&signer(0), &node] {
        for turn in 0..4 {
            let answer = signed(&service, signer, "/signed/note").send(&service).await;
            let expected = if turn < 3 { "" } else { "rate-limited" };
            assert_eq!(answer.code(), expected, "{} {turn}", signer.subject());
            assert_eq!(answer.header("retry-after").is_some(), turn == 3);
        }
    }
    for turn in 0..3 {
        let answer = signed(&service, &node, "/signed/note").without("signature").send(&service).await;
        let expected = if turn < 2 { "request-signature-missing" } else { "rate-limited" };
        assert_eq!(answer.code(), expected, "{turn}");
    }
}
