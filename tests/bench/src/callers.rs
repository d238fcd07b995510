//! Callers over loopback, each with a connection of its own: what they send was signed before the clock runs.

use std::{collections::VecDeque, net::SocketAddr, time::Instant};

use anyhow::{Context, bail};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// What one caller sends, one after the other is answered. A request that ends a hold comes after the one that opened it.
pub(crate) type Line = Vec<Vec<u8>>;

/// What every caller sends.
#[derive(Debug, Clone)]
pub(crate) struct Round(Vec<Line>);

/// How long it took.
#[derive(Debug)]
pub(crate) struct Asked {
    /// In all.
    pub(crate) seconds: f64,
    /// Each request, in seconds.
    pub(crate) waits: Vec<f64>,
}

impl Round {
    /// Deals groups of requests out to so many callers; a group stays together and in order.
    pub(crate) fn of(groups: Vec<Line>, callers: usize) -> Self {
        let mut lines = vec![Line::new(); callers.max(1)];
        let mut groups: VecDeque<Line> = groups.into();
        while !groups.is_empty() {
            for line in &mut lines {
                line.extend(groups.pop_front().unwrap_or_default());
            }
        }
        Self(lines)
    }
}

/// Sends everything, and waits for every answer.
pub(crate) async fn ask_all(address: SocketAddr, round: Round) -> anyhow::Result<Asked> {
    let mut work = Vec::with_capacity(round.0.len());
    for line in round.0 {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        work.push((stream, line));
    }
    let start = now();
    let callers: Vec<_> = work.into_iter().map(|(stream, line)| tokio::spawn(ask(stream, line))).collect();
    let mut waits = Vec::new();
    for caller in callers {
        waits.extend(caller.await??);
    }
    Ok(Asked { seconds: start.elapsed().as_secs_f64(), waits })
}

/// Sends one request over a connection of its own.
pub(crate) async fn ask_once(address: SocketAddr, request: Vec<u8>) -> anyhow::Result<()> {
    ask_all(address, Round(vec![vec![request]])).await.map(drop)
}

async fn ask(mut stream: TcpStream, line: Line) -> anyhow::Result<Vec<f64>> {
    let mut waits = Vec::with_capacity(line.len());
    let mut answer = Vec::with_capacity(16 * 1024);
    for request in line {
        let start = now();
        stream.write_all(&request).await?;
        answer.clear();
        while !is_whole(&answer)? {
            if stream.read_buf(&mut answer).await? == 0 {
                bail!("expected an answer, found the end after {:?}", text(&answer));
            }
        }
        waits.push(start.elapsed().as_secs_f64());
    }
    Ok(waits)
}

/// Whether an answer is there with all of its body. One that is no 200, or refuses a hold of a batch, is an error.
fn is_whole(answer: &[u8]) -> anyhow::Result<bool> {
    let Some(end) = answer.windows(4).position(|part| part == b"\r\n\r\n") else { return Ok(false) };
    let head = std::str::from_utf8(&answer[..end])?.to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).context("expected a length")?;
    if answer.len() < end + 4 + length.trim().parse::<usize>()? {
        return Ok(false);
    }
    if !head.starts_with("http/1.1 200") || answer.windows(7).any(|part| part == b"\"code\":") {
        bail!("expected 200 and no refusal, found {}", text(answer));
    }
    Ok(true)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[expect(clippy::disallowed_methods, reason = "a bench measures time")]
fn now() -> Instant {
    Instant::now()
}
