//! A did:key is read without a panic, and only in the one form in which it is written.
#![no_main]

use earnest_base::{PublicKey, Subject};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(bytes) = bytes.try_into()
        && let Ok(key) = PublicKey::from_bytes(bytes)
    {
        assert_eq!(PublicKey::from_multibase(&key.to_multibase()), Ok(key));
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(key) = PublicKey::from_multibase(text) {
        assert_eq!(key.to_multibase(), text);
    }
    if let Ok(subject) = text.parse::<Subject>() {
        assert_eq!(subject.to_string(), text);
    }
});
