//! `earnest pay`: requests a URL, and pays for it where that is demanded and allowed.

mod show;
mod wallet;

use std::{
    io::{self, IsTerminal, Write},
    time::Duration,
};

use clap::Args;
use earnest_base::AccountId;
use earnest_client::{
    PayingClient,
    budget::{CallId, Purse, Units},
    paying::{Preview, Purchase, Quote},
};
use earnest_ports::{JournalName, SystemClock};

use crate::{
    announce, answer::Answer, failure::Failure, input::Input, passphrase::PassphraseFile, plain, runtime::block_on,
};
use show::{bought, quoted};
use wallet::Who;

/// Request a URL; where it answers 402, pay in ORC within a budget, and print what was bought.
///
/// It shows what it would pay before it pays: with --dry-run it stops there, above --max it refuses, and without --max it
/// asks on a terminal and refuses elsewhere. What it signs it keeps in a journal: the same command after a crash sends the
/// same payment. What was bought goes to standard output, what was paid to standard error.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  earnest pay https://ola.example/report --account account:fed-local:adam --dry-run
  earnest pay https://ola.example/report --account account:fed-local:adam --key adam.key --max 0.50
  earnest pay https://ola.example/redaction --account account:fed-local:adam --key adam.key --max 2 \\
    --method POST --header 'content-type: text/plain' --data-file draft.txt > redacted.txt
  earnest pay https://ola.example/report --account account:fed-local:adam --key adam.key --max 1 --per-day 10 --json

With --json one object on standard output says what was bought and what was paid.

Exit codes: 0 done; 1 refused: by the budget, by what you allow, or by the seller; 2 wrong usage, a file
that cannot be read, or a service out of reach.")]
pub(crate) struct Pay {
    /// What to request.
    #[arg(value_name = "URL")]
    url: String,
    /// The most to pay, such as 0.50.
    #[arg(long, value_name = "AMOUNT", value_parser = orc)]
    max: Option<Units>,
    /// The most that all payments of a day (UTC) may come to, those before this one included.
    #[arg(long, value_name = "AMOUNT", value_parser = orc)]
    per_day: Option<Units>,
    /// The most that one payee may get on a day.
    #[arg(long, value_name = "AMOUNT", value_parser = orc)]
    per_payee: Option<Units>,
    /// Show what would be paid, and sign nothing.
    #[arg(long)]
    dry_run: bool,
    /// The method.
    #[arg(long, value_name = "METHOD", default_value = "GET", value_parser = method)]
    method: http::Method,
    /// The body.
    #[arg(long, value_name = "TEXT", conflicts_with = "data_file")]
    data: Option<String>,
    /// The file with the body, `-` for standard input.
    #[arg(long, value_name = "FILE")]
    data_file: Option<Input>,
    /// A header; may be repeated.
    #[arg(long, value_name = "NAME: VALUE", value_parser = header)]
    header: Vec<(http::HeaderName, http::HeaderValue)>,
    /// Pay this account only.
    #[arg(long, value_name = "ACCOUNT")]
    payee: Option<AccountId>,
    /// The name of the purchase: bought once, however often it is asked for.
    #[arg(long, value_name = "NAME")]
    call: Option<CallId>,
    /// Where what was signed is kept: sqlite:FILE, or the URL of a PostgreSQL database.
    #[arg(long, value_name = "URL", default_value = "sqlite:earnest-pay.sqlite")]
    journal: String,
    /// Call private addresses too.
    #[arg(long)]
    allow_private: bool,
    #[command(flatten)]
    who: Who,
    #[command(flatten)]
    passphrase: PassphraseFile,
}

/// How long another process that pays from the same journal is waited for.
const JOURNAL_WITHIN: Duration = Duration::from_secs(30);
/// Amounts of ORC have two decimals.
const DECIMALS: u8 = 2;

fn orc(text: &str) -> Result<Units, String> {
    Units::parse(text, DECIMALS).map_err(|error| error.to_string())
}

fn method(text: &str) -> Result<http::Method, String> {
    text.to_ascii_uppercase().parse().map_err(|_| "expected a method such as POST".to_owned())
}

fn header(text: &str) -> Result<(http::HeaderName, http::HeaderValue), String> {
    let (name, value) = text.split_once(':').ok_or("expected NAME: VALUE")?;
    let name = name.trim().parse().map_err(|_| "expected the name of a header".to_owned())?;
    Ok((name, value.trim().parse().map_err(|_| "expected a value that a header can have".to_owned())?))
}

impl Pay {
    pub(crate) fn run(&self, json: bool) -> Result<Answer, Failure> {
        block_on(self.buy(json))
    }

