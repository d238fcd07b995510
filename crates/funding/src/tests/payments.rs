//! Money that comes in: once, held, released, taken back.

use earnest_artifacts::{gateway_receipt::Direction, vocabulary::ServiceStatus};

use super::{World, account, announcement, at, confirmed, name, payment, report, rule, signed, terms};
use crate::{Command, Named, Report, Seen, Told, Verdict};

#[test]
fn five_hundred_zloty_are_four_hundred_and_fifty_and_fifty_for_the_pool_once() {
    let mut world = World::new();
    world.does(&Command::Announce(announcement("1")));
    let names = Some(Named::TopUp("top-up:1".parse().unwrap()));
    let told = Command::Report(Report { names, ..report("pi_0001", "05:59:00", confirmed("500.00")) });
    world.does(&told);
    for _ in 0..20 {
        assert_eq!(world.does(&told), []);
    }
    let receipt = world.crossings.receipt(&payment("pi_0001")).unwrap();
    assert_eq!(
        (receipt.direction, receipt.account.as_str()),
        (Direction::Inbound, "account:fed-pl-main:casualfeeders")
    );
    assert_eq!(receipt.fee_account.as_ref().unwrap().as_str(), "account:fed-pl-main:community-pool");
    assert_eq!((receipt.internal_amount.minor(), receipt.fee().minor()), (45_000, 5_000));
    world.settle();
    assert_eq!((world.stands("pi_0001").as_str(), world.sends().len()), ("credited", 0));
    assert_eq!(world.does(&told), []);
    let top_up = world.crossings.top_up(&"top-up:1".parse().unwrap()).unwrap();
    assert_eq!(top_up.payments, [payment("pi_0001")]);
}

#[test]
fn a_receipt_s_id_follows_from_gateway_provider_and_payment_alone() {
    let own = payment("pi_0001");
    assert_eq!(own.as_str().len(), "gw:in:".len() + 32);
    let others = [("psp", "pi_0002"), ("bank", "pi_0001")];
    for (provider, reference) in others {
        assert_ne!(crate::payment_id(&super::node(), &name(provider), &name(reference)).unwrap(), own);
    }
    let elsewhere = earnest_base::NodeId::new(*super::key(9).public());
    assert_ne!(crate::payment_id(&elsewhere, &name("psp"), &name("pi_0001")).unwrap(), own);
}

#[test]
fn a_message_counts_once_and_its_id_says_one_thing() {
    let mut world = World::new();
    let seen = |digest: &[u8]| Some(Seen { event: name("evt_1"), digest: earnest_base::Sha256Digest::of(digest) });
    let told = |digest| Command::Report(Report { seen: seen(digest), ..report("pi_1", "05:59:00", confirmed("1")) });
    assert_eq!(world.does(&told(b"a")).len(), 3);
    assert_eq!(world.does(&told(b"a")), []);
    assert_eq!(world.code(&told(b"b")), "event-conflict");
    // Long after no copy of it can be on its way, its id is let go. The payment is not.
    world.now = "2026-04-20T00:00:00Z".parse().unwrap();
    let other = Some(Seen { event: name("evt_2"), digest: earnest_base::Sha256Digest::of(b"x") });
    world.does(&Command::Report(Report { seen: other, ..report("pi_2", "05:59:00", Told::Pending) }));
    assert_eq!(world.does(&told(b"b")).len(), 1);
    assert_eq!(world.sends().len(), 1);
}

#[test]
fn whatever_cannot_be_credited_is_held_and_never_lost() {
    let mut world = World::new();
    let pln = || confirmed("5");
    let cases: [(Option<Named>, &str, Told, &str); 6] = [
        (None, "psp", pln(), "held: account-unknown"),
        (Some(Named::TopUp("top-up:none".parse().unwrap())), "psp", pln(), "held: account-unknown"),
        (Some(Named::Other(name("rent"))), "psp", pln(), "held: account-unknown"),
        (Some(Named::Account("account:other:a".parse().unwrap())), "psp", pln(), "held: account-unknown"),
        (
            Some(Named::Account(account("a"))),
            "psp",
            Told::Confirmed { amount: "5".parse().unwrap(), currency: "EUR".parse().unwrap() },
            "held: currency-unlisted",
        ),
        (Some(Named::Account(account("a"))), "psp", confirmed("1.001"), "held: amount-inexact"),
    ];
    for (place, (names, provider, told, stands)) in cases.into_iter().enumerate() {
        let reference = format!("pi_{place}");
        let provider = name(provider);
        world.does(&Command::Report(Report { names, provider, ..report(&reference, "05:59:00", told) }));
        assert_eq!(world.stands(&reference), stands);
    }
    assert_eq!(world.crossings.payments_in("held", None).count(), 6);
    let stranger = Report { provider: name("stranger"), ..report("pi_9", "05:59:00", pln()) };
    world.does(&Command::Report(stranger));
    let held = crate::payment_id(&super::node(), &name("stranger"), &name("pi_9")).unwrap();
    let crate::Standing::Held { why } = &world.crossings.payment(&held).unwrap().standing else { panic!("not held") };
    assert_eq!(why.code(), "provider-unlisted");
}

