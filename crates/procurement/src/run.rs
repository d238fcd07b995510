//! The run that orders belong to, as their traces tell it: it mirrors what the buyer's workflow decides about its phases.

use std::collections::BTreeMap;

use earnest_base::{Name, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{Decision, words::words};

words! {
    /// Where a run stands.
    RunState {
        Running = "running", "Its phases are under way.";
        Completed = "completed", "Every phase that began was completed.";
        TimedOut = "timed-out", "Its time was over first.";
    }

    /// Why a step of a run is not taken.
    RunRefusal {
        Ended = "ended", "The run has ended.";
        NotStarted = "not-started", "The phase is not under way.";
        AlreadyCompleted = "already-completed", "The phase is completed.";
        OtherAttempt = "other-attempt", "The attempt is not the next one, or not the one under way.";
        PhaseOpen = "phase-open", "A phase is still under way, or has failed and was not completed since.";
    }

    /// Where a phase stands.
    PhaseState {
        Started = "started", "It is under way.";
        Completed = "completed", "It was completed.";
        Failed = "failed", "Its last attempt failed.";
    }
}

/// A run and its phases.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Run {
    /// The run.
    pub run: Name,
    /// Where it stands.
    pub state: RunState,
    /// Where each phase stands, and in which attempt, counted from 1.
    pub phases: BTreeMap<Name, (PhaseState, u32)>,
}

/// A step of a run. An event is a step as it was taken, with its moment.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum RunCommand {
    /// A phase begins, or begins again.
    StartPhase {
        /// The phase.
        phase: Name,
        /// The attempt, counted from 1.
        attempt: u32,
    },
    /// A phase is completed.
    CompletePhase {
        /// The phase.
        phase: Name,
    },
    /// An attempt failed.
    FailPhase {
        /// The phase.
        phase: Name,
        /// The attempt.
        attempt: u32,
    },
    /// The run is completed.
    Complete,
    /// The run is out of time.
    TimeOut,
}

/// A step that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RunEvent {
    /// When.
    pub at: Timestamp,
    /// What.
    pub command: RunCommand,
}

impl Run {
    /// A run whose phases have not begun.
    #[must_use]
    pub const fn new(run: Name) -> Self {
        Self { run, state: RunState::Running, phases: BTreeMap::new() }
    }

    /// Decides a step.
    ///
    /// # Errors
    /// Why it is not taken.
    pub fn decide(&self, command: &RunCommand, now: Timestamp) -> Result<Decision<RunEvent>, RunRefusal> {
        if self.is_present(command) {
            return Ok(Decision::AlreadyPresent);
        }
        let event = RunEvent { at: now, command: command.clone() };
        self.apply(&event)?;
        Ok(Decision::Moves(event))
    }

    fn is_present(&self, command: &RunCommand) -> bool {
        match command {
            RunCommand::StartPhase { phase, attempt } => {
                self.phases.get(phase).is_some_and(|(_, last)| last >= attempt)
            }
            RunCommand::CompletePhase { phase } => {
                self.phases.get(phase).is_some_and(|(state, _)| *state == PhaseState::Completed)
            }
            RunCommand::FailPhase { phase, attempt } => self
                .phases
                .get(phase)
                .is_some_and(|(state, last)| last > attempt || (last == attempt && *state == PhaseState::Failed)),
            RunCommand::Complete => self.state == RunState::Completed,
            RunCommand::TimeOut => self.state == RunState::TimedOut,
        }
    }

    /// The run after a step.
    ///
    /// # Errors
    /// Why the step is none of this run.
    pub fn apply(&self, event: &RunEvent) -> Result<Self, RunRefusal> {
        if self.state != RunState::Running {
            return Err(RunRefusal::Ended);
        }
        let with = |phase: &Name, state: PhaseState, attempt: u32| {
            let mut next = self.clone();
            next.phases.insert(phase.clone(), (state, attempt));
            next
        };
        match &event.command {
            RunCommand::StartPhase { phase, attempt } => match self.phases.get(phase) {
                None if *attempt == 1 => Ok(with(phase, PhaseState::Started, 1)),
                Some((PhaseState::Failed, last)) if last.checked_add(1) == Some(*attempt) => {
                    Ok(with(phase, PhaseState::Started, *attempt))
                }
                Some((PhaseState::Completed, _)) => Err(RunRefusal::AlreadyCompleted),
                _ => Err(RunRefusal::OtherAttempt),
            },
            RunCommand::CompletePhase { phase } => {
                let attempt = self.under_way(phase)?;
                Ok(with(phase, PhaseState::Completed, attempt))
            }
            RunCommand::FailPhase { phase, attempt } => {
                if self.under_way(phase)? != *attempt {
                    return Err(RunRefusal::OtherAttempt);
                }
                Ok(with(phase, PhaseState::Failed, *attempt))
            }
            RunCommand::Complete => {
                if self.phases.values().any(|(state, _)| *state != PhaseState::Completed) {
                    return Err(RunRefusal::PhaseOpen);
                }
                Ok(Self { state: RunState::Completed, ..self.clone() })
            }
            RunCommand::TimeOut => Ok(Self { state: RunState::TimedOut, ..self.clone() }),
        }
    }

    /// The attempt of a phase that is under way.
    fn under_way(&self, phase: &Name) -> Result<u32, RunRefusal> {
        match self.phases.get(phase) {
            Some((PhaseState::Started, attempt)) => Ok(*attempt),
            Some((PhaseState::Completed, _)) => Err(RunRefusal::AlreadyCompleted),
            Some((PhaseState::Failed, _)) | None => Err(RunRefusal::NotStarted),
        }
    }
}
