//! Files that commands read, and standard input as `-`.

use std::{
    ffi::OsStr,
    fs::File,
    io::{self, Read},
    path::PathBuf,
};

use earnest_signing::Limits;

use crate::failure::Failure;

/// A file to read, or standard input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Input {
    /// Standard input: `-`.
    Stdin,
    /// A file.
    File(PathBuf),
}

impl From<&OsStr> for Input {
    fn from(argument: &OsStr) -> Self {
        if argument == "-" { Self::Stdin } else { Self::File(argument.into()) }
    }
}

impl From<std::ffi::OsString> for Input {
    fn from(argument: std::ffi::OsString) -> Self {
        argument.as_os_str().into()
    }
}

impl Input {
    /// The name that messages use.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Stdin => "standard input".to_owned(),
            Self::File(path) => path.display().to_string(),
        }
    }

    /// All that stands in it, cut just beyond the size of the largest document: more is refused by the reader anyway.
    pub(crate) fn read(&self) -> Result<Vec<u8>, Failure> {
        let bytes = match self {
            Self::Stdin => read_all(io::stdin().lock()),
            Self::File(path) => File::open(path).and_then(read_all),
        };
        bytes.map_err(|error| Failure::io("file-unreadable", "read it", &error).in_file(&self.name()))
    }
}

fn read_all(from: impl Read) -> io::Result<Vec<u8>> {
    // A passphrase fits from the start, so that no shorter copy of it is left behind.
    let mut bytes = Vec::with_capacity(4096);
    let most = u64::try_from(Limits::BUNDLE.max_bytes).unwrap_or(u64::MAX);
    from.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(bytes)
}
