//! Ids of items, and the ids of orders that follow from them.

use std::{fmt, str::FromStr};

use earnest_base::{InvalidError, Name, OrderId, Sha256Digest};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// An item: its step, and its place among the step's items, counted from 0. Written `redaction#5`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemId {
    /// The step.
    pub step: Name,
    /// Its place.
    pub place: u32,
}

impl fmt::Display for ItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.step, self.place)
    }
}

/// Not the id of an item.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected a step and a place such as redaction#5, found {0:?}")]
pub struct ItemIdError(String);

impl FromStr for ItemId {
    type Err = ItemIdError;

    fn from_str(text: &str) -> Result<Self, ItemIdError> {
        let invalid = || ItemIdError(text.chars().take(80).collect());
        let (step, place) = text.rsplit_once('#').ok_or_else(invalid)?;
        let read = Self { step: step.parse().map_err(|_| invalid())?, place: place.parse().map_err(|_| invalid())? };
        if read.to_string() == text { Ok(read) } else { Err(invalid()) }
    }
}

impl Serialize for ItemId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ItemId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// The id of an order: it follows from the run, the item and the number of the order, so a process that does its work
/// again makes the same order again. A provider's refusal is an answer to that id for ever (decision 12), so a new try is
/// a new order.
///
/// ```
/// use earnest_workflow::order_id;
///
/// let (run, item) = ("arca-run:morning:2026-04-01".parse()?, "research#0".parse()?);
/// assert_eq!(order_id(&run, &item, 1)?, order_id(&run, &item, 1)?);
/// assert_ne!(order_id(&run, &item, 1)?, order_id(&run, &item, 2)?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// None that is known: the text that is made has the form of an id.
pub fn order_id(run: &Name, item: &ItemId, number: u32) -> Result<OrderId, InvalidError> {
    // A name holds no white space, so the blank keeps the parts apart.
    let digest = Sha256Digest::of(format!("{run} {item} {number}").as_bytes()).to_bytes();
    let hex: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("order:{hex}:{number}").parse()
}
