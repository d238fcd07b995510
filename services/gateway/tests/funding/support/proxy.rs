//! What stands between gateway and escrow: it lets everything through, nothing, or requests without their answers.

use std::{
    net::SocketAddr,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU8, AtomicUsize, Ordering},
    },
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// A wire that a test cuts.
#[derive(Clone)]
pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    to: Arc<OnceLock<SocketAddr>>,
    mode: Arc<AtomicU8>,
    lost: Arc<AtomicUsize>,
}

const OPEN: u8 = 0;
const SHUT: u8 = 1;
const NO_ANSWERS: u8 = 2;

impl Proxy {
    /// It listens; where it leads is said later.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let proxy = Self { address, to: Arc::default(), mode: Arc::default(), lost: Arc::default() };
        let own = proxy.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(own.clone().carry(stream));
            }
        });
        proxy
    }

    pub(crate) fn leads_to(&self, to: SocketAddr) {
        self.to.set(to).unwrap();
    }

    pub(crate) fn open(&self) {
        self.mode.store(OPEN, Ordering::SeqCst);
    }

    pub(crate) fn shut(&self) {
        self.mode.store(SHUT, Ordering::SeqCst);
    }

    pub(crate) fn lose_answers(&self) {
        self.mode.store(NO_ANSWERS, Ordering::SeqCst);
    }

    /// How many answers were lost, or connections refused.
    pub(crate) fn lost(&self) -> usize {
        self.lost.load(Ordering::SeqCst)
    }

    /// Carries bytes both ways until something ends.
    async fn carry(self, mut near: TcpStream) {
        let Ok(mut far) = TcpStream::connect(self.to.get().unwrap()).await else { return };
        let (mut asked, mut told) = (vec![0; 65_536], vec![0; 65_536]);
        loop {
            tokio::select! {
                read = near.read(&mut asked) => match read {
                    Ok(length) if length > 0 && self.mode.load(Ordering::SeqCst) != SHUT => {
                        if far.write_all(&asked[..length]).await.is_err() { return }
                    }
                    Ok(length) => {
                        if length > 0 { self.lost.fetch_add(1, Ordering::SeqCst); }
                        return;
                    }
                    Err(_) => return,
                },
                read = far.read(&mut told) => match read {
                    Ok(length) if length > 0 && self.mode.load(Ordering::SeqCst) == OPEN => {
                        if near.write_all(&told[..length]).await.is_err() { return }
                    }
                    _ => {
                        self.lost.fetch_add(1, Ordering::SeqCst);
                        return;
                    }
                },
            }
        }
    }
}
