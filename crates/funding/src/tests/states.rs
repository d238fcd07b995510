//! Every state with every command: what it comes to, as a table that a reviewer reads as a diff.

use std::fmt::Write as _;

use super::{World, account, confirmed, name, payment, payout, payout_report, report, request, rule};
use crate::{Command, PayoutTold, Report, Told, Verdict};

/// A state, and what leads to it.
type State = (&'static str, fn(&mut World));
/// A command, and its name.
type Asked = (&'static str, fn() -> Command);

fn receipt() -> earnest_base::GatewayReceiptId {
    payment("pi")
}

fn hold(world: &mut World) {
    world.does(&Command::Report(Report { names: None, ..report("pi", "05:59:00", confirmed("500")) }));
}

const PAYMENTS: &[State] = &[
    ("absent", |_| {}),
    ("pending", |world| world.reports("pi", "05:58:00", Told::Pending)),
    ("failed", |world| world.reports("pi", "05:58:00", Told::Failed)),
    ("reversed", |world| world.reports("pi", "05:58:00", Told::Reversed { amount: None })),
    ("held", hold),
    ("crediting", |world| world.reports("pi", "05:59:00", confirmed("500"))),
    ("credited", |world| {
        world.reports("pi", "05:59:00", confirmed("500"));
        world.settle();
    }),
    ("sent-back", |world| {
        hold(world);
        world.does(&rule(Verdict::SendBack { payment: receipt() }));
    }),
];

const OF_PAYMENTS: &[Asked] = &[
    ("told pending", || Command::Report(report("pi", "05:59:00", Told::Pending))),
    ("told confirmed", || Command::Report(report("pi", "05:59:00", confirmed("500")))),
    ("told confirmed, of another amount", || Command::Report(report("pi", "05:59:00", confirmed("5")))),
    ("told failed, before", || Command::Report(report("pi", "05:50:00", Told::Failed))),
    ("told failed, after", || Command::Report(report("pi", "06:10:00", Told::Failed))),
    ("told reversed", || Command::Report(report("pi", "06:10:00", Told::Reversed { amount: None }))),
    ("escrow applied", || Command::Applied { receipt: receipt(), seq: 7 }),
    ("escrow declined", || Command::Declined { receipt: receipt(), code: name("account-unknown") }),
    ("operator releases", || rule(Verdict::Release { payment: receipt(), account: account("casualfeeders") })),
    ("operator sends back", || rule(Verdict::SendBack { payment: receipt() })),
];

fn to(world: &mut World, state: &str) {
    let steps: [(&str, Command); 6] = [
        ("awaiting-review", Command::AskPayout(request("1", "100"))),
        ("debiting", rule(Verdict::Approve { payout: payout("1") })),
        ("instructing", Command::Applied { receipt: "gw:out:1".parse().unwrap(), seq: 3 }),
        ("instructed", Command::Instructed { payout: payout("1"), reference: None }),
        ("returning", payout_report("1", "06:05:00", PayoutTold::Failed { code: name("no") })),
        ("returned", Command::Applied { receipt: "gw:back:1".parse().unwrap(), seq: 4 }),
    ];
    for (reached, command) in steps {
        world.does(&command);
        if reached == state {
            return;
        }
    }
}

const PAYOUTS: &[State] = &[
    ("absent", |_| {}),
    ("awaiting-review", |world| to(world, "awaiting-review")),
    ("refused", |world| {
        to(world, "awaiting-review");
        world.does(&rule(Verdict::Refuse { payout: payout("1") }));
    }),
    ("debiting", |world| to(world, "debiting")),
    ("declined", |world| {
        to(world, "debiting");
        world.does(&Command::Declined { receipt: "gw:out:1".parse().unwrap(), code: name("settlement-blocked") });
    }),
    ("instructing", |world| to(world, "instructing")),
    ("instructed", |world| to(world, "instructed")),
    ("paid", |world| {
        to(world, "instructed");
        world.does(&payout_report("1", "06:05:00", PayoutTold::Paid));
    }),
    ("returning", |world| to(world, "returning")),
    ("return-declined", |world| {
        to(world, "returning");
        world.does(&Command::Declined { receipt: "gw:back:1".parse().unwrap(), code: name("account-unknown") });
    }),
    ("returned", |world| to(world, "returned")),
];

const OF_PAYOUTS: &[Asked] = &[
    ("asked", || Command::AskPayout(request("1", "100"))),
    ("asked otherwise", || Command::AskPayout(request("1", "200"))),
    ("operator approves", || rule(Verdict::Approve { payout: payout("1") })),
    ("operator refuses", || rule(Verdict::Refuse { payout: payout("1") })),
    ("operator gives back", || rule(Verdict::GiveBack { payout: payout("1") })),
    ("debit applied", || Command::Applied { receipt: "gw:out:1".parse().unwrap(), seq: 3 }),
    ("debit declined", || Command::Declined { receipt: "gw:out:1".parse().unwrap(), code: name("settlement-blocked") }),
    ("provider takes it", || Command::Instructed { payout: payout("1"), reference: None }),
    ("provider refuses it", || Command::NotInstructed { payout: payout("1"), code: name("no") }),
    ("told paid", || payout_report("1", "06:10:00", PayoutTold::Paid)),
    ("told failed, before", || payout_report("1", "06:01:00", PayoutTold::Failed { code: name("no") })),
    ("told failed, after", || payout_report("1", "06:20:00", PayoutTold::Failed { code: name("no") })),
    ("return applied", || Command::Applied { receipt: "gw:back:1".parse().unwrap(), seq: 4 }),
    ("return declined", || Command::Declined { receipt: "gw:back:1".parse().unwrap(), code: name("no") }),
];

fn table(states: &[State], commands: &[Asked], stands: fn(&World) -> String) -> String {
    let mut out = String::new();
    for (state, leads) in states {
        for (asked, command) in commands {
            let mut world = World::new();
            leads(&mut world);
            assert_eq!(stands(&world).split(':').next(), Some(*state));
            let before = world.cases();
            let came = match world.tell(&command()) {
                Err(refusal) => refusal.code().to_owned(),
                Ok(events) if events.is_empty() => "–".to_owned(),
                Ok(_) => format!("→ {}", stands(&world)),
            };
            let cases = world.cases().into_iter().filter(|case| !before.contains(case));
            let cases: String = cases.map(|case| format!(", case {case}")).collect();
            writeln!(out, "{state:16} {asked:34} {came}{cases}").unwrap();
            // The same again changes nothing.
            if came.starts_with('→') {
                let again = world.tell(&command()).unwrap();
                assert_eq!(again, [], "{state}, {asked}");
            }
        }
    }
    out
}

#[test]
fn every_state_of_a_payment_with_every_command() {
    insta::assert_snapshot!(table(PAYMENTS, OF_PAYMENTS, |world| world.stands("pi")));
}

#[test]
fn every_state_of_a_payout_with_every_command() {
    insta::assert_snapshot!(table(PAYOUTS, OF_PAYOUTS, |world| world.payout_stands("1").to_owned()));
}
