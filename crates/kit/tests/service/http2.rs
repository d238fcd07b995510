//! HTTP/2 with prior knowledge, where it is switched on: frames as they stand on the wire.

use earnest_kit::{ServerSettings, Verifier};

use crate::{
    echo::{hasty, start},
    wire::{Wire, ask},
};

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

/// A request on stream 1: a HEADERS frame that ends headers and stream, its fields by the static table of RFC 7541.
fn get(path: &str, authority: &str) -> Vec<u8> {
    let text = |text: &str| [&[u8::try_from(text.len()).unwrap()][..], text.as_bytes()].concat();
    let (method, scheme) = (&[0x82][..], &[0x86][..]);
    let block = [method, scheme, &[0x04], &text(path), &[0x01], &text(authority)].concat();
    let length = u8::try_from(block.len()).unwrap();
    [PREFACE, &[0, 0, length, 0x01, 0x05, 0, 0, 0, 1], &block].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn http2_is_spoken_where_it_is_switched_on_and_nowhere_else() {
    let service = start(ServerSettings { http2: true, ..hasty() }, Verifier::in_memory()).await;
    let host = service.address.to_string();
    for (path, authority, found) in [
        ("/note", host.as_str(), "a note"),
        ("/nowhere", &host, "route-unknown"),
        ("/note", "evil.example", "misdirected"),
    ] {
        let mut wire = Wire::open(service.address).await;
        wire.send(get(path, authority)).await;
        assert!(wire.until_bytes(found.as_bytes()).await, "{path} at {authority}");
    }
    assert_eq!(ask(service.address, "GET /note", "", "").await.body, "a note", "HTTP/1.1 is spoken too");
    let service = start(hasty(), Verifier::in_memory()).await;
    let mut wire = Wire::open(service.address).await;
    wire.send(get("/note", &host)).await;
    assert_ne!(wire.answer().await.map(|answer| answer.status), Some(200));
}
