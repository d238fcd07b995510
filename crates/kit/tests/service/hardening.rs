//! The malformed, the oversized, the slow, the smuggled and the many.

use earnest_kit::{ServerSettings, Verifier};

use crate::{
    echo::{hasty, start},
    wire::{Wire, ask, request},
};

const JSON: &str = "content-type: application/json\r\n";

fn deep(levels: usize) -> String {
    format!("{{\"text\": {}{}}}", "[".repeat(levels), "]".repeat(levels))
}

/// Each request, and the status and code that answer it. Every refusal is problem+json, with the request's id.
#[tokio::test(flavor = "multi_thread")]
async fn every_refusal_is_a_problem_with_its_code() {
    let service = start(hasty(), Verifier::in_memory()).await;
    let large = format!("{{\"text\": \"{}\"}}", "x".repeat(2_000));
    let (text, long) = ("content-type: text/plain\r\n", format!("GET /note?{}", "x".repeat(9_000)));
    let cases: Vec<(&str, &str, String, u16, &str)> = vec![
        ("GET /nowhere", "", String::new(), 404, "route-unknown"),
        ("GET //note", "", String::new(), 404, "route-unknown"),
        ("GET /note/", "", String::new(), 404, "route-unknown"),
        ("GET /NOTE", "", String::new(), 404, "route-unknown"),
        ("DELETE /note", "", String::new(), 405, "method-unsupported"),
        ("BREW /note", "", String::new(), 405, "method-unsupported"),
        ("GET /statement.csv", "accept: application/json\r\n", String::new(), 406, "not-acceptable"),
        ("POST /note", JSON, large.clone(), 413, "body-too-large"),
        ("POST /length", "", large, 413, "body-too-large"),
        ("POST /note", text, "{}".into(), 415, "media-type-unsupported"),
        ("POST /note", "", "{}".into(), 415, "media-type-unsupported"),
        ("POST /note", JSON, "{\"text\": ".into(), 400, "syntax"),
        ("POST /note", JSON, "{\"text\": \"a\", \"t\\u0065xt\": \"b\"}".into(), 400, "duplicate-member"),
        ("POST /note", JSON, "{\"text\": \"a\", \"more\": 1}".into(), 400, "unknown-member"),
        ("POST /note", JSON, "{}".into(), 400, "missing-member"),
        ("POST /note", JSON, "{\"text\": 1}".into(), 400, "wrong-type"),
        ("POST /note", JSON, "{\"text\": \"a\", \"price\": 1e400}".into(), 400, "number-range"),
        ("POST /note", JSON, deep(100), 400, "too-deep"),
        ("GET /page", "", String::new(), 400, "query-invalid"),
        ("GET /page?limit=70000", "", String::new(), 400, "query-invalid"),
        (&long, "", String::new(), 414, "uri-too-long"),
        ("GET /offers/order:1", "", String::new(), 400, "path-invalid"),
        ("POST /offers", JSON, "{\"schema\": \"service-offer.v1\"}".into(), 400, "missing-member"),
        ("GET /panic", "", String::new(), 500, "internal"),
        ("GET /plain-500", "", String::new(), 500, "internal"),
        ("GET /never", "", String::new(), 503, "answer-slow"),
        ("GET /events", "last-event-id: x\r\n", String::new(), 400, "last-event-id-invalid"),
        ("GET /events", "last-event-id: 7\r\n", String::new(), 410, "events-gone"),
        ("GET /signed/me", "", String::new(), 401, "request-signature-missing"),
    ];
    for (line, headers, body, status, code) in cases {
        let answer = ask(service.address, line, headers, &body).await;
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{line}: {answer:?}");
        assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{line}");
        let problem = answer.json();
        assert_eq!(problem["type"], format!("urn:earnest:problem:{code}"), "{line}");
        assert_eq!(problem["status"], status, "{line}");
        assert_eq!(problem["requestId"].as_str(), answer.header("x-request-id"), "{line}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_service_says_itself_is_left_alone() {
    let service = start(hasty(), Verifier::in_memory()).await;
    let paid = ask(service.address, "GET /own-402", "", "").await;
    assert_eq!((paid.status, paid.body.as_str()), (402, "[\"pay\"]"));
    let note = ask(service.address, "POST /note", JSON, "{\"text\": \"a\"}").await;
    assert_eq!((note.status, note.body.as_str()), (200, "{\"text\":\"a\",\"price\":null}"));
    assert_eq!(note.header("cache-control"), Some("no-store"));
    let offer = ask(service.address, "GET /offers/offer:1", "", "").await;
    assert_eq!(offer.body, "{\"offer\":\"offer:1\"}");
    let refused = ask(service.address, "DELETE /note", "", "").await;
    assert_eq!(refused.header("allow"), Some("POST,GET,HEAD"));
    let place = ask(service.address, "POST /note", JSON, "{\"text\": \"a\",\n \"price\": \"b\"}").await.json();
    assert_eq!((&place["pointer"], &place["line"]), (&"/price".into(), &2.into()), "{place}");
}

/// Whole requests, sent as they stand; the status and code that answer each. None is served, and after each the
/// connection ends.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_request_of_one_reading_is_refused() {
    let service = start(hasty(), Verifier::in_memory()).await;
    let host = format!("host: {}\r\n", service.address);
    let post = |headers: &str, body: &str| format!("POST /length HTTP/1.1\r\n{host}{headers}\r\n{body}");
    let get = |headers: &str| format!("GET /note HTTP/1.1\r\n{headers}\r\n");
    let smuggled = "0\r\n\r\nGET /note HTTP/1.1\r\nhost: x\r\n\r\n";
    let many: String = (0..200).map(|n| format!("x-{n}: 1\r\n")).collect();
    let cases = [
        (
            "content length and chunks",
            post("content-length: 4\r\ntransfer-encoding: chunked\r\n", smuggled),
            411,
            "length-required",
        ),
        (
            "chunks and content length",
            post("transfer-encoding: chunked\r\ncontent-length: 4\r\n", smuggled),
            411,
            "length-required",
        ),
        ("chunks", post("transfer-encoding: chunked\r\n", "1\r\nx\r\n0\r\n\r\n"), 411, "length-required"),
        ("another coding", post("transfer-encoding: gzip\r\n", ""), 400, "request-malformed"),
        ("a coding in disguise", post("transfer-encoding: xchunked\r\n", ""), 400, "request-malformed"),
        ("two lengths", post("content-length: 1\r\ncontent-length: 2\r\n", "xx"), 400, "request-malformed"),
        ("a signed length", post("content-length: +1\r\n", "x"), 400, "request-malformed"),
        ("a negative length", post("content-length: -1\r\n", "x"), 400, "request-malformed"),
        ("a folded header", get(&format!("{host}x-a: 1\r\n 2\r\n")), 400, "request-malformed"),
        ("a blank before the colon", get(&format!("{host}x-a : 1\r\n")), 400, "request-malformed"),
        ("a null in a header", get(&format!("{host}x-a: \0\r\n")), 400, "request-malformed"),
        ("no host", get(""), 400, "request-malformed"),
        ("two hosts", get(&format!("{host}{host}")), 400, "request-malformed"),
        ("another host", get("host: evil.example\r\n"), 421, "misdirected"),
        (
            "another host in the line",
            format!("GET http://evil.example/note HTTP/1.1\r\n{host}\r\n"),
            400,
            "request-malformed",
        ),
        ("no HTTP at all", "\u{16}\u{3}\u{1}\u{2}\r\n\r\n".to_owned(), 400, "request-malformed"),
        ("too many headers", get(&format!("{host}{many}")), 431, "headers-too-large"),
        ("too large a header", get(&format!("{host}x-a: {}\r\n", "x".repeat(40_000))), 431, "headers-too-large"),
        ("headers without end", get(&format!("{host}x-a: {}", "x".repeat(460_000))), 431, "headers-too-large"),
        ("too long a line", format!("GET /{} HTTP/1.1\r\n{host}\r\n", "x".repeat(70_000)), 431, "headers-too-large"),
    ];
    for (name, bytes, status, code) in cases {
        let mut wire = Wire::open(service.address).await;
        wire.send(&bytes).await;
        let answer = wire.answer().await.unwrap_or_else(|| panic!("{name}: expected an answer"));
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{name}: {answer:?}");
        assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{name}");
        assert!(wire.ends().await, "{name}: expected nothing after the refusal");
    }
    assert_eq!(ask(service.address, "GET /note", "", "").await.body, "a note");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_route_that_takes_chunks_ends_the_connection_after_them() {
    let service = start(hasty(), Verifier::in_memory()).await;
    for headers in ["transfer-encoding: chunked\r\n", "content-length: 4\r\ntransfer-encoding: chunked\r\n"] {
        let mut wire = Wire::open(service.address).await;
        let chunks = "5\r\nabcde\r\n0\r\n\r\nGET /note HTTP/1.1\r\nhost: x\r\n\r\n";
        wire.send(format!("POST /chunked HTTP/1.1\r\nhost: {}\r\n{headers}\r\n{chunks}", service.address)).await;
        assert_eq!(wire.answer().await.unwrap().body, "5", "{headers}");
        assert!(wire.ends().await, "{headers}: expected nothing that came after the chunks to be served");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pipelined_requests_are_answered_in_their_order() {
    let service = start(hasty(), Verifier::in_memory()).await;
    let mut wire = Wire::open(service.address).await;
    let requests: String =
        (0..50).map(|n| request(service.address, &format!("GET /offers/offer:{n}"), "", "")).collect();
    wire.send(requests).await;
    for n in 0..50 {
        assert_eq!(wire.answer().await.unwrap().body, format!("{{\"offer\":\"offer:{n}\"}}"));
    }
    wire.send("nonsense\r\n\r\n").await;
    assert_eq!(wire.answer().await.unwrap().code(), "request-malformed");
}

/// Starts of requests that never end: the connection does.
#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_does_not_arrive_ends_its_connection() {
    for http2 in [false, true] {
        let service = start(ServerSettings { http2, ..hasty() }, Verifier::in_memory()).await;
        for start in ["", "G", "PRI", "GET /note HTTP/1.1\r\nhost: x\r\nx-", "PRI * HTTP/2.0\r\n\r\nS"] {
            let mut wire = Wire::open(service.address).await;
            wire.send(start).await;
            wire.ends().await;
        }
        let mut wire = Wire::open(service.address).await;
        wire.send(request(service.address, "GET /note", "", "")).await;
        assert_eq!(wire.answer().await.unwrap().status, 200);
        assert!(wire.ends().await, "an idle connection ends too");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_does_not_arrive_is_answered_408() {
    let service = start(hasty(), Verifier::in_memory()).await;
    for (path, sent) in [("/length", ""), ("/length", "abc"), ("/note", "{")] {
        let mut wire = Wire::open(service.address).await;
        let head = format!("POST {path} HTTP/1.1\r\nhost: {}\r\n{JSON}content-length: 10\r\n\r\n", service.address);
        wire.send(head + sent).await;
        let answer = wire.answer().await.unwrap();
        assert_eq!((answer.status, answer.code().as_str()), (408, "body-slow"), "{path}");
    }
}

/// What is refused before it was read is answered all the same, and not cut off under the sender's hands.
#[tokio::test(flavor = "multi_thread")]
async fn a_sender_of_too_much_learns_why() {
    let service = start(hasty(), Verifier::in_memory()).await;
    for _ in 0..20 {
        let answer = ask(service.address, "POST /length", "", &"x".repeat(2_000_000)).await;
        assert_eq!((answer.status, answer.code().as_str()), (413, "body-too-large"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_beyond_the_cap_is_told_and_ended() {
    let settings = ServerSettings { max_connections: 2, head_within_ms: 20_000, ..hasty() };
    let service = start(settings, Verifier::in_memory()).await;
    let mut held = Vec::new();
    for _ in 0..2 {
        let mut wire = Wire::open(service.address).await;
        wire.send(request(service.address, "GET /note", "", "")).await;
        assert_eq!(wire.answer().await.unwrap().status, 200);
        held.push(wire);
    }
    for _ in 0..20 {
        let mut wire = Wire::open(service.address).await;
        let answer = wire.answer().await.unwrap();
        assert_eq!((answer.status, answer.code().as_str()), (503, "connections-exhausted"));
        assert!(wire.ends().await);
    }
    held[0].send(request(service.address, "GET /note", "", "")).await;
    assert_eq!(held[0].answer().await.unwrap().status, 200, "those that are open are served on");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_beyond_the_places_of_its_class_is_refused_at_once() {
    let service = start(hasty(), Verifier::in_memory()).await;
    let mut first = Wire::open(service.address).await;
    first.send(request(service.address, "GET /held", "", "")).await;
    service.reached.notified().await;
    let second = ask(service.address, "GET /held", "", "").await;
    assert_eq!((second.status, second.code().as_str(), second.header("retry-after")), (503, "busy", Some("1")));
    assert_eq!(ask(service.address, "GET /note", "", "").await.status, 200, "other classes have places of their own");
    service.gate.notify_one();
    assert_eq!(first.answer().await.unwrap().body, "held");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_ends_after_its_last_request() {
    let settings = ServerSettings { max_requests_per_connection: 2, ..hasty() };
    let service = start(settings, Verifier::in_memory()).await;
    let mut wire = Wire::open(service.address).await;
    wire.send(request(service.address, "GET /note", "", "").repeat(3)).await;
    assert_eq!(wire.answer().await.unwrap().header("connection"), None);
    assert_eq!(wire.answer().await.unwrap().header("connection"), Some("close"));
    assert!(wire.ends().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_of_others_needs_to_be_meant() {
    let refused =
        |settings: ServerSettings| async move { earnest_kit::Server::bind(&settings).await.unwrap_err().to_string() };
    let beyond = ServerSettings { listen: "0.0.0.0:0".parse().unwrap(), ..hasty() };
    assert!(refused(beyond.clone()).await.contains("plain-beyond-loopback"));
    let meant = ServerSettings { plain_beyond_loopback: true, ..beyond };
    assert!(refused(meant.clone()).await.contains("server.authorities"));
    let named = ServerSettings { authorities: vec!["escrow.example".to_owned()], ..meant };
    assert!(earnest_kit::Server::bind(&named).await.is_ok());
}