#[test]
fn an_operator_releases_what_is_held_to_an_account_or_sends_it_back() {
    let mut world = World::new();
    for reference in ["a", "b"] {
        world.does(&Command::Report(Report { names: None, ..report(reference, "05:59:00", confirmed("500")) }));
    }
    let release = |to| rule(Verdict::Release { payment: payment("a"), account: account(to) });
    world.does(&release("ola"));
    assert_eq!(world.sends(), [(payment("a").to_string(), 45_000, 5_000)]);
    assert_eq!(world.does(&release("ola")), []);
    assert_eq!(world.code(&release("adam")), "wrong-state");
    world.does(&rule(Verdict::SendBack { payment: payment("b") }));
    assert_eq!(world.stands("b"), "sent-back");
    assert_eq!(world.code(&rule(Verdict::Release { payment: payment("b"), account: account("ola") })), "wrong-state");
    assert_eq!(world.code(&rule(Verdict::SendBack { payment: payment("a") })), "wrong-state");
}

#[test]
fn what_the_escrow_refuses_is_held_and_may_go_to_another_account() {
    let mut world = World::new();
    world.reports("a", "05:59:00", confirmed("500"));
    world.does(&Command::Declined { receipt: payment("a"), code: name("account-unknown") });
    assert_eq!((world.stands("a").as_str(), world.sends().len()), ("held: account-unknown", 0));
    assert_eq!(world.crossings.crossed_on(world.now, &account("casualfeeders")).minor(), 0);
    world.does(&rule(Verdict::Release { payment: payment("a"), account: account("ola") }));
    world.settle();
    assert_eq!(world.stands("a"), "credited");
}

#[test]
fn what_is_taken_back_after_it_was_credited_is_a_case_with_an_adjustment_and_a_name() {
    let mut world = World::new();
    world.reports("a", "05:59:00", confirmed("500"));
    world.settle();
    world.reports("a", "07:00:00", Told::Reversed { amount: None });
    world.reports("a", "07:00:00", Told::Reversed { amount: None });
    let case = world.crossings.open_cases(None).next().unwrap().clone();
    let proposal = case.proposal.unwrap();
    assert_eq!((case.kind.word(), proposal.amount.minor()), ("charged-back", 45_000));
    assert_eq!(proposal.to, account("gateway-clearing"));
    assert!(proposal.transfer.as_str().ends_with(":adjustment"));
    let close = |transfer: Option<&str>| {
        let adjustment = transfer.map(|transfer| transfer.parse().unwrap());
        rule(Verdict::Resolve { case: case.id.clone(), adjustment })
    };
    world.does(&close(Some(proposal.transfer.as_str())));
    assert_eq!(world.cases(), [""; 0]);
    assert_eq!(world.does(&close(Some(proposal.transfer.as_str()))), []);
    assert_eq!(world.code(&close(None)), "wrong-state");
    // Before it was credited nothing is credited, and there is no case.
    world.reports("b", "07:00:00", Told::Reversed { amount: None });
    world.reports("b", "06:59:00", confirmed("500"));
    assert_eq!((world.stands("b").as_str(), world.cases().len(), world.sends().len()), ("reversed", 0, 0));
}

#[test]
fn terms_that_were_used_do_not_change_but_may_be_suspended() {
    let mut world = World::new();
    let publish = |change: fn(&mut earnest_artifacts::GatewayPolicy)| {
        let mut policy = terms();
        change(&mut policy);
        Command::Publish(signed(&policy))
    };
    assert_eq!(world.does(&publish(|_| {})), []);
    assert_eq!(
        world.code(&publish(|policy| policy.ingress_fee = earnest_base::Count::new(1).unwrap())),
        "policy-changed"
    );
    let elsewhere = |policy: &mut earnest_artifacts::GatewayPolicy| {
        policy.federation = "fed:other".parse().unwrap();
        policy.ingress_fee_account = "account:fed-other:pool".parse().unwrap();
    };
    assert_eq!(world.code(&publish(elsewhere)), "policy-elsewhere");
    assert_eq!(
        world.code(&publish(|policy| {
            policy.id = "gateway-policy:older".parse().unwrap();
            policy.created_at = "2026-03-01T00:00:00Z".parse().unwrap();
        })),
        "policy-superseded"
    );
    world.does(&publish(|policy| {
        policy.status = ServiceStatus::Suspended;
        policy.suspended_at = Some(at("06:00:00"));
    }));
    assert_eq!(world.code(&Command::Announce(announcement("1"))), "policy-not-in-force");
    world.reports("a", "05:59:00", confirmed("500"));
    assert_eq!(world.stands("a"), "held: policy-not-in-force");
    world.does(&publish(|_| {}));
    world.does(&Command::Announce(announcement("1")));
}
