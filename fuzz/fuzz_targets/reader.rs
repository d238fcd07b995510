//! The reader takes any bytes without a panic, and canonical form is a fixed point: what it writes it reads as the same.
#![no_main]

use earnest_signing::{Limits, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for limits in [Limits::DOCUMENT, Limits::BUNDLE, Limits::I_JSON] {
        let Ok(value) = read(bytes, limits) else { continue };
        let canonical = value.canonical();
        // Canonical form may be longer: it writes `1e15` out.
        let limits = Limits { max_bytes: usize::MAX, ..limits };
        let again = read(canonical.as_bytes(), limits).expect("canonical form is readable");
        assert_eq!(again, value);
        assert_eq!(again.canonical(), canonical);
    }
});
