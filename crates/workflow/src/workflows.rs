//! Everything that a buyer's workflow machine knows: its runs, its timetables, and what is due when.

use std::collections::{BTreeMap, BTreeSet};

use earnest_base::{Name, Timestamp};

use crate::{ApplyError, Day, Fact, Planted, Run, Timetable, What, Work};

/// Runs by their names.
pub(crate) type Runs = BTreeMap<Name, Run>;

/// Timetables by the names of their schedules, each with the last day that was looked at.
pub(crate) type Timetables = BTreeMap<Name, (Timetable, Day)>;

/// Runs of plans and their timetables. They change by [`Workflows::apply`] and in no other way.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Workflows {
    runs: Runs,
    timetables: Timetables,
    agenda: Agenda,
    #[cfg(test)]
    pub(crate) planted: Option<Planted>,
}

/// What is due when, and which runs have something to do. It follows from the rest.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
struct Agenda {
    by_time: BTreeSet<(Timestamp, Subject)>,
    by_subject: BTreeMap<Subject, Timestamp>,
    busy: BTreeSet<Name>,
}

/// What something is due for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Subject {
    /// A run.
    Run(Name),
    /// A schedule.
    Schedule(Name),
}

impl Workflows {
    /// A machine that knows no run.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A run.
    #[must_use]
    pub fn run(&self, run: &Name) -> Option<&Run> {
        self.runs.get(run)
    }

    /// Every run, in the order of their names.
    pub fn runs(&self) -> impl Iterator<Item = &Run> {
        self.runs.values()
    }

    /// A timetable by the name of its schedule.
    #[must_use]
    pub fn timetable(&self, schedule: &Name) -> Option<&Timetable> {
        self.timetables.get(schedule).map(|(timetable, _)| timetable)
    }

    /// Every timetable, in the order of the schedules' names.
    pub fn timetables(&self) -> impl Iterator<Item = &Timetable> {
        self.timetables.values().map(|(timetable, _)| timetable)
    }

    pub(crate) fn looked_at(&self, schedule: &Name) -> Option<Day> {
        self.timetables.get(schedule).map(|(_, day)| *day)
    }

    /// What is to be done outside: each stays until a command tells what came of it.
    pub fn works(&self) -> impl Iterator<Item = Work> {
        self.agenda.busy.iter().filter_map(|run| self.runs.get(run)).flat_map(Run::works)
    }

    /// When [`Command::Advance`](crate::Command::Advance) has something to do next.
    #[must_use]
    pub fn next_due(&self) -> Option<Timestamp> {
        self.first_due().map(|(due, _)| due)
    }

    pub(crate) fn first_due(&self) -> Option<(Timestamp, &Subject)> {
        self.agenda.by_time.first().map(|(due, subject)| (*due, subject))
    }

    /// Applies a fact.
    ///
    /// # Errors
    /// Where it does not fit what is stored. What came before it in the same decision has been applied.
    pub fn apply(&mut self, fact: &Fact) -> Result<(), ApplyError> {
        match &fact.what {
            What::Run { run: id, step } => {
                let planted = self.planted();
                match self.runs.get_mut(id) {
                    Some(run) => run.apply(step, fact.at, planted)?,
                    None => {
                        self.runs.insert(id.clone(), Run::started(id, step, fact.at)?);
                    }
                }
                self.refile_run(id);
                Ok(())
            }
            What::Scheduled { timetable } => {
                let last = timetable.schedule.last_day(fact.at);
                let looked_at = last.ok_or_else(|| ApplyError::new("a moment of the calendar", fact.at.to_string()))?;
                let name = timetable.schedule.name().clone();
                self.timetables.insert(name.clone(), ((**timetable).clone(), looked_at));
                self.refile_schedule(&name);
                Ok(())
            }
            What::Unscheduled { schedule } => {
                let known = self.timetables.remove(schedule).is_some();
                self.refile_schedule(schedule);
                if known { Ok(()) } else { Err(ApplyError::new("a schedule", schedule.to_string())) }
            }
            What::LookedAt { schedule, day } => {
                let found = self.timetables.get_mut(schedule);
                let found = found.ok_or_else(|| ApplyError::new("a schedule", schedule.to_string()))?;
                if *day <= found.1 {
                    return Err(ApplyError::new("a later day than the last", day.to_string()));
                }
                found.1 = *day;
                self.refile_schedule(schedule);
                Ok(())
            }
        }
    }

    /// The parts that the rest follows from.
    pub(crate) const fn parts(&self) -> (&Runs, &Timetables) {
        (&self.runs, &self.timetables)
    }

    pub(crate) fn of_parts(runs: Runs, timetables: Timetables, planted: Option<Planted>) -> Self {
        let mut workflows = Self { runs, timetables, ..Self::default() }.plant(planted);
        let runs: Vec<Name> = workflows.runs.keys().cloned().collect();
        let schedules: Vec<Name> = workflows.timetables.keys().cloned().collect();
        runs.iter().for_each(|run| workflows.refile_run(run));
        schedules.iter().for_each(|schedule| workflows.refile_schedule(schedule));
        workflows
    }

    fn refile_run(&mut self, id: &Name) {
        let planted: Option<Planted> = self.planted();
        let Some(run) = self.runs.get(id) else { return };
        let (due, quiet) = (run.due_with(planted), run.is_quiet());
        self.agenda.set(Subject::Run(id.clone()), due);
        if quiet {
            self.agenda.busy.remove(id);
        } else {
            self.agenda.busy.insert(id.clone());
        }
    }

    fn refile_schedule(&mut self, name: &Name) {
        let found = self.timetables.get(name);
        let due = found.and_then(|(timetable, looked_at)| timetable.schedule.after(*looked_at).next());
        self.agenda.set(Subject::Schedule(name.clone()), due.map(|next| next.at));
    }
}

impl Agenda {
    fn set(&mut self, subject: Subject, due: Option<Timestamp>) {
        if let Some(before) = self.by_subject.remove(&subject) {
            self.by_time.remove(&(before, subject.clone()));
        }
        if let Some(due) = due {
            self.by_time.insert((due, subject.clone()));
            self.by_subject.insert(subject, due);
        }
    }
}
