//! A client that sends what it is told, byte by byte.

use std::{net::SocketAddr, time::Duration};

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(": ")?;
            found.eq_ignore_ascii_case(name).then_some(value)
        })
    }
}

/// So long that only a fault lets it pass.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct Wire {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Wire {
    pub(crate) async fn open(address: SocketAddr) -> Self {
        Self { stream: TcpStream::connect(address).await.unwrap(), read: Vec::new() }
    }

    /// Sends; that the other end has hung up is for the reader to notice.
    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        let _ = self.stream.write_all(bytes.as_ref()).await;
    }

    async fn more(&mut self) -> bool {
        let mut chunk = [0; 16 * 1024];
        match timeout(PATIENCE, self.stream.read(&mut chunk)).await.expect("an answer in time") {
            Ok(0) | Err(_) => false,
            Ok(length) => {
                self.read.extend_from_slice(&chunk[..length]);
                true
            }
        }
    }

    /// Everything up to a mark; `None` where the connection ends before it.
    pub(crate) async fn until(&mut self, mark: &str) -> Option<String> {
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

    /// Whether these bytes come.
    pub(crate) async fn until_bytes(&mut self, mark: &[u8]) -> bool {
        while !self.read.windows(mark.len()).any(|found| found == mark) {
            if !self.more().await {
                return false;
            }
        }
        true
    }

    /// The next answer, by its Content-Length; `None` where the connection ends.
    pub(crate) async fn answer(&mut self) -> Option<Answer> {
        let head = self.until("\r\n\r\n").await?;
        let status = head.get(9..12)?.parse().ok()?;
        let mut answer = Answer { status, head, body: String::new() };
        let length: usize = answer.header("content-length").map_or(0, |length| length.parse().unwrap());
        while self.read.len() < length {
            if !self.more().await {
                return None;
            }
        }
        let rest = self.read.split_off(length);
        answer.body = String::from_utf8(std::mem::replace(&mut self.read, rest)).ok()?;
        Some(answer)
    }

    /// Whether the other end hangs up without another word.
    pub(crate) async fn ends(&mut self) -> bool {
        while self.more().await {}
        self.read.is_empty()
    }
}

/// A request with the headers that every request needs.
pub(crate) fn request(address: SocketAddr, method_and_path: &str, headers: &str, body: &str) -> String {
    let length = if body.is_empty() { String::new() } else { format!("content-length: {}\r\n", body.len()) };
    format!("{method_and_path} HTTP/1.1\r\nhost: {address}\r\n{length}{headers}\r\n{body}")
}

/// One request on a connection of its own.
pub(crate) async fn ask(address: SocketAddr, method_and_path: &str, headers: &str, body: &str) -> Answer {
    let mut wire = Wire::open(address).await;
    wire.send(request(address, method_and_path, headers, body)).await;
    wire.answer().await.unwrap_or_else(|| panic!("{method_and_path}: expected an answer"))
}
