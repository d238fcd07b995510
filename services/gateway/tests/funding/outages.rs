//! The escrow out of reach, answers that are lost, and a gateway that stops between signing and sending.

use serde_json::json;

use crate::support::{Answers, ROMAN, World, account, message};

async fn lost(world: &World, times: usize) {
    let asked = async || if world.wire.lost() >= times { Ok(0) } else { Err(world.wire.lost()) };
    world.until("tries that fail", asked).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_waits_for_an_escrow_that_is_out_of_reach() {
    let world = World::new().await;
    world.announce("1", "500.00").await;
    world.wire.shut();
    let payment = json!({ "id": "pi_1", "reference": "top-up:1", "amount": "500.00", "currency": "PLN" });
    let body = message("evt_1", "payment.confirmed", world.now(), &payment);
    assert_eq!(world.callback(&body).await.0, 200);
    lost(&world, 3).await;
    assert_eq!(world.get(ROMAN, "/top-ups/top-up:1").await.1["payments"][0]["state"], "crediting");
    // Whose an account is cannot be asked meanwhile, and that is said.
    let body = json!({ "account": account("casualfeeders"), "provider": "psp", "currency": "PLN" });
    let (status, told) = world.post(ROMAN, "/top-ups", &body).await;
    assert_eq!((status, told["code"].as_str()), (503, Some("outage")));
    world.wire.open();
    world.top_up_until("1", "credited").await;
    assert_eq!(world.money().await, (45_000, 5_000));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_whose_answer_was_lost_is_sent_again_and_credits_once() {
    let world = World::new().await;
    world.announce("1", "500.00").await;
    world.wire.lose_answers();
    let payment = json!({ "id": "pi_1", "reference": "top-up:1", "amount": "500.00", "currency": "PLN" });
    assert_eq!(world.callback(&message("evt_1", "payment.confirmed", world.now(), &payment)).await.0, 200);
    lost(&world, 3).await;
    // The escrow has applied it by now; the gateway does not know.
    assert_eq!(world.money().await, (45_000, 5_000));
    assert_eq!(world.get(ROMAN, "/top-ups/top-up:1").await.1["payments"][0]["state"], "crediting");
    let head = world.head().await;
    world.wire.open();
    world.top_up_until("1", "credited").await;
    assert_eq!((world.money().await, world.head().await), ((45_000, 5_000), head));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_is_killed_between_signing_and_hearing_sends_the_same_when_it_is_back() {
    let mut world = World::new().await;
    world.down().await;
    // Killed before the escrow got the receipt, and after it had applied it and the answer was lost.
    for (own, applied) in [("before", false), ("after", true)] {
        world.up_apart();
        world.announce(own, "500.00").await;
        let before = world.money().await;
        if applied {
            world.wire.lose_answers();
        } else {
            world.wire.shut();
        }
        let failed = world.wire.lost();
        let (payment, reference) = (format!("pi_{own}"), format!("top-up:{own}"));
        let payment = json!({ "id": payment, "reference": reference, "amount": "500.00", "currency": "PLN" });
        let body = message(&format!("evt_{own}"), "payment.confirmed", world.now(), &payment);
        assert_eq!(world.callback(&body).await.0, 200);
        lost(&world, failed + 2).await;
        world.down().await;
        assert_eq!(world.money().await == before, !applied);
        world.wire.open();
        world.up().await;
        assert_eq!(world.callback(&body).await.0, 200);
        world.top_up_until(own, "credited").await;
        assert_eq!(world.money().await, (before.0 + 45_000, before.1 + 5_000));
        world.down().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_is_killed_while_it_instructs_pays_out_once() {
    let mut world = World::new().await;
    world.funded().await;
    world.down().await;
    world.up_apart();
    world.provider.answers(Answers::TakenSilently);
    let request = json!({
        "id": "payout:1", "account": account("casualfeeders"), "provider": "psp",
        "destination": "PL61109010140000071219812874", "amount": 100, "currency": "PLN",
    });
    assert_eq!(world.post(ROMAN, "/payouts", &request).await.0, 200);
    let asked = async || if world.provider.calls() >= 2 { Ok(0) } else { Err(world.provider.calls()) };
    world.until("two instructions", asked).await;
    world.down().await;
    world.provider.answers(Answers::Taken);
    world.up().await;
    world.payout_until("1", "instructed").await;
    assert_eq!((world.provider.payouts().len(), world.money().await.0), (1, 35_000));
}
