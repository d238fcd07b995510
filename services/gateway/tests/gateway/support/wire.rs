//! A small HTTP client: one request on a connection of its own, and events as they come.

use std::{net::SocketAddr, time::Duration};

use http::Request;
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// So long that only a fault lets it pass.
const PATIENCE: Duration = Duration::from_secs(30);

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The code of a refusal; nothing where it is none.
    pub(crate) fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    /// The status with the code.
    pub(crate) fn refusal(&self) -> (u16, String) {
        (self.status, self.code())
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(": ")?;
            found.eq_ignore_ascii_case(name).then_some(value)
        })
    }
}

fn bytes_of(request: &Request<Vec<u8>>) -> Vec<u8> {
    let target = request.uri().path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
    let authority = request.uri().authority().unwrap();
    let mut head = format!("{} {target} HTTP/1.1\r\nhost: {authority}\r\n", request.method());
    for (name, value) in request.headers() {
        head.push_str(&format!("{name}: {}\r\n", value.to_str().unwrap()));
    }
    head.push_str(&format!("content-length: {}\r\n\r\n", request.body().len()));
    [head.as_bytes(), request.body()].concat()
}

struct Wire {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Wire {
    async fn open(address: SocketAddr, request: &Request<Vec<u8>>) -> Self {
        let mut stream = TcpStream::connect(address).await.unwrap();
        // A refusal may come before the whole request was taken.
        let _ = stream.write_all(&bytes_of(request)).await;
        Self { stream, read: Vec::new() }
    }

    async fn more(&mut self) -> bool {
        let mut chunk = vec![0; 64 * 1024];
        let read = timeout(PATIENCE, self.stream.read(&mut chunk)).await.expect("an answer in time");
        let length = read.unwrap_or(0);
        self.read.extend_from_slice(&chunk[..length]);
        length > 0
    }

    async fn until(&mut self, mark: &str) -> Option<String> {
        loop {
            if let Some(at) = self.read.windows(mark.len()).position(|found| found == mark.as_bytes()) {
                let rest = self.read.split_off(at + mark.len());
                return String::from_utf8(std::mem::replace(&mut self.read, rest)).ok();
            }
            if !self.more().await {
                return None;
            }
        }
    }

    async fn head(&mut self) -> Answer {
        let head = self.until("\r\n\r\n").await.expect("an answer");
        let status = head.get(9..12).unwrap().parse().unwrap();
        Answer { status, head, body: Vec::new() }
    }

    async fn body(&mut self, mut answer: Answer) -> Answer {
        let length: usize = answer.header("content-length").map_or(0, |length| length.parse().unwrap());
        while self.read.len() < length {
            assert!(self.more().await, "expected {length} bytes, found {}", self.read.len());
        }
        let rest = self.read.split_off(length);
        answer.body = std::mem::replace(&mut self.read, rest);
        answer
    }
}

/// One request and its answer.
pub(crate) async fn exchange(address: SocketAddr, request: &Request<Vec<u8>>) -> Answer {
    let mut wire = Wire::open(address, request).await;
    let head = wire.head().await;
    wire.body(head).await
}

/// One request and its answer, where one comes within so long.
pub(crate) async fn exchange_within(
    address: SocketAddr,
    request: &Request<Vec<u8>>,
    within: Duration,
) -> Option<Answer> {
    timeout(within, answered(address, request)).await.ok().flatten()
}

async fn answered(address: SocketAddr, request: &Request<Vec<u8>>) -> Option<Answer> {
    let mut stream = TcpStream::connect(address).await.ok()?;
    stream.write_all(&bytes_of(request)).await.ok()?;
    let mut wire = Wire { stream, read: Vec::new() };
    let head = wire.until("\r\n\r\n").await?;
    let mut answer = Answer { status: head.get(9..12)?.parse().ok()?, head, body: Vec::new() };
    let length: usize = answer.header("content-length")?.parse().ok()?;
    while wire.read.len() < length {
        if !wire.more().await {
            return None;
        }
    }
    answer.body = wire.read;
    Some(answer)
}

/// An event of a stream.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Event {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) data: Value,
}

/// A stream of events.
pub(crate) struct Events(Wire);

impl Events {
    /// A stream, or the refusal of one.
    pub(crate) async fn open(address: SocketAddr, request: &Request<Vec<u8>>) -> Result<Self, Answer> {
        let mut wire = Wire::open(address, request).await;
        let head = wire.head().await;
        if head.status == 200 { Ok(Self(wire)) } else { Err(wire.body(head).await) }
    }

    /// The next event; `None` where the stream ends.
    pub(crate) async fn next(&mut self) -> Option<Event> {
        loop {
            let block = self.0.until("\n\n").await?;
            let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
            // What has no id is a heartbeat.
            let Some(id) = field("id: ") else { continue };
            let data = serde_json::from_str(&field("data: ")?).ok()?;
            return Some(Event { id: id.parse().ok()?, name: field("event: ")?, data });
        }
    }
}
