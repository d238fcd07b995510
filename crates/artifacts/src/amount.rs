//! Amounts of at least one minor unit, for members that name money which moves.

use earnest_base::{Count, Orc};
use serde::{Deserialize, Deserializer, de::Error};

/// Reads an amount of at least one minor unit. The schema of the member states it as `range(min = 1)`.
pub(crate) fn at_least_one<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Orc, D::Error> {
    let units = Count::<1>::deserialize(deserializer)?;
    Orc::from_minor(units.value()).map_err(D::Error::custom)
}
