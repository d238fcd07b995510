//! What stands between a rail and what it calls, and loses what it is told to lose.

use std::{
    net::SocketAddr,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU8, Ordering},
    },
};

use earnest_rail::testing::Reach;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpSocket, TcpStream},
    sync::Mutex,
    task::JoinHandle,
};

/// A proxy for HTTP/1.1, one request for each connection.
pub(crate) struct Proxy {
    address: SocketAddr,
    upstream: Arc<OnceLock<SocketAddr>>,
    deaf: Arc<AtomicU8>,
    listening: Mutex<Option<JoinHandle<()>>>,
}

impl Proxy {
    /// Listens, in front of nobody yet.
    pub(crate) async fn listening() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let proxy = Self { address, upstream: Arc::default(), deaf: Arc::default(), listening: Mutex::new(None) };
        proxy.listen(listener).await;
        proxy
    }

    /// Whom it stands in front of.
    pub(crate) fn lead_to(&self, upstream: SocketAddr) {
        self.upstream.set(upstream).unwrap();
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Answers, hears without answering, or is not there.
    pub(crate) async fn set(&self, reach: Reach) {
        self.deaf.store(u8::from(reach == Reach::Deaf), Ordering::SeqCst);
        let mut listening = self.listening.lock().await;
        if reach == Reach::Away {
            if let Some(task) = listening.take() {
                task.abort();
                // The port is free once the task is gone.
                let _ = task.await;
            }
        } else if listening.is_none() {
            drop(listening);
            let socket = TcpSocket::new_v4().unwrap();
            socket.set_reuseaddr(true).unwrap();
            socket.bind(self.address).unwrap();
            self.listen(socket.listen(64).unwrap()).await;
        }
    }

    async fn listen(&self, listener: TcpListener) {
        let (upstream, deaf) = (Arc::clone(&self.upstream), Arc::clone(&self.deaf));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                if let Some(upstream) = upstream.get() {
                    tokio::spawn(pass(stream, *upstream, Arc::clone(&deaf)));
                }
            }
        });
        *self.listening.lock().await = Some(task);
    }
}

/// Hands one request on, and its answer back, where that is not to be lost.
async fn pass(mut caller: TcpStream, upstream: SocketAddr, deaf: Arc<AtomicU8>) -> Option<()> {
    let request = message(&mut caller, Some(0)).await?;
    let text = String::from_utf8_lossy(&request[..head_of(&request)?]).into_owned();
    let mut whole = text.replacen("\r\n", "\r\nconnection: close\r\n", 1).into_bytes();
    whole.extend_from_slice(&request[head_of(&request)?..]);
    let mut called = TcpStream::connect(upstream).await.ok()?;
    called.write_all(&whole).await.ok()?;
    let answer = message(&mut called, None).await?;
    if deaf.load(Ordering::SeqCst) == 0 {
        let head = head_of(&answer)?;
        let text = String::from_utf8_lossy(&answer[..head]).replacen("\r\n", "\r\nconnection: close\r\n", 1);
        caller.write_all(text.as_bytes()).await.ok()?;
        caller.write_all(&answer[head..]).await.ok()?;
    }
    caller.shutdown().await.ok()
}

/// Where the head of a message ends.
fn head_of(bytes: &[u8]) -> Option<usize> {
    bytes.windows(4).position(|found| found == b"\r\n\r\n").map(|at| at + 4)
}

/// A message with its body: of the length that it says, else of this one, else until the connection ends.
async fn message(stream: &mut TcpStream, unsaid: Option<usize>) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut piece = [0; 16_384];
    loop {
        if let Some(head) = head_of(&bytes) {
            let text = String::from_utf8_lossy(&bytes[..head]).to_lowercase();
            let length =
                text.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse::<usize>().ok());
            if length.or(unsaid).is_some_and(|length| bytes.len() >= head + length) {
                return Some(bytes);
            }
        }
        match stream.read(&mut piece).await.ok()? {
            0 if head_of(&bytes).is_some() => return Some(bytes),
            0 => return None,
            length => bytes.extend_from_slice(&piece[..length]),
        }
    }
}
