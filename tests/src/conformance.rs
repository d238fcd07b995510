//! The vectors of others. They are no part of the repository: `EARNEST_CONFORMANCE` says where they are.

use std::{
    env, fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use serde_json::Value;

/// A folder of vectors.
#[derive(Debug, Clone)]
pub struct Set(PathBuf);

/// The vectors in a folder of the conformance sets: `EARNEST_CONFORMANCE`, or `../shared/conformance` beside the
/// workspace. `None`, said on standard error past the capture of the test harness, where they are not at hand.
///
/// # Panics
/// Where they are not at hand and `CI` is `true`.
#[must_use]
pub fn conformance(folder: &str) -> Option<Set> {
    let root = env::var_os("EARNEST_CONFORMANCE")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/conformance"), PathBuf::from);
    let path = root.join(folder);
    if path.is_dir() {
        return Some(Set(path));
    }
    assert!(env::var("CI").as_deref() != Ok("true"), "expected conformance vectors in {}, found none", path.display());
    let notice = format!("SKIPPED: no conformance vectors in {} (set EARNEST_CONFORMANCE)\n", path.display());
    std::io::stderr().write_all(notice.as_bytes()).expect("standard error");
    None
}

impl Set {
    /// The bytes of a file.
    ///
    /// # Panics
    /// Where it cannot be read.
    #[must_use]
    pub fn bytes(&self, file: &str) -> Vec<u8> {
        fs::read(self.0.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
    }

    /// The text of a file.
    ///
    /// # Panics
    /// Where it cannot be read.
    #[must_use]
    pub fn text(&self, file: &str) -> String {
        String::from_utf8(self.bytes(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
    }

    /// The value of a file of JSON.
    ///
    /// # Panics
    /// Where it cannot be read.
    #[must_use]
    pub fn json(&self, file: &str) -> Value {
        serde_json::from_slice(&self.bytes(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
    }

    /// The names of the files of a folder, sorted.
    ///
    /// # Panics
    /// Where there are none: a test over nothing shows nothing.
    #[must_use]
    pub fn files(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.0.join(folder)).unwrap_or_else(|error| panic!("{folder}: {error}"));
        let mut names: Vec<String> =
            entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.sort();
        assert!(!names.is_empty(), "expected files in {folder}, found none");
        names
    }
}

/// The bytes of hexadecimal digits; white space between them counts for nothing.
///
/// # Panics
/// Where it is not hexadecimal.
#[must_use]
pub fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text
        .chars()
        .filter(|character| !character.is_ascii_whitespace())
        .map(|character| u8::try_from(character.to_digit(16).expect("hexadecimal digits")).expect("a digit"))
        .collect();
    assert!(digits.len().is_multiple_of(2), "expected pairs of digits, found {text:?}");
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}
