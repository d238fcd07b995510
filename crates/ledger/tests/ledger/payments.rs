//! x402 payments on the ledger: a nonce is used once, for ever (decisions X2, X4, P11).

use earnest_ledger::{Actor, Answer, Command, Pay, Refusal};

use crate::world::{World, account, minute, orc, participant, pay};

#[test]
fn a_nonce_pays_once_and_the_same_authorization_again_is_the_same_payment() {
    let mut world = World::new();
    let first = world.done(&Command::Pay(pay("nonce-1", 25)));
    world.now = minute(100_000);
    assert_eq!(world.restarted().done(&Command::Pay(pay("nonce-1", 25))), first, "long after it lapsed");
    assert_eq!(world.refused(&Command::Pay(pay("nonce-1", 26))), "nonce-used");
    assert_eq!(world.money(), [975, 0, 25]);
}

#[test]
fn a_refused_payment_burns_no_nonce() {
    let mut world = World::new();
    let refusal = world.run(&Command::Pay(pay("nonce-1", 1_001))).unwrap_err();
    assert_eq!(refusal, Refusal::SettlementBlocked { deficit: orc(1) });
    world.done(&Command::Pay(pay("nonce-1", 1_000)));
}

#[test]
fn the_same_nonce_of_another_payer_is_another_nonce() {
    let mut world = World::new();
    world.done(&Command::Pay(pay("nonce-1", 25)));
    let back = Pay {
        actor: Actor::own(participant(crate::world::ADAM)),
        payer_account: account("adam"),
        payee_account: account("casualfeeders"),
        ..pay("nonce-1", 25)
    };
    world.done(&Command::Pay(back));
    assert_eq!(world.money(), [1_000, 0, 0]);
}

#[test]
fn a_payment_is_made_from_valid_after_until_just_before_valid_before() {
    let window = |world: &mut World, nonce| {
        let pay = Pay { valid_after: minute(10), valid_before: minute(20), ..pay(nonce, 1) };
        world.run(&Command::Pay(pay)).map_err(|refusal| refusal.code())
    };
    let mut world = World::new();
    world.now = minute(9);
    assert_eq!(window(&mut world, "n1"), Err("authorization-ahead"));
    world.now = minute(10);
    assert!(matches!(window(&mut world, "n1"), Ok(Answer::Done(_))));
    world.now = minute(20);
    assert_eq!(window(&mut world, "n2"), Err("authorization-expired"));
}

#[test]
fn ordered_payments_run_in_their_order_and_free_ones_in_any() {
    let ordered = |nonce, payer_seq| Command::Pay(Pay { payer_seq: Some(payer_seq), ..pay(nonce, 1) });
    let mut world = World::new();
    assert_eq!(world.refused(&ordered("n1", 1)), "payer-seq-ahead");
    world.done(&ordered("n0", 0));
    world.done(&Command::Pay(pay("free", 1)));
    assert_eq!(world.refused(&ordered("other", 0)), "payer-seq-used");
    world.done(&ordered("n1", 1));
    assert_eq!(world.ledger.account_view(&account("casualfeeders")).unwrap().payer_seq(), 2);
}
