//! Looking: depth, blocks that are taken back, and who ended an authorisation (threat X02).

use earnest_relay::{Finding, Outcome};
use earnest_x402::evm::Uint256;
use serde_json::json;

use crate::{
    payments::{Payment, bundle, payee},
    subject::{VALUE, World, carry, send},
};

#[tokio::test]
async fn a_payment_is_missing_then_pending_then_deeper_and_deeper() {
    let Some(world) = World::start().await else { return };
    let rail = world.evm().await;
    let payment = world.pays_usdc("one").carried("one");
    let job = world.next_job(&rail, &payment).await;
    assert_eq!(world.found(&rail, &payment, &[&job]).await, Finding::Missing);
    world.chain.automine(false).await;
    assert_eq!(send(&rail, &job).await, Outcome::Accepted);
    assert_eq!(world.found(&rail, &payment, &[&job]).await, Finding::Pending);
    for expected in 1..4 {
        world.chain.mine(1).await;
        let found = world.found(&rail, &payment, &[&job]).await;
        let Finding::Included { txid, depth, success, explorer_url, .. } = found else { panic!("{found:?}") };
        assert_eq!((Some(&txid), depth, success), (job.txid.as_ref(), expected, true));
        assert_eq!(explorer_url.unwrap().as_str(), format!("https://sepolia.basescan.org/tx/{txid}"));
    }
}

#[tokio::test]
async fn what_a_node_drops_is_told_apart_from_what_it_never_had_and_is_sent_again() {
    let Some(world) = World::start().await else { return };
    let rail = world.evm().await;
    let payment = world.pays_usdc("one").carried("one");
    let job = world.next_job(&rail, &payment).await;
    world.chain.automine(false).await;
    assert_eq!(send(&rail, &job).await, Outcome::Accepted);
    world.chain.rpc("anvil_dropTransaction", json!([job.txid])).await;
    assert_eq!(world.found(&rail, &payment, &[&job]).await, Finding::Dropped);
    // A process that knows nothing of the sending cannot tell.
    assert_eq!(world.found(&world.evm().await, &payment, &[&job]).await, Finding::Missing);
    assert_eq!(send(&rail, &job).await, Outcome::Accepted);
    world.chain.mine(1).await;
    assert!(matches!(world.found(&rail, &payment, &[&job]).await, Finding::Included { success: true, .. }));
}

#[tokio::test]
async fn a_block_that_is_taken_back_counts_for_nothing() {
    let Some(world) = World::start().await else { return };
    let rail = world.evm().await;
    let payment = world.pays_usdc("one").carried("one");
    let job = world.next_job(&rail, &payment).await;
    let before = world.chain.rpc("evm_snapshot", json!([])).await;
    carry(&world, &rail, &job).await;
    world.chain.mine(1).await;
    assert!(matches!(world.found(&rail, &payment, &[&job]).await, Finding::Included { depth: 2, .. }));
    world.chain.rpc("evm_revert", json!([before])).await;
    world.chain.mine(4).await;
    assert_eq!(world.found(&rail, &payment, &[&job]).await, Finding::Dropped);
    carry(&world, &rail, &job).await;
    assert!(matches!(world.found(&rail, &payment, &[&job]).await, Finding::Included { depth: 1, success: true, .. }));
}

#[tokio::test]
async fn an_authorisation_that_a_stranger_brings_is_paid_once_and_found_under_the_strangers_transaction() {
    let Some(world) = World::start().await else { return };
    let rail = world.evm().await;
    let payment = world.pays_usdc("one");
    let carried = payment.carried("one");
    let job = world.next_job(&rail, &carried).await;
    let by = world.chain.send(world.stranger(), payment.token, &payment.call()).await;
    let found = world.found(&rail, &carried, &[&job]).await;
    assert!(matches!(&found, Finding::Included { txid, success: true, .. } if txid.as_str() == by), "{found:?}");
    // The relay's own comes too late and reverts: that ends nothing.
    carry(&world, &rail, &job).await;
    world.chain.mine(3).await;
    let found = world.found(&rail, &carried, &[&job]).await;
    assert!(matches!(&found, Finding::Included { txid, success: true, .. } if txid.as_str() == by), "{found:?}");
    assert_eq!(world.transfers(payment.signed.to, VALUE).await, 1);
}

#[tokio::test]
async fn a_stranger_may_bring_it_among_other_calls() {
    let Some(world) = World::start().await else { return };
    let rail = world.evm().await;
    let (one, two) = (world.pays_usdc("one"), world.pays_usdc("two"));
    let calls = [(one.token, one.call()), (two.token, two.call())];
    let by = world.chain.send(world.stranger(), world.chain.told.bundler, &bundle(&calls)).await;
    for (name, payment) in [("one", one), ("two", two)] {
        let found = world.found(&rail, &payment.carried(name), &[]).await;
        assert!(matches!(&found, Finding::Included { txid, success: true, .. } if txid.as_str() == by), "{found:?}");
    }
}

#[tokio::test]
async fn one_transfer_is_not_two_payments_where_a_payer_uses_a_nonce_twice() {
    let Some(world) = World::start().await else { return };
    let rail = world.evm().await;
    let (payer, key) = world.payer();
    // Two payments to one payee; the payer signs the second nonce over to somebody else, and brings both at once.
    let one = world.pays_usdc("one");
    let mut two = world.pays_usdc("two");
    two.signed.to = one.signed.to;
    let two = Payment::of(two.token, two.signed, &key);
    let mut other = two.signed;
    (other.to, other.value) = (payee("a friend"), Uint256::from(1));
    let other = Payment::of(two.token, other, &key);
    let calls = [(one.token, other.call()), (one.token, one.call())];
    let by = world.chain.send(payer, world.chain.told.bundler, &bundle(&calls)).await;
    let found = world.found(&rail, &one.carried("one"), &[]).await;
    assert!(matches!(found, Finding::Included { success: true, .. }), "{found:?}");
    let found = world.found(&rail, &two.carried("two"), &[]).await;
    assert_eq!(found, Finding::Consumed { by: by.parse().unwrap(), depth: 1 });
}

#[tokio::test]
async fn a_nonce_that_is_used_otherwise_or_cancelled_is_consumed() {
    let Some(world) = World::start().await else { return };
    let rail = world.evm().await;
    let (payer, key) = world.payer();
    let used = world.pays_usdc("used");
    let mut other = used.signed;
    other.value = Uint256::from(VALUE - 1);
    let by = world.chain.send(payer, used.token, &Payment::of(used.token, other, &key).call()).await;
    let cancelled = world.pays_usdc("cancelled");
    let cancel = world.chain.send(payer, cancelled.token, &cancelled.cancellation(&key)).await;
    world.chain.mine(2).await;
    for (payment, name, by, depth) in [(used, "used", by, 4), (cancelled, "cancelled", cancel, 3)] {
        let by = by.parse().unwrap();
        assert_eq!(world.found(&rail, &payment.carried(name), &[]).await, Finding::Consumed { by, depth });
    }
}

#[tokio::test]
async fn an_authorisation_lapses_once_a_final_block_is_beyond_its_end_and_not_before() {
    let Some(world) = World::start().await else { return };
    let rail = world.evm().await;
    let payment = world.pays_usdc("one").carried("one");
    world.chain.set_seconds(world.began + 600).await;
    for expected in [Finding::Missing, Finding::Missing, Finding::Lapsed] {
        world.chain.mine(1).await;
        assert_eq!(world.found(&rail, &payment, &[]).await, expected);
    }
}
