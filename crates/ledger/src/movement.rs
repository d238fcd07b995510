//! The transfers that a fact makes: every movement of money has an account that it leaves and one that it reaches, so
//! that debits equal credits whatever happens.

use earnest_artifacts::ledger_transfer::TransferKind;
use earnest_base::{InvalidError, Orc, Sha256Digest, TransferId};

use crate::{AccountNumber, Event, HoldEvent, HoldNumber, Ledger};

/// A transfer: a movement of money from one account to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movement {
    /// Its id. Where no client chose it, it is made from the id of what moved the money.
    pub transfer: TransferId,
    /// Why.
    pub kind: TransferKind,
    /// The account that was debited.
    pub from: AccountNumber,
    /// The account that was credited.
    pub to: AccountNumber,
    /// How much, above zero.
    pub amount: Orc,
    /// The hold through which it moved, where it moved through one.
    pub hold: Option<HoldNumber>,
}

impl Ledger {
    /// The transfers of a fact that this ledger has applied: none, one, or two where a fee or a rest went elsewhere.
    ///
    /// # Errors
    /// Where the fact is not of this ledger.
    pub fn movements(&self, event: &Event) -> Result<Vec<Movement>, InvalidError> {
        let of = |transfer: String, kind, [from, to]: [AccountNumber; 2], amount| {
            Ok(Movement { transfer: transfer.parse()?, kind, from, to, amount, hold: None })
        };
        let parts: Vec<Result<Movement, InvalidError>> = match event {
            Event::AccountOpened(_) | Event::PolicyAdopted { .. } => Vec::new(),
            Event::ToppedUp(crossed) => {
                let name = |what| format!("transfer:{}:{what}", crossed.receipt);
                let credit =
                    |what, to, amount| of(name(what), TransferKind::TopUpCredit, [AccountNumber::CLEARING, to], amount);
                let net = credit("top-up-credit", crossed.account, crossed.amount);
                let fee = crossed.fee.map(|fee| credit("top-up-fee", fee.account, fee.amount));
                std::iter::once(net).chain(fee).collect()
            }
            Event::PaidOut(crossed) => {
                let name = |what| format!("transfer:{}:{what}", crossed.receipt);
                let debit = |what, to, amount| of(name(what), TransferKind::PayoutDebit, [crossed.account, to], amount);
                let net = debit("payout-debit", AccountNumber::CLEARING, crossed.amount);
                let fee = crossed.fee.map(|fee| debit("payout-fee", fee.account, fee.amount));
                std::iter::once(net).chain(fee).collect()
            }
            Event::Adjusted(adjusted) => {
                let accounts = [adjusted.from, adjusted.to];
                vec![of(adjusted.transfer.to_string(), TransferKind::Adjustment, accounts, adjusted.amount)]
            }
            Event::Paid(paid) => {
                vec![of(of_payment(&paid.authorization), TransferKind::Payment, [paid.payer, paid.payee], paid.amount)]
            }
            Event::HoldOpened(opened) => {
                let hold = self.hold_number(&opened.id);
                let accounts = [opened.payer, AccountNumber::ESCROW];
                let name = of_hold(opened.id.as_str(), "escrow-hold");
                let movement = of(name, TransferKind::EscrowHold, accounts, opened.amount);
                vec![movement.map(|movement| Movement { hold, ..movement })]
            }
            Event::Hold { hold, event: HoldEvent::Ended { released, .. } } => self.ending(*hold, *released)?,
            Event::Hold { .. } => Vec::new(),
        };
        parts.into_iter().collect()
    }

    fn ending(&self, number: HoldNumber, released: Orc) -> Result<Vec<Result<Movement, InvalidError>>, InvalidError> {
        let missing = || InvalidError::new("a hold of this ledger", &number.to_string());
        let hold = self.hold_at(number).ok_or_else(missing)?;
        let refunded = hold.amount.minus(released).map_err(|_| missing())?;
        let (kind, name) = if refunded.is_zero() {
            (TransferKind::Release, "release")
        } else {
            (TransferKind::PartialRelease, "partial-release")
        };
        let parts = [(kind, name, hold.payee, released), (TransferKind::Refund, "refund", hold.payer, refunded)];
        let moved = parts.into_iter().filter(|(.., amount)| !amount.is_zero());
        let movement = |(kind, name, to, amount)| {
            let transfer = of_hold(&self.id_text(hold.id), name).parse()?;
            Ok(Movement { transfer, kind, from: AccountNumber::ESCROW, to, amount, hold: Some(number) })
        };
        Ok(moved.map(movement).collect())
    }
}

/// The id of a hold's transfer: `hold:x` released is `transfer:x:release`.
fn of_hold(hold: &str, what: &str) -> String {
    format!("transfer:{}:{what}", hold.strip_prefix("hold:").unwrap_or(hold))
}

/// The id of a payment's transfer, by the content digest of its authorization.
pub(crate) fn of_payment(authorization: &Sha256Digest) -> String {
    format!("transfer:{}:payment", Hex(&authorization.to_bytes()))
}

/// Bytes in hexadecimal digits.
pub(crate) struct Hex<'a>(pub(crate) &'a [u8]);

impl std::fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}
