//! Bytes as the EVM world writes them: `0x` and two hexadecimal digits each.

use alloy_primitives::hex;

/// The bytes of a text of `0x` and hexadecimal digits, in any case.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    // The library takes a text without the mark too.
    hex::decode(text.strip_prefix("0x").filter(|digits| !digits.starts_with("0x"))?).ok()
}

/// As [`decode`], where there are exactly as many bytes as asked for.
pub(super) fn decode_exactly<const LENGTH: usize>(text: &str) -> Option<[u8; LENGTH]> {
    if text.len() != 2 + 2 * LENGTH {
        return None;
    }
    decode(text)?.try_into().ok()
}

/// Two lower-case digits for each byte, after `0x`.
pub(super) fn encode(bytes: &[u8]) -> String {
    hex::encode_prefixed(bytes)
}
