//! A fact as bytes: what the journal stores and the hash chain covers. One form for each fact, for ever: a byte for the
//! version, a byte for what happened, the moment, then the members in their order. A new need is a new number.

use earnest_base::Sha256Digest;

use super::{
    AccountOpened, Adjusted, Because, Crossed, CrossedFee, Event, Fact, HoldEvent, HoldOpened, Paid, Stamp, read,
    write::{self, criterion, mode, purpose},
};
use crate::{
    AccountNumber, DecodeError, HoldNumber, PolicyNumber,
    codec::{Reader, Writer},
};

/// The version of the form: the first byte of every fact.
pub const FACT_VERSION: u8 = 1;

impl Fact {
    /// The bytes of the fact.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::with_capacity(192);
        writer.byte(FACT_VERSION);
        writer.byte(tag(&self.event));
        writer.time(self.at);
        write_event(&mut writer, &self.event);
        writer.into_bytes()
    }

    /// Reads a fact.
    ///
    /// # Errors
    /// Where the bytes are no fact, are not in their one form, or go on behind it.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        if reader.byte()? != FACT_VERSION {
            return Err(reader.expected("version 1 of a fact"));
        }
        let tag = reader.byte()?;
        let at = reader.time()?;
        let event = read_event(&mut reader, tag)?;
        reader.end()?;
        Ok(Self { at, event })
    }
}

/// The number of what happened. Numbers are never used again.
const fn tag(event: &Event) -> u8 {
    match event {
        Event::AccountOpened(_) => 1,
        Event::PolicyAdopted { .. } => 2,
        Event::ToppedUp(_) => 3,
        Event::PaidOut(_) => 4,
        Event::Adjusted(_) => 5,
        Event::Paid(_) => 6,
        Event::HoldOpened(_) => 7,
        Event::Hold { event, .. } => match event {
            HoldEvent::Dispatched { .. } => 16,
            HoldEvent::Delivered { .. } => 17,
            HoldEvent::Disputed { .. } => 18,
            HoldEvent::Overdue => 19,
            HoldEvent::ReviewRequired => 20,
            HoldEvent::Ended { because, .. } => match because {
                Because::Accepted(_) => 32,
                Because::Rejected { .. } => 33,
                Because::Canceled(_) => 34,
                Because::WorkflowEnded(_) => 35,
                Because::Failed(_) => 36,
                Because::Declined(_) => 37,
                Because::Voided(_) => 38,
                Because::Confirmed(_) => 39,
                Because::Decided(_) => 40,
                Because::ReleasedByHand(_) => 41,
                Because::Expired => 42,
                Because::AutoReleased => 43,
                Because::Undecided => 44,
            },
        },
    }
}

fn write_event(writer: &mut Writer, event: &Event) {
    match event {
        Event::AccountOpened(opened) => {
            writer.text(&opened.account);
            writer.subject(&opened.owner);
            writer.byte(purpose(opened.purpose));
            write::option(writer, opened.council.as_ref(), Writer::subject);
            write::option(writer, opened.gateway_policy.as_ref(), Writer::text);
            writer.fixed(&opened.content.0);
        }
        Event::PolicyAdopted { policy, content } => {
            write::policy(writer, policy);
            writer.fixed(&content.0);
        }
        Event::ToppedUp(crossed) | Event::PaidOut(crossed) => write_crossed(writer, crossed),
        Event::Adjusted(adjusted) => {
            writer.text(&adjusted.transfer);
            writer.number(adjusted.from.value().into());
            writer.number(adjusted.to.value().into());
            writer.orc(adjusted.amount);
            writer.subject(&adjusted.author);
            writer.text(&adjusted.reason);
            writer.fixed(&adjusted.content.0);
        }
        Event::Paid(paid) => write_paid(writer, paid),
        Event::HoldOpened(opened) => write_hold(writer, opened),
        Event::Hold { hold, event } => {
            writer.number(hold.value().into());
            write_hold_event(writer, event);
        }
    }
}

fn write_crossed(writer: &mut Writer, crossed: &Crossed) {
    writer.text(&crossed.receipt);
    writer.number(crossed.account.value().into());
    writer.orc(crossed.amount);
    write::option(writer, crossed.fee, |writer, CrossedFee { amount, account }| {
        writer.orc(amount);
        writer.number(account.value().into());
    });
    writer.fixed(&crossed.content.0);
}

fn write_paid(writer: &mut Writer, paid: &Paid) {
    writer.number(paid.payer.value().into());
    writer.number(paid.payee.value().into());
    writer.orc(paid.amount);
    writer.text(&paid.nonce);
    writer.fixed(&paid.authorization.to_bytes());
    write::option(writer, paid.payment.as_ref(), Writer::text);
    write::option(writer, paid.payer_seq, Writer::number);
    writer.fixed(&paid.content.0);
}

fn write_hold(writer: &mut Writer, opened: &HoldOpened) {
    writer.text(&opened.id);
    writer.text(&opened.contract);
    writer.number(opened.payer.value().into());
    writer.number(opened.payee.value().into());
    writer.orc(opened.amount);
    writer.number(opened.policy.value().into());
    writer.byte(mode(opened.mode));
    write::option(writer, opened.arbiters.as_deref(), |writer, arbiters| {
        write::list(writer, arbiters, Writer::subject);
    });
    write::deadlines(writer, &opened.deadlines);
    writer.fixed(&opened.content.0);
}

