//! Sending: the bytes of a job, raises, fillings, nonces that strangers took, and what the rail does not send.

use earnest_rail::{EvmRail, Rail};
use earnest_relay::{Fee, Nonce, Outcome};
use serde_json::json;

use crate::{
    chain::number,
    subject::{FEE, World, carry, send},
};

#[tokio::test]
async fn the_transaction_is_what_the_terms_and_the_job_say() {
    let Some(world) = World::start().await else { return };
    let rail = world.evm().await;
    let payment = world.pays_usdc("one").carried("one");
    let job = world.next_job(&rail, &payment).await;
    assert_eq!(send(&rail, &job).await, Outcome::Accepted);
    let found = world.chain.rpc("eth_getTransactionByHash", json!([job.txid])).await;
    let numbers = ["type", "nonce", "gas", "maxFeePerGas", "maxPriorityFeePerGas", "value", "chainId"];
    assert_eq!(
        numbers.map(|name| number(&found[name])),
        [2, world.next().await - 1, 150_000, FEE.0, FEE.0 / 10, 0, 84_532]
    );
    let lower = |address: earnest_x402::evm::EvmAddress| address.to_string().to_lowercase();
    assert_eq!(found["from"], lower(world.sponsor()));
    assert_eq!(found["to"], lower(world.chain.told.token));
    assert!(found["input"].as_str().unwrap().starts_with("0xe3ee160e"), "{found}");
}

#[tokio::test]
async fn a_raise_takes_the_place_of_the_attempt_before_it() {
    let Some(world) = World::start().await else { return };
    let rail = world.evm().await;
    let payment = world.pays_usdc("one").carried("one");
    let nonce = world.next().await;
    world.chain.automine(false).await;
    let first = world.job(&rail, Some(&payment), nonce, 0, FEE).await;
    assert_eq!(send(&rail, &first).await, Outcome::Accepted);
    let scarcely = world.job(&rail, Some(&payment), nonce, 1, Fee(FEE.0 - 1)).await;
    let Outcome::FeeTooLow { required } = send(&rail, &scarcely).await else { panic!("expected a higher fee") };
    assert!(required.0 >= FEE.0 + FEE.0 / 10 - 1, "{required}");
    let enough = world.job(&rail, Some(&payment), nonce, 1, required).await;
    assert_eq!(send(&rail, &enough).await, Outcome::Accepted);
    world.chain.mine(1).await;
    let found = world.found(&rail, &payment, &[&first, &enough]).await;
    assert!(
        matches!(&found, earnest_relay::Finding::Included { txid, success: true, depth: 1, .. } if Some(txid) == enough.txid.as_ref()),
        "{found:?}"
    );
    // The first attempt, sent once more: the nonce is used, by an attempt of the same payment.
    assert_eq!(send(&rail, &first).await, Outcome::NonceOccupied { by: enough.txid.unwrap() });
    assert_eq!(world.transfers(world.pays_usdc("one").signed.to, 10_000).await, 1);
}

#[tokio::test]
async fn a_fee_below_the_blocks_is_asked_to_be_raised_and_then_taken() {
    let Some(world) = World::start().await else { return };
    let rail = world.evm().await;
    world.chain.rpc("anvil_setNextBlockBaseFeePerGas", json!(["0x77359400"])).await;
    world.chain.mine(1).await;
    let payment = world.pays_usdc("one").carried("one");
    let nonce = world.next().await;
    let low = world.job(&rail, Some(&payment), nonce, 0, Fee(1_000)).await;
    let Outcome::FeeTooLow { required } = send(&rail, &low).await else { panic!("expected a higher fee") };
    assert!(required.0 >= 1_000_000_000, "{required}");
    let job = world.job(&rail, Some(&payment), nonce, 1, required).await;
    assert_eq!(send(&rail, &job).await, Outcome::Accepted);
}

