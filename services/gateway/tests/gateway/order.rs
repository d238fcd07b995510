//! Payments whose payer wants them in order (decision P11).

use crate::support::{Pay, World};

fn place(sequence: u64) -> Pay {
    Pay { sequence: Some(sequence), timeout: 3_600, ..Pay::adams(&format!("confirmed-{sequence}")) }
}

#[tokio::test]
async fn held_gap_expires_to_failed_sender_hand_expired() {
    let world = World::open().await;
    let held = world.pay(&place(1).body(world.now())).await;
    let status = world.status(&held).await;
    assert_eq!(status["status"], "queued");
    assert_eq!(
        (status["senderNonce"]["provided"].as_u64(), status["senderNonce"]["expected"].as_u64()),
        (Some(1), Some(0))
    );
    world.pass(901);
    assert_eq!(world.until_ended(&held).await.last().unwrap().name, "failed");
    let ended = world.status(&held).await;
    assert_eq!(
        (ended["terminalReason"].as_str(), ended["recoveryOwner"].as_str()),
        (Some("sender_hand_expired"), Some("sender"))
    );
    assert_eq!(world.rail.sent("confirmed-1"), 0);
}

#[tokio::test]
async fn a_payment_that_is_held_goes_out_once_the_one_before_it_came() {
    let world = World::open().await;
    let second = world.pay(&place(1).body(world.now())).await;
    let first = world.pay(&place(0).body(world.now())).await;
    for payment_id in [&first, &second] {
        assert_eq!(world.until_ended(payment_id).await.last().unwrap().name, "confirmed");
    }
    let stale =
        world.post(None, "/payments", &Pay { nonce: "confirmed-again".to_owned(), ..place(0) }.body(world.now())).await;
    assert_eq!((stale.status, stale.json()["code"].as_str()), (409, Some("SENDER_NONCE_STALE")));
}
