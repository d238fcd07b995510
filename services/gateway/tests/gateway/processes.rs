//! Gateways as processes of their own: killed under load, two of them on one database. This program starts itself as the
//! gateway, on a rail that keeps what it carried out in a file.
//!
//! `EARNEST_KILLS` is how often one is killed; 20 unless it says otherwise.

mod child;
mod database;
mod load;
mod paper;

use std::{collections::BTreeMap, env, sync::Arc};

use earnest_gateway::{Config, Relaying};
use earnest_payment::{State, answer};
use earnest_ports::{check, replay};

use self::{child::Child, database::Database, load::Load, paper::PaperRail};
use crate::support::config;

/// Nothing that was told is lost, nothing is paid twice, and the journal's chain holds.
async fn judge(config: &Config, load: &Load) -> String {
    let journal = earnest_store::open(&config.journal_url(), config.journal_name().unwrap()).await.unwrap();
    let genesis = Relaying::genesis();
    check(&*journal, &genesis, &BTreeMap::new()).await.unwrap();
    let state = replay(&*journal, &genesis).await.unwrap();
    let relay = state.machine.relay();
    relay.check().unwrap();
    let (told, paid) = (load.told(), PaperRail::at(&config.data.join("paper")).paid());
    let mut confirmed = 0;
    for (nonce, payment_id) in &told {
        let answer = answer(relay.lookup(payment_id));
        assert_eq!(answer.state(), State::Confirmed, "{nonce}: {answer:?}");
        confirmed += 1;
    }
    let kept = relay.payments_after(None).count();
    let twice: Vec<_> = paid.iter().filter(|(_, times)| **times > 1).collect();
    assert!(twice.is_empty(), "paid twice: {twice:?}");
    for nonce in told.keys() {
        assert_eq!(paid.get(nonce), Some(&1), "{nonce} was confirmed and not paid");
    }
    format!("{kept} payments, {confirmed} told and confirmed, {} paid, {} answers lost", paid.len(), load.lost())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_is_killed_under_load_loses_nothing_and_pays_nothing_twice() {
    let kills: u64 = env::var("EARNEST_KILLS").map_or(20, |kills| kills.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let config = config(&folder);
    let load = Arc::new(Load::default());
    for round in 0..kills {
        let running = Child::start(&config);
        load.again(running.ready().await).await;
        // Another number of answers in each round, so that the kill comes at any point of a payment.
        load.run(running.address(), (round * 37) % 101, || running.kill()).await;
        running.wait();
    }
    let last = Child::start(&config);
    load.again(last.ready().await).await;
    load.until_all_ended(last.address()).await;
    last.kill();
    last.wait();
    let said = judge(&config, &load).await;
    println!("{kills} kills: {said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_gateways_on_one_database_are_one_relay() {
    let Some(database) = Database::make().await else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut config = config(&folder);
    config.journal = earnest_kit::Secret::new(database.url().to_owned());
    let first = Child::start(&config);
    let load = Arc::new(Load::default());
    load.again(first.ready().await).await;
    let second = Child::start(&config);
    second.listens().await;
    assert_eq!(load.status(second.address(), "/health").await, 503, "a standby is not ready");
    assert_eq!(load.status(second.address(), "/payments/pay_any").await, 503, "and knows of no payment");
    load.run(first.address(), 60, || first.kill()).await;
    first.wait();
    load.again(second.ready().await).await;
    load.run(second.address(), 60, || {}).await;
    load.again(second.address()).await;
    load.until_all_ended(second.address()).await;
    second.kill();
    second.wait();
    let said = judge(&config, &load).await;
    println!("taken over: {said}");
    database.drop().await;
}