#[tokio::test]
async fn a_filling_uses_a_nonce_up_and_lets_those_above_it_go_on() {
    let Some(world) = World::start().await else { return };
    let rail = world.evm().await;
    let payment = world.pays_usdc("one").carried("one");
    let nonce = world.next().await;
    let above = world.job(&rail, Some(&payment), nonce + 1, 0, FEE).await;
    assert_eq!(send(&rail, &above).await, Outcome::Accepted);
    assert_eq!(world.found(&rail, &payment, &[&above]).await, earnest_relay::Finding::Pending);
    let fill = world.job(&rail, None, nonce, 0, FEE).await;
    assert_eq!(send(&rail, &fill).await, Outcome::Accepted);
    world.chain.mine(3).await;
    let found = world.found(&rail, &payment, &[&above]).await;
    assert!(matches!(found, earnest_relay::Finding::Included { success: true, .. }), "{found:?}");
    assert_eq!(world.chain.nonce(world.sponsor(), "latest").await, nonce + 2);
}

/// What somebody with the wallet's key sends by hand, for more than the relay offers.
fn by_hand(world: &World) -> serde_json::Value {
    let sponsor = world.sponsor().to_string();
    json!({ "from": sponsor, "to": sponsor, "maxFeePerGas": "0x2540be400", "maxPriorityFeePerGas": "0x12a05f200" })
}

#[tokio::test]
async fn a_nonce_that_a_stranger_took_is_told_with_the_strangers_transaction() {
    let Some(world) = World::start().await else { return };
    let rail = world.evm().await;
    let payment = world.pays_usdc("one").carried("one");
    let job = world.next_job(&rail, &payment).await;
    let by = world.chain.submit(&by_hand(&world)).await.parse().unwrap();
    world.chain.mine(5).await;
    assert_eq!(send(&rail, &job).await, Outcome::NonceOccupied { by });
    // The same where it is in no block yet.
    world.chain.automine(false).await;
    let waiting = world.next_job(&rail, &payment).await;
    let by = world.chain.submit(&by_hand(&world)).await.parse().unwrap();
    assert_eq!(send(&rail, &waiting).await, Outcome::NonceOccupied { by });
}

#[tokio::test]
async fn the_wallets_nonces_are_the_final_one_and_the_next_one() {
    let Some(world) = World::start().await else { return };
    let rail = world.evm().await;
    let before = world.next().await;
    let payment = world.pays_usdc("one").carried("one");
    carry(&world, &rail, &world.next_job(&rail, &payment).await).await;
    let sight = async |rail: &EvmRail| rail.wallets().await.unwrap().remove(0);
    let seen = sight(&rail).await;
    assert!(seen.settled < Nonce(before + 1) && seen.next == Nonce(before + 1), "{seen:?}");
    world.chain.mine(2).await;
    let seen = sight(&rail).await;
    assert_eq!((seen.settled, seen.next), (Nonce(before + 1), Nonce(before + 1)));
    world.chain.automine(false).await;
    let payment = world.pays_usdc("two").carried("two");
    assert_eq!(send(&rail, &world.next_job(&rail, &payment).await).await, Outcome::Accepted);
    let seen = sight(&rail).await;
    assert_eq!((seen.settled, seen.next), (Nonce(before + 1), Nonce(before + 2)));
}

#[tokio::test]
async fn what_was_signed_under_other_terms_is_neither_sent_nor_given_up() {
    let Some(mut world) = World::start().await else { return };
    let rail = world.evm().await;
    let payment = world.pays_usdc("one").carried("one");
    let job = world.next_job(&rail, &payment).await;
    world.terms.gas_limit += 1;
    let after = world.evm().await;
    let before = world.next().await;
    assert_eq!(send(&after, &job).await, Outcome::Unclear);
    assert_eq!(world.next().await, before);
    assert_eq!(send(&rail, &job).await, Outcome::Accepted);
}

#[tokio::test]
async fn nothing_is_signed_above_the_cap_or_for_a_strange_wallet() {
    let Some(world) = World::start().await else { return };
    let rail = world.evm().await;
    let payment = world.pays_usdc("one").carried("one");
    let job = world.next_job(&rail, &payment).await;
    let dear = earnest_rail::Job { fee: Fee(100_000_000_001), ..job.clone() };
    assert!(rail.sign(&dear).await.unwrap_err().reason.contains("fee"));
    let wallet = world.stranger().to_string().parse().unwrap();
    let strange = earnest_rail::Job { place: earnest_relay::Place::Slot { wallet, nonce: Nonce(0) }, ..job };
    assert!(rail.sign(&strange).await.unwrap_err().reason.contains("wallet"));
}
