//! When a plan runs: every day at a local time of a named time zone. A pure function of the moment; the zones' data is
//! compiled in.
//!
//! Where clocks go forward over the time, it is read with the offset from before, as RFC 5545 has it: 02:30 becomes
//! 03:30. Where clocks go back over it, the first of the two counts. A day that a zone leaves out has no run.

mod day;
mod zone;

use earnest_base::{Count, InvalidError, Name, Seconds, Timestamp};
use serde::{Deserialize, Serialize};

pub use day::{Day, LocalTime};
pub use zone::Zone;

use crate::{Buyer, Plan};

/// The most characters of a schedule's name: a day follows it in the names of its runs.
const MAX_NAME: usize = 240;

/// When a plan runs.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Schedule(Written);

#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Written {
    name: Name,
    zone: Zone,
    at: LocalTime,
    missed: Missed,
    on_time: Seconds,
}

/// What becomes of runs whose time passed while nobody looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case", rename_all_fields = "kebab-case", deny_unknown_fields)]
pub enum Missed {
    /// Nothing.
    Skip,
    /// The last of them runs, unless one is there on time.
    RunOnce,
    /// The last of them run, at most so many.
    RunAll {
        /// How many.
        at_most: Count<1>,
    },
}

/// A day's run, and when it starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Occurrence {
    /// The day, by the zone's calendar.
    pub day: Day,
    /// When.
    pub at: Timestamp,
}

/// What is to start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// What starts now, the earliest first.
    pub start: Vec<Occurrence>,
    /// What was missed and does not start.
    pub skipped: Vec<Occurrence>,
    /// The last day that was looked at.
    pub through: Day,
}

/// A plan that runs by a schedule.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Timetable {
    /// When.
    pub schedule: Schedule,
    /// What.
    pub plan: Plan,
    /// For whom.
    pub buyer: Buyer,
}

impl TryFrom<Written> for Schedule {
    type Error = InvalidError;

    fn try_from(written: Written) -> Result<Self, InvalidError> {
        if written.name.as_str().chars().count() > MAX_NAME {
            let expected = format!("a schedule's name of at most {MAX_NAME} characters");
            return Err(InvalidError::new(expected, written.name.as_str()));
        }
        Ok(Self(written))
    }
}

impl From<Schedule> for Written {
    fn from(schedule: Schedule) -> Self {
        schedule.0
    }
}

impl Schedule {
    /// Every day at a local time. What starts later than `on_time` after its moment was missed.
    ///
    /// # Errors
    /// Where the name is too long for the names of its runs.
    pub fn daily(
        name: Name,
        zone: Zone,
        at: LocalTime,
        missed: Missed,
        on_time: Seconds,
    ) -> Result<Self, InvalidError> {
        Self::try_from(Written { name, zone, at, missed, on_time })
    }

    /// The schedule.
    #[must_use]
    pub const fn name(&self) -> &Name {
        &self.0.name
    }

    /// The name of a day's run. It follows from schedule and day, so two processes make one run.
    ///
    /// # Errors
    /// None that is known: the name is short enough for a day.
    pub fn run_of(&self, day: Day) -> Result<Name, InvalidError> {
        format!("{}:{day}", self.0.name).parse()
    }

    /// When a day's run starts; none on a day that the zone leaves out, or beyond the calendar.
    #[must_use]
    pub fn occurrence(&self, day: Day) -> Option<Occurrence> {
        self.0.zone.moment(day, self.0.at).map(|at| Occurrence { day, at })
    }

    /// The next run after a moment.
    #[must_use]
    pub fn next(&self, now: Timestamp) -> Option<Occurrence> {
        // A local time is at most a day away from its moment, so two days before is early enough.
        self.after(self.0.zone.day_of(now)?.before(2)?).find(|next| next.at > now)
    }

    /// The last day whose run has started by a moment.
    #[must_use]
    pub fn last_day(&self, now: Timestamp) -> Option<Day> {
        self.next(now)?.day.before(1)
    }

    /// The runs after a day, one after the other.
    pub fn after(&self, day: Day) -> impl Iterator<Item = Occurrence> + '_ {
        std::iter::successors(day.next(), |day| day.next()).filter_map(|day| self.occurrence(day))
    }

    /// What is to start at a moment, where the days until one were looked at before. Nothing, where no day has come since.
    #[must_use]
    pub fn due(&self, looked_at: Day, now: Timestamp) -> Option<Due> {
        let mut passed: Vec<Occurrence> = self.after(looked_at).take_while(|next| next.at <= now).collect();
        let through = passed.last()?.day;
        let is_on_time = |next: &Occurrence| next.at.after(self.0.on_time).is_none_or(|end| now < end);
        let first = passed.iter().position(is_on_time).unwrap_or(passed.len());
        let on_time = passed.split_off(first);
        let keep = match self.0.missed {
            Missed::Skip => 0,
            Missed::RunOnce => usize::from(on_time.is_empty()),
            Missed::RunAll { at_most } => usize::try_from(at_most.value()).unwrap_or(usize::MAX),
        };
        let late = passed.split_off(passed.len().saturating_sub(keep));
        Some(Due { start: late.into_iter().chain(on_time).collect(), skipped: passed, through })
    }
}
