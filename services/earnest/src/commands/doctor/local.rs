//! What lies on this machine: the data folder, the key files, the room on the disk.

use std::path::Path;

use earnest_base::NodeId;
use earnest_escrow::Config;
use earnest_kit::keys::{self, KeyFileError, read_passphrase};

use super::Finding;

/// The least that should be free.
const ROOM_BYTES: u64 = 1 << 30;

/// The data folder: there, private, writable.
pub(super) fn folder(config: &Config) -> Vec<Finding> {
    const CHECK: &str = "data folder";
    let path = &config.data;
    let shown = path.display();
    if !path.exists() {
        return vec![
            Finding::well(CHECK, format!("{shown} is not there yet: the first start makes it")).mend("earnest escrow"),
        ];
    }
    if !path.is_dir() {
        return vec![Finding::broken(CHECK, format!("{shown} is no folder")).mend("earnest escrow --set data=FOLDER")];
    }
    let mut findings = Vec::new();
    if let Some(mode) = exposed(path) {
        let finding = format!("{shown} can be read by others, mode {mode:04o}");
        findings.push(Finding::broken(CHECK, finding).mend(format!("chmod 700 {}", quoted(path))));
    }
    if !is_writable(path) {
        let finding = format!("{shown} cannot be written by this user");
        findings.push(Finding::broken(CHECK, finding).mend(format!("sudo chown -R \"$USER\" {}", quoted(path))));
    }
    if findings.is_empty() {
        findings.push(Finding::well(CHECK, format!("{shown} is there and private")));
    }
    findings
}

/// The key files, and the node whose key is there.
pub(super) fn keys(config: &Config) -> (Vec<Finding>, Option<NodeId>) {
    const CHECK: &str = "keys";
    let mut files = vec![
        (config.key_file(&config.key, "escrow.key"), config.key.as_os_str().is_empty()),
        (config.key_file(&config.organisation_key, "organisation.key"), config.organisation_key.as_os_str().is_empty()),
    ];
    if config.operators.is_empty() {
        files.push((config.data.join("operator.key"), true));
    }
    let mut findings = Vec::new();
    let mut node = None;
    for (place, (file, is_made)) in files.iter().enumerate() {
        let shown = file.display();
        if *is_made && !file.exists() {
            let finding = format!("{shown} is not there yet: the first start makes it");
            findings.push(Finding::well(CHECK, finding).mend("earnest escrow"));
            continue;
        }
        match keys::read::<KeyFileError>(file, || read_passphrase(&config.passphrase_file)) {
            Ok(key) => {
                findings.push(Finding::well(CHECK, format!("{shown} can be read")));
                if place == 0 {
                    node = Some(NodeId::new(*key.public()));
                }
            }
            Err(error) => {
                let mend = error.hint().map(str::to_owned).unwrap_or_else(|| match error.code() {
                    "passphrase-wrong" | "passphrase-missing" | "passphrase-invalid" => {
                        "earnest escrow --set passphrase-file=FILE".to_owned()
                    }
                    "file-unreadable" => format!("earnest key new --out {}", quoted(file)),
                    _ => format!("earnest key show {}", quoted(file)),
                });
                findings.push(Finding::broken(CHECK, error.to_string()).mend(mend));
            }
        }
    }
    (findings, node)
}

/// The room where the data folder is, or will be.
pub(super) fn room(config: &Config) -> Finding {
    const CHECK: &str = "disk";
    let here = std::path::absolute(&config.data).unwrap_or_else(|_| config.data.clone());
    let Some(there) = here.ancestors().find(|folder| folder.exists()) else {
        return Finding::broken(CHECK, format!("{} stands nowhere", here.display()));
    };
    match rustix::fs::statvfs(there) {
        Ok(found) => {
            let free = found.f_bavail.saturating_mul(found.f_frsize);
            let finding = format!("{} MiB free at {}", free >> 20, there.display());
            if free >= ROOM_BYTES {
                Finding::well(CHECK, finding)
            } else {
                Finding::broken(CHECK, finding + ", less than 1024 MiB").mend("earnest escrow --set data=FOLDER")
            }
        }
        Err(error) => Finding::broken(CHECK, format!("{}: {error}", there.display())).mend("df -h"),
    }
}

/// The mode of what others can read or write.
#[cfg(unix)]
fn exposed(path: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;

    let mode = std::fs::metadata(path).ok()?.permissions().mode() & 0o777;
    (mode & 0o077 != 0).then_some(mode)
}

#[cfg(not(unix))]
fn exposed(_: &Path) -> Option<u32> {
    None
}

fn is_writable(path: &Path) -> bool {
    rustix::fs::access(path, rustix::fs::Access::WRITE_OK).is_ok()
}

/// A path as a shell takes it.
pub(super) fn quoted(path: &Path) -> String {
    let path = path.display().to_string();
    let plain = |character: char| character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '-' | '/');
    if path.chars().all(plain) && !path.starts_with('-') {
        return path;
    }
    let sheltered = if path.starts_with('-') { format!("./{path}") } else { path };
    format!("'{}'", sheltered.replace('\'', "'\\''"))
}
