//! Where passphrases come from: a prompt, a file, or the file that the environment names.

use age::secrecy::SecretString;
use clap::Args;
use zeroize::Zeroizing;

use crate::{failure::Failure, input::Input};

/// The variable that names a file with the passphrase, for scripts.
const VARIABLE: &str = "EARNEST_PASSPHRASE_FILE";

/// The file with the passphrase of an encrypted key file.
#[derive(Debug, Args)]
pub(crate) struct PassphraseFile {
    /// Take the passphrase of the key file from this file, `-` for standard input; without it from the file that
    /// EARNEST_PASSPHRASE_FILE names, or else from the terminal.
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<Input>,
}

impl PassphraseFile {
    /// The passphrase of a file that is encrypted already.
    pub(crate) fn get(&self) -> Result<SecretString, Failure> {
        self.named().map_or_else(|| prompt("Passphrase: "), |file| from_file(&file))
    }

    /// The passphrase for a new file, where one is asked for: typed twice, or from a file.
    pub(crate) fn choose(&self, typed: bool) -> Result<Option<SecretString>, Failure> {
        match self.named() {
            Some(file) if !typed => from_file(&file).map(Some),
            None if !typed => Ok(None),
            _ => prompt_twice().map(Some),
        }
    }

    fn named(&self) -> Option<Input> {
        self.passphrase_file.clone().or_else(|| std::env::var_os(VARIABLE).map(Input::from))
    }
}

fn from_file(file: &Input) -> Result<SecretString, Failure> {
    let bytes = Zeroizing::new(file.read()?);
    let text = std::str::from_utf8(&bytes)
        .map_err(|_| Failure::usage("passphrase-invalid", "expected UTF-8").in_file(&file.name()))?;
    let line = text.strip_suffix('\n').unwrap_or(text);
    not_empty(line.strip_suffix('\r').unwrap_or(line))
}

fn prompt(question: &str) -> Result<SecretString, Failure> {
    let typed = rpassword::prompt_password(question).map_err(|error| {
        Failure::io("passphrase-missing", "ask for the passphrase", &error)
            .hint(format!("give it in a file: --passphrase-file FILE, or {VARIABLE}=FILE"))
    })?;
    not_empty(&Zeroizing::new(typed))
}

fn prompt_twice() -> Result<SecretString, Failure> {
    use age::secrecy::ExposeSecret;

    let (first, second) = (prompt("New passphrase: ")?, prompt("The same again: ")?);
    if first.expose_secret() == second.expose_secret() {
        Ok(first)
    } else {
        Err(Failure::usage("passphrase-mismatch", "expected the same passphrase twice, found two"))
    }
}

fn not_empty(passphrase: &str) -> Result<SecretString, Failure> {
    if passphrase.is_empty() {
        return Err(Failure::usage("passphrase-missing", "expected a passphrase, found an empty line"));
    }
    Ok(SecretString::from(passphrase))
}
