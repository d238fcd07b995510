//! The worker: does what the state asks for, again and again until the state says that it is done. Everything it does may
//! be done twice: receipts are idempotent by their ids, instructions by the payout's.

mod tries;

use std::{sync::Arc, time::Duration};

use earnest_client::{ClientError, Refused};
use earnest_funding::{Command, PayoutId, Work};
use earnest_ports::{Outage, SubmitError, Writer};
use futures_util::StreamExt;
use tokio::{sync::Mutex, time::Instant};

use super::{Funded, Instruction, Taken, counter::Counter, provider::Heard};
use tries::Tries;

/// How many works are under way at once.
const AT_ONCE: usize = 8;
/// How many works are looked at in one round.
const MOST: usize = 10_000;

/// What came of a work.
enum Done {
    /// Something to tell the state.
    Told(Box<Command>),
    /// Nothing yet, and nothing failed: look again in the usual time.
    Waits,
    /// It failed, and is tried again after longer and longer times.
    Failed(String),
}

/// Works until the writer ends, or the task is dropped. Each kind of work has a lane of its own, so that a provider that
/// is slow keeps no receipt waiting.
pub(crate) async fn work(counter: Counter, writer: Writer<Funded>) {
    let receipts = lane(&counter, &writer, |work| matches!(work, Work::Send(_)));
    let instructions = lane(&counter, &writer, |work| matches!(work, Work::Instruct(_)));
    let questions = lane(&counter, &writer, |work| matches!(work, Work::Ask(_)));
    futures_util::join!(receipts, instructions, questions, folders(&counter, &writer));
}

async fn lane(counter: &Counter, writer: &Writer<Funded>, is_ours: fn(&Work) -> bool) {
    let every = every(counter);
    let tries = Mutex::new(Tries::new(&counter.settings));
    let mut end = writer.end();
    loop {
        end.borrow_and_update();
        let works = writer.read(move |funded, _| {
            funded.0.works().filter(|work| is_ours(work)).take(MOST).cloned().collect::<Vec<_>>()
        });
        let Ok(works) = works.await else { return };
        let ready = tries.lock().await.ready(&works, Instant::now());
        futures_util::stream::iter(ready)
            .for_each_concurrent(AT_ONCE, |work| round(counter, writer, &tries, work, every))
            .await;
        let latest = Instant::now() + every;
        let next = tries.lock().await.next().map_or(latest, |next| next.min(latest));
        tokio::select! {
            changed = end.changed() => if changed.is_err() { return },
            () = tokio::time::sleep_until(next) => {}
        }
    }
}

/// Looks into folders from time to time.
async fn folders(counter: &Counter, writer: &Writer<Funded>) {
    let mut end = writer.end();
    while end.has_changed().is_ok() {
        end.borrow_and_update();
        collect(counter, writer).await;
        tokio::time::sleep(every(counter)).await;
    }
}

fn every(counter: &Counter) -> Duration {
    Duration::from_millis(counter.settings.ask_every_ms.max(1))
}

/// Does one work, and tells the state what came of it.
async fn round(counter: &Counter, writer: &Writer<Funded>, tries: &Mutex<Tries>, work: Work, every: Duration) {
    let done = match &work {
        Work::Send(receipt) => send(counter, writer, receipt).await,
        Work::Instruct(payout) => instruct(counter, writer, payout).await,
        Work::Ask(payout) => ask(counter, writer, payout).await,
    };
    let failed = match done {
        Done::Told(command) => match writer.submit(*command).await {
            Ok(_) => return tries.lock().await.forget(&work),
            Err(SubmitError::Refused(refusal)) => refusal.code().to_owned(),
            Err(SubmitError::Outage(outage)) => outage.code().to_owned(),
        },
        Done::Waits => return tries.lock().await.waits(work, Instant::now() + every),
        Done::Failed(why) => why,
    };
    tracing::warn!(?work, %failed, "will be tried again");
    tries.lock().await.failed(work, Instant::now());
}

fn unread(outage: Outage) -> Done {
    Done::Failed(outage.code().to_owned())
}

/// Signs a receipt and sends it to the escrow.
async fn send(counter: &Counter, writer: &Writer<Funded>, id: &earnest_base::GatewayReceiptId) -> Done {
    let asked = id.clone();
    let receipt = match writer.read(move |funded, _| funded.0.receipt(&asked).cloned()).await {
        Ok(Some(receipt)) => receipt,
        Ok(None) => return Done::Waits,
        Err(outage) => return unread(outage),
    };
    let signed = match counter.signed(&receipt) {
        Ok(signed) => signed,
        // It breaks a rule of its kind: no other try would mend that, so a person has to look.
        Err(error) => return declined(id, error.code().as_str()),
    };
    match counter.escrow.post(&signed).await {
        Ok(applied) => Done::Told(Box::new(Command::Applied { receipt: id.clone(), seq: applied.seq })),
        Err(ClientError::Refused(refused)) if is_for_good(&refused) => declined(id, &refused.code),
        Err(error) => Done::Failed(error.code().to_owned()),
    }
}

