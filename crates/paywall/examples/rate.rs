//! How many sales a till books in a second: each is reserved, its result kept, and granted, three durable answers. Nothing
//! is verified or settled here: those are measured where they are done.
//!
//! `cargo run --release -p earnest-paywall --example rate -- <till> <sales>`, the till as `Till::open` takes it.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a measurement")]

use std::{sync::Arc, time::Instant};

use earnest_base::Timestamp;
use earnest_grant::{Command, Kept, KeptBody, PayerKey, PayloadKey, PaymentKey, RequestKey, Show, Step, Terms, Worker};
use earnest_paywall::Till;
use tokio::task::JoinSet;

/// How many are under way at once.
const AT_ONCE: u64 = 1_024;

#[tokio::main]
async fn main() {
    let mut args = std::env::args().skip(1);
    let url = args.next().unwrap_or_else(|| "memory".to_owned());
    let sales: u64 = args.next().map_or(100_000, |sales| sales.parse().unwrap());
    let till = Till::open(&url).await.unwrap();
    assert!(till.opened().await);
    let began = Instant::now();
    let mut sellers = JoinSet::new();
    for seller in 0..AT_ONCE {
        let till = till.clone();
        sellers.spawn(async move {
            for sale in (seller..sales).step_by(usize::try_from(AT_ONCE).unwrap()) {
                sell(&till, sale).await;
            }
        });
    }
    sellers.join_all().await;
    let took = began.elapsed();
    println!("{url}: {sales} sales in {took:.2?}, {:.0} a second", sales as f64 / took.as_secs_f64());
}

async fn sell(till: &Till, sale: u64) {
    let mut key = [0; 32];
    // As digests are: in no order.
    key[..8].copy_from_slice(&sale.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
    let seconds = |secs| earnest_base::Seconds::new(secs).unwrap();
    let terms = Terms {
        work_lease: seconds(40),
        settle_lease: seconds(40),
        life: seconds(86_400),
        payments_at_most: 10_000_000,
        identifiers_at_most: 100_000,
        kept_bytes_at_most: 256 << 20,
        open_at_most: 64,
    };
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let lapses_at = Timestamp::from_unix_millis(i64::try_from(now.as_millis()).unwrap() + 60_000).unwrap();
    let (payment, worker) = (PaymentKey::from_bytes(key), Worker(sale));
    let payer = PayerKey::from_bytes(key[..16].try_into().unwrap());
    let payload = PayloadKey::from_bytes(key[..16].try_into().unwrap());
    let request = RequestKey::from_bytes(key);
    let show = Show { payment, request, payload, payer, lapses_at, identified: None, worker, terms };
    let step = Step { payment, worker };
    let headers = vec![("content-type".into(), (*b"application/json").into())];
    let kept = Arc::new(Kept::new(200, headers, KeptBody::Inline(vec![b'x'; 256].into())).unwrap());
    till.tell(Command::Show(Box::new(show))).await.unwrap();
    till.tell(Command::Stage { step, kept, terms }).await.unwrap();
    till.tell(Command::Grant { step, transaction: "ab".repeat(32).into(), terms }).await.unwrap();
}
