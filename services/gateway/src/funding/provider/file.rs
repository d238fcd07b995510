//! A bank without an interface: an operator posts its statements or drops them into a folder, finds payouts in an outbox,
//! and drops what became of them.
//!
//! ```text
//! statements/     bookings that came in       booking, amount, currency, account, date
//! outbox/         a file for each payout      payout, destination, amount, currency
//! confirmations/  what became of payouts      payout, state, date, code
//! ```
//!
//! A file is CSV with a line of names, or JSON lines. One that cannot be read is refused whole, with the place.

mod lines;

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use async_trait::async_trait;
use earnest_base::{Name, Timestamp};
use earnest_funding::{PayoutId, PayoutReport, PayoutTold, Report, Told, TopUpId};

use super::{Callback, CallbackError, Collected, Heard, Instruction, Provider, ProviderError, Taken, notice};
use lines::{Row, rows};

/// No file of a bank is larger.
const FILE_BYTES: u64 = 4 << 20;
/// The folders, of which the first and the last are looked into.
const STATEMENTS: &str = "statements";
const OUTBOX: &str = "outbox";
const CONFIRMATIONS: &str = "confirmations";

/// A bank whose files an operator carries.
#[derive(Debug, Clone)]
pub struct FileProvider {
    name: Name,
    folder: PathBuf,
}

impl FileProvider {
    /// A bank with its folder, which is made where it is not there.
    ///
    /// # Errors
    /// Where the folder cannot be made.
    pub fn new(name: Name, folder: PathBuf) -> Result<Self, ProviderError> {
        for below in [STATEMENTS, OUTBOX, CONFIRMATIONS] {
            for place in ["", "done", "refused"] {
                private_folder(&folder.join(below).join(place)).map_err(|error| told(&error))?;
            }
        }
        Ok(Self { name, folder })
    }

    /// What a statement says, line by line.
    ///
    /// # Errors
    /// The place of the first line that cannot be read; then none of it is believed.
    pub fn statement(&self, bytes: &[u8]) -> Result<Vec<Heard>, String> {
        rows(bytes, &["booking", "amount", "currency", "account", "date"])?
            .iter()
            .map(|row| self.booking(row))
            .collect()
    }

    fn booking(&self, row: &Row) -> Result<Heard, String> {
        let amount = row.parse("amount", "an amount above 0 of at most 15 digits")?;
        let currency = row.parse("currency", "a currency such as PLN")?;
        Ok(Heard::Payment(Report {
            provider: self.name.clone(),
            reference: row.parse("booking", "a booking's reference without white space")?,
            names: notice::named(row.text("account")),
            at: row.moment("date")?,
            told: Told::Confirmed { amount, currency },
            seen: None,
        }))
    }

    fn confirmations(&self, bytes: &[u8]) -> Result<Vec<Heard>, String> {
        rows(bytes, &["payout", "state", "date"])?.iter().map(|row| self.confirmation(row)).collect()
    }

    fn confirmation(&self, row: &Row) -> Result<Heard, String> {
        let told = match row.text("state") {
            "paid" => PayoutTold::Paid,
            "failed" => match notice::code(row.given("code"), "failed") {
                Some(code) => PayoutTold::Failed { code },
                None => return Err(row.expected("code", "a code without white space")),
            },
            _ => return Err(row.expected("state", "`paid` or `failed`")),
        };
        let payout = row.parse("payout", "a payout's id")?;
        let at = row.moment("date")?;
        Ok(Heard::Payout(PayoutReport { provider: self.name.clone(), payout, at, told, seen: None }))
    }

    fn look(&self) -> io::Result<Vec<Collected>> {
        let mut found = Vec::new();
        for below in [STATEMENTS, CONFIRMATIONS] {
            let mut names = Vec::new();
            for entry in fs::read_dir(self.folder.join(below))? {
                let entry = entry?;
                let name = entry.file_name().to_string_lossy().into_owned();
                // A name that begins with a full stop is a file that is still being written.
                if entry.file_type()?.is_file() && !name.starts_with('.') {
                    names.push(name);
                }
            }
            names.sort();
            for name in names {
                let path = self.folder.join(below).join(&name);
                let says = if fs::metadata(&path)?.len() > FILE_BYTES {
                    Err(format!("expected a file of at most {FILE_BYTES} bytes"))
                } else {
                    let bytes = fs::read(&path)?;
                    if below == STATEMENTS { self.statement(&bytes) } else { self.confirmations(&bytes) }
                };
                found.push(Collected { name: format!("{below}/{name}"), says });
            }
        }
        Ok(found)
    }

    fn put(&self, collected: &str, refused: Option<&str>) -> io::Result<()> {
        let Some((below, name)) = collected.split_once('/') else { return Ok(()) };
        let folder = self.folder.join(below);
        let to = folder.join(if refused.is_some() { "refused" } else { "done" });
        if let Some(reason) = refused {
            fs::write(to.join(format!("{name}.reason")), format!("{reason}\n"))?;
        }
        fs::rename(folder.join(name), to.join(name))
    }

    fn write(&self, payout: &Instruction) -> io::Result<()> {
        let name = format!("{}.json", payout.payout.own().replace(':', "_"));
        let outbox = self.folder.join(OUTBOX);
        if outbox.join(&name).exists() || outbox.join("done").join(&name).exists() {
            return Ok(());
        }
        let body = serde_json::json!({
            "payout": payout.payout,
            "destination": payout.destination,
            "amount": payout.amount.to_string(),
            "currency": payout.currency,
        });
        // It gets its name when it is whole, and is on the disk when this answers.
        let mut file = tempfile::Builder::new().prefix(".").tempfile_in(&outbox)?;
        writeln!(file, "{body}")?;
        file.as_file().sync_all()?;
        file.persist(outbox.join(&name)).map_err(|error| error.error)?;
        fs::File::open(&outbox)?.sync_all()
    }
}

#[async_trait]
impl Provider for FileProvider {
    fn name(&self) -> &Name {
        &self.name
    }

    fn callback(&self, _: &Callback<'_>, _: Timestamp) -> Result<Vec<Heard>, CallbackError> {
        Err(CallbackError::Silent)
    }

    async fn instruct(&self, payout: &Instruction, _: Timestamp) -> Result<Taken, ProviderError> {
        let (own, payout) = (self.clone(), payout.clone());
        beside(move || own.write(&payout)).await.map(|()| Taken::Yes { reference: None })
    }

    async fn ask(&self, _: &PayoutId, _: Timestamp) -> Result<Option<PayoutReport>, ProviderError> {
        // What becomes of a payout is dropped as a file.
        Ok(None)
    }

    async fn ask_payments(&self, _: &TopUpId, _: Timestamp) -> Result<Vec<Heard>, ProviderError> {
        Err(ProviderError("a bank without an interface is not asked; its statements tell".to_owned()))
    }

    async fn collect(&self) -> Result<Vec<Collected>, ProviderError> {
        let own = self.clone();
        beside(move || own.look()).await
    }

    async fn put_away(&self, collected: &str, refused: Option<String>) -> Result<(), ProviderError> {
        let (own, collected) = (self.clone(), collected.to_owned());
        beside(move || own.put(&collected, refused.as_deref())).await
    }
}

/// Files are slow: they are read and written beside the runtime.
async fn beside<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> Result<T, ProviderError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done.map_err(|error| told(&error)),
        Err(error) => Err(ProviderError(error.to_string())),
    }
}

fn told(error: &io::Error) -> ProviderError {
    ProviderError(format!("the bank's folder: {error}"))
}

/// A folder that only its owner reads.
fn private_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}