fn declined(receipt: &earnest_base::GatewayReceiptId, code: &str) -> Done {
    match code.parse() {
        Ok(code) => Done::Told(Box::new(Command::Declined { receipt: receipt.clone(), code })),
        Err(_) => Done::Failed("a refusal without a code".to_owned()),
    }
}

/// Codes of the way to the escrow, which say nothing about the receipt.
const ON_THE_WAY: &[&str] =
    &["status-unexpected", "route-unknown", "request-malformed", "body-broken", "digest-mismatch"];

/// Whether the escrow judged the receipt itself.
fn is_for_good(refused: &Refused) -> bool {
    matches!(refused.status, 400 | 403 | 404 | 409 | 413 | 422) && !ON_THE_WAY.contains(&refused.code.as_str())
}

/// Tells the provider of a payout.
async fn instruct(counter: &Counter, writer: &Writer<Funded>, id: &PayoutId) -> Done {
    let asked = id.clone();
    let payout = match writer.read(move |funded, _| funded.0.payout(&asked).cloned()).await {
        Ok(Some(payout)) => payout,
        Ok(None) => return Done::Waits,
        Err(outage) => return unread(outage),
    };
    let Some(provider) = counter.providers.get(payout.request.provider.as_str()).map(Arc::clone) else {
        return Done::Failed("the provider is not configured".to_owned());
    };
    let instruction = Instruction {
        payout: id.clone(),
        destination: payout.request.destination,
        amount: payout.debit.net_external.unwrap_or(payout.debit.external_amount),
        currency: payout.request.currency,
    };
    match provider.instruct(&instruction, counter.now()).await {
        Ok(Taken::Yes { reference }) => Done::Told(Box::new(Command::Instructed { payout: id.clone(), reference })),
        Ok(Taken::No { code }) => Done::Told(Box::new(Command::NotInstructed { payout: id.clone(), code })),
        Err(error) => Done::Failed(error.to_string()),
    }
}

/// Asks the provider what became of a payout.
async fn ask(counter: &Counter, writer: &Writer<Funded>, id: &PayoutId) -> Done {
    let asked = id.clone();
    let found = writer.read(move |funded, _| funded.0.payout(&asked).map(|payout| payout.request.provider.clone()));
    let provider = match found.await {
        Ok(Some(provider)) => provider,
        Ok(None) => return Done::Waits,
        Err(outage) => return unread(outage),
    };
    let Some(provider) = counter.providers.get(provider.as_str()).map(Arc::clone) else {
        return Done::Failed("the provider is not configured".to_owned());
    };
    match provider.ask(id, counter.now()).await {
        Ok(Some(report)) => Done::Told(Box::new(Command::ReportPayout(report))),
        Ok(None) => Done::Waits,
        Err(error) => Done::Failed(error.to_string()),
    }
}

/// Takes what was dropped beside callbacks. A file is put away once all of it is in the journal.
async fn collect(counter: &Counter, writer: &Writer<Funded>) {
    for provider in counter.providers.values() {
        let collected = match provider.collect().await {
            Ok(collected) => collected,
            Err(error) => {
                tracing::warn!(provider = %provider.name(), %error, "not looked into");
                continue;
            }
        };
        for file in collected {
            let refused = match file.says {
                Err(fault) => Some(fault),
                Ok(heard) => match take(writer, heard).await {
                    Ok(refused) => refused,
                    // It is collected again.
                    Err(_) => continue,
                },
            };
            if refused.is_some() {
                tracing::warn!(provider = %provider.name(), "a file was refused");
            }
            if let Err(error) = provider.put_away(&file.name, refused).await {
                tracing::warn!(provider = %provider.name(), %error, "a file was not put away");
            }
        }
    }
}

/// Tells the state every line; the reason of the first that is refused.
async fn take(writer: &Writer<Funded>, heard: Vec<Heard>) -> Result<Option<String>, Outage> {
    let told = writer.submit_all(heard.into_iter().map(Command::from).collect()).await;
    let mut refused = None;
    for (place, told) in (1..).zip(told) {
        match told {
            Ok(_) => {}
            Err(SubmitError::Refused(refusal)) => {
                refused.get_or_insert_with(|| format!("{}: {refusal}, at entry {place}", refusal.code()));
            }
            Err(SubmitError::Outage(outage)) => return Err(outage),
        }
    }
    Ok(refused)
}