fn write_hold_event(writer: &mut Writer, event: &HoldEvent) {
    match event {
        HoldEvent::Dispatched { by } => write_stamp(writer, by),
        HoldEvent::Delivered { response, content } => {
            writer.text(response);
            writer.fixed(&content.0);
        }
        HoldEvent::Disputed { dispute, content } => {
            writer.text(dispute);
            writer.fixed(&content.0);
        }
        HoldEvent::Overdue | HoldEvent::ReviewRequired => {}
        HoldEvent::Ended { released, because } => {
            writer.orc(*released);
            match because {
                Because::Accepted(by)
                | Because::Canceled(by)
                | Because::WorkflowEnded(by)
                | Because::Failed(by)
                | Because::Declined(by)
                | Because::Voided(by) => write_stamp(writer, by),
                Because::Rejected { by, criterion: word } => {
                    write_stamp(writer, by);
                    writer.byte(criterion(*word));
                }
                Because::Confirmed(ruling) | Because::Decided(ruling) | Because::ReleasedByHand(ruling) => {
                    write_stamp(writer, &ruling.by);
                    writer.subject(&ruling.author);
                    writer.text(&ruling.reason);
                }
                Because::Expired | Because::AutoReleased | Because::Undecided => {}
            }
        }
    }
}

fn write_stamp(writer: &mut Writer, stamp: &Stamp) {
    writer.text(&stamp.decision);
    writer.fixed(&stamp.content.0);
}

fn read_event(reader: &mut Reader<'_>, tag: u8) -> Result<Event, DecodeError> {
    Ok(match tag {
        1 => Event::AccountOpened(AccountOpened {
            account: reader.text("an account id")?,
            owner: reader.subject()?,
            purpose: read::purpose(reader)?,
            council: read::option(reader, Reader::subject)?,
            gateway_policy: read::option(reader, |reader| reader.text("a gateway policy id"))?,
            content: read::content(reader)?,
        }),
        2 => Event::PolicyAdopted { policy: read::policy(reader)?, content: read::content(reader)? },
        3 => Event::ToppedUp(read_crossed(reader)?),
        4 => Event::PaidOut(read_crossed(reader)?),
        5 => Event::Adjusted(Adjusted {
            transfer: reader.text("a transfer id")?,
            from: account(reader)?,
            to: account(reader)?,
            amount: reader.orc()?,
            author: reader.subject()?,
            reason: reader.text("a name")?,
            content: read::content(reader)?,
        }),
        6 => Event::Paid(read_paid(reader)?),
        7 => Event::HoldOpened(read_hold(reader)?),
        16..=20 | 32..=44 => {
            Event::Hold { hold: HoldNumber::new(reader.small()?), event: read_hold_event(reader, tag)? }
        }
        _ => return Err(reader.expected("a fact of version 1")),
    })
}

fn account(reader: &mut Reader<'_>) -> Result<AccountNumber, DecodeError> {
    reader.small().map(AccountNumber::new)
}

fn read_crossed(reader: &mut Reader<'_>) -> Result<Crossed, DecodeError> {
    Ok(Crossed {
        receipt: reader.text("a gateway receipt id")?,
        account: account(reader)?,
        amount: reader.orc()?,
        fee: read::option(reader, |reader| Ok(CrossedFee { amount: reader.orc()?, account: account(reader)? }))?,
        content: read::content(reader)?,
    })
}

fn read_paid(reader: &mut Reader<'_>) -> Result<Paid, DecodeError> {
    Ok(Paid {
        payer: account(reader)?,
        payee: account(reader)?,
        amount: reader.orc()?,
        nonce: reader.text("a name")?,
        authorization: Sha256Digest::from_bytes(&reader.fixed()?),
        payment: read::option(reader, |reader| reader.text("a payment id"))?,
        payer_seq: read::option(reader, Reader::number)?,
        content: read::content(reader)?,
    })
}

fn read_hold(reader: &mut Reader<'_>) -> Result<HoldOpened, DecodeError> {
    Ok(HoldOpened {
        id: reader.text("a hold id")?,
        contract: reader.text("a contract id")?,
        payer: account(reader)?,
        payee: account(reader)?,
        amount: reader.orc()?,
        policy: PolicyNumber::new(reader.small()?),
        mode: read::mode(reader)?,
        arbiters: read::option(reader, |reader| read::list(reader, Reader::subject).map(Vec::into_boxed_slice))?,
        deadlines: read::deadlines(reader)?,
        content: read::content(reader)?,
    })
}

fn read_hold_event(reader: &mut Reader<'_>, tag: u8) -> Result<HoldEvent, DecodeError> {
    Ok(match tag {
        16 => HoldEvent::Dispatched { by: read::stamp(reader)? },
        17 => HoldEvent::Delivered { response: reader.text("a response id")?, content: read::content(reader)? },
        18 => HoldEvent::Disputed { dispute: reader.text("a dispute id")?, content: read::content(reader)? },
        19 => HoldEvent::Overdue,
        20 => HoldEvent::ReviewRequired,
        _ => HoldEvent::Ended { released: reader.orc()?, because: read_because(reader, tag)? },
    })
}

fn read_because(reader: &mut Reader<'_>, tag: u8) -> Result<Because, DecodeError> {
    Ok(match tag {
        32 => Because::Accepted(read::stamp(reader)?),
        33 => Because::Rejected { by: read::stamp(reader)?, criterion: read::criterion(reader)? },
        34 => Because::Canceled(read::stamp(reader)?),
        35 => Because::WorkflowEnded(read::stamp(reader)?),
        36 => Because::Failed(read::stamp(reader)?),
        37 => Because::Declined(read::stamp(reader)?),
        38 => Because::Voided(read::stamp(reader)?),
        39 => Because::Confirmed(read::ruling(reader)?),
        40 => Because::Decided(read::ruling(reader)?),
        41 => Because::ReleasedByHand(read::ruling(reader)?),
        42 => Because::Expired,
        43 => Because::AutoReleased,
        44 => Because::Undecided,
        _ => return Err(reader.expected("why a hold ended")),
    })
}
