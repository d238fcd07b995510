//! The order of refusals: for every command, every pair of neighbours, in one command that deserves both.

mod moving;
mod stories;

use earnest_artifacts::vocabulary::ConfirmationMode::{ManualReviewOnly, SelfConfirmed};
use earnest_base::{AccountId, Timestamp};
use earnest_ledger::{Command, Crossing, Fee, OpenAccount, OpenHold, OpenHolds, Policy, Refusal, Timer, TimerKind};

use crate::world::{ADAM, CASUAL_FEEDERS, ROMAN, World, account, minute, open_account, open_hold, orc, policy, top_up};

/// A command and what was before it.
#[derive(Clone)]
struct Case<T> {
    command: T,
    world: World,
    now: Timestamp,
}

/// A code, and what makes a case deserve it.
type Fault<T> = (&'static str, fn(&mut Case<T>));

/// Every fault alone answers its code, and of two neighbours the first one answers. `never` are pairs that no command
/// can deserve together.
fn check<T: Clone>(base: &Case<T>, command: fn(T) -> Command, faults: &[Fault<T>], never: &[(&str, &str)]) {
    let answer = |faults: &[&Fault<T>]| {
        let mut case = base.clone();
        for (_, apply) in faults {
            apply(&mut case);
        }
        case.world.now = case.now;
        case.world.run(&command(case.command)).map_err(|refusal| refusal.code())
    };
    assert!(answer(&[]).is_ok(), "the case without a fault is refused: {:?}", answer(&[]));
    let order = |code: &str| Refusal::ALL.iter().position(|(known, _)| *known == code);
    for fault in faults {
        assert_eq!(answer(&[fault]).unwrap_err(), fault.0);
    }
    for pair in faults.windows(2) {
        let [first, second] = pair else { continue };
        assert!(order(first.0) < order(second.0), "{} is not before {}", first.0, second.0);
        if never.contains(&(first.0, second.0)) {
            continue;
        }
        assert_eq!(answer(&[first, second]).unwrap_err(), first.0, "beside {}", second.0);
        assert_eq!(answer(&[second, first]).unwrap_err(), first.0, "beside {}", second.0);
    }
}

fn foreign(name: &str) -> AccountId {
    format!("account:fed-de-main:{name}").parse().unwrap()
}

fn other_hold(amount: u64, contract: &str) -> Command {
    let contract = contract.parse().unwrap();
    Command::OpenHold(OpenHold { amount: orc(amount), contract, ..open_hold("other", SelfConfirmed) })
}

#[test]
fn holding_money() {
    let world = World::with_policy(Policy { modes: vec![SelfConfirmed], ..policy() });
    let mut base = Case { command: open_hold("a", SelfConfirmed), world, now: minute(1) };
    base.world.done(&Command::TopUp(top_up("1", "casualfeeders", 1_000, 0)));
    let faults: &[Fault<OpenHold>] = &[
        ("id-conflict", |case| {
            let first = OpenHold {
                amount: orc(1),
                contract: "contract:first".parse().unwrap(),
                ..open_hold("a", SelfConfirmed)
            };
            case.world.done(&Command::OpenHold(first));
        }),
        ("id-too-long", |case| case.command.hold = format!("hold:{}", "a".repeat(166)).parse().unwrap()),
        ("amount-zero", |case| case.command.amount = orc(0)),
        ("account-foreign", |case| case.command.payer_account = foreign("casualfeeders")),
        ("account-reserved", |case| case.command.payee_account = account("escrow")),
        ("same-account", |case| {
            if case.command.payee_account == account("escrow") {
                case.command.payer_account = account("escrow");
            } else {
                case.command.payee_account = case.command.payer_account.clone();
            }
        }),
        ("deadline-order", |case| case.command.deadlines.accept_by = minute(1)),
        ("deadline-range", |case| {
            let last = "9999-12-31T23:59:59.999Z".parse().unwrap();
            case.command.deadlines.dispute_by = last;
            case.command.deadlines.auto_release_after = last;
        }),
        ("policy-unknown", |case| case.command.policy = "escrow-policy:other".parse().unwrap()),
        ("mode-not-offered", |case| case.command.mode = ManualReviewOnly),
        ("no-arbiters", |case| case.command.arbiters.clear()),
        ("funding-late", |case| case.command.accepted_at = minute(-10)),
        ("contract-held", |case| {
            case.world.done(&other_hold(1, "contract:a"));
        }),
        ("account-unknown", |case| case.command.payee_account = account("nobody")),
        ("council-only", |case| case.command.payer_account = account("community-pool")),
        ("work-by-passed", |case| case.command.deadlines.work_by = minute(1)),
        ("settlement-blocked", |case| case.command.amount = orc(5_000)),
    ];
    // A long id was never used. The order of `same-account` and `account-reserved` is by who comes last.
    let never = [("id-conflict", "id-too-long"), ("account-reserved", "same-account")];
    check(&base, Command::OpenHold, faults, &never);
    base.command.payer_account = account("escrow");
    base.command.payee_account = account("escrow");
    assert_eq!(base.world.refused(&Command::OpenHold(base.command)), "account-reserved");
}

#[test]
fn holding_money_in_a_batch() {
    let holds = vec![open_hold("a", SelfConfirmed), OpenHold { amount: orc(100), ..open_hold("b", SelfConfirmed) }];
    let base = Case { command: OpenHolds { holds, linked: true }, world: World::new(), now: minute(1) };
    let faults: &[Fault<OpenHolds>] = &[
        ("batch-size", |case| case.command.holds = vec![case.command.holds[1].clone(); OpenHolds::MOST + 1]),
        ("linked", |case| case.command.holds[1].amount = orc(0)),
    ];
    check(&base, Command::OpenHolds, faults, &[]);
    let mut twice = base;
    twice.command.holds[1] = OpenHold { amount: orc(0), ..twice.command.holds[0].clone() };
    let refusal = twice.world.run(&Command::OpenHolds(twice.command)).unwrap_err();
    assert_eq!(refusal, Refusal::Linked { index: 1, refusal: Box::new(Refusal::TwiceInBatch) });
    assert_eq!(Refusal::TwiceInBatch.code(), "twice-in-batch");
}

#[test]
fn crossing_the_gateway() {
    let base = Case { command: top_up("2", "casualfeeders", 500, 10), world: World::new(), now: minute(1) };
    let conflict: Fault<Crossing> = ("id-conflict", |case| {
        case.world.done(&Command::TopUp(top_up("2", "ola", 1, 0)));
    });
    let shape: [Fault<Crossing>; 4] = [
        ("id-too-long", |case| case.command.receipt = format!("gw:{}", "a".repeat(168)).parse().unwrap()),
        ("amount-zero", |case| case.command.amount = orc(0)),
        ("account-foreign", |case| case.command.account = foreign("casualfeeders")),
        ("account-reserved", |case| {
            case.command.fee = Some(Fee { amount: orc(1), account: account("gateway-clearing") });
        }),
    ];
    let unknown: Fault<Crossing> = ("account-unknown", |case| case.command.account = account("nobody"));
    let most: Fault<Crossing> = ("supply-exceeded", |case| case.command.amount = orc(earnest_base::MAX_SAFE_INTEGER));
    let mut inbound = vec![conflict];
    inbound.extend(shape);
    inbound.extend([unknown, most]);
    check(&base, Command::TopUp, &inbound, &[("id-conflict", "id-too-long")]);

    let mut outbound = vec![conflict];
    outbound.extend(shape);
    outbound.push(("same-account", |case| {
        if case.command.fee.as_ref().is_none_or(|fee| fee.account != account("gateway-clearing")) {
            case.command.fee = Some(Fee { amount: orc(1), account: case.command.account.clone() });
        }
    }));
    check(&base, Command::PayOut, &outbound, &[("id-conflict", "id-too-long"), ("account-reserved", "same-account")]);
    let late: &[Fault<Crossing>] = &[
        ("account-unknown", |case| case.command.fee = Some(Fee { amount: orc(1), account: account("nobody") })),
        ("council-only", |case| {
            case.command.fee = case.command.fee.take().map(|fee| Fee { account: fee.account, ..fee });
            if case.command.fee.as_ref().is_some_and(|fee| fee.account == account("community-pool")) {
                case.command.fee = None;
            }
            case.command.account = account("community-pool");
        }),
        ("settlement-blocked", |case| case.command.amount = orc(5_000)),
    ];
    check(&base, Command::PayOut, late, &[]);
}

#[test]
fn opening_an_account() {
    let base = Case { command: open_account("roman", ROMAN), world: World::new(), now: minute(1) };
    let faults: &[Fault<OpenAccount>] = &[
        ("id-conflict", |case| case.command.account = account("marcin")),
        ("owner-mismatch", |case| case.command.council = Some(crate::world::COUNCIL.parse().unwrap())),
        ("owner-has-account", |case| case.command.owner = ADAM.parse().unwrap()),
    ];
    check(&base, Command::OpenAccount, faults, &[]);
    let shape: &[Fault<OpenAccount>] = &[
        ("account-foreign", |case| case.command.account = foreign("roman")),
        ("account-reserved", |case| case.command.account = account("escrow")),
        ("owner-mismatch", |case| case.command.owner = CASUAL_FEEDERS.parse().unwrap()),
    ];
    check(&base, Command::OpenAccount, shape, &[("account-foreign", "account-reserved")]);
    let adopting: &[Fault<Policy>] =
        &[("id-conflict", |case| case.command.id = policy().id), ("no-arbiters", |case| case.command.arbiters.clear())];
    let command = Policy { id: "escrow-policy:other".parse().unwrap(), partial_release: false, ..policy() };
    check(&Case { command, world: World::new(), now: minute(1) }, Command::AdoptPolicy, adopting, &[]);
}

#[test]
fn timers() {
    let mut world = World::held(SelfConfirmed, &[]);
    let hold = world.hold().number;
    let timer = |at, what| Command::Fire(Timer { at, hold, what });
    assert_eq!(world.refused(&timer(minute(30), TimerKind::AutoRelease)), "timer-not-set");
    assert_eq!(world.refused(&timer(minute(29), TimerKind::WorkBy)), "timer-not-set");
    assert_eq!(world.refused(&timer(minute(30), TimerKind::WorkBy)), "timer-ahead");
}

#[test]
fn every_code_is_told_once_and_reached_by_some_test() {
    let mut codes: Vec<&str> = Refusal::ALL.iter().map(|(code, _)| *code).collect();
    insta::assert_snapshot!("refusals", codes.join("\n"));
    let count = codes.len();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), count);
    let tests = [
        include_str!("precedence.rs"),
        include_str!("precedence/moving.rs"),
        include_str!("precedence/stories.rs"),
        include_str!("rows.rs"),
        include_str!("rows/decided.rs"),
        include_str!("payments.rs"),
    ]
    .concat();
    // Four thousand million ids are not made in a test.
    let untold: Vec<&str> =
        codes.into_iter().filter(|code| *code != "ledger-full" && !tests.contains(&format!("\"{code}\""))).collect();
    assert!(untold.is_empty(), "{untold:?}");
}
