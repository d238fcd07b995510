//! Days of a calendar, and times of a clock on the wall.

use std::{fmt, str::FromStr};

use earnest_base::InvalidError;
use jiff::civil::{Date, Time};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// A day of a calendar, such as `2026-04-01`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub(super) Date);

/// A time of the clock on the wall, to the minute, such as `06:05`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalTime(pub(super) Time);

impl Day {
    /// The next day.
    #[must_use]
    pub fn next(self) -> Option<Self> {
        self.0.tomorrow().ok().filter(|day| day.year() <= 9999).map(Self)
    }

    /// The day so many days before.
    pub(super) fn before(self, days: u32) -> Option<Self> {
        (0..days).try_fold(self.0, |day, _| day.yesterday().ok()).map(Self)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0.year(), self.0.month(), self.0.day())
    }
}

impl FromStr for Day {
    type Err = InvalidError;

    fn from_str(text: &str) -> Result<Self, InvalidError> {
        let invalid = || InvalidError::new("a day such as 2026-04-01", text);
        let mut parts = text.splitn(3, '-').map(str::parse::<i16>);
        let mut part = || parts.next().and_then(Result::ok).ok_or_else(invalid);
        let (year, month, day) = (part()?, part()?, part()?);
        let (month, day) = (i8::try_from(month).map_err(|_| invalid())?, i8::try_from(day).map_err(|_| invalid())?);
        let read = Self(Date::new(year, month, day).map_err(|_| invalid())?);
        if read.to_string() == text { Ok(read) } else { Err(invalid()) }
    }
}

impl fmt::Display for LocalTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0.hour(), self.0.minute())
    }
}

impl FromStr for LocalTime {
    type Err = InvalidError;

    fn from_str(text: &str) -> Result<Self, InvalidError> {
        let invalid = || InvalidError::new("a time such as 06:05", text);
        let (hour, minute) = text.split_once(':').ok_or_else(invalid)?;
        let (hour, minute) = (hour.parse().map_err(|_| invalid())?, minute.parse().map_err(|_| invalid())?);
        let read = Self(Time::new(hour, minute, 0, 0).map_err(|_| invalid())?);
        if read.to_string() == text { Ok(read) } else { Err(invalid()) }
    }
}

/// Serialises a type by its `Display` and reads it by its `FromStr`.
macro_rules! by_text {
    ($($name:ident)*) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
            }
        }
    )*};
}

by_text! { Day LocalTime }
