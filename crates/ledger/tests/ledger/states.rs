//! Every state of a hold against every command, decided, as a table that a reviewer reads.

use std::fmt::Write as _;

use earnest_artifacts::vocabulary::ConfirmationMode::{ArbiterConfirmed, ManualReviewOnly, SelfConfirmed};
use earnest_ledger::{Action, Answer, Command, Finding, Phase, Timer, TimerKind};

use crate::world::{
    AUTO_RELEASE, DECISION_SPAN, World, accept, act, confirm, deliver, dispute, minute, reject, release, resolve,
};

/// A hold in each phase.
fn in_every_phase() -> Vec<World> {
    let delivered = |mode| World::held(mode, &[deliver("a")]);
    let disputed = || World::held(SelfConfirmed, &[deliver("a"), dispute("a")]);
    let then = |mut world: World, command: &Command| {
        world.done(command);
        world
    };
    vec![
        World::held(SelfConfirmed, &[]),
        World::held(SelfConfirmed, &[act("a", Action::Dispatch)]),
        delivered(SelfConfirmed),
        delivered(ArbiterConfirmed),
        delivered(ManualReviewOnly),
        disputed(),
        then(disputed(), &resolve("a", 600, 0)),
        then(disputed(), &resolve("a", 200, 400)),
        then(disputed(), &resolve("a", 0, 600)),
        World::held(SelfConfirmed, &[act("a", Action::Void)]),
    ]
}

/// Every command about a hold, each under an id of its own and by who may give it.
fn commands() -> Vec<(&'static str, Command)> {
    let fresh = |command: Command, name: &str| match command {
        Command::Act(act) => {
            Command::Act(earnest_ledger::Act { decision: format!("decision:fresh-{name}").parse().unwrap(), ..act })
        }
        Command::Deliver(deliver) => {
            Command::Deliver(earnest_ledger::Deliver { response: "response:fresh".parse().unwrap(), ..deliver })
        }
        Command::Resolve(resolve) => {
            Command::Resolve(earnest_ledger::Resolve { decision: "decision:fresh".parse().unwrap(), ..resolve })
        }
        Command::Dispute(dispute) => {
            Command::Dispute(earnest_ledger::Dispute { dispute: "dispute:fresh".parse().unwrap(), ..dispute })
        }
        other => other,
    };
    let named = [
        ("dispatch", act("a", Action::Dispatch)),
        ("deliver", deliver("a")),
        ("accept", accept("a")),
        ("reject", reject("a", Finding::Broken)),
        ("cancel", act("a", Action::Cancel)),
        ("end-workflow", act("a", Action::EndWorkflow)),
        ("fail", act("a", Action::Fail)),
        ("decline", act("a", Action::Decline)),
        ("void", act("a", Action::Void)),
        ("confirm", confirm("a", 600, 0)),
        ("release", release("a")),
        ("dispute", dispute("a")),
        ("resolve", resolve("a", 600, 0)),
    ];
    named.into_iter().map(|(name, command)| (name, fresh(command, name))).collect()
}

fn cell(mut world: World, command: &Command) -> String {
    match world.run(command) {
        Ok(Answer::Done(_)) => format!("**{}**", world.hold().phase()),
        Ok(Answer::Each(_)) => unreachable!(),
        Err(refusal) => refusal.code().to_owned(),
    }
}

#[test]
fn every_state_decides_every_command() {
    let worlds = in_every_phase();
    let phases: Vec<Phase> = worlds.iter().map(|world| world.hold().phase()).collect();
    assert_eq!(phases, Phase::ALL);
    let header = |first: &str, names: &[&str]| {
        let columns = "--- |".repeat(names.len());
        format!("| {first} | {} |\n| --- |{columns}\n", names.join(" | "))
    };
    let names: Vec<String> = phases.iter().map(|phase| format!("`{phase}`")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut table = header("command \\ in state", &names);
    for (name, command) in commands() {
        let cells: Vec<String> = worlds.iter().map(|world| cell(world.clone(), &command)).collect();
        writeln!(table, "| `{name}` | {} |", cells.join(" | ")).unwrap();
    }
    for kind in TimerKind::ALL {
        let cells: Vec<String> = worlds.iter().map(|world| timer_cell(world.clone(), *kind)).collect();
        writeln!(table, "| timer `{kind}` | {} |", cells.join(" | ")).unwrap();
    }
    insta::assert_snapshot!("states", table);
}

/// What a timer does after everything before it fired: the hold's own, or one that is not set.
fn timer_cell(mut world: World, kind: TimerKind) -> String {
    world.now = minute(AUTO_RELEASE + 2 * DECISION_SPAN);
    let hold = world.hold().number;
    loop {
        let set = world.hold().timer();
        let (at, what) = set.unwrap_or((minute(0), kind));
        let reached =
            what == kind || matches!(what, TimerKind::WorkBy | TimerKind::AutoRelease | TimerKind::DecisionBy);
        if reached {
            return cell(world, &Command::Fire(Timer { at, hold, what: kind }));
        }
        world.done(&Command::Fire(Timer { at, hold, what }));
    }
}
