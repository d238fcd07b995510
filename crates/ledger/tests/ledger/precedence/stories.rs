//! The order of refusals of what is done about a hold.

use earnest_artifacts::vocabulary::ConfirmationMode::{self, ArbiterConfirmed, ManualReviewOnly, SelfConfirmed};
use earnest_base::Timestamp;
use earnest_ledger::{Act, Action, Actor, Command, Deliver, Dispute, Finding, Policy, Refusal, Resolve};

use crate::world::{
    AUTO_RELEASE, DECISION_SPAN, World, accept, act, award, confirm, deliver, delivered, dispute, minute, open_hold,
    policy, reject, release, resolve, stranger, top_up,
};

/// A hold and what is to be done about it, before it is played.
#[derive(Clone)]
struct Story {
    mode: ConfirmationMode,
    policy: Policy,
    dispatched: bool,
    delivered: bool,
    disputed: bool,
    ended: bool,
    used: bool,
    known: bool,
    actor: Option<Actor>,
    command: Command,
    now: Timestamp,
}

fn story(mode: ConfirmationMode, command: Command) -> Story {
    Story {
        mode,
        policy: policy(),
        dispatched: false,
        delivered: false,
        disputed: false,
        ended: false,
        used: false,
        known: true,
        actor: None,
        command,
        now: minute(1),
    }
}

impl Story {
    /// Plays it, and gives the command.
    fn play(self) -> Result<(), &'static str> {
        let mut world = World::with_policy(self.policy.clone());
        world.done(&Command::TopUp(top_up("1", "casualfeeders", 5_000, 0)));
        for name in ["a", "b"] {
            world.done(&Command::OpenHold(open_hold(name, if name == "b" { SelfConfirmed } else { self.mode })));
        }
        let before = [
            (self.dispatched, act("a", Action::Dispatch)),
            (self.delivered, deliver("a")),
            (self.disputed, dispute("a")),
        ];
        for (_, command) in before.iter().filter(|(happens, _)| *happens) {
            world.done(command);
        }
        if self.ended {
            let ending = match (self.delivered, self.disputed, self.mode) {
                (false, ..) => act("a", Action::Fail),
                (_, true, _) => resolve("a", 600, 0),
                (_, _, SelfConfirmed) => accept("a"),
                (_, _, ArbiterConfirmed) => confirm("a", 600, 0),
                (_, _, ManualReviewOnly) => release("a"),
            };
            world.done(&with_id(ending, "first"));
        }
        if self.used {
            let other = match &self.command {
                Command::Deliver(_) => {
                    Command::Deliver(Deliver { response: delivered("fresh").response, ..deliver_of("b") })
                }
                Command::Dispute(_) => {
                    world.done(&deliver("b"));
                    with_id(dispute("b"), "fresh")
                }
                _ => with_id(act("b", Action::Fail), "fresh"),
            };
            world.done(&other);
        }
        world.now = self.now;
        let mut command = with_id(self.command, "fresh");
        let (hold, actor) = match &mut command {
            Command::Act(Act { hold, actor, .. })
            | Command::Deliver(Deliver { hold, actor, .. })
            | Command::Dispute(Dispute { hold, actor, .. })
            | Command::Resolve(Resolve { hold, actor, .. }) => (hold, actor),
            other => panic!("{other:?} is about no hold"),
        };
        if !self.known {
            *hold = "hold:unknown".parse().unwrap();
        }
        *actor = self.actor.unwrap_or(*actor);
        world.run(&command).map(drop).map_err(|refusal| refusal.code())
    }
}

fn deliver_of(name: &str) -> Deliver {
    match deliver(name) {
        Command::Deliver(deliver) => deliver,
        other => panic!("{other:?}"),
    }
}

fn with_id(command: Command, id: &str) -> Command {
    match command {
        Command::Act(act) => Command::Act(Act { decision: format!("decision:{id}").parse().unwrap(), ..act }),
        Command::Deliver(deliver) => {
            Command::Deliver(Deliver { response: format!("response:{id}").parse().unwrap(), ..deliver })
        }
        Command::Resolve(resolve) => {
            Command::Resolve(Resolve { decision: format!("decision:{id}").parse().unwrap(), ..resolve })
        }
        Command::Dispute(dispute) => {
            Command::Dispute(Dispute { dispute: format!("dispute:{id}").parse().unwrap(), ..dispute })
        }
        other => other,
    }
}

