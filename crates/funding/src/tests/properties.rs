//! Whatever order providers tell things in: one credit, and nothing made or lost.

use proptest::prelude::*;

use super::{World, at, confirmed, name, payment, payout, payout_report, report, request};
use crate::{Command, PayoutTold, Report, Told, Work};

fn told() -> impl Strategy<Value = Told> {
    prop_oneof![
        Just(Told::Pending),
        Just(confirmed("500.00")),
        Just(confirmed("33.33")),
        Just(Told::Failed),
        Just(Told::Reversed { amount: None }),
    ]
}

proptest! {
    #[test]
    fn any_order_of_callbacks_credits_once_and_conserves(
        messages in prop::collection::vec((told(), 0_u8..3, 0_u32..59, any::<bool>()), 1..40),
    ) {
        let mut world = World::new();
        let mut sent = std::collections::BTreeMap::<String, (u64, u64)>::new();
        for (told, which, minute, settles) in messages {
            let reference = format!("pi_{which}");
            world.does(&Command::Report(Report {
                at: at(&format!("05:{minute:02}:00")),
                ..report(&reference, "05:00:00", told)
            }));
            for (id, amount, fee) in world.sends() {
                // A receipt that was made says the same for ever.
                prop_assert_eq!(*sent.entry(id).or_insert((amount, fee)), (amount, fee));
            }
            if settles {
                world.settle();
            }
        }
        prop_assert!(sent.len() <= 3);
        for which in 0..3 {
            let id = payment(&format!("pi_{which}"));
            let Some(payment) = world.crossings.payment(&id) else { continue };
            match (&payment.confirmed, sent.get(id.as_str())) {
                (Some(confirmed), Some((credited, fee))) => {
                    let total = if confirmed.amount.to_string() == "500" { 50_000 } else { 3_333 };
                    prop_assert_eq!(credited + fee, total);
                }
                // What was confirmed is credited, or held, or was taken back before.
                (Some(_), None) => prop_assert!(["held", "reversed"].contains(&payment.standing.word())),
                (None, found) => prop_assert!(found.is_none()),
            }
            let reversed_after = payment.reversed_at.is_some() && payment.standing.has_receipt();
            let case = world.crossings.open_cases(None).any(|case| {
                case.about.as_str() == id.as_str() && case.kind.word() == "charged-back"
            });
            prop_assert_eq!(reversed_after, case);
        }
    }

    #[test]
    fn a_payout_ends_paid_or_given_back_and_is_debited_once(
        steps in prop::collection::vec((0_u8..6, 0_u32..59), 1..30),
    ) {
        let mut world = World::with(|terms| terms.payout_review = None);
        world.does(&Command::AskPayout(request("1", "100")));
        let (mut debits, mut returns) = (0, 0);
        for (step, minute) in steps {
            let time = format!("06:{minute:02}:00");
            let command = match step {
                0 => payout_report("1", &time, PayoutTold::Paid),
                1 => payout_report("1", &time, PayoutTold::Failed { code: name("no") }),
                2 => Command::Instructed { payout: payout("1"), reference: None },
                3 => Command::NotInstructed { payout: payout("1"), code: name("no") },
                4 => Command::Applied { receipt: "gw:out:1".parse().unwrap(), seq: 3 },
                _ => Command::Applied { receipt: "gw:back:1".parse().unwrap(), seq: 4 },
            };
            for event in world.tell(&command).unwrap_or_default() {
                if let crate::Event::ReceiptApplied { receipt, .. } = event {
                    if receipt.as_str() == "gw:out:1" { debits += 1 } else { returns += 1 }
                }
            }
            let instructs = world.crossings.works().any(|work| matches!(work, Work::Instruct(_)));
            // Nobody is told to pay before the debit stands, and nobody after it was given back.
            prop_assert!(!instructs || (debits == 1 && returns == 0));
        }
        prop_assert!(debits <= 1 && returns <= debits);
        prop_assert_eq!(world.payout_stands("1") == "returned", returns == 1);
    }

    #[test]
    fn what_is_saved_and_read_is_the_same(messages in prop::collection::vec((told(), 0_u8..3), 1..10)) {
        let mut world = World::new();
        world.does(&Command::AskPayout(request("1", "100")));
        for (told, which) in messages {
            world.reports(&format!("pi_{which}"), "05:59:00", told);
        }
        let saved = serde_json::to_vec(&world.crossings).unwrap();
        let read: crate::Crossings = serde_json::from_slice(&saved).unwrap();
        prop_assert_eq!(&read, &world.crossings);
        prop_assert_eq!(serde_json::to_vec(&read).unwrap(), saved);
    }
}
