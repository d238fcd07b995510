//! Runs the binary, and makes the files that it reads.

use std::{
    fs,
    path::{Path, PathBuf},
};

use assert_cmd::Command;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use earnest_artifacts::{FIXTURES, Kind, example};
use serde_json::Value;
use tempfile::TempDir;

/// What a run of the binary left.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) exit: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Run {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}", self.out))
    }

    pub(crate) fn error(&self) -> Value {
        serde_json::from_str(&self.err).unwrap_or_else(|error| panic!("{error}: {}", self.err))
    }

    #[track_caller]
    pub(crate) fn ok(self) -> Self {
        assert_eq!((self.exit, self.err.as_str()), (0, ""), "{}", self.out);
        self
    }
}

/// A directory to run the binary in.
pub(crate) struct Place {
    dir: TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { dir: TempDir::new().unwrap() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> &Self {
        fs::write(self.path(name), text).unwrap();
        self
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Runs the binary with these arguments, separated by spaces.
    pub(crate) fn run(&self, arguments: &str) -> Run {
        self.run_with(arguments, "", &[])
    }

    pub(crate) fn run_with(&self, arguments: &str, stdin: &str, environment: &[(&str, &str)]) -> Run {
        self.start(&arguments.split_whitespace().collect::<Vec<_>>(), stdin, environment)
    }

    /// Runs the binary with arguments that hold spaces.
    pub(crate) fn run_words(&self, arguments: &[&str]) -> Run {
        self.start(arguments, "", &[])
    }

    fn start(&self, arguments: &[&str], stdin: &str, environment: &[(&str, &str)]) -> Run {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("earnest"));
        command.current_dir(self.dir.path()).env_remove("EARNEST_PASSPHRASE_FILE");
        command.envs(environment.iter().copied()).args(arguments).write_stdin(stdin);
        let output = command.output().unwrap();
        Run {
            exit: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The key file of a published test key.
    pub(crate) fn fixture_key(&self, name: &str, seed: u8) -> &Self {
        let fixture = FIXTURES.iter().find(|fixture| fixture.seed == seed).unwrap();
        let seed = URL_SAFE_NO_PAD.encode([seed; 32]);
        self.write(name, &format!("{{\"earnest-key\":1,\"public\":\"{}\",\"seed\":\"{seed}\"}}", fixture.did_key));
        set_mode(&self.path(name), 0o600);
        self
    }

    /// An example of a kind without signatures.
    pub(crate) fn unsigned(&self, name: &str, kind: &str) -> &Self {
        self.write(name, Kind::named(kind).unwrap().example())
    }

    /// A signed example of a kind.
    pub(crate) fn signed(&self, name: &str, kind: &str) -> &Self {
        self.write(name, &example(kind).unwrap())
    }

    /// A copy of a file with one text in place of another.
    pub(crate) fn altered(&self, name: &str, of: &str, from: &str, to: &str) -> &Self {
        let text = self.read(of);
        assert!(text.contains(from), "{from} in {text}");
        self.write(name, &text.replacen(from, to, 1))
    }
}

pub(crate) fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;

    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}
