//! No hold lasts for ever: in each mode, with every party silent, it ends by the policy's `decision-by` (decision E8).

use earnest_artifacts::{
    escrow_policy::UndecidedOutcome,
    vocabulary::ConfirmationMode::{ManualReviewOnly, SelfConfirmed},
};

use super::MODES;
use crate::support::{ADAM, END, ROMAN, World, action, confirmed, dispute, news};

/// What silence makes of a hold that went so far.
fn ended(story: &str, by_silence: bool, undecided: UndecidedOutcome) -> &'static str {
    let released = match story {
        "delivered" => by_silence || undecided == UndecidedOutcome::Release,
        "disputed" => undecided == UndecidedOutcome::Release,
        _ => false,
    };
    if released { "released" } else { "refunded" }
}

#[tokio::test]
async fn no_hold_lasts_for_ever_in_any_mode_with_every_party_silent() {
    for undecided in [UndecidedOutcome::Refund, UndecidedOutcome::Release] {
        let world = World::with(|config| config.policy.undecided = undecided).await;
        // Nine spends of 2.00 are all that CasualFeeders has.
        let mut open = Vec::new();
        for mode in MODES {
            for story in ["silent", "delivered", "disputed"] {
                let name = format!("{story}-{}", open.len());
                let papers = world.held_of(&confirmed(news(), mode), &name, 1).await;
                if story != "silent" {
                    assert_eq!(world.act(ADAM, &papers, &action(&papers, "dispatch")).await.effect(), "dispatched");
                    world.delivered(&papers).await;
                }
                if story == "disputed" {
                    let said = world.say(ROMAN, "/disputes", &dispute(&papers, world.now())).await;
                    // Under manual review there is no dispute (T8): the hold stays as it was delivered.
                    assert_eq!(said.status == 200, mode != ManualReviewOnly, "{}", said.text());
                }
                open.push((papers, ended(story, mode == SelfConfirmed, undecided)));
            }
        }
        assert_eq!(world.balance("casualfeeders").await, (0, 1_800));
        world.wait_until(END.parse().unwrap()).await;
        for (papers, status) in &open {
            assert_eq!(world.hold(papers).await["status"], *status, "{undecided:?} {}", papers.name());
        }
        assert_eq!(world.balance("casualfeeders").await.1, 0);
    }
}
