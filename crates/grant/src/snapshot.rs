//! The state as bytes: the same state, the same bytes.

use std::sync::Arc;

use crate::{
    DecodeError, Grants, PayerKey, PayloadKey, PaymentKey, RequestKey,
    fact::{Reader, Writer},
    record::{Record, Stage},
};

/// The version of the form. Another one is not read: the journal is, from its beginning.
const VERSION: u8 = 1;

const UNSERVED: u8 = 0;
const WORKING: u8 = 1;
const STAGED: u8 = 2;
const SETTLING: u8 = 3;
const GRANTED: u8 = 4;
const GRANTED_AND_KEPT: u8 = 5;
const DISCARDED: u8 = 6;

impl Grants {
    /// Writes the state.
    #[must_use]
    pub fn to_snapshot(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut out = Writer::new(&mut bytes);
        out.byte(VERSION).number(self.records.len() as u64);
        for (payment, record) in &self.records {
            let names = record.identified.is_some_and(|named| self.identifiers.get(&named.key) == Some(payment));
            out.fixed(payment.as_bytes()).flag(names);
            write(&mut out, record);
        }
        bytes
    }

    /// Reads a state.
    ///
    /// # Errors
    /// Where the bytes are no state of this version.
    pub fn from_snapshot(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut from = Reader::new(bytes);
        if from.byte()? != VERSION {
            return Err(from.expected("version 1"));
        }
        let mut grants = Self::default();
        for _ in 0..from.number()? {
            let payment = PaymentKey::from_bytes(from.fixed()?);
            let names = from.flag()?;
            let record = read(&mut from)?;
            if let Some(identified) = record.identified.filter(|_| names) {
                grants.identifiers.insert(identified.key, payment);
            }
            grants.enter(payment, record);
        }
        from.end()?;
        Ok(grants)
    }
}

fn write(out: &mut Writer<'_>, record: &Record) {
    out.fixed(record.request.as_bytes())
        .fixed(record.payload.as_bytes())
        .fixed(record.payer.as_bytes())
        .identified(record.identified.as_ref())
        .time(record.reserved_at)
        .time(record.lapses_at)
        .second(record.kept_until);
    match &record.stage {
        Stage::Unserved => out.byte(UNSERVED),
        Stage::Working { worker, until } => out.byte(WORKING).worker(*worker).time(*until),
        Stage::Staged { kept, underway, is_delivered } => {
            out.byte(STAGED).kept(kept).underway(underway.as_deref()).flag(*is_delivered)
        }
        Stage::Settling { worker, until, kept, underway, is_delivered } => {
            out.byte(SETTLING).worker(*worker).time(*until).kept(kept).underway(underway.as_deref()).flag(*is_delivered)
        }
        Stage::Granted { worker, kept: None } => out.byte(GRANTED).worker(*worker),
        Stage::Granted { worker, kept: Some((kept, settled)) } => {
            out.byte(GRANTED_AND_KEPT).worker(*worker).kept(kept).settled(settled)
        }
        Stage::Discarded { failure } => out.byte(DISCARDED).failure(failure),
    };
}

fn read(from: &mut Reader<'_>) -> Result<Record, DecodeError> {
    Ok(Record {
        request: RequestKey::from_bytes(from.fixed()?),
        payload: PayloadKey::from_bytes(from.fixed()?),
        payer: PayerKey::from_bytes(from.fixed()?),
        identified: from.identified()?,
        reserved_at: from.time()?,
        lapses_at: from.time()?,
        kept_until: from.second()?,
        stage: stage(from)?,
    })
}

fn stage(from: &mut Reader<'_>) -> Result<Stage, DecodeError> {
    Ok(match from.byte()? {
        UNSERVED => Stage::Unserved,
        WORKING => Stage::Working { worker: from.worker()?, until: from.time()? },
        STAGED => Stage::Staged {
            kept: Arc::new(from.kept()?),
            underway: from.underway()?.map(Arc::new),
            is_delivered: from.flag()?,
        },
        SETTLING => Stage::Settling {
            worker: from.worker()?,
            until: from.time()?,
            kept: Arc::new(from.kept()?),
            underway: from.underway()?.map(Arc::new),
            is_delivered: from.flag()?,
        },
        GRANTED => Stage::Granted { worker: from.worker()?, kept: None },
        GRANTED_AND_KEPT => {
            Stage::Granted { worker: from.worker()?, kept: Some((Arc::new(from.kept()?), from.settled()?)) }
        }
        DISCARDED => Stage::Discarded { failure: from.failure()? },
        _ => return Err(from.expected("a stage")),
    })
}
