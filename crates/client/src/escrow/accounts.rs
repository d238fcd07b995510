//! Accounts, their balances and their statements.

use earnest_artifacts::{LedgerAccount, Verified, ledger_account::AccountPurpose, ledger_transfer::TransferKind};
use earnest_base::{
    AccountId, CouncilId, GatewayPolicyId, GatewayReceiptId, HoldId, Name, Orc, Subject, Timestamp, TransferId,
};
use serde::{Deserialize, Serialize};

use super::{EscrowClient, Receipt, body, same};
use crate::{
    ClientError,
    connection::{ANSWER_BYTES, Call},
};

/// An account to open. Its id makes the request good for once, however often it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct NewAccount {
    /// Its id.
    pub account: AccountId,
    /// Who owns it.
    pub owner: Subject,
    /// What it is for.
    pub purpose: AccountPurpose,
    /// The council that disburses it; a community pool has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub council: Option<CouncilId>,
    /// The gateway's terms under which it is topped up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gateway_policy: Option<GatewayPolicyId>,
}

/// What an account has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Balance {
    /// The account.
    pub account: AccountId,
    /// What may be spent.
    pub available: Orc,
    /// What stands in holds.
    pub held: Orc,
    /// Both together.
    pub total: Orc,
    /// The number of the fact up to which that is so.
    pub seq: u64,
}

/// Which page of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// Only what comes after this number: 0, or the `next` of the page before.
    pub after: u64,
    /// At most so many: 1 to 1000.
    pub limit: u32,
}

impl Default for Page {
    fn default() -> Self {
        Self { after: 0, limit: 100 }
    }
}

/// A page of a statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementPage {
    /// The account.
    pub account: AccountId,
    /// The entries, the oldest first.
    pub entries: Vec<StatementEntry>,
    /// What to pass as `after` for the next page; none where this is the last one.
    pub next: Option<u64>,
}

/// An entry of a statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct StatementEntry {
    /// The number of the fact.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// The transfer.
    pub transfer: TransferId,
    /// Why money moved.
    pub kind: TransferKind,
    /// The account on the other side.
    pub counterpart_account: AccountId,
    /// Whether the account was credited; else it was debited.
    pub credit: bool,
    /// How much.
    pub amount: Orc,
    /// What the account could spend after it.
    pub available: Orc,
    /// Where the money of a debit came from, in the order in which it came. Empty for a credit.
    pub paid_from: Vec<Part>,
}

/// A part of a spend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Where the money came from.
    pub source: Source,
    /// How much of it.
    pub amount: Orc,
}

/// How money came to an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "source", content = "id", rename_all = "kebab-case")]
pub enum Source {
    /// A top-up, by the gateway's receipt; for a community pool, the fee of one.
    TopUp(GatewayReceiptId),
    /// A fee of a payout.
    Payout(GatewayReceiptId),
    /// The account's own work: the release of a hold.
    Hold(HoldId),
    /// An x402 payment, by its transfer.
    Payment(TransferId),
    /// An adjustment, and its ground.
    Adjustment(Name),
}

impl EscrowClient {
    /// Opens an account.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn open_account(&self, account: &NewAccount) -> Result<Receipt, ClientError> {
        self.connection.json(Call::post(&["accounts"], body(account)?)).await
    }

    /// An account, signed by the escrow.
    ///
    /// # Errors
    /// [`ClientError`]; `unknown` also where the account is somebody else's.
    pub async fn account(&self, account: &AccountId) -> Result<Verified<LedgerAccount>, ClientError> {
        let found = self.own::<LedgerAccount>(Call::get(&["accounts", account.as_str()]), None).await?;
        same("account", account, &found.id)?;
        Ok(found)
    }

    /// The account of an owner, signed by the escrow.
    ///
    /// # Errors
    /// As [`EscrowClient::account`].
    pub async fn account_of(&self, owner: &Subject) -> Result<Verified<LedgerAccount>, ClientError> {
        let found = self.own::<LedgerAccount>(Call::get(&["accounts"]).query("owner", owner), None).await?;
        same("owner's account", owner, &found.owner)?;
        Ok(found)
    }

    /// What an account has. One that does not exist has nothing.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn balance(&self, account: &AccountId) -> Result<Balance, ClientError> {
        let balance: Balance = self.connection.json(Call::get(&["accounts", account.as_str(), "balance"])).await?;
        same("account", account, &balance.account)?;
        Ok(balance)
    }

    /// A page of an account's statement.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn statement(&self, account: &AccountId, page: Page) -> Result<StatementPage, ClientError> {
        let found: StatementPage =
            self.connection.json(paged(&["accounts", account.as_str(), "statement"], page)).await?;
        same("account", account, &found.account)?;
        Ok(found)
    }

    /// A page of an account's statement as CSV, its first line the names of the columns.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn statement_csv(&self, account: &AccountId, page: Page) -> Result<String, ClientError> {
        let path = ["accounts", account.as_str(), "statement.csv"];
        let bytes = self.connection.bytes(paged(&path, page).accept("text/csv"), ANSWER_BYTES).await?;
        String::from_utf8(bytes).map_err(|_| ClientError::Answer("no UTF-8 was found".to_owned()))
    }
}

pub(super) fn paged<'a>(path: &'a [&'a str], page: Page) -> Call<'a> {
    Call::get(path).query("after", &page.after).query("limit", &page.limit)
}
