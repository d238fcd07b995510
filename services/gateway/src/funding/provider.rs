//! What funding needs of a payment provider, as a trait, and what the adapters share.

pub(crate) mod file;
mod notice;
pub(crate) mod webhook;

use async_trait::async_trait;
use bytes::Bytes;
use earnest_base::{Currency, Name, PositiveDecimal, Timestamp};
use earnest_funding::{Command, PayoutId, PayoutReport, Report, TopUpId};
use http::HeaderMap;

/// A payment provider or a bank.
#[async_trait]
pub trait Provider: Send + Sync + 'static {
    /// What it is called here.
    fn name(&self) -> &Name;

    /// What a message says that somebody sent as this provider, once it is verified.
    ///
    /// # Errors
    /// [`CallbackError`]; nothing of the message is believed then.
    fn callback(&self, callback: &Callback<'_>, now: Timestamp) -> Result<Vec<Heard>, CallbackError>;

    /// Has a payout paid. Told twice under one id it is paid once.
    ///
    /// # Errors
    /// Where the provider is out of reach, or cannot say now: it is told again.
    async fn instruct(&self, payout: &Instruction, now: Timestamp) -> Result<Taken, ProviderError>;

    /// What became of a payout; `None` while that is not known.
    ///
    /// # Errors
    /// Where the provider is out of reach.
    async fn ask(&self, payout: &PayoutId, now: Timestamp) -> Result<Option<PayoutReport>, ProviderError>;

    /// What the provider knows of the payments for a top-up: for whoever waits for a message that never came.
    ///
    /// # Errors
    /// Where the provider is out of reach, or cannot be asked.
    async fn ask_payments(&self, top_up: &TopUpId, now: Timestamp) -> Result<Vec<Heard>, ProviderError>;

    /// What came in beside callbacks: files that were dropped.
    ///
    /// # Errors
    /// Where it cannot be looked at.
    async fn collect(&self) -> Result<Vec<Collected>, ProviderError> {
        Ok(Vec::new())
    }

    /// Puts away what was collected: taken, or refused for a reason.
    ///
    /// # Errors
    /// Where it cannot be put away: it is collected again, which changes nothing.
    async fn put_away(&self, _collected: &str, _refused: Option<String>) -> Result<(), ProviderError> {
        Ok(())
    }
}

/// A message that was sent to a provider's address.
#[derive(Debug, Clone, Copy)]
pub struct Callback<'a> {
    /// Its headers.
    pub headers: &'a HeaderMap,
    /// Its bytes, as they came.
    pub body: &'a Bytes,
}

/// Why a message is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallbackError {
    /// It is not signed as this provider's, or it is too old.
    #[error("expected a message that the provider signed within the window")]
    Unsigned,
    /// It is signed, and cannot be read.
    #[error("expected {0}")]
    Unreadable(String),
    /// This provider sends no messages.
    #[error("expected a provider that sends messages")]
    Silent,
}

/// What a provider told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// Of money that comes in.
    Payment(Report),
    /// Of money that goes out.
    Payout(PayoutReport),
}

impl From<Heard> for Command {
    fn from(heard: Heard) -> Self {
        match heard {
            Heard::Payment(report) => Self::Report(report),
            Heard::Payout(report) => Self::ReportPayout(report),
        }
    }
}

/// A payout, as a provider is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instruction {
    /// The payout: what makes it good for once.
    pub payout: PayoutId,
    /// Where it goes.
    pub destination: Name,
    /// How much arrives, in units of the currency.
    pub amount: PositiveDecimal,
    /// In what.
    pub currency: Currency,
}

/// What a provider made of an instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// It will pay.
    Yes {
        /// What it calls the payout, where it says.
        reference: Option<Name>,
    },
    /// It refused for good: nothing was paid, and nothing will be.
    No {
        /// Why.
        code: Name,
    },
}

/// A provider that cannot be asked now.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected the provider within reach: {0}")]
pub struct ProviderError(pub String);

/// Something that came in beside callbacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collected {
    /// What it is called, to be put away by.
    pub name: String,
    /// What it says, or why it cannot be read.
    pub says: Result<Vec<Heard>, String>,
}
