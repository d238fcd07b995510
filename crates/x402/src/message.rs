//! Messages of the wire, read strictly.

use earnest_signing::{Error, Json, Limits, Reading};
use serde::{Serialize, de::DeserializeOwned};

/// The greatest length of a body that is read, in bytes: a payment with its requirements, extensions and schemas.
pub const MAX_BODY_BYTES: usize = 128 * 1024;

/// A message of the wire. Members that nobody knows are passed over; a member that stands twice, or a number that a
/// double would round, is refused.
pub trait Message: Serialize + DeserializeOwned {
    /// Reads it from a value that was read strictly.
    ///
    /// # Errors
    /// Names the member that does not fit.
    fn from_json(json: &Json<'_>) -> Result<Self, Error> {
        json.decode()
    }
}

/// Declares which types are messages. A part that keeps its original can name a fault only as a whole; where a message
/// has such parts, a second reading of them by type alone finds the member.
macro_rules! messages {
    ($name:ty) => {
        impl $crate::Message for $name {}
    };
    ($name:ty, $parts:ty) => {
        impl $crate::Message for $name {
            fn from_json(json: &earnest_signing::Json<'_>) -> Result<Self, earnest_signing::Error> {
                json.decode::<Self>().map_err(|error| $crate::message::finer(error, json.decode::<$parts>().err()))
            }
        }
    };
}
pub(crate) use messages as message;

/// The second of two faults, where it is found at the first one's place or below it.
pub(crate) fn finer(error: Error, below: Option<Error>) -> Error {
    below.filter(|finer| finer.pointer().as_str().starts_with(error.pointer().as_str())).unwrap_or(error)
}

/// Reads a message from a body of JSON.
///
/// # Errors
/// Names code, member, line and column of the first fault.
///
/// ```
/// use earnest_x402::{SettleResponse, read};
///
/// let error = read::<SettleResponse>(br#"{"success": true, "network": "eip155:1"}"#).unwrap_err();
/// assert_eq!(error.code().as_str(), "missing-member");
/// assert_eq!(error.pointer().as_str(), "/transaction");
/// ```
pub fn read<T: Message>(body: &[u8]) -> Result<T, Error> {
    read_within(body, MAX_BODY_BYTES)
}

/// Reads a message of at most so many bytes.
pub(crate) fn read_within<T: Message>(text: &[u8], max_bytes: usize) -> Result<T, Error> {
    let reading = Reading::new(text, limits(max_bytes))?;
    T::from_json(reading.json()).map_err(|error| error.located_in(text))
}

/// What is read of others: I-JSON of a bounded length. Numbers need not be exact, since no amount is one.
pub(crate) const fn limits(max_bytes: usize) -> Limits {
    Limits { max_bytes, ..Limits::I_JSON }
}
