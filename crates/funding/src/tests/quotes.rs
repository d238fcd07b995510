//! What amounts come to: the seed's figures, and what is rounded.

use earnest_artifacts::{Draft, gateway_receipt::Direction};
use earnest_base::Count;

use super::{World, account, at, confirmed, orc, request, terms};
use crate::{Command, Quote};

/// Fee in basis points, floor of the fee, minor units per unit; an amount; the fee and the net inside, or the bar.
type Row = (u64, u64, &'static str, &'static str, Result<(u64, u64), &'static str>);

const INBOUND: &[Row] = &[
    (1_000, 1, "100", "500.00", Ok((5_000, 45_000))),
    (1_000, 1, "100", "33.33", Ok((333, 3_000))),
    (1_000, 1, "100", "0.09", Ok((0, 9))),
    (1_000, 10, "100", "0.10", Ok((1, 9))),
    (1_000, 11, "100", "0.10", Ok((0, 10))),
    (0, 0, "100", "1", Ok((0, 100))),
    (9_999, 0, "100", "1", Ok((99, 1))),
    (10_000, 0, "100", "1", Err("amount-inexact")),
    (250, 0, "431.25", "16", Ok((172, 6_728))),
    (1_000, 1, "100", "0.001", Err("amount-inexact")),
    (1_000, 1, "431.25", "1", Err("amount-inexact")),
    (1_000, 1, "100", "123456789012345", Err("amount-inexact")),
    (1_000, 1, "100", "90071992547410", Err("amount-inexact")),
    (1, 0, "100", "1234567890123.45", Err("amount-inexact")),
];

#[test]
fn money_that_comes_in_is_exact_and_its_fee_is_rounded_down() {
    for (points, from, rate, amount, expected) in INBOUND {
        let mut policy = terms();
        policy.ingress_fee = Count::new(*points).unwrap();
        policy.ingress_fee_from = orc(*from);
        policy.rates.as_mut().unwrap()[0].minor_per_unit = rate.parse().unwrap();
        let currency = "PLN".parse().unwrap();
        let quote = Quote::of(&policy, Direction::Inbound, amount.parse().unwrap(), &currency, false);
        let found = quote.map(|quote| (quote.fee.minor(), quote.net.minor())).map_err(crate::Bar::code);
        assert_eq!(found, *expected, "{points} of {amount} at {rate}");
        // What can be quoted makes a receipt that its own kind accepts.
        if let Ok((fee, net)) = found {
            let mut world = World::with(|terms| (terms.least, terms.most, terms.most_daily) = (None, None, None));
            world.does(&Command::Publish(super::signed(&earnest_artifacts::GatewayPolicy {
                id: "gateway-policy:other".parse().unwrap(),
                least: None,
                most: None,
                most_daily: None,
                ..policy
            })));
            world.reports("pi_1", "05:59:00", confirmed(amount));
            assert_eq!(world.sends()[0].1 + world.sends()[0].2, fee + net);
            let id = super::payment("pi_1");
            Draft::new(world.crossings.receipt(&id).unwrap()).unwrap();
        }
    }
}

#[test]
fn money_that_goes_out_leaves_whole_cents_and_no_rounded_fee() {
    for (points, amount, expected) in [
        (None, "100", Ok((0, 10_000))),
        (Some(100), "100", Ok((100, 9_900))),
        (Some(100), "33.33", Err("amount-inexact")),
        (Some(10_000), "1", Err("amount-inexact")),
        (None, "0.001", Err("amount-inexact")),
    ] {
        let mut world = World::with(|terms| {
            terms.egress_fee = points.map(|points| Count::new(points).unwrap());
            terms.payout_review = None;
        });
        let asked = world.tell(&Command::AskPayout(request("1", amount)));
        let found = asked.map(|_| (world.sends()[0].2, world.sends()[0].1)).map_err(|refusal| refusal.code());
        assert_eq!(found, expected, "{amount}");
    }
}

#[test]
fn limits_are_looked_at_in_their_order_and_the_day_ends_at_midnight_utc() {
    let mut world = World::with(|terms| {
        (terms.least, terms.most, terms.most_daily) = (Some(orc(100)), Some(orc(1_000)), Some(orc(1_500)));
    });
    for (reference, amount, stands) in [
        ("a", "0.99", "held: below-least"),
        ("b", "10.01", "held: above-most"),
        ("c", "10.00", "crediting"),
        ("d", "5.01", "held: above-daily"),
        ("e", "5.00", "crediting"),
        ("f", "1.00", "held: above-daily"),
    ] {
        world.reports(reference, "05:59:00", confirmed(amount));
        assert_eq!(world.stands(reference), stands, "{amount}");
    }
    assert_eq!(world.crossings.crossed_on(world.now, &account("casualfeeders")), orc(1_500));
    world.now = at("23:59:59");
    world.reports("g", "23:59:00", confirmed("1.00"));
    assert_eq!(world.stands("g"), "held: above-daily");
    world.now = "2026-04-02T00:00:00Z".parse().unwrap();
    world.reports("h", "23:59:00", confirmed("10.00"));
    assert_eq!(world.stands("h"), "crediting");
}
