//! Time zones by their names, from data that is compiled in.

use std::{fmt, str::FromStr, sync::LazyLock};

use earnest_base::{InvalidError, Timestamp};
use jiff::tz::{TimeZone, TimeZoneDatabase};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use super::{Day, LocalTime};

/// A time zone of the IANA database, such as `Europe/Warsaw`.
#[derive(Clone)]
pub struct Zone {
    name: String,
    zone: TimeZone,
}

impl Zone {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The day that a moment is on.
    pub(super) fn day_of(&self, at: Timestamp) -> Option<Day> {
        let at = jiff::Timestamp::from_millisecond(at.unix_millis()).ok()?;
        Some(Day(at.to_zoned(self.zone.clone()).date()))
    }

    /// When it is a time on a day: of two moments the first; where clocks jump over it, with the offset from before. None,
    /// where the zone leaves the day out.
    pub(super) fn moment(&self, day: Day, time: LocalTime) -> Option<Timestamp> {
        let zoned = self.zone.to_ambiguous_zoned(day.0.to_datetime(time.0)).compatible().ok()?;
        let is_that_day = zoned.date() == day.0;
        is_that_day.then(|| Timestamp::from_unix_millis(zoned.timestamp().as_millisecond())).flatten()
    }
}

impl FromStr for Zone {
    type Err = InvalidError;

    fn from_str(text: &str) -> Result<Self, InvalidError> {
        // Never the machine's own database: every process computes the same moments.
        static COMPILED_IN: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);
        let invalid = |_| InvalidError::new("a time zone of the IANA database, such as Europe/Warsaw", text);
        let zone = COMPILED_IN.get(text).map_err(invalid)?;
        let name = zone.iana_name().unwrap_or(text).to_owned();
        Ok(Self { name, zone })
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Zone({})", self.name)
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Zone {}

impl std::hash::Hash for Zone {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}
