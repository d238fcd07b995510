//! Markers in every place of a request, and none of them in the log, the metrics or the refusals.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests")]

#[path = "service/echo.rs"]
#[expect(dead_code, reason = "the other tests need more of the service than this one")]
mod echo;
#[path = "service/wire.rs"]
#[expect(dead_code, reason = "as above")]
mod wire;

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

use earnest_base::SubjectKind;
use earnest_kit::{
    Clock, RequestSigner, Verifier,
    telemetry::{LogFormat, LogSettings, subscriber},
};
use earnest_signing::SecretKey;
use http::Request;
use tracing_subscriber::fmt::MakeWriter;

use crate::{
    echo::{hasty, start},
    wire::{Wire, ask},
};

/// A log that is kept.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'w> MakeWriter<'w> for Kept {
    type Writer = Self;

    fn make_writer(&'w self) -> Self {
        self.clone()
    }
}

const MARK: &str = "canary";

/// Headers that hold what is nobody's business, the mark in each.
fn headers() -> String {
    let names =
        ["authorization", "cookie", "payment-signature", "x-payment", "signature", "user-agent", "x-request-id"];
    names.map(|name| format!("{name}: {MARK}-{name}\r\n")).concat() + "content-type: application/json\r\n"
}

#[tokio::test(flavor = "multi_thread")]
async fn no_mark_of_a_request_is_seen_anywhere_else() {
    let log = Kept::default();
    let settings = LogSettings { filter: "trace".to_owned(), format: LogFormat::Json };
    tracing::subscriber::set_global_default(subscriber(&settings, log.clone()).unwrap()).unwrap();
    earnest_kit::telemetry::tell_panics_by_place();
    let service = start(hasty(), Verifier::in_memory()).await;
    let bodies = [
        format!("{{\"text\": \"{MARK}\", \"price\": \"{MARK}\"}}"),
        format!("{{\"text\": {{\"a\": \"{MARK}\"}}}}"),
        format!("{{\"text\": \"{MARK}\" {MARK}"),
        MARK.to_owned(),
        format!("{{\"price\": \"{MARK}\"}}"),
    ];
    let mut answers = Vec::new();
    for body in &bodies {
        for path in ["POST /note", "POST /offers", "POST /signed/note"] {
            answers.push(ask(service.address, path, &headers(), body).await);
        }
    }
    for path in
        ["/canary", "/offers/canary", "/page?limit=canary", "/page?canary=1&limit=2", "/panic?canary", "/never?canary"]
    {
        answers.push(ask(service.address, &format!("GET {path}"), &headers(), "").await);
    }
    for raw in ["canary\r\n\r\n", "GET /canary HTTP/9.canary\r\n\r\n", "GET / HTTP/1.1\r\nhost: canary\r\n\r\n"] {
        let mut wire = Wire::open(service.address).await;
        wire.send(raw).await;
        answers.extend(wire.answer().await);
    }
    for answer in &answers {
        assert!(answer.status >= 400, "{answer:?}");
        assert!(!answer.head.contains(MARK) && !answer.body.contains(MARK), "{answer:?}");
    }
    let secrets = signed(&service).await;
    let metrics = ask(service.address, "GET /metrics", "", "").await.body;
    assert!(!metrics.contains(MARK), "{metrics}");
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(
        log.contains("\"status\":404") && log.contains("panicked"),
        "expected a log that says what happened: {log}"
    );
    for secret in secrets.iter().map(String::as_str).chain([MARK, "127.0.0.1"]) {
        let line = log.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "expected no {secret:?} in the log");
    }
}

/// Sends a request that is signed, and answers what of it must not be logged.
async fn signed(service: &echo::Service) -> Vec<String> {
    let signer = RequestSigner::new(SubjectKind::Participant, SecretKey::from_seed(&[1; 32]), Clock::system());
    let mut request =
        Request::post(format!("http://{}/signed/note", service.address)).body("{\"text\": \"canary\"}").unwrap();
    signer.sign(&mut request).unwrap();
    let values: Vec<String> = request.headers().values().map(|value| value.to_str().unwrap().to_owned()).collect();
    let names = request.headers().iter().map(|(name, value)| format!("{name}: {}\r\n", value.to_str().unwrap()));
    let headers: String = names.chain(["content-type: application/json\r\n".to_owned()]).collect();
    let answer = ask(service.address, "POST /signed/note", &headers, request.body()).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let key = signer.subject().key().to_multibase();
    values.into_iter().chain([key, signer.subject().to_string()]).collect()
}
