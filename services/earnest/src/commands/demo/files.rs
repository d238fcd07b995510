//! The documents of the demonstration, kept for trying `earnest verify` on them.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::Path,
};

use crate::failure::Failure;

/// Writes each document to a file that was not there before; answers the names.
pub(super) fn write(dir: &Path, files: &[(&'static str, String)]) -> Result<Vec<String>, Failure> {
    fs::create_dir_all(dir).map_err(|error| {
        Failure::io("file-unwritable", "make the directory", &error).in_file(&dir.display().to_string())
    })?;
    files.iter().map(|(name, text)| one(&dir.join(name), text)).collect()
}

fn one(path: &Path, text: &str) -> Result<String, Failure> {
    let name = path.display().to_string();
    let written = File::create_new(path).and_then(|mut file| file.write_all(text.as_bytes()));
    match written {
        Ok(()) => Ok(name),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let message = "expected no such file yet: the demonstration overwrites nothing";
            Err(Failure::usage("file-exists", message).in_file(&name).hint("name another directory: --dir DIR"))
        }
        Err(error) => Err(Failure::io("file-unwritable", "write it", &error).in_file(&name)),
    }
}
