//! Many identical payments at once: through one till, and through two over one database.
//!
//! `EARNEST_PAYWALL_ROUNDS` says how many rounds (20 where it says nothing).

use std::{
    collections::BTreeSet,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use axum::Router;
use earnest_paywall::{Limits, Till};
use earnest_ports::DrivenClock;
use earnest_x402::header as x402;
use sqlx::{Connection, PgConnection};
use tokio::{sync::Barrier, task::JoinSet};

use crate::{
    buyer::{Buyer, encoded, get},
    market::{Market, Told, limits, long, market_over, market_with, send, start},
    settler::Memory,
};

fn rounds() -> usize {
    std::env::var("EARNEST_PAYWALL_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(20)
}

/// Bounds that two hundred clients on a busy machine do not reach.
fn patient() -> Limits {
    let long = Duration::from_secs(300);
    Limits { work_within: long, settle_within: long, body_within: long, ..limits() }
}

/// So many send the same payment at the same moment, each to one of the apps. Says what they were told.
async fn at_once(apps: &[Router], market: &Market, nonce: &str, many: usize) -> Vec<Told> {
    let wanted = get("/report");
    let demand = send(&apps[0], &wanted, &[]).await.demand();
    let payment = Arc::new(encoded(&Buyer(1).orc(&demand, &wanted, &long(nonce), None, market.now())));
    let barrier = Arc::new(Barrier::new(many));
    let mut clients = JoinSet::new();
    for index in 0..many {
        let (app, payment, barrier) = (apps[index % apps.len()].clone(), Arc::clone(&payment), Arc::clone(&barrier));
        let wanted = wanted.clone();
        clients.spawn(async move {
            barrier.wait().await;
            send(&app, &wanted, &[(x402::PAYMENT_SIGNATURE, &payment)]).await
        });
    }
    clients.join_all().await
}

/// A race of one payment: one execution, one settlement, one grant, and everybody else is told why.
pub(crate) async fn race(apps: &[Router], market: &Market, many: usize) {
    let (runs, settled) = (market.runs(), market.settler.count());
    let nonce = format!("r{settled}");
    let told = at_once(apps, market, &nonce, many).await;
    let delivered = told.iter().filter(|told| told.is_delivered()).count();
    assert_eq!((delivered, market.runs() - runs, market.settler.count() - settled), (1, 1, 1), "{nonce}");
    let statuses: BTreeSet<u16> = told.iter().map(|told| told.status.as_u16()).collect();
    // In flight, used, or a till that stands by.
    assert!(statuses.is_subset(&[200, 202, 402, 503].into()), "{statuses:?}");
    for told in told.iter().filter(|told| told.status == 402) {
        assert_eq!(told.error(), "payment-already-used");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_hundred_identical_payments_at_once_are_one_execution_one_settlement_one_grant() {
    let market = market_with(patient(), |route| route).await;
    for _ in 0..rounds() {
        race(std::slice::from_ref(&market.app), &market, 200).await;
    }
    assert_eq!(market.work.most.load(Ordering::SeqCst), 1, "never two executions at a time");
}

/// The server for the tests, or nothing where there is none; `CI=true` insists.
async fn database() -> Option<String> {
    let server = std::env::var("EARNEST_POSTGRES").unwrap_or_else(|_| "postgres://postgres@127.0.0.1:5432".to_owned());
    let mut connection = match PgConnection::connect(&format!("{server}/postgres")).await {
        Ok(connection) => connection,
        Err(error) if std::env::var("CI").is_ok_and(|ci| ci == "true") => panic!("{error}"),
        Err(_) => {
            println!("PostgreSQL is not there: passed over");
            return None;
        }
    };
    let mut random = [0_u8; 8];
    getrandom::fill(&mut random).unwrap();
    let name = format!("earnest_till_test_{:016x}", u64::from_le_bytes(random));
    let create = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
    sqlx::raw_sql(create).execute(&mut connection).await.unwrap();
    Some(format!("{server}/{name}"))
}

async fn drop_database(url: &str) {
    let (server, name) = url.rsplit_once('/').unwrap();
    let mut connection = PgConnection::connect(&format!("{server}/postgres")).await.unwrap();
    let drop = sqlx::AssertSqlSafe(format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
    sqlx::raw_sql(drop).execute(&mut connection).await.unwrap();
}

/// Two tills over one database: one writes, the other stands by and says so, takes over, and serves nothing again.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_tills_over_one_database_grant_a_payment_once_also_when_the_second_takes_over() {
    let Some(url) = database().await else { return };
    let clock = Arc::new(DrivenClock::new(start()));
    let settler = Arc::new(Memory::default());
    let first = Till::open_with(&url, clock.clone()).await.unwrap();
    assert!(first.opened().await);
    let market = market_over(first, clock.clone(), settler.clone(), patient(), |route| route).await;
    let second = Till::open_with(&url, clock.clone()).await.unwrap();
    let standby = {
        let wall = crate::market::paywall(&second, settler, patient());
        let route = wall.price("0.25 ORC").unwrap().pay_to(crate::market::SELLER).unwrap();
        let route =
            route.or("0.10 USDC").unwrap().pay_to(crate::buyer::PAYEE).unwrap().description("A report, made for you.");
        let work = market.work.clone();
        let handler = move || {
            work.runs.fetch_add(1, Ordering::SeqCst);
            async { "report of the second" }
        };
        Router::new().route("/report", axum::routing::get(handler).layer(route))
    };
    let apps = [market.app.clone(), standby.clone()];
    for _ in 0..rounds() {
        race(&apps, &market, 200).await;
    }
    assert!(!second.is_open());
    // The first goes; the second takes over, and knows every payment.
    let (wanted, runs) = (get("/report"), market.runs());
    let payment = market.orc(1, &wanted, "r0").await;
    let Market { app, till, .. } = market;
    drop((app, till, apps));
    assert!(second.opened().await);
    let told = send(&standby, &wanted, &[(x402::PAYMENT_SIGNATURE, &payment)]).await;
    assert_eq!(told.error(), "payment-already-used");
    let demand = send(&standby, &wanted, &[]).await.demand();
    let fresh = encoded(&Buyer(1).orc(&demand, &wanted, &long("fresh"), None, start()));
    let told = send(&standby, &wanted, &[(x402::PAYMENT_SIGNATURE, &fresh)]).await;
    assert!(told.is_delivered(), "{told:?}");
    assert!(runs > 0);
    drop((second, standby));
    drop_database(&url).await;
}