    async fn buy(&self, json: bool) -> Result<Answer, Failure> {
        let purchase = self.purchase()?;
        let key = if self.dry_run { None } else { Some(self.who.read_key(&self.passphrase)?) };
        let (purse, running) = self.purse().await?;
        let client = self.who.client(purse, self.policy(), key)?;
        let answer = self.with(&client, purchase, json).await;
        // The journal is given back before the next command asks for it.
        drop(client);
        running.ended().await;
        answer
    }

    async fn with(&self, client: &PayingClient, mut purchase: Purchase, json: bool) -> Result<Answer, Failure> {
        if purchase.call.is_none() && !self.dry_run {
            purchase.call = client.open_call(&purchase.method, &purchase.url, &purchase.body).await?;
            if let Some(call) = purchase.call.as_ref().filter(|_| !json) {
                announce(&format!("goes on with the payment that is under way: {call}\n"), false);
            }
        }
        let known = match &purchase.call {
            Some(call) => client.purse().call(call).await.map_err(|error| show::of_purse(&error))?,
            None => None,
        };
        if known.is_none_or(|call| call.payment().is_none()) {
            let quote = match client.preview(&purchase).await? {
                Preview::Free(reply) => return bought(&reply, None, json),
                Preview::Priced(quote) => quote,
            };
            if self.dry_run {
                return Ok(quoted(&quote, json));
            }
            self.agree(&quote)?;
            // What was shown is what is paid, or nothing is.
            purchase = purchase.at_most(quote.unit.clone(), quote.amount).from_payee(quote.payee.clone());
        }
        let made = client.send(&purchase).await?;
        bought(&made.reply, made.payment.as_deref(), json)
    }

    /// Shows the price. Without a maximum somebody has to say yes.
    fn agree(&self, quote: &Quote) -> Result<(), Failure> {
        let price = format!("{} {}", quote.amount.shown(quote.decimals), quote.symbol);
        if self.max.is_some() {
            return Ok(());
        }
        if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
            let message = format!("expected the most to pay, found none; the price is {price}");
            return Err(Failure::usage("maximum-missing", message).hint("name it: --max AMOUNT"));
        }
        let question = format!("pay {price} to {}? [y/N] ", quote.payee);
        let mut err = io::stderr().lock();
        let mut said = String::new();
        let asked = err.write_all(plain::text(&question).as_bytes()).and_then(|()| err.flush());
        asked
            .and_then(|()| io::stdin().read_line(&mut said))
            .map_err(|error| Failure::io("answer-unreadable", "ask whether to pay", &error))?;
        if matches!(said.trim(), "y" | "Y" | "yes") {
            return Ok(());
        }
        Err(Failure::told("not-agreed", format!("expected a yes to {price}, found none; nothing was paid")))
    }

    fn purchase(&self) -> Result<Purchase, Failure> {
        let body = match (&self.data, &self.data_file) {
            (Some(text), _) => text.clone().into_bytes(),
            (None, Some(file)) => file.read()?,
            (None, None) => Vec::new(),
        };
        let mut purchase = Purchase::new(self.method.clone(), self.url.clone(), body);
        purchase.headers.extend(self.header.iter().cloned());
        purchase.call.clone_from(&self.call);
        let payee = self.payee.as_ref().map(|account| account.as_str().parse());
        purchase.payee = payee
            .transpose()
            .map_err(|error: earnest_base::InvalidError| Failure::usage("payee-invalid", error.to_string()))?;
        Ok(purchase)
    }

    /// The budget. Nothing is kept where nothing will be signed.
    async fn purse(&self) -> Result<(Purse, earnest_ports::Running), Failure> {
        let clock = std::sync::Arc::new(SystemClock);
        if self.dry_run {
            return Purse::in_memory(clock).await.map_err(|error| Failure::told("journal-unfit", error.to_string()));
        }
        let unfit = |message: String| Failure::told("journal-unfit", message);
        if let Some(file) = self.journal.strip_prefix("sqlite:") {
            own_file(file.strip_prefix("//").unwrap_or(file))?;
        }
        let name: JournalName = "earnest-pay".parse().map_err(|_| unfit("the name of the journal".to_owned()))?;
        let journal = earnest_store::open(&self.journal, name).await;
        let journal = journal.map_err(|error| Failure::told(error.code(), error.to_string()))?;
        match tokio::time::timeout(JOURNAL_WITHIN, Purse::wait(journal, clock)).await {
            Ok(purse) => purse.map_err(|error| unfit(error.to_string())),
            Err(_) => {
                Err(Failure::told("journal-held", "expected the journal to be free, found that another process pays")
                    .hint("wait for it, or name another journal: --journal sqlite:FILE"))
            }
        }
    }
}

/// Makes the file of a journal, so that nobody else can read what was signed.
fn own_file(path: &str) -> Result<(), Failure> {
    use std::os::unix::fs::OpenOptionsExt;

    match std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            Err(Failure::io("file-unwritable", "make the journal", &error).in_file(path))
        }
        _ => Ok(()),
    }
}
