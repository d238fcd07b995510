//! The order of refusals of adjustments and payments.

use earnest_ledger::{Adjust, Command, Pay};

use super::{Case, Fault, check, foreign};
use crate::world::{ROMAN, World, account, minute, orc, pay, stranger, top_up};

#[test]
fn adjusting() {
    let adjust = Adjust {
        transfer: "transfer:1:adjustment".parse().unwrap(),
        from: account("casualfeeders"),
        to: account("ola"),
        amount: orc(10),
        author: ROMAN.parse().unwrap(),
        reason: "ticket:1".parse().unwrap(),
    };
    let base = Case { command: adjust, world: World::new(), now: minute(1) };
    let faults: &[Fault<Adjust>] = &[
        ("id-conflict", |case| {
            let first =
                Adjust { amount: orc(1), transfer: "transfer:1:adjustment".parse().unwrap(), ..case.command.clone() };
            let first = Adjust { from: account("casualfeeders"), to: account("ola"), ..first };
            case.world.done(&Command::Adjust(Adjust { author: ROMAN.parse().unwrap(), ..first }));
        }),
        ("transfer-id-form", |case| case.command.transfer = "transfer:1:release".parse().unwrap()),
        ("amount-zero", |case| case.command.amount = orc(0)),
        ("account-foreign", |case| case.command.from = foreign("casualfeeders")),
        ("account-reserved", |case| case.command.to = account("escrow")),
        ("same-account", |case| case.command.from = case.command.to.clone()),
        ("author-is-node", |case| case.command.author = crate::world::ESCROW_NODE.parse().unwrap()),
        ("account-unknown", |case| case.command.to = account("nobody")),
        ("council-only", |case| case.command.from = account("community-pool")),
        ("settlement-blocked", |case| case.command.amount = orc(5_000)),
    ];
    let never = [("id-conflict", "transfer-id-form"), ("account-reserved", "same-account")];
    check(&base, Command::Adjust, faults, &never);
    let supply: &[Fault<Adjust>] = &[
        ("account-unknown", |case| case.command.to = account("nobody")),
        ("supply-exceeded", |case| {
            case.command.from = account("gateway-clearing");
            case.command.amount = orc(earnest_base::MAX_SAFE_INTEGER);
        }),
    ];
    check(&base, Command::Adjust, supply, &[]);
    let mut of_pool = base;
    of_pool.world.done(&Command::TopUp(top_up("2", "ola", 10, 100)));
    of_pool.command.from = account("community-pool");
    assert_eq!(of_pool.world.refused(&Command::Adjust(of_pool.command.clone())), "council-only");
    of_pool.command.author = crate::world::COUNCIL.parse().unwrap();
    of_pool.world.done(&Command::Adjust(of_pool.command));
}

#[test]
fn paying() {
    let base = Case { command: pay("nonce-2", 10), world: World::new(), now: minute(1) };
    let faults: &[Fault<Pay>] = &[
        ("nonce-used", |case| {
            case.world.now = minute(0);
            case.world.done(&Command::Pay(pay("nonce-2", 1)));
        }),
        ("amount-zero", |case| case.command.amount = orc(0)),
        ("account-foreign", |case| case.command.payer_account = foreign("casualfeeders")),
        ("account-reserved", |case| case.command.payee_account = account("escrow")),
        ("same-account", |case| case.command.payer_account = case.command.payee_account.clone()),
        ("account-unknown", |case| {
            if case.command.payer_account == case.command.payee_account {
                case.command.payer_account = account("nobody");
            }
            case.command.payee_account = account("nobody");
        }),
        ("not-authorized", |case| case.command.actor = stranger()),
        ("council-only", |case| {
            case.command.payer_account = account("community-pool");
            if case.command.actor != stranger() {
                case.command.actor = crate::world::operator();
            }
        }),
        ("authorization-ahead", |case| case.command.valid_after = minute(2)),
        ("authorization-expired", |case| case.command.valid_before = minute(1)),
        ("payer-seq-ahead", |case| case.command.payer_seq = Some(case.command.payer_seq.unwrap_or(7))),
        ("payer-seq-used", |case| {
            case.world.now = minute(0);
            case.world.done(&Command::Pay(Pay { payer_seq: Some(0), ..pay("ordered", 1) }));
            case.command.payer_seq = Some(case.command.payer_seq.unwrap_or(0));
        }),
        ("settlement-blocked", |case| case.command.amount = orc(5_000)),
    ];
    // The actor of `council-only` owns the pool. A place in line is ahead or used, not both.
    let never = [
        ("account-reserved", "same-account"),
        ("not-authorized", "council-only"),
        ("payer-seq-ahead", "payer-seq-used"),
    ];
    check(&base, Command::Pay, faults, &never);
    let mut both = base;
    both.command.payer_account = account("community-pool");
    assert_eq!(both.world.refused(&Command::Pay(both.command)), "not-authorized");
}