type Turn = (&'static str, fn(&mut Story));

const USED: Turn = ("id-conflict", |story| story.used = true);
const UNKNOWN: Turn = ("hold-unknown", |story| story.known = false);
const STRANGER: Turn = ("not-authorized", |story| story.actor = Some(stranger()));
const ENDED: Turn = ("hold-ended", |story| story.ended = true);
const UNDELIVERED: Turn = ("wrong-phase", |story| story.delivered = false);
const DELIVERED: Turn = ("wrong-phase", |story| story.delivered = true);
const LATE: Turn = ("work-by-passed", |story| story.now = minute(31));

fn about_a_hold(base: &Story, turns: &[Turn]) {
    let answer = |turns: &[&Turn]| {
        let mut story = base.clone();
        for (_, turn) in turns {
            turn(&mut story);
        }
        story.play()
    };
    assert_eq!(answer(&[]), Ok(()));
    let order = |code: &str| Refusal::ALL.iter().position(|(known, _)| *known == code);
    for turn in turns {
        assert_eq!(answer(&[turn]), Err(turn.0));
    }
    for pair in turns.windows(2) {
        let [first, second] = pair else { continue };
        assert!(order(first.0) < order(second.0), "{} is not before {}", first.0, second.0);
        assert_eq!(answer(&[first, second]), Err(first.0), "beside {}", second.0);
    }
}

#[test]
fn before_a_delivery() {
    for action in [Action::Dispatch, Action::Cancel, Action::Void, Action::EndWorkflow, Action::Fail, Action::Decline] {
        let base = story(SelfConfirmed, act("a", action));
        about_a_hold(&base, &[USED, UNKNOWN, STRANGER, ENDED, DELIVERED, LATE]);
    }
    let base = story(SelfConfirmed, deliver("a"));
    about_a_hold(&base, &[USED, UNKNOWN, STRANGER, ENDED, DELIVERED, LATE]);
}

#[test]
fn accepting_and_rejecting() {
    let other_mode: Turn = ("wrong-mode", |story| story.mode = ArbiterConfirmed);
    let other_response: Turn = ("other-response", |story| match &mut story.command {
        Command::Act(Act { action: Action::Accept(what) | Action::Reject { delivered: what, .. }, .. }) => {
            what.digest = delivered("other").digest;
        }
        other => panic!("{other:?}"),
    });
    let base = Story { delivered: true, ..story(SelfConfirmed, accept("a")) };
    let late: Turn = ("auto-release-passed", |story| story.now = minute(AUTO_RELEASE));
    // The delivery of every story has another id than `accept` names, so that the base names what was delivered.
    about_a_hold(&base, &[USED, UNKNOWN, STRANGER, ENDED, other_mode, UNDELIVERED, late, other_response]);
    let base = Story { delivered: true, ..story(SelfConfirmed, reject("a", Finding::Broken)) };
    let late: Turn = ("accept-by-passed", |story| story.now = minute(61));
    let met: Turn = ("criterion-met", |story| match &mut story.command {
        Command::Act(Act { action: Action::Reject { finding, .. }, .. }) => *finding = Finding::Met,
        other => panic!("{other:?}"),
    });
    about_a_hold(&base, &[USED, UNKNOWN, STRANGER, ENDED, other_mode, UNDELIVERED, late, other_response, met]);
}

#[test]
fn confirming_and_releasing_by_hand() {
    let other_mode: Turn = ("wrong-mode", |story| story.mode = SelfConfirmed);
    let late: Turn = ("decision-by-passed", |story| story.now = minute(AUTO_RELEASE + DECISION_SPAN));
    let base = Story { delivered: true, ..story(ManualReviewOnly, release("a")) };
    about_a_hold(&base, &[USED, UNKNOWN, STRANGER, ENDED, other_mode, UNDELIVERED, late]);
    let base = Story { delivered: true, ..story(ArbiterConfirmed, confirm("a", 200, 400)) };
    let mismatch: Turn = ("award-mismatch", |story| match &mut story.command {
        Command::Act(Act { action: Action::Confirm(what), .. }) => *what = award(200, 401),
        other => panic!("{other:?}"),
    });
    about_a_hold(&base, &[USED, UNKNOWN, STRANGER, ENDED, other_mode, UNDELIVERED, late, mismatch, PARTIAL]);
}

const PARTIAL: Turn = ("partial-not-allowed", |story| story.policy.partial_release = false);

#[test]
fn disputing_and_deciding() {
    let other_mode: Turn = ("wrong-mode", |story| story.mode = ManualReviewOnly);
    let late: Turn = ("dispute-window-closed", |story| story.now = minute(91));
    let base = Story { delivered: true, ..story(SelfConfirmed, dispute("a")) };
    about_a_hold(&base, &[USED, UNKNOWN, STRANGER, ENDED, other_mode, UNDELIVERED, late]);

    let base = Story { delivered: true, disputed: true, ..story(SelfConfirmed, resolve("a", 200, 400)) };
    let undisputed: Turn = ("wrong-phase", |story| story.disputed = false);
    let late: Turn = ("decision-by-passed", |story| story.now = minute(DECISION_SPAN + 1));
    let other: Turn = ("other-dispute", |story| match &mut story.command {
        Command::Resolve(resolve) => resolve.dispute = "dispute:other".parse().unwrap(),
        other => panic!("{other:?}"),
    });
    let mismatch: Turn = ("award-mismatch", |story| match &mut story.command {
        Command::Resolve(resolve) => resolve.award = award(1, 0),
        other => panic!("{other:?}"),
    });
    about_a_hold(&base, &[USED, UNKNOWN, STRANGER, ENDED]);
    about_a_hold(&base, &[STRANGER, undisputed, late, other, mismatch]);
    about_a_hold(&base, &[mismatch_of_a_split(), PARTIAL]);
}

/// A sum that is wrong and split: the sum is told first.
fn mismatch_of_a_split() -> Turn {
    ("award-mismatch", |story| match &mut story.command {
        Command::Resolve(resolve) => resolve.award = award(200, 401),
        other => panic!("{other:?}"),
    })
}
