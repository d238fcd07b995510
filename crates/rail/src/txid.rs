//! Transaction ids and block numbers, as the relay's types have them.

use alloy_primitives::hex;
use earnest_base::{Count, MAX_SAFE_INTEGER, Text, TransactionId};

/// No more of what a rail says is kept.
const DETAIL: usize = 200;

/// The id of these bytes, without a mark: as a ledger writes it.
#[expect(clippy::expect_used, reason = "64 hexadecimal digits are a transaction id")]
pub(crate) fn of_bytes(bytes: &[u8; 32]) -> TransactionId {
    hex::encode(bytes).parse().expect("64 hexadecimal digits")
}

/// The id of these bytes after `0x`: as a chain writes it.
#[expect(clippy::expect_used, reason = "64 hexadecimal digits are a transaction id")]
pub(crate) fn marked(bytes: &[u8; 32]) -> TransactionId {
    hex::encode_prefixed(bytes).parse().expect("64 hexadecimal digits")
}

/// The number of a block or a fact. Chains and ledgers count from below 2^53; what lies beyond is told as the last.
#[expect(clippy::expect_used, reason = "within the bounds of the type")]
pub(crate) fn height(number: u64) -> Count<1> {
    Count::new(number.clamp(1, MAX_SAFE_INTEGER)).expect("from 1 to 2^53 − 1")
}

/// What a rail says, as far as a record holds it: without control characters, and not long.
pub(crate) fn detail(said: &str) -> Option<Text> {
    let plain: String = said.chars().filter(|letter| !letter.is_control()).take(DETAIL).collect();
    plain.trim().parse().ok()
}
